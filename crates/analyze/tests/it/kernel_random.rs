//! Do `within`, `directly`, exclusions and their combinations equal the definitions on random streams?
//!
//! Streams are short and full of ties, steps that share events, events outside of the stream, and exclusions.

use kundresa_analyze::funnel::kernel::{ExclusionRange, Kernel, NO_PLACE, Scratch};
use kundresa_model::spec::funnel::{FunnelEntry, OnExclusion};
use proptest::prelude::*;

use crate::kernel_search::{Event, computed, search, unlimited};

/// What a random funnel has.
#[derive(Clone, Copy, Debug, Default)]
struct Options {
    within: bool,
    directly: bool,
    exclusions: bool,
}

fn limit(longest: i64) -> impl Strategy<Value = i64> {
    prop_oneof![2 => 0..longest, 1 => Just(i64::MAX)]
}

/// Ranges of steps that follow each other in a funnel of `steps` steps.
fn ranges(steps: usize) -> impl Strategy<Value = Vec<ExclusionRange>> {
    let range =
        (0..steps - 1).prop_flat_map(move |from| (from + 1..steps).prop_map(move |to| ExclusionRange { from, to }));
    prop::collection::vec(range, 1..4)
}

fn kernels(options: Options) -> impl Strategy<Value = Kernel> {
    let entry = prop_oneof![2 => Just(FunnelEntry::Best), 1 => Just(FunnelEntry::First), 1 => Just(FunnelEntry::Every)];
    let from_us = prop_oneof![4 => Just(i64::MIN), 1 => 0..6i64];
    let policy = prop_oneof![Just(OnExclusion::Truncate), Just(OnExclusion::Void)];
    let steps = if options.exclusions { 2..=4usize } else { 1..=4usize };
    (steps, limit(10), from_us, entry, policy).prop_flat_map(move |(steps, window_us, from_us, entry, on_exclusion)| {
        let plain = Kernel { window_us, from_us, entry, on_exclusion, ..unlimited(steps) };
        let within = if options.within { limit(5).boxed() } else { Just(i64::MAX).boxed() };
        let directly = if options.directly { 0..1u64 << (steps - 1) } else { 0..1 };
        let exclusions = if options.exclusions { ranges(steps).boxed() } else { Just(Vec::new()).boxed() };
        (prop::collection::vec(within, steps), directly, exclusions).prop_map(
            move |(within_us, directly, exclusions)| Kernel {
                within_us,
                directly: directly << 1,
                exclusions,
                ..plain.clone()
            },
        )
    })
}

/// Steps that an event satisfies: any of them, or one at most.
fn masks(steps: usize) -> impl Strategy<Value = u64> {
    let alone = (0..=steps).prop_map(move |step| if step == steps { 0 } else { 1 << step });
    prop_oneof![0..1u64 << steps, alone]
}

fn streams(kernel: &Kernel) -> impl Strategy<Value = Vec<Event>> + use<> {
    let gap = prop_oneof![3 => Just(0i64), 3 => 1..3i64, 1 => 3..5i64];
    let exclusions = prop_oneof![2 => Just(0u64), 1 => 0..1u64 << kernel.exclusions.len()];
    // Unmatched events of the stream lie in between, or the event is outside of it.
    let place = prop_oneof![5 => Just(Some(1u32)), 1 => Just(Some(2)), 1 => Just(None)];
    let longest = if kernel.directly == 0 { 8 } else { 11 };
    prop::collection::vec((gap, masks(kernel.steps), exclusions, place), 0..longest).prop_map(|drawn| {
        let (mut t, mut last) = (0, 0);
        let event = |(gap, steps, exclusions, place): (i64, u64, u64, Option<u32>)| {
            t += gap;
            last += place.unwrap_or(0);
            Event { t, steps, exclusions, place: if place.is_some() { last } else { NO_PLACE } }
        };
        drawn.into_iter().map(event).collect()
    })
}

fn cases(options: Options) -> impl Strategy<Value = (Kernel, Vec<Event>)> {
    kernels(options).prop_flat_map(|kernel| {
        let events = streams(&kernel);
        (Just(kernel), events)
    })
}

/// Working space is taken over from a unit before, as in a run.
fn check(kernel: &Kernel, events: &[Event]) {
    let mut scratch = Scratch::default();
    let half = &events[events.len() / 2..];
    computed(kernel, half, &mut scratch);
    assert_eq!(computed(kernel, events, &mut scratch), search(kernel, events));
}

const PLAIN: Options = Options { within: false, directly: false, exclusions: false };
const WITHIN: Options = Options { within: true, ..PLAIN };
const DIRECTLY: Options = Options { directly: true, ..PLAIN };
const EXCLUSIONS: Options = Options { exclusions: true, ..PLAIN };

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn entries_equal_the_definitions((kernel, events) in cases(PLAIN)) {
        check(&kernel, &events);
    }

    #[test]
    fn within_equals_the_definitions((kernel, events) in cases(WITHIN)) {
        check(&kernel, &events);
    }

    #[test]
    fn directly_equals_the_definitions((kernel, events) in cases(DIRECTLY)) {
        check(&kernel, &events);
    }

    #[test]
    fn exclusions_equal_the_definitions((kernel, events) in cases(EXCLUSIONS)) {
        check(&kernel, &events);
    }

    #[test]
    fn within_and_directly_equal_the_definitions((kernel, events) in cases(Options { exclusions: false, ..ALL })) {
        check(&kernel, &events);
    }

    #[test]
    fn within_and_exclusions_equal_the_definitions((kernel, events) in cases(Options { directly: false, ..ALL })) {
        check(&kernel, &events);
    }

    #[test]
    fn directly_and_exclusions_equal_the_definitions((kernel, events) in cases(Options { within: false, ..ALL })) {
        check(&kernel, &events);
    }

    #[test]
    fn all_together_equal_the_definitions((kernel, events) in cases(ALL)) {
        check(&kernel, &events);
    }
}

const ALL: Options = Options { within: true, directly: true, exclusions: true };
