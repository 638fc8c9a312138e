//! Where are the bytes of an input, and what identifies them?

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use twox_hash::XxHash3_128;

use crate::archive::Member;
use crate::container::Compression;
use crate::error::{IngestError, open_error};
use crate::limits::Expansion;

/// One file, a file in an archive, or standard input.
#[derive(Debug)]
pub struct Input {
    name: String,
    place: Place,
    named: bool,
    expansion: Expansion,
    hash: OnceLock<u128>,
}

/// Where the bytes are.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// In a file.
    File(PathBuf),
    /// In memory: standard input was read to its end.
    Memory(Bytes),
    /// In an archive.
    Member(Arc<Member>),
}

/// Bytes that can be read from any place on.
pub(crate) trait ReadAnywhere: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadAnywhere for T {}

impl Input {
    /// A file under the name relative to the root of the inputs. `named` tells files that were given by name, which must
    /// be readable, from files found in a folder, which may be left out.
    pub fn file(name: impl Into<String>, path: impl Into<PathBuf>, named: bool) -> Arc<Self> {
        Arc::new(Self {
            name: name.into(),
            place: Place::File(path.into()),
            named,
            expansion: Expansion::default(),
            hash: OnceLock::new(),
        })
    }

    /// Bytes that are already in memory.
    pub fn memory(name: impl Into<String>, bytes: impl Into<Bytes>) -> Arc<Self> {
        Arc::new(Self {
            name: name.into(),
            place: Place::Memory(bytes.into()),
            named: true,
            expansion: Expansion::default(),
            hash: OnceLock::new(),
        })
    }

    /// A file in an archive. It was found there rather than given by name.
    pub(crate) fn member(name: String, member: Member) -> Arc<Self> {
        let expansion = member.archive.expansion;
        Arc::new(Self { name, place: Place::Member(Arc::new(member)), named: false, expansion, hash: OnceLock::new() })
    }

    /// The same bytes under another name.
    pub(crate) fn renamed(&self, name: &str) -> Arc<Self> {
        Arc::new(Self { name: name.to_owned(), ..self.copy() })
    }

    /// The same bytes, which may unpack to so much.
    pub fn with_expansion(&self, expansion: Expansion) -> Arc<Self> {
        Arc::new(Self { expansion, ..self.copy() })
    }

    fn copy(&self) -> Self {
        let Self { name, place, named, expansion, hash } = self;
        Self { name: name.clone(), place: place.clone(), named: *named, expansion: *expansion, hash: hash.clone() }
    }

    /// How much its bytes may unpack to.
    pub(crate) fn expansion(&self) -> Expansion {
        self.expansion
    }

    /// Path relative to the root of the inputs, with `/`; `-` for standard input.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it was given by name rather than found in a folder.
    pub fn is_named(&self) -> bool {
        self.named
    }

    /// Absolute path of the file on disk that it is, or that is the archive it lies in; `None` for standard input.
    pub fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) => Some(path),
            Place::Memory(_) => None,
            Place::Member(member) => member.archive.path(),
        }
    }

    /// Where it is on disk, with the name in the archive for a file in one; `None` for standard input.
    pub fn location(&self) -> Option<String> {
        match &self.place {
            Place::Member(member) => {
                let name = self.name.strip_prefix(member.archive.name()).unwrap_or(&self.name);
                Some(format!("{}{name}", member.archive.location()?))
            }
            _ => self.path().map(|path| path.display().to_string()),
        }
    }

    /// How an archive packs it.
    pub(crate) fn packing(&self) -> Compression {
        match &self.place {
            Place::Member(member) => member.compression(),
            Place::File(_) | Place::Memory(_) => Compression::None,
        }
    }

    /// Bytes that it takes where it is stored, which is less than its size in an archive that packs.
    pub(crate) fn stored(&self) -> Result<u64, IngestError> {
        match &self.place {
            Place::Member(member) => Ok(member.stored),
            Place::File(_) | Place::Memory(_) => self.size(),
        }
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// Size in bytes as stored, of a file in an archive once that is unpacked.
    ///
    /// # Errors
    /// When the file is gone or may not be read.
    pub fn size(&self) -> Result<u64, IngestError> {
        match &self.place {
            Place::File(path) => {
                std::fs::metadata(path).map(|facts| facts.len()).map_err(|cause| open_error(path, &self.name, cause))
            }
            Place::Memory(bytes) => Ok(bytes.len() as u64),
            Place::Member(member) => Ok(member.size),
        }
    }

    /// The bytes as stored, from the start.
    ///
    /// # Errors
    /// When the file is gone or may not be read.
    pub fn open(&self) -> Result<Box<dyn Read + Send>, IngestError> {
        match &self.place {
            Place::File(path) => Ok(Box::new(File::open(path).map_err(|cause| open_error(path, &self.name, cause))?)),
            Place::Memory(bytes) => Ok(Box::new(Cursor::new(bytes.clone()))),
            Place::Member(member) => member.open(self),
        }
    }

    /// The bytes as stored, to be read from any place on.
    pub(crate) fn open_anywhere(&self) -> io::Result<Box<dyn ReadAnywhere>> {
        match &self.place {
            Place::File(path) => Ok(Box::new(io::BufReader::new(File::open(path)?))),
            Place::Memory(bytes) => Ok(Box::new(Cursor::new(bytes.clone()))),
            Place::Member(member) => Ok(Box::new(Cursor::new(member.whole(self).map_err(io::Error::other)?))),
        }
    }

    /// The bytes as stored, from byte `offset` on.
    pub(crate) fn open_at(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        match &self.place {
            Place::File(path) => {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(offset))?;
                Ok(Box::new(file))
            }
            Place::Memory(bytes) => {
                let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                Ok(Box::new(Cursor::new(bytes.slice(from..))))
            }
            Place::Member(member) => member.open_at(offset, self),
        }
    }

    /// xxh3-128 of the bytes as stored. Computed once, by reading the whole input.
    ///
    /// # Errors
    /// When the file can't be read to its end.
    pub fn hash(&self) -> Result<u128, IngestError> {
        if let Some(hash) = self.hash.get() {
            return Ok(*hash);
        }
        let hash =
            hash_of(self.open()?).map_err(|cause| IngestError::Read { input: self.name.clone(), rows: 0, cause })?;
        Ok(*self.hash.get_or_init(|| hash))
    }
}

impl Input {
    /// [`Self::hash`] as stores and documents write it.
    ///
    /// # Errors
    /// When the file can't be read to its end.
    pub fn content_hash(&self) -> Result<String, IngestError> {
        Ok(format!("xxh3-128:{:032x}", self.hash()?))
    }

    /// Whether the hash is known already.
    pub(crate) fn is_hashed(&self) -> bool {
        self.hash.get().is_some()
    }

    /// Keeps the hash, which somebody found who read all bytes.
    pub(crate) fn keep_hash(&self, hash: u128) {
        self.hash.get_or_init(|| hash);
    }
}

fn hash_of(mut reader: impl Read) -> io::Result<u128> {
    let mut hasher = XxHash3_128::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(hasher.finish_128()),
            Ok(length) => hasher.write(&buffer[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
