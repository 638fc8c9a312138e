#![no_main]
#[path = "../bodies/mod.rs"]
#[expect(dead_code, reason = "the other targets and the tests use the rest")]
mod bodies;
mod guarded;

libfuzzer_sys::fuzz_target!(init: guarded::let_dependencies_panic(), |data: &[u8]| bodies::store::store(data));
