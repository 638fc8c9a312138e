//! What became of carts?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::count::Count;
use crate::rate::Rate;
use crate::result::money::Sum;
use crate::result::quantiles::Quantiles;
use crate::result::segments::Breakdown;
use crate::spec::carts::CartEvent;
use crate::time::Duration;

/// Result of `carts`. Segments and days add up to `total`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CartsResult {
    /// Time without activity after which a cart is abandoned.
    pub abandon_after: Duration,
    /// Time in which an abandoned cart may be recovered.
    pub recover_within: Duration,
    /// All chosen carts and purchases.
    pub carts: CartCounts,
    /// First add to last activity of abandoned carts, microseconds.
    pub time_to_abandon_us: Quantiles,
    /// First add to purchase of purchased carts, microseconds.
    pub time_to_purchase_us: Quantiles,
    /// Last activity before abandonment to purchase of recovered carts, microseconds.
    pub time_to_recover_us: Quantiles,
    /// Furthest step before the cart's outcome, in the order of checkout. `carts` add up to `opened`, `abandoned` to the
    /// abandoned ones.
    pub last_steps: Vec<CartStep>,
    /// Page of the last activity of abandoned carts: most frequent first, then by page; the rest in `(other)`.
    pub last_pages: Vec<CartPage>,
    /// What the actor did next after abandoning a cart: most frequent first, then by name; the rest in `(other)`.
    pub next_actions: Vec<CartNextAction>,
    /// Value of carts by currency, in the order of the codes. Amounts of different currencies are never added.
    pub value: Vec<CartValue>,
    /// Carts in no currency's value: with something that has neither price nor value, or in several currencies.
    pub carts_without_value: Count,
    /// Items by falling `left`, then by `added`, then by id; the rest in `(other)`.
    pub items: Vec<CartItem>,
    /// How a count by sessions differs.
    pub session_view: CartSessionView,
    /// What was odd in the events, whatever the filter.
    pub oddities: CartOddities,
    /// By local day of the opening (of the purchase, for those without a cart), in order; days with nothing left out.
    pub days: Vec<CartDay>,
    /// By dimension: the value at the opening (at the purchase, for those without a cart).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Breakdown<CartCounts>>,
}

/// Carts by outcome, and purchases.
///
/// - `opened = purchased + emptied + abandoned + open`
/// - `abandoned = recovered + emptied_later + lost + recovery_open`
/// - `purchases = purchased + recovered + purchases_without_cart`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CartCounts {
    /// Carts that were opened by an add.
    pub opened: Count,
    /// Bought in time.
    pub purchased: Count,
    /// Everything was taken out again, in time.
    pub emptied: Count,
    /// Left without activity for too long, recovered ones included.
    pub abandoned: Count,
    /// Not over yet when the data ends.
    pub open: Count,
    /// Abandoned, then bought.
    pub recovered: Count,
    /// Abandoned, then emptied.
    pub emptied_later: Count,
    /// Abandoned, and can't be recovered any more.
    pub lost: Count,
    /// Abandoned, and may still be recovered.
    pub recovery_open: Count,
    /// Purchases, each order once.
    pub purchases: Count,
    /// Purchases that took no cart.
    pub purchases_without_cart: Count,
    /// Purchased out of carts that are over (opened − open).
    pub purchase_rate: Rate,
    /// Abandoned out of carts that are over (opened − open).
    pub abandonment_rate: Rate,
    /// Recovered out of abandoned carts whose time to be recovered is over.
    pub recovery_rate: Rate,
}

/// How far carts came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CartStep {
    /// The step: `add` for carts with nothing beyond adding and removing.
    pub step: CartEvent,
    /// Carts whose furthest step this is.
    pub carts: Count,
    /// Of these, abandoned.
    pub abandoned: Count,
    /// Abandoned here out of all abandoned carts.
    pub share: Rate,
}

/// A page on which carts were abandoned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CartPage {
    /// The page; `(not set)` where none is known.
    pub page: String,
    /// How many pages the row sums; more than one only for `(other)`.
    pub values: u64,
    /// Carts out of all abandoned ones.
    pub carts: Rate,
}

/// What came next after carts were abandoned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CartNextAction {
    /// Name of the actor's next event; null for nothing up to the data end.
    pub event: Option<String>,
    /// How many names the row sums; more than one only for `(other)`.
    pub values: u64,
    /// Carts out of all abandoned ones.
    pub carts: Rate,
    /// Of these, how many in the same session as the last activity.
    pub same_session: Count,
}

/// Value of carts in one currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CartValue {
    /// Currency code; `(not set)` where the data names none.
    pub currency: String,
    /// Carts with a value in it.
    pub carts: u64,
    /// Sum over these of the largest value up to the outcome.
    pub peak: Sum,
    /// Of these, abandoned.
    pub abandoned_carts: u64,
    /// Sum over the abandoned ones of the largest value before abandonment.
    pub abandoned_peak: Sum,
    /// Sum of what was in the abandoned ones at abandonment.
    pub abandoned: Sum,
    /// Of the abandoned ones, recovered.
    pub recovered_carts: u64,
    /// Sum of what was in the recovered ones at abandonment.
    pub recovered: Sum,
}

/// What became of one item. Units in carts: `added = removed + sold + left + open`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CartItem {
    /// Id, else name; `(not set)` for what was added without either, `(other)` for the rest.
    pub item: String,
    /// Name, if the data has one.
    pub name: Option<String>,
    /// How many items the row sums; more than one only for `(other)`.
    pub values: u64,
    /// Times it was looked at, and by how many.
    pub viewed: ItemCount,
    /// Units put into carts.
    pub added: ItemCount,
    /// Units taken out of carts again.
    pub removed: Count,
    /// Units in carts when a purchase took them.
    pub sold: Count,
    /// Units in abandoned carts that no purchase took.
    pub left: ItemCount,
    /// Units in carts that are still open.
    pub open: Count,
    /// Units that purchases name, with or without a cart; the cart's content where a purchase names none.
    pub bought: ItemCount,
}

/// Units or times, and by how many actors. In a row that sums several items an actor counts once for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ItemCount {
    /// Distinct actors.
    pub actors: Count,
    /// Units or times.
    pub quantity: Count,
}

/// Carts as sessions count them: a session with an add and no purchase.
///
/// `abandoned.numerator − added_to_older_cart − bought_elsewhere − emptied − open + left_beside_purchase + further_carts
/// + carts_outside = abandoned` of [`CartCounts`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CartSessionView {
    /// Sessions with an add and no purchase, out of sessions with an add.
    pub abandoned: Rate,
    /// Of those without a purchase: they opened no cart that is counted, but went on with an older one.
    pub added_to_older_cart: Count,
    /// Their cart was bought in time, in another session.
    pub bought_elsewhere: Count,
    /// Their cart was emptied.
    pub emptied: Count,
    /// Their cart is not over yet.
    pub open: Count,
    /// Sessions with a purchase whose cart was abandoned all the same.
    pub left_beside_purchase: Count,
    /// Abandoned carts that are not the first of their session.
    pub further_carts: Count,
    /// Abandoned carts opened in no counted session.
    pub carts_outside: Count,
}

/// Oddities of the events that carts read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CartOddities {
    /// Removals of more than was there, which leave nothing.
    pub removed_too_much: Count,
    /// Events whose items can't be read; they count as without items.
    pub unreadable_items: Count,
    /// Events with a quantity or price that is none; it counts as missing.
    pub odd_quantities: Count,
    /// Purchases that repeat an order; they count nowhere here.
    pub repeated_orders: Count,
}

/// Carts opened on one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CartDay {
    /// Local day: `2024-03-01`.
    pub day: String,
    /// Its figures.
    #[serde(flatten)]
    pub figures: CartCounts,
}

impl CartDay {
    /// The figures of the local day that is `day` days after 1970-01-01.
    pub fn of(day: i64, figures: CartCounts) -> Self {
        let date = i32::try_from(day).ok().and_then(chrono::NaiveDate::from_epoch_days);
        Self { day: date.map_or_else(|| format!("day {day}"), |date| date.to_string()), figures }
    }
}
