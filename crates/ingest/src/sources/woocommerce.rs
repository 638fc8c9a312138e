//! WooCommerce orders as its export plugins write them: a row per order, or one per item with the order's columns on each.
//!
//! An order is a `purchase` when it was created, with its items and its money, a `payment` when it was paid, and a
//! `fulfillment` when it was completed. Times are the shop's local time without a zone. Unverified: plugins differ and no
//! real export was seen; columns of other names are given by the configuration.

use super::order_lines::{ITEMS, Layout, OrderLines};
use super::{Evidence, Preset, Vendor, columns};
use crate::config::KindName;
use crate::field::Field;
use crate::translate::spread::{DATE, EVENT};

pub(super) static WOOCOMMERCE: Vendor = Vendor {
    kind: KindName::Woocommerce,
    evidence: Evidence::Unverified,
    recognizes: |sample| {
        let has = |column: &str| columns::has_all(sample, &[column]);
        let is_dated = LINES.moments.iter().any(|(column, _)| has(column));
        columns::is_delimited(sample) && (has("order_id") || has("order_number")) && has("billing_email") && is_dated
    },
    preset: Preset {
        columns: &[
            (Field::Time, &[DATE]),
            (Field::Event, &[EVENT]),
            (Field::UserId, &["customer_id", "customer_user"]),
            (Field::Email, &["billing_email", "customer_email"]),
            (Field::OrderId, &["order_number", "order_id"]),
            (Field::Value, &["order_total", "total"]),
            (Field::Currency, &["order_currency", "currency"]),
            (Field::Items, &[ITEMS]),
            (Field::Country, &["billing_country", "shipping_country"]),
            (Field::AnonymousId, &[]),
        ],
        ..Preset::NONE
    },
    translator: Some(|sample| Box::new(OrderLines::of(sample, &LINES))),
    synthetic: &[],
};

static LINES: Layout = Layout {
    key: &["order_id", "order_number"],
    first_line: None,
    item: &[("item_product_id", "id"), ("item_sku", "sku"), ("item_total", "total")],
    item_prefix: "item_",
    moments: &[
        ("date_created", "purchase"),
        ("order_date", "purchase"),
        ("date_paid", "payment"),
        ("paid_date", "payment"),
        ("date_completed", "fulfillment"),
        ("completed_date", "fulfillment"),
    ],
    once: &["order_total", "total", "order_subtotal", "tax_total", "shipping_total", "discount_total"],
};
