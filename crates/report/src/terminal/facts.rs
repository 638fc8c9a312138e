//! What stands under every result: what to know, and the settings with the sum of the load.

use kundresa_model::document::Settings;
use kundresa_model::quality::LoadTotals;

use super::Style;
use super::table;
use crate::facts;
use crate::format;
use crate::words;

/// Notes about inputs shown; the rest is counted.
const MOST_NOTES: usize = 8;

/// Warnings and notes, or nothing.
pub fn warnings(warnings: &[String], notes: &[String], style: &Style) -> Option<String> {
    if warnings.is_empty() && notes.is_empty() {
        return None;
    }
    let mut rows: Vec<(&str, String)> =
        warnings.iter().map(|warning| ("warning", words::elided(warning, 600))).collect();
    rows.extend(notes.iter().take(MOST_NOTES).map(|note| ("note", words::elided(note, 600))));
    let more = notes.len().saturating_sub(MOST_NOTES);
    if more > 0 {
        rows.push(("note", format!("… and {} more, use --format json", format::count(more as u64))));
    }
    Some(format!("{}\n{}", table::heading("Know before you read"), table::pairs(&rows, style)))
}

/// What the word for hidden figures means, where one of the blocks has it.
pub fn hidden(settings: &Settings, blocks: &[String], style: &Style) -> Option<String> {
    let least = settings.min_actors.filter(|_| blocks.iter().any(|block| block.contains(format::HIDDEN)))?;
    let text = format!(
        "{}: fewer than {} actors, or a figure that would give such a figure away",
        format::HIDDEN,
        format::count(least)
    );
    Some(table::paragraph(&text, style))
}

/// That the figures are of a sample, if they are.
pub fn sample(settings: &Settings, style: &Style) -> Option<String> {
    settings.sample.map(|sample| table::paragraph(&format!("Sample: {}", facts::sampled(sample)), style))
}

/// The settings and the load.
pub fn settings(settings: &Settings, totals: &LoadTotals, style: &Style) -> String {
    let facts = facts::settings(settings);
    let mut rows: Vec<(&str, String)> = facts.into_iter().map(|fact| (fact.about, fact.text)).collect();
    rows.push(("Load", facts::load_sum(totals)));
    rows.extend(rejected(totals).map(|text| ("Rejected", text)));
    if totals.unidentified > 0 {
        let one = "event has no identifier and is in no session";
        let many = "events have no identifier and are in no session";
        rows.push(("No identifier", format::counted(totals.unidentified, one, many)));
    }
    format!("{}\n{}", table::heading("How this was counted"), table::pairs(&rows, style))
}

fn rejected(totals: &LoadTotals) -> Option<String> {
    let reasons = totals.rejected_by_reason.iter();
    let reasons: Vec<String> = reasons.map(|(why, rows)| format!("{} {}", format::count(*rows), why.label())).collect();
    (!reasons.is_empty()).then(|| reasons.join(", "))
}
