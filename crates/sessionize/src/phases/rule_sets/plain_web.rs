//! Which rules fit a log of page views alone? The pages that most sites have, by the first word of their path.
//!
//! A page is matched at the root or below a language (`/pricing`, `/sv/pricing`). Requests for pictures, scripts and the
//! like have no phase.

use kundresa_model::phase::Phase;
use kundresa_model::spec::phases::PhaseRule;

use super::words::{any_of, events, pages};
use super::{any_but, rule};

const THANKS: &[&str] = &[
    "thank-?you",
    "thanks",
    "tack",
    "danke",
    "takk",
    "order-?confirm(?:ed|ation)",
    "(?:checkout|order|cart)/(?:success|complete|completed|confirmation|thank-?you|received|order-received)",
    "purchase-?complete",
    "confirmation",
    "receipt",
];

const RECOMMENDING: &[&str] = &["refer", "refer-a-friend", "referral", "invite", "write-a-review"];

const ACCOUNT: &[&str] = &["account", "my-account", "my", "mypages", "profile", "orders", "dashboard"];

const ENTERING: &[&str] = &[
    "(?:my-?)?account/(?:login|register|signup|sign-up|create)",
    "login",
    "sign-?in",
    "sign-?up",
    "register",
    "logout",
    "password",
];

const BUYING: &[&str] = &[
    "cart",
    "basket",
    "bag",
    "checkout",
    "kassa",
    "order",
    "payment",
    "shipping",
    "sign-?up",
    "register",
    "trial",
    "book-(?:a-)?(?:demo|meeting|call|table|time|appointment)",
    "quote",
    "contact(?:-us|-sales)?",
    "demo",
];

const COMPARING: &[&str] = &[
    "compare",
    "comparison",
    "pricing",
    "prices",
    "plans",
    "vs",
    "alternatives?",
    "reviews?",
    "testimonials",
    "case-stud(?:y|ies)",
    "calculator",
];

const LOOKING: &[&str] = &[
    "products?",
    "p",
    "item",
    "items",
    "category",
    "categories",
    "collections?",
    "shop",
    "store",
    "catalog(?:ue)?",
    "search",
    "services?",
    "solutions?",
    "features?",
    "integrations?",
    "faq",
    "help",
    "support",
    "docs",
    "guides?",
    "downloads?",
    "specs",
];

/// Files that a page is made of, by their endings.
const FILES: &str =
    r#"page matches "(?i)\.(?:gif|jpe?g|png|webp|svg|ico|xbm|css|js|mjs|map|woff2?|ttf|eot|json|xml|txt)$""#;

const VIEWS: &[&str] = &["page view", "pageview", "page", "view", "viewed page", "screen view", "get", "request"];

/// The rules, in the order in which they are tried.
pub(super) fn rules() -> Vec<PhaseRule> {
    let not_after = any_of(&[pages(BUYING), FILES.to_owned()]);
    vec![
        rule("order placed", Phase::Purchase, &any_of(&[events(&["purchase"]), pages(THANKS)])),
        rule("recommendation", Phase::Advocacy, &any_of(&[events(&["share", "review"]), pages(RECOMMENDING)])),
        PhaseRule {
            same_session_after: Some(Phase::Purchase),
            ..any_but("same session after the order", Phase::Onboarding, &not_after)
        },
        PhaseRule {
            session_after: Some(Phase::Purchase),
            ..any_but("return after the order", Phase::Retention, &not_after)
        },
        PhaseRule {
            unless: Some(any_of(&[pages(ENTERING), FILES.to_owned()])),
            ..rule("own account", Phase::Retention, &pages(ACCOUNT))
        },
        page_rule("cart, checkout or inquiry", Phase::Decision, BUYING),
        page_rule("prices and comparisons", Phase::Comparison, COMPARING),
        page_rule("products and help", Phase::Consideration, LOOKING),
        PhaseRule {
            unless: Some(FILES.to_owned()),
            ..rule("any other page", Phase::Awareness, &any_of(&["page is not null".to_owned(), events(VIEWS)]))
        },
    ]
}

fn page_rule(name: &str, phase: Phase, names: &[&str]) -> PhaseRule {
    PhaseRule { unless: Some(FILES.to_owned()), ..rule(name, phase, &pages(names)) }
}
