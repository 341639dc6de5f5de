//! The fuzzer, on Apple's answers.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| latchkey_fuzz::answer(bytes));
