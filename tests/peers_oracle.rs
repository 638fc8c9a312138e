//! Do other engines find what Kundresa finds: in a generated log of a million events, and in the folder of a store?
//!
//! The comparisons are `tests/oracle/peers.py` and `tests/oracle/stores.py`; this runs them where `tests/oracle/setup.sh`
//! has installed the engines.

use std::process::Command;

use crate::support::{root, skipped};

#[test]
fn duckdb_and_clickhouse_find_the_same_sessions_transitions_and_funnels() {
    compare("peers.py", &[]);
}

#[test]
fn duckdb_and_polars_read_the_same_figures_in_the_folder_of_a_store() {
    let sample = root().join("sample_data/webshop").display().to_string();
    compare("stores.py", &["--sample", &sample]);
}

/// Runs a comparison, which fails if any figure differs.
fn compare(script: &str, arguments: &[&str]) {
    let oracle = root().join("tests/oracle");
    let setup = Command::new("bash").arg(oracle.join("setup.sh")).arg("--path").output().expect("bash starts");
    if !setup.status.success() {
        skipped("the other engines are not installed; tests/oracle/setup.sh does it");
        return;
    }
    let python = String::from_utf8(setup.stdout).expect("a path");
    let compared = Command::new(python.trim())
        .arg("-B")
        .arg(oracle.join(script))
        .args(["--kundresa", env!("CARGO_BIN_EXE_kundresa")])
        .args(arguments)
        .output()
        .expect("the installed Python starts");
    let (found, errors) = (String::from_utf8_lossy(&compared.stdout), String::from_utf8_lossy(&compared.stderr));
    assert!(compared.status.success(), "{found}{errors}");
}
