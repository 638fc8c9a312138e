//! Does the funnel kernel equal a search over all ways to give events to steps?

use kundresa_analyze::funnel::kernel::{Matches, PlainKernel, PlainScratch, Reach, Tie};
use kundresa_model::spec::funnel::FunnelEntry;
use proptest::prelude::*;

/// A chain: positions of the events that serve steps 1, 2, ….
type Chain = Vec<usize>;

/// What the search finds: step times and step 1 of the witness, and the latest entry time.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Times of the witness's steps; their number is the level.
    pub times: Vec<i64>,
    /// Position of the witness's first event.
    pub entry: usize,
    /// Latest entry time that counts.
    pub latest_entry: i64,
}

/// Every chain of `kernel` on `events` is tried; the best is kept.
pub fn search(kernel: PlainKernel, events: &[(i64, u64)]) -> Option<Found> {
    let is_entry = |event: &usize| events[*event].1 & 1 != 0 && events[*event].0 >= kernel.from_us;
    let mut entries: Vec<usize> = (0..events.len()).filter(is_entry).collect();
    let first = events[*entries.first()?].0;
    if kernel.entry == FunnelEntry::First {
        entries.retain(|&entry| events[entry].0 == first);
    }
    let latest_entry = entries.iter().map(|&entry| events[entry].0).max()?;
    let mut chains = Vec::new();
    entries.iter().for_each(|&entry| extend(kernel, events, &mut vec![entry], &mut chains));
    let level = chains.iter().map(Vec::len).max()?;
    let times = |chain: &Chain| -> Vec<i64> { chain.iter().map(|&event| events[event].0).collect() };
    let rank = |chain: &Chain| {
        let times = times(chain);
        (times[level - 1], -times[0], times, chain[0])
    };
    let witness = chains.iter().filter(|chain| chain.len() == level).min_by_key(|chain| rank(chain))?;
    Some(Found { times: times(witness), entry: witness[0], latest_entry })
}

fn extend(kernel: PlainKernel, events: &[(i64, u64)], chain: &mut Chain, chains: &mut Vec<Chain>) {
    chains.push(chain.clone());
    if chain.len() == kernel.steps {
        return;
    }
    let (start, last) = (events[chain[0]].0, events[chain[chain.len() - 1]].0);
    for (next, &(t, steps)) in events.iter().enumerate() {
        let in_time = t >= last && t - start <= kernel.window_us;
        if in_time && steps >> chain.len() & 1 == 1 && !chain.contains(&next) {
            chain.push(next);
            extend(kernel, events, chain, chains);
            chain.pop();
        }
    }
}

fn computed(kernel: PlainKernel, events: &[(i64, u64)]) -> Option<Found> {
    let matching = events.iter().enumerate().filter(|(_, (_, steps))| *steps != 0);
    let (positions, matching): (Vec<usize>, Vec<(i64, u64)>) = matching.map(|(at, event)| (at, *event)).unzip();
    let (ts, steps): (Vec<i64>, Vec<u64>) = matching.into_iter().unzip();
    let matches = Matches { ts: &ts, steps: &steps, exclusions: &[], places: &[] };
    let (mut scratch, mut chain) = (PlainScratch::default(), Vec::new());
    let reach = kernel.reach(matches, &mut scratch)?;
    kernel.witness(matches, reach, &mut chain, &mut scratch);
    assert_eq!(chain.len(), reach.level);
    let (times, entry) = (chain.iter().map(|&position| ts[position]).collect(), positions[chain[0]]);
    Some(Found { times, entry, latest_entry: reach.latest_entry })
}

/// The latest entry is promised only for units that did not reach the last step.
fn comparable(found: Option<Found>, steps: usize) -> Option<Found> {
    found.map(|found| Found { latest_entry: if found.times.len() == steps { 0 } else { found.latest_entry }, ..found })
}

fn entry() -> impl Strategy<Value = FunnelEntry> {
    prop_oneof![Just(FunnelEntry::Best), Just(FunnelEntry::First)]
}

/// Streams with many ties: most gaps are zero.
fn stream(steps: usize, events: usize) -> impl Strategy<Value = Vec<(i64, u64)>> {
    let gap = prop_oneof![3 => Just(0i64), 2 => 1..3i64, 1 => 3..6i64];
    let event = (gap, 0..1u64 << steps);
    prop::collection::vec(event, 0..=events).prop_map(|gaps| {
        let mut now = 0;
        gaps.into_iter().map(|(gap, steps)| (advance(&mut now, gap), steps)).collect()
    })
}

fn advance(now: &mut i64, gap: i64) -> i64 {
    *now += gap;
    *now
}

fn check(steps: usize, window_us: i64, from_us: i64, entry: FunnelEntry, events: &[(i64, u64)]) {
    let kernel = PlainKernel { steps, window_us, from_us, entry };
    assert_eq!(comparable(computed(kernel, events), steps), comparable(search(kernel, events), steps));
}

fn window() -> impl Strategy<Value = i64> {
    prop_oneof![8 => 0..8i64, 1 => Just(i64::MAX)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn level_witness_and_latest_entry_equal_exhaustive_search(
        (steps, events) in (1..=4usize).prop_flat_map(|steps| (Just(steps), stream(steps, 7))),
        window in window(),
        from in prop_oneof![2 => Just(i64::MIN), 1 => 0..6i64],
        entry in entry(),
    ) {
        check(steps, window, from, entry, &events);
    }

    #[test]
    fn steps_that_share_no_event_equal_exhaustive_search(
        events in stream(3, 9).prop_map(|events| events.into_iter().map(|(t, steps)| (t, 1 << (steps % 3))).collect::<Vec<_>>()),
        window in window(),
        entry in entry(),
    ) {
        check(3, window, i64::MIN, entry, &events);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn lone_steps_reach_what_any_steps_reach(
        steps in 1..=4usize,
        events in prop::collection::vec((prop_oneof![1 => Just(0i64), 9 => 1..4i64], 0..4usize), 0..12),
        window_us in prop_oneof![8 => 0..12i64, 1 => Just(i64::MAX)],
        from_us in prop_oneof![2 => Just(i64::MIN), 1 => 0..9i64],
        entry in entry(),
    ) {
        let (mut now, mut ts, mut masks) = (0, Vec::new(), Vec::new());
        for (gap, step) in events {
            ts.push(advance(&mut now, gap));
            masks.push(1 << (step % steps));
        }
        let kernel = PlainKernel { steps, window_us, from_us, entry };
        let matches = Matches { ts: &ts, steps: &masks, exclusions: &[], places: &[] };
        let events = || ts.iter().copied().zip(masks.iter().map(|mask: &u64| mask.trailing_zeros().to_le_bytes()[0]));
        let mut scratch = PlainScratch::default();
        let (any, lone) = (kernel.reach(matches, &mut scratch), kernel.reach_of_lone_steps(events(), &mut scratch));
        match lone {
            Ok(lone) => {
                let (mut witness, mut lone_witness) = (Vec::new(), Vec::new());
                if let Some(reach) = lone {
                    kernel.witness(matches, reach, &mut witness, &mut scratch);
                    PlainKernel::lone_witness(reach, events(), |place| lone_witness.push(place));
                }
                prop_assert_eq!(lone_witness, witness);
                let known = |reach: Reach| (reach.level, reach.start, (reach.level < steps).then_some(reach.latest_entry));
                prop_assert_eq!(lone.map(known), any.map(known));
            }
            Err(Tie) => prop_assert!(ts.windows(2).any(|pair| pair[0] == pair[1])),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn crowded_ticks_equal_exhaustive_search(
        events in prop::collection::vec((0..2i64, 0..4u64), 0..14),
        window in 0..2i64,
    ) {
        let mut events = events;
        events.sort_by_key(|event| event.0);
        check(2, window, i64::MIN, FunnelEntry::Best, &events);
    }
}

#[test]
fn sixty_four_steps_fit() {
    let events: Vec<(i64, u64)> = (0..64).map(|step| (i64::from(step), 1u64 << step)).collect();
    let kernel = PlainKernel { steps: 64, window_us: 63, from_us: i64::MIN, entry: FunnelEntry::Best };
    let found = computed(kernel, &events).unwrap();
    assert_eq!(found.times, (0..64).collect::<Vec<i64>>());
    let shorter = PlainKernel { window_us: 62, ..kernel };
    assert_eq!(computed(shorter, &events).unwrap().times.len(), 63);
}

#[test]
fn sixty_four_equal_steps_take_sixty_four_events_of_one_tick() {
    let kernel = PlainKernel { steps: 64, window_us: 0, from_us: i64::MIN, entry: FunnelEntry::Best };
    let level = |events: usize| computed(kernel, &vec![(5, u64::MAX); events]).unwrap().times.len();
    assert_eq!((level(1), level(63), level(64), level(1_000)), (1, 63, 64, 64));
}
