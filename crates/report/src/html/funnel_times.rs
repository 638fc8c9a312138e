//! How long does it take from step to step?
//!
//! Spans reach from milliseconds to weeks, so the picture has a logarithmic axis between round bounds.

use kundresa_model::result::funnel::FunnelResult;
use kundresa_model::result::quantiles::Quantiles;
use kundresa_model::time::{DAY_US, HOUR_US, MINUTE_US, SECOND_US};
use maud::{Markup, html};

use super::cell;
use super::texts::{common, funnel_times as texts};
use crate::locale::{DASH, Locale};

/// Round bounds that an axis may have.
const BOUNDS: [i64; 13] = [
    1_000,
    SECOND_US / 10,
    SECOND_US,
    10 * SECOND_US,
    MINUTE_US,
    10 * MINUTE_US,
    HOUR_US,
    6 * HOUR_US,
    DAY_US,
    7 * DAY_US,
    30 * DAY_US,
    365 * DAY_US,
    3_650 * DAY_US,
];

struct Axis {
    low: i64,
    high: i64,
}

impl Axis {
    fn of(spans: &[&Quantiles]) -> Self {
        let low = spans.iter().filter_map(|span| span.p25).min().unwrap_or(SECOND_US);
        let high = spans.iter().filter_map(|span| span.p90).max().unwrap_or(DAY_US);
        let below = BOUNDS.iter().rev().find(|bound| **bound <= low).unwrap_or(&BOUNDS[0]);
        let above = BOUNDS.iter().find(|bound| **bound >= high && *bound > below);
        Self { low: *below, high: *above.unwrap_or(&BOUNDS[BOUNDS.len() - 1]) }
    }

    /// Position in per cent of the axis; clamped to it.
    fn place(&self, us: i64) -> f64 {
        let along = (us.max(1) as f64 / self.low as f64).ln() / (self.high as f64 / self.low as f64).ln();
        (along * 100.0).clamp(0.0, 100.0)
    }
}

/// The times between the steps, or nothing for a funnel of one step.
pub fn times(locale: Locale, funnel: &FunnelResult) -> Markup {
    if funnel.steps.len() < 2 {
        return Markup::default();
    }
    let between =
        funnel.steps.windows(2).map(|pair| (Some((&pair[0].name, &pair[1].name)), &pair[1].time_from_previous_us));
    let rows: Vec<(Option<(&String, &String)>, &Quantiles)> =
        between.chain([(None, &funnel.time_to_convert_us)]).collect();
    let axis = Axis::of(&rows.iter().map(|(_, span)| *span).collect::<Vec<_>>());
    html! {
        h4 { (locale.say(&texts::TITLE)) }
        (cell::table(locale, &html! { (locale.say(&texts::CAPTION)) }, &html! {
            (head(locale, &axis))
            tbody { @for (names, span) in &rows { (row(locale, *names, span, &axis)) } }
        }))
    }
}

fn head(locale: Locale, axis: &Axis) -> Markup {
    html! {
        thead {
            tr {
                th scope="col" { (locale.say(&texts::BETWEEN)) }
                th.n scope="col" { "n" }
                @for heading in [&common::MEDIAN, &texts::MIDDLE_HALF, &texts::NINE_IN_TEN, &common::LONGEST] {
                    th.n scope="col" { (locale.say(heading)) }
                }
                th.axis scope="col" {
                    div { span { (locale.duration(axis.low)) } span { (locale.say(&texts::LOG_SCALE)) } span { (locale.duration(axis.high)) } }
                }
            }
        }
    }
}

fn row(locale: Locale, names: Option<(&String, &String)>, span: &Quantiles, axis: &Axis) -> Markup {
    html! {
        tr.total[names.is_none()] {
            th scope="row" {
                @match names {
                    Some((from, to)) => { (cell::short(locale, from, 40)) " → " (cell::short(locale, to, 40)) },
                    None => (locale.say(&texts::FIRST_TO_LAST)),
                }
            }
            (cell::count_cell(locale, span.n))
            (cell::duration_cell(locale, span.p50))
            td.n { (middle_half(locale, span)) }
            (cell::duration_cell(locale, span.p90))
            (cell::duration_cell(locale, span.max))
            td.plot { (plot(span, axis)) }
        }
    }
}

fn middle_half(locale: Locale, span: &Quantiles) -> String {
    match (span.n.is_hidden(), span.p25, span.p75) {
        (true, ..) => locale.hidden(),
        (false, Some(low), Some(high)) => locale.range(&locale.duration(low), &locale.duration(high)),
        (false, ..) => DASH.to_owned(),
    }
}

fn plot(span: &Quantiles, axis: &Axis) -> Markup {
    let (Some(p25), Some(p50), Some(p75), Some(p90)) = (span.p25, span.p50, span.p75, span.p90) else {
        return Markup::default();
    };
    let [p25, p50, p75, p90] = [p25, p50, p75, p90].map(|us| axis.place(us));
    let at = |place: f64| format!("{place:.2}%");
    html! {
        svg.range aria-hidden="true" {
            line.track x1="0" x2="100%" y1="50%" y2="50%" {}
            line.whisker x1=(at(p75)) x2=(at(p90)) y1="50%" y2="50%" {}
            rect.box x=(at(p25)) width=(at((p75 - p25).max(0.6))) y="20%" height="60%" {}
            line.median x1=(at(p50)) x2=(at(p50)) y1="8%" y2="92%" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axis_has_round_bounds_around_the_spans() {
        let span = Quantiles::of(&mut [40 * SECOND_US, 50 * SECOND_US, 3 * HOUR_US]);
        let axis = Axis::of(&[&span]);
        assert_eq!((axis.low, axis.high), (10 * SECOND_US, 6 * HOUR_US));
        assert_eq!((axis.place(0), axis.place(10 * SECOND_US), axis.place(DAY_US)), (0.0, 0.0, 100.0));
    }

    #[test]
    fn axis_of_nothing_and_of_one_instant_still_has_a_length() {
        let (nothing, instant) = (Axis::of(&[]), Axis::of(&[&Quantiles::of(&mut [SECOND_US])]));
        assert!(nothing.low < nothing.high && instant.low < instant.high);
        assert!(instant.place(SECOND_US).is_finite());
    }
}
