//! What may the configuration say about inputs?
//!
//! These types are the `[[source]]`-level part of `kundresa.toml`. Everything has a default: without a configuration
//! the mapping is guessed, and `inspect` prints it as the lines that pin it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::channel::ChannelConfig;
use crate::currency::CurrencyConfig;

/// How inputs are read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct IngestConfig {
    /// Sources by the files they own. Files that no source owns are grouped by their kind and columns.
    pub sources: Vec<SourceConfig>,
    /// Page templates.
    pub pages: PageConfig,
    /// Bots by user agent.
    pub bots: BotConfig,
    /// Channel rules.
    pub channels: ChannelConfig,
    /// Currency that all amounts are converted into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<CurrencyConfig>,
    /// Zone of times that carry none (IANA name); `UTC` settles that they are UTC.
    pub source_time_zone: Option<String>,
}

/// One source: files of one origin that share a mapping.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SourceConfig {
    /// Name of the source; the kind if absent.
    pub name: Option<String>,
    /// Patterns of its files, relative to the inputs' root. Empty: every file that no other source owns.
    pub files: Vec<String>,
    /// What the files are.
    pub kind: KindName,
    /// Field separator of delimited text.
    pub delimiter: Option<char>,
    /// Lines before the header of delimited text.
    pub skip_lines: Option<usize>,
    /// Column names of delimited text that has no header line.
    pub header: Vec<String>,
    /// Where and how the event time is written.
    pub time: TimeConfig,
    /// Column of a date → the stage that was reached then, or the event that happened. Every filled date of a row is an
    /// event of its own.
    pub dates: BTreeMap<String, Dated>,
    /// Canonical field → column, or columns of which the first filled counts.
    pub columns: BTreeMap<String, Columns>,
    /// Name of every event of this source.
    pub event: Option<String>,
    /// Event name of the source → name it gets. What is not named here keeps its name.
    pub events: BTreeMap<String, String>,
    /// Property name → column, for properties that should carry another name than their column.
    pub properties: BTreeMap<String, String>,
    /// The source's own order of events at equal times: at most three columns of whole numbers.
    pub sequence: Vec<String>,
    /// Patterns of events in which nobody acted (`*` and `?`); they join sessions but make none. Absent: the shipped list.
    pub passive_events: Option<Vec<String>>,
    /// Patterns of events that the vendor made up. Absent: the shipped list.
    pub synthetic_events: Option<Vec<String>>,
    /// Patterns of inputs in rising order. Where a day was exported more than once, the input with the last matching
    /// pattern counts. GA4 only.
    pub revisions: Vec<String>,
    /// Whether money is written with a decimal comma. Absent: found in the content.
    pub decimal_comma: Option<bool>,
    /// Hosts of the own site, from which nobody is referred, besides that of the page. Absent: in logs of web servers the one
    /// whose pages have most files of the first rows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub own_hosts: Vec<String>,
    /// Who a visitor is in the log of a web server. Absent: an address with a user agent, with a note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visitor: Option<VisitorRule>,
    /// Rules of Snowplow's own model of the web. Absent: every row is an event. Snowplow only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snowplow: Option<SnowplowRules>,
}

/// Which rows of a Snowplow source count, as its own model of the web has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SnowplowRules {
    /// Rows that were sent so many days after they happened, or before, and more, are set aside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late_days: Option<u16>,
    /// Only views and pings of pages count, and only those with the id of a page view; several views with one id are one.
    pub page_views: bool,
}

/// Who a visitor is, where a log has requests and no visitors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VisitorRule {
    /// An address with a user agent.
    IpAndAgent,
    /// An address.
    Ip,
    /// Who logged in; all others are nobody.
    User,
    /// The cookie of that name; requests without it are told by address and user agent.
    Cookie(String),
}

/// Kinds of sources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KindName {
    /// Found by content.
    #[default]
    Auto,
    /// Delimited text with a header.
    Delimited,
    /// One JSON object per line, or one JSON array of objects.
    Ndjson,
    /// Flat Parquet.
    Parquet,
    /// GA4 BigQuery export.
    Ga4,
    /// OTTO recommender log.
    Otto,
    /// REES46 shop events.
    Rees46,
    /// RetailRocket shop events.
    Retailrocket,
    /// Diginetica views and purchases.
    Diginetica,
    /// YooChoose clicks.
    YoochooseClicks,
    /// YooChoose purchases, a line per item.
    YoochooseBuys,
    /// Shopify orders, a line per item.
    ShopifyOrders,
    /// Shopify orders as a table of a warehouse.
    ShopifyOrderRows,
    /// Shopify checkouts, finished or abandoned.
    ShopifyCheckouts,
    /// WooCommerce orders.
    Woocommerce,
    /// HubSpot contacts with a column per date.
    HubspotContacts,
    /// HubSpot deals with a column per date.
    HubspotDeals,
    /// Stages that HubSpot deals entered.
    HubspotDealStages,
    /// HubSpot history of properties.
    HubspotHistory,
    /// What became of e-mails that HubSpot sent.
    HubspotEmails,
    /// Forms of HubSpot that contacts sent.
    HubspotForms,
    /// Salesforce opportunities, leads and contacts.
    Salesforce,
    /// Salesforce history of fields.
    SalesforceHistory,
    /// Pipedrive deals.
    Pipedrive,
    /// Answers to surveys and feedback of Hotjar.
    HotjarResponses,
    /// Recordings of Hotjar.
    HotjarRecordings,
    /// Recordings of Microsoft Clarity.
    Clarity,
    /// Page views of Contentsquare's data export.
    ContentsquarePageviews,
    /// Sessions of Contentsquare's data export.
    ContentsquareSessions,
    /// XES logs of process-mining tools, or tables with its names.
    Xes,
    /// Access log of a web server: common, combined, and both with the site in front.
    AccessLog,
    /// Access log as a table under a header.
    AccessTable,
    /// Access log as JSON: nginx, Caddy, Traefik.
    AccessJson,
    /// W3C extended log: IIS, CloudFront.
    W3cLog,
    /// Access log of a load balancer of AWS.
    Alb,
    /// Snowplow enriched events as lines.
    Snowplow,
    /// Snowplow events as a warehouse's table.
    SnowplowWarehouse,
    /// Segment or RudderStack.
    Segment,
    /// Amplitude export.
    Amplitude,
    /// Mixpanel export.
    Mixpanel,
    /// PostHog batch export.
    Posthog,
    /// Matomo visits with their actions.
    Matomo,
    /// Adobe Analytics data feed.
    AdobeDataFeed,
    /// GoatCounter export.
    Goatcounter,
    /// Umami website events.
    Umami,
    /// Plausible sessions.
    Plausible,
    /// Universal Analytics BigQuery export.
    UniversalAnalytics,
    /// Universal Analytics sessions with JSON in cells of delimited text.
    UniversalAnalyticsCsv,
}

impl KindName {
    /// Name in configuration and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Delimited => "delimited",
            Self::Ndjson => "ndjson",
            Self::Parquet => "parquet",
            Self::Ga4 => "ga4",
            Self::Otto => "otto",
            Self::Rees46 => "rees46",
            Self::Retailrocket => "retailrocket",
            Self::Diginetica => "diginetica",
            Self::YoochooseClicks => "yoochoose-clicks",
            Self::YoochooseBuys => "yoochoose-buys",
            Self::ShopifyOrders => "shopify-orders",
            Self::ShopifyOrderRows => "shopify-order-rows",
            Self::ShopifyCheckouts => "shopify-checkouts",
            Self::Woocommerce => "woocommerce",
            Self::HubspotContacts => "hubspot-contacts",
            Self::HubspotDeals => "hubspot-deals",
            Self::HubspotDealStages => "hubspot-deal-stages",
            Self::HubspotHistory => "hubspot-history",
            Self::HubspotEmails => "hubspot-emails",
            Self::HubspotForms => "hubspot-forms",
            Self::Salesforce => "salesforce",
            Self::SalesforceHistory => "salesforce-history",
            Self::Pipedrive => "pipedrive",
            Self::HotjarResponses => "hotjar-responses",
            Self::HotjarRecordings => "hotjar-recordings",
            Self::Clarity => "clarity",
            Self::ContentsquarePageviews => "contentsquare-pageviews",
            Self::ContentsquareSessions => "contentsquare-sessions",
            Self::Xes => "xes",
            Self::AccessLog => "access-log",
            Self::AccessTable => "access-table",
            Self::AccessJson => "access-json",
            Self::W3cLog => "w3c-log",
            Self::Alb => "alb",
            Self::Snowplow => "snowplow",
            Self::SnowplowWarehouse => "snowplow-warehouse",
            Self::Segment => "segment",
            Self::Amplitude => "amplitude",
            Self::Mixpanel => "mixpanel",
            Self::Posthog => "posthog",
            Self::Matomo => "matomo",
            Self::AdobeDataFeed => "adobe-data-feed",
            Self::Goatcounter => "goatcounter",
            Self::Umami => "umami",
            Self::Plausible => "plausible",
            Self::UniversalAnalytics => "universal-analytics",
            Self::UniversalAnalyticsCsv => "universal-analytics-csv",
        }
    }
}

/// What happened on the date that a column holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Dated {
    /// The stage that was reached: an event `stage_changed`.
    Stage(String),
    /// An event of that name.
    Event {
        /// Its name.
        event: String,
        /// The stage that was reached by it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stage: Option<String>,
    },
}

/// One column name, or several of which the first filled counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Columns {
    /// One column.
    One(String),
    /// The first filled of several.
    FirstFilled(Vec<String>),
}

impl Columns {
    /// The column names in order of preference.
    pub fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::FirstFilled(names) => names,
        }
    }
}

/// Where and how the event time is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TimeConfig {
    /// Column of the event time.
    pub column: Option<String>,
    /// `iso`, `epoch_s`, `epoch_ms`, `epoch_us`, `epoch_ns`, each also as `local_epoch_s` and so on where the number was made of a zone's clock, `day_first`, `month_first`, `compact`, or a pattern such as `%d/%m/%Y %H:%M:%S`.
    pub format: Option<String>,
    /// Zone of times that carry none (IANA name).
    pub zone: Option<String>,
    /// Column of when the device sent the event, by the clock that the event time is of. With `received` it corrects that clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<String>,
    /// Column of when a server received the event, by its own clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received: Option<String>,
    /// Of several columns of the event time the one that is of the device's clock; the first if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
}

/// How page addresses become pages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PageConfig {
    /// Templates such as `/product/:id`; `:name` is one segment, a final `*` is any rest. The first match is the page.
    pub templates: Vec<String>,
}

/// How bots are told from people by their user agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BotConfig {
    /// Whether the shipped list of words is used.
    pub shipped: bool,
    /// Further regular expressions, compared without regard to case, anywhere in the user agent.
    pub patterns: Vec<String>,
}

impl Default for BotConfig {
    fn default() -> Self {
        Self { shipped: true, patterns: Vec::new() }
    }
}
