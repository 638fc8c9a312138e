//! REES46 shop events: one row per product that somebody looked at, put into the cart, took out of it, or bought.
//!
//! `event_time` ends with a literal ` UTC`. `category_id` is larger than a floating-point number can hold and stays text.
//! A purchase of three products is three rows at one time, each with the price of one product, and names no order. A
//! session can span days and even users; `user_session` says which rows the shop took for one visit. Whole rows occur
//! twice; without an id of their own they are two events. Documented: the data set's description.

use super::{Evidence, Preset, Vendor, columns};
use crate::config::KindName;
use crate::field::Field;

pub(super) static REES46: Vendor = Vendor {
    kind: KindName::Rees46,
    evidence: Evidence::Documented,
    recognizes: |sample| {
        columns::has_all(sample, &["event_time", "event_type", "product_id", "category_code", "user_session"])
    },
    preset: Preset {
        columns: &[
            (Field::Time, &["event_time"]),
            (Field::Event, &["event_type"]),
            (Field::UserId, &["user_id"]),
            (Field::SessionHint, &["user_session"]),
            (Field::Value, &["price"]),
        ],
        zone: Some("UTC"),
        events: &[("view", "view_item"), ("cart", "add_to_cart")],
        ..Preset::NONE
    },
    translator: None,
    synthetic: &[],
};
