//! In which form does a result go where? As text or JSON whole; as CSV or Parquet table by table, and then it is told which
//! tables stay behind.

use std::fs;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use anyhow::{Context, Result, bail};
use kundresa_frames::{FramesError, NamedFrame};
use kundresa_model::document::Document;
use kundresa_model::suggest;
use kundresa_report::json;
use kundresa_report::terminal::Style;
use serde::Serialize;

use crate::arguments::common::{OutputArguments, OutputFormat};
use crate::output;
use crate::settings::Reading;

/// Refuses before the work starts what could not be written after it.
///
/// # Errors
/// When the destination can't be written to, or when options of output contradict each other.
pub fn check(to: &OutputArguments, inputs: &[String]) -> Result<()> {
    let ending = ending(output::format_of(to));
    if let (Some(table), None) = (&to.table, ending) {
        bail!("--table {table} chooses a table of CSV or Parquet\nhint: add --format csv or --format parquet");
    }
    output::check_spreadsheet(to.spreadsheet, output::format_of(to) == OutputFormat::Csv)?;
    let Some(folder) = folder(to) else { return output::check(to.out.as_deref(), inputs) };
    let shown = folder.display();
    if ending.is_none() {
        bail!(
            "can't write to {shown}: it is a folder\nhint: --format csv or --format parquet writes all tables into it; else name a file"
        );
    }
    if let Some(table) = &to.table {
        bail!(
            "--table {table} chooses one table, but --out {shown} is a folder and gets all\nhint: leave out one of the two"
        );
    }
    if folder.exists() && !folder.is_dir() {
        bail!("can't write into {shown}: it is no folder");
    }
    Ok(())
}

/// Writes `document` as `to` asks: `text` shows it to people, `tables` are what it holds, the main one first.
///
/// # Errors
/// When it has no such table, or can't be written.
pub fn write<R: Serialize>(
    document: &Document<R>,
    to: &OutputArguments,
    reading: &Reading,
    text: impl FnOnce(&Style) -> String,
    tables: impl FnOnce() -> Result<Vec<NamedFrame>, FramesError>,
) -> Result<()> {
    let out = to.out.as_deref();
    match output::format_of(to) {
        format @ (OutputFormat::Table | OutputFormat::Text) => {
            output::text(out, &text(&output::table_style(format, out, &reading.config)))
        }
        OutputFormat::Json => output::text(out, &json::document(document)?),
        format @ (OutputFormat::Csv | OutputFormat::Parquet) => match folder(to) {
            Some(folder) => write_all(&tables()?, folder, to, &reading.inputs),
            None => write_one(&tables()?, to, format),
        },
    }
}

/// The folder that `--out` names: one that is there, or one whose name ends like that of a folder.
fn folder(to: &OutputArguments) -> Option<&Path> {
    let out = to.out.as_deref()?;
    (out.is_dir() || out.as_os_str().to_string_lossy().ends_with(['/', MAIN_SEPARATOR])).then_some(out)
}

fn ending(format: OutputFormat) -> Option<&'static str> {
    match format {
        OutputFormat::Csv => Some("csv"),
        OutputFormat::Parquet => Some("parquet"),
        OutputFormat::Table | OutputFormat::Text | OutputFormat::Json => None,
    }
}

/// Writes every table to a file of its name; those without rows too, so that the files are the same every night.
fn write_all(tables: &[NamedFrame], folder: &Path, to: &OutputArguments, inputs: &[String]) -> Result<()> {
    let format = output::format_of(to);
    fs::create_dir_all(folder).with_context(|| format!("can't make the folder {}", folder.display()))?;
    let file = |table: &NamedFrame| folder.join(table.name).with_extension(ending(format).unwrap_or_default());
    let files: Vec<PathBuf> = tables.iter().map(file).collect();
    files.iter().try_for_each(|file| output::check(Some(file), inputs))?;
    for (table, file) in tables.iter().zip(&files) {
        write_table(table, Some(file), format, to.spreadsheet)?;
    }
    let names: Vec<&str> = tables.iter().map(|table| table.name).collect();
    output::note(&format!("tables written to {}: {}", folder.display(), names.join(", ")));
    Ok(())
}

/// Writes the table that `--table` names, else the main one, and tells which others have rows.
fn write_one(tables: &[NamedFrame], to: &OutputArguments, format: OutputFormat) -> Result<()> {
    let names = || tables.iter().map(|table| table.name);
    let chosen = match &to.table {
        None => tables.first().context("the result has no table")?,
        Some(name) => match tables.iter().find(|table| table.name == name) {
            Some(table) => table,
            None => bail!(
                "--table: the result has no table `{name}`{}\nhint: its tables are {}",
                suggest::hint(name, names()),
                names().collect::<Vec<_>>().join(", ")
            ),
        },
    };
    write_table(chosen, to.out.as_deref(), format, to.spreadsheet)?;
    let others: Vec<&str> = tables
        .iter()
        .filter(|table| table.name != chosen.name && table.frame.height() > 0)
        .map(|one| one.name)
        .collect();
    if to.table.is_none() && !others.is_empty() {
        let shown = ending(format).unwrap_or_default();
        output::note(&format!(
            "only the table {} was written; --table NAME gives another of {}, --format {shown} --out FOLDER/ all",
            chosen.name,
            others.join(", ")
        ));
    }
    Ok(())
}

fn write_table(table: &NamedFrame, out: Option<&Path>, format: OutputFormat, spreadsheet: bool) -> Result<()> {
    output::whole(out, |writer| {
        Ok(match format {
            OutputFormat::Parquet => kundresa_frames::write_parquet(&table.frame, writer),
            _ => kundresa_frames::write_csv(&table.frame, output::for_csv(writer, spreadsheet)),
        }?)
    })
}
