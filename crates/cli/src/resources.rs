//! How much of the machine may be used?

use anyhow::{Result, bail};

use crate::arguments::common::ResourceArguments;
use crate::quantity;

/// What may be used, settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resources {
    /// Threads to use.
    pub threads: usize,
    /// Bytes of memory to use at most.
    pub memory: u64,
}

impl Resources {
    /// Settles them.
    ///
    /// # Errors
    /// When a number can't be read or is nothing.
    pub fn of(arguments: &ResourceArguments) -> Result<Self> {
        Ok(Self { threads: threads(arguments.threads)?, memory: memory(arguments.memory.as_deref())? })
    }
}

fn threads(asked: Option<usize>) -> Result<usize> {
    match asked {
        Some(0) => bail!("--threads must be at least 1: 0"),
        Some(threads) => Ok(threads),
        None => Ok(std::thread::available_parallelism().map_or(1, usize::from)),
    }
}

/// `--memory`, else half of the machine's memory, else 4 GiB where the machine does not tell.
fn memory(asked: Option<&str>) -> Result<u64> {
    const UNKNOWN_MACHINE: u64 = 4 << 30;
    match asked {
        Some(text) => quantity::parse_size("--memory", text),
        None => Ok(machine_memory().map_or(UNKNOWN_MACHINE, |bytes| bytes / 2)),
    }
}

fn machine_memory() -> Option<u64> {
    let facts = std::fs::read_to_string("/proc/meminfo").ok()?;
    let total = facts.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    total.trim().trim_end_matches("kB").trim().parse::<u64>().ok()?.checked_mul(1 << 10)
}
