//! Which flat tables show a result?
//!
//! One table per part of the result, the main one first, so that a reader who wants a single table takes the first.
//! A breakdown continues its main table in long form: the columns `dimension` and `segment` are null in the rows of the
//! total and filled in the rows of a segment; `segment_values` says how many values a row sums (more than one only for
//! `(other)`). Cells that a segment does not have are null. Rows keep the order of the result.

mod bridge;
mod carts;
mod explained;
mod funnel;
mod funnel_actors;
mod funnel_around;
mod overlap;
mod overview;
mod paths;
mod phases;
mod sessions;
mod signals;
mod transitions;

use kundresa_model::result::AnalysisResult;
use kundresa_model::result::explained::ExplainedJourneys;
use kundresa_model::result::funnel_actors::{ExplainedFunnel, FunnelActors};
use kundresa_model::result::segments::{Breakdown, Segment};
use polars::frame::DataFrame;

use crate::columns::Columns;
use crate::error::FramesError;

/// A table with a name that is fit for a file.
#[derive(Clone, Debug)]
pub struct NamedFrame {
    /// Name of the table, for example `funnel` or `phase_rules`.
    pub name: &'static str,
    /// Its rows.
    pub frame: DataFrame,
}

impl NamedFrame {
    fn new(name: &'static str, frame: DataFrame) -> Self {
        Self { name, frame }
    }
}

/// The tables of one result, the main one first.
///
/// | result | tables |
/// |---|---|
/// | sessions | `sessions`: total and segments; `sessions_started_by`: reason |
/// | phases | `phases`: phase, total and segments; `phase_rules`: rule; `phase_coverage`: one row |
/// | transitions | `transitions`: pair, total and segments; `transition_nodes`: node |
/// | funnel | `funnel`: step, total and segments; `funnel_conversion`: total and segments; and these, which often have no rows: `funnel_times`: span and bound; `funnel_next`: step and event; `funnel_value`: step and currency; `funnel_optional`, `funnel_open`: step; `funnel_trend`: bucket and step |
/// | overview | `overview`: total and segments; `overview_days`: day; `overview_events`: name; `overview_pages`: landing and exit page; `overview_channels`: channel; `overview_revenue`: currency of the total, of days, landing pages, channels and segments |
/// | paths | `paths`: line of the tree, total and segments; `paths_steps`, `paths_variants`: total and segments; `paths_links`; `paths_nodes` |
/// | bridge | `bridge`: definition and step; `bridge_definitions`: definition; `bridge_rules`: definition, rule and step |
/// | by-page | `by_page`: page and period; `heatmaps`: element |
/// | overlap | `sources`: source; `source_pairs`: pair of sources |
/// | carts | `carts`: total and segments; `carts_days`, `carts_items`, `carts_last_steps`, `carts_last_pages`, `carts_next_actions`, `carts_value` by currency; `carts_session_view`: one row |
///
/// Counts are `u64`; a rate is three columns (`drop_off_numerator`, `drop_off_denominator`, `drop_off_value`, null for a
/// zero base); durations are whole microseconds and end in `_us`.
///
/// # Errors
/// When Polars refuses a column, which no result leads to.
pub fn tables(result: &AnalysisResult) -> Result<Vec<NamedFrame>, FramesError> {
    match result {
        AnalysisResult::Sessions(result) => sessions::tables(result),
        AnalysisResult::Phases(result) => phases::tables(result),
        AnalysisResult::Transitions(result) => transitions::tables(result),
        AnalysisResult::Funnel(result) => funnel::tables(result),
        AnalysisResult::Overview(result) => overview::tables(result),
        AnalysisResult::Carts(result) => carts::tables(result),
        AnalysisResult::Paths(result) => paths::tables(result),
        AnalysisResult::Bridge(result) => bridge::tables(result),
        AnalysisResult::Signals(result) => signals::tables(result),
        AnalysisResult::Overlap(result) => overlap::tables(result),
    }
}

/// The main table of one result: the first of [`tables()`].
///
/// # Errors
/// As [`tables()`].
pub fn table(result: &AnalysisResult) -> Result<DataFrame, FramesError> {
    Ok(match result {
        AnalysisResult::Sessions(result) => sessions::main(result)?,
        AnalysisResult::Phases(result) => phases::main(result)?,
        AnalysisResult::Transitions(result) => transitions::main(result)?,
        AnalysisResult::Funnel(result) => funnel::main(result)?,
        AnalysisResult::Overview(result) => overview::main(result)?,
        AnalysisResult::Carts(result) => carts::main(result)?,
        AnalysisResult::Paths(result) => paths::main(result)?,
        AnalysisResult::Bridge(result) => bridge::main(result)?,
        AnalysisResult::Signals(result) => signals::main(result)?,
        AnalysisResult::Overlap(result) => overlap::main(result)?,
    }
    .frame)
}

/// The events of one actor's journey, as `phases --explain` shows them.
///
/// # Errors
/// As [`tables()`].
pub fn explained(result: &ExplainedJourneys) -> Result<Vec<NamedFrame>, FramesError> {
    Ok(vec![explained::explained(result)?])
}

/// The units of `funnel --list-actors`: `funnel_timelines`, an event each, if they were asked for; `funnel_actors`, a step of
/// a chain each.
///
/// # Errors
/// As [`tables()`].
pub fn funnel_actors(result: &FunnelActors) -> Result<Vec<NamedFrame>, FramesError> {
    funnel_actors::tables(result)
}

/// The units of `explain`: `funnel_actors`, a step of a chain each.
///
/// # Errors
/// As [`tables()`].
pub fn explained_funnel(result: &ExplainedFunnel) -> Result<Vec<NamedFrame>, FramesError> {
    Ok(vec![funnel_actors::chains(&result.units)?])
}

/// What a row of a main table is about: the total, or one segment of a breakdown.
#[derive(Clone, Copy)]
enum Part<'a> {
    Total,
    Segment { dimension: &'a str, value: &'a str, values: u64 },
}

impl<'a> Part<'a> {
    fn dimension(self) -> Option<&'a str> {
        match self {
            Self::Total => None,
            Self::Segment { dimension, .. } => Some(dimension),
        }
    }

    fn segment(self) -> Option<&'a str> {
        match self {
            Self::Total => None,
            Self::Segment { value, .. } => Some(value),
        }
    }

    fn values(self) -> Option<u64> {
        match self {
            Self::Total => None,
            Self::Segment { values, .. } => Some(values),
        }
    }
}

/// The segments of a breakdown, if there is one, each with what its rows say about themselves.
fn segments<F>(by: Option<&Breakdown<F>>) -> impl Iterator<Item = (Part<'_>, &F)> {
    by.into_iter().flat_map(|by| by.rows.iter().map(|segment| (part(&by.dimension, segment), &segment.figures)))
}

fn part<'a, F>(dimension: &'a str, segment: &'a Segment<F>) -> Part<'a> {
    Part::Segment { dimension, value: &segment.value, values: segment.values }
}

/// The first columns of a main table.
fn part_columns<'a, R>(rows: &'a [R], part: impl Fn(&'a R) -> Part<'a>) -> Columns<'a, R> {
    Columns::of(rows)
        .text("dimension", |row| part(row).dimension())
        .text("segment", |row| part(row).segment())
        .count("segment_values", |row| part(row).values())
}

#[cfg(test)]
mod tests;
