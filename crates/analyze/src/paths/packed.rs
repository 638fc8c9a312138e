//! Which units are alike?
//!
//! Most units have few stops, and most logs few names. Then the stops of a unit fit into one number, and units of one number
//! are followed once, however many there are.
//!
//! ```text
//! 0 … 0 1 [stop] [stop] [stop]      stop = code, is_node, is_anchor
//! ```

use super::streams::Stop;

/// Bits of a stop beside its code.
const MARKS: u32 = 2;

/// How stops are put into a number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packing {
    /// Bits of a stop.
    bits: u32,
    /// Stops that fit.
    most: usize,
}

/// A stop as a number.
#[inline]
pub(super) fn packed(stop: Stop) -> u64 {
    u64::from(stop.code) << MARKS | u64::from(stop.is_node) << 1 | u64::from(stop.is_anchor)
}

/// The stop that is this number.
#[inline]
pub(super) fn unpacked(stop: u64) -> Stop {
    // A code has 32 bits, and nothing else is above the marks.
    let code = u32::try_from(stop >> MARKS).unwrap_or(u32::MAX);
    Stop { code, is_node: stop & 2 != 0, is_anchor: stop & 1 != 0 }
}

impl Packing {
    /// Packing of stops over `codes` codes.
    pub(super) fn of(codes: usize) -> Self {
        let bits = usize::BITS - codes.leading_zeros() + MARKS;
        // The highest bit that is used says where the first stop begins.
        Self { bits, most: ((u64::BITS - 1) / bits) as usize }
    }

    /// The number of these stops, if they fit.
    #[inline]
    pub(super) fn pack(self, stops: &[Stop]) -> Option<u64> {
        self.join(stops.iter().map(|stop| packed(*stop)))
    }

    /// The number of these stops, each [`packed`], if they fit.
    #[inline]
    pub(super) fn join(self, stops: impl ExactSizeIterator<Item = u64>) -> Option<u64> {
        (stops.len() <= self.most).then(|| stops.fold(1, |packed, stop| packed << self.bits | stop))
    }

    /// Puts the stops of a number into `stops`.
    pub(super) fn unpack(self, mut packed: u64, stops: &mut Vec<Stop>) {
        stops.clear();
        while packed > 1 {
            stops.push(unpacked(packed & ((1 << self.bits) - 1)));
            packed >>= self.bits;
        }
        stops.reverse();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(
            codes in prop::sample::select(vec![1_u32, 2, 3, 11, 16, 17, 255, 256, 70_000, u32::MAX]),
            drawn in prop::collection::vec((any::<u32>(), any::<bool>(), any::<bool>()), 0..40),
        ) {
            let packing = Packing::of(codes as usize);
            let stop = |(code, is_node, is_anchor): (u32, bool, bool)| Stop { code: code % codes, is_node, is_anchor };
            let stops: Vec<Stop> = drawn.into_iter().map(stop).collect();
            let mut again = vec![Stop::default()];
            match packing.pack(&stops) {
                Some(packed) => {
                    packing.unpack(packed, &mut again);
                    prop_assert_eq!(again, stops);
                }
                None => prop_assert!(stops.len() * packing.bits as usize >= 64 - packing.bits as usize),
            }
        }
    }
}
