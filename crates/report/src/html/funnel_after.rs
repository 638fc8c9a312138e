//! What did people do when they stopped, what was it worth, and how does the funnel change over time?

use std::collections::BTreeMap;

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::funnel::{FunnelResult, FunnelStepResult, FunnelTrend, NextActions, TrendBucket};
use kundresa_model::result::money::Amount;
use kundresa_model::spec::calendar::CalendarUnit;
use maud::{Markup, html};

use super::bar::{self, Part};
use super::chart::{self, Kind};
use super::columns::{self, Column, Plot};
use super::texts::{chart as chart_texts, funnel_after as texts};
use super::{cell, figures, overview};
use crate::locale::{DASH, Locale, Text};

/// Buckets on the page, the latest ones.
const MOST_BUCKETS: usize = 92;
/// Currencies with columns of their own.
const MOST_CURRENCIES: usize = 4;

/// What came next, what it was worth, and the trend: as far as the funnel has them. `index` is its place among all.
pub fn after(locale: Locale, funnel: &FunnelResult, index: usize) -> Markup {
    html! {
        (next(locale, funnel, index))
        (value(locale, funnel))
        @if let Some(trend) = &funnel.trend { (trend_of(locale, trend, index)) }
    }
}

/// Steps after which somebody stopped, with what they did next.
fn next(locale: Locale, funnel: &FunnelResult, index: usize) -> Markup {
    let steps: Vec<(&FunnelStepResult, &NextActions)> = funnel
        .steps
        .iter()
        .filter(|step| step.stopped.is_some())
        .filter_map(|step| Some((step, step.next.as_ref()?)))
        .collect();
    html! {
        @if !steps.is_empty() {
            h4 { (locale.say(&texts::NEXT)) }
            p.explain { (locale.say(&texts::NEXT_LEAD)) }
            div.columns {
                @for (place, (step, next)) in steps.iter().enumerate() {
                    div { (next_table(locale, step, next, &format!("funnel-{}-next-{}", index + 1, place + 1))) }
                }
            }
        }
    }
}

fn next_table(locale: Locale, step: &FunnelStepResult, next: &NextActions, id: &str) -> Markup {
    let row = |name: &Markup, units: u64| {
        let rate = Rate::of(units.into(), step.stopped);
        html! {
            tr {
                th scope="row" { (name) }
                (cell::part_cell(locale, rate))
                td.plot { (bar::mini(Part::Stopped, rate)) }
            }
        }
    };
    let other = locale.counted(next.other_names, &texts::OTHER_ONE, &texts::OTHER_MANY);
    let nothing = locale.say(&texts::NOTHING_MORE);
    let heading =
        locale.markup(&texts::AFTER_STEP, &[&cell::short(locale, &step.name, 60), &cell::count(locale, step.stopped)]);
    let table = figures::table(
        locale,
        &html! { (locale.say(&texts::NEXT_CAPTION)) },
        next.actions.len(),
        &html! {
            thead { tr {
                th scope="col" { (locale.say(&texts::NEXT_EVENT)) }
                th.n scope="col" { (locale.say(&texts::STOPPED)) }
                (cell::share_axis(locale))
            } }
            tbody {
                @for action in &next.actions {
                    (row(&cell::name(locale, &action.event), action.units))
                }
                @if next.other > 0 { (row(&html! { (other) }, next.other)) }
                @if next.nothing_more > 0 { (row(&html! { em { (nothing) } }, next.nothing_more)) }
            }
        },
    );
    html! { p.panel-name { (heading) } (chart::bars(id, &table)) }
}

/// Currencies that steps have amounts in: those of most amounts first, then by code.
fn currencies(funnel: &FunnelResult) -> Vec<&str> {
    let mut amounts: BTreeMap<&str, u64> = BTreeMap::new();
    for amount in funnel.steps.iter().flat_map(|step| &step.value) {
        *amounts.entry(&amount.currency).or_default() += amount.n;
    }
    let mut currencies: Vec<(&str, u64)> = amounts.into_iter().collect();
    currencies.sort_by_key(|(_, amounts)| std::cmp::Reverse(*amounts));
    currencies.into_iter().map(|(currency, _)| currency).collect()
}

/// What the steps were worth, one pair of columns per currency.
fn value(locale: Locale, funnel: &FunnelResult) -> Markup {
    let all = currencies(funnel);
    let shown = &all[..all.len().min(MOST_CURRENCIES)];
    let caption = html! {
        (locale.say(&texts::VALUE_CAPTION))
        @if all.len() > shown.len() {
            " " (locale.fill(&texts::MORE_CURRENCIES, &[&locale.count((all.len() - shown.len()) as u64)]))
        }
    };
    html! {
        @if !shown.is_empty() {
            h4 { (locale.say(&texts::VALUE)) }
            (figures::table(locale, &caption, funnel.steps.len(), &html! {
                (value_head(locale, shown))
                tbody {
                    @for step in &funnel.steps {
                        tr {
                            th scope="row" { (cell::short(locale, &step.name, 60)) }
                            @for currency in shown { (value_cells(locale, step, currency)) }
                        }
                    }
                }
            }))
        }
    }
}

fn value_head(locale: Locale, currencies: &[&str]) -> Markup {
    html! {
        thead {
            tr {
                th rowspan="2" scope="col" { (locale.say(&texts::STEP)) }
                @for currency in currencies {
                    th.group colspan="2" scope="colgroup" { (cell::segment(locale, currency)) }
                }
            }
            tr {
                @for _ in currencies {
                    th.n scope="col" { (locale.say(&texts::WORTH)) }
                    th.n scope="col" { (locale.say(&texts::STOPPED_WORTH)) }
                }
            }
        }
    }
}

fn value_cells(locale: Locale, step: &FunnelStepResult, currency: &str) -> Markup {
    let cell = |amounts: &[Amount]| match amounts.iter().find(|own| own.currency == currency) {
        Some(own) => figures::money_cell(locale, own.sum, ""),
        None => html! { td.n { (DASH) } },
    };
    html! { (cell(&step.value)) (cell(&step.stopped_value)) }
}

fn trend_of(locale: Locale, trend: &FunnelTrend, index: usize) -> Markup {
    let skipped = trend.buckets.len().saturating_sub(MOST_BUCKETS);
    let shown = &trend.buckets[skipped..];
    if shown.is_empty() {
        return Markup::default();
    }
    let caption = html! {
        (locale.say(&texts::TREND_CAPTION))
        @if skipped > 0 {
            " " (locale.fill(&texts::BUCKETS_SKIPPED, &[&locale.count(shown.len() as u64), &locale.count(skipped as u64)]))
        }
    };
    let picture = html! {
        div.panels.two {
            (panel(locale, shown, locale.say(&texts::ENTERED), &|bucket| (entered(bucket), None)))
            (panel(locale, shown, locale.say(&texts::CONVERSION), &|bucket| {
                (bucket.conversion.part(), Some(bucket.conversion.base()))
            }))
        }
        @if shown.iter().any(|bucket| bucket.is_incomplete) { (overview::incomplete_legend(locale)) }
    };
    html! {
        h4 { (locale.say(heading(trend.bucket))) }
        (chart::figure(locale, Kind::Trend, &format!("funnel-{}-trend", index + 1), &picture, &caption, &trend_table(locale, shown)))
    }
}

fn heading(unit: CalendarUnit) -> &'static Text {
    match unit {
        CalendarUnit::Day => &texts::BY_DAY,
        CalendarUnit::Week => &texts::BY_WEEK,
        CalendarUnit::Month => &texts::BY_MONTH,
    }
}

fn entered(bucket: &TrendBucket) -> Count {
    bucket.steps.first().map_or(Count::default(), |step| step.reached)
}

fn panel(
    locale: Locale,
    buckets: &[TrendBucket],
    name: &str,
    of: &dyn Fn(&TrendBucket) -> (Count, Option<Count>),
) -> Markup {
    let told = |bucket: &TrendBucket| match of(bucket) {
        (part, Some(base)) => locale.per_cent_of(Rate::of(part, base)),
        (count, None) => locale.count(count),
    };
    let column = |bucket: &TrendBucket| {
        let (value, base) = of(bucket);
        let mut tip = format!("{}: {name} {}", locale.day_named(&bucket.start), told(bucket));
        if bucket.is_incomplete {
            tip += &format!(" ({})", locale.say(&chart_texts::NOT_OVER));
        }
        Column { value, base, is_incomplete: bucket.is_incomplete, tip }
    };
    let rates = buckets.iter().map(of).filter_map(|(part, base)| Some(Rate::of(part, base?)));
    let top = match columns::highest(rates) {
        Some(rate) => locale.per_cent(rate),
        None => locale.count(buckets.iter().map(|bucket| of(bucket).0.drawn()).max().unwrap_or_default()),
    };
    let end = |bucket: Option<&TrendBucket>| bucket.map_or_else(String::new, |bucket| locale.day_named(&bucket.start));
    html! {
        div.panel {
            p.panel-name { (name) }
            (columns::plot(&Plot {
                label: name,
                top,
                ends: [end(buckets.first()), end(buckets.last())],
                columns: buckets.iter().map(column).collect(),
            }))
        }
    }
}

fn trend_table(locale: Locale, buckets: &[TrendBucket]) -> Markup {
    let first = buckets.first().map_or(&[][..], |bucket| bucket.steps.as_slice());
    figures::table(
        locale,
        &html! { (locale.say(&texts::TREND_TABLE_CAPTION)) },
        buckets.len(),
        &html! {
            thead { tr {
                th scope="col" { (locale.say(&texts::BEGINS)) }
                @for step in first { th.n scope="col" { (cell::short(locale, &step.name, 40)) } }
                th.n scope="col" { (locale.say(&texts::CONVERSION)) }
            } }
            tbody {
                @for bucket in buckets {
                    tr {
                        th scope="row" {
                            (locale.day_named(&bucket.start))
                            @if bucket.is_incomplete { small { (locale.say(&chart_texts::NOT_OVER)) } }
                        }
                        @for step in &bucket.steps { (cell::count_cell(locale, step.reached)) }
                        (cell::rate_cell(locale, bucket.conversion))
                    }
                }
            }
        },
    )
}
