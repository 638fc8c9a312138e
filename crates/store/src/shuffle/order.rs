//! Which of two events of one actor comes first?
//!
//! The total order of `docs/semantics.md`: time, day precision last, source name by bytes, the source's own sequence with
//! nulls first, then the tie-break that the reader gave (input, row and position, or a hash of the raw row). Rows equal in
//! all of that are ordered by their contents, so what comes out never depends on which thread read them.

use std::cmp::Ordering;

use kundresa_model::event_table::EventFlags;
use twox_hash::XxHash3_128;

use crate::shuffle::rows::Rows;

/// Puts the rows of one actor, whose times are `ts`, in total order. Most logs come in order already, so that is checked
/// first: by times alone, which lie side by side, then by all that counts.
pub(crate) fn sort_actor(rows: &Rows<'_>, actor: &mut [u32], ts: &mut [i64]) {
    let is_sorted = ts.is_sorted_by(|a, b| a < b) || actor.is_sorted_by(|a, b| compare(rows, *a, *b).is_le());
    if !is_sorted {
        actor.sort_unstable_by(|a, b| compare(rows, *a, *b));
        ts.iter_mut().zip(actor).for_each(|(ts, row)| *ts = rows.ts[*row as usize]);
    }
}

/// Total order of two rows.
#[inline]
pub(crate) fn compare(rows: &Rows<'_>, a: u32, b: u32) -> Ordering {
    compare_across((rows, a), (rows, b))
}

/// Total order of two rows that may lie apart.
#[inline]
pub(crate) fn compare_across(a: (&Rows<'_>, u32), b: (&Rows<'_>, u32)) -> Ordering {
    a.0.ts[a.1 as usize].cmp(&b.0.ts[b.1 as usize]).then_with(|| compare_tick(a, b))
}

fn compare_tick((in_a, a): (&Rows<'_>, u32), (in_b, b): (&Rows<'_>, u32)) -> Ordering {
    let (a, b) = (a as usize, b as usize);
    let by_day = |rows: &Rows<'_>, row: usize| EventFlags(rows.flags[row]).has(EventFlags::DAY_PRECISION);
    let source = |rows: &Rows<'_>, row: usize| rows.source_of(row);
    let sequence = |rows: &Rows<'_>, row: usize| [0, 1, 2].map(|part| rows.sequence(part, row));
    by_day(in_a, a)
        .cmp(&by_day(in_b, b))
        .then_with(|| source(in_a, a).cmp(&source(in_b, b)))
        .then_with(|| sequence(in_a, a).cmp(&sequence(in_b, b)))
        .then_with(|| in_a.tie(a).cmp(&in_b.tie(b)))
        .then_with(|| compare_contents((in_a, a), (in_b, b)))
        .then_with(|| in_a.event_hash(a).cmp(&in_b.event_hash(b)))
        .then_with(|| in_a.input.get(a).cmp(&in_b.input.get(b)))
}

/// Order by what the rows say, times and event ids apart: equal only if the rows are identical otherwise.
pub(crate) fn compare_contents((in_a, a): (&Rows<'_>, usize), (in_b, b): (&Rows<'_>, usize)) -> Ordering {
    let facts = |rows: &Rows<'_>, row: usize| (rows.flags[row], rows.identity(row), rows.value(row));
    facts(in_a, a).cmp(&facts(in_b, b)).then_with(|| {
        let coded = in_a.text.iter().zip(&in_b.text).map(|(of_a, of_b)| of_a.get(a).cmp(&of_b.get(b)));
        let wide = (0..in_a.wide_columns()).map(|column| in_a.wide_text(column, a).cmp(&in_b.wide_text(column, b)));
        coded.chain(wide).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    })
}

/// A hash of all that [`compare_contents`] compares; `buffer` is used again.
pub(crate) fn contents_hash(rows: &Rows<'_>, row: usize, buffer: &mut Vec<u8>) -> u128 {
    buffer.clear();
    buffer.push(rows.flags[row]);
    buffer.extend(rows.identity(row).to_le_bytes());
    buffer.extend(rows.value(row).to_le_bytes());
    rows.text.iter().for_each(|codes| buffer.extend(codes.get(row).to_le_bytes()));
    for column in 0..rows.wide_columns() {
        let text = rows.wide_text(column, row);
        buffer.extend((text.map_or(0, |text| text.len() + 1)).to_le_bytes());
        buffer.extend(text.unwrap_or_default().as_bytes());
    }
    XxHash3_128::oneshot(buffer)
}
