//! Which canonical fields does an event have, and what are they called?
//!
//! A text column is known by its name. The names below are reserved; every other name is a property of the source.

/// Names of the canonical text columns, as they appear in tables, predicates, `--by` and the configuration.
pub mod text {
    /// Name of the event; the only text column that every table has.
    pub const EVENT: &str = "event";
    /// Name of the source the event came from, as configured or derived.
    pub const SOURCE_NAME: &str = "source_name";
    /// Page path after templates, without host and query.
    pub const PAGE: &str = "page";
    /// Page address as exported.
    pub const PAGE_URL: &str = "page_url";
    /// Page title.
    pub const PAGE_TITLE: &str = "page_title";
    /// Referring address.
    pub const REFERRER: &str = "referrer";
    /// Traffic source (`utm_source`).
    pub const SOURCE: &str = "source";
    /// Traffic medium (`utm_medium`).
    pub const MEDIUM: &str = "medium";
    /// Campaign name (`utm_campaign`).
    pub const CAMPAIGN: &str = "campaign";
    /// Campaign term (`utm_term`).
    pub const TERM: &str = "term";
    /// Campaign content (`utm_content`).
    pub const CONTENT: &str = "content";
    /// Channel group, native or computed from source, medium and campaign.
    pub const CHANNEL: &str = "channel";
    /// Device category: desktop, mobile, tablet.
    pub const DEVICE: &str = "device";
    /// Operating system.
    pub const OS: &str = "os";
    /// Browser.
    pub const BROWSER: &str = "browser";
    /// Country as exported.
    pub const COUNTRY: &str = "country";
    /// Region as exported.
    pub const REGION: &str = "region";
    /// City as exported.
    pub const CITY: &str = "city";
    /// Language tag.
    pub const LANGUAGE: &str = "language";
    /// Platform: web, iOS, Android.
    pub const PLATFORM: &str = "platform";
    /// User agent, as sent.
    pub const USER_AGENT: &str = "user_agent";
    /// Stage of a CRM record.
    pub const STAGE: &str = "stage";
    /// Currency code of `value`.
    pub const CURRENCY: &str = "currency";
    /// Order id; placeholders are null.
    pub const ORDER_ID: &str = "order_id";
    /// Cart id; placeholders are null.
    pub const CART_ID: &str = "cart_id";
    /// The vendor's own session id; scoped by the raw identifiers.
    pub const SESSION_HINT: &str = "session_hint";
    /// Items as a JSON list of `id, name, category, brand, variant, price, quantity`.
    pub const ITEMS: &str = "items";
    /// The part of a partitioned source that the row belongs to, as the source writes it (GA4: event date, and stream).
    pub const PARTITION: &str = "partition";
    /// Every unmapped property of the row as one JSON object; only filled when a command exports events.
    pub const PROPS: &str = "props";

    /// All reserved names, in the order in which exports list them.
    pub const ALL: [&str; 30] = [
        EVENT,
        SOURCE_NAME,
        PAGE,
        PAGE_URL,
        PAGE_TITLE,
        REFERRER,
        SOURCE,
        MEDIUM,
        CAMPAIGN,
        TERM,
        CONTENT,
        CHANNEL,
        DEVICE,
        OS,
        BROWSER,
        COUNTRY,
        REGION,
        CITY,
        LANGUAGE,
        PLATFORM,
        USER_AGENT,
        STAGE,
        CURRENCY,
        ORDER_ID,
        CART_ID,
        SESSION_HINT,
        ITEMS,
        PARTITION,
        PROPS,
        "value",
    ];
}

/// Names under which shops and tools report a purchase. An order id counts once per actor among the events of these names.
pub const PURCHASES: [&str; 6] =
    ["purchase", "ecommerce_purchase", "in_app_purchase", "order_completed", "Order Completed", "transaction"];

/// Class of a raw identifier. The order is that in which a row's first filled identifier names its actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum IdentifierClass {
    /// Anonymous id of a device or browser (cookie, app instance).
    Device = 0,
    /// Login or account user id.
    Login = 1,
    /// Record id of a CRM contact.
    Crm = 2,
    /// E-mail address, plain or hashed.
    Email = 3,
}

impl IdentifierClass {
    /// All classes in naming order.
    pub const ALL: [Self; 4] = [Self::Device, Self::Login, Self::Crm, Self::Email];

    /// Name of the identifier column of this class in an event table.
    pub fn column(self) -> &'static str {
        match self {
            Self::Device => "anonymous_id",
            Self::Login => "user_id",
            Self::Crm => "crm_id",
            Self::Email => "email",
        }
    }
}
