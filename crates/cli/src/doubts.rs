//! What had to be assumed about the inputs, and may it be?

use anyhow::{Result, bail};
use kundresa_ingest::{LoadPlan, LoadWarning};

use crate::output;

/// What had to be assumed about what rows mean, as sorted sentences.
pub fn of(plan: &LoadPlan) -> Vec<String> {
    sentences(plan, |warning| !is_about_files(warning))
}

/// What to know about which files there are and which of them count, as sentences.
pub fn notes(plan: &LoadPlan) -> Vec<String> {
    let mut notes = sentences(plan, is_about_files);
    notes.extend(plan.notes());
    notes
}

fn sentences(plan: &LoadPlan, chosen: impl Fn(&LoadWarning) -> bool) -> Vec<String> {
    let mut sentences: Vec<String> =
        plan.warnings().iter().filter(|warning| chosen(warning)).map(ToString::to_string).collect();
    sentences.sort_unstable();
    sentences
}

/// Whether a warning is about which files there are, not about what their rows mean.
fn is_about_files(warning: &LoadWarning) -> bool {
    matches!(warning, LoadWarning::SkippedFile { .. } | LoadWarning::SameContent { .. })
}

/// Prints `doubts` and `notes`; under `--strict` a doubt is an error.
///
/// # Errors
/// When something had to be assumed and may not be.
pub fn tell(doubts: &[String], notes: &[String], strict: bool) -> Result<()> {
    if strict && !doubts.is_empty() {
        bail!("--strict refuses what had to be assumed:\n  {}", doubts.join("\n  "));
    }
    doubts.iter().for_each(|doubt| output::warn(doubt));
    notes.iter().for_each(|note| output::note(note));
    Ok(())
}
