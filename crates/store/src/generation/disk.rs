//! How does the store change what is on disk?
//!
//! Every change goes through a [`Disk`], one step each, so that a test can stop the world at any step, as a power cut would.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The way to the disk.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk {
    power: Option<Arc<Power>>,
}

/// Counts steps; once it fails, everything after fails too. Only tests have one.
#[derive(Debug)]
pub(crate) struct Power {
    steps: AtomicU64,
    last: u64,
}

#[cfg(test)]
impl Power {
    /// Power for `last` steps.
    pub(crate) fn for_steps(last: u64) -> Arc<Self> {
        Arc::new(Self { steps: AtomicU64::new(0), last })
    }

    /// Steps taken or tried so far.
    pub(crate) fn steps(&self) -> u64 {
        self.steps.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
impl Disk {
    /// A disk that fails after so many steps.
    pub(crate) fn with_power(power: &Arc<Power>) -> Self {
        Self { power: Some(Arc::clone(power)) }
    }
}

impl Disk {
    /// A new, empty file.
    pub(crate) fn create(&self, path: &Path) -> io::Result<DiskFile> {
        self.step()?;
        Ok(DiskFile { disk: self.clone(), file: File::create_new(path)? })
    }

    /// A folder and those above it.
    pub(crate) fn create_folders(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        std::fs::create_dir_all(path)
    }

    /// Renames a file over another.
    pub(crate) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        std::fs::rename(from, to)
    }

    /// Removes a file.
    pub(crate) fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        std::fs::remove_file(path)
    }

    /// Removes a folder with everything in it.
    pub(crate) fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        std::fs::remove_dir_all(path)
    }

    /// Makes the names in a folder last.
    pub(crate) fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        sync(&File::open(path)?)
    }

    fn step(&self) -> io::Result<()> {
        let Some(power) = &self.power else { return Ok(()) };
        if power.steps.fetch_add(1, Ordering::SeqCst) >= power.last {
            return Err(io::Error::other("the power is cut"));
        }
        Ok(())
    }
}

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct DiskFile {
    disk: Disk,
    file: File,
}

impl DiskFile {
    /// Makes the content last.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.disk.step()?;
        sync(&self.file)
    }
}

/// Tests cut the power by name only: what reached the kernel is still there, so they need not wait for the disk.
fn sync(file: &File) -> io::Result<()> {
    if cfg!(test) { Ok(()) } else { file.sync_all() }
}

impl Write for DiskFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.disk.step()?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Folder of run `id` in the store at `store`.
pub(crate) fn run_folder(store: &Path, id: u64) -> PathBuf {
    store.join("runs").join(format!("{id:06}"))
}
