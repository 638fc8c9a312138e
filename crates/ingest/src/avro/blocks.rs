//! Where are the blocks of an Avro file, and what is in them once they are unpacked?
//!
//! A block says how many records it has and how many bytes they take; behind it stands the marker that its file's header
//! names. A block that ends early, or behind which something else stands, is damage and never the end of the file.

use std::io::{self, BufReader, Read};

use arrow_avro::compression::CompressionCodec;
use arrow_avro::reader::read_header_info;
use arrow_avro::schema::AvroSchema;
use flate2::Crc;

use super::{damaged, guarded};
use crate::limits::{Expansion, LimitReached, MOST_IN_MEMORY, MOST_METADATA};

/// A block, unpacked.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// Its number, from 1.
    number: u64,
    /// Where in the file it begins.
    offset: u64,
    /// Records that it says it has.
    pub(super) records: u64,
    /// Those records.
    pub(super) bytes: Vec<u8>,
}

impl Block {
    /// Which it is, for messages.
    pub(super) fn place(&self) -> String {
        format!("block {} of the Avro file, at byte {}", self.number, self.offset)
    }
}

/// The blocks of a file.
pub(super) struct Blocks {
    file: BufReader<Box<dyn Read + Send>>,
    codec: Option<CompressionCodec>,
    marker: [u8; 16],
    expansion: Expansion,
    /// Bytes that all blocks may unpack to, and those that are left of them.
    most: u64,
    left: u64,
    /// Blocks and bytes that were read.
    number: u64,
    at: u64,
}

impl Blocks {
    /// Behind the header, with the schema that stands in it.
    pub(super) fn open(
        mut file: BufReader<Box<dyn Read + Send>>,
        expansion: Expansion,
        stored: u64,
    ) -> io::Result<(Self, AvroSchema)> {
        let failed = |cause: String| damaged(format!("the header of the Avro file: {cause}"));
        let header = guarded(|| {
            let header = read_header_info((&mut file).take(MOST_METADATA)).map_err(|cause| cause.to_string())?;
            let (schema, codec) = (header.writer_schema(), header.compression());
            let (schema, codec) = schema.and_then(|schema| Ok((schema, codec?))).map_err(|cause| cause.to_string())?;
            Ok((header.header_len(), header.sync(), schema, codec))
        });
        let (at, marker, schema, codec) = header.map_err(failed)?;
        if let Some(CompressionCodec::Bzip2 | CompressionCodec::Xz) = codec {
            let what = "its blocks are packed as bzip2 or xz; read are deflate, snappy, zstandard and plain blocks";
            return Err(failed(what.to_owned()));
        }
        let most = expansion.most_bytes(stored);
        Ok((Self { file, codec, marker, expansion, most, left: most, number: 0, at }, schema))
    }

    /// The next block, if the file does not end there.
    pub(super) fn next(&mut self) -> io::Result<Option<Block>> {
        let mut block = Block { number: self.number + 1, offset: self.at, ..Block::default() };
        let read = self.read_into(&mut block);
        self.number += 1;
        read.map_err(|cause| match cause.get_ref().is_some_and(|inner| inner.is::<LimitReached>()) {
            true => cause,
            false if cause.kind() == io::ErrorKind::UnexpectedEof => {
                io::Error::new(cause.kind(), format!("{}, is cut short", block.place()))
            }
            false => damaged(format!("{}: {cause}", block.place())),
        })
        .map(|is_there| is_there.then_some(block))
    }

    /// Whether there was a block.
    fn read_into(&mut self, block: &mut Block) -> io::Result<bool> {
        let Some(records) = self.number()? else { return Ok(false) };
        let size = self.number()?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let (Ok(records), Ok(size)) = (u64::try_from(records), u64::try_from(size)) else {
            return Err(damaged(format!("{records} records of {size} bytes")));
        };
        let packed = self.bytes(size)?;
        let mut marker = [0; 16];
        self.file.read_exact(&mut marker)?;
        self.at += 16;
        if marker != self.marker {
            return Err(damaged("its end is not where it should be".to_owned()));
        }
        (block.records, block.bytes) = (records, self.unpacked(packed)?);
        self.left = self.left.saturating_sub(block.bytes.len() as u64);
        if records > block.bytes.len() as u64 {
            return Err(damaged(format!("{records} records in {} bytes", block.bytes.len())));
        }
        Ok(true)
    }

    /// A number as Avro writes it; none at the end of the file.
    fn number(&mut self) -> io::Result<Option<i64>> {
        let mut bits = 0_u64;
        for shift in (0..64).step_by(7) {
            let mut byte = [0];
            if self.file.read(&mut byte)? == 0 {
                return if shift == 0 { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
            }
            self.at += 1;
            bits |= u64::from(byte[0] & 0x7f) << shift;
            if byte[0] & 0x80 == 0 {
                // The lowest bit is the sign.
                return Ok(Some((bits >> 1).cast_signed() ^ -(bits & 1).cast_signed()));
            }
        }
        Err(damaged("a number that never ends".to_owned()))
    }

    fn bytes(&mut self, size: u64) -> io::Result<Vec<u8>> {
        if size > MOST_IN_MEMORY {
            return Err(too_large(size));
        }
        let mut bytes = Vec::new();
        self.file.by_ref().take(size).read_to_end(&mut bytes)?;
        self.at += bytes.len() as u64;
        if (bytes.len() as u64) < size { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(bytes) }
    }

    fn unpacked(&self, packed: Vec<u8>) -> io::Result<Vec<u8>> {
        match self.codec {
            Some(CompressionCodec::Deflate) => self.limited(flate2::bufread::DeflateDecoder::new(packed.as_slice())),
            Some(CompressionCodec::ZStandard) => self.limited(zstd::Decoder::with_buffer(packed.as_slice())?),
            Some(CompressionCodec::Snappy) => self.unpacked_snappy(&packed),
            _ => Ok(packed),
        }
    }

    fn limited(&self, reader: impl Read) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        reader.take(self.left.min(MOST_IN_MEMORY) + 1).read_to_end(&mut bytes)?;
        self.check(bytes.len() as u64).map(|()| bytes)
    }

    /// Behind the packed bytes stands a checksum of the others.
    fn unpacked_snappy(&self, packed: &[u8]) -> io::Result<Vec<u8>> {
        let (packed, sum) = packed.split_last_chunk::<4>().ok_or(io::ErrorKind::UnexpectedEof)?;
        self.check(snap::raw::decompress_len(packed)? as u64)?;
        let bytes = snap::raw::Decoder::new().decompress_vec(packed)?;
        let mut found = Crc::new();
        found.update(&bytes);
        if found.sum() == u32::from_be_bytes(*sum) { Ok(bytes) } else { Err(damaged("its checksum is another".into())) }
    }

    fn check(&self, size: u64) -> io::Result<()> {
        match () {
            () if size > self.left => Err(self.expansion.reached(self.most, "bytes").into()),
            () if size > MOST_IN_MEMORY => Err(too_large(size)),
            () => Ok(()),
        }
    }
}

fn too_large(size: u64) -> io::Error {
    let what =
        format!("a block of the Avro file takes {} MiB, over {} MiB, the limit", size >> 20, MOST_IN_MEMORY >> 20);
    LimitReached { what, hint: "write it with smaller blocks" }.into()
}
