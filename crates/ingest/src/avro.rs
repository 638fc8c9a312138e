//! How does an Avro file become one JSON object per record?
//!
//! A container file holds its schema and then blocks of records. A record becomes one line of JSON, with what is null left
//! out, so that whatever reads NDJSON reads it: the GA4 export, a vendor's nested records, flat rows. Blocks are found and
//! unpacked in [`blocks`]; their records are decoded by Arrow, one at a time, so that damage is told with its place. Numbers
//! stay numbers, instants become ISO 8601, bytes hexadecimal digits. A file is one part, whatever its markers.

mod blocks;

use std::io::{self, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_array::RecordBatch;
use arrow_avro::reader::{Decoder, DecoderMode, ReaderBuilder};
use arrow_avro::schema::{AvroSchema, Fingerprint, FingerprintAlgorithm, SchemaStore};
use arrow_json::LineDelimitedWriter;
use arrow_schema::DataType;

use self::blocks::{Block, Blocks};
use crate::limits::{Expansion, LONGEST_LINE, LimitReached};

/// The first bytes of a container file.
pub(crate) const MAGIC: &[u8; 4] = b"Obj\x01";
/// Most records that are written at once, and bytes of them.
const BATCH_ROWS: usize = 256;
const BATCH_BYTES: usize = 1 << 20;

/// Reads a container file as lines of JSON.
pub(crate) struct AvroLines {
    blocks: Blocks,
    decoder: Decoder,
    block: Block,
    /// Bytes and records of the block that were read.
    at: usize,
    read: u64,
    lines: Vec<u8>,
    given: usize,
    done: bool,
}

impl AvroLines {
    /// At the first record of a file that takes so many bytes where it is stored.
    pub(crate) fn new(file: impl Read + Send + 'static, expansion: Expansion, stored: u64) -> io::Result<Self> {
        let (blocks, schema) = Blocks::open(BufReader::new(Box::new(file)), expansion, stored)?;
        let decoder = guarded(|| decoder(schema).map_err(|cause| cause.to_string()))
            .map_err(|cause| damaged(format!("the schema of the Avro file: {cause}")))?;
        if let Some(name) = endless_list(&decoder) {
            return Err(damaged(format!("the schema of the Avro file: `{name}` is a list of nothing")));
        }
        let lines = Vec::new();
        Ok(Self { blocks, decoder, block: Block::default(), at: 0, read: 0, lines, given: 0, done: false })
    }

    /// Writes lines of the records that come next.
    fn fill(&mut self) -> io::Result<()> {
        self.lines.clear();
        self.given = 0;
        let mut taken = 0;
        // What was read before damage is handed out; the damage is met again behind it.
        while !self.decoder.batch_is_full() && taken < BATCH_BYTES {
            if self.read == self.block.records && !self.next_block()? {
                self.done = true;
                break;
            }
            taken += self.next_record()?;
        }
        let Self { decoder, lines, block, .. } = self;
        let written = guarded(|| {
            let batch = decoder.flush().map_err(|cause| cause.to_string())?;
            batch.map_or(Ok(()), |batch| write(&batch, lines))
        });
        written.map_err(|cause| damaged(format!("{}: {cause}", block.place())))
    }

    /// Goes on to the next block that has records; whether there is one.
    fn next_block(&mut self) -> io::Result<bool> {
        loop {
            if self.at < self.block.bytes.len() {
                let left = self.block.bytes.len() - self.at;
                return Err(damaged(format!("{}: {left} bytes behind its last record", self.block.place())));
            }
            let Some(block) = self.blocks.next()? else { return Ok(false) };
            (self.block, self.at, self.read) = (block, 0, 0);
            if self.block.records > 0 {
                return Ok(true);
            }
        }
    }

    /// Decodes a record; the bytes it takes.
    fn next_record(&mut self) -> io::Result<usize> {
        let Self { decoder, block, at, read, .. } = self;
        let rest = block.bytes.get(*at..).unwrap_or_default();
        // What a record takes in memory is a multiple of its bytes.
        let shown = &rest[..rest.len().min(LONGEST_LINE)];
        let length = guarded(|| decoder.decode(shown).map_err(|cause| cause.to_string()));
        let length = length.map_err(|cause| match shown.len() < rest.len() && cause.contains("EOF") {
            true => too_long(),
            false => damaged(format!("{}, record {}: {cause}", block.place(), *read + 1)),
        })?;
        *at += length;
        *read += 1;
        Ok(length)
    }
}

impl Read for AvroLines {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.lines.len() && !self.done {
            self.fill()?;
        }
        let rest = &self.lines[self.given..];
        let count = rest.len().min(out.len());
        out[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}

/// Decodes records of a schema that stand one behind the other.
fn decoder(schema: AvroSchema) -> Result<Decoder, arrow_schema::ArrowError> {
    let written = Fingerprint::Id(0);
    let mut schemas = SchemaStore::new_with_type(FingerprintAlgorithm::Id);
    schemas.set(written, schema)?;
    let builder = ReaderBuilder::new().with_writer_schema_store(schemas).with_active_fingerprint(written);
    builder.with_decoder_mode(DecoderMode::UnframedDatum).with_batch_size(BATCH_ROWS).build_decoder()
}

fn write(batch: &RecordBatch, lines: &mut Vec<u8>) -> Result<(), String> {
    let mut writer = LineDelimitedWriter::new(lines);
    writer.write(batch).and_then(|()| writer.finish()).map_err(|cause| cause.to_string())
}

/// A list whose elements take no bytes, so that a few bytes could promise any number of them.
fn endless_list(decoder: &Decoder) -> Option<String> {
    let schema = decoder.schema();
    let endless = schema.fields().iter().find(|field| has_endless_list(field.data_type()));
    endless.map(|field| field.name().clone())
}

fn has_endless_list(data_type: &DataType) -> bool {
    match data_type {
        DataType::List(element) => takes_nothing(element.data_type()) || has_endless_list(element.data_type()),
        DataType::Struct(fields) => fields.iter().any(|field| has_endless_list(field.data_type())),
        DataType::Map(entry, _) => has_endless_list(entry.data_type()),
        _ => false,
    }
}

fn takes_nothing(data_type: &DataType) -> bool {
    match data_type {
        DataType::Null | DataType::FixedSizeBinary(0) => true,
        DataType::Struct(fields) => fields.iter().all(|field| takes_nothing(field.data_type())),
        _ => false,
    }
}

/// The result of a call into the decoder, in which no panic on a damaged file may get away.
fn guarded<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err("damaged".to_owned()))
}

fn too_long() -> io::Error {
    let what = format!("a record is longer than {} MiB, the limit of one row", LONGEST_LINE >> 20);
    LimitReached { what, hint: "is this a log of events?" }.into()
}

fn damaged(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
