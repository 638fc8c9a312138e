//! Which rules fit a web shop? The events that GA4 recommends for e-commerce. This is the default set.

use kundresa_model::phase::Phase;
use kundresa_model::spec::phases::PhaseRule;

use super::{any_but, rule};

/// Events at the cart or in checkout: whoever causes one after a purchase is buying again.
const BUYING_AGAIN: &str = r#"event in ("add_to_cart", "remove_from_cart", "view_cart", "begin_checkout", "add_shipping_info", "add_payment_info")"#;

const DECISION: &str =
    r#"event in ("add_to_cart", "view_cart", "begin_checkout", "add_shipping_info", "add_payment_info")"#;

const COMPARISON: &str = r#"event in ("compare", "compare_items", "filter_items", "filter_list") or page like "*/compare*" or page like "*/reviews*""#;

const CONSIDERATION: &str = r#"event in ("view_item", "select_item", "view_item_list", "search", "add_to_wishlist")"#;

/// The rules, in the order in which they are tried.
pub(super) fn rules() -> Vec<PhaseRule> {
    vec![
        rule("purchase", Phase::Purchase, r#"event == "purchase""#),
        rule("recommendation", Phase::Advocacy, r#"event in ("share", "review") or nps >= 9"#),
        PhaseRule {
            same_session_after: Some(Phase::Purchase),
            ..any_but("same session after purchase", Phase::Onboarding, BUYING_AGAIN)
        },
        PhaseRule {
            session_after: Some(Phase::Purchase),
            ..any_but("return after purchase", Phase::Retention, BUYING_AGAIN)
        },
        rule("cart and checkout", Phase::Decision, DECISION),
        rule("comparing", Phase::Comparison, COMPARISON),
        rule("looking at products", Phase::Consideration, CONSIDERATION),
        rule("any page or promotion", Phase::Awareness, r#"event in ("page_view", "view_promotion")"#),
    ]
}
