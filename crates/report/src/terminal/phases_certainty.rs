//! Do segments differ in the phases that they reach by more than chance?

use kundresa_model::result::phases::{PhaseCounts, PhaseSegment};
use kundresa_model::result::segments::{Breakdown, Segment};
use kundresa_model::result::statistics::Comparison;

use super::Style;
use super::table::{self, LONGEST_NAME};
use crate::format;
use crate::phase_names::PhaseNames;
use crate::words;

/// Adjusted p-values below this are told as differences.
const LEVEL: f64 = 0.05;

/// Differences that are told; those that chance explains least come first.
const MOST_TOLD: usize = 5;

/// Which segments reach a phase more or less often than all others; `None` where nothing could be compared.
pub fn paragraph(by: &Breakdown<PhaseSegment>, names: PhaseNames, style: &Style) -> Option<String> {
    let tested: Vec<(f64, String)> = by.rows.iter().flat_map(|row| tests(by, row, names)).collect();
    if tested.is_empty() {
        return None;
    }
    let tests = tested.len() as u64;
    let mut told: Vec<(f64, String)> = tested.into_iter().filter(|(p, _)| *p < LEVEL).collect();
    told.sort_by(|one, other| one.0.total_cmp(&other.0));
    let further = told.len().saturating_sub(MOST_TOLD) as u64;
    let mut sentences: Vec<String> = told.into_iter().take(MOST_TOLD).map(|(_, sentence)| sentence).collect();
    if further > 0 {
        sentences.push(format::counted(further, "further difference", "further differences"));
    }
    let text = match sentences.as_slice() {
        [] => "No segment reaches a phase more or less often than all others by more than chance".to_owned(),
        sentences => sentences.join("; "),
    };
    let note = format!("{text} (two-sided, adjusted for {}).", format::counted(tests, "test", "tests"));
    Some(table::paragraph(&note, style))
}

/// The tests of one segment, each with its adjusted p-value and what it says.
fn tests(by: &Breakdown<PhaseSegment>, row: &Segment<PhaseSegment>, names: PhaseNames) -> Vec<(f64, String)> {
    let segment =
        format!("{} “{}”", words::elided(&by.dimension, LONGEST_NAME), words::elided(&row.value, LONGEST_NAME));
    let of = |phase: &PhaseCounts| -> Option<(f64, String)> {
        let Comparison { others, p_adjusted, .. } = phase.comparison.as_ref()?;
        let p = (*p_adjusted)?;
        let (own, others) = (format::per_cent_of(phase.reached), format::per_cent_of(*others));
        let name = names.canonical(&phase.phase);
        Some((p, format!("{segment} reaches {name} {own}, all others {others}, {}", format::p_value(p))))
    };
    row.figures.phases.iter().filter_map(of).collect()
}
