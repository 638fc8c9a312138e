//! Which of two events of one actor comes first?
//!
//! The total order of `docs/semantics.md`: time, day precision last, source name by bytes, the source's own sequence with
//! nulls first, then the tie-break that the reader gave (input, row and position, or a hash of the raw row). Rows equal in
//! all of that are ordered by their contents, so what comes out never depends on which thread read them.

use std::cmp::Ordering;

use kundresa_model::event_table::EventFlags;

use crate::rows::Rows;

/// Puts the rows of one actor in total order. Most logs come in order already, so that is checked first.
pub(crate) fn sort_actor(rows: &Rows, actor: &mut [u32]) {
    if !actor.is_sorted_by(|a, b| compare(rows, *a, *b).is_le()) {
        actor.sort_unstable_by(|a, b| compare(rows, *a, *b));
    }
}

/// Total order of two rows.
#[inline]
pub(crate) fn compare(rows: &Rows, a: u32, b: u32) -> Ordering {
    let (a, b) = (a as usize, b as usize);
    rows.ts[a].cmp(&rows.ts[b]).then_with(|| compare_tick(rows, a, b))
}

fn compare_tick(rows: &Rows, a: usize, b: usize) -> Ordering {
    let by_day = |row: usize| EventFlags(rows.flags[row]).has(EventFlags::DAY_PRECISION);
    let source = &rows.text[rows.source];
    let sequence = |row: usize| [0, 1, 2].map(|part| rows.sequence[part].get(row));
    by_day(a)
        .cmp(&by_day(b))
        .then_with(|| source[a].cmp(&source[b]))
        .then_with(|| sequence(a).cmp(&sequence(b)))
        .then_with(|| rows.tie[a].cmp(&rows.tie[b]))
        .then_with(|| compare_contents(rows, a, b))
}

/// Order by what the rows say, times and event ids apart: equal only if the rows are identical otherwise.
pub(crate) fn compare_contents(rows: &Rows, a: usize, b: usize) -> Ordering {
    let facts = |row: usize| (rows.flags[row], rows.identity[row], rows.value.get(row));
    facts(a).cmp(&facts(b)).then_with(|| {
        let texts = rows.text.iter().map(|column| column[a].cmp(&column[b]));
        texts.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    })
}
