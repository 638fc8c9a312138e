//! Which vendors' exports are known by name?
//!
//! A [`Vendor`] is what there is to know about an export: how it is recognised, which column is which, what its times
//! mean, and, where its records are no flat rows, the translator that makes rows of them. Everything else is that of any
//! flat source. One file each; [`VENDORS`] is the registry.

mod access_json;
mod access_log;
mod access_table;
pub(crate) mod adobe;
mod alb;
mod amplitude;
mod clarity;
mod columns;
mod contentsquare;
pub(crate) mod crm;
mod diginetica;
mod fields;
mod goatcounter;
mod hotjar;
mod hubspot;
mod items;
mod matomo;
mod mixpanel;
mod nested;
mod order_lines;
mod otto;
mod pipedrive;
mod plausible;
mod posthog;
mod rees46;
pub(crate) mod reports;
pub(crate) mod request;
mod request_event;
mod request_parts;
mod retailrocket;
mod salesforce;
mod segment;
mod shopify;
pub(crate) mod snowplow;
mod umami;
mod universal_analytics;
mod w3c_log;
mod woocommerce;
mod xes;
pub(crate) mod yoochoose;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::{Columns, KindName, SourceConfig, VisitorRule};
use crate::error::IngestError;
use crate::field::Field;
use crate::kind::{Kind, PinContext, Pinned};
use crate::mapped;
use crate::sample::{Sample, Shape};
use crate::translate::Translator;

/// Every vendor, in the order in which they are asked.
pub static VENDORS: &[&Vendor] = &[
    &otto::OTTO,
    &rees46::REES46,
    &retailrocket::RETAILROCKET,
    &diginetica::DIGINETICA,
    &yoochoose::CLICKS,
    &yoochoose::BUYS,
    &shopify::ORDERS,
    &shopify::CHECKOUTS,
    &shopify::ORDER_ROWS,
    &woocommerce::WOOCOMMERCE,
    &hubspot::DEAL_STAGES,
    &hubspot::EMAIL_EVENTS,
    &hubspot::FORMS,
    &hubspot::HISTORY,
    &hubspot::DEALS,
    &hubspot::CONTACTS,
    &salesforce::HISTORY,
    &salesforce::RECORDS,
    &pipedrive::DEALS,
    &hotjar::RESPONSES,
    &hotjar::RECORDINGS,
    &clarity::RECORDINGS,
    &contentsquare::PAGE_VIEWS,
    &contentsquare::SESSIONS,
    &xes::XES,
    &access_log::ACCESS_LOG,
    &w3c_log::W3C_LOG,
    &alb::ALB,
    &access_table::ACCESS_TABLE,
    &access_json::ACCESS_JSON,
    &snowplow::SNOWPLOW,
    &snowplow::WAREHOUSE,
    &adobe::ADOBE,
    &matomo::MATOMO,
    &segment::SEGMENT,
    &amplitude::AMPLITUDE,
    &mixpanel::MIXPANEL,
    &posthog::POSTHOG,
    &goatcounter::GOATCOUNTER,
    &umami::UMAMI,
    &plausible::PLAUSIBLE,
    &universal_analytics::UNIVERSAL_ANALYTICS,
    &universal_analytics::UNIVERSAL_ANALYTICS_CSV,
];

/// How it is known what an export looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Real files were read.
    #[default]
    Seen,
    /// The vendor's documentation was read.
    Documented,
    /// Nobody confirmed it: names of columns are taken for what they seem to be.
    Unverified,
}

impl Evidence {
    /// For people, after the name of the kind.
    pub fn words(self) -> &'static str {
        match self {
            Self::Seen => "known from real exports",
            Self::Documented => "known from the vendor's documentation",
            Self::Unverified => "unverified: no real export was seen; check the fields below",
        }
    }
}

/// Makes the translator of inputs like the sample.
type NewTranslator = fn(&Sample) -> Box<dyn Translator>;

/// What is known about one export.
pub struct Vendor {
    /// Its name.
    pub kind: KindName,
    /// How that is known.
    pub evidence: Evidence,
    /// Whether a sample is of this kind, by columns or keys that no other format has.
    pub recognizes: fn(&Sample) -> bool,
    /// Which column is which.
    pub preset: Preset,
    /// Makes rows of its records. `None`: they are rows.
    pub translator: Option<NewTranslator>,
    /// Events that the vendor makes up.
    pub synthetic: &'static [&'static str],
}

/// What a vendor's columns mean, where the configuration does not say otherwise. Columns that an input does not have are
/// passed over; fields that are not named are looked for by name, and one with no column is left empty.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// Columns per field, of which the first filled counts.
    pub columns: &'static [(Field, &'static [&'static str])],
    /// Columns of when an event was made and sent, by the device's clock, and received, by the server's. The first is one of
    /// those of the event time; columns before it are corrected by the vendor.
    pub clock: Option<[&'static str; 3]>,
    /// Format of the event time.
    pub time_format: Option<&'static str>,
    /// Zone of times that carry none.
    pub zone: Option<&'static str>,
    /// Name of every event.
    pub event: Option<&'static str>,
    /// Event name of the vendor and the one that analyses know, in pairs.
    pub events: &'static [(&'static str, &'static str)],
    /// The source's own order of events at equal times.
    pub sequence: &'static [&'static str],
    /// Whether its records are requests to a web server, whose visitors are told by a rule.
    pub are_requests: bool,
}

impl Preset {
    /// Nothing is known.
    pub const NONE: Self = Self {
        columns: &[],
        clock: None,
        time_format: None,
        zone: None,
        event: None,
        events: &[],
        sequence: &[],
        are_requests: false,
    };

    /// What the configuration says, with what it leaves open. `is_there` tells the columns that the source has.
    pub(crate) fn under(&self, source: &SourceConfig, is_there: impl Fn(&str) -> bool) -> SourceConfig {
        let mut source = source.clone();
        if let Some(rule) = source.visitor.as_ref().filter(|_| self.are_requests) {
            let columns = visitor_columns(rule);
            source.columns.entry(Field::AnonymousId.name().to_owned()).or_insert(columns);
        }
        let time = &mut source.time;
        let own_time = time.column.is_some();
        time.format = time.format.take().or_else(|| self.time_format.filter(|_| !own_time).map(str::to_owned));
        time.zone = time.zone.take().or_else(|| self.zone.map(str::to_owned));
        let has_own_clock = own_time || time.sent.is_some() || time.received.is_some();
        let clock = self.clock.filter(|clock| !has_own_clock && clock.iter().all(|name| is_there(name)));
        if let Some(names) = clock {
            let [created, sent, received] = names.map(|name| Some(name.to_owned()));
            (time.created, time.sent, time.received) = (created, sent, received);
        }
        if source.event.is_none() && !source.columns.contains_key(Field::Event.name()) {
            source.event = self.event.map(str::to_owned);
        }
        for (own, name) in self.events {
            source.events.entry((*own).to_owned()).or_insert_with(|| (*name).to_owned());
        }
        for (field, columns) in self.columns.iter().filter(|(field, _)| *field != Field::Time || !own_time) {
            let mut there: Vec<String> =
                columns.iter().filter(|name| is_there(name)).map(|name| (*name).to_owned()).collect();
            if *field == Field::Time && clock.is_none() && there.len() > 1 {
                // A clock that can't be corrected is worse than any other.
                there.retain(|name| self.clock.is_none_or(|[created, ..]| name != created));
            }
            if !there.is_empty() || columns.is_empty() {
                source.columns.entry(field.name().to_owned()).or_insert_with(|| listed(there));
            }
        }
        if source.sequence.is_empty() {
            source.sequence =
                self.sequence.iter().filter(|name| is_there(name)).map(|name| (*name).to_owned()).collect();
        }
        source
    }
}

/// Only logs of requests leave open who a visitor is, and only Snowplow has rules of its own.
pub(crate) fn refuse_foreign(kind: KindName, source: &SourceConfig) -> Result<(), IngestError> {
    if source.snowplow.is_some() && !snowplow::has_rules(kind) {
        let reason = "only sources of the kinds snowplow and snowplow-warehouse have these rules".to_owned();
        let (key, value) = ("sources.snowplow".to_owned(), format!("a source of kind {}", kind.name()));
        return Err(IngestError::BadConfig { key, value, reason });
    }
    let has_rules = VENDORS.iter().any(|vendor| vendor.kind == kind && vendor.preset.are_requests);
    if source.visitor.is_none() || has_rules {
        return Ok(());
    }
    let reason = "only logs of web servers have visitors to choose; for any other source name the column as \
                  anonymous_id in `columns`";
    let (key, value) = ("sources.visitor".to_owned(), format!("a source of kind {}", kind.name()));
    Err(IngestError::BadConfig { key, value, reason: reason.to_owned() })
}

/// The cells that tell visitors by a rule.
fn visitor_columns(rule: &VisitorRule) -> Columns {
    match rule {
        VisitorRule::IpAndAgent => Columns::One(request::VISITOR.to_owned()),
        VisitorRule::Ip => Columns::One(request::IP.to_owned()),
        VisitorRule::User => Columns::One(String::new()),
        VisitorRule::Cookie(name) => {
            Columns::FirstFilled(vec![format!("{}{name}", request::COOKIE), request::VISITOR.to_owned()])
        }
    }
}

fn listed(mut columns: Vec<String>) -> Columns {
    match columns.len() {
        0 => Columns::One(String::new()),
        1 => Columns::One(columns.remove(0)),
        _ => Columns::FirstFilled(columns),
    }
}

impl Kind for &'static Vendor {
    fn name(&self) -> KindName {
        self.kind
    }

    fn recognizes(&self, sample: &Sample) -> bool {
        (self.recognizes)(sample)
    }

    /// All exports of a vendor's kind are one source, unless they are tables of different columns.
    fn signature(&self, sample: &Sample) -> String {
        match &sample.shape {
            // Keys come and go from object to object.
            Shape::Json(_) | Shape::Lines(_) => String::new(),
            Shape::Parquet(_) if self.translator.is_some() => String::new(),
            _ => mapped::signature(sample),
        }
    }

    fn pin(&self, samples: &[&Sample], context: &PinContext<'_>) -> Result<Pinned, IngestError> {
        mapped::pin_vendor(self, samples, context)
    }
}
