//! Which names do the members of the export have, and which others do people give them?

/// Names of Fivetran's table for columns of the export.
pub(super) const FIVETRAN: [(&str, &str); 7] = [
    ("name", "event_name"),
    ("date", "event_date"),
    ("timestamp", "event_timestamp"),
    ("previous_timestamp", "event_previous_timestamp"),
    ("bundle_sequence_id", "event_bundle_sequence_id"),
    ("server_timestamp_offset", "event_server_timestamp_offset"),
    ("value_in_usd", "event_value_in_usd"),
];

/// Names that queries give to what lies deep. One without a point is a parameter.
pub(super) const SHORT: [(&str, &str); 21] = [
    ("session_id", "ga_session_id"),
    ("session_number", "ga_session_number"),
    ("page_url", "page_location"),
    ("referrer", "page_referrer"),
    ("continent", "geo.continent"),
    ("sub_continent", "geo.sub_continent"),
    ("country", "geo.country"),
    ("region", "geo.region"),
    ("city", "geo.city"),
    ("metro", "geo.metro"),
    ("device", "device.category"),
    ("browser", "device.web_info.browser"),
    ("browser_version", "device.web_info.browser_version"),
    ("hostname", "device.web_info.hostname"),
    ("operating_system", "device.operating_system"),
    ("os", "device.operating_system"),
    ("language", "device.language"),
    ("purchase_revenue", "ecommerce.purchase_revenue"),
    ("purchase_revenue_in_usd", "ecommerce.purchase_revenue_in_usd"),
    ("revenue", "ecommerce.purchase_revenue"),
    ("refund_value", "ecommerce.refund_value"),
];

/// Records, those within others included, the longer first.
pub(super) const RECORD_PATHS: [&str; 18] = [
    "session_traffic_source_last_click.manual_campaign",
    "session_traffic_source_last_click.google_ads_campaign",
    "session_traffic_source_last_click.cross_channel_campaign",
    "session_traffic_source_last_click.sa360_campaign",
    "session_traffic_source_last_click.cm360_campaign",
    "session_traffic_source_last_click.dv360_campaign",
    "session_traffic_source_last_click",
    "device.web_info",
    "app_info",
    "collected_traffic_source",
    "device",
    "ecommerce",
    "event_dimensions",
    "geo",
    "privacy_info",
    "publisher",
    "traffic_source",
    "user_ltv",
];

/// Members of records, so that a parameter `geo_fence` is not taken for one.
const MEMBERS: [(&str, &[&str]); 10] = [
    ("app_info", &["id", "firebase_app_id", "install_source", "version", "install_store"]),
    (
        "collected_traffic_source",
        &[
            "manual_campaign_id",
            "manual_campaign_name",
            "manual_source",
            "manual_medium",
            "manual_term",
            "manual_content",
            "manual_source_platform",
            "manual_creative_format",
            "manual_marketing_tactic",
            "gclid",
            "dclid",
            "srsltid",
        ],
    ),
    (
        "device",
        &[
            "category",
            "mobile_brand_name",
            "mobile_model_name",
            "mobile_marketing_name",
            "mobile_os_hardware_model",
            "operating_system",
            "operating_system_version",
            "vendor_id",
            "advertising_id",
            "language",
            "time_zone_offset_seconds",
            "is_limited_ad_tracking",
            "browser",
            "browser_version",
        ],
    ),
    ("device.web_info", &["browser", "browser_version", "hostname"]),
    (
        "ecommerce",
        &[
            "total_item_quantity",
            "purchase_revenue_in_usd",
            "purchase_revenue",
            "refund_value_in_usd",
            "refund_value",
            "shipping_value_in_usd",
            "shipping_value",
            "tax_value_in_usd",
            "tax_value",
            "unique_items",
            "transaction_id",
        ],
    ),
    ("event_dimensions", &["hostname"]),
    ("geo", &["continent", "sub_continent", "country", "region", "city", "metro"]),
    ("privacy_info", &["analytics_storage", "ads_storage", "uses_transient_token"]),
    ("traffic_source", &["name", "medium", "source"]),
    ("user_ltv", &["revenue", "currency"]),
];

/// Members of items that nothing else is called.
pub(super) const ITEM: [&str; 12] = [
    "item_id",
    "item_name",
    "item_brand",
    "item_variant",
    "item_category",
    "item_category2",
    "item_category3",
    "item_category4",
    "item_category5",
    "item_revenue",
    "item_revenue_in_usd",
    "item_refund",
];

/// Members of items that other things are called too.
pub(super) const BARE_ITEM: [&str; 14] = [
    "price",
    "price_in_usd",
    "quantity",
    "item_refund_in_usd",
    "coupon",
    "affiliation",
    "location_id",
    "item_list_id",
    "item_list_name",
    "item_list_index",
    "promotion_id",
    "promotion_name",
    "creative_name",
    "creative_slot",
];

/// Times, in microseconds or written out.
pub(super) const TIMES: [&str; 3] = ["event_timestamp", "event_previous_timestamp", "user_first_touch_timestamp"];
/// Days.
pub(super) const DAYS: [&str; 1] = ["event_date"];
/// Numbers with a fraction, by path, or by member of an item.
pub(super) const FLOATS: [&str; 18] = [
    "event_value_in_usd",
    "ecommerce.purchase_revenue_in_usd",
    "ecommerce.purchase_revenue",
    "ecommerce.refund_value_in_usd",
    "ecommerce.refund_value",
    "ecommerce.shipping_value_in_usd",
    "ecommerce.shipping_value",
    "ecommerce.tax_value_in_usd",
    "ecommerce.tax_value",
    "user_ltv.revenue",
    "price",
    "price_in_usd",
    "item_revenue",
    "item_revenue_in_usd",
    "item_refund",
    "item_refund_in_usd",
    "float_value",
    "double_value",
];

/// The path that a name means in which `_` stands for points: `device_web_info_browser`.
pub(super) fn leaf_of(name: &str) -> Option<String> {
    RECORD_PATHS.into_iter().find_map(|record| {
        let member = name.strip_prefix(&record.replace('.', "_"))?.strip_prefix(['_', '.'])?;
        let known = MEMBERS.iter().find(|(known, _)| *known == record).map(|(_, members)| *members);
        let is_member = match known {
            Some(members) => members.contains(&member),
            // The members of these records are many and grow; their names are long enough to be nobody else's.
            None => record.starts_with("session_traffic_source_last_click"),
        };
        is_member.then(|| format!("{record}.{member}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn underscores_stand_for_points_where_a_member_is_known() {
        let channel = "session_traffic_source_last_click_cross_channel_campaign_default_channel_group";
        for (name, path) in [
            ("device_category", "device.category"),
            ("device_web_info_browser", "device.web_info.browser"),
            ("device_web_info.hostname", "device.web_info.hostname"),
            ("traffic_source_source", "traffic_source.source"),
            ("collected_traffic_source_manual_source", "collected_traffic_source.manual_source"),
            (channel, "session_traffic_source_last_click.cross_channel_campaign.default_channel_group"),
        ] {
            assert_eq!(leaf_of(name).as_deref(), Some(path));
        }
        assert_eq!(leaf_of("geo_fence"), None);
        assert_eq!(leaf_of("device"), None);
    }
}
