//! Which funnel does a report show when the configuration names none?
//!
//! The shop funnel under the names that analytics tools give its steps. Steps that no event of the log can satisfy are
//! left out; a log with fewer than two of them gets no funnel.

use kundresa_model::actor_source::ActorSource;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::field::text;
use kundresa_model::spec::funnel::{FunnelEntry, FunnelSpec, FunnelStep, FunnelUnit, Window};

/// Name shown and the event names that satisfy the step.
const STEPS: [(&str, &[&str]); 6] = [
    ("View item", &["view_item", "product_view", "product_viewed", "view"]),
    ("Add to cart", &["add_to_cart", "addtocart", "product_added", "cart_add"]),
    ("Begin checkout", &["begin_checkout", "checkout_started", "checkout_start", "checkout"]),
    ("Add shipping info", &["add_shipping_info", "delivery_choice"]),
    ("Add payment info", &["add_payment_info", "payment_choice"]),
    ("Purchase", &["purchase", "order_completed", "transaction"]),
];

/// The shop funnel as far as the log has its events.
pub fn of(store: &dyn ActorSource) -> Option<FunnelSpec> {
    let column = store.text_columns().iter().position(|name| name == text::EVENT)?;
    let events = store.dictionary(column);
    let steps: Vec<FunnelStep> = STEPS.iter().filter_map(|(name, synonyms)| step(name, synonyms, events)).collect();
    (steps.len() >= 2).then(|| FunnelSpec {
        name: Some("From product to purchase".to_owned()),
        steps,
        window: Window::default(),
        unit: FunnelUnit::Actor,
        entry: FunnelEntry::Best,
    })
}

fn step(name: &str, synonyms: &[&str], events: &Dictionary) -> Option<FunnelStep> {
    let present: Vec<&str> = synonyms.iter().copied().filter(|event| events.code(event).is_some()).collect();
    (!present.is_empty()).then(|| FunnelStep { name: name.to_owned(), when: present.join("|") })
}
