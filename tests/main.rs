//! End-to-end tests: the `kundresa` binary on real and generated input.

mod ask;
mod cases;
mod damaged_samples;
mod determinism;
mod fuzz_corpora;
mod hostile;
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
