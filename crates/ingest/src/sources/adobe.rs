//! Adobe Analytics data feed: hits as tab-separated lines whose column names stand in a file of their own.
//!
//! A feed is `hit_data.tsv` in an archive, or `01-suite_2024-01-31.tsv.gz`, beside a lookup archive with `column_headers.tsv`.
//! A backslash escapes tabs, line ends and itself; in lists of products `^` escapes `,` and `;`. The last field may be lost,
//! so a line may be one field shorter than its header. `post_` columns are what processing rules made of the others and are
//! preferred. A hit is one event, called after the weightiest of its commerce events. Hits that the feed marks as excluded are
//! rejected. Seen: a public sample of ten hits, whose ids went through a spreadsheet.

mod lookups;
mod products;

use std::borrow::Cow;
use std::sync::Arc;

use hashbrown::HashMap;
use kundresa_model::quality::RejectReason;
use serde_json::Value;

pub(crate) use self::lookups::Lookups;
use self::products::{Product, split, total};
use super::{Evidence, Preset, Vendor};
use crate::config::KindName;
use crate::field::Field;
use crate::json::flatten::{Flat, push_string};
use crate::sample::{Sample, Shape};
use crate::translate::{NoRow, Raw, Rows, Translator};

pub(super) static ADOBE: Vendor = Vendor {
    kind: KindName::AdobeDataFeed,
    evidence: Evidence::Seen,
    recognizes,
    preset: Preset {
        columns: &[
            (Field::Time, &["hit_time_gmt"]),
            (Field::Event, &["event"]),
            (Field::EventId, &["hitid"]),
            (Field::AnonymousId, &["visid"]),
            (Field::UserId, &["post_cust_visid", "cust_visid"]),
            (Field::SessionHint, &["visit"]),
            (Field::PageUrl, &["post_page_url", "page_url"]),
            (Field::PageTitle, &["post_pagename", "pagename"]),
            (Field::Referrer, &["post_referrer", "referrer"]),
            (Field::Campaign, &["post_campaign", "campaign"]),
            (Field::Source, &[]),
            (Field::Medium, &[]),
            (Field::Channel, &[]),
            (Field::UserAgent, &["user_agent"]),
            (Field::Browser, &[]),
            (Field::Os, &[]),
            (Field::Device, &[]),
            (Field::Country, &["geo_country", "country_name"]),
            (Field::Region, &["geo_region"]),
            (Field::City, &["geo_city"]),
            (Field::Language, &["accept_language"]),
            (Field::Value, &["order_value"]),
            (Field::Currency, &["post_currency", "currency"]),
            (Field::OrderId, &["post_purchaseid", "purchaseid"]),
            (Field::Items, &["items"]),
        ],
        time_format: Some("epoch_s"),
        ..Preset::NONE
    },
    translator: Some(|sample| Box::new(Hits::new(sample))),
    synthetic: &[],
};

/// The file that names the columns.
pub(crate) const SIDECAR: &str = "column_headers.tsv";

/// Whether a file beside the sidecar is one of its tables of names.
pub(crate) fn is_lookup(file_name: &str) -> bool {
    const TABLES: [&str; 17] = [
        "browser",
        "browser_type",
        "carrier",
        "color_depth",
        "connection_type",
        "country",
        "custom_users",
        "event",
        "javascript_version",
        "languages",
        "mobile_attributes",
        "operating_systems",
        "plugins",
        "referrer_type",
        "resolution",
        "search_engines",
        "event_lookup",
    ];
    file_name.strip_suffix(".tsv").is_some_and(|name| TABLES.contains(&name))
}

/// What to know about hits whose numbers no table names.
pub(crate) fn without_words(samples: &[&Sample]) -> Option<String> {
    let is_without = |sample: &&Sample| matches!(&sample.shape, Shape::Lines(lines) if lines.lookups.is_empty());
    samples.iter().any(is_without).then(|| {
        "no tables of names (event.tsv, browser.tsv, …) lie beside the column headers, so events, browsers, systems, \
         languages and the like stay the numbers that they are; give the whole lookup archive"
            .to_owned()
    })
}

/// Whether a line names the columns of a feed.
pub(crate) fn is_header(fields: &[&str]) -> bool {
    let has = |name: &str| fields.iter().any(|field| field.trim() == name);
    has("hit_time_gmt") && (has("post_visid_high") || has("visid_high"))
}

/// Whether a line looks like a hit rather than like names.
pub(crate) fn is_headless(fields: &[&str]) -> bool {
    fields.iter().filter(|field| field.parse::<f64>().is_ok()).count() * 20 >= fields.len()
}

/// Whether so many fields may stand under so many names.
pub(crate) fn fits(fields: usize, columns: usize) -> bool {
    fields == columns || fields + 1 == columns
}

/// The fields of a line. A tab behind a backslash belongs to its field.
pub(crate) fn fields(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut from = 0;
        let end = loop {
            let found = memchr::memchr2(b'\t', b'\\', &text.as_bytes()[from..]);
            let Some(at) = found.map(|at| from + at) else { break None };
            if text.as_bytes()[at] == b'\t' {
                break Some(at);
            }
            // The character behind a backslash may be any.
            from = at + 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8);
        };
        rest = end.map(|end| &text[end + 1..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

fn unescaped(field: &str) -> Cow<'_, str> {
    if !field.contains('\\') {
        return Cow::Borrowed(field);
    }
    let (mut text, mut characters) = (String::with_capacity(field.len()), field.chars());
    while let Some(character) = characters.next() {
        match (character, (character == '\\').then(|| characters.next()).flatten()) {
            ('\\', Some('t')) => text.push('\t'),
            ('\\', Some('n')) => text.push('\n'),
            ('\\', Some(other)) => text.push(other),
            (plain, _) => text.push(plain),
        }
    }
    Cow::Owned(text)
}

fn recognizes(sample: &Sample) -> bool {
    let Shape::Lines(lines) = &sample.shape else { return false };
    let names: Vec<&str> = lines.columns.iter().map(String::as_str).collect();
    is_header(&names)
}

/// Cells that are made of others, behind those of the feed and before those of words.
const DERIVED: [&str; 6] = ["event", "hitid", "visid", "visit", "order_value", "items"];

/// Events of the feed that have a canonical name, the weightiest first.
const EVENTS: [(&str, &str); 7] = [
    ("1", "purchase"),
    ("11", "begin_checkout"),
    ("12", "add_to_cart"),
    ("13", "remove_from_cart"),
    ("10", "open_cart"),
    ("14", "view_cart"),
    ("2", "view_item"),
];

struct Hits {
    columns: Vec<String>,
    /// Where each column is.
    places: HashMap<String, usize>,
    /// What numbers mean.
    lookups: Arc<Lookups>,
    /// Fields of the line at hand.
    line: Fields,
}

/// Some texts; their room is used again for others.
#[derive(Default)]
struct Fields {
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Fields {
    fn fill(&mut self, line: &str) {
        self.text.clear();
        self.ends.clear();
        for field in fields(line) {
            self.text.push_str(unescaped(field).trim());
            self.ends.push(self.text.len());
        }
    }

    fn get(&self, place: usize) -> Option<&str> {
        let start = place.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(start..*self.ends.get(place)?)
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).filter_map(|place| self.get(place))
    }
}

impl Hits {
    fn new(sample: &Sample) -> Self {
        let (columns, lookups) = match &sample.shape {
            Shape::Lines(lines) => (lines.columns.clone(), Arc::clone(&lines.lookups)),
            _ => Default::default(),
        };
        let places = columns.iter().enumerate().map(|(place, name)| (name.clone(), place)).collect();
        Self { columns, places, lookups, line: Fields::default() }
    }

    /// The first filled of several columns; a lone `0` is nothing.
    fn get(&self, names: &[&str]) -> &str {
        let mut filled = names.iter().filter_map(|name| self.line.get(*self.places.get(*name)?));
        filled.find(|text| !text.is_empty() && *text != "0").unwrap_or_default()
    }

    fn joined(&self, high: &str, low: &str) -> String {
        let halves = [high, low].map(|half| self.get(&[half]));
        if halves.iter().all(|half| half.is_empty()) { String::new() } else { halves.join(".") }
    }

    fn refuse_excluded(&self) -> Result<(), NoRow> {
        let (excluded, source) = (self.get(&["exclude_hit"]), self.get(&["hit_source"]));
        let detail = match (excluded, source) {
            ("", "5" | "7" | "8" | "9") => format!("hit_source is {source}: no hit of a visitor"),
            ("", _) => return Ok(()),
            _ => format!("exclude_hit is {excluded}"),
        };
        Err(NoRow::new(RejectReason::ExcludedBySource, detail))
    }

    fn event(&self) -> &str {
        let list = self.list();
        // `200=1.5` is an amount, `1:serial` a serial number.
        let has = |id: &str| list.split(',').any(|event| event.split(['=', ':']).next() == Some(id));
        let is_again = !self.get(&["duplicate_purchase"]).is_empty();
        let known = EVENTS.iter().find(|(id, _)| has(id) && !(is_again && *id == "1"));
        match (known, self.hit()) {
            (Some((_, name)), _) => name,
            // Somebody gave the link an event of its own.
            (None, "link") => self.numbers().find_map(|number| self.custom_event(number)).unwrap_or("link"),
            (None, hit) => hit,
        }
    }

    fn list(&self) -> &str {
        self.get(&["post_event_list", "event_list"])
    }

    /// Numbers of the hit's events without those that say that a variable was set.
    fn numbers(&self) -> impl Iterator<Item = &str> {
        let numbers = self.list().split(',').filter_map(|event| event.split(['=', ':']).next());
        let is_variable =
            |number: &str| number.parse::<u32>().is_ok_and(|number| matches!(number, 100..200 | 10_000..10_100));
        numbers.filter(move |number| !number.is_empty() && !is_variable(number))
    }

    /// The name of an event that is none of Adobe's own.
    fn custom_event(&self, number: &str) -> Option<&str> {
        let is_custom = number.parse::<u32>().is_ok_and(|number| matches!(number, 200..1000 | 20_100..30_000));
        self.lookups.event(number).filter(|_| is_custom)
    }

    /// The names of the hit's events, as a list of JSON; nothing without the table of them.
    fn event_names(&self) -> String {
        let mut names = String::new();
        for name in self.numbers().filter_map(|number| self.lookups.event(number)) {
            names.push(if names.is_empty() { '[' } else { ',' });
            push_string(&mut names, name);
        }
        if !names.is_empty() {
            names.push(']');
        }
        names
    }

    /// What kind of hit it is without its events.
    fn hit(&self) -> &'static str {
        match self.get(&["post_page_event", "page_event"]) {
            "" => "page_view",
            "10" | "100" => "link",
            "11" | "101" => "file_download",
            "12" | "102" => "exit_link",
            _ => "hit",
        }
    }

    fn derive(&self, rows: &mut Rows) {
        let first = self.columns.len();
        let event = self.event();
        let visitor = match self.joined("post_visid_high", "post_visid_low") {
            own if own.is_empty() => self.joined("visid_high", "visid_low"),
            own => own,
        };
        let visit = [&visitor, self.get(&["visit_num"]), self.get(&["visit_start_time_gmt"])].join(".");
        let list = self.get(&["post_product_list", "product_list"]);
        let products: Vec<Product> = split(list, ',').filter_map(Product::read).collect();
        let value = if event == "purchase" { total(&products) } else { String::new() };
        let items: Vec<Value> = products.iter().map(Product::item).collect();
        let items = if items.is_empty() { String::new() } else { Value::Array(items).to_string() };
        let is_visit = !self.get(&["visit_num"]).is_empty() && !visitor.is_empty();
        let visit = if is_visit { visit } else { String::new() };
        let cells = [event, &self.joined("hitid_high", "hitid_low"), &visitor, &visit, &value, &items];
        cells.into_iter().enumerate().for_each(|(place, text)| rows.set(first + place, text));
        rows.other("events", Flat::Json(&self.event_names()));
        let first = first + DERIVED.len();
        self.lookups.words(|column| self.get(&[column]), |place, words| rows.set(first + place, words));
    }
}

impl Translator for Hits {
    fn columns(&self) -> Vec<String> {
        let made = DERIVED.into_iter().chain(Lookups::cells());
        self.columns.iter().cloned().chain(made.map(str::to_owned)).collect()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        self.line.fill(record.text);
        if self.line.iter().eq(self.columns.iter().map(String::as_str)) {
            return Ok(());
        }
        let found = self.line.ends.len();
        if !fits(found, self.columns.len()) {
            let detail = format!("{found} fields, the header has {}", self.columns.len());
            return Err(NoRow::new(RejectReason::FieldCount, detail));
        }
        self.refuse_excluded()?;
        rows.begin();
        self.line
            .iter()
            .enumerate()
            .filter(|(_, text)| !text.is_empty())
            .for_each(|(place, text)| rows.set(place, text));
        self.derive(rows);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_separators_belong_to_their_field() {
        let found: Vec<_> = fields("a\\\tb\tc\\\\\t\\té\\n\t").map(unescaped).collect();
        assert_eq!(found, ["a\tb", "c\\", "\té\n", ""]);
        assert_eq!(fields("x\\").map(unescaped).collect::<Vec<_>>(), ["x\\"]);
    }
}
