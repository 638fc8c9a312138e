//! Matomo: visits with their actions, as `Live.getLastVisitsDetails` gives them in JSON.
//!
//! A visit is an object with facts about visitor and device, and `actionDetails` with what was done, each with its second in
//! UTC. Every action is an event; what is known of the visit beyond our fields stays with its first event. A cart that was
//! left (`ecommerceAbandonedCart`) is an action of its own, at the time when it was last changed. Documented, not seen.

use super::{Evidence, Preset, Vendor, items, nested};
use crate::config::KindName;
use crate::field::Field;
use crate::json::flatten::{Flat, flatten};
use crate::translate::{NoRow, Raw, Rows, Translator};
use kundresa_model::quality::RejectReason;

pub(super) static MATOMO: Vendor = Vendor {
    kind: KindName::Matomo,
    evidence: Evidence::Documented,
    recognizes: |sample| nested::has_keys(sample, &["idVisit", "visitorId", "actionDetails"]),
    preset: Preset {
        columns: &[
            (Field::Time, &["timestamp"]),
            (Field::Event, &["event"]),
            (Field::EventId, &[]),
            (Field::AnonymousId, &["visitorId"]),
            (Field::UserId, &["userId"]),
            (Field::SessionHint, &["idVisit"]),
            (Field::PageUrl, &["url"]),
            (Field::PageTitle, &["pageTitle"]),
            (Field::Referrer, &["referrerUrl"]),
            (Field::Source, &["source"]),
            (Field::Medium, &["medium"]),
            (Field::Campaign, &["campaign"]),
            (Field::Term, &["referrerKeyword"]),
            (Field::Device, &["deviceType"]),
            (Field::Os, &["operatingSystemName", "operatingSystem"]),
            (Field::Browser, &["browserName", "browser"]),
            (Field::Country, &["countryCode"]),
            (Field::Region, &["region"]),
            (Field::City, &["city"]),
            (Field::Language, &["languageCode"]),
            (Field::Value, &["revenue"]),
            (Field::OrderId, &["orderId"]),
            (Field::Currency, &["siteCurrency"]),
            (Field::Items, &["items"]),
        ],
        time_format: Some("epoch_s"),
        events: &[
            ("action", "page_view"),
            ("ecommerceView", "view_item"),
            ("ecommerceAbandonedCart", "view_cart"),
            ("ecommerceOrder", "purchase"),
        ],
        ..Preset::NONE
    },
    translator: Some(|_| Box::new(Visits::default())),
    synthetic: &[],
};

/// Facts of the visit that every event has.
const OF_VISIT: [&str; 21] = [
    "visitorId",
    "userId",
    "idVisit",
    "referrerUrl",
    "referrerType",
    "referrerName",
    "referrerKeyword",
    "campaignSource",
    "campaignMedium",
    "campaignName",
    "deviceType",
    "operatingSystemName",
    "operatingSystem",
    "browserName",
    "browser",
    "countryCode",
    "region",
    "city",
    "languageCode",
    "siteCurrency",
    "channel",
];
const OF_ACTION: [&str; 10] = [
    "timestamp",
    "type",
    "eventAction",
    "itemDetails",
    "productViewSku",
    "productViewName",
    "productViewPrice",
    "event",
    "items",
    "source",
];
/// Cells of an event: those of the visit, those of the action, and the two that make up a campaign.
const CELLS: usize = OF_VISIT.len() + OF_ACTION.len() + 2;
const REFERRER_TYPE: usize = 4;
const REFERRER_NAME: usize = 5;
const CAMPAIGN_SOURCE: usize = 7;
const CAMPAIGN_MEDIUM: usize = 8;
const CAMPAIGN_NAME: usize = 9;
const ACTION: usize = OF_VISIT.len();
const TYPE: usize = ACTION + 1;
const EVENT_ACTION: usize = ACTION + 2;
const DETAILS: usize = ACTION + 3;
const SKU: usize = ACTION + 4;
const EVENT: usize = ACTION + 7;
const ITEMS: usize = ACTION + 8;
const SOURCE: usize = ACTION + 9;
const MEDIUM: usize = CELLS - 2;
const CAMPAIGN: usize = CELLS - 1;

#[derive(Default)]
struct Visits {
    /// Cells of the visit at hand, and what else is known of it.
    cells: Vec<String>,
    others: Vec<(String, String, bool)>,
    /// Its actions as JSON.
    actions: String,
}

impl Visits {
    /// Reads what is said of the visit as a whole.
    fn read(&mut self, text: &str) -> Result<(), NoRow> {
        self.cells.clear();
        self.cells.resize(OF_VISIT.len(), String::new());
        self.others.clear();
        self.actions.clear();
        let read = flatten(text, &mut String::new(), |name, value| {
            if let Some(place) = OF_VISIT.iter().position(|known| *known == name) {
                value.text().clone_into(&mut self.cells[place]);
            } else if name == "actionDetails" {
                value.text().clone_into(&mut self.actions);
            } else {
                self.others.push((name.to_owned(), value.text().to_owned(), matches!(value, Flat::Json(_))));
            }
        });
        read.map_err(|error| NoRow::new(RejectReason::BadJson, error.to_string()))
    }

    fn action(&self, text: &str, rows: &mut Rows, is_first: bool) -> Result<(), NoRow> {
        rows.begin();
        let read =
            flatten(text, &mut String::new(), |name, value| match OF_ACTION.iter().position(|known| *known == name) {
                Some(place) => rows.set(ACTION + place, value.text()),
                None if value.text() != "null" => rows.other(name, value),
                None => {}
            });
        read.map_err(|error| NoRow::new(RejectReason::BadJson, error.to_string()))?;
        self.cells.iter().enumerate().for_each(|(place, text)| rows.set(place, text));
        if is_first {
            for (name, text, is_json) in &self.others {
                rows.other(&format!("visit.{name}"), if *is_json { Flat::Json(text) } else { Flat::Text(text) });
            }
        }
        self.derive(rows);
        Ok(())
    }

    /// The cells that are made of several.
    fn derive(&self, rows: &mut Rows) {
        let kind = rows.filled(TYPE).unwrap_or_default();
        let is_item = kind == "action" && rows.filled(SKU).is_some();
        let event = match kind {
            "event" => rows.filled(EVENT_ACTION).unwrap_or(kind),
            _ if is_item => "ecommerceView",
            kind => kind,
        };
        let event = event.to_owned();
        let products = match rows.filled(DETAILS) {
            Some(list) => items::of_list(list),
            None if is_item => {
                let members = [("product_id", SKU), ("name", SKU + 1), ("price", SKU + 2)];
                items::of_one(members.into_iter().filter_map(|(name, place)| Some((name, rows.filled(place)?))))
            }
            None => None,
        };
        rows.set(EVENT, &event);
        rows.set(ITEMS, products.as_deref().unwrap_or_default());
        let cell = |place: usize| self.cells[place].as_str();
        let (source, medium, campaign) = match cell(REFERRER_TYPE) {
            "campaign" => ("", "", cell(REFERRER_NAME)),
            "search" => (cell(REFERRER_NAME), "organic", ""),
            "social" => (cell(REFERRER_NAME), "social", ""),
            "website" => (cell(REFERRER_NAME), "referral", ""),
            _ => ("", "", ""),
        };
        let first =
            |own: usize, other: &str| if cell(own).is_empty() { other.to_owned() } else { cell(own).to_owned() };
        rows.set(SOURCE, &first(CAMPAIGN_SOURCE, source));
        rows.set(MEDIUM, &first(CAMPAIGN_MEDIUM, medium));
        rows.set(CAMPAIGN, &first(CAMPAIGN_NAME, campaign));
    }
}

impl Translator for Visits {
    fn columns(&self) -> Vec<String> {
        OF_VISIT.into_iter().chain(OF_ACTION).chain(["medium", "campaign"]).map(str::to_owned).collect()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        self.read(record.text)?;
        let actions = nested::elements(&self.actions)
            .map_err(|error| NoRow::new(RejectReason::BadJson, format!("`actionDetails` is no array: {error}")))?;
        for (place, action) in actions.into_iter().enumerate() {
            if let Err(why) = self.action(action, rows, place == 0) {
                rows.refuse(why);
            }
        }
        Ok(())
    }
}
