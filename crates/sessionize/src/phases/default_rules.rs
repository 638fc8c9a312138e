//! Which rules assign phases when nothing is configured? GA4 e-commerce events. Source: `docs/semantics.md#journey-phases`.

use kundresa_model::phase::Phase;
use kundresa_model::spec::phases::PhaseRule;

/// Events at the cart or in checkout: whoever causes one after a purchase is buying again.
const BUYING_AGAIN: &str = r#"event in ("add_to_cart", "remove_from_cart", "view_cart", "begin_checkout", "add_shipping_info", "add_payment_info")"#;

const DECISION: &str =
    r#"event in ("add_to_cart", "view_cart", "begin_checkout", "add_shipping_info", "add_payment_info")"#;

const COMPARISON: &str = r#"event in ("compare", "compare_items", "filter_items", "filter_list") or page like "*/compare*" or page like "*/reviews*""#;

const CONSIDERATION: &str = r#"event in ("view_item", "select_item", "view_item_list", "search", "add_to_wishlist")"#;

/// The default rules, in the order in which they are tried.
pub fn default_rules() -> Vec<PhaseRule> {
    vec![
        rule("purchase", Phase::Purchase, r#"event == "purchase""#),
        rule("recommendation", Phase::Advocacy, r#"event in ("share", "review") or nps >= 9"#),
        PhaseRule {
            same_session_after: Some(Phase::Purchase),
            ..after_purchase("same session after purchase", Phase::Onboarding)
        },
        PhaseRule { session_after: Some(Phase::Purchase), ..after_purchase("return after purchase", Phase::Retention) },
        rule("cart and checkout", Phase::Decision, DECISION),
        rule("comparing", Phase::Comparison, COMPARISON),
        rule("looking at products", Phase::Consideration, CONSIDERATION),
        rule("any page or promotion", Phase::Awareness, r#"event in ("page_view", "view_promotion")"#),
    ]
}

fn rule(name: &str, phase: Phase, when: &str) -> PhaseRule {
    PhaseRule { when: Some(when.to_owned()), ..bare(name, phase) }
}

fn after_purchase(name: &str, phase: Phase) -> PhaseRule {
    PhaseRule { unless: Some(BUYING_AGAIN.to_owned()), ..bare(name, phase) }
}

fn bare(name: &str, phase: Phase) -> PhaseRule {
    PhaseRule {
        name: name.to_owned(),
        phase,
        when: None,
        unless: None,
        after: None,
        same_session_after: None,
        session_after: None,
    }
}
