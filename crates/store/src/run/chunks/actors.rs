//! How does the column of actors become a column chunk?
//!
//! Rows lie actor by actor, so no row needs to be looked at: the dictionary has each name once, in their order, and a page
//! has how many rows each one has.

use kundresa_model::index::index32;
use parquet::basic::Encoding;
use parquet::errors::ParquetError;
use parquet::schema::types::ColumnDescPtr;
use zstd::bulk::Compressor;

use super::page_writer::{PageBytes, PageWriter};
use super::stretches::Stretches;
use super::{Chunk, PAGE_ROWS};
use crate::run::schema::{DICTIONARY_BYTES, ZSTD_LEVEL, zstd};

/// The chunk of rows of actors: actor `a` is called `names[a]` and has rows `offsets[a]..offsets[a + 1]`. All names differ.
///
/// `None` if there are no actors, or the names take more than a dictionary may.
pub(crate) fn encode_actors(
    names: &[String],
    offsets: &[u32],
    column: &ColumnDescPtr,
) -> Result<Option<Chunk>, ParquetError> {
    let Some(dictionary) = dictionary(names) else { return Ok(None) };
    let mut compressor = Compressor::new(ZSTD_LEVEL)?;
    let mut compressed = |bytes: Vec<u8>| -> Result<PageBytes, ParquetError> {
        Ok(PageBytes { uncompressed: bytes.len(), bytes: compressor.compress(&bytes)? })
    };
    let mut writer = PageWriter::new(column, zstd());
    writer.dictionary(compressed(dictionary)?, index32(names.len()))?;
    let rows = offsets.last().map_or(0, |end| *end as usize);
    for start in (0..rows).step_by(PAGE_ROWS) {
        let end = rows.min(start + PAGE_ROWS);
        let page = compressed(page(offsets, start, end))?;
        writer.data(page, index32(end - start), Encoding::RLE_DICTIONARY)?;
    }
    writer.finish(None).map(Some)
}

/// Length and bytes of every name.
fn dictionary(names: &[String]) -> Option<Vec<u8>> {
    let bytes = names.iter().map(|name| 4 + name.len()).sum();
    if names.is_empty() || bytes >= DICTIONARY_BYTES {
        return None;
    }
    let mut dictionary = Vec::with_capacity(bytes);
    for name in names {
        dictionary.extend(index32(name.len()).to_le_bytes());
        dictionary.extend_from_slice(name.as_bytes());
    }
    Some(dictionary)
}

/// Places in the dictionary of the rows from `start` to `end`, after the number of their bits.
fn page(offsets: &[u32], start: usize, end: usize) -> Vec<u8> {
    let first = offsets.partition_point(|offset| *offset as usize <= start) - 1;
    let last = offsets.partition_point(|offset| (*offset as usize) < end) - 1;
    // Not every reader takes numbers of no bits.
    let width = (u64::BITS - (last as u64).leading_zeros()).max(1);
    let mut places = Stretches::new(width, vec![width.to_le_bytes()[0]]);
    let mut row = start;
    for (actor, offset) in (first..=last).zip(&offsets[first + 1..]) {
        let until = end.min(*offset as usize);
        places.push(actor as u64, until - row);
        row = until;
    }
    places.finish()
}
