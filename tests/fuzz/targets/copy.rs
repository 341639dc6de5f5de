//! The fuzzer, on copies of names and history.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| latchkey_fuzz::copy(bytes));
