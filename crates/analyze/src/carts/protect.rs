//! Which figures of carts are hidden?
//!
//! The outcomes of carts and purchases, in the total, by segment and by day, are one family; where carts were left (step,
//! page, next action) and what they were worth add up to its abandoned or opened carts. The view by sessions is shown as
//! a whole or not at all. Source: `docs/semantics.md#privacy`.

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::carts::{CartCounts, CartItem, CartSessionView, CartsResult, ItemCount};

use super::heads::IDENTITIES;
use crate::privacy::family::{Family, HiddenFamily};
use crate::privacy::heads::Cell;
use crate::privacy::table::{Table, is_small};
use crate::privacy::{hide, hide_quantiles, hide_rate};

/// All figures with the actors behind them, row by row as in the result.
pub(super) struct CartCells {
    /// As in [`super::heads::CartFigures`].
    pub(super) total: Vec<Cell>,
    pub(super) by: Vec<Vec<Cell>>,
    pub(super) days: Vec<Vec<Cell>>,
    /// Carts, abandoned, others.
    pub(super) steps: Vec<Vec<Cell>>,
    pub(super) pages: Vec<Cell>,
    /// Carts, in the same session, in another.
    pub(super) next: Vec<Vec<Cell>>,
    /// Carts, abandoned, recovered, not abandoned, not recovered.
    pub(super) value: Vec<Vec<Cell>>,
    /// Carts without a value, abandoned ones, recovered ones.
    pub(super) without_value: Vec<Cell>,
    pub(super) items: Vec<Vec<Cell>>,
    pub(super) sessions: [u64; 11],
    pub(super) oddities: [u64; 4],
}

const OPENED: usize = 0;
const PURCHASED: usize = 1;
const ABANDONED: usize = 3;
const RECOVERED: usize = 5;

/// Lists in the order in which the family has them.
const BY: usize = 0;
const DAYS: usize = 1;
const STEPS: usize = 2;
const PAGES: usize = 3;
const NEXT: usize = 4;
const VALUE: usize = 5;

/// Hides what `threshold` asks for.
pub(super) fn protect(result: &mut CartsResult, cells: &CartCells, threshold: u64) {
    let hidden = family(cells, threshold);
    hide_counts(&mut result.carts, |column| hidden.total(column));
    for (index, row) in result.by.iter_mut().flat_map(|by| &mut by.rows).enumerate() {
        hide_counts(&mut row.figures, |column| hidden.row(BY, index, column));
    }
    for (index, day) in result.days.iter_mut().enumerate() {
        hide_counts(&mut day.figures, |column| hidden.row(DAYS, index, column));
    }
    hide_lists(result, cells, &hidden, threshold);
    for (span, column) in [
        (&mut result.time_to_purchase_us, PURCHASED),
        (&mut result.time_to_abandon_us, ABANDONED),
        (&mut result.time_to_recover_us, RECOVERED),
    ] {
        hide_quantiles(span, hidden.total(column), threshold);
    }
    for (item, cells) in result.items.iter_mut().zip(&cells.items) {
        hide_item(item, cells, threshold);
    }
    let is_few = cells.sessions.into_iter().any(|actors| is_small(actors, threshold));
    if is_few || result.carts.abandoned.is_hidden() {
        result.session_view = hidden_view();
    }
    let odd = &mut result.oddities;
    let odd = [&mut odd.removed_too_much, &mut odd.unreadable_items, &mut odd.odd_quantities, &mut odd.repeated_orders];
    odd.into_iter().zip(cells.oddities).for_each(|(count, actors)| hide(is_small(actors, threshold), count));
}

/// `part` as few as those that are in the whole but not in it. Nobody stays nobody: the whole is as few as the others then,
/// and what is known to be nothing hides nothing beside it.
fn told_by(part: Cell, others: Cell, threshold: u64) -> Cell {
    if part.0 > 0 && is_small(others.1, threshold) { (part.0, 1) } else { part }
}

/// A currency is listed with all its figures or not at all, and one figure may tell another (all of its carts were left), so
/// whatever hides one of them hides the others; that may ask for more to be hidden elsewhere, until nothing is missing.
fn family(cells: &CartCells, threshold: u64) -> HiddenFamily {
    let mut unlisted = vec![false; cells.value.len()];
    loop {
        let hidden = family_without(&unlisted, cells, threshold);
        let is_unlisted = |row: usize| unlisted[row] || (0..3).any(|column| hidden.row(VALUE, row, column));
        let found: Vec<bool> = (0..unlisted.len()).map(is_unlisted).collect();
        if found == unlisted {
            return hidden;
        }
        unlisted = found;
    }
}

/// What is hidden where these currencies are not listed.
fn family_without(unlisted: &[bool], cells: &CartCells, threshold: u64) -> HiddenFamily {
    let steps = |row: &Vec<Cell>| vec![row[0], told_by(row[1], row[2], threshold)];
    let value = |(row, unlisted): (&Vec<Cell>, &bool)| {
        let told = [row[0], told_by(row[1], row[3], threshold), told_by(row[2], row[4], threshold)];
        told.map(|cell| if *unlisted && cell.0 > 0 { (cell.0, 1) } else { cell }).to_vec()
    };
    let steps: Vec<Vec<Cell>> = cells.steps.iter().map(steps).collect();
    let pages: Vec<Vec<Cell>> = cells.pages.iter().map(|cell| vec![*cell]).collect();
    let next: Vec<Vec<Cell>> = cells.next.iter().map(|row| vec![row[0]]).collect();
    let mut values: Vec<Vec<Cell>> = cells.value.iter().zip(unlisted).map(value).collect();
    values.push(cells.without_value.clone());
    Family::new(threshold, IDENTITIES, &cells.total)
        .list(&cells.by)
        .list(&cells.days)
        .list_of(&steps, &[OPENED, ABANDONED])
        .list_of(&pages, &[ABANDONED])
        .list_of(&next, &[ABANDONED])
        .list_of(&values, &[OPENED, ABANDONED, RECOVERED])
        .hidden()
}

fn hide_counts(counts: &mut CartCounts, is_hidden: impl Fn(usize) -> bool) {
    let fields = [
        &mut counts.opened,
        &mut counts.purchased,
        &mut counts.emptied,
        &mut counts.abandoned,
        &mut counts.open,
        &mut counts.recovered,
        &mut counts.emptied_later,
        &mut counts.lost,
        &mut counts.recovery_open,
        &mut counts.purchases,
        &mut counts.purchases_without_cart,
    ];
    fields.into_iter().enumerate().for_each(|(column, count)| hide(is_hidden(column), count));
    let rates = [
        (&mut counts.purchase_rate, [1, 11, 16]),
        (&mut counts.abandonment_rate, [3, 11, 17]),
        (&mut counts.recovery_rate, [12, 13, 14]),
    ];
    for (rate, columns) in rates {
        if columns.into_iter().any(&is_hidden) {
            *rate = Rate::HIDDEN;
        }
    }
}

fn hide_lists(result: &mut CartsResult, cells: &CartCells, hidden: &HiddenFamily, threshold: u64) {
    let abandoned = result.carts.abandoned;
    for (index, step) in result.last_steps.iter_mut().enumerate() {
        hide(hidden.row(STEPS, index, 0), &mut step.carts);
        hide(hidden.row(STEPS, index, 1), &mut step.abandoned);
        hide_rate(&mut step.share, &[step.abandoned, abandoned]);
    }
    for (index, page) in result.last_pages.iter_mut().enumerate() {
        if hidden.row(PAGES, index, 0) || abandoned.is_hidden() {
            page.carts = Rate::HIDDEN;
        }
    }
    for (index, (next, cells)) in result.next_actions.iter_mut().zip(&cells.next).enumerate() {
        if hidden.row(NEXT, index, 0) || abandoned.is_hidden() {
            next.carts = Rate::HIDDEN;
        }
        let is_few = cells[1..].iter().any(|(_, actors)| is_small(*actors, threshold));
        hide(next.carts.is_hidden() || is_few, &mut next.same_session);
    }
    let mut index = 0;
    result.value.retain(|_| {
        index += 1;
        (0..3).all(|column| !hidden.row(VALUE, index - 1, column))
    });
    hide(hidden.row(VALUE, cells.value.len(), 0), &mut result.carts_without_value);
}

/// Units: added = removed + sold + left + open.
fn hide_item(item: &mut CartItem, cells: &[Cell], threshold: u64) {
    let mut table = Table::overlapping(threshold);
    let ids: Vec<_> = cells.iter().map(|(count, actors)| table.cell(*count, *actors)).collect();
    table.sum(ids[1], &ids[2..6]);
    let hidden = table.hidden();
    let counts = [(2, &mut item.removed), (3, &mut item.sold), (5, &mut item.open)];
    counts.into_iter().for_each(|(column, count)| hidden.apply(ids[column], count));
    let counts = [(0, &mut item.viewed), (1, &mut item.added), (4, &mut item.left), (6, &mut item.bought)];
    for (column, count) in counts {
        if hidden.is_hidden(ids[column]) || is_small(count.actors.drawn(), threshold) {
            *count = ItemCount { actors: Count::HIDDEN, quantity: Count::HIDDEN };
        }
    }
}

fn hidden_view() -> CartSessionView {
    let hidden = Count::HIDDEN;
    CartSessionView {
        abandoned: Rate::HIDDEN,
        added_to_older_cart: hidden,
        bought_elsewhere: hidden,
        emptied: hidden,
        open: hidden,
        left_beside_purchase: hidden,
        further_carts: hidden,
        carts_outside: hidden,
    }
}
