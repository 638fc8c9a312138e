//! Which table holds a comparison?

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use kundresa_frames::{FramesError, NamedFrame, bridge};
use kundresa_ingest::reference::{ComparedFigure, Dimension, Reason};

use super::ReconcileResult;

/// One table: a row per figure.
pub fn tables(result: &ReconcileResult) -> Result<Vec<NamedFrame>, FramesError> {
    let figures = &result.figures;
    let text = |of: fn(&ComparedFigure) -> String| -> ArrayRef {
        Arc::new(figures.iter().map(|one| Some(of(one))).collect::<StringArray>())
    };
    let number = |of: fn(&ComparedFigure) -> Option<f64>| -> ArrayRef {
        Arc::new(figures.iter().map(of).collect::<Float64Array>())
    };
    let columns: Vec<(&str, ArrayRef, bool)> = vec![
        ("report", text(|one| one.report.clone()), true),
        ("dimension", text(|one| dimension(one.dimension).to_owned()), true),
        ("value", text(|one| one.value.clone()), true),
        ("figure", text(|one| one.figure.name().to_owned()), true),
        ("column", text(|one| one.column.clone()), true),
        ("theirs", number(|one| Some(one.theirs)), true),
        ("ours", number(|one| one.ours), true),
        ("difference", number(|one| one.difference), true),
        ("ratio", number(|one| one.ratio), true),
        ("reasons", text(|one| words(&one.reasons)), true),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(columns)?;
    Ok(vec![NamedFrame { name: "reconciliation", frame: bridge::to_polars(&batch)? }])
}

fn dimension(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Total => "total",
        Dimension::Event => "event",
        Dimension::Day => "day",
        Dimension::Channel => "channel",
        Dimension::LandingPage => "landing_page",
    }
}

fn words(reasons: &[Reason]) -> String {
    reasons.iter().map(|reason| reason.text()).collect::<Vec<_>>().join("; ")
}
