//! Segment and RudderStack: one JSON object per call, raw as they deliver it to files.
//!
//! `type` is the call (track, page, screen, identify, group, alias), `event` the name of a track call. The clock of a
//! browser is often wrong, so Segment sends three times: `originalTimestamp` by the client's clock, `sentAt` by the same
//! clock, `receivedAt` by the server's. `timestamp` is the first, moved by the difference of the others; where it is missing
//! the same is computed here. Calls that only tell who somebody is are no activity. Documented, not seen.

use super::{Evidence, Preset, Vendor, items, nested};
use crate::config::KindName;
use crate::field::Field;
use crate::sample::{Sample, Shape};
use crate::translate::{NoRow, Raw, Rows, Translator};

pub(super) static SEGMENT: Vendor = Vendor {
    kind: KindName::Segment,
    evidence: Evidence::Documented,
    recognizes,
    preset: Preset {
        columns: &[
            (Field::Time, &["timestamp", "originalTimestamp", "receivedAt", "sentAt"]),
            (Field::Event, &["event", "type"]),
            (Field::EventId, &["messageId"]),
            (Field::AnonymousId, &["anonymousId"]),
            (Field::UserId, &["userId"]),
            (Field::Email, &["context.traits.email", "traits.email"]),
            (Field::PageUrl, &["context.page.url", "properties.url"]),
            (Field::PageTitle, &["context.page.title", "properties.title"]),
            (Field::Referrer, &["context.page.referrer", "properties.referrer"]),
            (Field::Source, &["context.campaign.source"]),
            (Field::Medium, &["context.campaign.medium"]),
            (Field::Campaign, &["context.campaign.name"]),
            (Field::Term, &["context.campaign.term"]),
            (Field::Content, &["context.campaign.content"]),
            (Field::UserAgent, &["context.userAgent"]),
            (Field::Os, &["context.os.name"]),
            (Field::Device, &["context.device.type"]),
            (Field::Language, &["context.locale"]),
            (Field::Value, &["properties.revenue", "properties.total", "properties.value"]),
            (Field::Currency, &["properties.currency"]),
            (Field::OrderId, &["properties.order_id"]),
            (Field::CartId, &["properties.cart_id"]),
            (Field::Items, &["items"]),
            (Field::SessionHint, &["context.sessionId"]),
        ],
        clock: Some(["originalTimestamp", "sentAt", "receivedAt"]),
        time_format: Some("iso"),
        events: &[
            ("page", "page_view"),
            ("screen", "screen_view"),
            ("Product List Viewed", "view_item_list"),
            ("Product Clicked", "select_item"),
            ("Product Viewed", "view_item"),
            ("Product Added", "add_to_cart"),
            ("Product Removed", "remove_from_cart"),
            ("Cart Viewed", "view_cart"),
            ("Checkout Started", "begin_checkout"),
            ("Checkout Step Completed", "add_shipping_info"),
            ("Payment Info Entered", "add_payment_info"),
            ("Order Completed", "purchase"),
            ("Order Refunded", "refund"),
        ],
        ..Preset::NONE
    },
    translator: Some(|_| Box::new(Calls)),
    synthetic: &[],
};

const CALLS: [&str; 6] = ["track", "page", "screen", "identify", "group", "alias"];

fn recognizes(sample: &Sample) -> bool {
    let Shape::Json(json) = &sample.shape else { return false };
    let has = |name: &str| json.keys.iter().any(|key| key == name);
    let column = json.keys.iter().position(|key| key == "type");
    let mut types = json.rows.iter().flatten().filter(|(key, _)| Some(*key) == column).map(|(_, value)| value);
    has("messageId")
        && (has("anonymousId") || has("userId"))
        && ["timestamp", "originalTimestamp", "sentAt", "receivedAt"].into_iter().any(has)
        && column.is_some()
        && types.all(|call| CALLS.contains(&call.as_str()))
}

const COLUMNS: [&str; 9] = [
    "properties.products",
    "properties.product_id",
    "properties.sku",
    "properties.name",
    "properties.category",
    "properties.brand",
    "properties.variant",
    "properties.price",
    "properties.quantity",
];
const PRODUCTS: usize = 0;
const PRODUCT: std::ops::Range<usize> = 1..9;
const ITEMS: usize = 9;

struct Calls;

impl Translator for Calls {
    fn columns(&self) -> Vec<String> {
        COLUMNS.into_iter().chain(["items"]).map(str::to_owned).collect()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        nested::row(record.text, &COLUMNS, &[], rows)?;
        let products = match rows.filled(PRODUCTS) {
            Some(products) => items::of_list(products),
            None if rows.filled(PRODUCT.start).is_some() || rows.filled(PRODUCT.start + 1).is_some() => {
                let members = PRODUCT.filter_map(|place| Some((COLUMNS[place], rows.filled(place)?)));
                items::of_one(members.map(|(name, value)| (name.trim_start_matches("properties."), value)))
            }
            None => None,
        };
        if let Some(products) = products {
            rows.set(ITEMS, &products);
        }
        Ok(())
    }
}
