//! How do rows get into files?
//!
//! A day of the vendor's export is written in blocks whose rows are shuffled, since the export promises no order. One file
//! is open at a time.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use arrow_schema::SchemaRef;
use flate2::Compression;
use flate2::write::GzEncoder;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression as Codec, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::dice::Dice;
use crate::error::GenerateError;
use crate::event::ShopEvent;
use crate::ga4::json::{Habits, write_line};
use crate::ga4::parquet::{BatchBuilder, schema};
use crate::ga4::row::{RowBuilder, date_text};
use crate::truth::RowTruth;

/// Rows that are shuffled together: enough to scramble a small day, few enough for little memory.
const BLOCK_ROWS: usize = 20_000;

/// Between size and time: level 6 takes twice as long for a tenth less.
const GZIP_LEVEL: u32 = 4;

/// Which file format a day gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DayFormat {
    Json,
    Parquet,
}

/// Writes one file per local day.
pub(crate) struct DayFiles<'a, F: Fn(i64) -> DayFormat> {
    folder: &'a Path,
    rows: RowBuilder,
    seed: u64,
    format_of: F,
    block: Vec<ShopEvent>,
    blocks: u64,
    open: Option<(i64, String, DayFile)>,
}

impl<'a, F: Fn(i64) -> DayFormat> DayFiles<'a, F> {
    /// Files in `folder`; `format_of` names the format of a local day.
    pub(crate) fn new(folder: &'a Path, rows: RowBuilder, seed: u64, format_of: F) -> Self {
        Self { folder, rows, seed, format_of, block: Vec::new(), blocks: 0, open: None }
    }

    /// Adds an event; days come in order.
    pub(crate) fn add(&mut self, event: ShopEvent, truth: &mut RowTruth) -> Result<(), GenerateError> {
        let day = self.rows.day(&event);
        if self.open.as_ref().is_none_or(|(open, _, _)| *open != day) {
            self.finish()?;
            self.open_day(day)?;
        }
        if let Some((_, name, _)) = &self.open {
            truth.add(&event, name);
        }
        self.block.push(event);
        if self.block.len() >= BLOCK_ROWS { self.write_block() } else { Ok(()) }
    }

    /// Closes the file that is open, if any.
    pub(crate) fn finish(&mut self) -> Result<(), GenerateError> {
        self.write_block()?;
        self.open.take().map_or(Ok(()), |(_, _, file)| file.close())
    }

    fn open_day(&mut self, day: i64) -> Result<(), GenerateError> {
        let date = date_text(day);
        let (name, file) = match (self.format_of)(day) {
            DayFormat::Json => {
                let name = format!("events_{date}.json.gz");
                let file = JsonFile::create(self.folder.join(&name))?;
                (name, DayFile::Json(Box::new(file)))
            }
            DayFormat::Parquet => {
                let name = format!("events_{date}.parquet");
                let file = ParquetFile::create(self.folder.join(&name))?;
                (name, DayFile::Parquet(Box::new(file)))
            }
        };
        self.open = Some((day, name, file));
        Ok(())
    }

    fn write_block(&mut self) -> Result<(), GenerateError> {
        let Some((_, _, file)) = &mut self.open else { return Ok(()) };
        Dice::new(self.seed, self.blocks, u64::MAX - 1).shuffle(&mut self.block);
        self.blocks += 1;
        file.write(&self.rows, &self.block)?;
        self.block.clear();
        Ok(())
    }
}

enum DayFile {
    Json(Box<JsonFile>),
    Parquet(Box<ParquetFile>),
}

impl DayFile {
    fn write(&mut self, rows: &RowBuilder, events: &[ShopEvent]) -> Result<(), GenerateError> {
        match self {
            Self::Json(file) => file.write(rows, events),
            Self::Parquet(file) => file.write(rows, events),
        }
    }

    fn close(self) -> Result<(), GenerateError> {
        match self {
            Self::Json(file) => file.close(),
            Self::Parquet(file) => file.close(),
        }
    }
}

/// A gzip file of JSON lines.
struct JsonFile {
    path: PathBuf,
    writer: GzEncoder<BufWriter<File>>,
    line: Vec<u8>,
}

impl JsonFile {
    fn create(path: PathBuf) -> Result<Self, GenerateError> {
        let file = create(&path)?;
        let writer = GzEncoder::new(BufWriter::new(file), Compression::new(GZIP_LEVEL));
        Ok(Self { path, writer, line: Vec::new() })
    }

    fn write(&mut self, rows: &RowBuilder, events: &[ShopEvent]) -> Result<(), GenerateError> {
        for event in events {
            self.line.clear();
            let habits =
                Habits { writes_nulls: event.action.ts_us % 7 == 0, quotes_booleans: event.action.ts_us % 3 == 0 };
            write_line(&rows.row(event), habits, &mut self.line);
            self.writer.write_all(&self.line).map_err(GenerateError::write(&self.path))?;
        }
        Ok(())
    }

    fn close(self) -> Result<(), GenerateError> {
        let buffered = self.writer.finish().map_err(GenerateError::write(&self.path))?;
        let end = buffered.into_inner().map_err(std::io::IntoInnerError::into_error);
        end.map(drop).map_err(GenerateError::write(self.path))
    }
}

/// A nested Parquet file, a row group per block.
struct ParquetFile {
    path: PathBuf,
    schema: SchemaRef,
    builder: BatchBuilder,
    writer: ArrowWriter<File>,
}

impl ParquetFile {
    fn create(path: PathBuf) -> Result<Self, GenerateError> {
        let (file, schema) = (create(&path)?, schema());
        let properties = WriterProperties::builder()
            .set_compression(Codec::ZSTD(ZstdLevel::default()))
            .set_created_by("kundresa-generate".to_owned())
            .build();
        let writer = ArrowWriter::try_new(file, schema.clone(), Some(properties));
        let writer = writer.map_err(GenerateError::parquet(&path))?;
        Ok(Self { path, schema, builder: BatchBuilder::new(), writer })
    }

    fn write(&mut self, rows: &RowBuilder, events: &[ShopEvent]) -> Result<(), GenerateError> {
        for event in events {
            self.builder.push(&rows.row(event));
        }
        let batch =
            self.builder.finish(&self.schema).map_err(Into::into).map_err(GenerateError::parquet(&self.path))?;
        self.writer.write(&batch).and_then(|()| self.writer.flush()).map_err(GenerateError::parquet(&self.path))
    }

    fn close(self) -> Result<(), GenerateError> {
        self.writer.close().map(drop).map_err(GenerateError::parquet(self.path))
    }
}

/// A file that is written line by line.
pub(crate) struct LineFile {
    path: PathBuf,
    writer: BufWriter<File>,
    line: Vec<u8>,
}

impl LineFile {
    /// A new file that begins with `header`.
    pub(crate) fn create(path: PathBuf, header: &str) -> Result<Self, GenerateError> {
        let mut writer = BufWriter::new(create(&path)?);
        writer.write_all(header.as_bytes()).map_err(GenerateError::write(&path))?;
        Ok(Self { path, writer, line: Vec::new() })
    }

    /// Appends what `write` puts into the buffer.
    pub(crate) fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Result<(), GenerateError> {
        self.line.clear();
        write(&mut self.line);
        self.writer.write_all(&self.line).map_err(GenerateError::write(&self.path))
    }

    pub(crate) fn close(mut self) -> Result<(), GenerateError> {
        self.writer.flush().map_err(GenerateError::write(self.path))
    }
}

fn create(path: &Path) -> Result<File, GenerateError> {
    File::create(path).map_err(GenerateError::write(path))
}
