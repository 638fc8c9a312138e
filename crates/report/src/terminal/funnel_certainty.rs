//! Do the segments of a funnel differ by more than chance?

use kundresa_model::result::funnel::{FunnelResult, FunnelSegment};
use kundresa_model::result::segments::{Breakdown, Segment};
use kundresa_model::result::statistics::{Comparison, Method};

use super::Style;
use super::table::{self, LONGEST_NAME};
use crate::format;
use crate::words;

/// Adjusted p-values below this are told as differences.
const LEVEL: f64 = 0.05;

/// Which segments convert differently from all others; `None` where nothing could be compared.
pub fn paragraph(funnel: &FunnelResult, by: &Breakdown<FunnelSegment>, style: &Style) -> Option<String> {
    let comparisons: Vec<&Comparison> = by.rows.iter().filter_map(|row| row.figures.comparison.as_ref()).collect();
    if comparisons.iter().any(|comparison| comparison.method == Method::NotIndependent) {
        let units = words::units(funnel.unit);
        let text = format!("Differences are not tested: {units} of one actor may lie in several segments.");
        return Some(table::paragraph(&text, style));
    }
    let tested = comparisons.iter().filter(|comparison| comparison.p_adjusted.is_some()).count();
    if tested == 0 {
        return None;
    }
    let told: Vec<String> = by.rows.iter().filter_map(|row| sentence(by, row)).collect();
    let text = match told.as_slice() {
        [] => "No segment converts differently from all others by more than chance".to_owned(),
        sentences => sentences.join("; "),
    };
    let note = format!("{text} (two-sided, adjusted for {}).", format::counted(tested as u64, "test", "tests"));
    Some(table::paragraph(&note, style))
}

fn sentence(by: &Breakdown<FunnelSegment>, row: &Segment<FunnelSegment>) -> Option<String> {
    let comparison = row.figures.comparison.as_ref()?;
    let p = comparison.p_adjusted.filter(|p| *p < LEVEL)?;
    Some(format!(
        "{} “{}” converts {}, all others {}, {}",
        words::elided(&by.dimension, LONGEST_NAME),
        words::elided(&row.value, LONGEST_NAME),
        format::per_cent_of(row.figures.conversion),
        format::per_cent_of(comparison.others),
        format::p_value(p)
    ))
}
