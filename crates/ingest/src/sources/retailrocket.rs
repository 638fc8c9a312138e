//! RetailRocket shop events: one row per product that a visitor looked at, put into the cart, or bought.
//!
//! Times are milliseconds UTC, rows are in no order, visits are not marked, and `transactionid` is blank but for
//! purchases. A purchase of several products is several rows with one transaction and no price. Documented: the data
//! set's description.

use super::{Evidence, Preset, Vendor, columns};
use crate::config::KindName;
use crate::field::Field;

pub(super) static RETAILROCKET: Vendor = Vendor {
    kind: KindName::Retailrocket,
    evidence: Evidence::Documented,
    recognizes: |sample| columns::has_all(sample, &["timestamp", "visitorid", "event", "itemid", "transactionid"]),
    preset: Preset {
        columns: &[
            (Field::Time, &["timestamp"]),
            (Field::AnonymousId, &["visitorid"]),
            (Field::Event, &["event"]),
            (Field::OrderId, &["transactionid"]),
        ],
        time_format: Some("epoch_ms"),
        events: &[("view", "view_item"), ("addtocart", "add_to_cart"), ("transaction", "purchase")],
        ..Preset::NONE
    },
    translator: None,
    synthetic: &[],
};
