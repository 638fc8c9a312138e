//! How do numbers that lie close together take few bytes?
//!
//! Rows of one table have times, row numbers and codes close to each other. A packed column keeps the least one and how
//! far each lies above it, in one, two, four or eight bytes, whatever the farthest takes; in none if all are the same.

use std::ops::Range;

use arrow_buffer::NullBuffer;
use kundresa_model::index::index32;

/// A number of at most 64 bits.
pub(crate) trait Number: Copy {
    /// Itself as a number that is ordered in the same way.
    fn to_bits(self) -> u64;
    /// The number of these bits, which [`Self::to_bits`] gave.
    fn from_bits(bits: u64) -> Self;
}

impl Number for i64 {
    #[inline]
    fn to_bits(self) -> u64 {
        self.cast_unsigned() ^ (1 << 63)
    }

    #[inline]
    fn from_bits(bits: u64) -> Self {
        (bits ^ (1 << 63)).cast_signed()
    }
}

macro_rules! number {
    ($($type:ty),*) => {$(
        impl Number for $type {
            #[inline]
            fn to_bits(self) -> u64 {
                u64::from(self)
            }

            #[inline]
            #[allow(clippy::cast_possible_truncation, reason = "to_bits made them of such a number; u64 needs no cut")]
            fn from_bits(bits: u64) -> Self {
                bits as Self
            }
        }
    )*};
}

number!(u8, u32, u64);

/// A column of numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Packed {
    pub(crate) base: u64,
    pub(crate) len: usize,
    pub(crate) offsets: Offsets,
}

/// How far each number lies above the least.
#[derive(Clone, Debug, Default)]
pub(crate) enum Offsets {
    /// All are the same.
    #[default]
    Same,
    /// At most 255.
    Bytes(Vec<u8>),
    /// At most 65,535.
    Shorts(Vec<u16>),
    /// Below 2^32.
    Words(Vec<u32>),
    /// Any.
    Longs(Vec<u64>),
}

impl Packed {
    /// As many times the same number.
    pub(crate) fn same_of<T: Number>(number: T, len: usize) -> Self {
        Self { base: number.to_bits(), len, offsets: Offsets::Same }
    }

    /// These numbers.
    pub(crate) fn of<T: Number>(numbers: &[T]) -> Self {
        Self::within(bounds(numbers), numbers.iter().copied())
    }

    /// Those of `numbers` at `rows`, in that order.
    pub(crate) fn picked<T: Number>(numbers: &[T], rows: &[u32]) -> Self {
        match numbers.is_empty() {
            true => Self::default(),
            false => Self::within(bounds(numbers), rows.iter().map(|row| numbers[*row as usize])),
        }
    }

    /// Numbers that lie within these bounds.
    #[allow(clippy::cast_possible_truncation, reason = "each width is chosen so that the farthest offset fits")]
    pub(crate) fn within<T: Number>((least, most): (u64, u64), numbers: impl ExactSizeIterator<Item = T>) -> Self {
        let len = numbers.len();
        if len == 0 {
            return Self::default();
        }
        // No number is less than the least.
        let above = numbers.map(|number| number.to_bits().wrapping_sub(least));
        let offsets = match most - least {
            0 => Offsets::Same,
            1..=0xff => Offsets::Bytes(above.map(|offset| offset as u8).collect()),
            0x100..=0xffff => Offsets::Shorts(above.map(|offset| offset as u16).collect()),
            0x1_0000..=0xffff_ffff => Offsets::Words(above.map(|offset| offset as u32).collect()),
            _ => Offsets::Longs(above.collect()),
        };
        Self { base: least, len, offsets }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The one number that all are, if that is plain to see.
    pub(crate) fn same<T: Number>(&self) -> Option<T> {
        (self.len > 0 && matches!(self.offsets, Offsets::Same)).then(|| T::from_bits(self.base))
    }

    /// The number at `row`.
    #[inline]
    pub(crate) fn get<T: Number>(&self, row: usize) -> T {
        let offset = match &self.offsets {
            Offsets::Same => 0,
            Offsets::Bytes(offsets) => u64::from(offsets[row]),
            Offsets::Shorts(offsets) => u64::from(offsets[row]),
            Offsets::Words(offsets) => u64::from(offsets[row]),
            Offsets::Longs(offsets) => offsets[row],
        };
        // The sum is a number that was packed.
        T::from_bits(self.base.wrapping_add(offset))
    }

    /// Appends what `map` makes of the numbers at `rows` to `out`.
    #[inline]
    pub(crate) fn append_to<T: Number, U: Clone>(&self, rows: Range<usize>, out: &mut Vec<U>, map: impl Fn(T) -> U) {
        let of = |offset: u64| map(T::from_bits(self.base.wrapping_add(offset)));
        match &self.offsets {
            _ if rows.is_empty() => (),
            Offsets::Same => out.resize(out.len() + rows.len(), of(0)),
            Offsets::Bytes(offsets) => out.extend(offsets[rows].iter().map(|offset| of(u64::from(*offset)))),
            Offsets::Shorts(offsets) => out.extend(offsets[rows].iter().map(|offset| of(u64::from(*offset)))),
            Offsets::Words(offsets) => out.extend(offsets[rows].iter().map(|offset| of(u64::from(*offset)))),
            Offsets::Longs(offsets) => out.extend(offsets[rows].iter().map(|offset| of(*offset))),
        }
    }

    /// Hands each of the numbers at `places` to `visit` with the one of `others` beside it.
    #[inline]
    fn visit<'o, T: Number, O>(&self, places: Range<usize>, others: &'o [O], mut visit: impl FnMut(&'o O, T)) {
        let number = |(other, offset): (&'o O, u64)| visit(other, T::from_bits(self.base.wrapping_add(offset)));
        let others = others.iter();
        match &self.offsets {
            Offsets::Same => others.zip(std::iter::repeat(0)).for_each(number),
            Offsets::Bytes(all) => others.zip(all[places].iter().map(|at| u64::from(*at))).for_each(number),
            Offsets::Shorts(all) => others.zip(all[places].iter().map(|at| u64::from(*at))).for_each(number),
            Offsets::Words(all) => others.zip(all[places].iter().map(|at| u64::from(*at))).for_each(number),
            Offsets::Longs(all) => others.zip(all[places].iter().copied()).for_each(number),
        }
    }

    /// Bytes held on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        match &self.offsets {
            Offsets::Same => 0,
            Offsets::Bytes(offsets) => offsets.capacity(),
            Offsets::Shorts(offsets) => 2 * offsets.capacity(),
            Offsets::Words(offsets) => 4 * offsets.capacity(),
            Offsets::Longs(offsets) => 8 * offsets.capacity(),
        }
    }
}

/// Least and greatest of the numbers.
pub(crate) fn bounds<T: Number>(numbers: &[T]) -> (u64, u64) {
    let bits = numbers.iter().map(|number| number.to_bits());
    bits.fold((u64::MAX, 0), |(least, most), number| (least.min(number), most.max(number)))
}

/// Numbers that some rows of a piece have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sparse {
    /// Rows with a number, rising; empty where all or none have one.
    pub(crate) rows: Vec<u32>,
    /// Their numbers.
    pub(crate) numbers: Packed,
}

/// Rows that are looked at before those with a number are kept.
const SOME: usize = 256;

impl Sparse {
    /// The numbers of the rows in order; `absent` stands for none.
    pub(crate) fn of(numbers: impl Iterator<Item = i64>, absent: i64) -> Self {
        let (mut rows, mut filled, mut len) = (Vec::new(), Vec::new(), 0_u32);
        for number in numbers {
            if number != absent {
                rows.push(len);
                filled.push(number);
            }
            len += 1;
        }
        Self::filled(rows, &filled, len as usize)
    }

    /// Those of `numbers` at `picked`, in that order; `absent` and nulls stand for none.
    pub(crate) fn picked(numbers: &[i64], nulls: Option<&NullBuffer>, picked: &[u32], absent: i64) -> Self {
        let (mut rows, mut filled) = (Vec::new(), Vec::new());
        let (mut some_rows, mut some) = ([0; SOME], [0; SOME]);
        for (chunk, picked) in picked.chunks(SOME).enumerate() {
            let (mut known, first) = (0, index32(chunk * SOME));
            for (place, row) in (first..).zip(picked) {
                let row = *row as usize;
                let number = numbers[row];
                // Written in any case, and kept only if there is one: whether there is cannot be guessed.
                (some_rows[known], some[known]) = (place, number);
                known += usize::from(number != absent && nulls.is_none_or(|nulls| nulls.is_valid(row)));
            }
            rows.extend_from_slice(&some_rows[..known]);
            filled.extend_from_slice(&some[..known]);
        }
        Self::filled(rows, &filled, picked.len())
    }

    /// The numbers of the given ones of so many rows.
    fn filled(mut rows: Vec<u32>, numbers: &[i64], of: usize) -> Self {
        if numbers.len() == of {
            rows = Vec::new();
        }
        rows.shrink_to_fit();
        Self { rows, numbers: Packed::of(numbers) }
    }

    /// Whether no row has a number.
    pub(crate) fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// The number of a row.
    pub(crate) fn get(&self, row: usize) -> Option<i64> {
        if self.rows.is_empty() {
            return (row < self.numbers.len()).then(|| self.numbers.get(row));
        }
        let place = self.rows.binary_search_by(|known| (*known as usize).cmp(&row)).ok()?;
        Some(self.numbers.get(place))
    }

    /// Appends the numbers at `rows` to `out`, `absent` for none.
    pub(crate) fn append_to(&self, rows: Range<usize>, absent: i64, out: &mut Vec<i64>) {
        if self.rows.is_empty() && !self.is_empty() {
            return self.numbers.append_to(rows, out, |number| number);
        }
        let before = out.len();
        out.resize(before + rows.len(), absent);
        let places = self.place_of(rows.start)..self.place_of(rows.end);
        let (out, filled) = (&mut out[before..], &self.rows[places.clone()]);
        self.numbers.visit(places, filled, |row, number| out[*row as usize - rows.start] = number);
    }

    /// How many rows before `row` have a number. It is looked for around the place where it is if they lie evenly, since
    /// others would have to be fetched from afar.
    fn place_of(&self, row: usize) -> usize {
        let (rows, is_before) = (self.rows.as_slice(), |before: &u32| (*before as usize) < row);
        let Some(last) = rows.last() else { return 0 };
        let guess = (row * rows.len() / (*last as usize + 1)).min(rows.len());
        let (mut low, mut high, mut step) = (guess, guess, 16);
        while low > 0 && !is_before(&rows[low - 1]) {
            (high, low, step) = (low - 1, low.saturating_sub(step), 2 * step);
        }
        while high < rows.len() && is_before(&rows[high]) {
            (low, high, step) = (high + 1, (high + step).min(rows.len()), 2 * step);
        }
        low + rows[low..high].partition_point(is_before)
    }

    /// Bytes held on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        4 * self.rows.capacity() + self.numbers.heap_bytes()
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn unpacked<T: Number>(packed: &Packed, rows: Range<usize>) -> Vec<T> {
        let mut out = Vec::new();
        packed.append_to(rows, &mut out, |number: T| number);
        out
    }

    proptest! {
        #[test]
        fn packed_numbers_are_the_same_numbers(
            base in any::<i64>(),
            spread in prop_oneof![Just(1_i64), Just(200), Just(60_000), Just(1 << 31), Just(i64::MAX)],
            raw in vec(any::<i64>(), 0..50),
            cut in 0_usize..50,
        ) {
            let numbers: Vec<i64> = raw.iter().map(|number| base.wrapping_add(number.rem_euclid(spread))).collect();
            let packed = Packed::of(&numbers);
            prop_assert_eq!(packed.len(), numbers.len());
            let start = cut.min(numbers.len());
            prop_assert_eq!(unpacked::<i64>(&packed, start..numbers.len()), &numbers[start..]);
            let one_by_one: Vec<i64> = (0..numbers.len()).map(|row| packed.get(row)).collect();
            prop_assert_eq!(&one_by_one, &numbers);
            if let Some(same) = packed.same::<i64>() {
                prop_assert!(numbers.iter().all(|number| *number == same));
            }
        }

        #[test]
        fn place_is_found_however_rows_lie(rows in proptest::collection::btree_set(0_u32..5000, 1..300), near in 0_u32..5000) {
            // All over the place, and close together at one end.
            for rows in [rows.iter().copied().collect::<Vec<_>>(), rows.iter().map(|row| row / 40 + near).collect()] {
                let mut rows: Vec<u32> = rows;
                rows.dedup();
                let sparse = Sparse { numbers: Packed::same_of(1_i64, rows.len()), rows };
                for row in 0..10_200 {
                    prop_assert_eq!(sparse.place_of(row), sparse.rows.partition_point(|known| (*known as usize) < row));
                }
            }
        }

        #[test]
        fn sparse_numbers_are_the_same_numbers(raw in vec(proptest::option::of(-3_i64..3), 0..50), cut in 0_usize..50) {
            let numbers: Vec<i64> = raw.iter().map(|number| number.unwrap_or(i64::MIN)).collect();
            let sparse = Sparse::of(numbers.iter().copied(), i64::MIN);
            let start = cut.min(numbers.len());
            let mut out = vec![7];
            sparse.append_to(start..numbers.len(), i64::MIN, &mut out);
            prop_assert_eq!(&out[1..], &numbers[start..]);
            let filled = |row: usize| numbers[..row].iter().filter(|number| **number != i64::MIN).count();
            if !sparse.rows.is_empty() {
                prop_assert!((0..=numbers.len()).all(|row| sparse.place_of(row) == filled(row)));
            }
        }
    }

    proptest! {
        #[test]
        fn picked_numbers_are_those_picked(
            raw in vec(proptest::option::of(prop_oneof![Just(i64::MIN), -3_i64..3, Just(i64::MAX)]), 1..50),
            places in vec(any::<prop::sample::Index>(), 0..600),
        ) {
            let numbers: Vec<i64> = raw.iter().map(|number| number.unwrap_or(7)).collect();
            let nulls: NullBuffer = raw.iter().map(Option::is_some).collect();
            let rows: Vec<u32> = places.iter().map(|place| u32::try_from(place.index(raw.len())).unwrap()).collect();
            let expected: Vec<i64> = rows.iter().map(|row| raw[*row as usize].unwrap_or(i64::MIN)).collect();
            let sparse = Sparse::picked(&numbers, Some(&nulls), &rows, i64::MIN);
            let mut out = Vec::new();
            if !sparse.is_empty() {
                sparse.append_to(0..rows.len(), i64::MIN, &mut out);
                prop_assert_eq!(&out, &expected);
            } else {
                prop_assert!(expected.iter().all(|number| *number == i64::MIN));
            }
            let packed = Packed::picked(&numbers, &rows);
            prop_assert_eq!(unpacked::<i64>(&packed, 0..rows.len()), rows.iter().map(|row| numbers[*row as usize]).collect::<Vec<_>>());
        }
    }

    #[test]
    fn width_is_that_of_the_farthest() {
        let bytes = |numbers: &[i64]| Packed::of(numbers).heap_bytes();
        assert_eq!(bytes(&[]), 0);
        assert_eq!(bytes(&[i64::MIN; 9]), 0);
        assert_eq!(bytes(&[-5, 250]), 2);
        assert_eq!(bytes(&[-6, 250]), 4);
        assert_eq!(bytes(&[0, 65_536]), 8);
        assert_eq!(bytes(&[i64::MIN, i64::MAX]), 16);
    }
}
