//! How long does a process run, and how much memory does it take?

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How often the running process is looked at.
const GLANCE: Duration = Duration::from_millis(1);

/// What one run took.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// From its start to its end.
    pub wall: Duration,
    /// The most memory that was seen in it; none where the system does not tell.
    pub peak_bytes: Option<u64>,
}

/// Runs this program with `arguments`, and throws away what it prints, but for what goes wrong: that lies in the file
/// `errors` until the next run.
///
/// # Errors
/// When it can't be started, or fails: with what it says itself.
pub fn run(program: &Path, arguments: &[String], errors: &Path) -> Result<Run> {
    let messages = File::create(errors).with_context(|| format!("can't write {}", errors.display()))?;
    let started = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(messages)
        .spawn()
        .with_context(|| format!("can't start {}", program.display()))?;
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak_bytes = None;
    // A high-water mark only grows, so the last glance before the end tells the peak but for the last millisecond.
    let status = loop {
        peak_bytes = peak_bytes.max(fs::read_to_string(&status_file).ok().and_then(|status| high_water(&status)));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        sleep(GLANCE);
    };
    let wall = started.elapsed();
    if !status.success() {
        let said = fs::read_to_string(errors).unwrap_or_default();
        bail!("this run failed: kundresa {}\n{}", arguments.join(" "), said.trim());
    }
    Ok(Run { wall, peak_bytes })
}

/// `VmHWM` of a status file of Linux.
fn high_water(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()?.checked_mul(1 << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_is_read_in_bytes() {
        assert_eq!(high_water("Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n"), Some(2 << 20));
        assert_eq!(high_water("Name:\tx\n"), None);
    }
}
