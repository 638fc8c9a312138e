//! Where do rows go that do not fit into memory?
//!
//! Into files of a folder that is made when the first row goes there. A file is removed when nothing refers to it any
//! more, the folder with its last file, after errors too.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::error::StoreError;
use crate::shuffle::piece::{Piece, Slice};
use crate::shuffle::spill_bytes::{read_piece, write_piece};

/// A folder for spill files.
#[derive(Debug)]
pub(crate) struct SpillFolder {
    path: PathBuf,
    made: AtomicBool,
    files: AtomicU64,
    written: AtomicU64,
}

impl SpillFolder {
    /// The folder at `path`, which is made when needed.
    pub(crate) fn new(path: &Path) -> Arc<Self> {
        Arc::new(Self {
            path: path.to_owned(),
            made: AtomicBool::new(false),
            files: AtomicU64::new(0),
            written: AtomicU64::new(0),
        })
    }

    /// Bytes written so far to all files.
    pub(crate) fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// A new file.
    pub(crate) fn file(self: &Arc<Self>) -> Result<Arc<SpillFile>, StoreError> {
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        let path = self.path.join(format!("{}-{number}.spill", std::process::id()));
        let make = || {
            if !self.path.is_dir() {
                std::fs::create_dir_all(&self.path)?;
                self.made.store(true, Ordering::Relaxed);
            }
            File::options().read(true).write(true).create_new(true).open(&path)
        };
        let file = make().map_err(|source| StoreError::Spill { path: path.clone(), source })?;
        Ok(Arc::new(SpillFile { file, path, end: AtomicU64::new(0), folder: Arc::clone(self) }))
    }
}

impl Drop for SpillFolder {
    fn drop(&mut self) {
        if self.made.load(Ordering::Relaxed) {
            // Whatever is left is removed by the next load; what others put there stays.
            let _ = std::fs::remove_dir(&self.path);
        }
    }
}

/// A file that lives as long as something refers to it.
#[derive(Debug)]
pub(crate) struct SpillFile {
    file: File,
    path: PathBuf,
    end: AtomicU64,
    folder: Arc<SpillFolder>,
}

impl SpillFile {
    /// Appends `bytes` and returns where they begin.
    pub(crate) fn append(&self, bytes: &[u8]) -> Result<u64, StoreError> {
        let length = bytes.len() as u64;
        let start = self.end.fetch_add(length, Ordering::Relaxed);
        self.file.write_all_at(bytes, start).map_err(|source| self.error(source))?;
        self.folder.written.fetch_add(length, Ordering::Relaxed);
        Ok(start)
    }

    /// The `length` bytes at `start`.
    pub(crate) fn read(&self, start: u64, length: usize) -> Result<Vec<u8>, StoreError> {
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, start).map_err(|source| self.error(source))?;
        Ok(bytes)
    }

    /// Bytes in the file.
    pub(crate) fn len(&self) -> u64 {
        self.end.load(Ordering::Relaxed)
    }

    /// Says that what was read is not what was written.
    pub(crate) fn damaged(&self) -> StoreError {
        self.error(io::Error::new(io::ErrorKind::InvalidData, "not what was written there"))
    }

    fn error(&self, source: io::Error) -> StoreError {
        StoreError::Spill { path: self.path.clone(), source }
    }
}

impl Drop for SpillFile {
    fn drop(&mut self) {
        // Whatever is left is removed by the next load.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A piece in a spill file.
#[derive(Clone, Debug)]
pub(crate) struct Chunk {
    file: Arc<SpillFile>,
    start: u64,
    bytes: usize,
    rows: usize,
    unpacked_bytes: u64,
}

impl Chunk {
    /// Writes `piece` to `file`. `buffer` is used again.
    pub(crate) fn write(file: &Arc<SpillFile>, piece: &Piece, buffer: &mut Vec<u8>) -> Result<Self, StoreError> {
        buffer.clear();
        write_piece(piece, buffer);
        let start = file.append(buffer)?;
        let unpacked_bytes = piece.unpacked_bytes(piece.rows);
        Ok(Self { file: Arc::clone(file), start, bytes: buffer.len(), rows: piece.rows, unpacked_bytes })
    }

    /// The piece.
    pub(crate) fn read(&self) -> Result<Piece, StoreError> {
        let bytes = self.file.read(self.start, self.bytes)?;
        read_piece(&bytes).ok_or_else(|| self.file.damaged())
    }
}

/// Rows of one partition, in memory or spilled.
#[derive(Debug)]
pub(crate) enum Held {
    Here(Slice),
    Spilled(Chunk),
}

impl Held {
    /// Number of rows.
    pub(crate) fn rows(&self) -> usize {
        match self {
            Self::Here(slice) => slice.len(),
            Self::Spilled(chunk) => chunk.rows,
        }
    }

    /// Bytes of the rows once they lie unpacked in a bucket.
    pub(crate) fn unpacked_bytes(&self) -> u64 {
        match self {
            Self::Here(slice) => slice.piece.unpacked_bytes(slice.len()),
            Self::Spilled(chunk) => chunk.unpacked_bytes,
        }
    }

    /// The rows.
    pub(crate) fn load(self) -> Result<Slice, StoreError> {
        match self {
            Self::Here(slice) => Ok(slice),
            Self::Spilled(chunk) => Ok(Slice::whole(chunk.read()?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shuffle::packed::Packed;

    #[test]
    fn folder_goes_with_its_last_file_unless_it_was_there_before() {
        let base = tempfile::tempdir().unwrap();
        for (name, was_there) in [("new", false), ("old", true)] {
            let path = base.path().join(name);
            if was_there {
                std::fs::create_dir(&path).unwrap();
            }
            let folder = SpillFolder::new(&path);
            let file = folder.file().unwrap();
            assert_eq!((file.append(b"ab").unwrap(), file.append(b"cd").unwrap()), (0, 2));
            drop(folder);
            assert_eq!(file.read(1, 2).unwrap(), b"bc");
            drop(file);
            assert_eq!((path.exists(), base.path().read_dir().unwrap().count()), (was_there, usize::from(was_there)));
        }
    }

    #[test]
    fn a_cut_spill_file_is_an_error_that_names_it() {
        let base = tempfile::tempdir().unwrap();
        let folder = SpillFolder::new(base.path());
        let file = folder.file().unwrap();
        let chunk =
            Chunk::write(&file, &Piece { rows: 1, ts: Packed::of(&[7_i64]), ..Piece::default() }, &mut Vec::new())
                .unwrap();
        assert_eq!(chunk.read().unwrap().ts.get::<i64>(0), 7);
        let error = Chunk { bytes: chunk.bytes - 1, ..chunk }.read().unwrap_err();
        assert!(error.to_string().contains("0.spill") && error.to_string().contains("--spill-dir"), "{error}");
    }
}
