//! How do transitions look on a terminal?

use kundresa_model::result::transitions::{Transition, TransitionsOf, TransitionsResult};

use super::Style;
use super::table::{self, LONGEST_NAME};
use crate::format;
use crate::phase_names::PhaseNames;
use crate::words;

/// Transitions listed; the rest is counted.
const MOST_LISTED: usize = 25;

/// The most frequent transitions.
pub fn blocks(result: &TransitionsResult, names: PhaseNames, style: &Style) -> Vec<String> {
    let heading = match result.of {
        TransitionsOf::Phases => "Transitions between journey phases",
        TransitionsOf::Events => "Transitions between events of a session",
        TransitionsOf::Pages => "Transitions between pages of a session",
    };
    let mut blocks =
        vec![format!("{}\n{}", table::heading(heading), listed(result, names, MOST_LISTED, "use --format csv", style))];
    if result.of == TransitionsOf::Phases {
        let text = format!(
            "{} back to an earlier phase; {} in no phase",
            format::counted(result.regressions, "transition leads", "transitions lead"),
            format::counted(result.no_phase_actors, "actor was", "actors were"),
        );
        blocks.push(table::paragraph(&text, style));
        blocks.extend(regressions(result, names, style));
    }
    blocks.extend(segments(result, names, style));
    blocks
}

/// The first `most` transitions, and how many more there are and where.
pub fn listed(result: &TransitionsResult, names: PhaseNames, most: usize, where_to: &str, style: &Style) -> String {
    if result.transitions.is_empty() {
        return "There are none.".to_owned();
    }
    let largest = result.transitions.first().map_or(0, |transition| transition.count.drawn());
    let rows = result.transitions.iter().take(most).map(|transition| row(transition, result.of, names, largest));
    let table = table::table(&["From", "To", "Count", "Of what follows", ""], "llrrl", rows.collect(), style);
    let more = result.transitions.len().saturating_sub(most);
    if more == 0 { table } else { format!("{table}\n… and {} more, {where_to}", format::count(more as u64)) }
}

fn row(transition: &Transition, of: TransitionsOf, names: PhaseNames, largest: u64) -> Vec<String> {
    vec![
        names.node(transition.source(), of, LONGEST_NAME),
        names.node(transition.target(), of, LONGEST_NAME),
        format::count(transition.count),
        format::per_cent_of(transition.share),
        table::bar(transition.count.drawn(), 0, 0, largest, 12),
    ]
}

/// Where journeys go back, most frequent first.
fn regressions(result: &TransitionsResult, names: PhaseNames, style: &Style) -> Option<String> {
    let largest = result.regression_pairs.first()?.count.drawn();
    let rows = result.regression_pairs.iter().map(|pair| row(pair, result.of, names, largest));
    let table = table::table(&["Back from", "To", "Count", "Of what follows", ""], "llrrl", rows.collect(), style);
    Some(format!("{}\n{table}", table::heading("Back to an earlier phase")))
}

fn segments(result: &TransitionsResult, names: PhaseNames, style: &Style) -> Option<String> {
    let by = result.by.as_ref()?;
    let dimension = words::elided(&by.dimension, LONGEST_NAME);
    let rows = by.rows.iter().map(|segment| {
        let most = segment.figures.transitions.first();
        let most = most.map_or_else(
            || format::DASH.to_owned(),
            |one| {
                let end = |end| names.node(end, result.of, LONGEST_NAME);
                format!("{} → {}, {}", end(one.source()), end(one.target()), format::count(one.count))
            },
        );
        vec![words::elided(&segment.value, LONGEST_NAME), format::count(segment.figures.units), most]
    });
    let units = if result.of == TransitionsOf::Phases { "Journeys" } else { "Sessions" };
    let table = table::table(&[&dimension, units, "Most frequent"], "lrl", rows.collect(), style);
    Some(format!("{table}\nAll transitions of the segments: use --format csv"))
}
