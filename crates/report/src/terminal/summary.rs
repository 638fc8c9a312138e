//! How does a whole report look in short?

use kundresa_model::document::ReportFigures;

use super::Style;
use super::table::{self, LONGEST_NAME};
use super::{funnel, phases, sessions, transitions};
use crate::phase_names::PhaseNames;
use crate::words;

/// Transitions shown; the page and the documents have all.
const MOST_TRANSITIONS: usize = 8;

/// Headline figures, funnels, phases and the most frequent moves between them.
pub fn blocks(figures: &ReportFigures, style: &Style) -> Vec<String> {
    let title = table::heading(&words::elided(&figures.title, style.columns().max(LONGEST_NAME)));
    let mut blocks = vec![format!("{title}\n{}", table::pairs(&sessions::counts(&figures.sessions), style))];
    for (index, result) in figures.funnels.iter().enumerate() {
        blocks.push(funnel::top(result, index, style));
        blocks.push(funnel::result(result, style));
    }
    blocks.push(phases::top(&figures.phases, style));
    let names = PhaseNames::new(&figures.phases.taxonomy, style.language);
    let moves = transitions::listed(&figures.transitions, names, MOST_TRANSITIONS, "in the report", style);
    blocks.push(format!("{}\n{moves}", table::heading("Moves between phases")));
    blocks
}
