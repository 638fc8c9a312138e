//! Which exports hold figures or lists, and no events? They are refused by what they are, rather than by the column they lack.

use crate::sample::{Sample, Shape};

/// Tables of warehouses whose rows were created some day and yet are no events, by columns that no other table has.
const LISTS: [(&[&str], &str); 5] = [
    (&["owner_id", "active_user_id", "portal_id"], "the owners of HubSpot's records, which are no events"),
    (&["guid", "form_type", "portal_id"], "the forms of HubSpot, which are no events; their submissions are"),
    (&["id", "property_name", "property_industry"], "the companies of HubSpot, which are no events"),
    (&["iana_timezone", "money_format", "has_storefront"], "the facts of a Shopify shop, which are no events"),
    (&["currency_formats_money_format", "checkout_api_supported"], "the facts of a Shopify shop, which are no events"),
];

/// What a sample is, if it is no log of a tool that also exports events.
pub(crate) fn report(sample: &Sample) -> Option<&'static str> {
    let Shape::Delimited(table) = &sample.shape else { return None };
    let has = |wanted: &[&str]| {
        wanted.iter().any(|wanted| table.header.iter().any(|name| name.trim().eq_ignore_ascii_case(wanted)))
    };
    if has(&["Metric"]) && has(&["No. of sessions"]) {
        return Some(
            "figures of a Microsoft Clarity dashboard, which are no events; export the list of recordings instead",
        );
    }
    let has_all = |wanted: &[&str]| wanted.iter().all(|wanted| has(&[wanted]));
    if let Some((_, found)) = LISTS.iter().find(|(columns, _)| has_all(columns)) {
        return Some(found);
    }
    let is_dated = has(&["Date", "Date Submitted", "Time", "Timestamp", "Created at", "ts"]);
    let is_clicked = has(&["Clicks", "Click count", "Number of clicks", "Taps"]);
    let is_part = has(&["Selector", "CSS selector", "Element selector", "HTML element"]);
    (is_clicked && is_part && !is_dated).then_some(
        "clicks of a heatmap by element, which are counts and no events; kundresa by-page shows them with --heatmap",
    )
}
