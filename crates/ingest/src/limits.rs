//! What is refused because it is too large, and what says so?
//!
//! Every limit has a name in its message, and `docs/reliability.md` lists them. They bound memory and time for inputs that
//! are made to cost much; no export that we know comes near them.

use std::io;

use crate::error::IngestError;

/// Longest line, record or array element that may become an event; longer ones are rejected with all their bytes.
pub const LONGEST_RECORD: usize = 16 << 20;
/// Most bytes that the rows of one record may take, each of which repeats what they share.
pub const MOST_OF_RECORD: usize = 64 << 20;
/// Longest line or array element that is read at all.
pub const LONGEST_LINE: usize = 64 << 20;
/// Most columns of a table, and most names in the sample of JSON objects.
pub const MOST_COLUMNS: usize = 4096;
/// Most files in an archive.
pub const MOST_MEMBERS: usize = 100_000;
/// Most bytes of a file in an archive that has to be in memory as a whole, as Parquet has.
pub const MOST_IN_MEMORY: u64 = 512 << 20;
/// Most bytes of all such files of one archive.
pub const MOST_HELD: u64 = 2 << 30;
/// Most bytes that a tar archive may say about one file before it.
pub const MOST_SAID: u64 = 64 << 10;
/// Most bytes that come before the files of a packed tar archive, summed over the files: each is reached by unpacking what is before it.
pub const MOST_PASSED: u64 = 64 << 30;
/// Most bytes of the metadata at the end of a Parquet file.
pub const MOST_METADATA: u64 = 64 << 20;
/// Bytes that an input may always unpack to.
const FREE_BYTES: u64 = 256 << 20;
/// Rows that a Parquet file may always have.
const FREE_ROWS: u64 = 16 << 20;

/// A limit that was reached.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct LimitReached {
    /// What is too large, with the limit.
    pub what: String,
    /// What to do.
    pub hint: &'static str,
}

impl From<LimitReached> for io::Error {
    fn from(limit: LimitReached) -> Self {
        Self::other(limit)
    }
}

/// The error for a line or element that is longer than [`LONGEST_LINE`].
pub(crate) fn endless(what: &str, line: u64) -> io::Error {
    let what = format!("{what} {line} is longer than {} MiB, the limit of one row", LONGEST_LINE >> 20);
    LimitReached { what, hint: "the file is no log of events, or its line ends are missing" }.into()
}

/// The error for a table of too many columns.
pub(crate) fn too_wide(input: &str, columns: usize, of: &str) -> IngestError {
    let what = format!("it has {columns} {of}, and {MOST_COLUMNS} is the limit of columns");
    limited(input, LimitReached { what, hint: "leave out columns that are never asked for, or unpivot them into rows" })
}

/// A reached limit of an input.
pub(crate) fn limited(input: &str, LimitReached { what, hint }: LimitReached) -> IngestError {
    IngestError::Limit { input: input.to_owned(), what, hint }
}

/// How many times larger than its file an input may be once it is unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expansion {
    ratio: u64,
    free_bytes: u64,
    free_rows: u64,
}

impl Default for Expansion {
    fn default() -> Self {
        Self::of(Self::RATIO)
    }
}

impl Expansion {
    /// The ratio unless another is asked for. Logs shrink to a tenth, rarely to a fiftieth.
    pub const RATIO: u64 = 200;

    /// Another ratio; small inputs may expand as they like.
    pub fn of(ratio: u64) -> Self {
        Self { ratio, free_bytes: FREE_BYTES, free_rows: FREE_ROWS }
    }

    /// Most bytes that `stored` bytes may unpack to.
    pub(crate) fn most_bytes(self, stored: u64) -> u64 {
        stored.saturating_mul(self.ratio).max(self.free_bytes)
    }

    /// Most rows that `stored` bytes of Parquet may hold.
    pub(crate) fn most_rows(self, stored: u64) -> u64 {
        stored.saturating_mul(self.ratio).max(self.free_rows)
    }

    /// The limit that is reached by more than `most` of `unit`.
    pub(crate) fn reached(self, most: u64, unit: &str) -> LimitReached {
        let what = format!(
            "it unpacks to more than {most} {unit}, over {} times the bytes of the file, the limit of expansion",
            self.ratio
        );
        LimitReached { what, hint: "if you trust the file, raise the limit: --max-expansion N" }
    }

    #[cfg(test)]
    pub(crate) fn tight(ratio: u64) -> Self {
        Self { ratio, free_bytes: 0, free_rows: 0 }
    }
}

/// Hands out what `inner` unpacks, up to a limit.
pub(crate) struct Unpacked<R> {
    inner: R,
    expansion: Expansion,
    most: u64,
    read: u64,
}

impl<R> Unpacked<R> {
    /// A reader of what `stored` bytes unpack to.
    pub(crate) fn new(inner: R, expansion: Expansion, stored: u64) -> Self {
        Self { inner, expansion, most: expansion.most_bytes(stored), read: 0 }
    }
}

impl<R: io::Read> io::Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.read > self.most {
            return Err(self.expansion.reached(self.most, "bytes").into());
        }
        let length = self.inner.read(buffer)?;
        self.read += length as u64;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn small_inputs_may_expand_as_they_like() {
        assert_eq!(Expansion::default().most_bytes(10), FREE_BYTES);
        assert_eq!(Expansion::default().most_bytes(FREE_BYTES), FREE_BYTES * 200);
        assert_eq!(Expansion::of(u64::MAX).most_bytes(u64::MAX), u64::MAX);
    }

    #[test]
    fn unpacking_ends_soon_behind_the_limit() {
        let mut text = Vec::new();
        let mut reader = Unpacked::new(io::repeat(7).take(1 << 20), Expansion::tight(10), 100);
        let error = reader.read_to_end(&mut text).unwrap_err();
        assert!(text.len() < 64 << 10, "{}", text.len());
        assert!(error.to_string().contains("more than 1000 bytes, over 10 times"), "{error}");
        let mut whole = Vec::new();
        assert_eq!(Unpacked::new(&[7; 1000][..], Expansion::tight(10), 100).read_to_end(&mut whole).unwrap(), 1000);
    }
}
