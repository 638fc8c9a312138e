//! How are numbers packed with as few bits each as the largest takes?
//!
//! For every number of bits there is a loop of its own, in which all places are known: eight numbers take as many bytes as
//! one takes bits.

/// Numbers that are packed at once.
pub(super) const GROUP: usize = 8;

/// Appends `numbers`, a multiple of [`GROUP`] of them, with `width` bits each. None is wider.
pub(super) fn pack(numbers: &[u64], width: u32, out: &mut Vec<u8>) {
    macro_rules! by_width {
        ($($width:literal)*) => {
            match width {
                $($width => pack_groups::<$width>(numbers, out),)*
                _ => (),
            }
        };
    }
    by_width!(
        1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32
        33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64
    );
}

/// Bits that the largest of `numbers` takes.
pub(super) fn width(numbers: &[u64]) -> u32 {
    u64::BITS - numbers.iter().fold(0, |all, number| all | number).leading_zeros()
}

fn pack_groups<const WIDTH: usize>(numbers: &[u64], out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + numbers.len() / GROUP * WIDTH, 0);
    for (group, bytes) in numbers.chunks_exact(GROUP).zip(out[start..].chunks_exact_mut(WIDTH)) {
        // One word more than eight numbers take, for what goes beyond the last of narrow ones.
        let mut words = [0_u64; GROUP + 1];
        for (place, number) in group.iter().enumerate() {
            let (word, shift) = (place * WIDTH / 64, place * WIDTH % 64);
            words[word] |= number << shift;
            if shift + WIDTH > 64 {
                words[word + 1] |= number >> (64 - shift);
            }
        }
        for (bytes, word) in bytes.chunks_mut(8).zip(words) {
            bytes.copy_from_slice(&word.to_le_bytes()[..bytes.len()]);
        }
    }
}
