//! How is a document written for programs?

use kundresa_model::document::{Answers, Document};
use serde::Serialize;

/// The document as JSON: indented by two spaces, fields in the order of their declaration, a newline at the end.
///
/// # Errors
/// When a figure cannot be written as JSON; the result types of the model never fail.
pub fn document<R: Serialize>(document: &Document<R>) -> Result<String, serde_json::Error> {
    pretty(document)
}

/// Answers to several questions as JSON, written as [`document`] is.
///
/// # Errors
/// As [`document`].
pub fn answers<R: Serialize>(answers: &Answers<R>) -> Result<String, serde_json::Error> {
    pretty(answers)
}

fn pretty(value: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(value).map(|mut text| {
        text.push('\n');
        text
    })
}
