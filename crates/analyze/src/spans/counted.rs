//! How are very many whole numbers kept in little memory, so that each can be told by its rank?
//!
//! A number has 32 bits. Its upper 16 name the bucket that it lies in, and need not be kept again:
//!
//! ```text
//! bucket of many      how often each of its 65,536 numbers occurs       256 KiB, however many there are
//! bucket of few       the lower 16 bits of each                         2 bytes each
//! ```
//!
//! A bucket changes over as soon as it takes less memory so. Lengths of time within sessions are short and meet again and
//! again, and are counted; those between sessions reach over weeks of milliseconds, and are listed.

/// Numbers of a bucket.
const WIDTH: usize = 1 << 16;
/// So many listed numbers take as much memory as counts of all.
const MOST_LISTED: usize = WIDTH * size_of::<u32>() / size_of::<u16>();

/// Whole numbers, some more than once, in no order.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted {
    buckets: Vec<Bucket>,
}

/// Numbers with the same upper bits: listed, until there are counts.
#[derive(Clone, Debug, Default)]
struct Bucket {
    /// Lower bits; empty once there are counts.
    listed: Vec<u16>,
    counts: Option<Box<Counts>>,
}

/// How often each number of a bucket occurs.
#[derive(Clone, Debug)]
struct Counts {
    all: u64,
    /// By lower bits.
    each: Vec<u32>,
    /// Numbers that occur 2³² times more often than `each` says, once for each time.
    wrapped: Vec<u16>,
}

/// Upper bits: the bucket.
#[inline]
fn bucket_of(number: u32) -> usize {
    (number >> 16) as usize
}

/// Lower bits: the place in the bucket.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the upper bits are what the bucket says")]
fn low(number: u32) -> u16 {
    number as u16
}

impl Counted {
    /// Adds `numbers`, of which nothing is left.
    pub(super) fn extend(&mut self, numbers: &mut Vec<u32>) {
        if let Some(counts) = self.buckets.first_mut().and_then(|bucket| bucket.counts.as_mut()) {
            counts.take_lowest(numbers);
        }
        self.deal(numbers);
        numbers.clear();
    }

    /// Adds `numbers`, dealt to their buckets first.
    fn deal(&mut self, numbers: &[u32]) {
        let buckets = numbers.iter().map(|number| bucket_of(*number) + 1).max().unwrap_or(0);
        self.make(buckets);
        let mut ends = vec![0_usize; buckets];
        numbers.iter().for_each(|number| ends[bucket_of(*number)] += 1);
        let mut start = 0;
        for end in &mut ends {
            (start, *end) = (start + *end, start);
        }
        let mut lows = vec![0_u16; numbers.len()];
        for number in numbers {
            let end = &mut ends[bucket_of(*number)];
            lows[*end] = low(*number);
            *end += 1;
        }
        let mut start = 0;
        for (bucket, end) in self.buckets.iter_mut().zip(ends) {
            bucket.extend(&lows[start..end]);
            start = end;
        }
    }

    /// Adds what `other` has.
    pub(super) fn add(&mut self, other: Self) {
        self.make(other.buckets.len());
        self.buckets.iter_mut().zip(other.buckets).for_each(|(bucket, other)| bucket.add(other));
    }

    fn make(&mut self, buckets: usize) {
        if self.buckets.len() < buckets {
            self.buckets.resize_with(buckets, Bucket::default);
        }
    }

    /// The same numbers, each that many times as large. None must become too large.
    pub(super) fn times(self, by: u32) -> Self {
        let mut larger = Self::default();
        self.each_distinct(|number, times| larger.insert(number * by, times));
        larger
    }

    fn insert(&mut self, number: u32, times: u64) {
        self.make(bucket_of(number) + 1);
        self.buckets[bucket_of(number)].insert(low(number), times);
    }

    /// How many there are.
    pub(super) fn len(&self) -> u64 {
        self.buckets.iter().map(Bucket::len).sum()
    }

    /// How many are smaller than `number`.
    pub(super) fn below(&self, number: u32) -> u64 {
        let (before, own) = self.buckets.split_at(bucket_of(number).min(self.buckets.len()));
        before.iter().map(Bucket::len).sum::<u64>() + own.first().map_or(0, |bucket| bucket.below(low(number)))
    }

    /// The number that `place` others come before in order.
    pub(super) fn at(&self, place: u64) -> Option<u32> {
        let mut before = 0;
        for (upper, bucket) in (0_u32..).zip(&self.buckets) {
            if place < before + bucket.len() {
                return Some(upper << 16 | u32::from(bucket.at(place - before)?));
            }
            before += bucket.len();
        }
        None
    }

    /// Calls `each` with numbers and how often they occur; a number may come more than once.
    pub(super) fn each_distinct(&self, mut each: impl FnMut(u32, u64)) {
        for (upper, bucket) in (0_u32..).zip(&self.buckets) {
            bucket.each_distinct(|low, times| each(upper << 16 | u32::from(low), times));
        }
    }
}

impl Bucket {
    fn extend(&mut self, lows: &[u16]) {
        if self.counts.is_some() || self.listed.len() + lows.len() > MOST_LISTED {
            self.count().extend(lows);
        } else {
            self.listed.reserve_exact(lows.len());
            self.listed.extend_from_slice(lows);
        }
    }

    fn insert(&mut self, low: u16, times: u64) {
        match usize::try_from(times) {
            Ok(times) if self.counts.is_none() && times <= MOST_LISTED - self.listed.len() => {
                self.listed.extend(std::iter::repeat_n(low, times));
            }
            _ => self.count().insert(low, times),
        }
    }

    fn add(&mut self, other: Self) {
        match other.counts {
            Some(counts) => self.count().add(*counts),
            None => self.extend(&other.listed),
        }
    }

    /// Its counts, which it has from now on.
    fn count(&mut self) -> &mut Counts {
        let listed = &mut self.listed;
        self.counts.get_or_insert_with(|| Box::new(Counts::of(&std::mem::take(listed))))
    }

    fn len(&self) -> u64 {
        self.counts.as_ref().map_or(self.listed.len() as u64, |counts| counts.all)
    }

    fn below(&self, number: u16) -> u64 {
        match &self.counts {
            Some(counts) => counts.distinct().take_while(|(low, _)| *low < number).map(|(_, times)| times).sum(),
            None => self.listed.iter().filter(|low| **low < number).count() as u64,
        }
    }

    fn at(&self, place: u64) -> Option<u16> {
        let Some(counts) = &self.counts else {
            let place = usize::try_from(place).ok().filter(|place| *place < self.listed.len())?;
            return Some(*self.listed.clone().select_nth_unstable(place).1);
        };
        let mut before = 0;
        counts.distinct().find_map(|(low, times)| {
            before += times;
            (place < before).then_some(low)
        })
    }

    fn each_distinct(&self, mut each: impl FnMut(u16, u64)) {
        match &self.counts {
            Some(counts) => counts.distinct().for_each(|(low, times)| each(low, times)),
            None => self.listed.iter().for_each(|low| each(*low, 1)),
        }
    }
}

impl Counts {
    fn of(lows: &[u16]) -> Self {
        let mut counts = Self { all: 0, each: vec![0; WIDTH], wrapped: Vec::new() };
        counts.extend(lows);
        counts
    }

    fn extend(&mut self, lows: &[u16]) {
        lows.iter().for_each(|low| self.raise(*low, 1));
        self.all += lows.len() as u64;
    }

    /// As the counts of the lowest bucket, takes its numbers out of `numbers`: most lengths of time are short. No branch on
    /// which are, which none could foresee; the others are kept and raise nothing.
    fn take_lowest(&mut self, numbers: &mut Vec<u32>) {
        let mut kept = 0;
        for at in 0..numbers.len() {
            let number = numbers[at];
            let is_other = bucket_of(number) > 0;
            self.raise(low(number), u32::from(!is_other));
            numbers[kept] = number;
            kept += usize::from(is_other);
        }
        self.all += (numbers.len() - kept) as u64;
        numbers.truncate(kept);
    }

    #[inline]
    fn raise(&mut self, low: u16, by: u32) {
        let count = &mut self.each[usize::from(low)];
        let (sum, has_wrapped) = count.overflowing_add(by);
        *count = sum;
        if has_wrapped {
            self.wrapped.push(low);
        }
    }

    fn insert(&mut self, low: u16, times: u64) {
        self.wrapped.extend((0..times >> 32).map(|_| low));
        // What is left has 32 bits.
        self.raise(low, u32::try_from(times & u64::from(u32::MAX)).unwrap_or(u32::MAX));
        self.all += times;
    }

    fn add(&mut self, other: Self) {
        for (low, count) in (0..=u16::MAX).zip(&other.each) {
            self.raise(low, *count);
        }
        self.wrapped.extend(other.wrapped);
        self.all += other.all;
    }

    /// Numbers that occur, rising, and how often.
    fn distinct(&self) -> impl Iterator<Item = (u16, u64)> {
        let wraps = |low: u16| self.wrapped.iter().filter(|other| **other == low).count() as u64;
        let more = move |low| if self.wrapped.is_empty() { 0 } else { wraps(low) << 32 };
        let each = (0..=u16::MAX).zip(&self.each).map(move |(low, count)| (low, u64::from(*count) + more(low)));
        each.filter(|(_, times)| *times > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_may_occur_more_often_than_32_bits_count() {
        let mut counted = Counted::default();
        counted.insert(7, u64::from(u32::MAX) - 1);
        counted.extend(&mut vec![7; 5]);
        counted.extend(&mut Vec::new());
        counted.insert(3, 2);
        counted.insert(70_000, 1 << 33);
        let mut other = counted.clone();
        other.add(counted);
        let sevens = 2 * (u64::from(u32::MAX) + 4);
        assert_eq!(other.len(), 4 + sevens + (1 << 34));
        let places = [0, 3, 4, 4 + sevens - 1, 4 + sevens, other.len() - 1, other.len()];
        let found = places.map(|place| other.at(place));
        assert_eq!(found, [Some(3), Some(3), Some(7), Some(7), Some(70_000), Some(70_000), None]);
        assert_eq!(
            [3, 4, 8, 70_000, 70_001].map(|number| other.below(number)),
            [0, 4, 4 + sevens, 4 + sevens, other.len()]
        );
    }
}
