//! How do the end-to-end tests call the binary and find their files?

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// Root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder of real samples beside the repository; prints why a test is skipped when it is absent.
pub fn shared(path: &str) -> Option<PathBuf> {
    let path = root().join("../shared").join(path);
    if path.exists() {
        return Some(path);
    }
    skipped(&format!("{} is not there", path.display()));
    None
}

/// Runs the binary with `arguments` in an empty folder of configuration.
pub fn kundresa<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kundresa"))
        .args(arguments)
        .current_dir(std::env::temp_dir())
        .env_remove("KUNDRESA_CONFIG")
        .env("NO_COLOR", "1")
        .output()
        .expect("the binary starts")
}

/// Standard output of a run that must succeed.
pub fn stdout<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> String {
    let output = kundresa(arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("output is UTF-8")
}

/// JSON document of a run that must succeed; `--format json` is added.
pub fn json(arguments: &[&str]) -> Value {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--format", "json"]).collect();
    serde_json::from_str(&stdout(&arguments)).expect("output is JSON")
}

/// Text of the `results` object, for comparing bytes.
pub fn results(arguments: &[&str]) -> String {
    json(arguments)["results"].to_string()
}

/// Says why a test did nothing.
#[expect(clippy::print_stdout, reason = "a skipped test says why")]
pub fn skipped(reason: &str) {
    println!("skipped: {reason}");
}
