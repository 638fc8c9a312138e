//! Which rows were set aside, and may the figures do without them?

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use kundresa_model::quality::{ClockCounts, CurrencyCounts, LoadTotals, RejectedRow};

use crate::output;
use crate::settings::Reading;

/// Rejected rows shown as examples.
const EXAMPLES: usize = 20;

/// Takes rejected rows one by one, keeps the first, and writes all of them to a file if one is named.
pub struct RejectedRows {
    file: Option<(PathBuf, Box<dyn Write + Send>)>,
    examples: Vec<RejectedRow>,
    failed: Option<anyhow::Error>,
}

impl RejectedRows {
    /// None so far. The file at `path` is emptied.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn new(path: Option<&Path>) -> Result<Self> {
        let file = path.map(|path| anyhow::Ok((path.to_owned(), output::writer(Some(path))?))).transpose()?;
        Ok(Self { file, examples: Vec::new(), failed: None })
    }

    /// Takes one more row. After a failed write only [`Self::finish`] tells of it.
    pub fn take(&mut self, row: RejectedRow) {
        if let (Some((path, file)), None) = (&mut self.file, &self.failed) {
            self.failed = write(file, &row).with_context(|| cant_write(path)).err();
        }
        if self.examples.len() < EXAMPLES {
            self.examples.push(row);
        }
    }

    /// The first rows taken.
    ///
    /// # Errors
    /// When the file could not be written.
    pub fn finish(mut self) -> Result<Vec<RejectedRow>> {
        if let Some(failed) = self.failed {
            return Err(failed);
        }
        if let Some((path, file)) = &mut self.file {
            file.flush().with_context(|| cant_write(path))?;
        }
        Ok(self.examples)
    }
}

fn write(file: &mut dyn Write, row: &RejectedRow) -> Result<()> {
    serde_json::to_writer(&mut *file, row)?;
    Ok(file.write_all(b"\n")?)
}

fn cant_write(path: &Path) -> String {
    format!("can't write to {}", path.display())
}

/// Tells the sum of what was set aside.
///
/// # Errors
/// Under `--strict`, when anything was.
pub fn tell(reading: &Reading, totals: &LoadTotals, first: Option<&RejectedRow>) -> Result<()> {
    if totals.rows_in == 0 {
        output::warn("the inputs hold no rows, only headers: every figure is empty");
    }
    tell_changes(totals);
    if totals.rejected == 0 && totals.bad_values == 0 {
        return Ok(());
    }
    let mut lines = vec![incomplete(totals)];
    lines.extend(totals.rejected_by_reason.iter().map(|(reason, rows)| format!("{rows}: {}", reason.label())));
    lines.extend(first.map(example));
    let hint = hint(reading, totals);
    if reading.strict {
        bail!("--strict refuses incomplete input: {}{hint}", lines.join("\n  "));
    }
    output::warn(&format!("{}{hint}", lines.join("\n")));
    Ok(())
}

/// Tells which times and amounts are not as the source wrote them, and which should not be.
pub fn tell_changes(totals: &LoadTotals) {
    tell_clocks(totals.clocks);
    tell_currencies(&totals.currencies);
}

/// Tells how many times were corrected for the clock of their device, and how many could not be.
fn tell_clocks(clocks: ClockCounts) {
    if clocks.corrected > 0 {
        output::note(&format!("{} times corrected for the clock of their device", clocks.corrected));
    }
    if clocks.implausible > 0 {
        output::warn(&format!(
            "{} times not corrected for the clock of their device: they were sent before they were made, or more than 30 days after",
            clocks.implausible
        ));
    }
}

/// Tells which amounts stay in their currency although all should be converted.
fn tell_currencies(currencies: &CurrencyCounts) {
    if currencies.unconverted.is_empty() {
        return;
    }
    let named = currencies.unconverted.iter().map(|(currency, rows)| format!("{currency}: {rows}"));
    output::warn(&format!(
        "amounts without a rate on their day stay in their own currency and are never added up with others: {}",
        named.collect::<Vec<_>>().join(", ")
    ));
}

/// One rejected row in words.
fn example(row: &RejectedRow) -> String {
    format!("first: {}:{}: {}", row.input, row.line, row.detail)
}

/// How to see all rejected rows, unless that was asked for.
fn hint(reading: &Reading, totals: &LoadTotals) -> &'static str {
    if reading.rejected.is_some() || totals.rejected == 0 {
        return "";
    }
    "\nhint: --rejected FILE writes them all with file, line, reason and raw text"
}

/// What is missing from the figures, in words.
fn incomplete(totals: &LoadTotals) -> String {
    let rejected = format!("{} of {} rows rejected", totals.rejected, totals.rows_in);
    let amounts = format!("unreadable amounts: {} (their rows count without a value)", totals.bad_values);
    match (totals.rejected, totals.bad_values) {
        (_, 0) => rejected,
        (0, _) => amounts,
        _ => format!("{rejected}, {amounts}"),
    }
}
