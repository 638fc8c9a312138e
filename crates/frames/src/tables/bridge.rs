//! Which tables compare a funnel with other products?

use kundresa_model::rate::Rate;
use kundresa_model::result::bridge::{BridgeResult, BridgeRule};

use super::NamedFrame;
use crate::columns::Columns;
use crate::error::FramesError;

pub fn tables(result: &BridgeResult) -> Result<Vec<NamedFrame>, FramesError> {
    Ok(vec![main(result)?, definitions(result)?, rules(result)?])
}

/// One step by one definition.
struct StepRow<'a> {
    definition: &'a str,
    step: u64,
    name: &'a str,
    reached: u64,
    ours: u64,
}

/// The main table: every step by every definition, ours (`kundresa`) first.
pub fn main(result: &BridgeResult) -> Result<NamedFrame, FramesError> {
    let own: Vec<u64> = result.steps.iter().map(|step| step.reached).collect();
    let others = result.definitions.iter().map(|one| (one.definition.as_str(), one.reached.as_slice()));
    let rows: Vec<StepRow<'_>> = std::iter::once(("kundresa", own.as_slice()))
        .chain(others)
        .flat_map(|(definition, reached)| {
            result.steps.iter().zip(reached).zip(1..).map(move |((step, &reached), number)| StepRow {
                definition,
                step: number,
                name: &step.name,
                reached,
                ours: step.reached,
            })
        })
        .collect();
    let frame = Columns::of(&rows)
        .text("definition", |row| Some(row.definition))
        .count("step", |row| Some(row.step))
        .text("name", |row| Some(row.name))
        .count("reached", |row| Some(row.reached))
        .count("ours", |row| Some(row.ours))
        .finish()?;
    Ok(NamedFrame::new("bridge", frame))
}

/// One row per definition, ours excepted.
fn definitions(result: &BridgeResult) -> Result<NamedFrame, FramesError> {
    let frame = Columns::of(&result.definitions)
        .text("definition", |row| Some(row.definition.as_str()))
        .count("candidates", |_| Some(result.candidates))
        .count("higher", |row| Some(row.higher))
        .count("equal", |row| Some(row.equal))
        .count("lower", |row| Some(row.lower))
        .rate("conversion", |row| Some(row.conversion))
        .rate("our_conversion", |_| Some(result.conversion))
        .finish()?;
    Ok(NamedFrame::new("bridge_definitions", frame))
}

/// What one rule does to one step.
struct RuleRow<'a> {
    definition: &'a str,
    place: u64,
    rule: &'a BridgeRule,
    step: u64,
    change: i64,
    moved_of: Rate,
}

/// One row per definition, rule and step.
fn rules(result: &BridgeResult) -> Result<NamedFrame, FramesError> {
    let rows: Vec<RuleRow<'_>> = result
        .definitions
        .iter()
        .flat_map(|one| {
            one.rules.iter().zip(1..).flat_map(move |(rule, place)| {
                rule.change.iter().zip(1..).map(move |(&change, step)| RuleRow {
                    definition: &one.definition,
                    place,
                    rule,
                    step,
                    change,
                    moved_of: Rate::new(rule.moved, one.higher + one.lower),
                })
            })
        })
        .collect();
    let frame = Columns::of(&rows)
        .text("definition", |row| Some(row.definition))
        .count("place", |row| Some(row.place))
        .text("rule", |row| Some(row.rule.rule.key()))
        .rate("moved", |row| Some(row.moved_of))
        .count("raised", |row| Some(row.rule.raised))
        .count("lowered", |row| Some(row.rule.lowered))
        .count("step", |row| Some(row.step))
        .whole("change", |row| Some(row.change))
        .finish()?;
    Ok(NamedFrame::new("bridge_rules", frame))
}
