#![no_main]
#[path = "../bodies/mod.rs"]
#[expect(dead_code, reason = "the other targets and the tests use the rest")]
mod bodies;

libfuzzer_sys::fuzz_target!(|data: &[u8]| bodies::predicate::predicate(data));
