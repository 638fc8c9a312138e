//! The obvious version: put every row of every input in one list, and count.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use kundresa_model::event_table::EventFlags;
use kundresa_model::field::text;
use kundresa_model::index::index32;
use kundresa_model::quality::{LoadTotals, RejectReason};

use super::support::{Input, Placed, Row, by_name};

/// One row as it comes out of a store; the source's name is among the texts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Seen {
    pub(super) ts: i64,
    pub(super) flags: u8,
    pub(super) ids: [Option<String>; 4],
    pub(super) event_id: Option<String>,
    pub(super) value: Option<i64>,
    pub(super) texts: BTreeMap<String, String>,
}

/// Rows that count by class and id of their actor, in total order; those without one under `None`.
pub(super) type Contents = BTreeMap<Option<(u8, String)>, Vec<Seen>>;

/// What one load of `inputs` gives, with some people forgotten.
pub(super) fn load(inputs: &[Input], forgotten: &BTreeSet<String>) -> (Contents, LoadTotals) {
    let placed = (0..)
        .zip(inputs)
        .flat_map(|(id, input)| input.rows.iter().enumerate().map(move |(index, row)| (id, input, index, row)));
    let all: Vec<Placed<'_>> = placed.collect();
    let (lost, rows): (Vec<Placed<'_>>, Vec<Placed<'_>>) = all.iter().partition(|row| loses(inputs, row));
    let (out, rows): (Vec<Placed<'_>>, Vec<Placed<'_>>) =
        rows.iter().partition(|row| forgotten.iter().any(|id| row.3.carries(id)));
    let raw = inputs.iter().flat_map(|input| &input.rejected);
    let (silenced, rejected): (Vec<&String>, Vec<&String>) =
        raw.partition(|raw| forgotten.iter().any(|id| raw.contains(id.as_str())));
    let rejected = rejected.len() as u64;
    let totals = LoadTotals {
        rows_in: all.len() as u64 + rejected + silenced.len() as u64,
        rejected,
        rejected_by_reason: [(RejectReason::BadTime, rejected)].into_iter().filter(|(_, rows)| *rows > 0).collect(),
        replaced: lost.len() as u64,
        forgotten: (out.len() + silenced.len()) as u64,
        ..totals_of(&rows)
    };
    (contents_of(&rows), totals)
}

/// Whether another export of the row's partition is greater.
fn loses(inputs: &[Input], row: &Placed<'_>) -> bool {
    let Some(set) = &row.1.set else { return false };
    let has = |input: &Input| input.rows.iter().any(|other| other.partition() == row.3.partition());
    let rivals = inputs.iter().filter(|input| input.source == row.1.source && has(input));
    !row.3.partition().is_empty() && rivals.filter_map(|input| input.set.as_ref()).any(|rival| rival > set)
}

/// Rows in total order.
pub(super) fn sorted(mut rows: Vec<Placed<'_>>) -> Vec<Placed<'_>> {
    rows.sort_by(total_order);
    rows
}

fn total_order(a: &Placed<'_>, b: &Placed<'_>) -> Ordering {
    let key = |row: &Placed<'_>| {
        let by_day = EventFlags(row.3.flags).has(EventFlags::DAY_PRECISION);
        (row.3.ts, by_day, row.1.source, row.3.sequence)
    };
    let by_input = if a.1.has_row_order() { by_name(a, b) } else { Ordering::Equal };
    key(a).cmp(&key(b)).then(by_input).then_with(|| a.1.row_number(a.2).cmp(&b.1.row_number(b.2)))
}

/// Of rows in order: places of those that repeat an event id, and flags of all. Rows of one actor lie together.
pub(super) fn duplicates_and_flags(rows: &[Placed<'_>]) -> (Vec<u32>, Vec<u8>) {
    let mut known = BTreeSet::new();
    let mut orders = BTreeSet::new();
    let (mut duplicates, mut flags) = (Vec::new(), Vec::new());
    for (place, row) in rows.iter().enumerate() {
        let is_first = row.3.event_id.is_none() || known.insert((row.1.source, &row.3.event_id, &row.3.ids));
        if !is_first {
            duplicates.push(index32(place));
        }
        let is_order = is_first && order(row).is_some_and(|order| !orders.insert((row.3.actor(), order)));
        flags.push(if is_order { row.3.flags | EventFlags::REPEATED_ORDER } else { row.3.flags });
    }
    (duplicates, flags)
}

/// Order of a purchase of somebody, bots and people apart.
fn order<'a>(row: &Placed<'a>) -> Option<(&'a str, bool)> {
    let Row { texts, flags, .. } = row.3;
    let is_purchase = texts.get(text::EVENT).is_some_and(|event| event == "purchase") && row.3.actor().is_some();
    let order = texts.get(text::ORDER_ID).filter(|_| is_purchase)?;
    Some((order.as_str(), EventFlags(*flags).has(EventFlags::BOT)))
}

fn by_actor<'a>(rows: &[Placed<'a>]) -> BTreeMap<Option<(u8, &'a str)>, Vec<Placed<'a>>> {
    let mut by_actor: BTreeMap<_, Vec<Placed<'a>>> = BTreeMap::new();
    rows.iter().for_each(|row| by_actor.entry(row.3.actor()).or_default().push(*row));
    by_actor.into_iter().map(|(actor, rows)| (actor, sorted(rows))).collect()
}

/// Rows of an actor that count, with their flags.
fn counting<'a>(rows: &[Placed<'a>]) -> Vec<(Placed<'a>, u8)> {
    let (duplicates, flags) = duplicates_and_flags(rows);
    let all = (0..).zip(rows.iter().copied().zip(flags));
    all.filter(|(place, _)| !duplicates.contains(place)).map(|(_, row)| row).collect()
}

/// Totals of rows that are neither lost nor forgotten.
pub(super) fn totals_of(rows: &[Placed<'_>]) -> LoadTotals {
    let mut totals =
        LoadTotals { rows_in: rows.len() as u64, event_id_conflicts: conflicts(rows), ..LoadTotals::default() };
    for (actor, rows) in by_actor(rows) {
        let counting = counting(&rows);
        totals.events += counting.len() as u64;
        totals.duplicates += (rows.len() - counting.len()) as u64;
        totals.repeated_rows += repeated(&counting);
        totals.repeated_orders += counting.iter().filter(|(row, flags)| *flags != row.3.flags).count() as u64;
        match actor {
            Some(_) => totals.actors += 1,
            None => totals.unidentified += counting.len() as u64,
        }
    }
    totals
}

fn conflicts(rows: &[Placed<'_>]) -> u64 {
    let mut sets: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.3.event_id.is_some()) {
        sets.entry((row.1.source, &row.3.event_id)).or_default().insert(&row.3.ids);
    }
    sets.values().filter(|sets| sets.len() > 1).count() as u64
}

fn repeated(rows: &[(Placed<'_>, u8)]) -> u64 {
    let without_id = rows.iter().filter(|(row, _)| row.3.event_id.is_none());
    let said: Vec<_> = without_id.map(|(row, _)| (row.1.source, Row { sequence: None, ..row.3.clone() })).collect();
    (said.len() - said.iter().collect::<BTreeSet<_>>().len()) as u64
}

fn contents_of(rows: &[Placed<'_>]) -> Contents {
    let contents = by_actor(rows).into_iter().map(|(actor, rows)| {
        let seen = counting(&rows).into_iter().map(|(row, flags)| seen(&row, flags)).collect();
        (actor.map(|(class, id)| (class, id.to_owned())), seen)
    });
    contents.collect()
}

fn seen(row: &Placed<'_>, flags: u8) -> Seen {
    let Row { ts, ids, event_id, value, texts, .. } = row.3.clone();
    let texts = texts.into_iter().chain([(text::SOURCE_NAME.to_owned(), row.1.source.to_owned())]).collect();
    Seen { ts, flags, ids, event_id, value, texts }
}
