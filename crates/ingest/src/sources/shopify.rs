//! Shopify: orders with a line per item, the same as a table of a warehouse, and checkouts that were begun.
//!
//! The admin's export of orders has one line per item and the order's own columns on the first of them. An order is a
//! `purchase` when it was created, with its items and its money, a `payment` when it was paid, a `fulfillment` when it
//! was sent, and a `cancellation`; only the purchase carries money. Times carry their distance from UTC. Unverified:
//! the columns are those that descriptions of the export name.
//!
//! Tables of a warehouse (Fivetran) have one row per order without its items, or one per checkout, with times in UTC. A
//! checkout without `completed_at` was abandoned: the shop knows, nothing is inferred. Seen: the schemas in the tests of
//! Fivetran's models.

use std::collections::BTreeMap;

use super::order_lines::{ITEMS, Layout, OrderLines};
use super::{Evidence, Preset, Vendor, columns};
use crate::config::{Dated, KindName};
use crate::field::Field;
use crate::placeholder::is_placeholder;
use crate::sample::Sample;
use crate::translate::spread::{DATE, EVENT, Moment, Spread};
use crate::translate::{NoRow, Raw, Rows, Translator};

pub(super) static ORDERS: Vendor = Vendor {
    kind: KindName::ShopifyOrders,
    evidence: Evidence::Unverified,
    recognizes: |sample| {
        let known = ["Name", "Financial Status", "Created at", "Lineitem name"];
        columns::is_delimited(sample) && columns::has_all(sample, &known)
    },
    preset: Preset {
        columns: &[
            (Field::Time, &[DATE]),
            (Field::Event, &[EVENT]),
            (Field::Email, &["Email"]),
            (Field::OrderId, &["Name"]),
            (Field::Value, &["Total"]),
            (Field::Currency, &["Currency"]),
            (Field::Items, &[ITEMS]),
            (Field::Country, &["Shipping Country", "Billing Country"]),
            // The channel of the sale, the till, and the shop that sold it.
            (Field::Source, &[]),
            (Field::AnonymousId, &[]),
            (Field::PageUrl, &[]),
        ],
        ..Preset::NONE
    },
    translator: Some(|sample| Box::new(OrderLines::of(sample, &LINES))),
    synthetic: &[],
};

static LINES: Layout = Layout {
    key: &["Name"],
    first_line: Some("Financial Status"),
    item: &[("Lineitem sku", "id"), ("Vendor", "brand")],
    item_prefix: "Lineitem ",
    moments: &[
        ("Created at", "purchase"),
        ("Paid at", "payment"),
        ("Fulfilled at", "fulfillment"),
        ("Cancelled at", "cancellation"),
    ],
    once: &["Total", "Subtotal", "Shipping", "Taxes", "Discount Amount", "Refunded Amount", "Outstanding Balance"],
};

pub(super) static ORDER_ROWS: Vendor = Vendor {
    kind: KindName::ShopifyOrderRows,
    evidence: Evidence::Seen,
    recognizes: |sample| {
        let by_rest = ["financial_status", "fulfillment_status", "cancelled_at", "total_price"];
        let by_graph = ["display_financial_status", "cancelled_at", "total_price_set_shop_amount"];
        columns::has_all(sample, &by_rest) || columns::has_all(sample, &by_graph)
    },
    preset: Preset {
        columns: &[
            (Field::Time, &[DATE]),
            (Field::Event, &[EVENT]),
            (Field::UserId, &["customer_id"]),
            (Field::Email, &["email"]),
            (Field::OrderId, &["name"]),
            (Field::CartId, &["cart_token"]),
            (Field::Value, &["total_price", "total_price_set_shop_amount"]),
            (Field::Currency, &["currency", "total_price_set_shop_currency_code"]),
            (Field::Referrer, &["referring_site"]),
            (Field::PageUrl, &["landing_site_base_url"]),
            (Field::AnonymousId, &[]),
            (Field::Source, &[]),
        ],
        zone: Some("UTC"),
        ..Preset::NONE
    },
    translator: Some(order_rows),
    synthetic: &[],
};

fn order_rows(sample: &Sample) -> Box<dyn Translator> {
    let moments = [("created_at", "purchase"), ("cancelled_at", "cancellation"), ("closed_at", "order_closed")];
    let moments = moments.map(|(column, event)| Moment::event(column, event)).into();
    let spread = Spread::of(sample, moments).once(&["total_price", "total_price_set_shop_amount"]);
    Box::new(spread.without(&["test", "_fivetran_deleted"]))
}

pub(super) static CHECKOUTS: Vendor = Vendor {
    kind: KindName::ShopifyCheckouts,
    evidence: Evidence::Seen,
    recognizes: |sample| columns::has_all(sample, &["abandoned_checkout_url", "created_at", "completed_at"]),
    preset: Preset {
        columns: &[
            (Field::Time, &[DATE]),
            (Field::Event, &[EVENT]),
            (Field::UserId, &["customer_id"]),
            (Field::Email, &["email"]),
            (Field::CartId, &["cart_token", "id"]),
            (Field::Value, &["total_price", "total_price_set_shop_amount"]),
            (Field::Currency, &["currency", "total_price_set_shop_currency_code"]),
            (Field::Referrer, &["referring_site"]),
            (Field::PageUrl, &["landing_site_base_url"]),
            (Field::Language, &["customer_locale"]),
            (Field::AnonymousId, &[]),
            (Field::Source, &[]),
            (Field::OrderId, &[]),
        ],
        zone: Some("UTC"),
        ..Preset::NONE
    },
    translator: Some(|sample| Box::new(Checkouts::of(sample))),
    synthetic: &[],
};

/// Cell that says whether nobody finished the checkout.
const ABANDONED: &str = "abandoned";

struct Checkouts(Spread);

impl Checkouts {
    fn of(sample: &Sample) -> Self {
        let moments = [
            ("created_at", "begin_checkout"),
            ("completed_at", "checkout_completed"),
            ("closed_at", "checkout_closed"),
        ];
        let moments = moments.map(|(column, event)| Moment::event(column, event)).into();
        let spread = Spread::of(sample, moments).with(&[ABANDONED]);
        Self(spread.once(&["total_price", "total_price_set_shop_amount"]).without(&["_fivetran_deleted"]))
    }
}

impl Translator for Checkouts {
    fn columns(&self) -> Vec<String> {
        self.0.columns()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        self.0.read(record)?;
        let is_abandoned = is_placeholder(Field::Time, self.0.get("completed_at"));
        self.0.set(ABANDONED, if is_abandoned { "true" } else { "false" });
        self.0.hand_out(rows)
    }

    fn take_dates(&mut self, dates: &BTreeMap<String, Dated>) -> bool {
        self.0.take_dates(dates)
    }
}
