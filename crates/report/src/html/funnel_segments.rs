//! Who gets further, and where does one segment fall behind the rest?

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::funnel::{FunnelResult, FunnelSegment, StepCounts};
use kundresa_model::result::segments::{Breakdown, Segment};
use maud::{Markup, html};

use super::bar::{self, Part};
use super::{cell, headline};
use crate::findings::{self, SegmentGap};
use crate::format;

/// Most cells that are marked as standing out.
const MOST_MARKS: usize = 3;

/// The breakdown of a funnel, or nothing without one.
pub fn segments(funnel: &FunnelResult) -> Markup {
    let Some(by) = &funnel.by else { return Markup::default() };
    let mut gaps = findings::segment_gaps(funnel);
    gaps.truncate(MOST_MARKS);
    html! {
        h4 { "By " (cell::name(&by.dimension)) }
        (verdict(funnel, &gaps))
        (cell::table(&caption(by), &html! {
            (head(funnel, by))
            tbody {
                @for (row, segment) in by.rows.iter().enumerate() { (segment_row(segment, row, &gaps)) }
                (total_row(funnel))
            }
        }))
    }
}

fn verdict(funnel: &FunnelResult, gaps: &[SegmentGap]) -> Markup {
    html! {
        @match gaps.first() {
            Some(gap) => p.verdict { (headline::gap_sentence(funnel, gap)) },
            None => p.explain {
                "No segment stands out: none stops after a step at least 5 percentage points more often than the rest and beyond chance."
            },
        }
    }
}

fn caption(by: &Breakdown<FunnelSegment>) -> Markup {
    html! {
        "Each is counted under the " (cell::name(&by.dimension))
        " of the first step; rows add up to the total. Under a step: the share that stopped after it, of those whose time is over. "
        "▲ marks a share far above the rest."
    }
}

fn head(funnel: &FunnelResult, by: &Breakdown<FunnelSegment>) -> Markup {
    html! {
        thead {
            tr {
                th rowspan="2" scope="col" { (cell::name(&by.dimension)) }
                th.n rowspan="2" scope="col" { "Entered" }
                @if funnel.steps.len() > 1 {
                    th.group colspan=(funnel.steps.len() - 1) scope="colgroup" { "Stopped after" }
                }
                th.n rowspan="2" scope="col" { "Conversion" }
                th.n rowspan="2" scope="col" { "Median time" }
            }
            tr {
                @for step in leavable(&funnel.steps) { th.n scope="col" { (cell::short(&step.name, 40)) } }
            }
        }
    }
}

/// All steps but the last, after which nobody can stop.
fn leavable<T>(steps: &[T]) -> &[T] {
    steps.split_last().map_or(&[], |(_, before)| before)
}

fn segment_row(segment: &Segment<FunnelSegment>, row: usize, gaps: &[SegmentGap]) -> Markup {
    let figures = &segment.figures;
    html! {
        tr {
            th scope="row" {
                (cell::name(&segment.value))
                @if segment.values > 1 { small { (format::counted(segment.values, "value", "values")) } }
            }
            (cell::count_cell(figures.steps.first().map_or(Count::default(), |step| step.reached)))
            @for (step, counts) in leavable(&figures.steps).iter().enumerate() {
                (stopped_cell(counts, gaps.iter().find(|gap| gap.row == row && gap.step == step)))
            }
            (conversion_cell(figures.conversion))
            (cell::duration_cell(figures.time_to_convert_us.p50))
        }
    }
}

fn stopped_cell(counts: &StepCounts, gap: Option<&SegmentGap>) -> Markup {
    let rate = counts.drop_off;
    html! {
        td.n.gap[gap.is_some()] data-value=[rate.part().shown()] data-base=[rate.base().shown()] {
            @if gap.is_some() { span.mark { "▲ " } }
            (format::per_cent(rate))
            @if !rate.is_hidden() { small { "of " (format::count(rate.denominator)) } }
            (bar::mini(Part::Stopped, rate))
            @if let Some(gap) = gap { small.gap-words { (format::points(gap.here, gap.elsewhere)) " above the rest" } }
        }
    }
}

fn conversion_cell(rate: Rate) -> Markup {
    html! {
        td.n data-value=[rate.part().shown()] data-base=[rate.base().shown()] {
            (format::per_cent(rate))
            @if !rate.is_hidden() { small { "of " (format::count(rate.denominator)) } }
            (bar::mini(Part::Went, rate))
        }
    }
}

fn total_row(funnel: &FunnelResult) -> Markup {
    html! {
        tr.total {
            th scope="row" { "All" }
            (cell::count_cell(funnel.steps.first().map_or(Count::default(), |step| step.reached)))
            @for step in leavable(&funnel.steps) { (cell::rate_cell(step.drop_off)) }
            (cell::rate_cell(funnel.conversion))
            (cell::duration_cell(funnel.time_to_convert_us.p50))
        }
    }
}
