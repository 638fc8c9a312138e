//! Which numbers does a page encoded as `DELTA_BINARY_PACKED` hold?
//!
//! ```text
//! numbers of a block · miniblocks in it · numbers · first number
//! block: least difference · bits per miniblock · miniblock · miniblock · …        the last one is filled up
//! ```

use super::unpack::{BEYOND, GROUP, Number, add_up};

/// Most numbers of a miniblock; what is written has 32 or 64.
const MOST_NUMBERS: usize = 1 << 12;

/// Working space for the end of a page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Padded(Vec<u8>);

/// Fills `out` with the numbers of `page`; `None` if it is not such a page with exactly as many.
pub(super) fn decode<N: Number>(page: &[u8], out: &mut [N], padded: &mut Padded) -> Option<()> {
    let mut page = Reader(page);
    let (block, miniblocks) = (page.size()?, page.size()?);
    let per_miniblock = block.checked_div(miniblocks)?;
    let is_even = per_miniblock > 0 && per_miniblock % GROUP == 0 && per_miniblock * miniblocks == block;
    if !is_even || per_miniblock > MOST_NUMBERS || page.size()? != out.len() {
        return None;
    }
    let mut last = N::of(page.signed()?);
    let Some((first, mut rest)) = out.split_first_mut() else { return Some(()) };
    *first = last;
    while !rest.is_empty() {
        let least = N::of(page.signed()?);
        for width in page.take(miniblocks)? {
            let (now, later) = rest.split_at_mut(per_miniblock.min(rest.len()));
            rest = later;
            let Some(end) = now.len().checked_sub(1) else { break };
            miniblock(&mut page, *width, per_miniblock, least, last, now, padded)?;
            last = now[end];
        }
    }
    Some(())
}

/// Fills `out` from the next miniblock, which has room for at least as many.
#[inline]
fn miniblock<N: Number>(
    page: &mut Reader<'_>,
    width: u8,
    numbers: usize,
    least: N,
    last: N,
    out: &mut [N],
    Padded(padded): &mut Padded,
) -> Option<()> {
    let bytes = numbers / GROUP * usize::from(width);
    if out.len() == numbers && page.0.len() >= bytes + BEYOND {
        let (packed, rest) = (&page.0[..bytes + BEYOND], &page.0[bytes..]);
        page.0 = rest;
        return add_up(width, packed, least, last, out);
    }
    let packed = page.take(bytes)?;
    padded.clear();
    padded.extend_from_slice(packed);
    padded.resize(bytes + BEYOND, 0);
    let mut whole = vec![N::default(); numbers];
    add_up(width, padded, least, last, &mut whole)?;
    out.copy_from_slice(&whole[..out.len()]);
    Some(())
}

/// Bytes that are still to be read.
#[derive(Debug)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    /// The next `count` bytes.
    #[inline]
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next number, seven bits to a byte, the lowest first.
    #[inline]
    pub(super) fn number(&mut self) -> Option<u64> {
        let (&first, rest) = self.0.split_first()?;
        if first < 0x80 {
            self.0 = rest;
            return Some(u64::from(first));
        }
        self.long_number()
    }

    fn long_number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// The next number as a size.
    #[inline]
    pub(super) fn size(&mut self) -> Option<usize> {
        self.number()?.try_into().ok()
    }

    /// The bits of the next number, whose sign is its lowest bit.
    fn signed(&mut self) -> Option<u64> {
        let number = self.number()?;
        Some((number >> 1) ^ (number & 1).wrapping_neg())
    }
}
