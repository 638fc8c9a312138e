//! Snowplow's enriched events: tab-separated lines of 131 fields without a header, or the table that a warehouse makes of them.
//!
//! The event time is `derived_tstamp`, the device's clock corrected by the collector's, in UTC; where it is
//! missing the same is computed here, and `collector_tstamp` counts where it can't be. An event that was sent twice has the same `event_id`. Three fields are self-describing JSON; their values become
//! properties under the short name of their schema (`web_page.id`), and the e-commerce ones the canonical events and items. A
//! warehouse spreads these over columns `contexts_…` and `unstruct_event_…`, which stay properties. Seen: the warehouse's
//! table; the lines are documented by Snowplow's own readers.

mod rules;

use std::borrow::Cow;

pub(crate) use self::rules::Table;
use self::rules::{Judged, OWN_ID};
use super::{Evidence, Preset, Vendor, items, nested};
use crate::config::{KindName, SnowplowRules};
use crate::field::Field;
use crate::json::flatten::{Flat, flatten};
use crate::json::scan::{Next, Scalar, Scanner};
use crate::sample::Shape;
use crate::translate::{NoRow, Raw, Rows, Translator};
use kundresa_model::quality::RejectReason;

pub(super) static SNOWPLOW: Vendor = Vendor {
    kind: KindName::Snowplow,
    evidence: Evidence::Documented,
    recognizes: |sample| matches!(&sample.shape, Shape::Lines(lines) if lines.columns == COLUMNS),
    preset: PRESET,
    translator: Some(|_| Box::new(Lines::default())),
    synthetic: &[],
};

pub(super) static WAREHOUSE: Vendor = Vendor {
    kind: KindName::SnowplowWarehouse,
    evidence: Evidence::Seen,
    recognizes: |sample| {
        let own = ["collector_tstamp", "domain_userid", "domain_sessionid", "event_id", "event"];
        !matches!(sample.shape, Shape::Json(_)) && nested::has_columns(sample, &own)
    },
    preset: PRESET,
    translator: None,
    synthetic: &[],
};

const PRESET: Preset = Preset {
    columns: &[
        (Field::Time, &["derived_tstamp", "dvce_created_tstamp", "collector_tstamp"]),
        (Field::Event, &["se_action", "action", "event_name", "event"]),
        (Field::EventId, &["event_id"]),
        (Field::AnonymousId, &["domain_userid"]),
        (Field::UserId, &["user_id"]),
        (Field::SessionHint, &["domain_sessionid"]),
        (Field::PageUrl, &["page_url"]),
        (Field::PageTitle, &["page_title"]),
        (Field::Referrer, &["page_referrer"]),
        (Field::Source, &["mkt_source"]),
        (Field::Medium, &["mkt_medium"]),
        (Field::Campaign, &["mkt_campaign"]),
        (Field::Term, &["mkt_term"]),
        (Field::Content, &["mkt_content"]),
        (Field::UserAgent, &["useragent"]),
        (Field::Device, &["dvce_type"]),
        (Field::Os, &["os_family"]),
        (Field::Browser, &["br_family"]),
        (Field::Language, &["br_lang"]),
        (Field::Country, &["geo_country"]),
        (Field::Region, &["geo_region_name"]),
        (Field::City, &["geo_city"]),
        (Field::Platform, &["platform"]),
        (Field::Value, &["revenue", "tr_total", "ti_price"]),
        (Field::Currency, &["currency", "tr_currency", "ti_currency"]),
        (Field::OrderId, &["order", "tr_orderid", "ti_orderid"]),
        (Field::Items, &["items"]),
    ],
    clock: Some(["dvce_created_tstamp", "dvce_sent_tstamp", "collector_tstamp"]),
    time_format: Some("iso"),
    zone: Some("UTC"),
    events: &[
        ("list_view", "view_item_list"),
        ("list_click", "select_item"),
        ("product_view", "view_item"),
        ("transaction", "purchase"),
    ],
    ..Preset::NONE
};

/// Names of the fields of a line, in order.
#[rustfmt::skip]
pub(crate) const COLUMNS: [&str; 131] = [
    "app_id", "platform", "etl_tstamp", "collector_tstamp", "dvce_created_tstamp", "event", "event_id", "txn_id",
    "name_tracker", "v_tracker", "v_collector", "v_etl", "user_id", "user_ipaddress", "user_fingerprint", "domain_userid",
    "domain_sessionidx", "network_userid", "geo_country", "geo_region", "geo_city", "geo_zipcode", "geo_latitude",
    "geo_longitude", "geo_region_name", "ip_isp", "ip_organization", "ip_domain", "ip_netspeed", "page_url", "page_title",
    "page_referrer", "page_urlscheme", "page_urlhost", "page_urlport", "page_urlpath", "page_urlquery", "page_urlfragment",
    "refr_urlscheme", "refr_urlhost", "refr_urlport", "refr_urlpath", "refr_urlquery", "refr_urlfragment", "refr_medium",
    "refr_source", "refr_term", "mkt_medium", "mkt_source", "mkt_term", "mkt_content", "mkt_campaign", "contexts",
    "se_category", "se_action", "se_label", "se_property", "se_value", "unstruct_event", "tr_orderid", "tr_affiliation",
    "tr_total", "tr_tax", "tr_shipping", "tr_city", "tr_state", "tr_country", "ti_orderid", "ti_sku", "ti_name",
    "ti_category", "ti_price", "ti_quantity", "pp_xoffset_min", "pp_xoffset_max", "pp_yoffset_min", "pp_yoffset_max",
    "useragent", "br_name", "br_family", "br_version", "br_type", "br_renderengine", "br_lang", "br_features_pdf",
    "br_features_flash", "br_features_java", "br_features_director", "br_features_quicktime", "br_features_realplayer",
    "br_features_windowsmedia", "br_features_gears", "br_features_silverlight", "br_cookies", "br_colordepth",
    "br_viewwidth", "br_viewheight", "os_name", "os_family", "os_manufacturer", "os_timezone", "dvce_type",
    "dvce_ismobile", "dvce_screenwidth", "dvce_screenheight", "doc_charset", "doc_width", "doc_height", "tr_currency",
    "tr_total_base", "tr_tax_base", "tr_shipping_base", "ti_currency", "ti_price_base", "base_currency", "geo_timezone",
    "mkt_clickid", "mkt_network", "etl_tags", "dvce_sent_tstamp", "refr_domain_userid", "refr_device_tstamp",
    "derived_contexts", "domain_sessionid", "derived_tstamp", "event_vendor", "event_name", "event_format",
    "event_version", "event_fingerprint", "true_tstamp",
];
/// Where some of them are.
const CREATED: usize = 4;
const EVENT: usize = 5;
const EVENT_ID: usize = 6;
const SENT: usize = 119;
const CONTEXTS: usize = 52;
const UNSTRUCT: usize = 58;
const DERIVED_CONTEXTS: usize = 122;
/// Cells that are made of the JSON fields, behind the others.
const DERIVED: [&str; 6] = ["action", "items", "revenue", "currency", "order", OWN_ID];

/// Whether sources of a kind may say which of their rows count.
pub(crate) fn has_rules(kind: KindName) -> bool {
    matches!(kind, KindName::Snowplow | KindName::SnowplowWarehouse)
}

/// Whether a line is one of these.
pub(crate) fn is_row(fields: &[&str]) -> bool {
    let is_id = |text: &str| text.len() == 36 && text.bytes().filter(|byte| *byte == b'-').count() == 4;
    let is_time = |text: &str| text.len() >= 19 && text.as_bytes()[4] == b'-' && text.as_bytes()[13] == b':';
    fields.len() == COLUMNS.len() && is_id(fields[6]) && is_time(fields[3])
}

/// Lines of 131 fields.
#[derive(Default)]
struct Lines {
    rules: SnowplowRules,
}

impl Translator for Lines {
    fn columns(&self) -> Vec<String> {
        COLUMNS.into_iter().chain(DERIVED).map(str::to_owned).collect()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        let fields = record.text.split('\t').count();
        if fields != COLUMNS.len() {
            let detail = format!("{fields} fields, an enriched event has {}", COLUMNS.len());
            return Err(NoRow::new(RejectReason::FieldCount, detail));
        }
        rows.begin();
        let mut described = Described::default();
        for (place, text) in record.text.split('\t').map(str::trim).enumerate().filter(|(_, text)| !text.is_empty()) {
            let is_described = matches!(place, CONTEXTS | UNSTRUCT | DERIVED_CONTEXTS);
            if !(is_described && described.read(text, rows)) {
                rows.set(place, text);
            }
        }
        self.judge(&described, rows)?;
        described.finish(rows);
        Ok(())
    }

    fn take_rules(&mut self, rules: &SnowplowRules) -> bool {
        self.rules = rules.clone();
        true
    }
}

impl Lines {
    fn judge(&self, described: &Described, rows: &mut Rows) -> Result<(), NoRow> {
        let get = |place: usize| rows.filled(place).unwrap_or_default();
        let (event, created, sent) = (get(EVENT), get(CREATED), get(SENT));
        let judged = Judged { event, created, sent, page_view: described.page_view.as_deref() };
        judged.check(&self.rules)?;
        if let Some(id) = judged.id(&self.rules).map(str::to_owned) {
            let own = get(EVENT_ID).to_owned();
            rows.set(COLUMNS.len() + DERIVED.len() - 1, &own);
            rows.set(EVENT_ID, &id);
        }
        Ok(())
    }
}

/// Data with the schema that it follows.
struct SelfDescribing<'a> {
    schema: Cow<'a, str>,
    /// As it is written.
    data: &'a str,
}

impl<'a> SelfDescribing<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut scanner = Scanner::new(text);
        let (mut schema, mut data) = (None, None);
        scanner.begin_object().ok()?;
        while let Some(key) = scanner.next_key().ok()? {
            match (&*key, scanner.peek().ok()?) {
                ("schema", Next::Scalar) => match scanner.scalar().ok()? {
                    Scalar::Text(text) => schema = Some(text),
                    _ => return None,
                },
                ("data", _) => data = Some(scanner.skip().ok()?),
                _ => _ = scanner.skip().ok()?,
            }
        }
        Some(Self { schema: schema?, data: data? })
    }

    /// `web_page` of `iglu:com.snowplowanalytics.snowplow/web_page/jsonschema/1-0-0`.
    fn short_name(&self) -> &str {
        self.schema.split('/').nth(1).unwrap_or(&self.schema)
    }
}

/// What the JSON fields of an event say of shopping.
#[derive(Default)]
struct Described {
    action: Option<String>,
    step: Option<String>,
    /// The id of the page view.
    page_view: Option<String>,
    products: Vec<String>,
    cells: [Option<String>; 3],
}

impl Described {
    /// Reads a field; whether it is what it should be. Otherwise it stays text.
    fn read(&mut self, text: &str, rows: &mut Rows) -> bool {
        let Some(outer) = SelfDescribing::read(text) else { return false };
        let inner = match nested::elements(outer.data) {
            Ok(several) => several.into_iter().map(SelfDescribing::read).collect::<Option<Vec<_>>>(),
            Err(_) => SelfDescribing::read(outer.data).map(|one| vec![one]),
        };
        let Some(inner) = inner else { return false };
        inner.iter().for_each(|one| self.take(one, rows));
        true
    }

    fn take(&mut self, one: &SelfDescribing<'_>, rows: &mut Rows) {
        let name = one.short_name();
        if name == "product" && one.schema.contains("ecommerce") {
            return self.products.push(one.data.to_owned());
        }
        let read = flatten(one.data, &mut String::new(), |path, value| {
            let place = match (name, path) {
                ("snowplow_ecommerce_action", "type") => Some(&mut self.action),
                ("checkout_step", "step") => Some(&mut self.step),
                ("web_page", "id") => Some(&mut self.page_view),
                ("transaction" | "refund", "revenue" | "refund_amount") => Some(&mut self.cells[0]),
                ("transaction" | "refund" | "cart", "currency") => Some(&mut self.cells[1]),
                ("transaction" | "refund", "transaction_id") => Some(&mut self.cells[2]),
                _ => None,
            };
            if let Some(place) = place {
                *place = Some(value.text().to_owned());
            }
            rows.other(&format!("{name}.{path}"), value);
        });
        if read.is_err() {
            rows.other(name, Flat::Json(one.data));
        }
    }

    fn finish(self, rows: &mut Rows) {
        let first = COLUMNS.len();
        let action = match (self.action.as_deref(), self.step.as_deref()) {
            (Some("checkout_step"), Some("1") | None) => Some("begin_checkout"),
            (action, _) => action,
        };
        let products = format!("[{}]", self.products.join(","));
        let items = items::of_list(&products);
        if !self.products.is_empty() {
            rows.other("product", Flat::Json(&products));
        }
        let [revenue, currency, order] = &self.cells;
        let cells = [action, items.as_deref(), revenue.as_deref(), currency.as_deref(), order.as_deref()];
        for (place, text) in cells.into_iter().enumerate() {
            rows.set(first + place, text.unwrap_or_default());
        }
    }
}
