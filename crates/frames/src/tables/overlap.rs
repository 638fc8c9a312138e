//! Which tables show persons by source?

use kundresa_model::result::overlap::OverlapResult;

use super::NamedFrame;
use crate::columns::Columns;
use crate::error::FramesError;

pub fn tables(result: &OverlapResult) -> Result<Vec<NamedFrame>, FramesError> {
    Ok(vec![main(result)?, pairs(result)?])
}

/// The main table: a source each.
pub fn main(result: &OverlapResult) -> Result<NamedFrame, FramesError> {
    let frame = Columns::of(&result.source_persons)
        .text("source", |row| Some(&row.source))
        .count("persons", |row| Some(row.persons))
        .count("unidentified_events", |row| Some(row.unidentified_events))
        .finish()?;
    Ok(NamedFrame::new("sources", frame))
}

fn pairs(result: &OverlapResult) -> Result<NamedFrame, FramesError> {
    let frame = Columns::of(&result.source_pairs)
        .text("one", |row| Some(&row.one))
        .text("other", |row| Some(&row.other))
        .count("both", |row| Some(row.both))
        .rate("of_one", |row| Some(row.of_one))
        .rate("of_other", |row| Some(row.of_other))
        .finish()?;
    Ok(NamedFrame::new("source_pairs", frame))
}
