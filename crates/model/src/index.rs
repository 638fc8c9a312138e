//! How does a position in memory become a 32-bit index without a silent wrap?

/// `position` as a 32-bit index.
///
/// # Panics
/// When it does not fit; batches and chunks are cut long before 2³² entries.
#[inline]
#[must_use]
pub fn index32(position: usize) -> u32 {
    u32::try_from(position).expect("a batch or chunk holds fewer than 2^32 entries")
}
