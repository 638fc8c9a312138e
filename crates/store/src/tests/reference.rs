//! The obvious version: put every row in one list, sort it, and walk it.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use kundresa_model::event_table::EventFlags;
use kundresa_model::field::text;
use kundresa_model::quality::LoadTotals;

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
        let key = actor(row).map(|(class, id)| {
            let name = [&[class], id.as_bytes()].concat();
            (key_of_hash(identifier_hash(&name)), class, id)
        });
        by_actor.entry(key).or_default().push(row.clone());
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
