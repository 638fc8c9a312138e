//! Which figures of the overview are hidden?
//!
//! Each kind of figure is a family of its own: a total, and lists (days, names, pages, channels, segments) whose rows add
//! up to it. Sessions are engaged or bounced, and have a key event or none; purchases have an amount in some currency or
//! none; users have done something or not. Source: `docs/semantics.md#privacy`.

use std::collections::{BTreeMap, BTreeSet};

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::overview::{OverviewResult, OverviewSegment, Revenue};

use crate::privacy::family::{Family, HiddenFamily};
use crate::privacy::heads::Cell;
use crate::privacy::table::is_small;
use crate::privacy::{hide, hide_rate, hide_unless_shown, tells_little};

/// Figures of one place with the actors behind them.
#[derive(Clone, Debug, Default)]
pub(super) struct PlaceCells {
    /// Sessions, engaged, bounced, with a key event, without.
    pub(super) sessions: Vec<Cell>,
    /// As in [`super::heads::EventFigures`].
    pub(super) events: Vec<Cell>,
    /// Purchases and refunds with an amount, by currency.
    pub(super) money: BTreeMap<String, [Cell; 2]>,
    /// Refunds that name no amount.
    pub(super) refunds_without: Cell,
}

/// All figures with the actors behind them, row by row as in the result.
pub(super) struct OverviewCells {
    pub(super) total: PlaceCells,
    /// What of it happened in sessions, which landing pages and channels add up to.
    pub(super) inside: PlaceCells,
    /// What of it happened outside.
    pub(super) outside: PlaceCells,
    pub(super) days: Vec<PlaceCells>,
    pub(super) by: Vec<PlaceCells>,
    pub(super) landing: Vec<PlaceCells>,
    pub(super) channels: Vec<PlaceCells>,
    /// Sessions.
    pub(super) exits: Vec<Vec<Cell>>,
    /// Events and key events.
    pub(super) names: Vec<Vec<Cell>>,
    /// Actors with sessions whose channel the vendor says, and with others.
    pub(super) vendor_channels: [u64; 2],
    /// Actors who repeat orders.
    pub(super) repeated_orders: u64,
}

const EVENTS: usize = 0;
const VIEWS: usize = 1;
const KEY_EVENTS: usize = 2;
const PURCHASES: usize = 3;
const REFUNDS: usize = 4;
const WITHOUT_VALUE: usize = 5;
const ENGAGEMENT: usize = 6;

/// Hides what `threshold` asks for.
pub(super) fn protect(result: &mut OverviewResult, cells: &OverviewCells, threshold: u64) {
    let users = result.users.drawn();
    hide_people(result, threshold);
    hide_sessions(result, cells, threshold);
    hide_events(result, cells, users, threshold);
    hide_money(result, cells, threshold);
    hide_engagement(result, cells, threshold);
    hide_beside(result, cells, threshold);
}

/// Users, and for each thing that they may have done those who have and those who have not.
const PEOPLE: &[(usize, &[usize])] = &[(0, &[1, 2]), (0, &[3, 4]), (0, &[5, 6]), (0, &[7, 8]), (0, &[9, 10])];
const NEW: usize = 3;

fn people(users: Count, did: &[Count]) -> Vec<Cell> {
    let users = users.drawn();
    let mut cells = vec![(users, users)];
    for did in did.iter().map(|did| did.drawn()) {
        // A day or a session may be of another segment than its user.
        cells.extend([did, users.saturating_sub(did)].map(|actors| (actors, actors)));
    }
    cells
}

fn hide_people(result: &mut OverviewResult, threshold: u64) {
    let did = [
        result.active_users,
        result.new_users,
        result.returning_users,
        result.purchasers.part(),
        result.key_event_users.part(),
    ];
    let total = people(result.users, &did);
    let of = |row: &OverviewSegment| {
        people(row.users, &[row.active_users, row.new_users, row.returning_users, row.purchasers])
    };
    let segments: Vec<Vec<Cell>> = result.by.iter().flat_map(|by| &by.rows).map(|row| of(&row.figures)).collect();
    let new: Vec<Vec<Cell>> = result.days.iter().map(|day| people(day.new_users, &[])).collect();
    let hidden = Family::new(threshold, PEOPLE, &total).list(&segments).list_of(&new, &[NEW]).hidden();
    let users = result.users;
    hide(hidden.total(0), &mut result.users);
    let did = |pair: usize| (hidden.total(0), hidden.total(2 * pair + 1) || hidden.total(2 * pair + 2));
    for (pair, count) in
        [&mut result.active_users, &mut result.new_users, &mut result.returning_users].into_iter().enumerate()
    {
        hide(did(pair).1, count);
    }
    for (pair, rate) in [(3, &mut result.purchasers), (4, &mut result.key_event_users)] {
        let (users, did) = did(pair);
        if users || did {
            *rate = Rate::HIDDEN;
        }
    }
    hide_unless_shown(&mut result.purchasers_interval, result.purchasers);
    hide_unless_shown(&mut result.key_event_users_interval, result.key_event_users);
    for (index, row) in result.by.iter_mut().flat_map(|by| &mut by.rows).enumerate() {
        hide_people_of(&mut row.figures, |column| hidden.row(0, index, column));
        let is_fine = !result.purchasers.is_hidden() && !row.figures.purchaser_share.is_hidden();
        let comparison = row.figures.purchaser_comparison.take();
        row.figures.purchaser_comparison =
            comparison.filter(|comparison| is_fine && tells_little(comparison, threshold));
    }
    let users_of_all = users.drawn();
    for (index, day) in result.days.iter_mut().enumerate() {
        let (users, new) = (day.users.drawn(), day.new_users.drawn());
        let others = [users, users.saturating_sub(new), users_of_all.saturating_sub(users)];
        hide(
            others.into_iter().any(|few| is_small(few, threshold)) || users_of_all == users && hidden.total(0),
            &mut day.users,
        );
        hide(hidden.row(1, index, 0), &mut day.new_users);
    }
}

fn hide_people_of(row: &mut OverviewSegment, is_hidden: impl Fn(usize) -> bool) {
    let did = |pair: usize| is_hidden(2 * pair + 1) || is_hidden(2 * pair + 2);
    hide(is_hidden(0), &mut row.users);
    hide(did(0), &mut row.active_users);
    hide(did(1), &mut row.new_users);
    hide(did(2), &mut row.returning_users);
    hide(did(3), &mut row.purchasers);
    hide_rate(&mut row.purchaser_share, &[row.users, row.purchasers]);
    hide_unless_shown(&mut row.purchaser_interval, row.purchaser_share);
}

/// Sessions are engaged or bounced, and have a key event or none.
const SESSIONS: &[(usize, &[usize])] = &[(0, &[1, 2]), (0, &[3, 4])];

fn hide_sessions(result: &mut OverviewResult, cells: &OverviewCells, threshold: u64) {
    let all = |rows: &[PlaceCells]| -> Vec<Vec<Cell>> { rows.iter().map(|row| row.sessions.clone()).collect() };
    let days: Vec<Vec<Cell>> = cells.days.iter().map(|row| row.sessions[..3].to_vec()).collect();
    let hidden = Family::new(threshold, SESSIONS, &cells.total.sessions)
        .list(&days)
        .list(&all(&cells.by))
        .list(&all(&cells.landing))
        .list(&all(&cells.channels))
        .list(&cells.exits)
        .hidden();
    hide_session_rates(
        |column| hidden.total(column),
        &mut result.sessions,
        [&mut result.engaged_sessions, &mut result.bounces, &mut result.key_event_sessions],
    );
    let sessions = result.sessions;
    hide_rate(&mut result.sessions_per_user, &[sessions, result.users]);
    hide_rate(&mut result.duration_us_per_session, &[sessions]);
    for (index, day) in result.days.iter_mut().enumerate() {
        let is_hidden = |column: usize| hidden.row(0, index, column);
        hide(is_hidden(0), &mut day.sessions);
        if (0..3).any(is_hidden) {
            day.engaged_sessions = Rate::HIDDEN;
        }
    }
    for (index, row) in result.by.iter_mut().flat_map(|by| &mut by.rows).enumerate() {
        let row = &mut row.figures;
        let rates = [&mut row.engaged_sessions, &mut row.bounces, &mut row.key_event_sessions];
        hide_session_rates(|column| hidden.row(1, index, column), &mut row.sessions, rates);
    }
    for (list, rows) in [(2, &mut result.landing_pages), (3, &mut result.channels)] {
        for (index, row) in rows.iter_mut().enumerate() {
            let row = &mut row.figures;
            let rates = [&mut row.engaged_sessions, &mut row.bounces, &mut row.key_event_sessions];
            hide_session_rates(|column| hidden.row(list, index, column), &mut row.sessions, rates);
        }
    }
    for (index, row) in result.exit_pages.iter_mut().enumerate() {
        hide(hidden.row(4, index, 0), &mut row.figures.sessions);
    }
}

fn hide_session_rates(
    is_hidden: impl Fn(usize) -> bool,
    sessions: &mut Count,
    [engaged, bounces, with_key_event]: [&mut Rate; 3],
) {
    hide(is_hidden(0), sessions);
    if (0..3).any(&is_hidden) {
        (*engaged, *bounces) = (Rate::HIDDEN, Rate::HIDDEN);
    }
    if [0, 3, 4].into_iter().any(&is_hidden) {
        *with_key_event = Rate::HIDDEN;
    }
}

/// The total of one figure of events is what happened in sessions and outside.
const INSIDE: usize = 1;

/// The family of one figure of events: days, segments, and what else is given.
fn family_of(kind: usize, cells: &OverviewCells, threshold: u64) -> Family {
    let rows = |rows: &[PlaceCells]| -> Vec<Vec<Cell>> { rows.iter().map(|row| vec![row.events[kind]]).collect() };
    let total = [&cells.total, &cells.inside, &cells.outside].map(|place| place.events[kind]);
    Family::new(threshold, &[(0, &[INSIDE, INSIDE + 1])], &total).list(&rows(&cells.days)).list(&rows(&cells.by))
}

fn names(cells: &OverviewCells, column: usize) -> Vec<Vec<Cell>> {
    cells.names.iter().map(|row| vec![row[column]]).collect()
}

fn hide_events(result: &mut OverviewResult, cells: &OverviewCells, users: u64, threshold: u64) {
    let rows =
        |rows: &[PlaceCells]| -> Vec<Vec<Cell>> { rows.iter().map(|row| vec![row.events[KEY_EVENTS]]).collect() };
    let events = family_of(EVENTS, cells, threshold).list(&names(cells, 0)).hidden();
    let views = family_of(VIEWS, cells, threshold).hidden();
    let keys = family_of(KEY_EVENTS, cells, threshold).list(&names(cells, 1));
    let keys = keys.list_of(&rows(&cells.landing), &[INSIDE]).list_of(&rows(&cells.channels), &[INSIDE]).hidden();
    hide(events.total(0), &mut result.events);
    hide(views.total(0), &mut result.views);
    for (family, rate) in [(&events, &mut result.events_per_session), (&views, &mut result.views_per_session)] {
        if family.total(0) || family.total(INSIDE) || result.sessions.is_hidden() {
            *rate = Rate::HIDDEN;
        }
    }
    hide(keys.total(0), &mut result.key_events);
    for (index, day) in result.days.iter_mut().enumerate() {
        hide(events.row(0, index, 0), &mut day.events);
        hide(views.row(0, index, 0), &mut day.views);
        hide(keys.row(0, index, 0), &mut day.key_events);
    }
    for (index, row) in result.by.iter_mut().flat_map(|by| &mut by.rows).enumerate() {
        hide(events.row(1, index, 0), &mut row.figures.events);
        hide(views.row(1, index, 0), &mut row.figures.views);
        hide(keys.row(1, index, 0), &mut row.figures.key_events);
    }
    for (index, row) in result.events_by_name.iter_mut().enumerate() {
        let figures = &mut row.figures;
        hide(events.row(2, index, 0), &mut figures.events);
        hide(keys.row(2, index, 0), &mut figures.key_events);
        let is_few =
            |few: Count| is_small(few.drawn(), threshold) || is_small(users.saturating_sub(few.drawn()), threshold);
        if figures.users.is_some_and(is_few) {
            figures.users = Some(Count::HIDDEN);
        }
    }
    for (list, rows) in [(3, &mut result.landing_pages), (4, &mut result.channels)] {
        for (index, row) in rows.iter_mut().enumerate() {
            hide(keys.row(list, index, 0), &mut row.figures.key_events);
        }
    }
}

/// Purchases, or refunds, with those without an amount and those of each currency.
fn money_row(currencies: &BTreeSet<&String>, place: &PlaceCells, of: usize) -> Vec<Cell> {
    let amount = |currency: &&String| place.money.get(*currency).map_or((0, 0), |cells| cells[of]);
    let first = match of {
        0 => vec![place.events[PURCHASES], place.events[WITHOUT_VALUE]],
        _ => vec![place.events[REFUNDS], place.refunds_without],
    };
    first.into_iter().chain(currencies.iter().map(amount)).collect()
}

/// A family of purchases (0) or refunds (1), with lists of days, segments, landing pages and channels.
fn money_family(cells: &OverviewCells, of: usize, threshold: u64) -> (HiddenFamily, Vec<String>) {
    let currencies: BTreeSet<&String> = cells.total.money.keys().collect();
    let rows =
        |rows: &[PlaceCells]| -> Vec<Vec<Cell>> { rows.iter().map(|row| money_row(&currencies, row, of)).collect() };
    let total: Vec<Cell> = [&cells.total, &cells.inside, &cells.outside]
        .into_iter()
        .flat_map(|place| money_row(&currencies, place, of))
        .collect();
    // All columns of the total, then those inside of sessions, then those outside.
    let columns = total.len() / 3;
    let mut identities: Vec<(usize, Vec<usize>)> =
        (0..columns).map(|column| (column, vec![columns + column, 2 * columns + column])).collect();
    identities.extend((0..3).map(|place| (place * columns, (place * columns + 1..(place + 1) * columns).collect())));
    let identities: Vec<(usize, &[usize])> = identities.iter().map(|(sum, parts)| (*sum, &parts[..])).collect();
    let inside: Vec<usize> = (columns..2 * columns).collect();
    let family = Family::new(threshold, &identities, &total)
        .list(&rows(&cells.days))
        .list(&rows(&cells.by))
        .list_of(&rows(&cells.landing), &inside)
        .list_of(&rows(&cells.channels), &inside);
    (family.hidden(), currencies.into_iter().cloned().collect())
}

/// Leaves amounts out where the purchases or refunds behind them are hidden, or how many there are of either.
fn leave_out(revenue: &mut Vec<Revenue>, currencies: &[String], is_hidden: impl Fn(usize, usize) -> bool) {
    let is_any_hidden = [0, 1].into_iter().any(|family| is_hidden(family, 0) || is_hidden(family, 1));
    revenue.retain(|money| {
        let place = currencies.binary_search(&money.currency);
        !is_any_hidden && place.is_ok_and(|place| !is_hidden(0, place + 2) && !is_hidden(1, place + 2))
    });
}

fn hide_money(result: &mut OverviewResult, cells: &OverviewCells, threshold: u64) {
    let (purchases, currencies) = money_family(cells, 0, threshold);
    let (refunds, _) = money_family(cells, 1, threshold);
    let of = |family: usize| if family == 0 { &purchases } else { &refunds };
    let in_row = |list: usize, index: usize| move |family: usize, column: usize| of(family).row(list, index, column);
    hide(purchases.total(0), &mut result.purchases);
    hide(purchases.total(1), &mut result.purchases_without_value);
    hide(refunds.total(0), &mut result.refunds);
    leave_out(&mut result.revenue, &currencies, |family, column| of(family).total(column));
    for (index, day) in result.days.iter_mut().enumerate() {
        hide(purchases.row(0, index, 0), &mut day.purchases);
        hide(refunds.row(0, index, 0), &mut day.refunds);
        leave_out(&mut day.revenue, &currencies, in_row(0, index));
    }
    for (index, row) in result.by.iter_mut().flat_map(|by| &mut by.rows).enumerate() {
        hide(purchases.row(1, index, 0), &mut row.figures.purchases);
        hide(refunds.row(1, index, 0), &mut row.figures.refunds);
        leave_out(&mut row.figures.revenue, &currencies, in_row(1, index));
    }
    for (list, rows) in [(2, &mut result.landing_pages), (3, &mut result.channels)] {
        for (index, row) in rows.iter_mut().enumerate() {
            hide(purchases.row(list, index, 0), &mut row.figures.purchases);
            leave_out(&mut row.figures.revenue, &currencies, in_row(list, index));
        }
    }
}

fn hide_engagement(result: &mut OverviewResult, cells: &OverviewCells, threshold: u64) {
    let rows: Vec<Vec<Cell>> = cells.by.iter().map(|row| vec![row.events[ENGAGEMENT]]).collect();
    let hidden = Family::new(threshold, &[], &[cells.total.events[ENGAGEMENT]]).list(&rows).hidden();
    if let Some(engagement) = &mut result.engagement {
        hide(hidden.total(0), &mut engagement.total_us);
        hide_rate(&mut engagement.us_per_session, &[engagement.total_us, result.sessions]);
        hide_rate(&mut engagement.us_per_active_user, &[engagement.total_us, result.active_users]);
    }
    for (index, row) in result.by.iter_mut().flat_map(|by| &mut by.rows).enumerate() {
        if let Some(engagement) = &mut row.figures.engagement_us {
            hide(hidden.row(0, index, 0), engagement);
        }
    }
}

fn hide_beside(result: &mut OverviewResult, cells: &OverviewCells, threshold: u64) {
    let few = |actors: u64| is_small(actors, threshold);
    hide(few(cells.repeated_orders), &mut result.repeated_orders);
    let is_told = cells.vendor_channels.into_iter().any(few) || result.sessions.is_hidden();
    hide(is_told, &mut result.vendor_channel_sessions);
}
