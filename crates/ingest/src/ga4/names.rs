//! Where in a row of the export does a value lie, and which canonical field does it fill?
//!
//! A value is named by its path (`device.category`), by the key of an event parameter (`page_location`), or by the key of
//! a user property after `user.`; a few have short names of their own.

use crate::field::Field;

/// Where a value lies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Place {
    /// Scalar column or member of a record, by its path.
    Leaf(String),
    /// Event parameter, by its key.
    Param(String),
    /// User property, by its key.
    User(String),
}

/// Short names of values that lie deep, or whose own name misleads: `traffic_source` is the visitor's first touch.
pub(super) const ALIASES: [(&str, &str); 4] = [
    ("first_touch.source", "traffic_source.source"),
    ("first_touch.medium", "traffic_source.medium"),
    ("first_touch.name", "traffic_source.name"),
    ("session_channel", "session_traffic_source_last_click.cross_channel_campaign.default_channel_group"),
];

/// Columns that are records without repetition.
const RECORDS: [&str; 11] = [
    "app_info",
    "collected_traffic_source",
    "device",
    "ecommerce",
    "event_dimensions",
    "geo",
    "privacy_info",
    "publisher",
    "session_traffic_source_last_click",
    "traffic_source",
    "user_ltv",
];

/// Columns that are scalars.
pub(super) const SCALARS: [&str; 16] = [
    "batch_event_index",
    "batch_ordering_id",
    "batch_page_id",
    "event_bundle_sequence_id",
    "event_date",
    "event_name",
    "event_previous_timestamp",
    "event_server_timestamp_offset",
    "event_timestamp",
    "event_value_in_usd",
    "is_active_user",
    "platform",
    "stream_id",
    "user_first_touch_timestamp",
    "user_id",
    "user_pseudo_id",
];

/// Event time, microseconds.
pub(super) const TIME: &str = "event_timestamp";
/// The export's own order at equal times.
pub(super) const SEQUENCE: [&str; 3] = ["batch_page_id", "batch_ordering_id", "batch_event_index"];
/// What tells the partitions of the export apart: the day, and the data stream.
pub(super) const PARTITION: [&str; 2] = ["event_date", "stream_id"];
/// Name of the event.
pub(super) const EVENT: &str = "event_name";
/// Money of purchases.
pub(super) const REVENUE: &str = "ecommerce.purchase_revenue";
/// Money of refunds.
pub(super) const REFUND: &str = "ecommerce.refund_value";
/// Money of every other event.
pub(super) const VALUE: &str = "value";
/// Events whose money is [`REVENUE`].
pub(super) const PURCHASES: [&str; 3] = ["purchase", "ecommerce_purchase", "in_app_purchase"];

/// Events whose money is [`REFUND`].
pub(super) const REFUNDS: [&str; 2] = ["refund", "app_store_refund"];

/// What fills each canonical field; the first filled name counts.
pub(super) const FIELDS: [(Field, &[&str]); 19] = [
    (Field::Event, &[EVENT]),
    (Field::AnonymousId, &["user_pseudo_id"]),
    (Field::UserId, &["user_id"]),
    (Field::Page, &["firebase_screen", "firebase_screen_class"]),
    (Field::PageUrl, &["page_location"]),
    (Field::PageTitle, &["page_title"]),
    (Field::Referrer, &["page_referrer"]),
    (Field::Device, &["device.category"]),
    (Field::Os, &["device.operating_system"]),
    (Field::Browser, &["device.web_info.browser", "device.browser"]),
    (Field::Country, &["geo.country"]),
    (Field::Region, &["geo.region"]),
    (Field::City, &["geo.city"]),
    (Field::Language, &["device.language"]),
    (Field::Platform, &["platform"]),
    (Field::Currency, &["currency"]),
    (Field::OrderId, &["ecommerce.transaction_id", "transaction_id"]),
    (Field::CartId, &["cart_id"]),
    (Field::SessionHint, &["ga_session_id"]),
];

/// Fields of the traffic source; all of them come from the first place that fills one.
pub(super) const TRAFFIC: [Field; 5] = [Field::Source, Field::Medium, Field::Campaign, Field::Term, Field::Content];

/// Names of the traffic source by place, in order of [`TRAFFIC`]: collected with the event, else its parameters. What is
/// still open comes from the address of the page.
pub(super) const TRAFFIC_NAMES: [[&str; 5]; 2] = [
    [
        "collected_traffic_source.manual_source",
        "collected_traffic_source.manual_medium",
        "collected_traffic_source.manual_campaign_name",
        "collected_traffic_source.manual_term",
        "collected_traffic_source.manual_content",
    ],
    ["source", "medium", "campaign", "term", "content"],
];

/// The place that a name means.
pub(super) fn place_of(name: &str) -> Place {
    if let Some((_, path)) = ALIASES.iter().find(|(alias, _)| *alias == name) {
        return Place::Leaf((*path).to_owned());
    }
    if let Some(key) = name.strip_prefix("user.") {
        return Place::User(key.to_owned());
    }
    let is_leaf = match name.split_once('.') {
        Some((record, _)) => RECORDS.contains(&record),
        None => SCALARS.contains(&name),
    };
    if is_leaf { Place::Leaf(name.to_owned()) } else { Place::Param(name.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_path_a_user_property_or_a_parameter() {
        assert_eq!(place_of("device.category"), Place::Leaf("device.category".to_owned()));
        assert_eq!(place_of("first_touch.source"), Place::Leaf("traffic_source.source".to_owned()));
        assert_eq!(place_of("stream_id"), Place::Leaf("stream_id".to_owned()));
        assert_eq!(place_of("user.tier"), Place::User("tier".to_owned()));
        assert_eq!(place_of("search_term"), Place::Param("search_term".to_owned()));
        assert_eq!(place_of("form.field"), Place::Param("form.field".to_owned()));
    }
}
