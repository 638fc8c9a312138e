//! Which tables show carts?
//!
//! Money is decimal text of units of its currency, since a float would round it.

use kundresa_model::result::carts::{CartCounts, CartValue, CartsResult};
use polars::frame::DataFrame;

use super::{NamedFrame, Part, part_columns, segments};
use crate::columns::Columns;
use crate::error::FramesError;

pub fn tables(result: &CartsResult) -> Result<Vec<NamedFrame>, FramesError> {
    Ok(vec![
        main(result)?,
        NamedFrame::new("carts_days", days(result)?),
        NamedFrame::new("carts_items", items(result)?),
        NamedFrame::new("carts_last_steps", last_steps(result)?),
        NamedFrame::new("carts_last_pages", last_pages(result)?),
        NamedFrame::new("carts_next_actions", next_actions(result)?),
        NamedFrame::new("carts_value", value(result)?),
        NamedFrame::new("carts_session_view", session_view(result)?),
    ])
}

/// The total or one segment; `all` only for the total.
struct CartRow<'a> {
    part: Part<'a>,
    counts: &'a CartCounts,
    all: Option<&'a CartsResult>,
}

/// The main table.
pub fn main(result: &CartsResult) -> Result<NamedFrame, FramesError> {
    let total = CartRow { part: Part::Total, counts: &result.carts, all: Some(result) };
    let by_segment = segments(result.by.as_ref()).map(|(part, counts)| CartRow { part, counts, all: None });
    let rows: Vec<_> = std::iter::once(total).chain(by_segment).collect();
    let frame = with_counts(part_columns(&rows, |row| row.part), |row| row.counts)
        .count("carts_without_value", |row| row.all.map(|all| all.carts_without_value))
        .quantiles("time_to_abandon", |row| row.all.map(|all| &all.time_to_abandon_us))
        .quantiles("time_to_purchase", |row| row.all.map(|all| &all.time_to_purchase_us))
        .quantiles("time_to_recover", |row| row.all.map(|all| &all.time_to_recover_us))
        .whole("abandon_after_us", |row| row.all.map(|all| all.abandon_after.as_us()))
        .whole("recover_within_us", |row| row.all.map(|all| all.recover_within.as_us()))
        .count("removed_too_much", |row| row.all.map(|all| all.oddities.removed_too_much))
        .count("unreadable_items", |row| row.all.map(|all| all.oddities.unreadable_items))
        .count("odd_quantities", |row| row.all.map(|all| all.oddities.odd_quantities))
        .count("repeated_orders", |row| row.all.map(|all| all.oddities.repeated_orders))
        .finish()?;
    Ok(NamedFrame::new("carts", frame))
}

fn with_counts<'a, R>(columns: Columns<'a, R>, counts: impl Fn(&'a R) -> &'a CartCounts) -> Columns<'a, R> {
    columns
        .count("opened", |row| Some(counts(row).opened))
        .count("purchased", |row| Some(counts(row).purchased))
        .count("emptied", |row| Some(counts(row).emptied))
        .count("abandoned", |row| Some(counts(row).abandoned))
        .count("open", |row| Some(counts(row).open))
        .count("recovered", |row| Some(counts(row).recovered))
        .count("emptied_later", |row| Some(counts(row).emptied_later))
        .count("lost", |row| Some(counts(row).lost))
        .count("recovery_open", |row| Some(counts(row).recovery_open))
        .count("purchases", |row| Some(counts(row).purchases))
        .count("purchases_without_cart", |row| Some(counts(row).purchases_without_cart))
        .rate("purchase_rate", |row| Some(counts(row).purchase_rate))
        .rate("abandonment_rate", |row| Some(counts(row).abandonment_rate))
        .rate("recovery_rate", |row| Some(counts(row).recovery_rate))
}

fn days(result: &CartsResult) -> Result<DataFrame, FramesError> {
    let columns = Columns::of(&result.days).text("day", |day| Some(&day.day));
    with_counts(columns, |day| &day.figures).finish()
}

fn items(result: &CartsResult) -> Result<DataFrame, FramesError> {
    Columns::of(&result.items)
        .text("item", |row| Some(&row.item))
        .text("name", |row| row.name.as_deref())
        .count("item_values", |row| Some(row.values))
        .count("viewed_actors", |row| Some(row.viewed.actors))
        .count("viewed", |row| Some(row.viewed.quantity))
        .count("added_actors", |row| Some(row.added.actors))
        .count("added", |row| Some(row.added.quantity))
        .count("removed", |row| Some(row.removed))
        .count("sold", |row| Some(row.sold))
        .count("left_actors", |row| Some(row.left.actors))
        .count("left", |row| Some(row.left.quantity))
        .count("open", |row| Some(row.open))
        .count("bought_actors", |row| Some(row.bought.actors))
        .count("bought", |row| Some(row.bought.quantity))
        .finish()
}

fn last_steps(result: &CartsResult) -> Result<DataFrame, FramesError> {
    Columns::of(&result.last_steps)
        .text("step", |row| Some(row.step.key()))
        .count("carts", |row| Some(row.carts))
        .count("abandoned", |row| Some(row.abandoned))
        .rate("share", |row| Some(row.share))
        .finish()
}

fn last_pages(result: &CartsResult) -> Result<DataFrame, FramesError> {
    Columns::of(&result.last_pages)
        .text("page", |row| Some(&row.page))
        .count("page_values", |row| Some(row.values))
        .rate("carts", |row| Some(row.carts))
        .finish()
}

fn next_actions(result: &CartsResult) -> Result<DataFrame, FramesError> {
    Columns::of(&result.next_actions)
        .text("event", |row| row.event.as_deref())
        .count("event_values", |row| Some(row.values))
        .rate("carts", |row| Some(row.carts))
        .count("same_session", |row| Some(row.same_session))
        .finish()
}

/// A row of the values with its sums as text.
struct ValueRow<'a> {
    value: &'a CartValue,
    sums: [String; 4],
}

fn value(result: &CartsResult) -> Result<DataFrame, FramesError> {
    let row = |value: &CartValue| [value.peak, value.abandoned_peak, value.abandoned, value.recovered];
    let rows: Vec<ValueRow<'_>> =
        result.value.iter().map(|value| ValueRow { value, sums: row(value).map(|sum| sum.to_string()) }).collect();
    Columns::of(&rows)
        .text("currency", |row| Some(&row.value.currency))
        .count("carts", |row| Some(row.value.carts))
        .text("peak", |row| Some(&row.sums[0]))
        .count("abandoned_carts", |row| Some(row.value.abandoned_carts))
        .text("abandoned_peak", |row| Some(&row.sums[1]))
        .text("abandoned", |row| Some(&row.sums[2]))
        .count("recovered_carts", |row| Some(row.value.recovered_carts))
        .text("recovered", |row| Some(&row.sums[3]))
        .finish()
}

fn session_view(result: &CartsResult) -> Result<DataFrame, FramesError> {
    Columns::of(std::slice::from_ref(&result.session_view))
        .rate("abandoned", |view| Some(view.abandoned))
        .count("added_to_older_cart", |view| Some(view.added_to_older_cart))
        .count("bought_elsewhere", |view| Some(view.bought_elsewhere))
        .count("emptied", |view| Some(view.emptied))
        .count("open", |view| Some(view.open))
        .count("left_beside_purchase", |view| Some(view.left_beside_purchase))
        .count("further_carts", |view| Some(view.further_carts))
        .count("carts_outside", |view| Some(view.carts_outside))
        .finish()
}

#[cfg(test)]
mod tests {
    use kundresa_model::rate::Rate;
    use kundresa_model::result::carts::{
        CartDay, CartItem, CartNextAction, CartOddities, CartPage, CartSessionView, CartStep, ItemCount,
    };
    use kundresa_model::result::money::Sum;
    use kundresa_model::result::quantiles::Quantiles;
    use kundresa_model::spec::carts::CartEvent;
    use kundresa_model::time::{DAY_US, Duration, HOUR_US};

    use super::*;
    use crate::write_csv;

    /// Two carts of one day, both left, one of them recovered after a day.
    fn result() -> CartsResult {
        let counts = CartCounts {
            opened: 2.into(),
            abandoned: 2.into(),
            recovered: 1.into(),
            lost: 1.into(),
            purchases: 1.into(),
            abandonment_rate: Rate::new(2, 2),
            recovery_rate: Rate::new(1, 2),
            ..CartCounts::default()
        };
        let count = |actors, quantity| ItemCount { actors, quantity };
        CartsResult {
            abandon_after: Duration::from_us(HOUR_US),
            recover_within: Duration::from_us(7 * DAY_US),
            carts: counts,
            time_to_abandon_us: Quantiles::of(&mut [0, 5]),
            time_to_purchase_us: Quantiles::default(),
            time_to_recover_us: Quantiles::of(&mut [DAY_US]),
            last_steps: vec![CartStep {
                step: CartEvent::Add,
                carts: 2.into(),
                abandoned: 2.into(),
                share: Rate::new(2, 2),
            }],
            last_pages: vec![CartPage { page: "/cart".into(), values: 1, carts: Rate::new(2, 2) }],
            next_actions: vec![CartNextAction {
                event: None,
                values: 1,
                carts: Rate::new(2, 2),
                same_session: 0.into(),
            }],
            value: vec![CartValue {
                currency: "EUR".into(),
                carts: 2,
                peak: Sum(3_500_000),
                abandoned_carts: 2,
                abandoned_peak: Sum(3_500_000),
                abandoned: Sum(2_000_000),
                recovered_carts: 1,
                recovered: Sum(1),
            }],
            carts_without_value: 0.into(),
            items: vec![CartItem {
                item: "7".into(),
                name: Some("Tent".into()),
                values: 1,
                viewed: count(3.into(), 4.into()),
                added: count(2.into(), 5.into()),
                removed: 1.into(),
                sold: 1.into(),
                left: count(1.into(), 3.into()),
                open: 0.into(),
                bought: count(1.into(), 1.into()),
            }],
            session_view: CartSessionView { abandoned: Rate::new(2, 3), ..CartSessionView::default() },
            oddities: CartOddities::default(),
            days: vec![CartDay { day: "2024-03-01".into(), figures: counts }],
            by: None,
        }
    }

    /// Line `line` of the table `name`, from 0.
    fn line(name: &str, line: usize) -> String {
        let tables = tables(&result()).unwrap();
        let table = tables.iter().find(|table| table.name == name).unwrap();
        let mut bytes = Vec::new();
        write_csv(&table.frame, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap().lines().nth(line).unwrap().to_owned()
    }

    #[test]
    fn every_part_of_the_result_has_a_table_with_exact_money() {
        assert_eq!(
            line("carts_value", 0),
            "currency,carts,peak,abandoned_carts,abandoned_peak,abandoned,recovered_carts,recovered"
        );
        assert_eq!(line("carts_value", 1), "EUR,2,3.5,2,3.5,2,1,0.000001");
        assert_eq!(line("carts_items", 1), "7,Tent,1,3,4,2,5,1,1,1,3,0,1,1");
        assert_eq!(line("carts_last_steps", 1), "add,2,2,2,2,1.0");
        assert_eq!(line("carts_last_pages", 1), "/cart,1,2,2,1.0");
        assert_eq!(line("carts_next_actions", 1), ",1,2,2,1.0,0");
        assert_eq!(line("carts_session_view", 1), "2,3,0.6666666666666666,0,0,0,0,0,0,0");
        assert_eq!(line("carts_days", 1), "2024-03-01,2,0,0,2,0,1,0,1,0,1,0,0,0,,2,2,1.0,1,2,0.5");
        assert!(
            line("carts", 1).starts_with(",,,2,0,0,2,0,1,0,1,0,1,0,0,0,,2,2,1.0,1,2,0.5,0,2,0,"),
            "{}",
            line("carts", 1)
        );
    }
}
