//! End-to-end tests: the `kundresa` binary on real and generated input.

mod cases;
mod determinism;
mod peers_oracle;
mod polars_oracle;
mod sample;
mod shared_data;
mod store;
mod support;
