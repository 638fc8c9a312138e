//! Amplitude's export of raw events: a zip of gzipped JSON lines, hour by hour, or a table of the same columns.
//!
//! `event_time` is `client_event_time` corrected by Amplitude for a clock that is a minute or more off; where it is missing the
//! same is computed here. Times are `YYYY-MM-DD HH:MM:SS.ffffff` without a zone and mean UTC. `session_id` is the start of the session in ms and
//! means nothing without the device; `-1` is an event outside of any session. `$insert_id` is the same for events that
//! were sent twice. Hours are those of the upload, so files overlap in event time. Documented; a warehouse's table seen.

use super::{Evidence, Preset, Vendor, nested};
use crate::config::KindName;
use crate::field::Field;
use crate::sample::Sample;
use crate::translate::{NoRow, Raw, Rows, Translator};

pub(super) static AMPLITUDE: Vendor = Vendor {
    kind: KindName::Amplitude,
    evidence: Evidence::Documented,
    recognizes,
    preset: Preset {
        columns: &[
            (Field::Time, &["event_time", "client_event_time", "server_received_time"]),
            (Field::Event, &["event_type"]),
            (Field::EventId, &["$insert_id", "_insert_id"]),
            (Field::AnonymousId, &["device_id", "amplitude_id"]),
            (Field::UserId, &["user_id"]),
            (Field::SessionHint, &["session"]),
            (Field::PageUrl, &["event_properties.[Amplitude] Page URL", "event_properties.[Amplitude] Page Location"]),
            (Field::PageTitle, &["event_properties.[Amplitude] Page Title"]),
            (Field::Page, &["event_properties.[Amplitude] Page Path"]),
            (Field::Referrer, &["event_properties.referrer", "user_properties.referrer"]),
            (Field::Source, &["event_properties.utm_source", "user_properties.utm_source"]),
            (Field::Medium, &["event_properties.utm_medium", "user_properties.utm_medium"]),
            (Field::Campaign, &["event_properties.utm_campaign", "user_properties.utm_campaign"]),
            (Field::Term, &["event_properties.utm_term", "user_properties.utm_term"]),
            (Field::Content, &["event_properties.utm_content", "user_properties.utm_content"]),
            (Field::Value, &["event_properties.$revenue", "event_properties.revenue"]),
            (Field::Device, &["device_type", "device_family"]),
            (Field::Os, &["os_name"]),
            (Field::Country, &["country"]),
            (Field::Region, &["region"]),
            (Field::City, &["city"]),
            (Field::Language, &["language"]),
            (Field::Platform, &["platform"]),
        ],
        clock: Some(["client_event_time", "client_upload_time", "server_received_time"]),
        time_format: Some("iso"),
        zone: Some("UTC"),
        events: &[
            ("[Amplitude] Page Viewed", "page_view"),
            ("revenue_amount", "purchase"),
            ("$identify", "identify"),
            ("$groupidentify", "group"),
        ],
        ..Preset::NONE
    },
    translator: Some(|sample| Box::new(Events { header: nested::header(sample) })),
    synthetic: &["session_start", "session_end", "[Amplitude] Start Session", "[Amplitude] End Session"],
};

fn recognizes(sample: &Sample) -> bool {
    nested::has_columns(sample, &["amplitude_id", "event_type", "event_time"])
        && (nested::has_columns(sample, &["device_id"]) || nested::has_columns(sample, &["user_id"]))
}

/// Cells of a JSON record; a table has its own columns in front of the last.
const COLUMNS: [&str; 4] = ["session_id", "device_id", "amplitude_id", "user_id"];
/// Columns of a table that hold JSON objects as text.
const OBJECTS: [&str; 5] = ["event_properties", "user_properties", "group_properties", "groups", "data"];

struct Events {
    /// Columns of a table; none where records are JSON.
    header: Vec<String>,
}

impl Events {
    fn place(&self, name: &str) -> Option<usize> {
        match self.header.is_empty() {
            true => COLUMNS.iter().position(|column| *column == name),
            false => self.header.iter().position(|column| column == name),
        }
    }
}

impl Translator for Events {
    fn columns(&self) -> Vec<String> {
        let own = || COLUMNS.map(str::to_owned).to_vec();
        let mut columns = if self.header.is_empty() { own() } else { self.header.clone() };
        columns.push("session".to_owned());
        columns
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        match self.header.is_empty() {
            true => nested::row(record.text, &COLUMNS, &OBJECTS, rows)?,
            false => nested::cells(record, &self.header, &OBJECTS, rows),
        }
        let cell = |name: &str| rows.filled(self.place(name)?);
        let session = cell("session_id").filter(|id| *id != "-1");
        let whose = cell("device_id").or_else(|| cell("amplitude_id")).or_else(|| cell("user_id"));
        if let Some(session) = session.zip(whose).map(|(session, whose)| format!("{whose}.{session}")) {
            let last = if self.header.is_empty() { COLUMNS.len() } else { self.header.len() };
            rows.set(last, &session);
        }
        Ok(())
    }
}
