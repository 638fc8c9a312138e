//! Which files does a tar archive hold? It has no directory, so it is walked once from front to end.

use std::io::Read;
use std::sync::Arc;

use super::long_names::LongNames;
use super::{At, Entry, Member, member_name, refuse_too_many};
use crate::container::{Compression, TextReader, open_text};
use crate::error::{IngestError, read_error};
use crate::input::Input;
use crate::limits::{LimitReached, MOST_PASSED, limited};

/// Bytes before the mark of a tar archive.
const BEFORE_MARK: usize = 257;
const MARK: &[u8] = b"ustar";

/// Whether an input is a tar archive once it is unpacked.
pub(super) fn is_tar(input: &Input) -> bool {
    let mut start = Vec::new();
    let read = open_text(input).map(|(text, _)| text.take((BEFORE_MARK + MARK.len()) as u64).read_to_end(&mut start));
    matches!(read, Ok(Ok(_))) && start.get(BEFORE_MARK..) == Some(MARK)
}

/// Its files.
pub(super) fn entries(
    input: &Arc<Input>,
    text: TextReader,
    compression: Compression,
) -> Result<Vec<Entry>, IngestError> {
    let failed = |cause| read_error(input.name(), 0, cause);
    let packed = input.size()?;
    let mut archive = tar::Archive::new(LongNames::new(text));
    let mut entries = Vec::new();
    for entry in archive.entries().map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.header().entry_type();
        let name = member_name(&String::from_utf8_lossy(&entry.path_bytes()));
        let is_link = kind.is_hard_link() || kind.is_symlink();
        let is_file = kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse();
        let Some(name) = name.filter(|_| is_file || is_link) else { continue };
        let (start, size) = (entry.raw_file_position(), entry.size());
        let (at, stored) = match compression {
            Compression::None => (At::Plain(start), size),
            packing => (At::Packed(start, packing), packed),
        };
        let refused = match () {
            () if is_link => Some("a link to another file; unpack the archive first".to_owned()),
            () if kind.is_gnu_sparse() => Some("it is stored with holes; unpack the archive first".to_owned()),
            () => None,
        };
        entries.push(Entry { name, member: Member::new(input, at, size, stored, None), refused });
        refuse_too_many(input, entries.len())?;
    }
    refuse_too_slow(input, &entries)?;
    Ok(entries)
}

/// A packed archive has no places to begin from: every file is reached by unpacking what is before it.
fn refuse_too_slow(input: &Input, entries: &[Entry]) -> Result<(), IngestError> {
    let before = entries.iter().map(|entry| match entry.member.at {
        At::Packed(start, _) => start,
        At::Plain(_) | At::Deflated(_) | At::Bzipped(_) => 0,
    });
    if before.fold(0, u64::saturating_add) <= MOST_PASSED {
        return Ok(());
    }
    let what = format!(
        "to reach its {} files one by one, more than {} GiB would be unpacked again and again, the limit",
        entries.len(),
        MOST_PASSED >> 30
    );
    Err(limited(input.name(), LimitReached { what, hint: "unpack it into a folder and give that" }))
}
