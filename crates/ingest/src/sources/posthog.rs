//! PostHog's batch export: JSON lines with nested properties, or Parquet and CSV in which properties are JSON texts.
//!
//! `distinct_id` is the device (`$device_id`) until somebody is identified, and the login from then on; without a device, as
//! servers send it, it is the login. Times carry their zone in JSON lines and are UTC in Parquet. New columns may appear at
//! any time and become properties. Documented, not seen.

use super::{Evidence, Preset, Vendor, nested};
use crate::config::KindName;
use crate::field::Field;
use crate::sample::{Sample, Shape};
use crate::translate::{NoRow, Raw, Rows, Translator};

pub(super) static POSTHOG: Vendor = Vendor {
    kind: KindName::Posthog,
    evidence: Evidence::Documented,
    recognizes,
    preset: Preset {
        columns: &[
            (Field::Time, &["timestamp"]),
            (Field::Event, &["event"]),
            (Field::EventId, &["uuid"]),
            (Field::AnonymousId, &["device"]),
            (Field::UserId, &["user"]),
            (Field::SessionHint, &["properties.$session_id"]),
            (Field::PageUrl, &["properties.$current_url"]),
            (Field::PageTitle, &["properties.title"]),
            (Field::Referrer, &["referrer"]),
            (Field::Source, &["properties.utm_source"]),
            (Field::Medium, &["properties.utm_medium"]),
            (Field::Campaign, &["properties.utm_campaign"]),
            (Field::Term, &["properties.utm_term"]),
            (Field::Content, &["properties.utm_content"]),
            (Field::Device, &["properties.$device_type"]),
            (Field::Os, &["properties.$os"]),
            (Field::Browser, &["properties.$browser"]),
            (Field::Country, &["properties.$geoip_country_code"]),
            (Field::Region, &["properties.$geoip_subdivision_1_name"]),
            (Field::City, &["properties.$geoip_city_name"]),
            (Field::Language, &["properties.$browser_language"]),
            (Field::UserAgent, &["properties.$raw_user_agent"]),
            (Field::Value, &["properties.revenue", "properties.value"]),
            (Field::Currency, &["properties.currency"]),
            (Field::OrderId, &["properties.order_id"]),
        ],
        time_format: Some("iso"),
        zone: Some("UTC"),
        events: &[("$pageview", "page_view"), ("$screen", "screen_view"), ("$create_alias", "alias")],
        ..Preset::NONE
    },
    translator: Some(|sample| Box::new(Events { header: nested::header(sample) })),
    synthetic: &[],
};

fn recognizes(sample: &Sample) -> bool {
    let has = |name: &str| nested::has_columns(sample, &[name]);
    let has_properties = match &sample.shape {
        Shape::Json(json) => json.keys.iter().any(|key| key.starts_with("properties")),
        _ => has("properties"),
    };
    let is_own = ["person_id", "elements_chain", "team_id", "_inserted_at", "properties.$lib"].into_iter().any(has);
    nested::has_columns(sample, &["uuid", "event", "distinct_id", "timestamp"]) && has_properties && is_own
}

const COLUMNS: [&str; 4] = ["distinct_id", "properties.$device_id", "properties.$referrer", "timestamp"];
const DISTINCT: usize = 0;
const DEVICE_ID: usize = 1;
const REFERRER_ID: usize = 2;
const DEVICE: usize = 4;
const USER: usize = 5;
const REFERRER: usize = 6;
/// What may be an object or the text of one.
const OBJECTS: [&str; 4] = ["properties", "person_properties", "set", "set_once"];

struct Events {
    /// Columns of a delimited text; none where records are JSON.
    header: Vec<String>,
}

impl Translator for Events {
    fn columns(&self) -> Vec<String> {
        COLUMNS.into_iter().chain(["device", "user", "referrer"]).map(str::to_owned).collect()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        if self.header.is_empty() {
            nested::row(record.text, &COLUMNS, &OBJECTS, rows)?;
        } else {
            rows.begin();
            for (place, name) in self.header.iter().enumerate().filter(|(place, _)| !record.field(*place).is_empty()) {
                let text = record.field(place);
                match OBJECTS.contains(&name.as_str()) {
                    true => nested::unfold(name, text, &COLUMNS, rows),
                    false => nested::put(name, crate::json::flatten::Flat::Text(text), &COLUMNS, rows),
                }
            }
        }
        let (distinct, device) = (rows.filled(DISTINCT).map(str::to_owned), rows.filled(DEVICE_ID).map(str::to_owned));
        let user = distinct.filter(|id| Some(id) != device.as_ref());
        let referrer = rows.filled(REFERRER_ID).filter(|text| *text != "$direct").map(str::to_owned);
        for (place, text) in [(DEVICE, device), (USER, user), (REFERRER, referrer)] {
            rows.set(place, text.as_deref().unwrap_or_default());
        }
        Ok(())
    }
}
