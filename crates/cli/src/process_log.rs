//! How does a log leave for process-mining tools: as XES, or as a table with the names that they look for?
//!
//! An actor is a case. In XES it is a trace with its events in order; an event of nobody stands beside the traces. The
//! other columns are attributes under their own names; what is empty is left out.

use std::io::Write;
use std::sync::Arc;

use anyhow::Result;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, TimestampMicrosecondType, UInt32Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use chrono::{DateTime, SecondsFormat};

/// Columns of exported events and what process-mining tools call them.
const NAMES: [(&str, &str); 3] = [("actor", "case:concept:name"), ("ts", "time:timestamp"), ("event", "concept:name")];

/// The schema of exported events under the names of process-mining tools.
pub fn case_schema(schema: &Schema) -> Schema {
    let named = |field: &Arc<Field>| match NAMES.iter().find(|(own, _)| own == field.name()) {
        Some((_, name)) => Arc::new(field.as_ref().clone().with_name(*name)),
        None => Arc::clone(field),
    };
    Schema::new(schema.fields().iter().map(named).collect::<Vec<_>>())
}

/// A batch of exported events under the names of process-mining tools.
pub fn as_cases(batch: &RecordBatch) -> Result<RecordBatch> {
    Ok(RecordBatch::try_new(Arc::new(case_schema(&batch.schema())), batch.columns().to_vec())?)
}

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xes.features="" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <global scope="trace">
    <string key="concept:name" value=""/>
  </global>
  <global scope="event">
    <string key="concept:name" value=""/>
    <date key="time:timestamp" value="1970-01-01T00:00:00.000Z"/>
  </global>
  <classifier name="Event" keys="concept:name"/>
"#;

/// Writes exported events as XES.
pub struct XesWriter<W: Write> {
    writer: W,
    /// The actor whose trace is open.
    open: Option<String>,
    text: String,
}

impl<W: Write> XesWriter<W> {
    /// Begins a log.
    pub fn new(mut writer: W) -> Result<Self> {
        writer.write_all(HEAD.as_bytes())?;
        Ok(Self { writer, open: None, text: String::new() })
    }

    /// Writes events; those of an actor must follow each other.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let schema = batch.schema();
        let actors = batch.column(schema.index_of("actor")?).as_string::<i32>();
        for row in 0..batch.num_rows() {
            self.text.clear();
            self.enter(actors.is_valid(row).then(|| actors.value(row)));
            self.text.push_str("    <event>\n");
            for (field, column) in schema.fields().iter().zip(batch.columns()) {
                if field.name() != "actor" && column.is_valid(row) {
                    attribute(&mut self.text, field, column.as_ref(), row);
                }
            }
            self.text.push_str("    </event>\n");
            self.writer.write_all(self.text.as_bytes())?;
        }
        Ok(())
    }

    /// Ends the log.
    pub fn finish(mut self) -> Result<()> {
        self.text.clear();
        self.enter(None);
        self.text.push_str("</log>\n");
        self.writer.write_all(self.text.as_bytes())?;
        Ok(self.writer.flush()?)
    }

    /// Ends the trace of another actor and begins that of this one.
    fn enter(&mut self, actor: Option<&str>) {
        if self.open.as_deref() == actor {
            return;
        }
        if self.open.take().is_some() {
            self.text.push_str("  </trace>\n");
        }
        if let Some(actor) = actor {
            self.text.push_str("  <trace>\n");
            push(&mut self.text, "string", "concept:name", actor);
            self.open = Some(actor.to_owned());
        }
    }
}

fn attribute(text: &mut String, field: &Field, column: &dyn Array, row: usize) {
    let name = NAMES.iter().find(|(own, _)| own == field.name()).map_or(field.name().as_str(), |(_, name)| name);
    match field.data_type() {
        DataType::Timestamp(..) => {
            let time = DateTime::from_timestamp_micros(column.as_primitive::<TimestampMicrosecondType>().value(row));
            let time = time.unwrap_or_default().to_rfc3339_opts(SecondsFormat::AutoSi, true);
            push(text, "date", name, &time);
        }
        DataType::Boolean => push(text, "boolean", name, &column.as_boolean().value(row).to_string()),
        DataType::UInt32 => push(text, "int", name, &column.as_primitive::<UInt32Type>().value(row).to_string()),
        DataType::Float64 => push(text, "float", name, &column.as_primitive::<Float64Type>().value(row).to_string()),
        _ => push(text, "string", name, column.as_string_opt::<i32>().map_or("", |values| values.value(row))),
    }
}

fn push(text: &mut String, kind: &str, key: &str, value: &str) {
    text.push_str("      <");
    text.push_str(kind);
    text.push_str(" key=\"");
    escape(text, key);
    text.push_str("\" value=\"");
    escape(text, value);
    text.push_str("\"/>\n");
}

/// Characters that XML can't hold even escaped become the replacement character.
fn escape(text: &mut String, value: &str) {
    for character in value.chars() {
        match character {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\n' => text.push_str("&#10;"),
            '\r' => text.push_str("&#13;"),
            '\t' => text.push_str("&#9;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => text.push('\u{fffd}'),
            other => text.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{ArrayRef, StringArray, TimestampMicrosecondArray};

    #[test]
    fn an_actor_is_a_trace_and_nobody_stands_beside() {
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("actor", Arc::new(StringArray::from(vec![Some("a"), Some("a"), Some("<b>"), None]))),
            ("ts", Arc::new(TimestampMicrosecondArray::from(vec![0, 1_500_000, 2, 3]))),
            ("event", Arc::new(StringArray::from(vec!["x", "y\u{1}\n", "x", "z"]))),
            ("page", Arc::new(StringArray::from(vec![None, Some("/?a=1&b"), None, None]))),
        ];
        let batch =
            RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true)))
                .unwrap();
        let mut out = Vec::new();
        let mut writer = XesWriter::new(&mut out).unwrap();
        writer.write(&batch).unwrap();
        writer.finish().unwrap();
        let text = String::from_utf8(out).unwrap();
        let body: String = text[HEAD.len()..].lines().map(str::trim).collect();
        assert_eq!(
            body,
            concat!(
                r#"<trace><string key="concept:name" value="a"/>"#,
                r#"<event><date key="time:timestamp" value="1970-01-01T00:00:00Z"/><string key="concept:name" value="x"/></event>"#,
                r#"<event><date key="time:timestamp" value="1970-01-01T00:00:01.500Z"/>"#,
                "<string key=\"concept:name\" value=\"y\u{fffd}&#10;\"/>",
                r#"<string key="page" value="/?a=1&amp;b"/></event></trace>"#,
                r#"<trace><string key="concept:name" value="&lt;b&gt;"/>"#,
                r#"<event><date key="time:timestamp" value="1970-01-01T00:00:00.000002Z"/><string key="concept:name" value="x"/></event></trace>"#,
                r#"<event><date key="time:timestamp" value="1970-01-01T00:00:00.000003Z"/><string key="concept:name" value="z"/></event></log>"#,
            )
        );
        assert_eq!(as_cases(&batch).unwrap().schema().field(0).name(), "case:concept:name");
    }
}
