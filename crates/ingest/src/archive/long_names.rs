//! Is a tar archive made to cost memory by its names?
//!
//! Names that don't fit into a header, and whatever else POSIX lets an archive say about a file, are entries of their own, which are
//! read into memory as a whole. Real ones take some hundred bytes.

use std::io::{self, Read};

use tar::{EntryType, Header, PaxExtensions};

use crate::limits::{LimitReached, MOST_SAID};

const BLOCK: usize = 512;

/// Hands out a tar archive, and fails before an entry that says too much about a file.
pub(super) struct LongNames<R> {
    inner: R,
    /// Bytes before the next header.
    left: u64,
    /// The header, or what is said about the next file, as far as it was read.
    taken: Vec<u8>,
    /// Bytes of `taken` that are to come, where it is not a header.
    saying: Option<u64>,
    /// The size that was said of the next file.
    said: Option<u64>,
    /// Whether something was read that is no header: then nothing is known of what follows.
    is_lost: bool,
}

impl<R> LongNames<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, left: 0, taken: Vec::new(), saying: None, said: None, is_lost: false }
    }

    fn feed(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() && !self.is_lost {
            if self.left > 0 {
                let passed = bytes.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
                bytes = &bytes[passed..];
                self.left -= passed as u64;
                continue;
            }
            let wanted = self.saying.map_or(BLOCK, |length| usize::try_from(length).unwrap_or(usize::MAX));
            let passed = bytes.len().min(wanted - self.taken.len());
            self.taken.extend_from_slice(&bytes[..passed]);
            bytes = &bytes[passed..];
            if self.taken.len() == wanted {
                let taken = std::mem::take(&mut self.taken);
                match self.saying.take() {
                    Some(length) => self.said(&taken, length),
                    None => self.header(&taken)?,
                }
            }
        }
        Ok(())
    }

    fn header(&mut self, block: &[u8]) -> io::Result<()> {
        if block.iter().all(|byte| *byte == 0) {
            return Ok(());
        }
        let header = Header::from_byte_slice(block);
        let Ok(size) = header.entry_size() else {
            self.is_lost = true;
            return Ok(());
        };
        match header.entry_type() {
            EntryType::GNULongName | EntryType::GNULongLink | EntryType::XHeader | EntryType::XGlobalHeader => {
                if size > MOST_SAID {
                    let most = MOST_SAID >> 10;
                    let what = format!("it says more than {most} KiB about one file, the limit of a tar archive");
                    return Err(LimitReached { what, hint: "unpack it into a folder and give that" }.into());
                }
                self.saying = (size > 0).then_some(size);
            }
            _ => self.left = padded(self.said.take().unwrap_or(size)),
        }
        Ok(())
    }

    fn said(&mut self, text: &[u8], length: u64) {
        let sizes = PaxExtensions::new(text).flatten().filter(|said| said.key_bytes() == b"size");
        self.said = sizes.filter_map(|said| said.value().ok()?.parse().ok()).last().or(self.said);
        self.left = padded(length) - length;
    }
}

/// Entries end with a block.
fn padded(size: u64) -> u64 {
    size.checked_next_multiple_of(BLOCK as u64).unwrap_or(u64::MAX)
}

impl<R: Read> Read for LongNames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.feed(&buffer[..length])?;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_of(archive: &[u8]) -> io::Result<Vec<String>> {
        let mut archive = tar::Archive::new(LongNames::new(archive));
        archive.entries()?.map(|entry| Ok(entry?.path()?.display().to_string())).collect()
    }

    fn archive(names: &[String]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for name in names {
            let mut header = Header::new_gnu();
            header.set_size(700);
            header.set_mode(0o644);
            builder.append_data(&mut header, name, [7_u8; 700].as_slice()).unwrap();
        }
        builder.into_inner().unwrap()
    }

    #[test]
    fn names_that_are_long_are_read() {
        let names = ["a.csv".to_owned(), format!("{}/b.csv", "folder".repeat(30)), "c.csv".to_owned()];
        assert_eq!(names_of(&archive(&names)).unwrap(), names);
    }

    #[test]
    fn a_name_that_is_made_to_cost_memory_is_refused() {
        let mut entry = Header::new_gnu();
        entry.set_entry_type(EntryType::GNULongName);
        entry.set_size(1 << 30);
        entry.set_cksum();
        let mut bytes = archive(&["a.csv".to_owned()]);
        bytes.truncate(bytes.len() - 2 * BLOCK);
        bytes.extend_from_slice(entry.as_bytes());
        bytes.extend_from_slice(&[b'n'; 4096]);
        assert!(names_of(&bytes).unwrap_err().to_string().contains("64 KiB"));
    }
}
