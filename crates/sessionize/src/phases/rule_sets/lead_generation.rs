//! Which rules fit a site that collects leads? GA4's recommended events for lead generation, its forms and downloads.
//!
//! A lead (`generate_lead`, a quote or a demo asked for) is the decision phase and the goal; what sales makes of it
//! (`close_convert_lead`) is the purchase. A form that was only begun is comparison: its visitor still weighs whether to ask.
//! A lead that sales gives up (`disqualify_lead`, `close_unconvert_lead`) says nothing about where the person stands, so
//! these events have no phase.

use kundresa_model::phase::Phase;
use kundresa_model::spec::phases::PhaseRule;

use super::words::{any_of, events, pages};
use super::{any_but, rule};

const WON: &[&str] = &["close convert lead", "convert lead", "lead converted", "purchase"];

const GIVEN_UP: &[&str] = &["disqualify lead", "lead disqualified", "close unconvert lead", "lead lost"];

const LEADS: &[&str] = &[
    "generate lead",
    "lead generated",
    "lead",
    "qualify lead",
    "lead qualified",
    "working lead",
    "contact",
    "contact us",
    "contact sales",
    "request quote",
    "quote requested",
    "request demo",
    "demo requested",
    "book demo",
    "book meeting",
    "schedule meeting",
    "meeting booked",
    "form submit",
    "form submitted",
];

const RECOMMENDING: &[&str] = &["share", "review", "refer", "referral", "testimonial"];

const FIRST_USE: &[&str] =
    &["tutorial begin", "tutorial complete", "onboarding.*", "kick ?off", "first login", "welcome call"];

const COMPARING: &[&str] = &[
    "form start",
    "form started",
    "compare.*",
    "calculator.*",
    "view pricing",
    "pricing viewed",
    "view quote",
    "chat start(?:ed)?",
];

const COMPARING_PAGES: &[&str] = &[
    "compare",
    "comparison",
    "pricing",
    "prices",
    "plans",
    "reviews",
    "case-stud(?:y|ies)",
    "references",
    "calculator",
];

const LOOKING: &[&str] = &[
    "file download",
    "download",
    "sign up",
    "newsletter.*",
    "subscribe",
    "search",
    "view search results",
    "video start",
    "video progress",
    "video complete",
    "view item",
    "view item list",
    "select item",
    "select content",
    "webinar.*",
    "whitepaper.*",
    "e?book download(?:ed)?",
    "guide download(?:ed)?",
    "add to wishlist",
];

const LOOKING_PAGES: &[&str] = &[
    "products?",
    "services?",
    "solutions?",
    "features?",
    "industries",
    "resources",
    "whitepapers?",
    "webinars?",
    "guides?",
];

const NOTICING: &[&str] =
    &["page view", "screen view", "view promotion", "select promotion", "ad click", "ad impression"];

/// The rules, in the order in which they are tried.
pub(super) fn rules() -> Vec<PhaseRule> {
    let asking_again = events(&[LEADS, GIVEN_UP].concat());
    vec![
        rule("lead won", Phase::Purchase, &events(WON)),
        rule("recommendation", Phase::Advocacy, &any_of(&[events(RECOMMENDING), "nps >= 9".to_owned()])),
        PhaseRule { after: Some(Phase::Purchase), ..rule("first use", Phase::Onboarding, &events(FIRST_USE)) },
        PhaseRule { after: Some(Phase::Purchase), ..any_but("return as a customer", Phase::Retention, &asking_again) },
        rule("lead", Phase::Decision, &events(LEADS)),
        rule("weighing an inquiry", Phase::Comparison, &any_of(&[events(COMPARING), pages(COMPARING_PAGES)])),
        rule("looking at the offer", Phase::Consideration, &any_of(&[events(LOOKING), pages(LOOKING_PAGES)])),
        rule("any page or promotion", Phase::Awareness, &events(NOTICING)),
    ]
}
