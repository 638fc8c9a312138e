//! How does an inspection look on a terminal?

use comfy_table::{ContentArrangement, Table, presets};
use kundresa_ingest::Inspection;
use kundresa_ingest::inspect::{FieldInspection, SampleCounts, SourceInspection};
use kundresa_ingest::skew::ClockFacts;
use kundresa_model::field::IdentifierClass;
use kundresa_report::format::duration;
use kundresa_report::words;

/// First events shown as one line each; values longer than this are cut with `…`.
const LONGEST_VALUE: usize = 48;

/// The inspection in words and tables, with the configuration that would pin it.
pub fn show(inspection: &Inspection, width: usize) -> String {
    let mut blocks: Vec<String> = inspection.sources.iter().map(|source| show_source(source, width)).collect();
    blocks.extend(persons(&inspection.sources));
    blocks.push(format!(
        "Configuration that pins this (kundresa init writes it to kundresa.toml)\n\n{}",
        indent(plain(&inspection.suggested_toml()).trim_end())
    ));
    blocks.join("\n\n") + "\n"
}

/// By what several sources know people: whom they share is known once everything is read.
fn persons(sources: &[SourceInspection]) -> Option<String> {
    let identifiers = |source: &SourceInspection| -> Vec<&'static str> {
        let has = |column: &&str| source.fields.iter().any(|field| field.field == **column);
        IdentifierClass::ALL.into_iter().map(IdentifierClass::column).filter(has).collect()
    };
    if sources.len() < 2 {
        return None;
    }
    let mut lines = vec!["Persons by source".to_owned()];
    for source in sources {
        let known = identifiers(source);
        let known = if known.is_empty() { "nothing".to_owned() } else { known.join(", ") };
        lines.push(format!("  {} knows people by {known}", plain(&source.name)));
    }
    for (place, one) in sources.iter().enumerate() {
        let apart = |other: &&SourceInspection| identifiers(one).iter().all(|name| !identifiers(other).contains(name));
        lines.extend(sources[place + 1..].iter().filter(apart).map(|other| {
            format!(
                "  {} and {} have no identifier of one kind: they can share nobody",
                plain(&one.name),
                plain(&other.name)
            )
        }));
    }
    lines.push("  Whom they share is counted when everything is read: by every analysis, and by load.".to_owned());
    Some(lines.join("\n"))
}

fn show_source(source: &SourceInspection, width: usize) -> String {
    let mut blocks = vec![heading(source), fields(source, width)];
    if !source.unmapped.is_empty() {
        let rows = source.unmapped.iter().map(|column| [plain(&column.name), cut(&column.examples.join(", "))]);
        blocks.push(format!("Other columns, usable as properties\n{}", table(&["column", "examples"], rows, width)));
    }
    blocks.push(format!("First events\n{}", first_events(source)));
    blocks.push(format!("First rows\n{}", counts(&source.sample)));
    if !source.templates.is_empty() {
        let templates = source.templates.join("\n  ");
        blocks.push(format!("Page templates that would join pages which differ by an id\n  {}", plain(&templates)));
    }
    blocks.join("\n\n")
}

fn heading(source: &SourceInspection) -> String {
    let mut lines = vec![format!("Source {}: {}", plain(&source.name), source.encoding)];
    if let Some(evidence) = source.evidence {
        lines.push(format!("  {} export, {}", source.kind, evidence.words()));
    }
    if !source.dialect.is_empty() {
        lines.push(format!("  {}", source.dialect));
    }
    lines.push(format!("  inputs: {}", plain(&source.inputs.join(", "))));
    let zone = source
        .time_zone
        .as_deref()
        .map_or_else(|| "every time carries its zone".to_owned(), |zone| format!("zone {zone}"));
    lines.push(format!("  time: {}; {zone}", source.time_format));
    lines.extend(source.clock.as_ref().and_then(clock));
    if let Some(event) = &source.constant_event {
        lines.push(format!("  every event is called {}", plain(event)));
    }
    lines.join("\n")
}

/// How far the clocks of devices were off.
fn clock(facts: &ClockFacts) -> Option<String> {
    let columns = format!("`{}` by `{}` and `{}`", plain(&facts.created), plain(&facts.sent), plain(&facts.received));
    let left = match facts.implausible {
        0 => String::new(),
        rows => format!("; {rows} that can't be true left as they are"),
    };
    let span = |us: Option<i64>| duration(us.unwrap_or_default());
    match facts.corrected {
        0 if facts.implausible == 0 => None,
        rows => Some(format!(
            "  clocks: {columns}: {rows} of the first times corrected (median {}, largest {}){left}",
            span(facts.median_us),
            span(facts.most_us)
        )),
    }
}

fn fields(source: &SourceInspection, width: usize) -> String {
    let row = |field: &FieldInspection| {
        let columns = plain(&field.columns.join(", else "));
        [field.field.clone(), columns, field.reason.clone(), cut(&field.examples.join(", "))]
    };
    format!("Fields\n{}", table(&["field", "column", "why", "examples"], source.fields.iter().map(row), width))
}

fn first_events(source: &SourceInspection) -> String {
    let event = |cells: &Vec<kundresa_ingest::inspect::Cell>| {
        let cells: Vec<String> =
            cells.iter().map(|cell| format!("{}={}", plain(&cell.column), cut(&cell.value))).collect();
        format!("  {}", cells.join("  "))
    };
    if source.first_events.is_empty() {
        "  none".to_owned()
    } else {
        source.first_events.iter().map(event).collect::<Vec<_>>().join("\n")
    }
}

fn counts(sample: &SampleCounts) -> String {
    let rejected: u64 = sample.rejected.values().sum();
    let mut lines = vec![format!(
        "  {} rows read: {} events, {rejected} rejected; {} without an identifier, {} by bots, {} unreadable amounts",
        sample.rows, sample.events, sample.unidentified, sample.bots, sample.bad_values
    )];
    lines.extend(sample.rejected.iter().map(|(reason, rows)| format!("  rejected: {rows}: {}", reason.label())));
    lines.extend(
        sample
            .rejected_examples
            .iter()
            .map(|row| format!("  {}:{}: {}", plain(&row.input), row.line, plain(&row.detail))),
    );
    lines.join("\n")
}

fn table<const N: usize>(head: &[&str; N], rows: impl Iterator<Item = [String; N]>, width: usize) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    table.set_header(head.iter());
    rows.for_each(|row| {
        table.add_row(row);
    });
    for column in table.column_iter_mut() {
        column.set_padding((2, 0));
    }
    table.trim_fmt()
}

fn cut(text: &str) -> String {
    let text = plain(text);
    if text.chars().count() <= LONGEST_VALUE {
        return text;
    }
    text.chars().take(LONGEST_VALUE - 1).chain(['…']).collect()
}

/// Text from a file must not steer the terminal: control and direction characters are written out.
fn plain(text: &str) -> String {
    words::harmless(text, "\n")
}

fn indent(text: &str) -> String {
    text.lines()
        .map(|line| if line.is_empty() { String::new() } else { format!("  {line}") })
        .collect::<Vec<_>>()
        .join("\n")
}
