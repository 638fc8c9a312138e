//! Which lines of `kundresa.toml` pin what inspection found?

use std::collections::BTreeSet;

use crate::config::Dated;
use crate::inspect::{Inspection, SourceInspection};

/// The configuration, as TOML with comments.
pub(crate) fn suggested(inspection: &Inspection) -> String {
    let mut out = String::new();
    for source in &inspection.sources {
        push_source(&mut out, source, &inspection.sources);
    }
    let templates: BTreeSet<&String> = inspection.sources.iter().flat_map(|source| &source.templates).collect();
    if !templates.is_empty() {
        out.push_str("[pages]\n# Segments that look like ids.\n");
        out.push_str(&format!("templates = {}\n", list(templates.into_iter())));
    }
    out
}

fn push_source(out: &mut String, source: &SourceInspection, all: &[SourceInspection]) {
    out.push_str("[[sources]]\n");
    out.push_str(&format!("name = {}\n", quoted(&source.name)));
    if all.len() > 1 {
        out.push_str(&format!("files = {}\n", list(patterns(source, all).iter())));
    }
    out.push_str(&format!("kind = {}\n", quoted(&source.kind)));
    if !source.dates.is_empty() {
        let dates = source.dates.iter().map(|(column, dated)| format!("{} = {}", quoted(column), happened(dated)));
        out.push_str(&format!("dates = {{ {} }}\n", dates.collect::<Vec<_>>().join(", ")));
    }
    if let Some(event) = &source.constant_event {
        out.push_str(&format!("event = {}\n", quoted(event)));
    }
    if !source.time_option.is_empty() {
        push_time(out, source);
        push_columns(out, source);
    }
    out.push('\n');
}

fn happened(dated: &Dated) -> String {
    match dated {
        Dated::Stage(stage) => quoted(stage),
        Dated::Event { event, stage: None } => format!("{{ event = {} }}", quoted(event)),
        Dated::Event { event, stage: Some(stage) } => {
            format!("{{ event = {}, stage = {} }}", quoted(event), quoted(stage))
        }
    }
}

fn push_time(out: &mut String, source: &SourceInspection) {
    out.push_str("\n[sources.time]\n");
    if let Some(column) = times(source).first().filter(|_| !has_several_times(source)) {
        out.push_str(&format!("column = {}\n", quoted(column)));
    }
    if let Some(clock) = &source.clock {
        for (key, column) in [("created", &clock.created), ("sent", &clock.sent), ("received", &clock.received)] {
            out.push_str(&format!("{key} = {}\n", quoted(column)));
        }
    }
    out.push_str(&format!("format = {}\n", quoted(&source.time_option)));
    match source.time_zone.as_deref() {
        Some("UTC (assumed)") => {
            out.push_str(
                "# The times carry no zone. UTC is assumed until a zone is named:\n# zone = \"Europe/Stockholm\"\n",
            );
        }
        Some(zone) => out.push_str(&format!("zone = {}\n", quoted(zone))),
        None => {}
    }
}

/// Columns of the event time.
fn times(source: &SourceInspection) -> &[String] {
    source.fields.iter().find(|field| field.field == "time").map_or(&[], |field| &field.columns)
}

/// Whether the event time is of one column or another, by the clock that each is of.
fn has_several_times(source: &SourceInspection) -> bool {
    source.clock.is_some() && times(source).len() > 1
}

fn push_columns(out: &mut String, source: &SourceInspection) {
    let is_column = |field: &str| field != "props" && (field != "time" || has_several_times(source));
    let fields: Vec<_> = source.fields.iter().filter(|field| is_column(&field.field)).collect();
    if fields.is_empty() {
        return;
    }
    out.push_str("\n[sources.columns]\n");
    for field in fields {
        let value = match field.columns.as_slice() {
            [only] => quoted(only),
            several => list(several.iter()),
        };
        out.push_str(&format!("{} = {value}\n", field.field));
    }
}

/// Patterns that match the source's inputs and no other's: digits as `*` where that is safe, else the names.
fn patterns(source: &SourceInspection, all: &[SourceInspection]) -> Vec<String> {
    let others: Vec<&String> =
        all.iter().filter(|other| other.name != source.name).flat_map(|other| &other.inputs).collect();
    let wide: BTreeSet<String> = source.inputs.iter().map(|name| without_numbers(name)).collect();
    let safe = |pattern: &String| {
        globset::Glob::new(pattern).is_ok_and(|glob| {
            let matcher = glob.compile_matcher();
            !others.iter().any(|name| matcher.is_match(name.as_str()))
        })
    };
    if wide.len() < source.inputs.len() && wide.iter().all(safe) {
        return wide.into_iter().collect();
    }
    source.inputs.iter().map(|name| globset::escape(name)).collect()
}

fn without_numbers(name: &str) -> String {
    let mut pattern = String::new();
    for character in name.chars() {
        if character.is_ascii_digit() {
            if !pattern.ends_with('*') {
                pattern.push('*');
            }
        } else {
            pattern.push_str(&globset::escape(character.encode_utf8(&mut [0; 4])));
        }
    }
    pattern
}

fn list<'a>(values: impl Iterator<Item = &'a String>) -> String {
    format!("[{}]", values.map(|value| quoted(value)).collect::<Vec<_>>().join(", "))
}

fn quoted(text: &str) -> String {
    let mut out = String::new();
    // TOML basic strings take the escapes of JSON.
    crate::json::flatten::push_string(&mut out, text);
    out.replace('\u{7f}', "\\u007f")
}
