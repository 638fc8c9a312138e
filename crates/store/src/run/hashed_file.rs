//! How large is a file that is being written, and what is its hash?

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use twox_hash::XxHash3_128;

use crate::error::StoreError;
use crate::generation::disk::{Disk, DiskFile};
use crate::run::facts::FileFacts;

/// Bytes gathered before they are written.
pub(crate) const BUFFER_BYTES: usize = 1 << 20;

/// A new file that counts and hashes what is written to it.
pub(crate) struct HashedFile {
    path: PathBuf,
    file: DiskFile,
    hasher: XxHash3_128,
    bytes: u64,
}

impl HashedFile {
    /// Creates the file.
    pub(crate) fn create(disk: &Disk, path: &Path) -> Result<Self, StoreError> {
        let file = disk.create(path).map_err(|cause| write_error(path, cause))?;
        Ok(Self { path: path.to_owned(), file, hasher: XxHash3_128::new(), bytes: 0 })
    }

    /// Makes the content last.
    pub(crate) fn finish(self) -> Result<FileFacts, StoreError> {
        self.file.sync().map_err(|cause| write_error(&self.path, cause))?;
        let name = self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(FileFacts { name, bytes: self.bytes, hash: format!("xxh3-128:{:032x}", self.hasher.finish_128()) })
    }
}

impl Write for HashedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.write(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes a small file whole.
pub(crate) fn write_whole(disk: &Disk, path: &Path, content: &[u8]) -> Result<FileFacts, StoreError> {
    let mut file = HashedFile::create(disk, path)?;
    file.write_all(content).map_err(|cause| write_error(path, cause))?;
    file.finish()
}

/// The error for a file that can't be written.
pub(crate) fn write_error(path: &Path, cause: impl ToString) -> StoreError {
    StoreError::RunWrite { path: path.to_owned(), cause: cause.to_string() }
}
