//! Which events fill a cart, and when is one abandoned?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::event_table::VALUE;
use crate::field::{PURCHASES, text};
use crate::spec::asks::Asks;
use crate::time::{DAY_US, Duration, HOUR_US};

/// What `carts` counts. Events are written like funnel steps: names, globs or a predicate; empty text is no event. One
/// that fits several is the first of them in the order of the fields.
///
/// Source: `docs/semantics.md#carts-and-checkout`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CartSpec {
    /// Something is put into a cart.
    pub add: String,
    /// Something is taken out of a cart.
    pub remove: String,
    /// The cart is looked at.
    pub view_cart: String,
    /// Checkout begins.
    pub begin_checkout: String,
    /// Delivery is chosen.
    pub shipping: String,
    /// Payment is chosen.
    pub payment: String,
    /// An order is placed.
    pub purchase: String,
    /// An item is looked at.
    pub view_item: String,
    /// Column that names the item of events without `items`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// Column with the quantity of events without `items`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<String>,
    /// Without activity for longer than this a cart is abandoned (30m, 1h).
    pub abandon_after: Duration,
    /// A purchase at most this long after an abandoned cart's last activity recovers it (7d).
    pub recover_within: Duration,
    /// Items listed; the rest becomes `(other)`.
    pub items: usize,
}

impl Default for CartSpec {
    fn default() -> Self {
        Self {
            add: "add_to_cart|addtocart|product_added|Product Added|cart_add".to_owned(),
            remove: "remove_from_cart|removefromcart|product_removed|Product Removed|cart_remove".to_owned(),
            view_cart: "view_cart|cart_viewed|Cart Viewed".to_owned(),
            begin_checkout: "begin_checkout|checkout_started|Checkout Started|checkout_start|checkout".to_owned(),
            shipping: "add_shipping_info|delivery_choice".to_owned(),
            payment: "add_payment_info|payment_info_entered|Payment Info Entered|payment_choice".to_owned(),
            purchase: PURCHASES.join("|"),
            view_item: "view_item|product_viewed|Product Viewed|product_view|view".to_owned(),
            item: None,
            quantity: None,
            abandon_after: Duration::from_us(HOUR_US),
            recover_within: Duration::from_us(7 * DAY_US),
            items: 20,
        }
    }
}

/// What an event does to carts, in the order in which carts read events of equal time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum CartEvent {
    /// Puts something in.
    Add = 0,
    /// Takes something out.
    Remove = 1,
    /// Looks at the cart.
    ViewCart = 2,
    /// Begins checkout.
    BeginCheckout = 3,
    /// Chooses delivery.
    Shipping = 4,
    /// Chooses payment.
    Payment = 5,
    /// Places an order.
    Purchase = 6,
    /// Looks at an item; no activity of a cart.
    ViewItem = 7,
}

impl CartEvent {
    /// All of them in order.
    pub const ALL: [Self; 8] = [
        Self::Add,
        Self::Remove,
        Self::ViewCart,
        Self::BeginCheckout,
        Self::Shipping,
        Self::Payment,
        Self::Purchase,
        Self::ViewItem,
    ];

    /// Key in the configuration.
    pub fn key(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Remove => "remove",
            Self::ViewCart => "view_cart",
            Self::BeginCheckout => "begin_checkout",
            Self::Shipping => "shipping",
            Self::Payment => "payment",
            Self::Purchase => "purchase",
            Self::ViewItem => "view_item",
        }
    }
}

impl CartSpec {
    /// The events that do `what`, as written.
    pub fn when(&self, what: CartEvent) -> &str {
        match what {
            CartEvent::Add => &self.add,
            CartEvent::Remove => &self.remove,
            CartEvent::ViewCart => &self.view_cart,
            CartEvent::BeginCheckout => &self.begin_checkout,
            CartEvent::Shipping => &self.shipping,
            CartEvent::Payment => &self.payment,
            CartEvent::Purchase => &self.purchase,
            CartEvent::ViewItem => &self.view_item,
        }
    }

    /// Every kind of event that is written, with its text.
    pub fn written(&self) -> impl Iterator<Item = (CartEvent, &str)> {
        CartEvent::ALL.into_iter().map(|what| (what, self.when(what))).filter(|(_, text)| !text.trim().is_empty())
    }
}

/// What carts read where the log has it.
const READ: [&str; 6] = [text::EVENT, text::CART_ID, text::ITEMS, text::CURRENCY, text::PAGE, VALUE];

impl CartSpec {
    /// Adds the columns and predicates that `carts` reads. Of events as they are by default nobody is told that most of
    /// their names occur nowhere.
    pub(super) fn asks(&self, asks: &mut Asks) {
        let default = Self::default();
        let own = self.written().filter(|(what, when)| *when != default.when(*what));
        own.for_each(|(what, when)| asks.step(format!("carts.{}", what.key()), when));
        let named = [("carts.item", &self.item), ("carts.quantity", &self.quantity)];
        for (place, column) in named {
            column.iter().for_each(|column| asks.named(place, column));
        }
        READ.into_iter().for_each(|column| asks.reads(column));
    }
}
