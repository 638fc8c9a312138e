//! Which tables show journey phases?

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::phases::{PhaseCounts, PhaseFigures, PhasesResult};
use kundresa_model::result::statistics::{Comparison, Interval};

use super::funnel::method_key;
use super::{NamedFrame, Part, part_columns, segments};
use crate::columns::Columns;
use crate::error::FramesError;

pub fn tables(result: &PhasesResult) -> Result<Vec<NamedFrame>, FramesError> {
    Ok(vec![main(result)?, rules(result)?, coverage(result)?])
}

/// One phase of the total or of a segment; `figures` only for the total.
struct PhaseRow<'a> {
    part: Part<'a>,
    actors: Count,
    counts: Counts<'a>,
    figures: Option<&'a PhaseFigures>,
}

struct Counts<'a> {
    phase: &'a str,
    visitors: Count,
    moved_on: Count,
    dropped: Count,
    open: Count,
    reached: Rate,
    interval: Option<Interval>,
    dropped_interval: Option<Interval>,
    comparison: Option<&'a Comparison>,
}

impl<'a> From<&'a PhaseFigures> for Counts<'a> {
    fn from(figures: &'a PhaseFigures) -> Self {
        Self {
            phase: &figures.phase,
            visitors: figures.visitors,
            moved_on: figures.moved_on,
            dropped: figures.dropped,
            open: figures.open,
            reached: figures.reached,
            interval: figures.reached_interval,
            dropped_interval: figures.dropped_interval,
            comparison: None,
        }
    }
}

impl<'a> From<&'a PhaseCounts> for Counts<'a> {
    fn from(counts: &'a PhaseCounts) -> Self {
        Self {
            phase: &counts.phase,
            visitors: counts.visitors,
            moved_on: counts.moved_on,
            dropped: counts.dropped,
            open: counts.open,
            reached: counts.reached,
            interval: counts.reached_interval,
            dropped_interval: None,
            comparison: counts.comparison.as_ref(),
        }
    }
}

fn phase_rows(result: &PhasesResult) -> Vec<PhaseRow<'_>> {
    let total = result.phases.iter().map(|figures| PhaseRow {
        part: Part::Total,
        actors: result.actors,
        counts: figures.into(),
        figures: Some(figures),
    });
    let by_segment = segments(result.by.as_ref()).flat_map(|(part, segment)| {
        segment.phases.iter().map(move |counts| PhaseRow {
            part,
            actors: segment.actors,
            counts: counts.into(),
            figures: None,
        })
    });
    total.chain(by_segment).collect()
}

/// The main table.
pub fn main(result: &PhasesResult) -> Result<NamedFrame, FramesError> {
    let frame = part_columns(&phase_rows(result), |row| row.part)
        .count("actors", |row| Some(row.actors))
        .text("phase", |row| Some(row.counts.phase))
        .count("visitors", |row| Some(row.counts.visitors))
        .count("moved_on", |row| Some(row.counts.moved_on))
        .count("dropped", |row| Some(row.counts.dropped))
        .count("dropped_before_goal", |row| row.figures.map(|figures| figures.dropped_before_goal))
        .count("dropped_after_goal", |row| row.figures.map(|figures| figures.dropped_after_goal))
        .count("open", |row| Some(row.counts.open))
        .count("visits", |row| row.figures.map(|figures| figures.visits))
        .count("events", |row| row.figures.map(|figures| figures.events))
        .quantiles("dwell", |row| row.figures.map(|figures| &figures.dwell_us))
        .quantiles("active", |row| row.figures.map(|figures| &figures.active_us))
        .rate("reached", |row| Some(row.counts.reached))
        .number("reached_low", |row| row.counts.interval.map(|interval| interval.low))
        .number("reached_high", |row| row.counts.interval.map(|interval| interval.high))
        .number("dropped_low", |row| row.counts.dropped_interval.map(|interval| interval.low))
        .number("dropped_high", |row| row.counts.dropped_interval.map(|interval| interval.high))
        .rate("others_reached", |row| row.counts.comparison.map(|comparison| comparison.others))
        .text("test", |row| row.counts.comparison.map(|comparison| method_key(comparison.method)))
        .number("p_value", |row| row.counts.comparison.and_then(|comparison| comparison.p_value))
        .number("p_adjusted", |row| row.counts.comparison.and_then(|comparison| comparison.p_adjusted))
        .finish()?;
    Ok(NamedFrame::new("phases", frame))
}

fn rules(result: &PhasesResult) -> Result<NamedFrame, FramesError> {
    let frame = Columns::of(&result.rules)
        .text("rule", |share| Some(&share.rule))
        .text("phase", |share| share.phase.as_deref())
        .rate("events", |share| Some(share.events))
        .finish()?;
    Ok(NamedFrame::new("phase_rules", frame))
}

fn coverage(result: &PhasesResult) -> Result<NamedFrame, FramesError> {
    let frame = Columns::of(std::slice::from_ref(result))
        .text("taxonomy", |result| Some(&result.taxonomy))
        .text("goal", |result| Some(&result.goal))
        .whole("horizon_us", |result| Some(result.horizon_us))
        .count("actors", |result| Some(result.actors))
        .count("no_phase_actors", |result| Some(result.no_phase_actors))
        .rate("coverage", |result| Some(result.coverage_of))
        .rate("coverage_without_last_rule", |result| Some(result.coverage_without_last_rule))
        .finish()?;
    Ok(NamedFrame::new("phase_coverage", frame))
}
