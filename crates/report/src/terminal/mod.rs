//! How are results shown on a terminal?
//!
//! Every function returns one text for standard output: a heading, tables no wider than the style says, what to know when
//! reading them, and the settings with the sum of the load. Meaning is never carried by colour alone; without Unicode
//! bars and dashes become ASCII.

mod bridge;
mod carts;
mod digest;
mod explained;
mod facts;
mod funnel;
mod funnel_actors;
mod funnel_around;
mod funnel_certainty;
mod overlap;
mod overview;
mod paint;
mod paths;
mod phases;
mod phases_certainty;
mod sessions;
mod sheet;
mod signals;
mod summary;
mod table;
mod transitions;

use kundresa_model::document::{Provenance, ReportFigures, Results, SourceFacts};
use kundresa_model::language::Language;
use kundresa_model::result::bridge::BridgeResult;
use kundresa_model::result::carts::CartsResult;
use kundresa_model::result::explained::ExplainedJourneys;
use kundresa_model::result::funnel::FunnelResult;
use kundresa_model::result::funnel_actors::{ExplainedFunnel, FunnelActors};
use kundresa_model::result::overlap::OverlapResult;
use kundresa_model::result::overview::OverviewResult;
use kundresa_model::result::paths::PathsResult;
use kundresa_model::result::phases::PhasesResult;
use kundresa_model::result::sessions::SessionsResult;
use kundresa_model::result::signals::SignalsResult;
use kundresa_model::result::transitions::TransitionsResult;

pub use sheet::{Block, sheet};

use crate::phase_names::PhaseNames;

/// What the terminal can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether escape sequences for colour and weight may be used.
    pub color: bool,
    /// Columns of the screen; narrower than 40 is taken as 40.
    pub width: usize,
    /// Whether block characters and typographic signs may be used.
    pub unicode: bool,
    /// Language of the labels of phases; all other words are English.
    pub language: Language,
}

impl Default for Style {
    /// 80 columns of Unicode without colour.
    fn default() -> Self {
        Self { color: false, width: 80, unicode: true, language: Language::En }
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

/// One actor's journey, event by event.
pub fn explained(results: &Results<ExplainedJourneys>, provenance: &Provenance, style: &Style) -> String {
    let zone = crate::facts::zone(&results.settings);
    whole(results, provenance, style, &explained::blocks(&results.figures, &zone, style))
}

/// Who is at a step of a funnel.
pub fn funnel_actors(results: &Results<FunnelActors>, provenance: &Provenance, style: &Style) -> String {
    let zone = crate::facts::zone(&results.settings);
    whole(results, provenance, style, &funnel_actors::list(&results.figures, &zone, style))
}

/// One actor's way through a funnel.
pub fn explained_funnel(results: &Results<ExplainedFunnel>, provenance: &Provenance, style: &Style) -> String {
    let zone = crate::facts::zone(&results.settings);
    whole(results, provenance, style, &funnel_actors::explained(&results.figures, &zone, style))
}

/// The most frequent transitions, and how many more there are.
pub fn transitions(results: &Results<TransitionsResult>, provenance: &Provenance, style: &Style) -> String {
    whole(
        results,
        provenance,
        style,
        &transitions::blocks(&results.figures, PhaseNames::new(&results.settings.taxonomy, style.language), style),
    )
}

/// A funnel with its bars, times and segments.
pub fn funnel(results: &Results<FunnelResult>, provenance: &Provenance, style: &Style) -> String {
    whole(results, provenance, style, &funnel::blocks(&results.figures, 0, style))
}

/// The web analytics overview.
pub fn overview(results: &Results<OverviewResult>, provenance: &Provenance, style: &Style) -> String {
    whole(results, provenance, style, &overview::blocks(&results.figures, style))
}

/// Carts and what became of them.
pub fn carts(results: &Results<CartsResult>, provenance: &Provenance, style: &Style) -> String {
    whole(results, provenance, style, &carts::blocks(&results.figures, style))
}

/// Paths as a tree, and the most frequent ones.
pub fn paths(results: &Results<PathsResult>, provenance: &Provenance, style: &Style) -> String {
    whole(results, provenance, style, &paths::blocks(&results.figures, style))
}

/// A funnel as other products would count it.
pub fn bridge(results: &Results<BridgeResult>, provenance: &Provenance, style: &Style) -> String {
    whole(results, provenance, style, &bridge::blocks(&results.figures, style))
}

/// Signals beside the web's events, by page.
pub fn signals(results: &Results<SignalsResult>, provenance: &Provenance, style: &Style) -> String {
    whole(results, provenance, style, &signals::blocks(&results.figures, style))
}

/// Persons by source and by pair of sources, which also stand under every other result of several sources.
pub fn overlap(overlap: &OverlapResult, sources: &[SourceFacts], style: &Style) -> String {
    paint::finish(&overlap::blocks(overlap, sources, style).join("\n\n"), style)
}

/// The same as blocks of a sheet.
pub fn overlap_blocks(overlap: &OverlapResult, sources: &[SourceFacts]) -> Vec<Block> {
    overlap::parts(overlap, sources)
}

/// The report in short: headline figures, every funnel, the phases.
pub fn report_summary(results: &Results<ReportFigures>, provenance: &Provenance, style: &Style) -> String {
    whole(results, provenance, style, &summary::blocks(&results.figures, style))
}

/// The report as a text that stands alone: title, period, the few numbers, funnels, phases, carts.
pub fn report(results: &Results<ReportFigures>, provenance: &Provenance, style: &Style) -> String {
    whole(results, provenance, style, &digest::blocks(results, style))
}

/// Joins the blocks of one analysis with warnings and settings, and paints them.
fn whole<R>(results: &Results<R>, provenance: &Provenance, style: &Style, blocks: &[String]) -> String {
    let warnings = facts::warnings(&results.settings.warnings, &provenance.notes, style);
    let settings = facts::settings(&results.settings, &results.quality, style);
    let overlap = results.overlap.as_ref().map(|overlap| overlap::blocks(overlap, &provenance.sources, style));
    let overlap = overlap.unwrap_or_default();
    let hidden = facts::hidden(&results.settings, &[blocks, overlap.as_slice()].concat(), style);
    let sample = facts::sample(&results.settings, style);
    let parts: Vec<&str> = sample
        .iter()
        .chain(blocks)
        .chain(&overlap)
        .chain(&hidden)
        .chain(warnings.iter())
        .chain([&settings])
        .map(|block| block.trim_end())
        .collect();
    paint::finish(&parts.join("\n\n"), style)
}
