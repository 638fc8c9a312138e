//! How are results shown on a terminal?
//!
//! Every function returns one text for standard output: a heading, tables no wider than the style says, what to know when
//! reading them, and the settings with the sum of the load. Meaning is never carried by colour alone; without Unicode
//! bars and dashes become ASCII.

mod facts;
mod funnel;
mod paint;
mod phases;
mod sessions;
mod sheet;
mod summary;
mod table;
mod transitions;

use kundresa_model::document::{Provenance, ReportFigures, Results};
use kundresa_model::result::funnel::FunnelResult;
use kundresa_model::result::phases::PhasesResult;
use kundresa_model::result::sessions::SessionsResult;
use kundresa_model::result::transitions::TransitionsResult;

pub use sheet::{Block, sheet};

/// What the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether escape sequences for colour and weight may be used.
    pub color: bool,
    /// Columns of the screen; narrower than 40 is taken as 40.
    pub width: usize,
    /// Whether block characters and typographic signs may be used.
    pub unicode: bool,
}

impl Default for Style {
    /// 80 columns of Unicode without colour.
    fn default() -> Self {
        Self { color: false, width: 80, unicode: true }
    }
}

impl Style {
    fn columns(&self) -> usize {
        self.width.max(40)
    }

    fn is_wide(&self) -> bool {
        self.columns() >= 100
    }
}

/// Sessions with their lengths and beginnings.
pub fn sessions(results: &Results<SessionsResult>, provenance: &Provenance, style: &Style) -> String {
    whole(results, provenance, style, &sessions::blocks(&results.figures, style))
}

/// Visitors per journey phase.
pub fn phases(results: &Results<PhasesResult>, provenance: &Provenance, style: &Style) -> String {
    whole(results, provenance, style, &phases::blocks(&results.figures, style))
}

/// The most frequent transitions, and how many more there are.
pub fn transitions(results: &Results<TransitionsResult>, provenance: &Provenance, style: &Style) -> String {
    whole(results, provenance, style, &transitions::blocks(&results.figures, style))
}

/// A funnel with its bars, times and segments.
pub fn funnel(results: &Results<FunnelResult>, provenance: &Provenance, style: &Style) -> String {
    whole(results, provenance, style, &funnel::blocks(&results.figures, 0, style))
}

/// The report in short: headline figures, every funnel, the phases.
pub fn report_summary(results: &Results<ReportFigures>, provenance: &Provenance, style: &Style) -> String {
    whole(results, provenance, style, &summary::blocks(&results.figures, style))
}

/// Joins the blocks of one analysis with warnings and settings, and paints them.
fn whole<R>(results: &Results<R>, provenance: &Provenance, style: &Style, blocks: &[String]) -> String {
    let warnings = facts::warnings(&results.settings.warnings, &provenance.notes, style);
    let settings = facts::settings(&results.settings, &results.quality, style);
    let parts: Vec<&str> =
        blocks.iter().chain(warnings.iter()).chain([&settings]).map(|block| block.trim_end()).collect();
    paint::finish(&parts.join("\n\n"), style)
}
