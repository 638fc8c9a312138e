//! Where does output go: standard output or a file, in which form?

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, IsTerminal, Write, stdout};
use std::path::Path;

use anyhow::{Context, Result, bail};
use kundresa_report::terminal::{self, Block, Style};
use kundresa_report::words;
use serde::Serialize;

use crate::arguments::common::{OutputArguments, OutputFormat, PlainFormat};
use crate::config::Config;
use crate::formulas::WithoutFormulas;
use crate::whole_file::WholeFile;

/// The file that `--out` names; none for `-`, which is standard output.
fn named(out: Option<&Path>) -> Option<&Path> {
    out.filter(|path| path.as_os_str() != "-")
}

/// Refuses before the work starts what could not be written after it. Nothing is changed yet.
pub fn check(out: Option<&Path>, inputs: &[String]) -> Result<()> {
    let Some(path) = named(out) else { return Ok(()) };
    let shown = path.display();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        bail!("can't write to {shown}: there is no folder {}", folder.display());
    }
    if path.is_dir() {
        bail!("can't write to {shown}: it is a folder");
    }
    if path.is_file() {
        OpenOptions::new().append(true).open(path).with_context(|| format!("can't write to {shown}"))?;
    }
    let same = |input: &String| {
        path.canonicalize().is_ok_and(|path| Path::new(input).canonicalize().is_ok_and(|input| input == path))
    };
    match inputs.iter().find(|input| same(input)) {
        Some(input) => bail!("{shown} is an input, so it can't be written to: {input}\nhint: name another file"),
        None => Ok(()),
    }
}

/// A writer on `out`, or on standard output without it.
pub fn writer(out: Option<&Path>) -> Result<Box<dyn Write + Send>> {
    Ok(match named(out) {
        Some(path) => {
            let file = File::create(path).with_context(|| format!("can't write to {}", path.display()))?;
            Box::new(BufWriter::new(file))
        }
        None => Box::new(BufWriter::new(stdout())),
    })
}

/// Lets `write` write to `out`, or to standard output without it. A file is there whole or stays as it was.
pub fn whole<T>(out: Option<&Path>, write: impl FnOnce(&mut (dyn Write + Send)) -> Result<T>) -> Result<T> {
    let writing = || -> Result<T> {
        let Some(path) = named(out) else {
            let mut writer = BufWriter::new(stdout());
            let written = write(&mut writer)?;
            writer.flush()?;
            return Ok(written);
        };
        let mut file = WholeFile::create(path)?;
        let written = write(&mut file)?;
        file.finish()?;
        Ok(written)
    };
    writing().with_context(|| format!("can't write to {}", shown(out)))
}

/// `writer` for CSV; `spreadsheet` keeps texts from being run as formulas.
pub fn for_csv<'a>(writer: &'a mut (dyn Write + Send), spreadsheet: bool) -> Box<dyn Write + Send + 'a> {
    if spreadsheet { Box::new(WithoutFormulas::new(writer)) } else { Box::new(writer) }
}

/// Refuses `--spreadsheet` where no CSV is written.
pub fn check_spreadsheet(spreadsheet: bool, is_csv: bool) -> Result<()> {
    if spreadsheet && !is_csv {
        bail!("--spreadsheet changes CSV alone\nhint: add --format csv, or leave it out");
    }
    Ok(())
}

/// Writes `text` to `out`, or to standard output. A reader that went away is no error.
pub fn text(out: Option<&Path>, text: &str) -> Result<()> {
    match whole(out, |writer| Ok(writer.write_all(text.as_bytes())?)) {
        Err(error) if is_broken_pipe(&error) => Ok(()),
        other => other,
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |error: &std::io::Error| error.kind() == std::io::ErrorKind::BrokenPipe;
    error.downcast_ref().is_some_and(broken)
}

/// Writes `facts` to standard output: as JSON, or as the blocks they make up.
pub fn sheet<F: Serialize>(format: PlainFormat, facts: &F, blocks: impl FnOnce() -> Vec<Block>) -> Result<()> {
    let shown = match format {
        PlainFormat::Table => terminal::sheet(&blocks(), &style(None)),
        PlainFormat::Json => serde_json::to_string_pretty(facts)? + "\n",
    };
    text(None, &shown)
}

/// Name of the destination in messages.
pub fn shown(out: Option<&Path>) -> String {
    named(out).map_or_else(|| "standard output".to_owned(), |path| path.display().to_string())
}

/// The form asked for: `--format`, else the ending of `--out`, else a table.
pub fn format_of(output: &OutputArguments) -> OutputFormat {
    output.format.unwrap_or_else(|| {
        let ending = output.out.as_deref().and_then(Path::extension).and_then(|ending| ending.to_str());
        match ending {
            Some("json") => OutputFormat::Json,
            Some("txt") => OutputFormat::Text,
            Some("csv") => OutputFormat::Csv,
            Some("parquet") => OutputFormat::Parquet,
            _ => OutputFormat::Table,
        }
    })
}

/// Looks of terminal output: colour only on a terminal and without NO_COLOR, as wide as COLUMNS says or 80.
pub fn style(out: Option<&Path>) -> Style {
    let is_terminal = named(out).is_none() && stdout().is_terminal();
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|width| *width > 0);
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let ascii_only = locale.is_some_and(|locale| locale == "C" || locale == "POSIX");
    Style { color: is_terminal && !no_color, width: width.unwrap_or(80), unicode: !ascii_only, ..Style::default() }
}

/// Looks of terminal output with the labels of phases in the configuration's language.
pub fn style_in(out: Option<&Path>, config: &Config) -> Style {
    Style { language: config.language.unwrap_or_default(), ..style(out) }
}

/// Looks of a table in the form asked for: on a terminal as it can show it, in mail without anything that may break there.
pub fn table_style(format: OutputFormat, out: Option<&Path>, config: &Config) -> Style {
    if format == OutputFormat::Text { mail_style(config) } else { style_in(out, config) }
}

/// Looks of text that goes by mail: 80 columns, no colour, our own signs in ASCII.
pub fn mail_style(config: &Config) -> Style {
    Style { unicode: false, language: config.language.unwrap_or_default(), ..Style::default() }
}

/// Prints a warning to standard error.
pub fn warn(message: &str) {
    use std::io::stderr;
    let message = words::harmless(message, "\n");
    let mut lines = message.lines();
    let first = lines.next().unwrap_or_default();
    let mut err = stderr().lock();
    // A closed standard error leaves nowhere to complain to.
    let _ = writeln!(err, "warning: {first}");
    for line in lines {
        let _ = writeln!(err, "  {line}");
    }
}

/// Prints a note to standard error.
pub fn note(message: &str) {
    // A closed standard error leaves nowhere to complain to.
    let _ = writeln!(std::io::stderr().lock(), "note: {}", words::harmless(message, "\n"));
}

/// Prints an error with its causes to standard error; the hint comes last.
pub fn error(error: &anyhow::Error) {
    // Names of files and values out of them are anybody's text.
    let text = words::harmless(&told(error), "\n\t");
    let (message, hint) =
        text.split_once("\nhint: ").map_or((text.as_str(), None), |(message, hint)| (message, Some(hint)));
    let mut err = std::io::stderr().lock();
    // A closed standard error leaves nowhere to complain to.
    let _ = writeln!(err, "error: {message}");
    if let Some(hint) = hint {
        let _ = writeln!(err, "hint: {hint}");
    }
}

/// The error with its causes, each said once: some sentences hold their cause already.
fn told(error: &anyhow::Error) -> String {
    let (mut text, mut hint) = (String::new(), None);
    for cause in error.chain().map(ToString::to_string) {
        let (message, its_hint) = cause
            .split_once("\nhint: ")
            .map_or((cause.as_str(), None), |(message, hint)| (message, Some(hint.to_owned())));
        hint = hint.or(its_hint);
        if !text.contains(message) {
            text.push_str(if text.is_empty() { "" } else { ": " });
            text.push_str(message);
        }
    }
    hint.map_or(text.clone(), |hint| format!("{text}\nhint: {hint}"))
}

#[cfg(test)]
mod tests {
    use anyhow::{Context, anyhow};

    use super::*;

    #[test]
    fn every_cause_is_said_once_and_the_hint_comes_last() {
        let full = anyhow!("no space left").context("can't write a: no space left\nhint: name another folder");
        let error = Err::<(), _>(full).context("nothing was loaded").expect_err("an error");
        assert_eq!(told(&error), "nothing was loaded: can't write a: no space left\nhint: name another folder");
        assert_eq!(told(&anyhow!("b").context("a")), "a: b");
    }
}
