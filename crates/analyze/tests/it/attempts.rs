//! Are attempts what a search over all chains finds, when converted ones are taken first?

use kundresa_analyze::funnel::kernel::{ExclusionRange, Kernel, Matches, Scratch, Solution};
use kundresa_model::spec::funnel::{FunnelEntry, OnExclusion};
use proptest::prelude::*;

use crate::any_order::stream;

/// A kernel of plain steps, by attempt or by actor.
pub fn kernel(steps: usize, window_us: i64, attempts: bool) -> Kernel {
    Kernel {
        steps,
        window_us,
        from_us: i64::MIN,
        entry: FunnelEntry::Best,
        attempts,
        within_us: vec![i64::MAX; steps],
        directly: 0,
        exclusions: Vec::new(),
        on_exclusion: OnExclusion::Truncate,
        groups: vec![None; steps],
    }
}

/// Solutions of `kernel` on `events`.
pub fn solutions(kernel: &Kernel, events: &[(i64, u64)]) -> Vec<Solution> {
    let matching = events.iter().filter(|(_, steps)| *steps != 0);
    let (ts, steps): (Vec<i64>, Vec<u64>) = matching.copied().unzip();
    let matches = Matches { ts: &ts, steps: &steps, exclusions: &[], places: &[] };
    let mut found = Vec::new();
    kernel.for_each(matches, &mut Scratch::default(), &mut |solution| found.push(solution.clone()));
    found
}

/// An attempt: its start, its level, and the start again if it may still be open.
type Attempt = (i64, usize, Option<i64>);

/// The furthest step that chains within `events` reach, with all chains tried.
fn level(steps: usize, window: i64, events: &[(i64, u64)]) -> usize {
    fn extend(steps: usize, window: i64, events: &[(i64, u64)], chain: &mut Vec<usize>) -> usize {
        let level = chain.len();
        if level == steps {
            return level;
        }
        let fits = |next: usize| {
            let in_order = chain.last().is_none_or(|&last| events[next].0 >= events[last].0);
            let in_time = chain.first().is_none_or(|&first| events[next].0 - events[first].0 <= window);
            events[next].1 >> level & 1 == 1 && in_order && in_time && !chain.contains(&next)
        };
        let nexts: Vec<usize> = (0..events.len()).filter(|&next| fits(next)).collect();
        nexts.into_iter().fold(level, |best, next| {
            chain.push(next);
            let reached = extend(steps, window, events, chain);
            chain.pop();
            best.max(reached)
        })
    }
    extend(steps, window, events, &mut Vec::new())
}

fn in_span(events: &[(i64, u64)], from: i64, to: i64) -> Vec<(i64, u64)> {
    events.iter().filter(|(t, _)| (from..=to).contains(t)).copied().collect()
}

/// The attempts, by the words of the definition.
fn slow(steps: usize, window: i64, events: &[(i64, u64)]) -> Vec<Attempt> {
    let end = events.last().map_or(0, |event| event.0);
    let mut converted: Vec<(i64, i64)> = Vec::new();
    let mut after = i64::MIN;
    // The first time by which a chain converts, then the latest start that still does.
    while let Some(t) = (after.max(0)..=end).find(|&t| level(steps, window, &in_span(events, after, t)) == steps) {
        let start = (after.max(0)..=t).rev().find(|&s| level(steps, window, &in_span(events, s, t)) == steps);
        converted.push((start.unwrap(), t));
        after = t + 1;
    }
    let mut attempts: Vec<Attempt> = converted.iter().map(|&(start, _)| (start, steps, None)).collect();
    let mut lasts_to = i64::MIN;
    for &(t, mask) in events {
        let is_inside = converted.iter().any(|&(start, end)| (start..=end).contains(&t)) || t <= lasts_to;
        if mask & 1 == 0 || is_inside {
            continue;
        }
        let next = converted.iter().map(|&(start, _)| start).find(|&start| start > t);
        lasts_to = next.map_or(t + window, |next| (t + window).min(next - 1));
        attempts.push((t, level(steps, window, &in_span(events, t, lasts_to)), next.is_none().then_some(t)));
    }
    attempts.sort_unstable();
    attempts
}

fn fast(steps: usize, window: i64, events: &[(i64, u64)]) -> Vec<Attempt> {
    let ts: Vec<i64> = events.iter().filter(|(_, mask)| *mask != 0).map(|event| event.0).collect();
    let found = solutions(&kernel(steps, window, true), events);
    let attempt = |solution: &Solution| {
        assert_eq!(solution.positions.len(), solution.level);
        (ts[solution.positions[0]], solution.level, solution.latest_entry)
    };
    found.iter().map(attempt).collect()
}

#[test]
fn t1_the_later_start_converts_and_ends_the_earlier_attempt() {
    // A@0 lasts until the converted attempt [50, 70] begins, although its window would reach to 60: 2 attempts, 1 converted.
    assert_eq!(fast(2, 60, &[(0, 1), (50, 1), (70, 2)]), [(0, 1, None), (50, 2, None)]);
}

#[test]
fn an_attempt_ends_with_its_window_and_the_last_may_be_open() {
    // [0, 60] holds A@0 and A@60; A@61 opens the next, and nothing converted follows either.
    assert_eq!(fast(2, 60, &[(0, 1), (60, 1), (61, 1)]), [(0, 1, Some(0)), (61, 1, Some(61))]);
}

#[test]
fn after_a_converted_attempt_everything_begins_anew() {
    // The C at 4 has no B of its own: after [0, 2] come A@3 and C@4, level 1.
    assert_eq!(fast(3, 60, &[(0, 1), (1, 2), (2, 4), (3, 1), (4, 4)]), [(0, 3, None), (3, 1, Some(3))]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6_000))]

    #[test]
    fn attempts_equal_the_definition(
        (steps, events) in (1..=3usize).prop_flat_map(|steps| (Just(steps), stream(steps, 9))),
        window in 0..8i64,
    ) {
        let found = fast(steps, window, &events);
        let slow = slow(steps, window, &events);
        // An attempt's chain may begin later than the attempt: its start is compared where it is told.
        prop_assert_eq!(found.iter().map(|one| (one.1, one.2)).collect::<Vec<_>>(), slow.iter().map(|one| (one.1, one.2)).collect::<Vec<_>>());
    }

    #[test]
    fn an_actor_is_converted_iff_it_has_a_converted_attempt(events in stream(3, 12), window in 0..8i64) {
        let is_converted = |attempts| solutions(&kernel(3, window, attempts), &events).iter().any(|one| one.level == 3);
        prop_assert_eq!(is_converted(true), is_converted(false));
    }

    /// Whatever ends chains: the sets of converted actors are the same, and attempts lie behind each other.
    #[test]
    fn with_exclusions_and_directly_the_same_actors_convert(
        events in stream(4, 12),
        window in 0..8i64,
        directly in prop::sample::select(vec![0u64, 2, 4, 6]),
        policy in prop_oneof![Just(OnExclusion::Truncate), Just(OnExclusion::Void)],
    ) {
        // The fourth bit is the exclusion between steps 1 and 3.
        let (ts, masks): (Vec<i64>, Vec<u64>) = events.iter().copied().unzip();
        let steps: Vec<u64> = masks.iter().map(|mask| mask & 7).collect();
        let exclusions: Vec<u64> = masks.iter().map(|mask| mask >> 3 & u64::from(mask & 7 == 0)).collect();
        let places: Vec<u32> = (0..).take(ts.len()).collect();
        let matches = Matches { ts: &ts, steps: &steps, exclusions: &exclusions, places: &places };
        let solve = |attempts| {
            let range = ExclusionRange { from: 0, to: 2 };
            let kernel = Kernel { directly, exclusions: vec![range], on_exclusion: policy, ..kernel(3, window, attempts) };
            let mut found = Vec::new();
            kernel.for_each(matches, &mut Scratch::default(), &mut |solution| found.push(solution.clone()));
            found
        };
        let (attempts, actor) = (solve(true), solve(false));
        let is_converted = |found: &[Solution]| found.iter().any(|one| one.level == 3);
        prop_assert_eq!(is_converted(&attempts), is_converted(&actor));
        prop_assert_eq!(attempts.is_empty(), actor.is_empty());
        let mut used: Vec<usize> = attempts.iter().flat_map(|one| one.positions.clone()).collect();
        let all = used.len();
        used.sort_unstable();
        used.dedup();
        prop_assert_eq!(used.len(), all);
        for pair in attempts.windows(2) {
            let (Some(last), Some(next)) = (pair[0].positions.iter().max(), pair[1].positions.first()) else { continue };
            prop_assert!(ts[*last] <= ts[*next]);
        }
    }
}
