//! Which files does a zip archive hold? Its directory stands at its end; zip64 is read like any other.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::{At, Entry, Member, member_name, refuse_too_many};
use crate::error::{IngestError, read_error};
use crate::input::Input;
use crate::limits::limited;

/// Whether the first bytes are those of a zip archive.
pub(super) fn is_zip(start: &[u8]) -> bool {
    [&b"PK\x03\x04"[..], b"PK\x05\x06", b"PK\x07\x08"].iter().any(|magic| start.starts_with(magic))
}

/// Its files, or what it is instead of an archive of data.
pub(super) fn entries(input: &Arc<Input>) -> Result<Result<Vec<Entry>, String>, IngestError> {
    let damaged = |_| Err(ZipError::InvalidArchive("the archive is damaged".into()));
    let listed = catch_unwind(AssertUnwindSafe(|| listed(input))).unwrap_or_else(damaged);
    let Some(entries) = listed.map_err(|error| failed(input, error))? else {
        return Ok(Err("a spreadsheet or document; save its table as CSV".to_owned()));
    };
    refuse_too_many(input, entries.len())?;
    let promised = entries.iter().fold(0_u64, |sum, entry| sum.saturating_add(entry.member.size));
    let most = input.expansion().most_bytes(input.size()?);
    if promised > most {
        return Err(limited(input.name(), input.expansion().reached(most, "bytes")));
    }
    Ok(Ok(entries))
}

/// The files; `None` where they are parts of a document of an office program.
fn listed(input: &Arc<Input>) -> Result<Option<Vec<Entry>>, ZipError> {
    let mut archive = ZipArchive::new(input.open_anywhere()?)?;
    if archive.index_for_name("[Content_Types].xml").is_some() || archive.index_for_name("content.xml").is_some() {
        return Ok(None);
    }
    let mut entries = Vec::new();
    for index in 0..archive.len() {
        let file = archive.by_index_raw(index)?;
        let name = file
            .name()
            .map_or_else(|_| String::from_utf8_lossy(file.name_raw()).into_owned(), |name| name.into_owned());
        let Some(name) = member_name(&name).filter(|_| file.is_file()) else { continue };
        let start = file.data_start().ok_or(ZipError::InvalidArchive("a member has no place".into()))?;
        let (at, refused) = match file.compression() {
            _ if file.encrypted() => (At::Plain(start), Some("it is encrypted; unpack the archive first".to_owned())),
            CompressionMethod::Stored => (At::Plain(start), None),
            CompressionMethod::Deflated => (At::Deflated(start), None),
            CompressionMethod::BZIP2 => (At::Bzipped(start), None),
            other => {
                let refused = format!("it is compressed by {other}, not deflate or bzip2; unpack the archive first");
                (At::Plain(start), Some(refused))
            }
        };
        let member = Member::new(input, at, file.size(), file.compressed_size(), Some(file.crc32()));
        entries.push(Entry { name, member, refused });
    }
    Ok(Some(entries))
}

fn failed(input: &Input, error: ZipError) -> IngestError {
    let cause = match error {
        ZipError::Io(cause) => cause,
        other => io::Error::new(io::ErrorKind::InvalidData, format!("damaged zip archive: {other}")),
    };
    read_error(input.name(), 0, cause)
}
