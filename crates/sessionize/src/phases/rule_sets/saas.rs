//! Which rules fit software by subscription? Account, trial, plan and subscription events as product analytics names them.
//!
//! A trial comes before the purchase, so its tutorial and its use are the decision phase: the person tries the product
//! before paying. The same events after the subscription has begun are onboarding and retention. A payment in a later
//! session than the first is a renewal. Cancelling has no phase: it ends no journey by itself, and the last phase before it
//! is where the subscriber was lost.

use kundresa_model::phase::Phase;
use kundresa_model::spec::phases::PhaseRule;

use super::words::{any_of, events, pages};
use super::{any_but, rule};

const SUBSCRIBING: &[&str] = &[
    "purchase",
    "subscribe",
    "subscribed",
    "start subscription",
    "subscription started",
    "subscription created",
    "subscription activated",
    "subscription purchased",
    "begin subscription",
    "checkout completed?",
    "order completed",
    "trial converted",
    "plan purchased",
    "buy plan",
];

const RENEWING: &[&str] = &[
    "renew",
    "renew subscription",
    "subscription renewed",
    "subscription renewal",
    "upgrade",
    "upgrade plan",
    "plan upgraded",
    "subscription upgraded",
    "add seats?",
    "seats? added",
    "invoice paid",
    "payment succeeded",
];

const LEAVING: &[&str] = &[
    "cancel",
    "cancel subscription",
    "subscription cancell?ed",
    "unsubscribe",
    "unsubscribed",
    "churn",
    "churned",
    "subscription expired",
    "subscription ended",
    "trial expired",
    "trial ended",
    "account deleted",
    "delete account",
];

const RECOMMENDING: &[&str] = &[
    "share",
    "review",
    "refer",
    "referral",
    "referral sent",
    "refer a friend",
    "invite",
    "invite sent",
    "invite user",
    "invite teammate",
    "invite team member",
    "user invited",
    "teammate invited",
    "testimonial",
];

const TUTORIAL: &[&str] = &[
    "tutorial begin",
    "tutorial complete",
    "tutorial started",
    "tutorial completed",
    "onboarding.*",
    "setup.*",
    "product tour.*",
    "activation",
    "activated",
    "first (?:project|login|import).*",
];

const CHECKOUT: &[&str] = &[
    "begin checkout",
    "checkout started",
    "add to cart",
    "view cart",
    "add payment info",
    "payment info added",
    "add shipping info",
    "enter billing",
    "billing viewed",
    "start checkout",
];

const TRYING: &[&str] = &[
    "sign up",
    "signed up",
    "signup",
    "account created",
    "create account",
    "register",
    "registered",
    "registration completed?",
    "trial started",
    "start trial",
    "begin trial",
    "free trial.*",
    "login",
    "log in",
    "logged in",
    "signed in",
    "sign in",
    "request demo",
    "demo requested",
    "book demo",
    "contact sales",
    "generate lead",
    "project created",
    "create project",
    "feature used",
    "use feature",
];

const COMPARING: &[&str] = &[
    "view pricing",
    "pricing viewed",
    "view plans?",
    "plans? viewed",
    "plan selected",
    "select plan",
    "view pricing page",
    "compare.*",
    "calculator.*",
    "toggle billing period",
];

const COMPARING_PAGES: &[&str] = &[
    "pricing",
    "prices",
    "plans",
    "compare",
    "comparison",
    "vs",
    "alternatives?",
    "reviews",
    "customers",
    "case-stud(?:y|ies)",
    "roi",
];

const LOOKING: &[&str] = &[
    "search",
    "view search results",
    "view item",
    "view item list",
    "select content",
    "feature viewed",
    "view feature",
    "view demo",
    "video (?:start|play|progress|complete)(?:ed)?",
    "watch video",
    "file download",
    "webinar.*",
    "template viewed",
];

const LOOKING_PAGES: &[&str] = &[
    "features?",
    "product",
    "products?",
    "solutions?",
    "integrations?",
    "templates?",
    "demo",
    "tour",
    "docs",
    "use-cases?",
    "security",
];

const NOTICING: &[&str] =
    &["page view", "pageview", "page", "viewed page", "screen view", "view promotion", "ad click"];

/// The rules, in the order in which they are tried.
pub(super) fn rules() -> Vec<PhaseRule> {
    let buying_again = events(&[CHECKOUT, LEAVING].concat());
    let tutorial = events(TUTORIAL);
    vec![
        rule("renewal or upgrade", Phase::Retention, &events(RENEWING)),
        PhaseRule {
            session_after: Some(Phase::Purchase),
            ..rule("later payment", Phase::Retention, &events(SUBSCRIBING))
        },
        rule("subscription", Phase::Purchase, &events(SUBSCRIBING)),
        rule("recommendation", Phase::Advocacy, &any_of(&[events(RECOMMENDING), "nps >= 9".to_owned()])),
        PhaseRule { after: Some(Phase::Purchase), ..rule("getting started", Phase::Onboarding, &tutorial) },
        PhaseRule {
            same_session_after: Some(Phase::Purchase),
            ..any_but("same session after subscribing", Phase::Onboarding, &buying_again)
        },
        PhaseRule { after: Some(Phase::Purchase), ..any_but("use as a subscriber", Phase::Retention, &buying_again) },
        rule("checkout", Phase::Decision, &events(CHECKOUT)),
        rule("account or trial", Phase::Decision, &any_of(&[events(TRYING), tutorial])),
        rule("looking at plans", Phase::Comparison, &any_of(&[events(COMPARING), pages(COMPARING_PAGES)])),
        rule("looking at the product", Phase::Consideration, &any_of(&[events(LOOKING), pages(LOOKING_PAGES)])),
        rule("any page or promotion", Phase::Awareness, &events(NOTICING)),
    ]
}
