//! Which values does a record have, and which cells do they fill?

use std::ops::Range;
use std::sync::LazyLock;

use hashbrown::HashMap;

use super::{COMPUTED, NAMED};
use crate::json::flatten::{Flat, flatten};
use crate::json::scan::{Next, ScanError, Scanner};
use crate::translate::Rows;

/// Values of a record under names with dots, reused from record to record.
#[derive(Debug, Default)]
pub(super) struct Values {
    text: String,
    values: Vec<Value>,
}

#[derive(Debug)]
struct Value {
    name: Range<usize>,
    text: Range<usize>,
    is_json: bool,
}

/// Cells that are known by name.
static CELLS: LazyLock<HashMap<&str, usize>> =
    LazyLock::new(|| NAMED.into_iter().enumerate().map(|(cell, name)| (name, COMPUTED.len() + cell)).collect());

/// Lists of numbered values, which become values with the number in their name.
const NUMBERED: [&str; 2] = ["customDimensions", "customMetrics"];

impl Values {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.values.clear();
    }

    /// Adds the members of an object, their names behind a prefix.
    pub(super) fn read_object(&mut self, text: &str, prefix: &str, path: &mut String) -> Result<(), ScanError> {
        let mut lists = Vec::new();
        flatten(text, path, |name, value| match value {
            Flat::Json("[]") => {}
            Flat::Json(list) if NUMBERED.contains(&name) && list.starts_with('[') => {
                lists.push((format!("{prefix}{name}"), list.to_owned()));
            }
            _ => self.add(prefix, name, value),
        })?;
        lists.iter().try_for_each(|(name, list)| self.read_numbered(name, list))
    }

    /// Adds a cell: the members of the object that it holds, else its text.
    pub(super) fn read_cell(&mut self, name: &str, text: &str, path: &mut String) -> Result<(), ScanError> {
        if text.starts_with('{') {
            return self.read_object(text, &format!("{name}."), path);
        }
        self.add("", name, Flat::Text(text));
        Ok(())
    }

    fn read_numbered(&mut self, name: &str, list: &str) -> Result<(), ScanError> {
        let (mut scanner, mut path) = (Scanner::new(list), String::new());
        scanner.begin_array()?;
        while scanner.next_element()? {
            let (mut index, mut own) = (String::new(), String::new());
            if scanner.peek()? == Next::Object {
                flatten(scanner.skip()?, &mut path, |member, value| match member {
                    "index" => value.text().clone_into(&mut index),
                    "value" => value.text().clone_into(&mut own),
                    _ => {}
                })?;
                self.add(&format!("{name}."), &index, Flat::Text(&own));
            } else {
                scanner.skip()?;
            }
        }
        Ok(())
    }

    fn add(&mut self, prefix: &str, name: &str, value: Flat<'_>) {
        let text = value.text();
        if text.is_empty() {
            return;
        }
        let start = self.text.len();
        self.text.push_str(prefix);
        self.text.push_str(name);
        let name = start..self.text.len();
        self.text.push_str(text);
        let text = name.end..self.text.len();
        self.values.push(Value { name, text, is_json: matches!(value, Flat::Json(_)) });
    }

    /// The value of that name; empty if there is none.
    pub(super) fn get(&self, name: &str) -> &str {
        let value = self.values.iter().find(|value| &self.text[value.name.clone()] == name);
        value.map_or("", |value| &self.text[value.text.clone()])
    }

    /// Takes the value of that name out.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.values.iter().position(|value| &self.text[value.name.clone()] == name)?;
        let value = self.values.swap_remove(at);
        Some(self.text[value.text].to_owned())
    }

    /// Fills the cells of the row at hand, under names behind a prefix; what has no cell becomes a property. `known` is
    /// in a cell already.
    pub(super) fn hand_out(&self, prefix: &str, known: &[&str], rows: &mut Rows) {
        let mut full = String::new();
        for value in &self.values {
            let (name, text) = (&self.text[value.name.clone()], &self.text[value.text.clone()]);
            if known.contains(&name) {
                continue;
            }
            full.clear();
            full.push_str(prefix);
            full.push_str(name);
            match CELLS.get(full.as_str()) {
                Some(cell) => rows.set(*cell, text),
                None => rows.other(&full, if value.is_json { Flat::Json(text) } else { Flat::Text(text) }),
            }
        }
    }
}

/// An amount in millionths as a decimal number; what is no whole number stays as it is.
pub(super) fn money(micros: &str) -> String {
    let Ok(amount) = micros.parse::<i64>() else { return micros.to_owned() };
    let (sign, amount) = (if amount < 0 { "-" } else { "" }, amount.unsigned_abs());
    let fraction = format!("{:06}", amount % 1_000_000);
    match fraction.trim_end_matches('0') {
        "" => format!("{sign}{}", amount / 1_000_000),
        digits => format!("{sign}{}.{digits}", amount / 1_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn millionths_become_decimals() {
        for (micros, amount) in
            [("24080000", "24.08"), ("1", "0.000001"), ("-5000000", "-5"), ("0", "0"), ("12.5", "12.5"), ("x", "x")]
        {
            assert_eq!(money(micros), amount);
        }
    }

    #[test]
    fn numbered_lists_become_values_by_number() {
        let mut values = Values::default();
        let text = r#"{"a":{"b":"true"},"customDimensions":[{"index":"4","value":"EMEA"}],"promotion":[]}"#;
        values.read_object(text, "", &mut String::new()).unwrap();
        assert_eq!(
            (values.get("a.b"), values.get("customDimensions.4"), values.get("promotion")),
            ("true", "EMEA", "")
        );
        assert_eq!(values.take("a.b").as_deref(), Some("true"));
        assert_eq!(values.get("a.b"), "");
    }
}
