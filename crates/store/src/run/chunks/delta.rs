//! How are numbers encoded as `DELTA_BINARY_PACKED`?
//!
//! ```text
//! numbers of a block · miniblocks in it · numbers · first number
//! block: least difference · bits per miniblock · miniblock · miniblock · …        the last one is filled up
//! ```
//!
//! The pages are those of the library, but for numbers that are all the same: those have the largest blocks that every
//! reader takes, since a block of them is five bytes however many it covers.

use super::bits::{pack, width};

/// Miniblocks of a block.
const MINIBLOCKS: usize = 4;
/// Numbers of the largest miniblock, and of one where all numbers are the same.
const SAME: usize = 1 << 12;
/// Most numbers of a block where they differ.
const MOST: usize = MINIBLOCKS * 64;

/// A number of a column. Differences are counted modulo the size that it has in the file.
pub(crate) trait Number: Copy + PartialEq {
    /// Numbers of a miniblock.
    const MINIBLOCK: usize;

    /// The number as the file has it.
    fn as_written(self) -> i64;

    /// How far it lies above the one before it.
    fn since(self, before: Self) -> i64;
}

impl Number for u8 {
    const MINIBLOCK: usize = 32;

    fn as_written(self) -> i64 {
        i64::from(self)
    }

    #[inline]
    fn since(self, before: Self) -> i64 {
        i64::from(self) - i64::from(before)
    }
}

impl Number for u32 {
    const MINIBLOCK: usize = 32;

    fn as_written(self) -> i64 {
        i64::from(self.cast_signed())
    }

    #[inline]
    fn since(self, before: Self) -> i64 {
        i64::from(self.wrapping_sub(before).cast_signed())
    }
}

impl Number for i64 {
    const MINIBLOCK: usize = 64;

    fn as_written(self) -> i64 {
        self
    }

    #[inline]
    fn since(self, before: Self) -> i64 {
        self.wrapping_sub(before)
    }
}

impl Number for u64 {
    const MINIBLOCK: usize = 64;

    fn as_written(self) -> i64 {
        self.cast_signed()
    }

    #[inline]
    fn since(self, before: Self) -> i64 {
        self.wrapping_sub(before).cast_signed()
    }
}

/// Appends the page of `numbers`.
pub(super) fn encode<N: Number>(numbers: &[N], out: &mut Vec<u8>) {
    let is_same = numbers.first().is_none_or(|first| numbers.iter().all(|number| number == first));
    let block = MINIBLOCKS * if is_same { SAME } else { N::MINIBLOCK };
    push_number(block as u64, out);
    push_number(MINIBLOCKS as u64, out);
    push_number(numbers.len() as u64, out);
    push_signed(numbers.first().map_or(0, |first| first.as_written()), out);
    let Some(later) = numbers.get(1..) else { return };
    if is_same {
        later.chunks(block).for_each(|_| out.extend([0; 1 + MINIBLOCKS]));
        return;
    }
    let mut differences = [0; MOST];
    for (now, before) in later.chunks(block).zip(numbers.chunks(block)) {
        let differences = &mut differences[..now.len()];
        for ((difference, now), before) in differences.iter_mut().zip(now).zip(before) {
            *difference = now.since(*before);
        }
        push_block(differences, N::MINIBLOCK, out);
    }
}

fn push_block(differences: &[i64], miniblock: usize, out: &mut Vec<u8>) {
    let least = differences.iter().copied().fold(i64::MAX, i64::min);
    push_signed(least, out);
    let widths = out.len();
    out.resize(widths + MINIBLOCKS, 0);
    for (place, differences) in (widths..).zip(differences.chunks(miniblock)) {
        let mut above = [0; MOST / MINIBLOCKS];
        for (above, difference) in above.iter_mut().zip(differences) {
            // None is less than the least; as numbers without sign the distance always fits.
            *above = difference.wrapping_sub(least).cast_unsigned();
        }
        let above = &above[..miniblock];
        let bits = width(above);
        out[place] = bits.to_le_bytes()[0];
        pack(above, bits, out);
    }
}

/// Appends a number, seven bits to a byte, the lowest first.
pub(super) fn push_number(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

/// Appends a number whose sign becomes its lowest bit.
fn push_signed(number: i64, out: &mut Vec<u8>) {
    push_number(((number << 1) ^ (number >> 63)).cast_unsigned(), out);
}
