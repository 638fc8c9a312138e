//! Which values of a row were read?
//!
//! Both decoders fill the same [`Values`]; what becomes of them is decided elsewhere, once. Numbers are text in one
//! canonical form, so a row reads the same from JSON and from Parquet.

use std::ops::Range;

use hashbrown::HashMap;
use twox_hash::XxHash3_128;

use super::names::Place;
use crate::json::flatten::{Flat, push_member, push_string};

/// The places to read, each with a number.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    pub(super) leaves: HashMap<String, usize>,
    pub(super) params: HashMap<String, usize>,
    pub(super) users: HashMap<String, usize>,
    count: usize,
}

impl Places {
    /// The number of a place; a new one if it was not asked for before.
    pub(super) fn number(&mut self, place: Place) -> usize {
        let next = self.count;
        let (map, key) = match place {
            Place::Leaf(path) => (&mut self.leaves, path),
            Place::Param(key) => (&mut self.params, key),
            Place::User(key) => (&mut self.users, key),
        };
        let number = *map.entry(key).or_insert(next);
        self.count += usize::from(number == next);
        number
    }

    /// How many places there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }
}

/// A value that no place asked for: where its name and its text lie.
#[derive(Clone, Debug)]
struct Extra {
    name: Range<usize>,
    is_number: bool,
    text: Range<usize>,
}

/// Where the text of a place lies, and whether it is a number.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    end: usize,
    is_number: bool,
}

/// Values of one row, reused from row to row.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    text: String,
    spans: Vec<Option<Span>>,
    /// Items as a JSON list; empty without items.
    pub(super) items: String,
    extras: Vec<Extra>,
    /// Names and texts of the extras.
    extra_text: String,
    props: String,
}

impl Values {
    /// Room for that many places.
    pub(super) fn new(places: usize) -> Self {
        Self { spans: vec![None; places], ..Self::default() }
    }

    /// Forgets the row.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.items.clear();
        self.extras.clear();
        self.extra_text.clear();
        self.spans.fill(None);
    }

    /// Notes a value; of several for one place the first counts.
    pub(super) fn set(&mut self, place: usize, value: &str, is_number: bool) {
        if self.spans[place].is_none() {
            let start = self.text.len();
            self.text.push_str(value);
            self.spans[place] = Some(Span { start, end: self.text.len(), is_number });
        }
    }

    /// The value of a place.
    pub(super) fn get(&self, place: usize) -> Option<&str> {
        self.spans[place].map(|span| &self.text[span.start..span.end])
    }

    /// The value of a place, and whether it is a number.
    pub(super) fn value(&self, place: usize) -> Option<(&str, bool)> {
        self.spans[place].map(|span| (&self.text[span.start..span.end], span.is_number))
    }

    /// Name and text of the values that no place asked for, and whether they are numbers.
    pub(super) fn extras(&self) -> impl Iterator<Item = (&str, &str, bool)> {
        let of = |range: &Range<usize>| &self.extra_text[range.clone()];
        self.extras.iter().map(move |extra| (of(&extra.name), of(&extra.text), extra.is_number))
    }

    /// Notes the value of a place once more, as one that no place asked for.
    pub(super) fn repeat_as_extra(&mut self, place: usize, name: &str) {
        if let Some(span) = self.spans[place].filter(|span| span.start < span.end) {
            let name = appended(&mut self.extra_text, name);
            let text = appended(&mut self.extra_text, &self.text[span.start..span.end]);
            self.extras.push(Extra { name, is_number: span.is_number, text });
        }
    }

    /// Notes a value that no place asked for; an empty one is none.
    pub(super) fn add_extra(&mut self, name: &str, value: &str, is_number: bool) {
        if !value.is_empty() {
            let (name, text) = (appended(&mut self.extra_text, name), appended(&mut self.extra_text, value));
            self.extras.push(Extra { name, is_number, text });
        }
    }

    /// The values that no place asked for, as a JSON object sorted by name; empty if there are none.
    pub(super) fn props(&mut self) -> &str {
        let Self { extras, extra_text, props, .. } = self;
        let of = |range: &Range<usize>| &extra_text[range.clone()];
        let key = |extra: &Extra| (of(&extra.name), extra.is_number, of(&extra.text));
        extras.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
        extras.dedup_by(|later, first| of(&later.name) == of(&first.name));
        props.clear();
        for extra in extras.iter() {
            let text = of(&extra.text);
            push_member(props, of(&extra.name), if extra.is_number { Flat::Json(text) } else { Flat::Text(text) });
        }
        if !props.is_empty() {
            props.push('}');
        }
        props
    }
}

/// Appends a text; where it lies then.
fn appended(all: &mut String, text: &str) -> Range<usize> {
    let start = all.len();
    all.push_str(text);
    start..all.len()
}

/// Hash of what a row says, which orders rows that nothing else does.
pub(super) fn hash64(bytes: &[u8]) -> u64 {
    u64::try_from(XxHash3_128::oneshot(bytes) >> 64).unwrap_or_default()
}

/// A floating-point number in canonical text: the shortest that reads as the same number.
pub(super) fn float_text(number: f64) -> String {
    number.to_string()
}

/// Whether a number's text may stand in JSON as a number.
pub(super) fn is_json_number(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// Canonical text of a number as JSON writes it: whole numbers as they are, others by their double.
pub(super) fn number_text(token: &str) -> std::borrow::Cow<'_, str> {
    match token.parse::<f64>() {
        Ok(number) if token.contains(['.', 'e', 'E']) => float_text(number).into(),
        _ => token.into(),
    }
}

/// Members of an item that are kept, with the names they get.
pub(super) const ITEM_MEMBERS: [(&str, &str, bool); 7] = [
    ("item_id", "id", false),
    ("item_name", "name", false),
    ("item_category", "category", false),
    ("item_brand", "brand", false),
    ("item_variant", "variant", false),
    ("price", "price", true),
    ("quantity", "quantity", true),
];

/// Appends one item to a JSON list under construction; `member(i)` is the value of [`ITEM_MEMBERS`]`[i]`.
pub(super) fn push_item<'a>(out: &mut String, member: impl Fn(usize) -> Option<&'a str>) {
    out.push(if out.is_empty() { '[' } else { ',' });
    out.push('{');
    let mut is_first = true;
    for (index, (_, name, is_number)) in ITEM_MEMBERS.iter().enumerate() {
        let Some(value) = member(index).filter(|value| !value.is_empty() && *value != "(not set)") else { continue };
        if !std::mem::take(&mut is_first) {
            out.push(',');
        }
        push_string(out, name);
        out.push(':');
        if *is_number && is_json_number(value) { out.push_str(value) } else { push_string(out, value) }
    }
    out.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_text() {
        assert_eq!(number_text("20.0"), "20");
        assert_eq!(number_text("1.5e3"), "1500");
        assert_eq!(number_text("19.99"), float_text(1999.0 / 100.0));
        assert_eq!(number_text("9007199254740993"), "9007199254740993");
    }

    #[test]
    fn items_keep_what_is_filled_under_short_names() {
        let mut out = String::new();
        let values = [Some("7"), Some("A \"b\""), None, Some("(not set)"), None, Some("19.9"), Some("2")];
        push_item(&mut out, |index| values[index]);
        push_item(&mut out, |_| None);
        assert_eq!(out, r#"[{"id":"7","name":"A \"b\"","price":19.9,"quantity":2},{}"#);
    }

    #[test]
    fn the_first_value_of_a_place_counts_and_extras_are_sorted() {
        let mut values = Values::new(2);
        values.set(1, "a", false);
        values.set(1, "b", false);
        values.add_extra("z", "1", true);
        values.add_extra("b", "1", false);
        assert_eq!((values.get(0), values.get(1)), (None, Some("a")));
        assert_eq!(values.props(), r#"{"b":"1","z":1}"#);
        values.clear();
        assert_eq!(values.get(1), None);
        assert_eq!(values.props(), "");
    }
}
