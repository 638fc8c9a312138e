//! How are the numbers of whole row groups decoded as fast as they were written?
//!
//! The Parquet library decodes everything; this decodes what [`schema`](super::schema) writes for numbers, straight into
//! buffers that are used again:
//!
//! ```text
//! page ─► levels ─► rows with a value ┐
//!      └► differences ─► numbers ─────┴► columns        anything else ─► None: ask the library
//! ```
//!
//! What is damaged is `None` as well, so that the library says what is wrong with it.

mod delta;
mod levels;
mod spare;
#[cfg(test)]
mod tests;
mod unpack;

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use parquet::basic::Encoding;
use parquet::column::page::{Page, PageReader};

pub(crate) use delta::Padded;
use delta::Reader;
pub(crate) use spare::{Marked, Spare, take_back};
pub(crate) use unpack::Number;

use crate::run::parquet_file::ParquetFile;

/// Fills `into` with the numbers of the column without nulls `name` in the row groups `groups`.
pub(crate) fn filled<N: Number>(
    file: &ParquetFile,
    groups: Range<usize>,
    name: &str,
    into: &mut Vec<N>,
    padded: &mut Padded,
) -> Option<()> {
    into.resize(file.rows_in(&groups)?, N::default());
    let mut rest = into.as_mut_slice();
    each_page(file, groups, name, 0, &mut |page, rows| {
        let (now, later) = std::mem::take(&mut rest).split_at_mut_checked(rows)?;
        rest = later;
        delta::decode(page, now, padded)
    })?;
    rest.is_empty().then_some(())
}

/// Fills `into` with the numbers of the column `name` in the row groups `groups`, and marks where there are none.
pub(crate) fn marked(
    file: &ParquetFile,
    groups: Range<usize>,
    name: &str,
    into: &mut Marked,
    values: &mut Vec<i64>,
    padded: &mut Padded,
) -> Option<()> {
    let (numbers, filled) = into.begin(file.rows_in(&groups)?);
    let mut row = 0;
    each_page(file, groups, name, 1, &mut |page, rows| {
        let mut page = Reader(page);
        let levels = page.take(4)?.try_into().map(u32::from_le_bytes).ok()?;
        let known = filled.len();
        levels::add_filled(page.take(levels as usize)?, rows, row, filled)?;
        row += rows;
        values.resize(filled.len() - known, 0);
        if !values.is_empty() {
            delta::decode(page.0, values, padded)?;
        }
        for (row, value) in filled[known..].iter().zip(&*values) {
            *numbers.get_mut(*row as usize)? = *value;
        }
        Some(())
    })?;
    (row == numbers.len()).then_some(())
}

/// Calls `decode` with the content and the number of rows of every page of the column `name` in the row groups `groups`.
fn each_page(
    file: &ParquetFile,
    groups: Range<usize>,
    name: &str,
    most_levels: i16,
    decode: &mut dyn FnMut(&[u8], usize) -> Option<()>,
) -> Option<()> {
    let leaf = file.leaf(name, most_levels)?;
    let mut each_of = |group| {
        let mut pages = file.pages(group, leaf).ok()?;
        while let Some(page) = pages.get_next_page().ok()? {
            let Page::DataPage { buf, num_values, encoding, def_level_encoding, .. } = page else { return None };
            let is_ours = encoding == Encoding::DELTA_BINARY_PACKED && def_level_encoding == Encoding::RLE;
            is_ours.then(|| decode(&buf, num_values as usize))??;
        }
        Some(())
    };
    // The library panics on some damaged pages.
    catch_unwind(AssertUnwindSafe(|| groups.into_iter().try_for_each(&mut each_of))).ok()?
}
