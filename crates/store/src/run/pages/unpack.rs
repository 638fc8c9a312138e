//! What do packed differences add up to?
//!
//! Numbers of a miniblock are differences from the one before, less the least of the block, packed with the same number of
//! bits each. For every number of bits there is a loop of its own, in which all places are known: eight numbers take as many
//! bytes as one takes bits.

/// Numbers of a column. They wrap, as the encoding wants it: a difference may be larger than half of all numbers.
pub(crate) trait Number: Copy + Default {
    /// The number whose lower bits these are.
    fn of(bits: u64) -> Self;
    /// The sum without what goes beyond.
    fn plus(self, other: Self) -> Self;
}

macro_rules! number {
    ($number:ty, $of:expr) => {
        impl Number for $number {
            #[inline]
            fn of(bits: u64) -> Self {
                $of(bits)
            }

            #[inline]
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
        }
    };
}

number!(u8, |bits: u64| bits.to_le_bytes()[0]);
number!(u32, |bits: u64| {
    let [lowest, low, high, highest, ..] = bits.to_le_bytes();
    u32::from_le_bytes([lowest, low, high, highest])
});
number!(i64, u64::cast_signed);

/// Numbers that are unpacked at once.
pub(super) const GROUP: usize = 8;
/// Bytes that are looked at beyond those of a group.
pub(super) const BEYOND: usize = 8;

/// Fills `out` with the sums of `last`, the differences in `packed` of `width` bits each, and `least` for each of them.
///
/// `out` has a multiple of [`GROUP`] numbers, and `packed` [`BEYOND`] bytes more than these take. `None` if no number is that wide.
pub(super) fn add_up<N: Number>(width: u8, packed: &[u8], least: N, last: N, out: &mut [N]) -> Option<()> {
    macro_rules! by_width {
        ($($width:literal)*) => {
            match width {
                0 => repeat(least, last, out),
                $($width => unpack::<N, $width>(packed, least, last, out),)*
                _ => return None,
            }
        };
    }
    by_width!(
        1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32
        33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64
    );
    Some(())
}

fn repeat<N: Number>(least: N, mut last: N, out: &mut [N]) {
    for number in out {
        last = last.plus(least);
        *number = last;
    }
}

fn unpack<N: Number, const WIDTH: usize>(packed: &[u8], least: N, mut last: N, out: &mut [N]) {
    for (group, at) in out.chunks_exact_mut(GROUP).zip((0..).step_by(WIDTH)) {
        let bytes = &packed[at..at + WIDTH + BEYOND];
        for (place, number) in group.iter_mut().enumerate() {
            last = last.plus(N::of(bits::<WIDTH>(bytes, place)).plus(least));
            *number = last;
        }
    }
}

/// The bits of the difference at `place`.
#[inline(always)]
fn bits<const WIDTH: usize>(bytes: &[u8], place: usize) -> u64 {
    let (first, shift) = (place * WIDTH / 8, place * WIDTH % 8);
    let word = bytes[first..first + 8].try_into().map_or(0, u64::from_le_bytes);
    let mut bits = word >> shift;
    if shift + WIDTH > 64 {
        bits |= u64::from(bytes[first + 8]) << (64 - shift);
    }
    bits & (u64::MAX >> (64 - WIDTH))
}
