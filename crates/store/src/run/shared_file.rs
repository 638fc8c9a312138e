//! How do threads read one open file at once? By place, never by a common position.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::buf::Reader;
use bytes::{Buf, Bytes};
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

/// Bytes read ahead where only a header is asked for.
const HEADER_BYTES: usize = 1 << 10;

/// Most bytes of a buffer that is kept for the next read, and most buffers that are.
const KEPT_BYTES: usize = 1 << 20;
const KEPT_BUFFERS: usize = 16;

/// An open file of known size.
#[derive(Clone, Debug)]
pub(crate) struct SharedFile {
    file: Arc<File>,
    bytes: u64,
    buffers: Arc<Buffers>,
}

/// Buffers of pages that nobody looks at any more. New ones would have to be zeroed, by us and by the kernel, before each read.
#[derive(Debug, Default)]
struct Buffers(Mutex<Vec<Vec<u8>>>);

/// What was read; the buffer goes back when it is dropped.
#[derive(Debug)]
struct ReadBytes {
    content: Vec<u8>,
    length: usize,
    from: Arc<Buffers>,
}

impl Buffers {
    /// A buffer of at least `length` bytes with anything in them.
    fn take(self: &Arc<Self>, length: usize) -> ReadBytes {
        let mut content = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        if content.len() < length {
            content.resize(length, 0);
        }
        ReadBytes { content, length, from: Arc::clone(self) }
    }
}

impl AsRef<[u8]> for ReadBytes {
    fn as_ref(&self) -> &[u8] {
        &self.content[..self.length]
    }
}

impl Drop for ReadBytes {
    fn drop(&mut self) {
        let mut kept = self.from.0.lock().unwrap_or_else(PoisonError::into_inner);
        if self.content.len() <= KEPT_BYTES && kept.len() < KEPT_BUFFERS {
            kept.push(std::mem::take(&mut self.content));
        }
    }
}

impl SharedFile {
    /// Opens the file.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        Ok(Self { file: Arc::new(file), bytes, buffers: Arc::default() })
    }

    /// The whole content.
    pub(crate) fn read_whole(&self) -> io::Result<Vec<u8>> {
        let mut content = vec![0; usize::try_from(self.bytes).map_err(io::Error::other)?];
        self.file.read_exact_at(&mut content, 0)?;
        Ok(content)
    }
}

impl Length for SharedFile {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for SharedFile {
    type T = BufReader<From>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        let from = From { file: Arc::clone(&self.file), at: start };
        Ok(BufReader::with_capacity(HEADER_BYTES, from))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        if start.checked_add(length as u64).is_none_or(|end| end > self.bytes) {
            return Err(ParquetError::EOF(format!("{length} bytes at {start} lie beyond the end of the file")));
        }
        let mut read = self.buffers.take(length);
        self.file.read_exact_at(&mut read.content[..length], start)?;
        Ok(Bytes::from_owner(read))
    }
}

/// A part of a file that was read at once; places count from the begin of the file.
#[derive(Debug)]
pub(crate) struct ReadPart {
    pub(crate) start: u64,
    pub(crate) content: Bytes,
}

impl ReadPart {
    /// What lies from `start` on.
    fn rest(&self, start: u64) -> Result<Bytes> {
        let place = start.checked_sub(self.start).and_then(|place| usize::try_from(place).ok());
        let place = place.filter(|place| *place <= self.content.len());
        let beyond = || ParquetError::EOF(format!("{start} lies beyond the bytes of the column"));
        place.map(|place| self.content.slice(place..)).ok_or_else(beyond)
    }
}

impl Length for ReadPart {
    fn len(&self) -> u64 {
        self.start + self.content.len() as u64
    }
}

impl ChunkReader for ReadPart {
    type T = Reader<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(self.rest(start)?.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let mut rest = self.rest(start)?;
        if length > rest.len() {
            return Err(ParquetError::EOF(format!("{length} bytes at {start} lie beyond the bytes of the column")));
        }
        rest.truncate(length);
        Ok(rest)
    }
}

/// Reads on from a place.
#[derive(Debug)]
pub(crate) struct From {
    file: Arc<File>,
    at: u64,
}

impl Read for From {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_that_are_used_again_hold_what_was_read_last() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bytes");
        let content: Vec<u8> = (0..=255).cycle().take(3 * KEPT_BYTES).collect();
        std::fs::write(&path, &content).unwrap();
        let file = SharedFile::open(&path).unwrap();
        let held = file.get_bytes(7, 9).unwrap();
        for (start, length) in [(0, 100), (5, 0), (1, 2 * KEPT_BYTES), (3, 2), (9, 300)] {
            let read = file.get_bytes(start, length).unwrap();
            let start = usize::try_from(start).unwrap();
            assert_eq!(&read[..], &content[start..start + length]);
        }
        assert_eq!(&held[..], &content[7..16]);
        assert!(file.get_bytes(3 * KEPT_BYTES as u64, 1).is_err());
        assert!(file.buffers.0.lock().unwrap().iter().all(|buffer| buffer.len() <= KEPT_BYTES));
    }
}
