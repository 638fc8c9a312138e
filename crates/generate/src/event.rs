//! What does a visitor do on which page?

use std::rc::Rc;

use crate::catalogue::{CATEGORIES, Currency, PRODUCTS, SEARCH_TERMS};
use crate::visitor::Visitor;
use crate::world::Traffic;

/// Kind of an event; the name is the vendor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    SessionStart,
    FirstVisit,
    UserEngagement,
    PageView,
    Scroll,
    ViewPromotion,
    NewsletterSignup,
    Search,
    ViewItemList,
    SelectItem,
    ViewItem,
    AddToWishlist,
    Compare,
    AddToCart,
    RemoveFromCart,
    ViewCart,
    BeginCheckout,
    AddShippingInfo,
    AddPaymentInfo,
    Purchase,
    Review,
    Share,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SessionStart => "session_start",
            Self::FirstVisit => "first_visit",
            Self::UserEngagement => "user_engagement",
            Self::PageView => "page_view",
            Self::Scroll => "scroll",
            Self::ViewPromotion => "view_promotion",
            Self::NewsletterSignup => "newsletter_signup",
            Self::Search => "search",
            Self::ViewItemList => "view_item_list",
            Self::SelectItem => "select_item",
            Self::ViewItem => "view_item",
            Self::AddToWishlist => "add_to_wishlist",
            Self::Compare => "compare",
            Self::AddToCart => "add_to_cart",
            Self::RemoveFromCart => "remove_from_cart",
            Self::ViewCart => "view_cart",
            Self::BeginCheckout => "begin_checkout",
            Self::AddShippingInfo => "add_shipping_info",
            Self::AddPaymentInfo => "add_payment_info",
            Self::Purchase => "purchase",
            Self::Review => "review",
            Self::Share => "share",
        }
    }

    /// Rows that GA4 makes up; other formats have none.
    pub(crate) fn is_synthetic(self) -> bool {
        matches!(self, Self::SessionStart | Self::FirstVisit | Self::UserEngagement)
    }
}

/// A page of the shop. Numbers are positions in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Page {
    Home,
    Guide,
    Category(usize),
    SearchResults(usize),
    Product(usize),
    Reviews(usize),
    Compare,
    Cart,
    Checkout,
    Shipping,
    Payment,
    Confirmation,
    Orders,
    WriteReview(usize),
}

impl Page {
    pub(crate) fn path(self) -> String {
        match self {
            Self::Home => "/".to_owned(),
            Self::Guide => "/guides/pack-light".to_owned(),
            Self::Category(category) => format!("/c/{}", CATEGORIES[category].slug),
            Self::SearchResults(term) => format!("/search?q={}", SEARCH_TERMS[term].1),
            Self::Product(product) => format!("/product/{}", PRODUCTS[product].id),
            Self::Reviews(product) => format!("/product/{}/reviews", PRODUCTS[product].id),
            Self::Compare => "/compare".to_owned(),
            Self::Cart => "/cart".to_owned(),
            Self::Checkout => "/checkout".to_owned(),
            Self::Shipping => "/checkout/shipping".to_owned(),
            Self::Payment => "/checkout/payment".to_owned(),
            Self::Confirmation => "/checkout/confirmed".to_owned(),
            Self::Orders => "/account/orders".to_owned(),
            Self::WriteReview(product) => format!("/product/{}/reviews/new", PRODUCTS[product].id),
        }
    }

    pub(crate) fn url(self) -> String {
        format!("https://shop.example{}", self.path())
    }

    pub(crate) fn title(self) -> String {
        let name = match self {
            Self::Home => "Welcome",
            Self::Guide => "How to pack light",
            Self::Category(category) => CATEGORIES[category].name,
            Self::SearchResults(_) => "Search",
            Self::Product(product) => PRODUCTS[product].name,
            Self::Reviews(product) => return format!("Reviews: {} | Fjällbua", PRODUCTS[product].name),
            Self::Compare => "Compare",
            Self::Cart => "Your cart",
            Self::Checkout => "Checkout",
            Self::Shipping => "Shipping",
            Self::Payment => "Payment",
            Self::Confirmation => "Thank you",
            Self::Orders => "Your orders",
            Self::WriteReview(_) => "Write a review",
        };
        format!("{name} | Fjällbua")
    }
}

/// A product and how many of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) product: usize,
    pub(crate) quantity: i64,
}

/// Where an event stands in the batches that a browser sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Batch {
    /// Page load, milliseconds.
    pub(crate) page: i64,
    /// Request of that page, from 1.
    pub(crate) request: i64,
    /// Event of that request, from 1.
    pub(crate) index: i64,
}

/// One thing done in a visit.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    pub(crate) ts_us: i64,
    pub(crate) kind: Kind,
    pub(crate) page: Page,
    /// The page before; `None` on the landing page.
    pub(crate) came_from: Option<Page>,
    pub(crate) items: Vec<Item>,
    pub(crate) order: Option<u64>,
    /// Answer to "would you recommend us", 0 to 10, on reviews.
    pub(crate) nps: Option<i64>,
    pub(crate) engagement_ms: i64,
    pub(crate) batch: Batch,
    /// Equal to the action before in everything.
    pub(crate) is_repeated: bool,
}

impl Action {
    /// Amount in hundredths of the currency; `None` where the event has no items.
    pub(crate) fn cents(&self, currency: Currency) -> Option<i64> {
        let amounts = self.items.iter().map(|item| PRODUCTS[item.product].cents(currency) * item.quantity);
        (!self.items.is_empty()).then(|| amounts.sum())
    }
}

/// What all events of one visit share.
pub(crate) struct Visit {
    pub(crate) visitor: Visitor,
    pub(crate) traffic: &'static Traffic,
    /// Seconds of its start, the vendor's session id.
    pub(crate) session_id: i64,
    /// From 1.
    pub(crate) number: u32,
    pub(crate) is_logged_in: bool,
}

/// One event of the shop, before any export format.
pub(crate) struct ShopEvent {
    /// Running number over the whole shop: the order in which things happened where times are equal.
    pub(crate) order: u64,
    pub(crate) visit: Rc<Visit>,
    pub(crate) action: Action,
}

impl ShopEvent {
    /// Amount in hundredths of the visitor's currency.
    pub(crate) fn cents(&self) -> Option<i64> {
        self.action.cents(self.visit.visitor.place.currency)
    }

    /// Order id of a purchase.
    pub(crate) fn order_id(&self) -> Option<String> {
        self.action.order.map(|order| format!("T{order:09}"))
    }
}
