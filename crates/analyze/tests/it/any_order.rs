//! Do any-order groups equal a search over all ways to give events to members?

use kundresa_analyze::funnel::kernel::{ExclusionRange, Kernel, Scratch, Solution};
use kundresa_model::spec::funnel::{FunnelEntry, OnExclusion};
use proptest::prelude::*;

use crate::attempts::{kernel, solutions};

/// Streams with many ties: most gaps are zero.
pub fn stream(steps: usize, events: usize) -> impl Strategy<Value = Vec<(i64, u64)>> {
    let gap = prop_oneof![3 => Just(0i64), 2 => 1..3i64, 1 => 3..6i64];
    let event = (gap, 0..1u64 << steps);
    prop::collection::vec(event, 0..=events).prop_map(|gaps| {
        let mut now = 0;
        gaps.into_iter()
            .map(|(gap, steps)| {
                now += gap;
                (now, steps)
            })
            .collect()
    })
}

fn in_groups(sizes: &[usize], window_us: i64, entry: FunnelEntry) -> Kernel {
    let number = |(index, size): (usize, &usize)| vec![(*size > 1).then_some(u32::try_from(index).unwrap()); *size];
    let groups: Vec<Option<u32>> = sizes.iter().enumerate().flat_map(number).collect();
    Kernel { groups: groups.clone(), entry, ..kernel(groups.len(), window_us, false) }
}

/// A chain while it is searched for: per member the event that serves it.
struct Search<'a> {
    sizes: &'a [usize],
    window: i64,
    /// Chains begin here, if they must.
    entry: Option<i64>,
    events: &'a [(i64, u64)],
    best: Vec<Vec<i64>>,
}

impl Search<'_> {
    /// Every subset of members of `group`, in every assignment, after `chain`; then the next group.
    fn group(&mut self, group: usize, chain: &mut Vec<(usize, usize)>) {
        let Some(&size) = self.sizes.get(group) else { return };
        let first: usize = self.sizes[..group].iter().sum();
        self.member(group, first, size, 0, chain);
    }

    fn member(&mut self, group: usize, first: usize, size: usize, member: usize, chain: &mut Vec<(usize, usize)>) {
        if member == size {
            self.best.push(self.times(chain));
            if chain.iter().filter(|(of, _)| *of == group).count() == size {
                self.group(group + 1, chain);
            }
            return;
        }
        self.member(group, first, size, member + 1, chain);
        for event in 0..self.events.len() {
            if self.events[event].1 >> (first + member) & 1 == 1 && self.fits(group, event, chain) {
                chain.push((group, event));
                self.member(group, first, size, member + 1, chain);
                chain.pop();
            }
        }
    }

    fn fits(&self, group: usize, event: usize, chain: &[(usize, usize)]) -> bool {
        let t = self.events[event].0;
        chain.iter().all(|&(of, other)| {
            let other_t = self.events[other].0;
            other != event && (of == group || other_t <= t) && (t - other_t).abs() <= self.window
        })
    }

    fn times(&self, chain: &[(usize, usize)]) -> Vec<i64> {
        let mut times: Vec<i64> = chain.iter().map(|&(_, event)| self.events[event].0).collect();
        times.sort_unstable();
        times
    }

    /// Times of the witness: of the highest level, done first, with the latest start, then each level early.
    fn witness(mut self) -> Option<Vec<i64>> {
        self.group(0, &mut Vec::new());
        let entry = self.entry;
        let chains = self.best.into_iter().filter(|times| !times.is_empty());
        let chains: Vec<Vec<i64>> = chains.filter(|times| entry.is_none_or(|entry| times[0] == entry)).collect();
        let level = chains.iter().map(Vec::len).max()?;
        let rank = |times: &Vec<i64>| (times[level - 1], -times[0], times.clone());
        chains.into_iter().filter(|times| times.len() == level).min_by_key(rank)
    }
}

fn search(sizes: &[usize], window: i64, entry: FunnelEntry, events: &[(i64, u64)]) -> Option<Vec<i64>> {
    let members = (1u64 << sizes[0]) - 1;
    let first = events.iter().find(|(_, mask)| mask & members != 0)?.0;
    let entry = (entry == FunnelEntry::First).then_some(first);
    Search { sizes, window, entry, events, best: Vec::new() }.witness()
}

/// Times of the witness; checks that distinct events serve its members.
fn computed(sizes: &[usize], window: i64, entry: FunnelEntry, events: &[(i64, u64)]) -> Option<Vec<i64>> {
    let matching: Vec<(i64, u64)> = events.iter().filter(|(_, mask)| *mask != 0).copied().collect();
    let found = solutions(&in_groups(sizes, window, entry), events);
    let solution = found.first()?;
    assert_eq!((found.len(), solution.level), (1, solution.positions.len()));
    check_positions(sizes, solution, &matching);
    Some(solution.positions.iter().map(|&position| matching[position].0).collect())
}

/// Whether the positions are distinct, in order, and can serve their groups.
fn check_positions(sizes: &[usize], solution: &Solution, matching: &[(i64, u64)]) {
    let mut distinct = solution.positions.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), solution.positions.len());
    let mut rest = solution.positions.as_slice();
    for (group, &size) in sizes.iter().enumerate() {
        let (of_group, after) = rest.split_at(size.min(rest.len()));
        let first: usize = sizes[..group].iter().sum();
        assert!(can_serve(first..first + size, of_group, matching), "{:?} in group {group}", of_group);
        rest = after;
    }
    let times: Vec<i64> = solution.positions.iter().map(|&position| matching[position].0).collect();
    assert!(times.is_sorted());
}

fn can_serve(steps: std::ops::Range<usize>, events: &[usize], matching: &[(i64, u64)]) -> bool {
    let Some((&event, rest)) = events.split_first() else { return true };
    fn go(steps: &[usize], event: usize, rest: &[usize], matching: &[(i64, u64)]) -> bool {
        steps.iter().enumerate().any(|(at, &step)| {
            let mut others = steps.to_vec();
            others.remove(at);
            let goes_on = || match rest.split_first() {
                None => true,
                Some((&next, rest)) => go(&others, next, rest, matching),
            };
            matching[event].1 >> step & 1 == 1 && goes_on()
        })
    }
    go(&steps.collect::<Vec<_>>(), event, rest, matching)
}

fn level(sizes: &[usize], window: i64, events: &[(i64, u64)]) -> usize {
    computed(sizes, window, FunnelEntry::Best, events).map_or(0, |times| times.len())
}

const A: u64 = 1;
const B: u64 = 2;
const C: u64 = 4;

#[test]
fn u1_and_u2_the_window_spans_the_whole_group() {
    assert_eq!(level(&[3], 60, &[(0, C), (30, A), (60, B)]), 3);
    assert_eq!(level(&[3], 60, &[(0, C), (30, A), (61, B)]), 2);
}

#[test]
fn the_next_step_comes_after_the_whole_group() {
    // A, then {B, C} in any order, then D at 8.
    assert_eq!(level(&[1, 2, 1], 60, &[(0, A), (1, C), (2, B), (3, 8)]), 4);
    assert_eq!(level(&[1, 2, 1], 60, &[(0, A), (1, C), (2, 8), (3, B)]), 3);
    assert_eq!(level(&[1, 2, 1], 60, &[(0, C), (1, A), (2, B), (3, 8)]), 2);
}

#[test]
fn one_event_serves_one_member() {
    assert_eq!(level(&[2], 60, &[(0, A | B)]), 1);
    assert_eq!(level(&[2], 60, &[(0, A | B), (5, A)]), 2);
}

#[test]
fn eight_members_and_sixty_four_steps_work() {
    let events: Vec<(i64, u64)> = (0..64i64).map(|t| (t / 8, 1u64 << (t / 8 * 8 + 7 - t % 8))).collect();
    assert_eq!(level(&[8; 8], 7, &events), 64);
    assert_eq!(level(&[8; 8], 6, &events), 56);
}

#[test]
fn a_crowd_on_one_tick_is_no_harder() {
    assert_eq!(level(&[4, 4], 0, &vec![(5, 0xff); 2_000]), 8);
}

/// Levels of A, {B, C} and then D, as [`crate::kernel_search`] runs the kernel: time, steps and whether it is excluded.
fn limited(kernel: &Kernel, events: &[(i64, u64, bool)]) -> usize {
    let event = |(place, &(t, steps, excluded)): (u32, &(i64, u64, bool))| crate::kernel_search::Event {
        t,
        steps,
        exclusions: excluded.into(),
        place,
    };
    let events: Vec<_> = (0..).zip(events).map(event).collect();
    let found = crate::kernel_search::computed(kernel, &events, &mut Scratch::default());
    found.first().map_or(0, |solution| solution.level)
}

#[test]
fn u3_every_member_is_within_of_what_comes_before_the_group() {
    let kernel = Kernel { within_us: vec![i64::MAX, 5, 5], ..in_groups(&[1, 2], i64::MAX, FunnelEntry::Best) };
    assert_eq!(limited(&kernel, &[(0, A, false), (4, C, false), (6, B, false)]), 2);
    assert_eq!(limited(&kernel, &[(0, A, false), (4, C, false), (5, B, false)]), 3);
}

#[test]
fn u4_a_group_may_be_completed_later_to_leave_time_for_the_next_step() {
    // A@0 B@1 would be 13 before C@14; B@1 A@10 is 4 before it.
    let kernel = Kernel { within_us: vec![i64::MAX, i64::MAX, 5], ..in_groups(&[2, 1], i64::MAX, FunnelEntry::Best) };
    assert_eq!(limited(&kernel, &[(0, A, false), (1, B, false), (10, A, false), (14, C, false)]), 3);
    assert_eq!(limited(&kernel, &[(0, A, false), (1, B, false), (10, A, false), (16, C, false)]), 2);
}

#[test]
fn u5_members_that_are_directly_are_contiguous_in_any_order() {
    let kernel = Kernel { directly: B | C, ..in_groups(&[1, 2], i64::MAX, FunnelEntry::Best) };
    assert_eq!(limited(&kernel, &[(0, A, false), (1, C, false), (2, B, false)]), 3);
    assert_eq!(limited(&kernel, &[(0, A, false), (1, C, false), (1, 0, false), (2, B, false)]), 2);
}

#[test]
fn u6_an_exclusion_counts_up_to_the_completion_of_the_group() {
    let level = |on_exclusion, to, events: &[(i64, u64, bool)]| {
        let exclusions = vec![ExclusionRange { from: 0, to }];
        limited(&Kernel { exclusions, on_exclusion, ..in_groups(&[1, 2], i64::MAX, FunnelEntry::Best) }, events)
    };
    let events = [(0, A, false), (1, C, false), (2, 0, true), (3, B, false)];
    assert_eq!(level(OnExclusion::Truncate, 2, &events), 2);
    assert_eq!(level(OnExclusion::Void, 2, &events), 0);
    // From 1 to 2 it counts until the first of the two only.
    assert_eq!(level(OnExclusion::Void, 1, &events), 3);
    // An event of a member is no exclusion.
    assert_eq!(level(OnExclusion::Void, 2, &[(0, A, false), (1, C, true), (3, B, true)]), 3);
}

fn sizes() -> impl Strategy<Value = Vec<usize>> {
    prop::sample::select(vec![
        vec![2],
        vec![3],
        vec![1, 2],
        vec![2, 1],
        vec![2, 2],
        vec![1, 2, 1],
        vec![1, 1],
        vec![3, 1],
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8_000))]

    #[test]
    fn level_and_witness_equal_exhaustive_search(
        (sizes, events) in sizes().prop_flat_map(|sizes| (Just(sizes.clone()), stream(sizes.iter().sum(), 6))),
        window in prop_oneof![6 => 0..8i64, 1 => Just(1_000i64)],
        entry in prop_oneof![3 => Just(FunnelEntry::Best), 1 => Just(FunnelEntry::First)],
    ) {
        prop_assert_eq!(computed(&sizes, window, entry, &events), search(&sizes, window, entry, &events));
    }

    #[test]
    fn groups_of_one_are_plain_steps(events in stream(3, 8), window in 0..8i64) {
        let plain = solutions(&kernel(3, window, false), &events);
        // One group of two members that nobody satisfies stands behind, so that the search for groups runs.
        let grouped = solutions(&in_groups(&[1, 1, 1, 2], window, FunnelEntry::Best), &events);
        let shown = |found: Vec<Solution>| found.into_iter().map(|one| (one.level, one.positions)).collect::<Vec<_>>();
        prop_assert_eq!(shown(plain), shown(grouped));
    }
}
