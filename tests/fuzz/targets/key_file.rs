//! The fuzzer, on key files.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| latchkey_fuzz::key_file(bytes));
