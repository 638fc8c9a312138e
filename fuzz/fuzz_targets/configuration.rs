#![no_main]
#[path = "../../crates/cli/src"]
#[expect(dead_code, reason = "the command line uses the rest")]
mod cli {
    pub mod config;
    pub mod instant;
    pub mod load_keys;
    pub mod origin;
    pub mod sense;
}
#[path = "../bodies/configuration.rs"]
mod configuration;

// Where the modules of the command line look for each other.
use cli::{config, instant, load_keys, origin, sense};

libfuzzer_sys::fuzz_target!(|data: &[u8]| configuration::configuration(data));
