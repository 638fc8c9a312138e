//! Do DuckDB and ClickHouse find what Kundresa finds in a generated log of a million events?
//!
//! The comparison is `tests/oracle/peers.py`; this runs it where `tests/oracle/setup.sh` has installed the peers.

use std::process::Command;

use crate::support::root;

#[test]
fn duckdb_and_clickhouse_find_the_same_sessions_transitions_and_funnels() {
    let oracle = root().join("tests/oracle");
    let setup = Command::new("bash").arg(oracle.join("setup.sh")).arg("--path").output().expect("bash starts");
    if !setup.status.success() {
        println!("skipped: DuckDB and ClickHouse are not installed; tests/oracle/setup.sh does it");
        return;
    }
    let python = String::from_utf8(setup.stdout).expect("a path");
    let compared = Command::new(python.trim())
        .arg("-B")
        .arg(oracle.join("peers.py"))
        .args(["--kundresa", env!("CARGO_BIN_EXE_kundresa")])
        .output()
        .expect("the installed Python starts");
    let (found, errors) = (String::from_utf8_lossy(&compared.stdout), String::from_utf8_lossy(&compared.stderr));
    println!("{found}");
    assert!(compared.status.success(), "{found}{errors}");
}
