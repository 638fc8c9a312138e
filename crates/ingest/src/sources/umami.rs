//! Umami's table `website_event` as CSV: one row per view (`event_type` 1) or named event (2).
//!
//! `session_id` is the visitor, made anew every month; `visit_id` the visit; `distinct_id` what the site called the person.
//! Times are UTC without a zone. The website's own export button gives totals, which are no events. Schema seen upstream.

use super::{Evidence, Preset, Vendor, nested};
use crate::config::KindName;
use crate::field::Field;
use crate::translate::{NoRow, Raw, Rows, Translator};

pub(super) static UMAMI: Vendor = Vendor {
    kind: KindName::Umami,
    evidence: Evidence::Documented,
    recognizes: |sample| {
        nested::has_columns(sample, &["website_id", "session_id", "visit_id", "event_type", "url_path"])
    },
    preset: Preset {
        columns: &[
            (Field::Time, &["created_at"]),
            (Field::Event, &["name"]),
            (Field::EventId, &["event_id"]),
            (Field::AnonymousId, &["session_id"]),
            (Field::UserId, &["distinct_id"]),
            (Field::SessionHint, &["visit_id"]),
            (Field::PageUrl, &["address"]),
            (Field::PageTitle, &["page_title"]),
            (Field::Referrer, &["referrer"]),
            (Field::Source, &["utm_source"]),
            (Field::Medium, &["utm_medium"]),
            (Field::Campaign, &["utm_campaign"]),
            (Field::Term, &["utm_term"]),
            (Field::Content, &["utm_content"]),
            (Field::Device, &["device"]),
            (Field::Os, &["os"]),
            (Field::Browser, &["browser"]),
            (Field::Country, &["country"]),
            (Field::Region, &["region"]),
            (Field::City, &["city"]),
            (Field::Language, &["language"]),
        ],
        zone: Some("UTC"),
        ..Preset::NONE
    },
    translator: Some(|sample| Box::new(Events::of(nested::header(sample)))),
    synthetic: &[],
};

const COLUMNS: [&str; 8] = [
    "hostname",
    "url_path",
    "url_query",
    "referrer_domain",
    "referrer_path",
    "referrer_query",
    "event_name",
    "event_type",
];

struct Events {
    /// Columns of a table; none where rows are JSON.
    header: Vec<String>,
    /// Number of cells before those that are made.
    width: usize,
    /// Cell of each of [`COLUMNS`].
    places: [Option<usize>; COLUMNS.len()],
}

impl Events {
    fn of(header: Vec<String>) -> Self {
        let is_table = !header.is_empty();
        let width = if is_table { header.len() } else { COLUMNS.len() };
        let own = |name: &str| COLUMNS.iter().position(|column| *column == name);
        let in_table = |name: &str| header.iter().position(|column| column == name);
        let places = COLUMNS.map(|name| if is_table { in_table(name) } else { own(name) });
        Self { width, places, header }
    }
}

impl Translator for Events {
    fn columns(&self) -> Vec<String> {
        let own = || COLUMNS.map(str::to_owned).to_vec();
        let columns = if self.header.is_empty() { own() } else { self.header.clone() };
        columns.into_iter().chain(["name", "address", "referrer"].map(str::to_owned)).collect()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        match self.header.is_empty() {
            true => nested::row(record.text, &COLUMNS, &[], rows)?,
            false => nested::cells(record, &self.header, &[], rows),
        }
        let cells = self.places.map(|place| place.and_then(|place| rows.filled(place)).unwrap_or_default());
        let [hostname, path, query, referrer, referrer_path, referrer_query, name, kind] = cells;
        let name = match (name, kind) {
            ("", "1" | "") => "page_view",
            ("", _) => "event",
            (name, _) => name,
        };
        let address = |host: &str, path: &str, query: &str| {
            let (query, mark) = (query.trim_start_matches('?'), if query.is_empty() { "" } else { "?" });
            if host.is_empty() { [path, mark, query].concat() } else { ["https://", host, path, mark, query].concat() }
        };
        let page = address(hostname, path, query);
        let referrer = match referrer {
            "" => String::new(),
            domain => address(domain, referrer_path, referrer_query),
        };
        let name = name.to_owned();
        for (place, text) in [name, page, referrer].iter().enumerate() {
            rows.set(self.width + place, text);
        }
        Ok(())
    }
}
