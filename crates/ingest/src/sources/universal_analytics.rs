//! Universal Analytics in BigQuery, `ga_sessions_YYYYMMDD`: one row per session with all its hits.
//!
//! Quirks: in JSON every integer and boolean is text (`"true"`); `visitStartTime` is in seconds and a hit's `time` in
//! milliseconds since then; money is in millionths; `fullVisitorId` has up to 20 digits and leading zeros; `visitId` is
//! unique with it alone; a page hit may carry an e-commerce action, and is then two events. Hits in which nobody acted
//! (`isInteraction` false) are no activity. Seen: whole rows. The CSV of a public competition has the records as JSON in
//! cells and mostly no hits, so a session is one event there; that one nobody confirmed.

mod hits;
mod values;

use self::hits::Hit;
use self::values::{Values, money};
use super::{Evidence, Preset, Vendor};
use crate::config::KindName;
use crate::field::Field;
use crate::json::flatten::Flat;
use crate::json::scan::{ScanError, Scanner};
use crate::sample::{Sample, Shape};
use crate::translate::{NoRow, Raw, Rows, Translator};
use kundresa_model::quality::RejectReason;

pub(super) static UNIVERSAL_ANALYTICS: Vendor = Vendor {
    kind: KindName::UniversalAnalytics,
    evidence: Evidence::Seen,
    recognizes: |sample| matches!(&sample.shape, Shape::Json(json) if is_export(&json.keys)),
    preset: PRESET,
    translator: Some(|sample| Box::new(Sessions::of(sample))),
    synthetic: &["session_start"],
};

pub(super) static UNIVERSAL_ANALYTICS_CSV: Vendor = Vendor {
    kind: KindName::UniversalAnalyticsCsv,
    evidence: Evidence::Unverified,
    recognizes: |sample| matches!(&sample.shape, Shape::Delimited(table) if is_export(&table.header)),
    preset: PRESET,
    translator: Some(|sample| Box::new(Sessions::of(sample))),
    synthetic: &["session_start"],
};

const PRESET: Preset = Preset {
    columns: &[
        (Field::Time, &["time"]),
        (Field::Event, &["event"]),
        (Field::AnonymousId, &["fullVisitorId"]),
        (Field::UserId, &["userId"]),
        (Field::PageUrl, &["page_url"]),
        (Field::Page, &["screen"]),
        (Field::PageTitle, &["hits.page.pageTitle"]),
        (Field::Referrer, &["hits.referer"]),
        (Field::Source, &["trafficSource.source"]),
        (Field::Medium, &["trafficSource.medium"]),
        (Field::Campaign, &["trafficSource.campaign"]),
        (Field::Term, &["trafficSource.keyword"]),
        (Field::Content, &["trafficSource.adContent"]),
        (Field::Channel, &["channelGrouping"]),
        (Field::Device, &["device.deviceCategory"]),
        (Field::Os, &["device.operatingSystem"]),
        (Field::Browser, &["device.browser"]),
        (Field::Language, &["device.language"]),
        (Field::Country, &["geoNetwork.country"]),
        (Field::Region, &["geoNetwork.region"]),
        (Field::City, &["geoNetwork.city"]),
        (Field::Value, &["value"]),
        (Field::Currency, &["hits.transaction.currencyCode"]),
        (Field::OrderId, &["hits.transaction.transactionId"]),
        (Field::Items, &["items"]),
        (Field::SessionHint, &["session"]),
        (Field::Platform, &["hits.dataSource"]),
        (Field::UserAgent, &[]),
        (Field::EventId, &[]),
        (Field::CartId, &[]),
        (Field::CrmId, &[]),
        (Field::Email, &[]),
        (Field::Stage, &[]),
        (Field::Bot, &[]),
    ],
    time_format: Some("epoch_us"),
    sequence: &["hits.hitNumber"],
    ..Preset::NONE
};

/// Cells that are put together; all others have the names that the export gives them.
const COMPUTED: [&str; 7] = ["time", "event", "page_url", "value", "items", "session", "screen"];
const TIME: usize = 0;
const EVENT: usize = 1;
const PAGE_URL: usize = 2;
const VALUE: usize = 3;
const ITEMS: usize = 4;
const SESSION: usize = 5;
const SCREEN: usize = 6;

/// Cells that hold what the export says.
const NAMED: [&str; 21] = [
    "fullVisitorId",
    "userId",
    "channelGrouping",
    "trafficSource.source",
    "trafficSource.medium",
    "trafficSource.campaign",
    "trafficSource.keyword",
    "trafficSource.adContent",
    "device.deviceCategory",
    "device.operatingSystem",
    "device.browser",
    "device.language",
    "geoNetwork.country",
    "geoNetwork.region",
    "geoNetwork.city",
    "hits.page.pageTitle",
    "hits.referer",
    "hits.transaction.currencyCode",
    "hits.transaction.transactionId",
    "hits.dataSource",
    "hits.hitNumber",
];

/// Names that no other export has.
fn is_export(names: &[String]) -> bool {
    ["fullVisitorId", "visitStartTime", "visitId"].iter().all(|name| names.iter().any(|known| known == name))
}

/// Sessions, as objects or as rows with objects in cells.
#[derive(Default)]
struct Sessions {
    /// Names of columns, where a session is a row.
    header: Vec<String>,
    session: Values,
    hit: Values,
    path: String,
}

impl Sessions {
    fn of(sample: &Sample) -> Self {
        let header = match &sample.shape {
            Shape::Delimited(sample) => sample.header.clone(),
            _ => Vec::new(),
        };
        Self { header, ..Self::default() }
    }

    /// Reads everything of a session but its hits, which are handed out as text.
    fn read(&mut self, record: Raw<'_>) -> Result<String, NoRow> {
        let Self { header, session, path, .. } = self;
        session.clear();
        if header.is_empty() {
            session.read_object(record.text, "", path).map_err(bad_json)?;
        } else {
            for (index, name) in header.iter().enumerate() {
                session.read_cell(name, record.field(index), path).map_err(|error| bad_cell(name, &error))?;
            }
        }
        Ok(session.take("hits").unwrap_or_default())
    }

    fn start_us(&self) -> Result<i64, NoRow> {
        let text = self.session.get("visitStartTime");
        if text.is_empty() {
            return Err(NoRow::new(RejectReason::MissingTime, "visitStartTime is empty"));
        }
        let seconds = text.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(1_000_000));
        seconds.ok_or_else(|| {
            NoRow::new(RejectReason::BadTime, format!("visitStartTime `{text}` is no number of seconds"))
        })
    }

    /// Begins a row with what all rows of the session share.
    fn begin(&self, rows: &mut Rows, time_us: i64, event: &str) {
        rows.begin();
        rows.write(TIME, time_us);
        rows.set(EVENT, event);
        let [visitor, visit] = ["fullVisitorId", "visitId"].map(|name| self.session.get(name));
        if !visit.is_empty() {
            rows.write(SESSION, format_args!("{visitor}.{visit}"));
        }
        self.session.hand_out("", &["visitId"], rows);
    }

    /// A session without hits: one event, and a purchase if there was money.
    fn session_alone(&self, rows: &mut Rows, start_us: i64, hits: &str) {
        let revenue = ["totals.totalTransactionRevenue", "totals.transactionRevenue"];
        let revenue = revenue.map(|name| self.session.get(name)).into_iter().find(|text| !text.is_empty());
        self.begin(rows, start_us, "session_start");
        if hits.len() > 2 {
            rows.other("hits", Flat::Text(hits));
        }
        if let Some(revenue) = revenue {
            self.begin(rows, start_us, "purchase");
            rows.set(VALUE, &money(revenue));
        }
    }

    fn hit(&mut self, text: &str, start_us: i64, rows: &mut Rows) -> Result<(), NoRow> {
        let Self { hit, path, .. } = self;
        hit.clear();
        hit.read_object(text, "", path).map_err(bad_json)?;
        let hit = Hit::of(&self.hit);
        let time = hit.time_us(start_us);
        for event in hit.events() {
            self.begin(rows, time.clone().unwrap_or_default(), event);
            if let Err(why) = &time {
                rows.refuse(why.clone());
            }
            hit.hand_out(event, rows);
        }
        Ok(())
    }
}

fn bad_json(error: ScanError) -> NoRow {
    NoRow::new(RejectReason::BadJson, format!("no session with its hits: {error}"))
}

fn bad_cell(name: &str, error: &ScanError) -> NoRow {
    NoRow::new(RejectReason::BadJson, format!("column {name} holds no JSON: {error}"))
}

impl Translator for Sessions {
    fn columns(&self) -> Vec<String> {
        COMPUTED.into_iter().chain(NAMED).map(str::to_owned).collect()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        let hits = self.read(record)?;
        let start_us = self.start_us()?;
        // What some write in place of JSON is kept as it is.
        if !hits.starts_with('[') || hits.starts_with("[{'") {
            self.session_alone(rows, start_us, &hits);
            return Ok(());
        }
        let mut scanner = Scanner::new(&hits);
        scanner.begin_array().map_err(bad_json)?;
        let mut has_hits = false;
        while scanner.next_element().map_err(bad_json)? {
            let hit = scanner.skip().map_err(bad_json)?;
            self.hit(hit, start_us, rows)?;
            has_hits = true;
        }
        if !has_hits {
            self.session_alone(rows, start_us, "");
        }
        Ok(())
    }
}
