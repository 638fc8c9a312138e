//! Which funnel does a report show when the configuration names none?
//!
//! The usual funnel of a shop, of lead generation, of a subscription product or of a sales pipeline, under the names that
//! analytics tools give its steps: the one of which the log has most. Steps that no event of the log can satisfy are left
//! out; a log with fewer than two of them gets no funnel.

use kundresa_model::actor_source::ActorSource;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::field::text;
use kundresa_model::spec::funnel::{FunnelSpec, FunnelStep};

/// Name of the funnel; per step the name shown and the event names that satisfy it.
type Candidate = (&'static str, &'static [(&'static str, &'static [&'static str])]);

/// In the order in which ties are settled.
const CANDIDATES: [Candidate; 4] = [
    (
        "From product to purchase",
        &[
            ("View item", &["view_item", "product_view", "product_viewed", "view"]),
            ("Add to cart", &["add_to_cart", "addtocart", "product_added", "cart_add"]),
            ("Begin checkout", &["begin_checkout", "checkout_started", "checkout_start", "checkout"]),
            ("Add shipping info", &["add_shipping_info", "delivery_choice"]),
            ("Add payment info", &["add_payment_info", "payment_choice"]),
            ("Purchase", &["purchase", "order_completed", "transaction"]),
        ],
    ),
    (
        "From form to customer",
        &[
            ("Start form", &["form_start", "form_started"]),
            ("Become a lead", &["generate_lead", "form_submit", "form_submitted", "lead"]),
            ("Qualify", &["qualify_lead", "working_lead"]),
            ("Become a customer", &["close_convert_lead", "deal_won"]),
        ],
    ),
    (
        "From sign-up to subscription",
        &[
            ("Sign up", &["sign_up", "signup", "signed_up", "user_signed_up"]),
            ("Begin tutorial", &["tutorial_begin", "onboarding_started"]),
            ("Complete tutorial", &["tutorial_complete", "onboarding_completed"]),
            ("Start trial", &["trial_started", "start_trial"]),
            ("Subscribe", &["subscribe", "subscribed", "subscription_started", "subscription_created"]),
        ],
    ),
    (
        "From lead to customer",
        &[
            ("Lead", &["became a lead", "lead_created", "Lead"]),
            ("Marketing qualified", &["became a marketing qualified lead", "Marketing Qualified Lead"]),
            ("Sales qualified", &["became a sales qualified lead", "Sales Qualified Lead"]),
            ("Opportunity", &["became an opportunity", "Opportunity", "opportunity_created"]),
            ("Customer", &["became a customer", "Customer", "opportunity_won"]),
        ],
    ),
];

/// The usual funnel that fits the log best, as far as the log has its events.
pub fn of(store: &dyn ActorSource) -> Option<FunnelSpec> {
    let column = store.text_columns().iter().position(|name| name == text::EVENT)?;
    let events = store.dictionary(column);
    let fitting = CANDIDATES.iter().map(|(name, steps)| {
        let steps: Vec<FunnelStep> = steps.iter().filter_map(|(name, synonyms)| step(name, synonyms, events)).collect();
        FunnelSpec { name: Some((*name).to_owned()), steps, ..FunnelSpec::default() }
    });
    // Of equal lengths the first is meant, and `max_by_key` gives the last.
    let best = fitting.rev().max_by_key(|funnel| funnel.steps.len())?;
    (best.steps.len() >= 2).then_some(best)
}

fn step(name: &str, synonyms: &[&str], events: &Dictionary) -> Option<FunnelStep> {
    let present: Vec<&str> = synonyms.iter().copied().filter(|event| events.code(event).is_some()).collect();
    (!present.is_empty()).then(|| FunnelStep {
        name: name.to_owned(),
        when: present.join("|"),
        ..FunnelStep::default()
    })
}
