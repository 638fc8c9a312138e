//! Who gets further, and where does one segment fall behind the rest?

use kundresa_model::count::Count;
use kundresa_model::result::funnel::{FunnelResult, FunnelSegment, StepCounts};
use kundresa_model::result::segments::{Breakdown, Segment};
use kundresa_model::result::statistics::{Comparison, Method};
use maud::{Markup, html};

use super::bar::{self, Part};
use super::texts::{common, funnel_segments as texts};
use super::{cell, headline};
use crate::findings::{self, SegmentGap};
use crate::locale::Locale;

/// Most cells that are marked as standing out.
const MOST_MARKS: usize = 3;
/// [`findings::LEAST_GAP`] in whole percentage points.
const LEAST_GAP_POINTS: u64 = 5;
/// Adjusted p-values below this are told as differences.
const LEVEL: f64 = 0.05;

/// The breakdown of a funnel, or nothing without one.
pub fn segments(locale: Locale, funnel: &FunnelResult) -> Markup {
    let Some(by) = &funnel.by else { return Markup::default() };
    let mut gaps = findings::segment_gaps(funnel);
    gaps.truncate(MOST_MARKS);
    html! {
        h4 { (locale.markup(&common::BY, &[&cell::name(locale, &by.dimension)])) }
        (verdict(locale, funnel, &gaps))
        div data-segments {
            (cell::table(locale, &locale.markup(&texts::CAPTION, &[&cell::name(locale, &by.dimension)]), &html! {
                (head(locale, funnel, by))
                tbody {
                    @for (row, segment) in by.rows.iter().enumerate() { (segment_row(locale, segment, row, &gaps)) }
                    (total_row(locale, funnel))
                }
            }))
        }
        (tested(locale, by))
    }
}

fn verdict(locale: Locale, funnel: &FunnelResult, gaps: &[SegmentGap]) -> Markup {
    html! {
        @match gaps.first() {
            Some(gap) => p.verdict { (headline::gap_sentence(locale, funnel, gap)) },
            None => p.explain { (locale.fill(&texts::NO_GAP, &[&LEAST_GAP_POINTS])) },
        }
    }
}

/// Which segments convert differently from all others by more than chance.
fn tested(locale: Locale, by: &Breakdown<FunnelSegment>) -> Markup {
    let rows = || by.rows.iter().filter_map(|row| row.figures.comparison.as_ref().map(|one| (row, one)));
    let tests = rows().filter(|(_, one)| one.p_adjusted.is_some()).count();
    let told = rows().filter_map(|(row, one)| Some((row, one, one.p_adjusted.filter(|p| *p < LEVEL)?)));
    let told: Vec<(&Segment<FunnelSegment>, &Comparison, f64)> = told.collect();
    html! {
        @if rows().any(|(_, one)| one.method == Method::NotIndependent) {
            p.explain { (locale.say(&texts::NOT_INDEPENDENT)) }
        } @else if tests > 0 {
            @if told.is_empty() { p.explain { (locale.say(&texts::NO_DIFFERENCE)) } }
            @for (row, one, p) in &told {
                p.explain {
                    (locale.markup(&texts::DIFFERENCE, &[
                        &cell::segment(locale, &row.value),
                        &cell::rate(locale, row.figures.conversion),
                        &cell::rate(locale, one.others),
                        &locale.p_value(*p),
                    ]))
                }
            }
            p.explain { (locale.fill(&texts::TESTS, &[&locale.count(tests as u64)])) }
        }
    }
}

fn head(locale: Locale, funnel: &FunnelResult, by: &Breakdown<FunnelSegment>) -> Markup {
    html! {
        thead {
            tr {
                th rowspan="2" scope="col" { (cell::name(locale, &by.dimension)) }
                th.n rowspan="2" scope="col" { (locale.say(&texts::ENTERED)) }
                @if funnel.steps.len() > 1 {
                    th.group colspan=(funnel.steps.len() - 1) scope="colgroup" { (locale.say(&texts::STOPPED_AFTER)) }
                }
                th.n rowspan="2" scope="col" {
                    (locale.say(&common::CONVERSION))
                    @if funnel.conversion_interval.is_some() { (cell::interval_head(locale)) }
                }
                th.n rowspan="2" scope="col" { (locale.say(&texts::MEDIAN_TIME)) }
            }
            tr {
                @for step in leavable(&funnel.steps) { th.n scope="col" { (cell::short(locale, &step.name, 40)) } }
            }
        }
    }
}

/// All steps but the last, after which nobody can stop.
fn leavable<T>(steps: &[T]) -> &[T] {
    steps.split_last().map_or(&[], |(_, before)| before)
}

fn segment_row(locale: Locale, segment: &Segment<FunnelSegment>, row: usize, gaps: &[SegmentGap]) -> Markup {
    let figures = &segment.figures;
    html! {
        tr {
            th scope="row" {
                (cell::segment(locale, &segment.value))
                @if segment.values > 1 { small { (locale.counted(segment.values, &texts::VALUE, &texts::VALUES)) } }
            }
            (cell::count_cell(locale, figures.steps.first().map_or(Count::default(), |step| step.reached)))
            @for (step, counts) in leavable(&figures.steps).iter().enumerate() {
                (stopped_cell(locale, counts, gaps.iter().find(|gap| gap.row == row && gap.step == step)))
            }
            (conversion_cell(locale, figures))
            (cell::duration_cell(locale, figures.time_to_convert_us.p50))
        }
    }
}

fn stopped_cell(locale: Locale, counts: &StepCounts, gap: Option<&SegmentGap>) -> Markup {
    let rate = counts.drop_off;
    html! {
        td.n.gap[gap.is_some()] data-value=[rate.part().shown()] data-base=[rate.base().shown()] {
            @if gap.is_some() { span.flag { "▲ " } }
            (locale.per_cent(rate))
            (cell::base(locale, rate))
            (bar::mini(Part::Stopped, rate))
            @if let Some(gap) = gap { small.gap-words { (locale.fill(&texts::ABOVE_REST, &[&locale.points(gap.here, gap.elsewhere)])) } }
        }
    }
}

fn conversion_cell(locale: Locale, figures: &FunnelSegment) -> Markup {
    let rate = figures.conversion;
    html! {
        td.n data-value=[rate.part().shown()] data-base=[rate.base().shown()] {
            (locale.per_cent(rate))
            (cell::base(locale, rate))
            (cell::interval(locale, figures.conversion_interval))
            (bar::mini(Part::Went, rate))
        }
    }
}

fn total_row(locale: Locale, funnel: &FunnelResult) -> Markup {
    html! {
        tr.total {
            th scope="row" { (locale.say(&common::ALL_OF_THEM)) }
            (cell::count_cell(locale, funnel.steps.first().map_or(Count::default(), |step| step.reached)))
            @for step in leavable(&funnel.steps) { (cell::rate_cell(locale, step.drop_off)) }
            td.n data-value=[funnel.conversion.part().shown()] data-base=[funnel.conversion.base().shown()] {
                (locale.per_cent(funnel.conversion))
                (cell::base(locale, funnel.conversion))
                (cell::interval(locale, funnel.conversion_interval))
            }
            (cell::duration_cell(locale, funnel.time_to_convert_us.p50))
        }
    }
}
