//! What did a change of a store do, in words?

use std::path::Path;

use kundresa_report::format::{bytes, count, counted};
use kundresa_report::terminal::{self, Block};
use kundresa_report::{facts, words};
use kundresa_store::{CheckReport, CompactSummary, ForgetSummary, LoadSummary};

use super::{term, terms};
use crate::loading::LoadFacts;

/// Names shown of a list; the rest is counted.
const MOST_NAMES: usize = 20;

/// What a load did.
pub fn loaded(store: &Path, facts: &LoadFacts) -> Vec<Block> {
    let summary = &facts.summary;
    let mut rows = vec![term("Inputs", inputs(summary)), term("Rows", rows_sum(summary))];
    if summary.replaced > summary.replaced_at_once {
        let rows_gone = counted(summary.replaced - summary.replaced_at_once, "row", "rows");
        rows.push(term("Replaced", format!("{rows_gone} of earlier inputs count no more")));
    }
    if summary.spilled_bytes > 0 {
        rows.push(term("Spilled", bytes(summary.spilled_bytes)));
    }
    let heading = format!("Loaded into {}", store.display());
    let mut blocks = vec![terms(heading, rows), terms("Store now".to_owned(), state(summary))];
    let overlap = facts.overlap.iter();
    blocks.extend(overlap.flat_map(|overlap| terminal::overlap_blocks(overlap, &facts.sources)));
    blocks
}

fn inputs(summary: &LoadSummary) -> String {
    let parts = [
        (summary.inputs_loaded, "loaded"),
        (summary.inputs_replaced, "of these in place of older content"),
        (summary.inputs_unchanged, "known before"),
        (summary.inputs_aliased, "with the content of others"),
    ];
    let always = |index: usize| index == 0;
    let told = parts.iter().enumerate().filter(|(index, (inputs, _))| always(*index) || *inputs > 0);
    told.map(|(_, (inputs, what))| format!("{} {what}", count(*inputs))).collect::<Vec<_>>().join(", ")
}

/// `rows in 12 = events 10 + duplicates 1 + rejected 1`, with what else took rows.
fn rows_sum(summary: &LoadSummary) -> String {
    let always = [("events", summary.events), ("duplicates", summary.duplicates), ("rejected", summary.rejected)];
    let sometimes = [("replaced", summary.replaced_at_once), ("forgotten", summary.forgotten)];
    let terms = always.into_iter().chain(sometimes.into_iter().filter(|(_, rows)| *rows > 0));
    let terms: Vec<String> = terms.map(|(name, rows)| format!("{name} {}", count(rows))).collect();
    format!("rows in {} = {}", count(summary.rows_in), terms.join(" + "))
}

fn state(summary: &LoadSummary) -> Vec<(String, String)> {
    let runs = counted(summary.runs, "run", "runs");
    let totals = &summary.store;
    vec![
        term("Generation", count(summary.generation)),
        term("Size", format!("{} in {runs}", bytes(summary.store_bytes))),
        term("Actors", count(totals.actors)),
        term("Load", facts::load_sum(totals)),
    ]
}

/// What compacting did.
pub fn compacted(store: &Path, summary: &CompactSummary) -> Vec<Block> {
    let change = |before: String, after: String| format!("{before} → {after}");
    let rows = vec![
        term("Generation", count(summary.generation)),
        term("Runs", change(count(summary.runs_before), count(summary.runs_after))),
        term("Size", change(bytes(summary.bytes_before), bytes(summary.bytes_after))),
        term("Rows", format!("{} left out for good", count(summary.rows_dropped))),
    ];
    vec![terms(format!("Compacted {}", store.display()), rows)]
}

/// What forgetting did.
pub fn forgotten(store: &Path, summary: &ForgetSummary) -> Vec<Block> {
    let mut rows = vec![
        term("Generation", count(summary.generation)),
        term("Rows", format!("{} removed, {} rejected ones", count(summary.rows), count(summary.rejected))),
        term("Actors", format!("{} gone", count(summary.actors))),
        term("Found", names(&summary.found)),
        term("Not found", names(&summary.not_found)),
    ];
    if !summary.also_on_these_rows.is_empty() {
        rows.push(term("Also there", names(&summary.also_on_these_rows)));
    }
    let mut blocks = vec![terms(format!("Forgotten in {}", store.display()), rows)];
    if !summary.also_on_these_rows.is_empty() {
        blocks.push(Block::Text(
            "Also there: other identifiers that stood on the removed rows. Their other rows stay; name them as well if \
             they are of the same person."
                .to_owned(),
        ));
    }
    blocks
}

fn names(names: &[String]) -> String {
    if names.is_empty() {
        return kundresa_report::format::DASH.to_owned();
    }
    let mut shown: Vec<String> = names.iter().take(MOST_NAMES).map(|name| words::elided(name, 60)).collect();
    let more = names.len().saturating_sub(MOST_NAMES);
    if more > 0 {
        shown.push(format!("… and {} more, use --format json", count(more as u64)));
    }
    shown.join(", ")
}

/// What checking found.
pub fn checked(store: &Path, report: &CheckReport) -> Vec<Block> {
    let mut rows = vec![
        term("Generation", count(report.generation)),
        term("Runs", count(report.runs)),
        term("Files", count(report.files)),
        term("Rows", count(report.rows)),
        term("Problems", if report.problems.is_empty() { "none".to_owned() } else { sentences(&report.problems) }),
    ];
    if !report.leftovers.is_empty() {
        rows.push(term("Left over", sentences(&report.leftovers)));
    }
    vec![terms(format!("Checked {}", store.display()), rows)]
}

fn sentences(sentences: &[String]) -> String {
    let lines: Vec<String> = sentences.iter().map(|sentence| words::elided(sentence, 600)).collect();
    lines.join("\n")
}
