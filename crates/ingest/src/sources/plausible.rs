//! Plausible's table `sessions_v2`: one row per visit, with its first and last page.
//!
//! A visit gives an event for its first page and, where it had more than one view, one for its last; the pages between are
//! not in the table. ClickHouse keeps old states of a visit until it merges them: a row with `sign` -1 takes one back and is
//! rejected, and the state that it took back has to be left out by exporting with `FINAL`. Ids are whole numbers beyond 63
//! bits; times are UTC without a zone. Schema seen upstream, no data.

use super::{Evidence, Preset, Vendor, columns, nested};
use crate::config::KindName;
use crate::field::Field;
use crate::translate::{NoRow, Raw, Rows, Translator};
use kundresa_model::quality::RejectReason;

pub(super) static PLAUSIBLE: Vendor = Vendor {
    kind: KindName::Plausible,
    evidence: Evidence::Documented,
    recognizes: |sample| {
        columns::is_delimited(sample)
            && columns::has_all(sample, &["session_id", "sign", "site_id", "entry_page", "exit_page", "start"])
    },
    preset: Preset {
        columns: &[
            (Field::Time, &["time"]),
            (Field::Event, &["event"]),
            (Field::EventId, &["event_id"]),
            (Field::AnonymousId, &["user_id"]),
            (Field::UserId, &[]),
            (Field::SessionHint, &["session_id"]),
            (Field::PageUrl, &["address"]),
            (Field::Referrer, &["referrer"]),
            (Field::Source, &["utm_source", "referrer_source"]),
            (Field::Medium, &["utm_medium"]),
            (Field::Campaign, &["utm_campaign"]),
            (Field::Term, &["utm_term"]),
            (Field::Content, &["utm_content"]),
            (Field::Device, &["screen_size"]),
            (Field::Os, &["operating_system"]),
            (Field::Browser, &["browser"]),
            (Field::Country, &["country_code"]),
        ],
        time_format: Some("iso"),
        zone: Some("UTC"),
        ..Preset::NONE
    },
    translator: Some(|sample| Box::new(Visits { header: nested::header(sample) })),
    synthetic: &[],
};

const DERIVED: [&str; 4] = ["time", "event", "event_id", "address"];

struct Visits {
    header: Vec<String>,
}

impl Visits {
    fn event(&self, record: Raw<'_>, rows: &mut Rows, (time, page, host, end): (&str, &str, &str, &str)) {
        nested::cells(record, &self.header, &[], rows);
        let field = |name: &str| self.field(record, name);
        let host = if field(host).is_empty() { field("hostname") } else { field(host) };
        let address = if host.is_empty() { field(page).to_owned() } else { format!("https://{host}{}", field(page)) };
        let id = format!("{}.{end}", field("session_id"));
        for (place, text) in [field(time), "page_view", &id, &address].into_iter().enumerate() {
            rows.set(self.header.len() + place, text);
        }
    }

    fn field<'a>(&self, record: Raw<'a>, name: &str) -> &'a str {
        self.header.iter().position(|column| column == name).map_or("", |place| record.field(place))
    }
}

impl Translator for Visits {
    fn columns(&self) -> Vec<String> {
        self.header.iter().cloned().chain(DERIVED.map(str::to_owned)).collect()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        if self.field(record, "sign") == "-1" {
            let detail = "sign is -1: it takes back an earlier state of the visit; export with FINAL";
            return Err(NoRow::new(RejectReason::ExcludedBySource, detail));
        }
        self.event(record, rows, ("start", "entry_page", "hostname", "first"));
        if !matches!(self.field(record, "pageviews"), "" | "0" | "1") {
            self.event(record, rows, ("timestamp", "exit_page", "exit_page_hostname", "last"));
        }
        Ok(())
    }
}
