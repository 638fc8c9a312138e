//! The obvious version: put every row in one list, sort it, and walk it.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use kundresa_model::event_table::EventFlags;
use kundresa_model::field::text;
use kundresa_model::quality::LoadTotals;

use super::block_support::Kept;
use super::support::{Contents, Row, Seen};
use crate::actor_key::{KeyOfHash, identifier_hash};

/// Class and id of a row's actor.
fn actor(row: &Row) -> Option<(u8, String)> {
    (0_u8..4).find_map(|class| {
        let id = row.ids[usize::from(class)].clone().filter(|id| !id.is_empty())?;
        Some((class, id))
    })
}

fn total_order(a: &Row, b: &Row) -> Ordering {
    let key = |row: &Row| {
        let day = EventFlags(row.flags).has(EventFlags::DAY_PRECISION);
        (row.ts, day, row.texts[text::SOURCE_NAME].clone(), row.sequence, row.tie)
    };
    key(a).cmp(&key(b))
}

/// What a load of `rows` must give, repeated rows and examples of conflicts apart.
pub(super) fn load(rows: &[Row], key_of_hash: KeyOfHash) -> (Contents, LoadTotals) {
    let mut totals = LoadTotals { rows_in: rows.len() as u64, ..LoadTotals::default() };
    totals.event_id_conflicts = conflicts(rows);
    let columns: BTreeSet<String> = rows.iter().flat_map(|row| row.texts.keys().cloned()).collect();
    let mut by_actor: BTreeMap<Option<(u64, u8, String)>, Vec<Row>> = BTreeMap::new();
    for row in rows {
        by_actor.entry(named(row, key_of_hash)).or_default().push(row.clone());
    }
    let mut contents = Contents::default();
    for (key, mut rows) in by_actor {
        rows.sort_by(total_order);
        let mut known = BTreeSet::new();
        rows.retain(|row| {
            row.event_id.is_none()
                || known.insert((row.text(text::SOURCE_NAME).map(str::to_owned), row.event_id.clone(), row.ids.clone()))
        });
        totals.events += rows.len() as u64;
        totals.repeated_rows += repeated(&rows);
        if let Some((_, _, id)) = key {
            totals.actors += 1;
            totals.repeated_orders += flag_orders(&mut rows);
            contents.actors.push((id, rows.iter().map(|row| seen(row, &columns)).collect()));
        } else {
            totals.unidentified = rows.len() as u64;
            contents.unidentified = rows.iter().map(|row| seen(row, &columns)).collect();
        }
    }
    totals.duplicates = totals.rows_in - totals.events;
    (contents, totals)
}

/// What blocks must hold of `rows`, duplicates included: rows by actor, in key order, and those without.
pub(super) fn kept(rows: &[Row], key_of_hash: KeyOfHash) -> BTreeMap<Option<(u64, u8, String)>, Vec<Kept>> {
    let columns: BTreeSet<String> = rows.iter().flat_map(|row| row.texts.keys().cloned()).collect();
    let mut by_actor: BTreeMap<Option<(u64, u8, String)>, Vec<Row>> = BTreeMap::new();
    for row in rows {
        by_actor.entry(named(row, key_of_hash)).or_default().push(row.clone());
    }
    by_actor
        .into_iter()
        .map(|(actor, mut rows)| {
            rows.sort_by(total_order);
            let rows = kept_of_actor(actor.as_ref().map(|(_, class, _)| *class), rows, &columns);
            (actor, rows)
        })
        .collect()
}

fn named(row: &Row, key_of_hash: KeyOfHash) -> Option<(u64, u8, String)> {
    let (class, id) = actor(row)?;
    let name = [&[class], id.as_bytes()].concat();
    Some((key_of_hash(identifier_hash(&name)), class, id))
}

fn kept_of_actor(class: Option<u8>, rows: Vec<Row>, columns: &BTreeSet<String>) -> Vec<Kept> {
    let (mut known, mut had) = (BTreeSet::new(), BTreeSet::new());
    let keep = |mut row: Row| {
        let source = row.text(text::SOURCE_NAME).map(str::to_owned);
        let duplicate = row.event_id.is_some() && !known.insert((source, row.event_id.clone(), row.ids.clone()));
        let order = row.text(text::ORDER_ID).filter(|_| row.text(text::EVENT) == Some("purchase"));
        if let Some(order) = order.filter(|_| class.is_some() && !duplicate)
            && !had.insert(order.to_owned())
        {
            row.flags |= EventFlags::REPEATED_ORDER;
        }
        let other = |other: u8| row.ids[usize::from(other)].clone().filter(|id| Some(other) != class && !id.is_empty());
        let [_, _, high, low] =
            [96, 64, 32, 0].map(|bits| u32::try_from(row.tie >> bits & 0xffff_ffff).expect("32 bits"));
        Kept {
            seen: seen(&row, columns),
            sequence: row.sequence,
            others: [1, 2, 3].map(other),
            event_id: row.event_id.clone(),
            place: (u64::from(high), low),
            duplicate,
        }
    };
    rows.into_iter().map(keep).collect()
}

fn conflicts(rows: &[Row]) -> u64 {
    let mut sets: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for row in rows {
        if let Some(id) = &row.event_id {
            sets.entry((row.text(text::SOURCE_NAME), id.as_str())).or_default().insert(&row.ids);
        }
    }
    sets.values().filter(|sets| sets.len() > 1).count() as u64
}

fn repeated(rows: &[Row]) -> u64 {
    let same = |row: &Row| Row { tie: 0, sequence: [None; 3], ..row.clone() };
    let without_id: Vec<Row> = rows.iter().filter(|row| row.event_id.is_none()).map(same).collect();
    (without_id.len() - without_id.iter().collect::<BTreeSet<_>>().len()) as u64
}

fn flag_orders(rows: &mut [Row]) -> u64 {
    let mut had = BTreeSet::new();
    let mut flagged = 0;
    for row in rows {
        let Some(order) = row.text(text::ORDER_ID).map(str::to_owned) else { continue };
        if row.text(text::EVENT) == Some("purchase") && !had.insert(order) {
            row.flags |= EventFlags::REPEATED_ORDER;
            flagged += 1;
        }
    }
    flagged
}

fn seen(row: &Row, columns: &BTreeSet<String>) -> Seen {
    let texts = columns.iter().map(|name| (name.clone(), row.text(name).map(str::to_owned))).collect();
    Seen { ts: row.ts, flags: row.flags, value: row.value, texts }
}
