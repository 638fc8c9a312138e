//! How likely is each step of a purchase, by device?
//!
//! These per cents are the planted behaviour. The shipping form is broken on tablets: most people who began the checkout
//! there never get past it.

use serde::Serialize;

/// Kind of device, in the order of [`RATES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Device {
    Desktop,
    Mobile,
    Tablet,
}

impl Device {
    pub(crate) const ALL: [Self; 3] = [Self::Desktop, Self::Mobile, Self::Tablet];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Mobile => "mobile",
            Self::Tablet => "tablet",
        }
    }

    pub(crate) fn rates(self) -> &'static PlantedRates {
        &RATES[self as usize]
    }
}

/// Event names of the planted funnel, in order.
pub const FUNNEL_STEPS: [&str; 6] =
    ["view_item", "add_to_cart", "begin_checkout", "add_shipping_info", "add_payment_info", "purchase"];

/// Chances in per cent that a visit takes a step, given that it took the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlantedRates {
    /// Device category.
    pub device: &'static str,
    /// Share of visitors, per cent.
    pub visitors: u32,
    /// An ordinary visit looks at a product.
    pub view_item: u32,
    /// Then puts one into the cart.
    pub add_to_cart: u32,
    /// Then begins the checkout in the same visit.
    pub begin_checkout: u32,
    /// Then completes the shipping form.
    pub add_shipping_info: u32,
    /// Then the payment form.
    pub add_payment_info: u32,
    /// Then buys.
    pub purchase: u32,
    /// A visit that returns to a cart left behind begins the checkout; the steps after it follow the rates above.
    pub begin_checkout_on_return: u32,
}

/// The planted behaviour by device.
pub const RATES: [PlantedRates; 3] = [
    PlantedRates {
        device: "desktop",
        visitors: 40,
        view_item: 80,
        add_to_cart: 44,
        begin_checkout: 66,
        add_shipping_info: 90,
        add_payment_info: 94,
        purchase: 92,
        begin_checkout_on_return: 75,
    },
    PlantedRates {
        device: "mobile",
        visitors: 30,
        view_item: 72,
        add_to_cart: 34,
        begin_checkout: 58,
        add_shipping_info: 86,
        add_payment_info: 91,
        purchase: 88,
        begin_checkout_on_return: 70,
    },
    PlantedRates {
        device: "tablet",
        visitors: 30,
        view_item: 76,
        add_to_cart: 40,
        begin_checkout: 62,
        add_shipping_info: 12,
        add_payment_info: 92,
        purchase: 90,
        begin_checkout_on_return: 72,
    },
];
