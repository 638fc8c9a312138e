//! Where are the bytes of a member of an archive, and how are they unpacked?

use std::io::{self, BufRead, BufReader, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use bzip2::bufread::BzDecoder;
use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use crate::container::{Compression, open_text};
use crate::error::{IngestError, read_error};
use crate::input::Input;
use crate::limits::{LimitReached, MOST_HELD, MOST_IN_MEMORY, Unpacked, limited};

/// A file in an archive.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) archive: Arc<Input>,
    /// Its bytes once unpacked.
    pub(crate) size: u64,
    /// Bytes of the archive that it was packed into; of all of it where members are not packed one by one.
    pub(crate) stored: u64,
    /// Its checksum, if the archive has one.
    pub(crate) crc: Option<u32>,
    pub(crate) at: At,
    /// All of it, for formats that are not read from front to end.
    whole: OnceLock<Bytes>,
    /// Bytes of the archive's files that are in memory as a whole.
    held: Arc<AtomicU64>,
}

/// Where a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// As it is, from a byte of the archive on.
    Plain(u64),
    /// Deflated, from a byte of the archive on.
    Deflated(u64),
    /// In bzip2, from a byte of the archive on.
    Bzipped(u64),
    /// From a byte of the unpacked archive on.
    Packed(u64, Compression),
}

impl Member {
    pub(crate) fn new(archive: &Arc<Input>, at: At, size: u64, stored: u64, crc: Option<u32>) -> Self {
        Self { archive: Arc::clone(archive), size, stored, crc, at, whole: OnceLock::new(), held: Arc::default() }
    }

    /// The same, counted together with other members of its archive.
    pub(crate) fn held_with(self, held: &Arc<AtomicU64>) -> Self {
        Self { held: Arc::clone(held), ..self }
    }

    /// How the archive packs it.
    pub(crate) fn compression(&self) -> Compression {
        match self.at {
            At::Plain(_) => Compression::None,
            At::Deflated(_) | At::Bzipped(_) => Compression::Zip,
            At::Packed(_, compression) => compression,
        }
    }

    /// Its bytes from the start, checked against what the archive says of them. `input` is the member itself.
    pub(crate) fn open(&self, input: &Input) -> Result<Box<dyn Read + Send>, IngestError> {
        let failed = |cause| read_error(input.name(), 0, cause);
        let bytes: Box<dyn Read + Send> = match self.at {
            At::Plain(start) => Box::new(self.archive.open_at(start).map_err(failed)?),
            At::Deflated(start) => {
                let unpacked = DeflateDecoder::new(self.packed(start).map_err(failed)?);
                Box::new(Unpacked::new(unpacked, input.expansion(), self.stored))
            }
            At::Bzipped(start) => {
                let unpacked = BzDecoder::new(self.packed(start).map_err(failed)?);
                Box::new(Unpacked::new(unpacked, input.expansion(), self.stored))
            }
            At::Packed(start, _) => {
                let mut text = open_text(&self.archive.with_expansion(input.expansion()))?.0;
                let passed = io::copy(&mut text.by_ref().take(start), &mut io::sink()).map_err(failed)?;
                if passed < start {
                    return Err(failed(io::ErrorKind::UnexpectedEof.into()));
                }
                Box::new(text)
            }
        };
        Ok(Box::new(Checked { inner: bytes, left: self.size, crc: self.crc, sum: Crc::new() }))
    }

    /// The bytes that it was packed into.
    fn packed(&self, start: u64) -> io::Result<impl BufRead + Send + 'static> {
        Ok(BufReader::with_capacity(64 << 10, self.archive.open_at(start)?).take(self.stored))
    }

    /// Its bytes from byte `offset` on.
    pub(crate) fn open_at(&self, offset: u64, input: &Input) -> io::Result<Box<dyn Read + Send>> {
        if let At::Plain(start) = self.at {
            let left = self.size.saturating_sub(offset);
            return Ok(Box::new(self.archive.open_at(start.saturating_add(offset))?.take(left)));
        }
        let mut reader = self.open(input).map_err(io::Error::other)?;
        io::copy(&mut reader.by_ref().take(offset), &mut io::sink())?;
        Ok(reader)
    }

    /// All of it in memory.
    pub(crate) fn whole(&self, input: &Input) -> Result<Bytes, IngestError> {
        if let Some(bytes) = self.whole.get() {
            return Ok(bytes.clone());
        }
        let refuse =
            |what: String| Err(limited(input.name(), LimitReached { what, hint: "unpack the archive into a folder" }));
        if self.size > MOST_IN_MEMORY {
            let [size, most] = [self.size, MOST_IN_MEMORY].map(|bytes| bytes >> 20);
            return refuse(format!("it is Parquet of {size} MiB inside of an archive, and {most} MiB is the limit"));
        }
        if self.held.fetch_add(self.size, Ordering::Relaxed).saturating_add(self.size) > MOST_HELD {
            let most = MOST_HELD >> 20;
            return refuse(format!("with it, Parquet inside of its archive is larger than {most} MiB, the limit"));
        }
        let mut bytes = Vec::new();
        self.open(input)?.read_to_end(&mut bytes).map_err(|cause| read_error(input.name(), 0, cause))?;
        Ok(self.whole.get_or_init(|| bytes.into()).clone())
    }
}

/// Hands out as many bytes as the archive promises, and fails where it has others.
struct Checked<R> {
    inner: R,
    left: u64,
    crc: Option<u32>,
    sum: Crc,
}

impl<R: Read> Checked<R> {
    fn finish(&self) -> io::Result<usize> {
        match self.crc {
            Some(crc) if crc != self.sum.sum() => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the member does not have the checksum that its archive says",
            )),
            _ => Ok(0),
        }
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.left == 0 {
            return self.finish();
        }
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let length = self.inner.read(&mut buffer[..most])?;
        if length == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the member ends before its archive says"));
        }
        self.left -= length as u64;
        if self.crc.is_some() {
            self.sum.update(&buffer[..length]);
        }
        Ok(length)
    }
}
