//! Which rows of a page have a value?
//!
//! A level of one bit per row, in stretches of equal ones and stretches of eights that are written bit by bit.

use kundresa_model::index::index32;

use super::delta::Reader;

/// Adds to `filled` the rows of `levels` with a value, of `rows` rows of which the first is number `first`; `None` if there are
/// no levels of as many rows.
pub(super) fn add_filled(levels: &[u8], rows: usize, first: usize, filled: &mut Vec<u32>) -> Option<()> {
    let (mut levels, mut row) = (Reader(levels), 0);
    let end = index32(first + rows);
    while row < rows {
        let head = levels.size()?;
        let (most, now) = (rows - row, index32(first + row));
        if head & 1 == 0 {
            let stretch = (head >> 1).min(most);
            if levels.take(1)?[0] & 1 == 1 {
                filled.extend(now..index32(first + row + stretch));
            }
            row += stretch;
        } else {
            let eights = (head >> 1).min(most.div_ceil(8));
            for (byte, start) in levels.take(eights)?.iter().zip((now..).step_by(8)) {
                add_bits(*byte, start, end, filled);
            }
            row += eights * 8;
        }
    }
    Some(())
}

/// Adds the places of the bits that are set, counted from `first`, before `end`: bits beyond the last row mean nothing.
#[inline]
fn add_bits(mut byte: u8, first: u32, end: u32, filled: &mut Vec<u32>) {
    while byte != 0 {
        let row = first + byte.trailing_zeros();
        if row < end {
            filled.push(row);
        }
        byte &= byte - 1;
    }
}
