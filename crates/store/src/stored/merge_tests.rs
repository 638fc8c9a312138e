//! Merged slices are what sorting all rows at once gives.

use std::cell::Cell;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::stored::tests::support::manifest;

/// A row with everything that orders it. Inputs 0 and 1 are of source `b` (ordered), 2 and 3 of `a` (no row order).
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    key: u64,
    class: u8,
    id: String,
    ts: i64,
    by_day: bool,
    sequence: [i64; 3],
    input: u32,
    row: u64,
    slice: usize,
    counts: bool,
}

impl Row {
    fn total_order(&self, ranks: &Ranks) -> impl Ord + use<> {
        let (source, input) = ranks.of_input(self.input);
        (self.actor(), self.ts, self.by_day, source, self.sequence, input, self.row)
    }

    fn actor(&self) -> (u64, u8, String) {
        (self.key, self.class, self.id.clone())
    }
}

struct Slice {
    rows: Vec<Row>,
    actors: ActorRows,
    events: EventRows,
    places: EventRows,
    deleted: Vec<u64>,
}

impl Slice {
    /// A slice of rows that are in the order of a run.
    fn new(rows: Vec<Row>, first_row: u64) -> Self {
        let mut actors = ActorRows::default();
        for actor in rows.chunk_by(|a, b| a.actor() == b.actor()) {
            actors.keys.push(actor[0].key);
            actors.classes.push(actor[0].class);
            actors.ids.push(actor[0].id.clone());
            actors.rows.push(actor.len() as u64);
        }
        let events = EventRows {
            ts: rows.iter().map(|row| row.ts).collect(),
            flags: rows.iter().map(|row| u8::from(row.by_day) * EventFlags::DAY_PRECISION).collect(),
            ..EventRows::default()
        };
        let places = EventRows {
            sequence: [0, 1, 2].map(|part| rows.iter().map(|row| row.sequence[part]).collect()),
            input: rows.iter().map(|row| row.input).collect(),
            row: rows.iter().map(|row| row.row).collect(),
            ..EventRows::default()
        };
        let gone = rows.iter().enumerate().filter(|(_, row)| !row.counts);
        let deleted = gone.map(|(place, _)| first_row + place as u64).collect();
        Self { rows, actors, events, places, deleted }
    }
}

const FIRST_ROW: u64 = 1_000;

fn merged(slices: &[Slice], unsorted: bool, ranks: &Ranks) -> (Merged, usize) {
    let parts: Vec<RunSlice<'_>> = slices
        .iter()
        .map(|slice| RunSlice {
            actors: &slice.actors,
            first_row: FIRST_ROW,
            rows: &slice.events,
            deleted: &slice.deleted,
            unsorted,
            ranks,
        })
        .collect();
    let loads = Cell::new(0);
    let mut load = |slice: usize| {
        loads.set(loads.get() + 1);
        Ok(slices[slice].places.clone())
    };
    (merge(&parts, &mut load).unwrap(), loads.get())
}

/// Rows as a run keeps them: actors by key, rows in total order, or only by time where that order is stale.
fn slices(rows: &[Row], unsorted: bool, ranks: &Ranks) -> Vec<Slice> {
    let of_slice = |slice: usize| {
        let mut rows: Vec<Row> = rows.iter().filter(|row| row.slice == slice).cloned().collect();
        if unsorted {
            rows.sort_by_key(|row| (row.actor(), row.ts, row.by_day));
        } else {
            rows.sort_by_key(|row| row.total_order(ranks));
        }
        Slice::new(rows, FIRST_ROW)
    };
    (0..4).map(of_slice).collect()
}

prop_compose! {
    fn row()(
        key in 0_u64..4,
        class in 0_u8..2,
        id in "[a-c]",
        ts in 0_i64..6,
        by_day in any::<bool>(),
        sequence in [option::weighted(0.3, 0_i64..3), option::weighted(0.3, 0_i64..3), option::weighted(0.1, 0_i64..2)],
        input in 0_u32..4,
        slice in 0_usize..4,
        counts in prop::bool::weighted(0.8),
    ) -> Row {
        let sequence = sequence.map(|part| part.unwrap_or(NO_SEQUENCE));
        Row { key, class, id, ts, by_day, sequence, input, row: 0, slice, counts }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn merging_is_sorting_all_rows_that_count(mut rows in vec(row(), 0..200), unsorted in any::<bool>(), twist in 1_u64..97) {
        let ranks = Ranks::of(&manifest());
        for (place, row) in rows.iter_mut().enumerate() {
            row.row = (place as u64 * twist) % 97 * 1_000 + place as u64;
        }
        let slices = slices(&rows, unsorted, &ranks);
        let (merged, _) = merged(&slices, unsorted, &ranks);
        let found: Vec<&Row> = merged.rows.iter().map(|row| &slices[row.slice as usize].rows[row.row as usize]).collect();
        let mut expected: Vec<&Row> = rows.iter().filter(|row| row.counts).collect();
        expected.sort_by_key(|row| row.total_order(&ranks));
        prop_assert_eq!(&found, &expected);
        let actors: Vec<_> = expected.chunk_by(|a, b| a.actor() == b.actor()).collect();
        prop_assert_eq!(merged.actors.len(), actors.len());
        prop_assert_eq!(merged.changed.len(), actors.len());
        for (place, actor) in actors.iter().enumerate() {
            prop_assert_eq!((merged.offsets[place + 1] - merged.offsets[place]) as usize, actor.len());
            let (slice, entry) = merged.actors[place];
            prop_assert_eq!(&slices[slice as usize].actors.ids[entry as usize], &actor[0].id);
            let of_actor: Vec<&Row> = rows.iter().filter(|row| row.actor() == actor[0].actor()).collect();
            let must_change = of_actor.iter().any(|row| !row.counts || row.slice != of_actor[0].slice);
            prop_assert!(merged.changed[place] || !must_change);
            prop_assert!(!merged.changed[place] || must_change || unsorted);
        }
    }
}

fn plain(id: &str, ts: i64, row: u64, slice: usize) -> Row {
    Row {
        key: 1,
        class: 0,
        id: id.to_owned(),
        ts,
        by_day: false,
        sequence: [NO_SEQUENCE; 3],
        input: 0,
        row,
        slice,
        counts: true,
    }
}

#[test]
fn places_are_read_only_where_runs_meet_at_one_time() {
    let ranks = Ranks::of(&manifest());
    let apart = [plain("a", 1, 0, 0), plain("a", 1, 1, 0), plain("a", 2, 2, 1), plain("b", 1, 3, 1)];
    assert_eq!(merged(&slices(&apart, false, &ranks), false, &ranks).1, 0);
    let together = [plain("a", 1, 0, 0), plain("a", 1, 1, 1), plain("a", 2, 2, 2), plain("b", 1, 3, 3)];
    assert_eq!(merged(&slices(&together, false, &ranks), false, &ranks).1, 2);
}

#[test]
fn an_actor_without_rows_that_count_is_gone() {
    let ranks = Ranks::of(&manifest());
    let rows = [Row { counts: false, ..plain("a", 1, 0, 0) }, plain("b", 1, 1, 0)];
    let (merged, _) = merged(&slices(&rows, false, &ranks), false, &ranks);
    assert_eq!((merged.actors, merged.offsets, merged.changed), (vec![(0, 1)], vec![0, 1], vec![false]));
}

#[test]
fn inputs_rank_in_natural_order_and_sources_by_bytes() {
    let ranks = Ranks::of(&manifest());
    let of_inputs: Vec<_> = (0..4).map(|input| ranks.of_input(input)).collect();
    assert_eq!(of_inputs, [(1, 1), (1, 0), (0, 0), (0, 0)]);
}
