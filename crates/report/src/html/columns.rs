//! How does a figure go up and down from one day to the next?
//!
//! One column per day, week or month. What is not over yet is hatched, so that a last column that is low for want of time
//! is not taken for a fall. Lengths are per cent of the box, so the picture fits any screen.

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use maud::{Markup, html};

use super::bar;

/// One column.
pub struct Column {
    /// The figure it stands for; the part, where it is a rate.
    pub value: Count,
    /// The base, where it is a rate.
    pub base: Option<Count>,
    /// Whether more may still come.
    pub is_incomplete: bool,
    /// The sentence it stands for.
    pub tip: String,
}

/// Columns of one figure.
pub struct Plot<'a> {
    /// What the picture shows, for readers who can't see it.
    pub label: &'a str,
    /// What the highest column stands for.
    pub top: String,
    /// Names of the first and the last column.
    pub ends: [String; 2],
    /// In order.
    pub columns: Vec<Column>,
}

/// Share of its place that a column fills, in thousandths.
const FILLED: u64 = 780;

impl Column {
    /// Height in units that are the same for all columns of a plot: the count, or millionths of a rate.
    fn height(&self) -> u64 {
        match self.base {
            None => self.value.drawn(),
            Some(base) => {
                let millionths = u128::from(self.value.drawn()) * 1_000_000 / u128::from(base.drawn().max(1));
                u64::try_from(millionths).unwrap_or(u64::MAX)
            }
        }
    }
}

/// The highest rate, by exact comparison; `None` without a defined one.
pub fn highest(rates: impl Iterator<Item = Rate>) -> Option<Rate> {
    let product = |one: Rate, other: Rate| u128::from(one.numerator) * u128::from(other.denominator);
    rates
        .filter(|rate| rate.value().is_some())
        .reduce(|high, rate| if product(rate, high) > product(high, rate) { rate } else { high })
}

/// The columns, under what the highest stands for and above the names of the first and the last.
pub fn plot(plot: &Plot<'_>) -> Markup {
    let full = plot.columns.iter().map(Column::height).max().unwrap_or_default();
    html! {
        div.plot-box {
            p.top aria-hidden="true" { (plot.top) }
            svg.columns-plot role="img" aria-label=(plot.label) {
                @for (place, one) in plot.columns.iter().enumerate() { (column(one, place, plot.columns.len(), full)) }
            }
            p.ends aria-hidden="true" {
                span { (plot.ends[0]) }
                @if plot.columns.len() > 1 { span { (plot.ends[1]) } }
            }
        }
    }
}

fn column(column: &Column, place: usize, places: usize, full: u64) -> Markup {
    let (place, places) = (place as u64 * 1_000, places as u64 * 1_000);
    let height = column.height();
    let class = if column.is_incomplete { "mark column incomplete" } else { "mark column" };
    html! {
        rect class=(class) fill=[column.is_incomplete.then_some("url(#fill-incomplete)")] data-tip=(column.tip)
            data-value=[column.value.shown()] data-base=[column.base.and_then(Count::shown)]
            x=(bar::share(place + (1_000 - FILLED) / 2, places)) width=(bar::share(FILLED, places))
            y=(bar::share(full - height, full)) height=(bar::share(height, full)) {
            title { (column.tip) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: u64, base: Option<u64>) -> Column {
        Column { value: value.into(), base: base.map(Into::into), is_incomplete: value == 1, tip: "<tip>".to_owned() }
    }

    #[test]
    fn the_highest_column_fills_the_box_and_what_is_not_over_is_hatched() {
        let columns = vec![of(4, None), of(1, None)];
        let drawn = plot(&Plot { label: "x", top: "4".into(), ends: ["a".into(), "b".into()], columns }).into_string();
        assert!(drawn.contains(r#"x="5.500%" width="39.000%" y="0.000%" height="100.000%""#), "{drawn}");
        assert!(drawn.contains(r#"x="55.500%" width="39.000%" y="75.000%" height="25.000%""#), "{drawn}");
        assert_eq!(drawn.matches("url(#fill-incomplete)").count(), 1);
        assert!(!drawn.contains("<tip>"));
    }

    #[test]
    fn rates_are_as_high_as_their_value() {
        assert_eq!((of(1, Some(4)).height(), of(5, Some(0)).height()), (250_000, 5_000_000));
        let rates = [Rate::new(0, 0), Rate::new(1, 3), Rate::new(1, 2), Rate::new(5, 10)];
        assert_eq!(highest(rates.into_iter()), Some(Rate::new(1, 2)));
    }
}
