//! How do journey phases look on a terminal?

use std::ops::Range;

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::phases::{PhaseCounts, PhaseFigures, PhaseSegment, PhasesResult};
use kundresa_model::result::segments::{Breakdown, Segment};
use kundresa_model::result::statistics::Interval;

use super::Style;
use super::phases_certainty;
use super::table::{self, LONGEST_NAME};
use crate::format;
use crate::phase_names::PhaseNames;
use crate::words;

/// Phases, their rules and their segments.
pub fn blocks(phases: &PhasesResult, style: &Style) -> Vec<String> {
    let names = names(phases, style);
    let mut blocks = vec![top(phases, style), rules(phases, names, style)];
    blocks.extend(phases.by.as_ref().map(|by| segments(by, names, style)));
    blocks
}

fn names(phases: &PhasesResult, style: &Style) -> PhaseNames {
    PhaseNames::new(&phases.taxonomy, style.language)
}

/// Heading and the table of phases.
pub fn top(phases: &PhasesResult, style: &Style) -> String {
    let sums = format!(
        "{} actors, {} of them in no phase; a journey is over after {} without activity; phases cover {} events",
        format::count(phases.actors),
        format::count(phases.no_phase_actors),
        format::duration(phases.horizon_us),
        format::per_cent_of(phases.coverage_of)
    );
    format!("{}\n{}\n\n{}", table::heading("Journey phases"), table::paragraph(&sums, style), figures(phases, style))
}

fn figures(phases: &PhasesResult, style: &Style) -> String {
    let names = names(phases, style);
    let goal = names.canonical(&phases.goal);
    let (visitors, lost, ended) = (
        format!("Visitors\nof {}", format::count(phases.actors)),
        format!("Lost\nbefore\n{goal}"),
        format!("Ended\nafter\n{goal}"),
    );
    let head = ["Phase", &visitors, "Moved\non", &lost, &ended, "Still\nopen", "Median\nstay"];
    let rows = phases.phases.iter().map(|phase| row(phase, phases.actors, names));
    if !style.is_wide() {
        return table::table(&head, "lrrrrrr", rows.collect(), style);
    }
    let sure = |phase: &PhaseFigures| {
        let dropped = format::per_cent_of(Rate::of(phase.dropped, phase.visitors));
        [phase.reached_interval.map_or_else(String::new, format::interval), beneath(dropped, phase.dropped_interval)]
    };
    let rows = rows.zip(&phases.phases).map(|(row, phase)| row.into_iter().chain(sure(phase)).collect());
    let head: Vec<&str> = head.into_iter().chain(["Visitors,\n95 % interval", "Dropped\n95 % interval"]).collect();
    table::table(&head, "lrrrrrrrr", rows.collect(), style)
}

fn beneath(share: String, interval: Option<Interval>) -> String {
    interval.map_or(share.clone(), |interval| format!("{share}\n{}", format::interval(interval)))
}

fn row(phase: &PhaseFigures, actors: Count, names: PhaseNames) -> Vec<String> {
    let share = Rate::of(phase.visitors, actors);
    vec![
        names.of(&phase.phase),
        format!("{}\n{}", format::count(phase.visitors), format::per_cent(share)),
        format::count(phase.moved_on),
        format::count(phase.dropped_before_goal),
        format::count(phase.dropped_after_goal),
        format::count(phase.open),
        format::median(&phase.dwell_us),
    ]
}

fn rules(phases: &PhasesResult, names: PhaseNames, style: &Style) -> String {
    let most = phases.rules.iter().map(|rule| rule.events.numerator).max().unwrap_or_default();
    let rows = phases.rules.iter().map(|rule| {
        vec![
            words::elided(&rule.rule, LONGEST_NAME),
            rule.phase.as_deref().map_or_else(|| format::DASH.to_owned(), |key| names.canonical(key)),
            format::count(rule.events.numerator),
            format::per_cent_of(rule.events),
            table::bar(rule.events.numerator, 0, 0, most, 10),
        ]
    });
    let table = table::table(&["Rule", "Phase", "Events", "Share", ""], "llrrl", rows.collect(), style);
    let without = format::per_cent_of(phases.coverage_without_last_rule);
    let last = phases.rules.iter().rev().find(|rule| rule.phase.is_some());
    match last {
        None => table,
        Some(rule) => {
            let text = format!(
                "Without `{}`, the last rule, phases cover {without}.",
                words::elided(&rule.rule, LONGEST_NAME)
            );
            format!("{table}\n{}", table::paragraph(&text, style))
        }
    }
}

fn segments(by: &Breakdown<PhaseSegment>, names: PhaseNames, style: &Style) -> String {
    let dimension = words::elided(&by.dimension, LONGEST_NAME);
    let phases = by.rows.first().map_or(0, |segment| segment.figures.phases.len());
    let at_once = if style.is_wide() { 8 } else { 4 };
    let parts = (0..phases).step_by(at_once).map(|first| part(by, first..phases.min(first + at_once), names, style));
    let title = table::heading(&format!("Visitors by {dimension}"));
    let tables = format!("{title}\n{}", parts.collect::<Vec<_>>().join("\n\n"));
    match phases_certainty::paragraph(by, names, style) {
        Some(tests) => format!("{tables}\n\n{tests}"),
        None => tables,
    }
}

/// The columns of some phases, so that the table stays within the screen.
fn part(by: &Breakdown<PhaseSegment>, phases: Range<usize>, labels: PhaseNames, style: &Style) -> String {
    let shown =
        |segment: &Segment<PhaseSegment>| segment.figures.phases.get(phases.clone()).unwrap_or_default().to_vec();
    let first: Vec<PhaseCounts> = by.rows.first().map(shown).unwrap_or_default();
    let names = first.iter().map(|phase| labels.of(&phase.phase));
    let head: Vec<String> =
        [words::elided(&by.dimension, LONGEST_NAME), "Actors".to_owned()].into_iter().chain(names).collect();
    let rows = by.rows.iter().map(|segment| {
        let counts = shown(segment).into_iter().map(|phase| format::count(phase.visitors));
        [words::elided(&segment.value, LONGEST_NAME), format::count(segment.figures.actors)]
            .into_iter()
            .chain(counts)
            .collect()
    });
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    table::table(&head, &format!("l{}", "r".repeat(head.len() - 1)), rows.collect(), style)
}
