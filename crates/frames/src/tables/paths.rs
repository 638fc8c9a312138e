//! Which tables show paths?
//!
//! The tree is the main one, since it fits one table whatever was asked; layers, variants and nodes stand beside it.

use kundresa_model::result::paths::{PathNode, PathStep, PathTreeNode, PathVariant, PathsResult, StepKind};

use super::{NamedFrame, Part, part_columns, segments};
use crate::columns::Columns;
use crate::error::FramesError;

pub fn tables(result: &PathsResult) -> Result<Vec<NamedFrame>, FramesError> {
    Ok(vec![main(result)?, steps(result)?, links(result)?, variants(result)?, nodes(&result.nodes)?])
}

/// One row of a list, in the total or in a segment.
struct Row<'a, T> {
    part: Part<'a>,
    /// Place in its list, from 1.
    number: u64,
    item: &'a T,
}

fn rows<'a, T>(part: Part<'a>, list: &'a [T]) -> impl Iterator<Item = Row<'a, T>> {
    (1..).zip(list).map(move |(number, item)| Row { part, number, item })
}

/// The main table: the tree.
pub fn main(result: &PathsResult) -> Result<NamedFrame, FramesError> {
    let by_segment = segments(result.by.as_ref()).flat_map(|(part, figures)| rows(part, &figures.tree));
    let all: Vec<Row<'_, PathTreeNode>> = rows(Part::Total, &result.tree).chain(by_segment).collect();
    let frame = part_columns(&all, |row| row.part)
        .count("line", |row| Some(row.number))
        .count("parent_line", |row| row.item.parent.map(|parent| u64::from(parent) + 1))
        .count("depth", |row| Some(u64::from(row.item.depth)))
        .text("name", |row| Some(&row.item.name))
        .text("kind", |row| Some(kind(row.item.kind)))
        .count("values", |row| Some(row.item.values))
        .count("in", |row| Some(row.item.flow.come))
        .count("out", |row| Some(row.item.flow.out))
        .count("other", |row| Some(row.item.flow.other))
        .count("end", |row| Some(row.item.flow.end))
        .rate("share", |row| Some(row.item.share))
        .finish()?;
    Ok(NamedFrame::new("paths", frame))
}

fn steps(result: &PathsResult) -> Result<NamedFrame, FramesError> {
    let by_segment = segments(result.by.as_ref()).flat_map(|(part, figures)| rows(part, &figures.steps));
    let all: Vec<Row<'_, PathStep>> = rows(Part::Total, &result.steps).chain(by_segment).collect();
    let frame = part_columns(&all, |row| row.part)
        .count("depth", |row| Some(u64::from(row.item.depth)))
        .text("name", |row| Some(&row.item.name))
        .text("kind", |row| Some(kind(row.item.kind)))
        .count("values", |row| Some(row.item.values))
        .count("in", |row| Some(row.item.flow.come))
        .count("out", |row| Some(row.item.flow.out))
        .count("other", |row| Some(row.item.flow.other))
        .count("end", |row| Some(row.item.flow.end))
        .rate("share", |row| Some(row.item.share))
        .finish()?;
    Ok(NamedFrame::new("paths_steps", frame))
}

fn links(result: &PathsResult) -> Result<NamedFrame, FramesError> {
    let frame = Columns::of(&result.links)
        .count("depth", |link| Some(u64::from(link.depth)))
        .text("from", |link| Some(&link.from))
        .text("from_kind", |link| Some(kind(link.from_kind)))
        .text("to", |link| Some(&link.to))
        .text("to_kind", |link| Some(kind(link.to_kind)))
        .count("count", |link| Some(link.count))
        .rate("share", |link| Some(link.share))
        .finish()?;
    Ok(NamedFrame::new("paths_links", frame))
}

fn variants(result: &PathsResult) -> Result<NamedFrame, FramesError> {
    let by_segment = segments(result.by.as_ref()).flat_map(|(part, figures)| rows(part, &figures.variants));
    let all: Vec<Row<'_, PathVariant>> = rows(Part::Total, &result.variants).chain(by_segment).collect();
    let texts: Vec<String> = all.iter().map(|row| row.item.nodes.join(" > ")).collect();
    let all: Vec<(&Row<'_, PathVariant>, &str)> = all.iter().zip(texts.iter().map(String::as_str)).collect();
    let frame = part_columns(&all, |row| row.0.part)
        .count("rank", |row| Some(row.0.number))
        .text("path", |row| Some(row.1))
        .count("nodes", |row| Some(row.0.item.nodes.len() as u64))
        .text("ends", |row| Some(if row.0.item.is_cut { "goes_on" } else { "whole" }))
        .count("count", |row| Some(row.0.item.count))
        .rate("share", |row| Some(row.0.item.share))
        .rate("coverage", |row| Some(row.0.item.coverage))
        .finish()?;
    Ok(NamedFrame::new("paths_variants", frame))
}

fn nodes(nodes: &[PathNode]) -> Result<NamedFrame, FramesError> {
    let frame = Columns::of(nodes)
        .text("name", |node| Some(&node.name))
        .count("occurrences", |node| Some(node.occurrences))
        .rate("units", |node| Some(node.units))
        .count("entries", |node| Some(node.entries))
        .count("exits", |node| Some(node.exits))
        .rate("exit_rate", |node| Some(node.exit_rate))
        .count("bounces", |node| Some(node.bounces))
        .rate("bounce_rate", |node| Some(node.bounce_rate))
        .count("repeats", |node| Some(node.repeats))
        .count("returns", |node| Some(node.returns))
        .count("there_and_back", |node| Some(node.there_and_back))
        .rate("units_returning", |node| Some(node.units_returning))
        .finish()?;
    Ok(NamedFrame::new("paths_nodes", frame))
}

fn kind(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Node => "node",
        StepKind::Other => "other",
        StepKind::End => "end",
        StepKind::Beyond => "beyond",
    }
}
