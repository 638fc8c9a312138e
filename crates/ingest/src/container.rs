//! How do stored bytes become text?
//!
//! The container is recognised by its first bytes, never by the file's name: gzip with any number of members, zstd with
//! any number of frames, bzip2, or plain; a file in an archive is unpacked from that first. XES logs and Avro are read as
//! lines of JSON. A UTF-8 byte order mark is taken away.

use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;

use crate::avro::{self, AvroLines};
use crate::error::{IngestError, SUPPORTED, read_error};
use crate::input::Input;
use crate::limits::Unpacked;
use crate::xes::{self, XesLines};

const BUFFER: usize = 256 << 10;

/// How the bytes of an input are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
    /// bzip2.
    Bzip2,
    /// XES, compressed or not.
    Xes,
    /// Avro, compressed or not.
    Avro,
    /// Packed in a zip archive.
    Zip,
}

impl Compression {
    /// Name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "plain",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xes => "XES",
            Self::Avro => "Avro",
            Self::Zip => "zip",
        }
    }
}

/// Text of an input, decompressed.
pub type TextReader = Box<dyn BufRead + Send>;

/// The text of an input and how it was compressed. Truncated or damaged containers show as errors while reading.
///
/// # Errors
/// When the input can't be opened, or is UTF-16.
pub fn open_text(input: &Input) -> Result<(TextReader, Compression), IngestError> {
    let failed = |cause| read_error(input.name(), 0, cause);
    let (head, raw) = peek::<4>(input.open()?).map_err(failed)?;
    let raw = BufReader::with_capacity(BUFFER, raw);
    let compression = compression(&head);
    let inner: Box<dyn Read + Send> = match compression {
        Compression::Gzip => unpacked(input, MultiGzDecoder::new(raw))?,
        Compression::Zstd => unpacked(input, zstd::Decoder::with_buffer(raw).map_err(failed)?)?,
        Compression::Bzip2 => unpacked(input, MultiBzDecoder::new(raw))?,
        _ => Box::new(raw),
    };
    let (front, inner) = peek::<4>(inner).map_err(failed)?;
    if front == avro::MAGIC {
        let lines = AvroLines::new(inner, input.expansion(), input.stored()?).map_err(failed)?;
        return Ok((Box::new(BufReader::with_capacity(BUFFER, lines)), Compression::Avro));
    }
    let (mark, text) = peek::<3>(Box::new(inner)).map_err(failed)?;
    let text: Box<dyn Read + Send> = match mark.as_slice() {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Err(utf16(input)),
        [0xef, 0xbb, 0xbf] => Box::new(text.into_inner().1),
        _ => Box::new(text),
    };
    let compression = if compression == Compression::None { input.packing() } else { compression };
    if !matches!(mark.as_slice(), [b'<', ..] | [0xef, 0xbb, 0xbf]) {
        return Ok((Box::new(BufReader::with_capacity(BUFFER, text)), compression));
    }
    let (front, text) = peek::<4096>(text).map_err(failed)?;
    let text: (Box<dyn Read + Send>, _) = match xes::is_log(&front) {
        true => (unpacked(input, XesLines::new(text))?, Compression::Xes),
        false => (Box::new(text), compression),
    };
    let (text, compression) = text;
    Ok((Box::new(BufReader::with_capacity(BUFFER, text)), compression))
}

/// The compression that the first bytes of an input tell.
pub(crate) fn compression(start: &[u8]) -> Compression {
    match start {
        [0x1f, 0x8b, ..] => Compression::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zstd,
        [b'B', b'Z', b'h', b'1'..=b'9', ..] => Compression::Bzip2,
        _ => Compression::None,
    }
}

fn unpacked(input: &Input, decoder: impl Read + Send + 'static) -> Result<Box<dyn Read + Send>, IngestError> {
    Ok(Box::new(Unpacked::new(decoder, input.expansion(), input.stored()?)))
}

fn utf16(input: &Input) -> IngestError {
    IngestError::Unsupported {
        input: input.name().to_owned(),
        found: "UTF-16 text (Excel calls it \"Unicode text\"); save it as UTF-8".into(),
        allowed: SUPPORTED,
    }
}

type Peeked = Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>;

/// The first `N` bytes, or all if there are fewer, and a reader over everything.
fn peek<const N: usize>(mut reader: Box<dyn Read + Send>) -> io::Result<(Vec<u8>, Peeked)> {
    let mut head = Vec::with_capacity(N);
    reader.by_ref().take(N as u64).read_to_end(&mut head)?;
    Ok((head.clone(), Cursor::new(head).chain(reader)))
}

/// Whether an input that is not compressed begins with a UTF-8 byte order mark.
///
/// # Errors
/// When the input can't be opened.
pub(crate) fn has_mark(input: &Input) -> Result<bool, IngestError> {
    Ok(magic(input)?.starts_with(b"\xef\xbb\xbf"))
}

/// The first bytes of an input as stored.
pub(crate) fn magic(input: &Input) -> Result<Vec<u8>, IngestError> {
    let failed = |cause| read_error(input.name(), 0, cause);
    peek::<8>(input.open()?).map(|(head, _)| head).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn text(bytes: Vec<u8>) -> io::Result<String> {
        let (mut reader, _) = open_text(&Input::memory("x", bytes)).unwrap();
        let mut text = String::new();
        reader.read_to_string(&mut text).map(|_| text)
    }

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn bzip2(text: &str) -> Vec<u8> {
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn members_and_frames_are_read_to_the_last() {
        assert_eq!(text([bzip2("a,b\n"), bzip2("1,2\n")].concat()).unwrap(), "a,b\n1,2\n");
        assert_eq!(text([gzip("a,b\n"), gzip("1,2\n")].concat()).unwrap(), "a,b\n1,2\n");
        let frames = [zstd::encode_all(&b"a,b\n"[..], 1).unwrap(), zstd::encode_all(&b"1,2\n"[..], 1).unwrap()];
        assert_eq!(text(frames.concat()).unwrap(), "a,b\n1,2\n");
    }

    #[test]
    fn byte_order_mark_is_taken_away_inside_a_container_too() {
        assert_eq!(text(gzip("\u{feff}a,b")).unwrap(), "a,b");
        assert_eq!(text("\u{feff}a".into()).unwrap(), "a");
        assert_eq!(text(Vec::new()).unwrap(), "");
    }

    #[test]
    fn truncated_containers_fail() {
        for mut bytes in [gzip, bzip2].map(|pack| pack(&"a,b\n".repeat(10_000))) {
            bytes.truncate(bytes.len() - 12);
            // A short text of bzip2 is one block, which is read while opening.
            let opened = open_text(&Input::memory("x", bytes));
            let read = |(mut text, _): (TextReader, _)| text.read_to_end(&mut Vec::new()).is_err();
            assert!(opened.map_or(true, read));
        }
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused_by_name() {
        use crate::limits::Expansion;
        let lines = "a,b\n".repeat(100_000);
        let bombs = [gzip(&lines), bzip2(&lines), zstd::encode_all(lines.as_bytes(), 1).unwrap()];
        for bytes in bombs {
            let input = Input::memory("x", bytes);
            let mut text = String::new();
            let (mut reader, _) = open_text(&input.with_expansion(Expansion::tight(20))).unwrap();
            let error = reader.read_to_string(&mut text).unwrap_err();
            let error = read_error("x", 3, error).to_string();
            assert!(error.contains("limit of expansion") && error.contains("--max-expansion"), "{error}");
            assert!(open_text(&input).unwrap().0.read_to_string(&mut text).is_ok());
        }
    }

    #[test]
    fn utf16_is_named() {
        let Err(error) = open_text(&Input::memory("x.csv", vec![0xff, 0xfe, b'a', 0])) else { panic!("accepted") };
        assert!(error.to_string().contains("UTF-16"), "{error}");
    }
}
