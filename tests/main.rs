//! End-to-end tests: the `kundresa` binary on real and generated input.

mod ask;
mod behaviour;
mod cases;
mod currencies;
mod damaged_samples;
mod determinism;
mod fuzz_corpora;
mod hostile;
mod overlap;
mod peers_oracle;
mod polars_oracle;
mod process_log;
mod reconcile;
mod sample;
mod samples;
mod screen;
mod shared_data;
mod store;
mod support;
