#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pbx_2fa_fuzz::forms(data));
