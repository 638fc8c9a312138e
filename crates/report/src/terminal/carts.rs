//! How do carts look on a terminal?
//!
//! What became of them comes first, in words a shop owner uses; then time, value, where they were left, items, and how a
//! count by sessions differs.

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::carts::{CartCounts, CartDay, CartItem, CartsResult};
use kundresa_model::result::money::Sum;
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::segments::{Breakdown, NOT_SET, OTHER};

use super::Style;
use super::table::{self, LONGEST_NAME};
use crate::format;
use crate::words;

/// Days shown; JSON has all of them.
const MOST_DAYS: usize = 14;

/// All blocks.
pub fn blocks(result: &CartsResult, style: &Style) -> Vec<String> {
    let mut blocks = vec![top(result, style), purchases(&result.carts, style)];
    if result.carts.opened != 0 {
        blocks.push(times(result, style));
        blocks.extend(values(result, style));
        blocks.push(steps(result, style));
        blocks.extend(left_behind(result, style));
    }
    blocks.extend(items(&result.items, style));
    blocks.push(session_view(result, style));
    blocks.extend(days(&result.days, style));
    blocks.extend(result.by.as_ref().map(|by| segments(by, style)));
    blocks.extend(oddities(result, style));
    blocks
}

/// What became of them, without anything behind it.
pub fn short(result: &CartsResult, style: &Style) -> Vec<String> {
    vec![top(result, style), purchases(&result.carts, style)]
}

fn top(result: &CartsResult, style: &Style) -> String {
    let rules = format!(
        "left = no activity for more than {}; a purchase within {} of the last activity still recovers a cart",
        format::duration(result.abandon_after.as_us()),
        format::duration(result.recover_within.as_us())
    );
    let heading = format!("{}\n{}", table::heading("Carts"), table::paragraph(&rules, style));
    if result.carts.opened == 0 {
        let hint =
            table::paragraph("No cart was opened. Which events fill one is set under [carts] in kundresa.toml.", style);
        return format!("{heading}\n\n{hint}");
    }
    format!("{heading}\n\n{}", outcomes(&result.carts, style))
}

fn outcomes(carts: &CartCounts, style: &Style) -> String {
    let over = carts.abandonment_rate.base();
    let of_over = |count| format::per_cent_of(Rate::of(count, over));
    let row = |name: &str, count: Count, share: String, full: Count| {
        vec![name.to_owned(), format::count(count), share, table::bar(count.drawn(), 0, 0, full.drawn(), 12)]
    };
    let opened = carts.opened;
    let mut rows = vec![
        row("Bought in time", carts.purchased, of_over(carts.purchased), opened),
        row("Emptied again", carts.emptied, of_over(carts.emptied), opened),
        row("Left (abandoned)", carts.abandoned, of_over(carts.abandoned), opened),
    ];
    if carts.abandoned != 0 {
        rows.push(row("  bought later (recovered)", carts.recovered, String::new(), opened));
        rows.push(row("  emptied later", carts.emptied_later, String::new(), opened));
        rows.push(row("  lost for good", carts.lost, String::new(), opened));
        rows.push(row("  may still be bought", carts.recovery_open, String::new(), opened));
    }
    rows.push(row("Not over when the data ends", carts.open, String::new(), opened));
    let head = [format!("Of {}", format::counted(opened, "cart", "carts")), "Of those that are over".to_owned()];
    table::table(&[&head[0], "Carts", &head[1], ""], "lrrl", rows, style)
}

/// Purchases and the rate of recovery in words.
fn purchases(carts: &CartCounts, style: &Style) -> String {
    let mut text = format!("{}: ", format::counted(carts.purchases, "purchase", "purchases"));
    text += &format!(
        "{} of carts in time, {} of carts left before, {} without a cart.",
        format::count(carts.purchased),
        format::count(carts.recovered),
        format::count(carts.purchases_without_cart)
    );
    if carts.abandoned != 0 {
        text += &format!(
            " Recovery rate {} carts left whose time to be recovered is over.",
            format::per_cent_of(carts.recovery_rate)
        );
    }
    table::paragraph(&text, style)
}

fn times(result: &CartsResult, style: &Style) -> String {
    let row = |name: &str, span: &Quantiles| {
        let at = |us: Option<i64>| {
            if span.n.is_hidden() { format::HIDDEN.to_owned() } else { format::duration_or_dash(us) }
        };
        vec![name.to_owned(), format::count(span.n), at(span.p25), at(span.p50), at(span.p75), at(span.p90)]
    };
    let rows = vec![
        row("first add to purchase in time", &result.time_to_purchase_us),
        row("first add to leaving", &result.time_to_abandon_us),
        row("leaving to recovery", &result.time_to_recover_us),
    ];
    table::table(&["Time", "n", "25 % by", "Median", "75 % by", "90 % by"], "lrrrrr", rows, style)
}

fn values(result: &CartsResult, style: &Style) -> Option<String> {
    if result.value.is_empty() {
        return None;
    }
    let rows = result.value.iter().map(|value| {
        let sum = |sum: Sum| format::money(sum.0, "");
        vec![
            words::elided(&value.currency, 12),
            format::count(value.carts),
            sum(value.peak),
            format::count(value.abandoned_carts),
            sum(value.abandoned),
            sum(value.recovered),
        ]
    });
    let head = ["Value", "Carts", "At their\nlargest", "Left", "Worth\nwhen left", "Of this\nrecovered"];
    let table = table::table(&head, "lrrrrr", rows.collect(), style);
    let without = result.carts_without_value;
    Some(if without == 0 {
        table
    } else {
        format!("{table}\n{} no value in one currency.", format::counted(without, "cart has", "carts have"))
    })
}

fn steps(result: &CartsResult, style: &Style) -> String {
    let rows = result.last_steps.iter().map(|step| {
        vec![
            words::cart_step(step.step).to_owned(),
            format::count(step.carts),
            format::count(step.abandoned),
            format::per_cent_of(step.share),
            table::bar(0, step.abandoned.drawn(), 0, step.share.denominator, 12),
        ]
    });
    table::table(&["Furthest step", "Carts", "Left", "Of all left", ""], "lrrrl", rows.collect(), style)
}

/// What came next, and from which page.
fn left_behind(result: &CartsResult, style: &Style) -> Vec<String> {
    if result.carts.abandoned == 0 {
        return Vec::new();
    }
    let next = result.next_actions.iter().map(|row| {
        let name = row.event.as_deref().map_or("nothing".to_owned(), |event| words::elided(event, LONGEST_NAME));
        vec![name, format::count(row.carts.part()), format::per_cent_of(row.carts), format::count(row.same_session)]
    });
    let head = ["Next after leaving", "Carts", "Of all left", "Same session"];
    let mut blocks = vec![table::table(&head, "lrrr", next.collect(), style)];
    if result.last_pages.iter().any(|row| row.page != NOT_SET) {
        let pages = result.last_pages.iter().map(|row| {
            let page = words::elided(&row.page, LONGEST_NAME);
            vec![page, format::count(row.carts.part()), format::per_cent_of(row.carts)]
        });
        blocks.push(table::table(&["Last page", "Carts", "Of all left"], "lrr", pages.collect(), style));
    }
    blocks
}

fn items(items: &[CartItem], style: &Style) -> Option<String> {
    if items.iter().all(|row| row.item == NOT_SET) {
        return None;
    }
    let rows = items.iter().map(|row| {
        vec![
            item_name(row),
            format::count(row.viewed.actors),
            format::count(row.added.actors),
            format::count(row.added.quantity),
            format::count(row.left.quantity),
            format::count(row.left.actors),
            format::count(row.bought.quantity),
        ]
    });
    let head = [
        "Item",
        "Seen by\nactors",
        "Added by\nactors",
        "Units\nadded",
        "Units\nleft",
        "Left by\nactors",
        "Units\nbought",
    ];
    Some(table::table(&head, "lrrrrrr", rows.collect(), style))
}

fn item_name(row: &CartItem) -> String {
    match &row.name {
        _ if row.item == OTHER => format!("{} {OTHER}", format::count(row.values)),
        Some(name) if *name != row.item => {
            format!("{} {}", words::elided(&row.item, 12), words::elided(name, 18))
        }
        _ => words::elided(&row.item, 24),
    }
}

/// From carts as sessions count them to these, line by line.
fn session_view(result: &CartsResult, style: &Style) -> String {
    let view = &result.session_view;
    let between = [
        ("−", view.added_to_older_cart, "their adds went into a cart opened before"),
        ("−", view.bought_elsewhere, "cart bought in time, in another session"),
        ("−", view.emptied, "cart emptied"),
        ("−", view.open, "cart not over when the data ends"),
        ("+", view.left_beside_purchase, "sessions with a purchase whose cart was left all the same"),
        ("+", view.further_carts, "left carts that are not the first of their session"),
        ("+", view.carts_outside, "left carts opened in no counted session"),
    ];
    let first = format!("sessions with an add and no purchase ({} with an add)", format::per_cent_of(view.abandoned));
    let mut rows = vec![vec![String::new(), format::count(view.abandoned.part()), first]];
    rows.extend(
        between
            .into_iter()
            .filter(|(_, count, _)| *count != 0)
            .map(|(sign, count, what)| vec![sign.to_owned(), format::count(count), what.to_owned()]),
    );
    rows.push(vec!["=".to_owned(), format::count(result.carts.abandoned), "carts left (abandoned)".to_owned()]);
    table::table(&["", "", "As sessions count, and why it differs"], "lrl", rows, style)
}

fn days(days: &[CartDay], style: &Style) -> Option<String> {
    if days.len() < 2 {
        return None;
    }
    let hidden = days.len().saturating_sub(MOST_DAYS);
    let rows = days[hidden..].iter().map(|day| counts_row(day.day.clone(), &day.figures));
    let table = table::table(&counts_head("Opened on"), "lrrrrr", rows.collect(), style);
    Some(match hidden {
        0 => table,
        _ => format!("{table}\n{} earlier, use --format json.", format::counted(hidden as u64, "day", "days")),
    })
}

fn segments(by: &Breakdown<CartCounts>, style: &Style) -> String {
    let dimension = words::elided(&by.dimension, LONGEST_NAME);
    let rows = by.rows.iter().map(|segment| counts_row(words::elided(&segment.value, LONGEST_NAME), &segment.figures));
    table::table(&counts_head(&dimension), "lrrrrr", rows.collect(), style)
}

fn counts_head(first: &str) -> [&str; 6] {
    [first, "Carts", "Bought\nin time", "Left", "Left, of those\nthat are over", "Recovered"]
}

fn counts_row(name: String, carts: &CartCounts) -> Vec<String> {
    vec![
        name,
        format::count(carts.opened),
        format::count(carts.purchased),
        format::count(carts.abandoned),
        format::per_cent_of(carts.abandonment_rate),
        format::count(carts.recovered),
    ]
}

fn oddities(result: &CartsResult, style: &Style) -> Option<String> {
    let odd = &result.oddities;
    let said = [
        (
            odd.repeated_orders,
            "purchase repeats an order and counts",
            "purchases repeat an order and count",
            "nowhere here",
        ),
        (odd.removed_too_much, "removal takes", "removals take", "out more than was in"),
        (odd.unreadable_items, "event has", "events have", "items that can't be read"),
        (odd.odd_quantities, "event has", "events have", "a quantity or price that is none"),
    ];
    let said = said.iter().filter(|(count, ..)| *count != 0);
    let said: Vec<String> =
        said.map(|(count, one, many, what)| format!("{} {what}", format::counted(*count, one, many))).collect();
    (!said.is_empty()).then(|| table::paragraph(&format!("Odd events: {}.", said.join("; ")), style))
}
