//! Which tables show transitions?

use kundresa_model::count::Count;
use kundresa_model::result::transitions::{Transition, TransitionsOf, TransitionsResult};

use super::{NamedFrame, Part, part_columns, segments};
use crate::columns::Columns;
use crate::error::FramesError;

pub fn tables(result: &TransitionsResult) -> Result<Vec<NamedFrame>, FramesError> {
    Ok(vec![main(result)?, nodes(result)?])
}

/// One pair of the total or of a segment; `units` only for a segment.
struct PairRow<'a> {
    part: Part<'a>,
    units: Option<Count>,
    pair: &'a Transition,
}

/// The main table.
pub fn main(result: &TransitionsResult) -> Result<NamedFrame, FramesError> {
    let total = result.transitions.iter().map(|pair| PairRow { part: Part::Total, units: None, pair });
    let by_segment = segments(result.by.as_ref()).flat_map(|(part, figures)| {
        figures.transitions.iter().map(move |pair| PairRow { part, units: Some(figures.units), pair })
    });
    let rows: Vec<_> = total.chain(by_segment).collect();
    let frame = part_columns(&rows, |row| row.part)
        .count("units", |row| row.units)
        .text("of", |_| Some(of_key(result.of)))
        .text("from", |row| Some(&row.pair.from))
        .text("from_kind", |row| Some(row.pair.from_kind.key()))
        .text("to", |row| Some(&row.pair.to))
        .text("to_kind", |row| Some(row.pair.to_kind.key()))
        .count("count", |row| Some(row.pair.count))
        .count("actors", |row| row.pair.actors)
        .rate("share", |row| Some(row.pair.share))
        .finish()?;
    Ok(NamedFrame::new("transitions", frame))
}

fn nodes(result: &TransitionsResult) -> Result<NamedFrame, FramesError> {
    let frame = Columns::of(&result.nodes)
        .text("name", |node| Some(&node.name))
        .count("visits", |node| Some(node.visits))
        .quantiles("dwell", |node| Some(&node.dwell_us))
        .finish()?;
    Ok(NamedFrame::new("transition_nodes", frame))
}

fn of_key(of: TransitionsOf) -> &'static str {
    match of {
        TransitionsOf::Phases => "phases",
        TransitionsOf::Events => "events",
        TransitionsOf::Pages => "pages",
    }
}
