//! Do `within`, `directly`, exclusions, groups of any order, attempts and their combinations equal the definitions on random
//! streams?
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
    groups: bool,
    attempts: bool,
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

/// Group numbers of `steps` steps, at least two of which are in a group.
fn groups(steps: usize) -> impl Strategy<Value = Vec<Option<u32>>> {
    (0..steps - 1, prop::collection::vec(any::<bool>(), steps)).prop_map(move |(joined, is_joined)| {
        let mut number = 0;
        let mut numbers: Vec<u32> = vec![0];
        for (before, is_joined) in is_joined.into_iter().skip(1).enumerate() {
            number += u32::from(!(is_joined || before == joined));
            numbers.push(number);
        }
        let is_alone = |number: u32| numbers.iter().filter(|other| **other == number).count() == 1;
        numbers.iter().map(|&number| (!is_alone(number)).then_some(number)).collect()
    })
}

/// What holds for the first member of a group holds for all; what holds for the first group has no meaning.
fn shared(kernel: Kernel) -> Kernel {
    let first = |step: usize| match kernel.groups[step] {
        Some(group) => kernel.groups.iter().position(|other| *other == Some(group)).unwrap(),
        None => step,
    };
    let within_us = (0..kernel.steps).map(|step| kernel.within_us[first(step)]).collect();
    let is_directly = |step: usize| first(step) > 0 && kernel.directly >> first(step) & 1 == 1;
    let directly = (0..kernel.steps).filter(|&step| is_directly(step)).map(|step| 1 << step).sum();
    Kernel { within_us, directly, ..kernel }
}

fn kernels(options: Options) -> impl Strategy<Value = Kernel> {
    let entry = if options.attempts {
        Just(FunnelEntry::Best).boxed()
    } else {
        prop_oneof![2 => Just(FunnelEntry::Best), 1 => Just(FunnelEntry::First), 1 => Just(FunnelEntry::Every)].boxed()
    };
    let from_us = prop_oneof![4 => Just(i64::MIN), 1 => 0..6i64];
    let policy = prop_oneof![Just(OnExclusion::Truncate), Just(OnExclusion::Void)];
    let least = if options.exclusions || options.groups { 2 } else { 1 };
    let steps = if options.attempts { least..=3usize } else { least..=4usize };
    (steps, limit(10), from_us, entry, policy).prop_flat_map(move |(steps, window_us, from_us, entry, on_exclusion)| {
        let attempts = options.attempts;
        let plain = Kernel { window_us, from_us, entry, on_exclusion, attempts, ..unlimited(steps) };
        let within = if options.within { limit(5).boxed() } else { Just(i64::MAX).boxed() };
        let directly = if options.directly { 0..1u64 << (steps - 1) } else { 0..1 };
        let exclusions = if options.exclusions { ranges(steps).boxed() } else { Just(Vec::new()).boxed() };
        let groups = if options.groups { groups(steps).boxed() } else { Just(vec![None; steps]).boxed() };
        (prop::collection::vec(within, steps), directly, exclusions, groups).prop_map(
            move |(within_us, directly, exclusions, groups)| {
                shared(Kernel { within_us, directly: directly << 1, exclusions, groups, ..plain.clone() })
            },
        )
    })
}

/// Steps that an event satisfies: any of them, or one at most.
fn masks(steps: usize) -> impl Strategy<Value = u64> {
    let alone = (0..=steps).prop_map(move |step| if step == steps { 0 } else { 1 << step });
    prop_oneof![1 => 0..1u64 << steps, 2 => alone]
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

const PLAIN: Options = Options { within: false, directly: false, exclusions: false, groups: false, attempts: false };
const WITHIN: Options = Options { within: true, ..PLAIN };
const DIRECTLY: Options = Options { directly: true, ..PLAIN };
const EXCLUSIONS: Options = Options { exclusions: true, ..PLAIN };
const WITHIN_DIRECTLY: Options = Options { within: true, ..DIRECTLY };
const WITHIN_EXCLUSIONS: Options = Options { within: true, ..EXCLUSIONS };
const DIRECTLY_EXCLUSIONS: Options = Options { directly: true, ..EXCLUSIONS };
const ALL: Options = Options { within: true, ..DIRECTLY_EXCLUSIONS };

/// One module of tests per unit, with or without groups; each test is one combination of options.
macro_rules! equal_to_the_definitions {
    ($name:ident, $cases:literal, $change:expr) => {
        mod $name {
            use super::*;

            fn of(options: Options) -> impl Strategy<Value = (Kernel, Vec<Event>)> {
                let change: fn(Options) -> Options = $change;
                cases(change(options))
            }

            proptest! {
                #![proptest_config(ProptestConfig::with_cases($cases))]

                #[test]
                fn without_limits((kernel, events) in of(PLAIN)) {
                    check(&kernel, &events);
                }

                #[test]
                fn within((kernel, events) in of(WITHIN)) {
                    check(&kernel, &events);
                }

                #[test]
                fn directly((kernel, events) in of(DIRECTLY)) {
                    check(&kernel, &events);
                }

                #[test]
                fn exclusions((kernel, events) in of(EXCLUSIONS)) {
                    check(&kernel, &events);
                }

                #[test]
                fn within_and_directly((kernel, events) in of(WITHIN_DIRECTLY)) {
                    check(&kernel, &events);
                }

                #[test]
                fn within_and_exclusions((kernel, events) in of(WITHIN_EXCLUSIONS)) {
                    check(&kernel, &events);
                }

                #[test]
                fn directly_and_exclusions((kernel, events) in of(DIRECTLY_EXCLUSIONS)) {
                    check(&kernel, &events);
                }

                #[test]
                fn all_together((kernel, events) in of(ALL)) {
                    check(&kernel, &events);
                }
            }
        }
    };
}

equal_to_the_definitions!(entries_equal_the_definitions, 20_000, |options| options);
equal_to_the_definitions!(attempts_equal_the_definitions, 4_000, |options| Options { attempts: true, ..options });
equal_to_the_definitions!(groups_equal_the_definitions, 6_000, |options| Options { groups: true, ..options });
equal_to_the_definitions!(attempts_at_groups_equal_the_definitions, 3_000, |options| Options {
    groups: true,
    attempts: true,
    ..options
});
