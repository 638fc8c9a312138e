//! Which items were left in carts, how far did these come, and what did people do instead?

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::carts::{CartItem, CartNextAction, CartPage, CartStep, CartsResult};
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::result::segments::{NOT_SET, OTHER};
use kundresa_model::spec::carts::CartEvent;
use maud::{Markup, html};

use super::bar::{self, Part};
use super::chart;
use super::texts::carts as texts;
use super::{cell, figures};
use crate::locale::{Locale, Text};

/// Items, pages and next actions on the page.
const MOST_ROWS: usize = 25;

/// What became of each item, most left behind first.
pub fn items(locale: Locale, items: &[CartItem]) -> Markup {
    if items.iter().all(|row| row.item == NOT_SET) {
        return Markup::default();
    }
    let caption = html! { (locale.say(&texts::ITEMS_CAPTION)) (more(locale, items.len())) };
    let most = items.iter().map(|row| row.added.quantity.drawn()).max().unwrap_or_default();
    let heads = [&texts::SEEN_BY, &texts::ADDED, &texts::BOUGHT, &texts::UNITS_LEFT, &texts::LEFT_BY];
    let table = figures::table(
        locale,
        &caption,
        items.len().min(MOST_ROWS),
        &html! {
            thead { tr {
                th scope="col" { (locale.say(&texts::ITEM)) }
                @for head in heads { th.n scope="col" { (locale.say(head)) } }
                th.axis scope="col" { span.unseen { (locale.say(&texts::UNITS_LEFT)) } }
            } }
            tbody { @for item in items.iter().take(MOST_ROWS) { (item_row(locale, item, most)) } }
        },
    );
    html! { h3 { (locale.say(&texts::ITEMS)) } (chart::bars("items", &table)) }
}

fn item_row(locale: Locale, item: &CartItem, most: u64) -> Markup {
    let left = Rate::of(item.left.quantity, Count::from(most));
    html! {
        tr {
            (item_head(locale, item))
            (cell::count_cell(locale, item.viewed.actors))
            (cell::count_cell(locale, item.added.quantity))
            (cell::count_cell(locale, item.bought.quantity))
            (cell::count_cell(locale, item.left.quantity))
            (cell::count_cell(locale, item.left.actors))
            td.plot { (bar::mini(Part::Stopped, left)) }
        }
    }
}

fn item_head(locale: Locale, item: &CartItem) -> Markup {
    html! {
        th scope="row" {
            @match &item.name {
                Some(name) if item.item != OTHER => { (cell::short(locale, name, 40)) @if *name != item.item { small { (cell::short(locale, &item.item, 24)) } } }
                _ => { (cell::segment(locale, &item.item)) @if item.values > 1 { small { (locale.counted(item.values, &texts::ITEM_ONE, &texts::ITEM_MANY)) } } }
            }
        }
    }
}

fn more(locale: Locale, rows: usize) -> Markup {
    cell::more_in_json(locale, rows.saturating_sub(MOST_ROWS))
}

/// How far carts came.
pub fn steps(locale: Locale, steps: &[CartStep]) -> Markup {
    let table = figures::table(
        locale,
        &html! { (locale.say(&texts::STEPS_CAPTION)) },
        steps.len(),
        &html! {
            thead { tr {
                th scope="col" { (locale.say(&texts::STEP)) }
                th.n scope="col" { (locale.say(&texts::CARTS)) }
                th.n scope="col" { (locale.say(&texts::LEFT)) }
                (cell::share_axis(locale))
            } }
            tbody {
                @for step in steps {
                    tr {
                        th scope="row" { (locale.say(step_text(step.step))) }
                        (cell::count_cell(locale, step.carts))
                        (cell::part_cell(locale, step.share))
                        td.plot { (bar::mini(Part::Stopped, step.share)) }
                    }
                }
            }
        },
    );
    html! { h3 { (locale.say(&texts::STEPS)) } (chart::bars("cart-steps", &table)) }
}

fn step_text(step: CartEvent) -> &'static Text {
    match step {
        CartEvent::Add | CartEvent::Remove => &texts::STEP_ADD,
        CartEvent::ViewCart => &texts::STEP_VIEW_CART,
        CartEvent::BeginCheckout => &texts::STEP_CHECKOUT,
        CartEvent::Shipping => &texts::STEP_SHIPPING,
        CartEvent::Payment => &texts::STEP_PAYMENT,
        CartEvent::Purchase => &texts::STEP_PURCHASE,
        CartEvent::ViewItem => &texts::STEP_VIEW_ITEM,
    }
}

/// How long it took to buy, to leave and to recover.
pub fn times(locale: Locale, result: &CartsResult) -> Markup {
    let rows: [(&Text, &Quantiles); 3] = [
        (&texts::TIME_TO_PURCHASE, &result.time_to_purchase_us),
        (&texts::TIME_TO_ABANDON, &result.time_to_abandon_us),
        (&texts::TIME_TO_RECOVER, &result.time_to_recover_us),
    ];
    html! {
        h3 { (locale.say(&texts::TIMES)) }
        (cell::table(locale, &html! { (locale.say(&texts::TIMES_CAPTION)) }, &html! {
            thead { tr {
                th scope="col" { (locale.say(&texts::BETWEEN)) }
                th.n scope="col" { "n" }
                th.n scope="col" { (locale.say(&texts::MEDIAN)) }
                th.n scope="col" { (locale.say(&texts::NINE_IN_TEN)) }
            } }
            tbody {
                @for (words, span) in rows {
                    tr {
                        th scope="row" { (locale.say(words)) }
                        (cell::count_cell(locale, span.n))
                        (cell::duration_cell(locale, span.p50))
                        (cell::duration_cell(locale, span.p90))
                    }
                }
            }
        }))
    }
}

/// What came next after a cart was abandoned.
pub fn next_actions(locale: Locale, rows: &[CartNextAction]) -> Markup {
    let caption = html! { (locale.say(&texts::NEXT_CAPTION)) (more(locale, rows.len())) };
    let table = figures::table(
        locale,
        &caption,
        rows.len().min(MOST_ROWS),
        &html! {
            thead { tr {
                th scope="col" { (locale.say(&texts::NEXT)) }
                th.n scope="col" { (locale.say(&texts::CARTS)) }
                th.n scope="col" { (locale.say(&texts::SAME_SESSION)) }
                (cell::share_axis(locale))
            } }
            tbody { @for row in rows.iter().take(MOST_ROWS) { (next_row(locale, row)) } }
        },
    );
    html! { h3 { (locale.say(&texts::AFTER_LEAVING)) } (chart::bars("cart-next", &table)) }
}

fn next_row(locale: Locale, row: &CartNextAction) -> Markup {
    html! {
        tr {
            th scope="row" {
                @match &row.event { Some(event) => (cell::segment(locale, event)), None => em { (locale.say(&texts::NOTHING_MORE)) } }
            }
            (cell::part_cell(locale, row.carts))
            (cell::count_cell(locale, row.same_session))
            td.plot { (bar::mini(Part::Stopped, row.carts)) }
        }
    }
}

/// On which pages carts were abandoned.
pub fn pages(locale: Locale, rows: &[CartPage]) -> Markup {
    let caption = html! { (locale.say(&texts::PAGES_CAPTION)) (more(locale, rows.len())) };
    let table = figures::table(
        locale,
        &caption,
        rows.len().min(MOST_ROWS),
        &html! {
            thead { tr {
                th scope="col" { (locale.say(&texts::PAGE)) }
                th.n scope="col" { (locale.say(&texts::CARTS)) }
                (cell::share_axis(locale))
            } }
            tbody {
                @for row in rows.iter().take(MOST_ROWS) {
                    tr {
                        th scope="row" { (cell::segment(locale, &row.page)) }
                        (cell::part_cell(locale, row.carts))
                        td.plot { (bar::mini(Part::Stopped, row.carts)) }
                    }
                }
            }
        },
    );
    html! { h3 { (locale.say(&texts::LAST_PAGE)) } (chart::bars("cart-pages", &table)) }
}
