//! Mixpanel's raw export: `{"event": …, "properties": {"time": …, "distinct_id": …}}` line by line, or a table of it.
//!
//! `time` is in seconds, or in milliseconds where the export asked for them; both are told by their size. Projects from
//! before 2023 write the clock of their zone as if it were UTC: `time = { format = "local_epoch_s", zone = "…" }` says so.
//! `distinct_id` is the device until somebody logs in. Documented; a warehouse's table seen.

use super::{Evidence, Preset, Vendor, nested};
use crate::config::KindName;
use crate::field::Field;
use crate::sample::Sample;

pub(super) static MIXPANEL: Vendor = Vendor {
    kind: KindName::Mixpanel,
    evidence: Evidence::Documented,
    recognizes,
    preset: Preset {
        columns: &[
            (Field::Time, &["properties.time", "time"]),
            (Field::Event, &["event", "name"]),
            (Field::EventId, &["properties.$insert_id", "insert_id"]),
            (Field::AnonymousId, &["properties.$device_id", "properties.distinct_id", "device_id", "distinct_id"]),
            (Field::UserId, &["properties.$user_id"]),
            (Field::SessionHint, &[]),
            (Field::PageUrl, &["properties.$current_url", "properties.current_url", "current_url"]),
            (Field::PageTitle, &["properties.current_page_title"]),
            (Field::Referrer, &["properties.$referrer", "referrer"]),
            (Field::Source, &["properties.utm_source"]),
            (Field::Medium, &["properties.utm_medium"]),
            (Field::Campaign, &["properties.utm_campaign"]),
            (Field::Term, &["properties.utm_term"]),
            (Field::Content, &["properties.utm_content"]),
            (Field::Os, &["properties.$os", "os"]),
            (Field::Browser, &["properties.$browser", "browser"]),
            (Field::Device, &["properties.$device", "device"]),
            (Field::Country, &["properties.mp_country_code", "mp_country_code"]),
            (Field::Region, &["properties.$region", "region"]),
            (Field::City, &["properties.$city", "city"]),
        ],
        events: &[("$mp_web_page_view", "page_view")],
        ..Preset::NONE
    },
    translator: None,
    synthetic: &["$session_start", "$session_end"],
};

fn recognizes(sample: &Sample) -> bool {
    nested::has_keys(sample, &["event", "properties.time", "properties.distinct_id"])
        || nested::has_columns(sample, &["distinct_id", "insert_id", "mp_processing_time_ms", "time", "name"])
}
