//! Does the command line say what it should? Golden cases as data files in `tests/cases`, error texts included.

/// Every `*.toml` in `tests/cases` names arguments, exit status and the exact output.
#[test]
fn golden_cases_hold() {
    trycmd::TestCases::new()
        .env("NO_COLOR", "1")
        .env("COLUMNS", "80")
        .env("LANG", "C.UTF-8")
        .env("LC_ALL", "C.UTF-8")
        .case(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cases/*.toml"))
        .case(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cases/*.trycmd"));
}
