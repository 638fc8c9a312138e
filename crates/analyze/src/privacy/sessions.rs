//! Which figures of sessions are hidden?
//!
//! Sessions are those with a single event and the others, in the total and in every segment; segments add up to the total.
//! Events are in chosen sessions, in others, or in none. Reasons to begin add up to the sessions.

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::sessions::SessionsResult;

use super::family::Family;
use super::heads::Cell;
use super::table::{Table, is_small};
use super::{hide, hide_quantiles, hide_rate};

/// Figures of sessions with the actors behind them: sessions, single ones, the others, events.
pub(crate) struct SessionCells {
    pub(crate) total: Vec<Cell>,
    pub(crate) segments: Vec<Vec<Cell>>,
    /// Events in chosen sessions, in other sessions, in none.
    pub(crate) places: Vec<Cell>,
    pub(crate) id_reused: Vec<Cell>,
    /// Actors behind each reason to begin, in order of the reasons.
    pub(crate) started_by: Vec<u64>,
}

/// Hides what `threshold` asks for.
pub(crate) fn protect(result: &mut SessionsResult, cells: &SessionCells, threshold: u64) {
    if is_small(result.actors.drawn(), threshold) || is_small(cells.total[0].1, threshold) {
        return hide_all(result);
    }
    let hidden = Family::new(threshold, &[(0, &[1, 2])], &cells.total).list(&cells.segments).hidden();
    hide(hidden.total(0), &mut result.sessions);
    if (0..3).any(|column| hidden.total(column)) {
        result.single_event = Rate::HIDDEN;
    }
    for (index, row) in result.by.iter_mut().flat_map(|by| &mut by.rows).enumerate() {
        let figures = &mut row.figures;
        hide(hidden.row(0, index, 0), &mut figures.sessions);
        hide((0..3).any(|column| hidden.row(0, index, column)), &mut figures.single_event_sessions);
        hide(hidden.row(0, index, 3), &mut figures.session_events);
    }
    hide_places(result, cells, hidden.total(3), threshold);
    hide_starts(result, cells, threshold);
    hide_rate(&mut result.events_per_session, &[result.sessions, result.session_events]);
    hide_rate(&mut result.sessions_per_actor, &[result.sessions, result.actors]);
    hide_quantiles(&mut result.duration_us, result.sessions.is_hidden(), threshold);
}

fn hide_places(result: &mut SessionsResult, cells: &SessionCells, is_hidden: bool, threshold: u64) {
    let mut table = Table::overlapping(threshold);
    // What is hidden for another reason is as good as small.
    let actors = |place: usize, actors: u64| if place == 0 && is_hidden { actors.min(1) } else { actors };
    let places = cells.places.iter().enumerate();
    let ids: Vec<_> = places.map(|(place, cell)| table.cell(cell.0, actors(place, cell.1))).collect();
    let all = table.known(cells.places.iter().map(|(count, _)| count).sum());
    table.sum(all, &ids);
    let hidden = table.hidden();
    let counts = [&mut result.session_events, &mut result.unchosen_events, &mut result.sessionless_events];
    for (id, count) in ids.iter().zip(counts) {
        hidden.apply(*id, count);
    }
    if result.session_events.is_hidden() {
        result.by.iter_mut().flat_map(|by| &mut by.rows).for_each(|row| row.figures.session_events = Count::HIDDEN);
    }
}

fn hide_starts(result: &mut SessionsResult, cells: &SessionCells, threshold: u64) {
    let mut table = Table::overlapping(threshold);
    let sessions =
        if result.sessions.is_hidden() { table.cell(cells.total[0].0, 1) } else { table.known(cells.total[0].0) };
    let reasons = kundresa_model::chunk::SessionStart::ALL.map(|start| start.name());
    let counts: Vec<Count> = reasons.iter().filter_map(|reason| result.started_by.get(*reason).copied()).collect();
    // Everybody with a session has a first one: who has none could be told from it.
    let without = result.actors.drawn().saturating_sub(counts.first().map_or(0, |first| first.drawn()));
    let is_told = |place: usize| place == 0 && is_small(without, threshold);
    let actors = cells.started_by.iter().enumerate().map(|(at, actors)| if is_told(at) { 1 } else { *actors });
    let ids: Vec<_> = counts.iter().zip(actors).map(|(count, actors)| table.cell(count.drawn(), actors)).collect();
    table.sum(sessions, &ids);
    let hidden = table.hidden();
    for (reason, id) in reasons.iter().zip(&ids) {
        if let Some(count) = result.started_by.get_mut(*reason) {
            hidden.apply(*id, count);
        }
    }
    result.capped = result.started_by.get("cap").copied().unwrap_or_default();
    hide(cells.id_reused.iter().any(|(_, actors)| is_small(*actors, threshold)), &mut result.id_reused);
}

/// Everybody together is too few.
fn hide_all(result: &mut SessionsResult) {
    let counts = [
        &mut result.sessions,
        &mut result.actors,
        &mut result.session_events,
        &mut result.sessionless_events,
        &mut result.unchosen_events,
        &mut result.capped,
        &mut result.id_reused,
    ];
    counts.into_iter().chain(result.started_by.values_mut()).for_each(|count| *count = Count::HIDDEN);
    let rates = [&mut result.single_event, &mut result.events_per_session, &mut result.sessions_per_actor];
    rates.into_iter().for_each(|rate| *rate = Rate::HIDDEN);
    hide_quantiles(&mut result.duration_us, true, 1);
    for row in result.by.iter_mut().flat_map(|by| &mut by.rows) {
        let figures = &mut row.figures;
        for count in [&mut figures.sessions, &mut figures.session_events, &mut figures.single_event_sessions] {
            *count = Count::HIDDEN;
        }
    }
}
