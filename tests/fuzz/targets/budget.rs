//! The fuzzer, on the headers about Apple's limits.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| latchkey_fuzz::budget(bytes));
