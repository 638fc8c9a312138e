//! How do encoded pages become a column chunk, with what the file says about it?

use bytes::Bytes;
use parquet::basic::{Compression, Encoding, PageType};
use parquet::column::page::{CompressedPage, Page, PageWriter as _};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, OffsetIndexBuilder, PageEncodingStats};
use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

use super::Chunk;

/// A column chunk under construction.
pub(super) struct PageWriter {
    column: ColumnDescPtr,
    compression: Compression,
    pages: TrackedWrite<Vec<u8>>,
    kinds: Vec<PageEncodingStats>,
    offsets: OffsetIndexBuilder,
    rows: i64,
    uncompressed_bytes: i64,
    dictionary: Option<i64>,
    data: Option<i64>,
}

/// The bytes of a page, compressed or not, and how many they are without compression.
pub(super) struct PageBytes {
    pub(super) bytes: Vec<u8>,
    pub(super) uncompressed: usize,
}

impl From<Vec<u8>> for PageBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self { uncompressed: bytes.len(), bytes }
    }
}

impl PageWriter {
    /// No pages yet; they will come compressed like that.
    pub(super) fn new(column: &ColumnDescPtr, compression: Compression) -> Self {
        Self {
            column: column.clone(),
            compression,
            pages: TrackedWrite::new(Vec::new()),
            kinds: Vec::new(),
            offsets: OffsetIndexBuilder::new(),
            rows: 0,
            uncompressed_bytes: 0,
            dictionary: None,
            data: None,
        }
    }

    /// Appends the dictionary of that many values, before all other pages.
    pub(super) fn dictionary(&mut self, page: PageBytes, values: u32) -> Result<(), ParquetError> {
        let buf = Bytes::from(page.bytes);
        let content = Page::DictionaryPage { buf, num_values: values, encoding: Encoding::PLAIN, is_sorted: false };
        let (offset, _) = self.append(content, page.uncompressed)?;
        self.dictionary = Some(offset);
        self.count(PageType::DICTIONARY_PAGE, Encoding::PLAIN);
        Ok(())
    }

    /// Appends a page of `rows` rows.
    pub(super) fn data(&mut self, page: PageBytes, rows: u32, encoding: Encoding) -> Result<(), ParquetError> {
        let content = Page::DataPage {
            buf: Bytes::from(page.bytes),
            num_values: rows,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        let (offset, bytes) = self.append(content, page.uncompressed)?;
        self.data.get_or_insert(offset);
        self.offsets.append_row_count(i64::from(rows));
        self.offsets.append_offset_and_size(offset, i32::try_from(bytes)?);
        self.rows += i64::from(rows);
        self.count(PageType::DATA_PAGE, encoding);
        Ok(())
    }

    /// Writes a page; where it begins, and its bytes.
    fn append(&mut self, page: Page, uncompressed: usize) -> Result<(i64, usize), ParquetError> {
        let written = SerializedPageWriter::new(&mut self.pages).write_page(CompressedPage::new(page, uncompressed))?;
        self.uncompressed_bytes += i64::try_from(written.uncompressed_size)?;
        Ok((i64::try_from(written.offset)?, written.compressed_size))
    }

    fn count(&mut self, page_type: PageType, encoding: Encoding) {
        match self.kinds.last_mut() {
            Some(kind) if kind.page_type == page_type => kind.count += 1,
            _ => self.kinds.push(PageEncodingStats { page_type, encoding, count: 1 }),
        }
    }

    /// The chunk.
    pub(super) fn finish(self, statistics: Option<Statistics>) -> Result<Chunk, ParquetError> {
        let pages = self.pages.into_inner()?;
        let encodings = self.kinds.iter().map(|kind| kind.encoding).chain([Encoding::RLE]).collect();
        let mut metadata = ColumnChunkMetaData::builder(self.column)
            .set_compression(self.compression)
            .set_encodings(encodings)
            .set_page_encoding_stats(self.kinds)
            .set_total_compressed_size(i64::try_from(pages.len())?)
            .set_total_uncompressed_size(self.uncompressed_bytes)
            .set_num_values(self.rows)
            .set_data_page_offset(self.data.unwrap_or_default())
            .set_dictionary_page_offset(self.dictionary);
        if let Some(statistics) = statistics {
            metadata = metadata.set_statistics(statistics);
        }
        let close = ColumnCloseResult {
            bytes_written: pages.len() as u64,
            rows_written: self.rows.cast_unsigned(),
            metadata: metadata.build()?,
            bloom_filter: None,
            column_index: None,
            offset_index: Some(self.offsets.build()),
        };
        Ok(Chunk::Own(pages.into(), close))
    }
}
