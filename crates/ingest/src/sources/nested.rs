//! How do nested objects become the cells of one row?

use crate::json::flatten::{Flat, flatten};
use crate::json::scan::{ScanError, Scanner};
use crate::sample::{Sample, Shape};
use crate::translate::{NoRow, Raw, Rows};
use kundresa_model::quality::RejectReason;

/// Makes one row of a JSON object: what `columns` name gets a cell, all else is kept under its name with dots. Texts under
/// the names `unfolded` that are JSON objects themselves are read as such.
pub(super) fn row(text: &str, columns: &[&str], unfolded: &[&str], rows: &mut Rows) -> Result<(), NoRow> {
    rows.begin();
    let mut path = rows.take_path();
    let read = flatten(text, &mut path, |name, value| match value {
        Flat::Text(inner) if unfolded.contains(&name) => unfold(name, inner, columns, rows),
        _ => put(name, value, columns, rows),
    });
    rows.give_path(path);
    read.map_err(|error| NoRow::new(RejectReason::BadJson, error.to_string()))
}

/// Puts a value where it belongs.
pub(super) fn put(name: &str, value: Flat<'_>, columns: &[&str], rows: &mut Rows) {
    match columns.iter().position(|column| *column == name) {
        Some(place) => rows.set(place, value.text()),
        None => rows.other(name, value),
    }
}

/// Puts the values of an object that is written as text; a text that is none stays what it is.
pub(super) fn unfold(name: &str, text: &str, columns: &[&str], rows: &mut Rows) {
    let is_object = text.trim_start().starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    if !is_object {
        return put(name, Flat::Text(text), columns, rows);
    }
    // Only depth can still be in the way, and then the values before it are kept.
    let _ = flatten(text, &mut String::new(), |inner, value| put(&format!("{name}.{inner}"), value, columns, rows));
}

/// The elements of a JSON array, each as it is written.
pub(super) fn elements(text: &str) -> Result<Vec<&str>, ScanError> {
    let mut scanner = Scanner::new(text);
    let mut elements = Vec::new();
    scanner.begin_array()?;
    while scanner.next_element()? {
        elements.push(scanner.skip()?);
    }
    scanner.end().map(|()| elements)
}

/// The columns of a delimited text; none of any other shape.
pub(super) fn header(sample: &Sample) -> Vec<String> {
    match &sample.shape {
        Shape::Delimited(sample) => sample.header.clone(),
        _ => Vec::new(),
    }
}

/// Fills the cells of a delimited record that are not `unfolded`, whose objects get cells of their own.
pub(super) fn cells(record: Raw<'_>, header: &[String], unfolded: &[&str], rows: &mut Rows) {
    rows.begin();
    for (place, name) in header.iter().enumerate() {
        match record.field(place) {
            "" => {}
            text if unfolded.contains(&name.as_str()) => unfold(name, text, &[], rows),
            text => rows.set(place, text),
        }
    }
}

/// Whether a sample of JSON objects has all those keys.
pub(super) fn has_keys(sample: &Sample, wanted: &[&str]) -> bool {
    let Shape::Json(json) = &sample.shape else { return false };
    wanted.iter().all(|name| json.keys.iter().any(|key| key == name))
}

/// Whether a sample has all those columns, be it a table or objects.
pub(super) fn has_columns(sample: &Sample, wanted: &[&str]) -> bool {
    let names: &[String] = match &sample.shape {
        Shape::Delimited(sample) => &sample.header,
        Shape::Parquet(sample) => &sample.columns,
        Shape::Json(sample) => &sample.keys,
        Shape::Lines(_) => return false,
    };
    wanted.iter().all(|name| names.iter().any(|key| key == name))
}
