//! Which flat tables show a result?
//!
//! One table per part of the result, the main one first, so that a reader who wants a single table takes the first.
//! A breakdown continues its main table in long form: the columns `dimension` and `segment` are null in the rows of the
//! total and filled in the rows of a segment; `segment_values` says how many values a row sums (more than one only for
//! `(other)`). Cells that a segment does not have are null. Rows keep the order of the result.

mod funnel;
mod phases;
mod sessions;
mod transitions;

use kundresa_model::result::AnalysisResult;
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
/// | funnel | `funnel`: step, total and segments; `funnel_conversion`: total and segments |
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
    }
    .frame)
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
