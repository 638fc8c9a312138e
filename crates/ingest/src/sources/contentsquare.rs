//! Contentsquare's data export: a row per session, or a row per page view.
//!
//! Both levels name the project and the visitor, whose 64-bit hash may be signed and stays text. A session is an event
//! `session_start` at its beginning, a page view is a `page_view`. Names of the times, addresses and ids are looked for under
//! several names, as the export's fields are chosen by whoever sets it up. Unverified: the list of fields is documented, of
//! which a few were read; no real file was found.

use super::{Evidence, Preset, Vendor, columns};
use crate::config::KindName;
use crate::field::Field;
use crate::sample::{Sample, Shape};

pub(super) static PAGE_VIEWS: Vendor = Vendor {
    kind: KindName::ContentsquarePageviews,
    evidence: Evidence::Unverified,
    recognizes: |sample| is_export(sample) && has_any(sample, &PAGE_VIEW),
    preset: Preset { event: Some("page_view"), ..ROWS },
    translator: None,
    synthetic: &[],
};

pub(super) static SESSIONS: Vendor = Vendor {
    kind: KindName::ContentsquareSessions,
    evidence: Evidence::Unverified,
    recognizes: |sample| is_export(sample) && !has_any(sample, &PAGE_VIEW),
    preset: Preset { event: Some("session_start"), ..ROWS },
    translator: None,
    synthetic: &[],
};

/// Columns that only the level of page views has.
const PAGE_VIEW: [&str; 5] = ["pageview_number", "view_number", "pageview_id", "view_id", "pageview_time"];
/// Columns of a session's beginning or a view's time, of which the first filled counts.
const TIMES: [&str; 8] = [
    "pageview_time",
    "view_time",
    "pageview_timestamp",
    "view_timestamp",
    "session_time",
    "session_timestamp",
    "session_start_time",
    "session_start",
];

const ROWS: Preset = Preset {
    columns: &[
        (Field::Time, &TIMES),
        (Field::AnonymousId, &["user_id"]),
        (Field::UserId, &["user_id_unhashed"]),
        (Field::SessionHint, &["session_id", "session_number"]),
        (Field::EventId, &["pageview_id", "view_id"]),
        (Field::PageUrl, &["url", "page_url", "landing_url", "landing_page_url", "landing_page"]),
        (Field::Page, &["path", "page_path"]),
        (Field::PageTitle, &["title", "page_title"]),
        (Field::Referrer, &["referrer", "referer", "session_referrer"]),
        (Field::Country, &["country_code", "country"]),
        (Field::City, &["city"]),
        (Field::Language, &["language"]),
        (Field::Device, &["device_type", "device", "device_category", "device_id"]),
        (Field::Browser, &["browser_name", "browser"]),
        (Field::Os, &["os_name", "operating_system", "platform_name"]),
        (Field::Value, &["transactions_revenue", "revenue"]),
        (Field::Currency, &["currency"]),
    ],
    zone: Some("UTC"),
    ..Preset::NONE
};

fn has_any(sample: &Sample, names: &[&str]) -> bool {
    names.iter().any(|name| columns::has_all(sample, &[name]))
}

/// Its project and visitor, the number or id of a session, and a time under one of its names.
fn is_export(sample: &Sample) -> bool {
    const SESSION: [&str; 2] = ["session_number", "session_id"];
    const OWN: [&str; 8] = [
        "user_id_unhashed",
        "is_bouncing",
        "session_number",
        "view_duration_msec",
        "number_of_views",
        "number_of_pageviews",
        "scroll_rate",
        "frustration_score",
    ];
    !matches!(sample.shape, Shape::Lines(_))
        && columns::has_all(sample, &["project_id", "user_id"])
        && has_any(sample, &SESSION)
        && has_any(sample, &OWN)
        && has_any(sample, &TIMES)
}
