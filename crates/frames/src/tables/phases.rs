//! Which tables show journey phases?

use kundresa_model::count::Count;
use kundresa_model::result::phases::{PhaseCounts, PhaseFigures, PhasesResult};

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
}

impl<'a> From<&'a PhaseFigures> for Counts<'a> {
    fn from(figures: &'a PhaseFigures) -> Self {
        let PhaseFigures { phase, visitors, moved_on, dropped, open, .. } = figures;
        Self { phase, visitors: *visitors, moved_on: *moved_on, dropped: *dropped, open: *open }
    }
}

impl<'a> From<&'a PhaseCounts> for Counts<'a> {
    fn from(counts: &'a PhaseCounts) -> Self {
        let PhaseCounts { phase, visitors, moved_on, dropped, open } = counts;
        Self { phase, visitors: *visitors, moved_on: *moved_on, dropped: *dropped, open: *open }
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
