//! Which columns does the export have, in which order and of which types?

/// Type of a column or of a member of a record.
pub(crate) enum Type {
    Text,
    Int,
    Float,
    Bool,
    Record(&'static [Member]),
    List(&'static Type),
}

/// Name and type of a column or member.
pub(crate) type Member = (&'static str, Type);

const PARAM_VALUE: Type = Type::Record(&[
    ("string_value", Type::Text),
    ("int_value", Type::Int),
    ("float_value", Type::Float),
    ("double_value", Type::Float),
]);
const PARAMS: Type = Type::List(&Type::Record(&[("key", Type::Text), ("value", PARAM_VALUE)]));
const USER_PROPERTIES: Type = Type::List(&Type::Record(&[
    ("key", Type::Text),
    (
        "value",
        Type::Record(&[
            ("string_value", Type::Text),
            ("int_value", Type::Int),
            ("float_value", Type::Float),
            ("double_value", Type::Float),
            ("set_timestamp_micros", Type::Int),
        ]),
    ),
]));
const DEVICE: Type = Type::Record(&[
    ("category", Type::Text),
    ("mobile_brand_name", Type::Text),
    ("mobile_model_name", Type::Text),
    ("mobile_marketing_name", Type::Text),
    ("mobile_os_hardware_model", Type::Text),
    ("operating_system", Type::Text),
    ("operating_system_version", Type::Text),
    ("vendor_id", Type::Text),
    ("advertising_id", Type::Text),
    ("language", Type::Text),
    ("is_limited_ad_tracking", Type::Text),
    ("time_zone_offset_seconds", Type::Int),
    ("browser", Type::Text),
    ("browser_version", Type::Text),
    ("web_info", Type::Record(&[("browser", Type::Text), ("browser_version", Type::Text), ("hostname", Type::Text)])),
]);
const GEO: Type = Type::Record(&[
    ("city", Type::Text),
    ("country", Type::Text),
    ("continent", Type::Text),
    ("region", Type::Text),
    ("sub_continent", Type::Text),
    ("metro", Type::Text),
]);
const ECOMMERCE: Type = Type::Record(&[
    ("total_item_quantity", Type::Int),
    ("purchase_revenue_in_usd", Type::Float),
    ("purchase_revenue", Type::Float),
    ("refund_value_in_usd", Type::Float),
    ("refund_value", Type::Float),
    ("shipping_value_in_usd", Type::Float),
    ("shipping_value", Type::Float),
    ("tax_value_in_usd", Type::Float),
    ("tax_value", Type::Float),
    ("unique_items", Type::Int),
    ("transaction_id", Type::Text),
]);
const ITEMS: Type = Type::List(&Type::Record(&[
    ("item_id", Type::Text),
    ("item_name", Type::Text),
    ("item_brand", Type::Text),
    ("item_variant", Type::Text),
    ("item_category", Type::Text),
    ("item_category2", Type::Text),
    ("price_in_usd", Type::Float),
    ("price", Type::Float),
    ("quantity", Type::Int),
    ("item_revenue_in_usd", Type::Float),
    ("item_revenue", Type::Float),
    ("coupon", Type::Text),
    ("affiliation", Type::Text),
    ("item_list_id", Type::Text),
    ("item_list_name", Type::Text),
    ("item_list_index", Type::Text),
    ("promotion_name", Type::Text),
    ("item_params", PARAMS),
]));
const COLLECTED: Type = Type::Record(&[
    ("manual_campaign_id", Type::Text),
    ("manual_campaign_name", Type::Text),
    ("manual_source", Type::Text),
    ("manual_medium", Type::Text),
    ("manual_term", Type::Text),
    ("manual_content", Type::Text),
    ("manual_source_platform", Type::Text),
    ("manual_creative_format", Type::Text),
    ("manual_marketing_tactic", Type::Text),
    ("gclid", Type::Text),
    ("dclid", Type::Text),
    ("srsltid", Type::Text),
]);
const LAST_CLICK: Type = Type::Record(&[
    (
        "manual_campaign",
        Type::Record(&[
            ("campaign_id", Type::Text),
            ("campaign_name", Type::Text),
            ("source", Type::Text),
            ("medium", Type::Text),
            ("term", Type::Text),
            ("content", Type::Text),
        ]),
    ),
    (
        "cross_channel_campaign",
        Type::Record(&[
            ("campaign_id", Type::Text),
            ("campaign_name", Type::Text),
            ("source", Type::Text),
            ("medium", Type::Text),
            ("source_platform", Type::Text),
            ("default_channel_group", Type::Text),
            ("primary_channel_group", Type::Text),
        ]),
    ),
]);

/// All columns in the order of the export.
pub(crate) const COLUMNS: &[Member] = &[
    ("event_date", Type::Text),
    ("event_timestamp", Type::Int),
    ("event_name", Type::Text),
    ("event_params", PARAMS),
    ("event_previous_timestamp", Type::Int),
    ("event_value_in_usd", Type::Float),
    ("event_bundle_sequence_id", Type::Int),
    ("event_server_timestamp_offset", Type::Int),
    ("user_id", Type::Text),
    ("user_pseudo_id", Type::Text),
    (
        "privacy_info",
        Type::Record(&[
            ("analytics_storage", Type::Text),
            ("ads_storage", Type::Text),
            ("uses_transient_token", Type::Text),
        ]),
    ),
    ("user_properties", USER_PROPERTIES),
    ("user_first_touch_timestamp", Type::Int),
    ("user_ltv", Type::Record(&[("revenue", Type::Float), ("currency", Type::Text)])),
    ("device", DEVICE),
    ("geo", GEO),
    ("traffic_source", Type::Record(&[("name", Type::Text), ("medium", Type::Text), ("source", Type::Text)])),
    ("stream_id", Type::Text),
    ("platform", Type::Text),
    ("ecommerce", ECOMMERCE),
    ("items", ITEMS),
    ("collected_traffic_source", COLLECTED),
    ("is_active_user", Type::Bool),
    ("batch_event_index", Type::Int),
    ("batch_page_id", Type::Int),
    ("batch_ordering_id", Type::Int),
    ("session_traffic_source_last_click", LAST_CLICK),
];
