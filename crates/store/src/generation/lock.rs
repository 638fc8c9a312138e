//! Who may change a store? One process at a time: the one that holds the advisory lock on `lock`.
//!
//! The operating system lets go of it when the process ends, however it ends, so a lock is never stale. The file's
//! content only names the owner for the message that everybody else gets; it is no part of the store's state.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;

/// Name of the lock file.
pub(crate) const LOCK: &str = "lock";

/// The right to change a store, until dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

/// Who holds the lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Owner {
    pid: u32,
    host: String,
    /// RFC 3339, UTC.
    started: String,
}

impl Lock {
    /// Takes the lock of the store at `store`.
    ///
    /// # Errors
    /// When another process holds it (named with its age), or the file can't be opened or locked.
    pub(crate) fn take(store: &Path) -> Result<Self, StoreError> {
        let path = store.join(LOCK);
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.map_err(StoreError::at("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let owner = describe_owner(&mut file, Utc::now());
                return Err(StoreError::Locked { store: store.to_owned(), owner });
            }
            Err(TryLockError::Error(source)) => return Err(StoreError::at("lock", &path)(source)),
        }
        write_owner(&mut file).map_err(StoreError::at("write", &path))?;
        Ok(Self { file })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Only the message of the next owner's rival would suffer if this failed.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

fn write_owner(file: &mut File) -> std::io::Result<()> {
    let started = Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true);
    let owner = Owner { pid: std::process::id(), host: host(), started };
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(&serde_json::to_vec(&owner)?)?;
    file.flush()
}

/// Name of this machine, as well as it can be had without asking a library.
fn host() -> String {
    let file = |path: &str| std::fs::read_to_string(path).ok();
    let name = file("/proc/sys/kernel/hostname")
        .or_else(|| file("/etc/hostname"))
        .or_else(|| std::env::var("HOSTNAME").ok())
        .or_else(|| std::env::var("COMPUTERNAME").ok());
    let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    name.unwrap_or_else(|| "(unknown)".to_owned())
}

/// `process 123 on host x since 12:00:01 UTC (3 s ago)`, as far as it is known.
fn describe_owner(file: &mut File, now: DateTime<Utc>) -> String {
    let mut text = String::new();
    let read = file.read_to_string(&mut text).ok().and_then(|_| serde_json::from_str(&text).ok());
    let Some(Owner { pid, host, started }) = read else { return "another process".to_owned() };
    let since = DateTime::parse_from_rfc3339(&started).map(|started| since(started.to_utc(), now));
    format!("process {pid} on host {host}{}", since.unwrap_or_default())
}

fn since(started: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let seconds = (now - started).num_seconds().max(0);
    let written = if started.date_naive() == now.date_naive() { "%H:%M:%S UTC" } else { "%Y-%m-%d %H:%M:%S UTC" };
    format!(" since {} ({} ago)", started.format(written), age(seconds))
}

/// Seconds in the largest unit of which there are at least two.
fn age(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_writer_is_told_who_changes_the_store_and_since_when() {
        let folder = tempfile::tempdir().unwrap();
        let held = Lock::take(folder.path()).unwrap();
        let message = Lock::take(folder.path()).unwrap_err().to_string();
        let owner = format!("is being changed by process {} on host {} since ", std::process::id(), host());
        assert!(message.contains(&owner), "{message}");
        assert!(message.contains(" s ago)") && message.contains("try again when it is done"), "{message}");
        drop(held);
        Lock::take(folder.path()).unwrap();
    }

    #[test]
    fn owner_that_did_not_write_its_name_is_another_process() {
        let folder = tempfile::tempdir().unwrap();
        let file = File::create(folder.path().join(LOCK)).unwrap();
        file.try_lock().unwrap();
        let message = Lock::take(folder.path()).unwrap_err().to_string();
        assert!(message.contains("is being changed by another process;"), "{message}");
    }

    #[test]
    fn name_left_by_a_killed_process_holds_nobody_up() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(LOCK), r#"{"pid":1,"host":"h","started":"2026-01-01T00:00:00Z"}"#).unwrap();
        Lock::take(folder.path()).unwrap();
    }

    #[test]
    fn day_is_written_when_it_is_another() {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
        let started = at("2026-01-01T12:00:01Z");
        assert_eq!(since(started, at("2026-01-01T12:00:04Z")), " since 12:00:01 UTC (3 s ago)");
        assert_eq!(since(started, at("2026-01-02T13:00:01Z")), " since 2026-01-01 12:00:01 UTC (25 h ago)");
        assert_eq!((age(119), age(7_199), age(172_800)), ("119 s".into(), "119 min".into(), "2 days".into()));
    }
}
