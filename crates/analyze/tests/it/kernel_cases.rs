//! Do the worked cases of the semantics give the levels and witnesses they name?
//!
//! Streams are written as `A@0 B@10`, in the total order. Letters satisfy the steps that name them; X, Y and Z are
//! exclusions; small letters are outside of the stream that `directly` looks at.

use kundresa_analyze::funnel::kernel::{ExclusionRange, Kernel, NO_PLACE, Scratch, Solution};
use kundresa_model::spec::funnel::{FunnelEntry, OnExclusion};

use crate::kernel_search::{Event, computed, search, unlimited};

/// A funnel with steps as letters, separated by spaces; several letters are alternatives.
struct Case {
    steps: &'static str,
    kernel: Kernel,
}

impl Case {
    fn of(steps: &'static str) -> Self {
        Self { steps, kernel: unlimited(steps.split_whitespace().count()) }
    }

    fn window(mut self, window: i64) -> Self {
        self.kernel.window_us = window;
        self
    }

    fn entry(mut self, entry: FunnelEntry) -> Self {
        self.kernel.entry = entry;
        self
    }

    /// From 1, as people count.
    fn within(mut self, step: usize, within: i64) -> Self {
        self.kernel.within_us[step - 1] = within;
        self
    }

    fn directly(mut self, step: usize) -> Self {
        self.kernel.directly |= 1 << (step - 1);
        self
    }

    /// The next of X, Y, Z is excluded between these steps, from 1.
    fn excluding(mut self, from: usize, to: usize) -> Self {
        self.kernel.exclusions.push(ExclusionRange { from: from - 1, to: to - 1 });
        self
    }

    fn void(mut self) -> Self {
        self.kernel.on_exclusion = OnExclusion::Void;
        self
    }

    fn events(&self, stream: &str) -> Vec<Event> {
        let mut place = 0;
        let event = |written: &str| {
            let (name, t) = written.split_once('@').unwrap();
            let upper = name.to_uppercase();
            let satisfies = |(step, letters): (usize, &str)| u64::from(letters.contains(&upper)) << step;
            let excludes = |(index, letter): (usize, &str)| u64::from(letter == upper) << index;
            place += u32::from(name == upper);
            Event {
                t: t.parse().unwrap(),
                steps: self.steps.split_whitespace().enumerate().map(satisfies).sum(),
                exclusions: ["X", "Y", "Z"]
                    .into_iter()
                    .enumerate()
                    .take(self.kernel.exclusions.len())
                    .map(excludes)
                    .sum(),
                place: if name == upper { place } else { NO_PLACE },
            }
        };
        stream.split_whitespace().map(event).collect()
    }

    /// What is found, which is also what the definitions ask for.
    fn all(&self, stream: &str) -> Vec<Solution> {
        let events = self.events(stream);
        let found = computed(&self.kernel, &events, &mut Scratch::default());
        assert_eq!(found, search(&self.kernel, &events), "{stream}");
        found
    }

    fn best(&self, stream: &str) -> Solution {
        let mut found = self.all(stream);
        assert_eq!(found.len(), 1, "{stream}");
        found.remove(0)
    }

    fn level(&self, stream: &str) -> usize {
        self.best(stream).level
    }

    fn positions(&self, stream: &str) -> Vec<usize> {
        self.best(stream).positions
    }
}

#[test]
fn f1_to_f8_order_window_and_entry() {
    let abc = || Case::of("A B C").window(60);
    assert_eq!(abc().level("A@0 B@10 C@20"), 3);
    assert_eq!(abc().level("A@0 B@10 C@60"), 3);
    assert_eq!(abc().level("A@0 B@10 C@61"), 2);
    assert_eq!(abc().level("B@0 A@10 C@20"), 1);
    assert_eq!(abc().level("A@0 X@5 B@10 X@15 C@20"), 3);
    assert_eq!(abc().level("A@0 A@50 B@70 C@80"), 3);
    assert_eq!(abc().entry(FunnelEntry::First).level("A@0 A@50 B@70 C@80"), 1);
    assert_eq!(abc().level("B@0 A@0 C@1"), 3);
    assert_eq!(abc().level("A@0 B@70 A@80 B@90"), 2);
}

#[test]
fn f9_to_f13_repeated_steps_alternatives_and_the_latest_entry() {
    assert_eq!(Case::of("A A").level("A@0"), 1);
    assert_eq!(Case::of("A A").level("A@0 A@5"), 2);
    assert_eq!(Case::of("A AB").level("A@0 B@1"), 2);
    // The window of the entry at 0 decides whether the unit is open.
    assert_eq!(Case::of("A B").window(60).best("A@0").latest_entry, Some(0));
}

/// The table of exclusions: stream, level under `truncate`, under `void`.
const EXCLUSIONS: [(&str, usize, usize); 6] = [
    ("A@0 B@1", 2, 2),
    ("A@0 X@1 B@2", 1, 0),
    ("A@0 X@1 A@2 B@3", 2, 2),
    ("X@0 A@1 B@2", 2, 2),
    ("A@0 B@1 X@2", 2, 2),
    ("A@0 X@1", 1, 0),
];

#[test]
fn e1_to_e6_exclusions_under_both_policies() {
    for (stream, truncated, voided) in EXCLUSIONS {
        assert_eq!(Case::of("A B").excluding(1, 2).level(stream), truncated, "truncate {stream}");
        assert_eq!(Case::of("A B").excluding(1, 2).void().level(stream), voided, "void {stream}");
    }
}

#[test]
fn e7_an_exclusion_between_later_steps() {
    let case = || Case::of("A B C").excluding(2, 3);
    assert_eq!(case().level("A@0 B@1 X@2 B@3 C@4"), 2);
    assert_eq!(case().void().level("A@0 B@1 X@2 B@3 C@4"), 0);
}

#[test]
fn aabbcc_with_directly_on_b_and_c_is_level_two() {
    let case = Case::of("A B C").directly(2).directly(3);
    // The second A is followed directly by the first B, which is followed by another B.
    assert_eq!(case.positions("A@0 A@1 B@2 B@3 C@4 C@5"), [1, 2]);
}

#[test]
fn nothing_remains_of_a_void_unit_and_it_is_told_once() {
    let void = Case::of("A B").excluding(1, 2).void();
    assert_eq!(void.best("A@0 X@1 B@2"), Solution { level: 0, latest_entry: None, positions: vec![] });
    assert_eq!(void.all("X@0 B@1"), []);
}

#[test]
fn a_truncated_attempt_keeps_its_level_and_is_not_open() {
    let case = Case::of("A B").excluding(1, 2);
    assert_eq!(case.best("A@0 X@1 B@2"), Solution { level: 1, latest_entry: None, positions: vec![0] });
    assert_eq!(case.best("A@0 X@1 A@2").latest_entry, Some(2));
}

#[test]
fn an_exclusion_at_the_time_of_a_step_comes_after_it() {
    assert_eq!(Case::of("A B").excluding(1, 2).level("A@0 X@5 B@5"), 2);
    assert_eq!(Case::of("A B").excluding(1, 2).level("A@0 X@0 B@5"), 1);
}

#[test]
fn an_exclusion_ends_attempts_up_to_the_end_of_their_window() {
    // A@0 is over at 11, so the exclusion leaves it its first step.
    assert_eq!(Case::of("A B").window(10).excluding(1, 2).void().level("A@0 X@10"), 0);
    assert_eq!(Case::of("A B").window(10).excluding(1, 2).void().level("A@0 X@11"), 1);
}

#[test]
fn an_event_that_satisfies_a_step_of_the_range_is_no_exclusion_for_it() {
    assert_eq!(Case::of("A X C").excluding(1, 2).excluding(2, 3).level("A@0 X@1 C@2"), 3);
    // As step 4 it would be outside of the range 1 … 2, and ends the attempt.
    assert_eq!(Case::of("A B C X").excluding(1, 2).level("A@0 X@1 B@2 C@3 X@4"), 1);
}

#[test]
fn an_exclusion_ends_only_attempts_between_its_steps() {
    // A@0 has reached B when X comes; A@3 has not.
    let case = Case::of("A B C").excluding(1, 2);
    assert_eq!(case.best("A@0 B@1 A@3 X@4 C@5").positions, [0, 1, 4]);
    assert_eq!(case.best("A@0 B@1 A@3 X@4").latest_entry, Some(0));
}

#[test]
fn within_is_measured_from_the_previous_matched_step() {
    let case = Case::of("A B C").within(2, 5).within(3, 5);
    assert_eq!(case.level("A@0 B@5 C@10"), 3);
    assert_eq!(case.level("A@0 B@5 C@11"), 2);
    assert_eq!(case.level("A@0 B@6"), 1);
}

#[test]
fn the_witness_leaves_out_early_events_that_lead_nowhere() {
    // B@1 is too early for C@9, so the first B that C still follows in time is taken.
    let case = Case::of("A B C").within(3, 5);
    assert_eq!(case.positions("A@0 B@1 B@4 B@6 C@9"), [0, 2, 4]);
}

#[test]
fn a_later_entry_may_keep_what_an_earlier_one_loses_by_within() {
    let case = Case::of("A B").within(2, 5);
    assert_eq!(case.positions("A@0 A@4 B@7"), [1, 2]);
    assert_eq!(case.entry(FunnelEntry::First).level("A@0 A@4 B@7"), 1);
}

#[test]
fn a_foreign_event_ends_only_that_chain_of_a_direct_step() {
    assert_eq!(Case::of("A B").directly(2).positions("A@0 X@1 B@2 A@3 B@4"), [3, 4]);
}

#[test]
fn an_event_outside_of_the_stream_satisfies_no_direct_step_and_breaks_nothing() {
    assert_eq!(Case::of("A B").directly(2).level("A@0 x@1 B@2"), 2);
    assert_eq!(Case::of("A B").directly(2).level("A@0 b@1"), 1);
    // What is next after an event outside of the stream is not said.
    assert_eq!(Case::of("A B").directly(2).level("a@0 B@1"), 1);
}

#[test]
fn a_direct_step_makes_the_total_order_decide_for_all_steps() {
    assert_eq!(Case::of("A B C").level("B@0 A@0 C@0"), 3);
    assert_eq!(Case::of("A B C").directly(3).level("B@0 A@0 C@0"), 1);
    assert_eq!(Case::of("A B C").directly(3).level("A@0 B@0 C@0"), 3);
}

#[test]
fn the_first_entry_is_a_time_but_an_event_where_the_total_order_decides() {
    let first = |case: Case| case.entry(FunnelEntry::First);
    assert_eq!(first(Case::of("A B")).level("A@0 A@0 B@1"), 2);
    assert_eq!(first(Case::of("A B").directly(2)).level("A@0 A@0 B@1"), 1);
}

#[test]
fn every_entry_has_its_own_best_chain() {
    let case = Case::of("A B C").window(10).entry(FunnelEntry::Every);
    // A@0 gets to B@3 only, since C@11 is too late for it; A@2 and A@4 share C, with different Bs.
    let found = case.all("A@0 A@2 B@3 A@4 B@5 C@11");
    let chains: Vec<&[usize]> = found.iter().map(|solution| &solution.positions[..]).collect();
    assert_eq!(chains, [&[0, 2][..], &[1, 2, 5], &[3, 4, 5]]);
}

#[test]
fn entries_of_one_tick_cannot_serve_two_steps_each() {
    // C satisfies both steps: it serves the entry A as step 2; as an entry itself it finds no other event for that.
    let case = Case::of("AC BC").entry(FunnelEntry::Every);
    let found = case.all("A@0 C@0");
    assert_eq!(found.iter().map(|solution| solution.level).collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn a_million_open_attempts_of_one_actor_take_no_time_each() {
    let case = Case::of("A B C").excluding(1, 2).excluding(2, 3).within(2, 1_000_000).entry(FunnelEntry::Every);
    let event = |at: i64| Event { t: at, steps: if at % 500_000 == 499_999 { 2 } else { 1 }, exclusions: 0, place: 0 };
    let mut events: Vec<Event> = (0..1_000_000).map(event).collect();
    events.push(Event { t: 1_000_000, steps: 0, exclusions: 2, place: 0 });
    let found = computed(&case.kernel, &events, &mut Scratch::default());
    assert_eq!(found.len(), 999_998);
    assert!(found.iter().all(|solution| solution.level == 2 && solution.latest_entry.is_none()));
    assert_eq!((found[0].positions[1], found[999_997].positions[1]), (499_999, 999_999));
}
