//! How are small numbers encoded that come in stretches of equal ones?
//!
//! Parquet's hybrid of stretches and packed bits: a stretch of eight or more is a count and the number; what lies between
//! them is packed, eight by eight.

use super::bits::{GROUP, pack};
use super::delta::push_number;

/// Numbers of a page under construction.
pub(super) struct Stretches {
    width: u32,
    /// Numbers that are to be packed.
    packed: Vec<u64>,
    out: Vec<u8>,
}

impl Stretches {
    /// No numbers yet; they go to the end of `out`, with `width` bits each.
    pub(super) fn new(width: u32, out: Vec<u8>) -> Self {
        Self { width, packed: Vec::new(), out }
    }

    /// Appends `count` times the same number.
    pub(super) fn push(&mut self, number: u64, mut count: usize) {
        let missing = self.packed.len().next_multiple_of(GROUP) - self.packed.len();
        let filling = missing.min(count);
        self.packed.resize(self.packed.len() + filling, number);
        count -= filling;
        if count < GROUP {
            self.packed.resize(self.packed.len() + count, number);
            return;
        }
        self.flush();
        push_number((count as u64) << 1, &mut self.out);
        self.out.extend_from_slice(&number.to_le_bytes()[..self.width.div_ceil(8) as usize]);
    }

    fn flush(&mut self) {
        if self.packed.is_empty() {
            return;
        }
        self.packed.resize(self.packed.len().next_multiple_of(GROUP), 0);
        push_number(((self.packed.len() / GROUP) as u64) << 1 | 1, &mut self.out);
        pack(&self.packed, self.width, &mut self.out);
        self.packed.clear();
    }

    /// The bytes.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.flush();
        self.out
    }
}
