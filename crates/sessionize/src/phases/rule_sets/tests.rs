use kundresa_model::chunk::UNCLASSIFIED;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::spec::phases::PhaseSpec;
use kundresa_model::spec::sessions::SessionRules;
use kundresa_model::zone::ZoneTable;

use super::*;
use crate::fixture::{Event, Log, event};
use crate::phases::{PhaseBuffers, PhaseLabeler, phase_columns};
use crate::sessions::{SessionBuffers, SessionColumns, Sessionizer};

/// Key of the phase of each of one actor's events; `-` for none.
fn label(set: RuleSet, actor: &[Event]) -> Vec<&'static str> {
    let log = Log::new(&[actor.to_vec()]);
    let rules = SessionRules::default();
    let mut sessions = SessionBuffers::default();
    let sessionizer = Sessionizer::new(&rules, &ZoneTable::utc(), SessionColumns::new(&rules, &log));
    sessionizer.sessionize(&log.batch(), &mut sessions);
    let spec = PhaseSpec { rule_set: set, ..PhaseSpec::default() };
    let labeler = PhaseLabeler::try_new(&spec, &log).expect("a set that ships");
    let mut phases = PhaseBuffers::default();
    labeler.label(&log.batch(), &sessions, &mut phases);
    let key = |code: &u8| if *code == UNCLASSIFIED { "-" } else { Phase::ALL[usize::from(*code)].key() };
    phases.observed().iter().map(key).collect()
}

/// Phase of each event on its own.
fn of_event(set: RuleSet, name: &'static str) -> &'static str {
    label(set, &[event("10:00", name)])[0]
}

fn of_page(set: RuleSet, page: &'static str) -> &'static str {
    label(set, &[event("10:00", "page_view").with("page", page)])[0]
}

fn check(set: RuleSet, expected: &[(&str, &[&'static str])]) {
    for (phase, names) in expected {
        for name in *names {
            assert_eq!(of_event(set, name), *phase, "{name} with {}", set.name());
        }
    }
}

fn check_pages(set: RuleSet, expected: &[(&str, &[&'static str])]) {
    for (phase, pages) in expected {
        for page in *pages {
            assert_eq!(of_page(set, page), *phase, "{page} with {}", set.name());
        }
    }
}

#[test]
fn rules_of_every_set_can_be_read_and_have_names_of_their_own() {
    for set in RuleSet::ALL {
        let spec = PhaseSpec { rule_set: set, ..PhaseSpec::default() };
        let columns = phase_columns(&spec).unwrap_or_else(|error| panic!("{}: {error}", set.name()));
        assert!(columns.contains("event"), "{}", set.name());
        let mut names: Vec<String> = rules_of(set).into_iter().map(|rule| rule.name).collect();
        let rules = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), rules, "{}", set.name());
        assert_eq!(spec.goal(), set.goal());
    }
}

#[test]
fn leads_and_what_sales_makes_of_them() {
    let set = RuleSet::LeadGeneration;
    check(
        set,
        &[
            (
                "decision",
                &["generate_lead", "qualify_lead", "working_lead", "request_quote", "Contact Us", "form_submit"],
            ),
            ("purchase", &["close_convert_lead"]),
            ("-", &["disqualify_lead", "close_unconvert_lead", "scroll", "click"]),
            ("comparison", &["form_start", "compare_plans", "calculator_used"]),
            ("consideration", &["file_download", "sign_up", "newsletter_signup", "search", "video_start"]),
            ("awareness", &["page_view", "Page View", "view_promotion"]),
            ("advocacy", &["share", "testimonial"]),
        ],
    );
    check_pages(
        set,
        &[
            ("comparison", &["/pricing", "/en/pricing/teams", "/case-studies/a"]),
            ("consideration", &["/services", "/sv-SE/solutions/x"]),
            ("awareness", &["/", "/blog/pricing-is-hard", "/pricingpolicy"]),
        ],
    );
}

#[test]
fn a_lead_is_the_goal_and_a_customer_comes_back_as_one() {
    let actor = [
        event("10:00", "form_start"),
        event("10:01", "generate_lead"),
        event("12:00", "page_view"),
        event("13:00", "close_convert_lead").passive(),
        event("14:00", "page_view"),
        event("14:01", "onboarding_call"),
        event("14:02", "generate_lead"),
        event("14:03", "disqualify_lead").passive(),
    ];
    assert_eq!(
        label(RuleSet::LeadGeneration, &actor),
        ["comparison", "decision", "awareness", "purchase", "retention", "onboarding", "decision", "-"]
    );
    assert_eq!(RuleSet::LeadGeneration.goal(), Phase::Decision);
}

#[test]
fn accounts_trials_and_subscriptions() {
    let set = RuleSet::Saas;
    check(
        set,
        &[
            ("decision", &["sign_up", "Trial Started", "login", "tutorial_begin", "Signed In", "begin_checkout"]),
            ("purchase", &["subscription_started", "Subscription Created", "purchase"]),
            ("retention", &["subscription_renewed", "plan_upgraded", "Invoice Paid"]),
            ("-", &["subscription_cancelled", "Subscription Canceled", "churned"]),
            ("advocacy", &["invite_sent", "referral", "Teammate Invited"]),
            ("comparison", &["view_pricing", "Plan Viewed"]),
            ("consideration", &["view_item", "Feature Viewed"]),
            ("awareness", &["page_view", "Viewed Page"]),
        ],
    );
    check_pages(set, &[("comparison", &["/pricing", "/vs/other"]), ("consideration", &["/features", "/docs/api"])]);
}

#[test]
fn a_trial_is_decision_until_it_is_paid_for() {
    let actor = [
        event("10:00", "trial_started"),
        event("10:05", "tutorial_begin"),
        event("12:00", "login"),
        event("12:10", "subscription_started"),
        event("12:10", "purchase"),
        event("12:11", "page_view"),
        event("14:00", "tutorial_complete"),
        event("14:01", "login"),
        event("14:02", "add_payment_info"),
        event("16:00", "purchase"),
        event("16:01", "cancel_subscription"),
    ];
    // The purchase of 16:00 is a later payment.
    assert_eq!(
        label(RuleSet::Saas, &actor),
        [
            "decision",
            "decision",
            "decision",
            "purchase",
            "purchase",
            "onboarding",
            "onboarding",
            "retention",
            "decision",
            "retention",
            "-"
        ]
    );
}

#[test]
fn stages_of_three_vendors() {
    check(
        RuleSet::Crm,
        &[
            ("awareness", &["subscriber", "Prospecting", "OPEN", "Open - Not Contacted"]),
            (
                "consideration",
                &["lead", "marketingqualifiedlead", "Marketing Qualified Lead", "MQL", "CLICK", "Contact Made"],
            ),
            (
                "comparison",
                &[
                    "salesqualifiedlead",
                    "qualifiedtobuy",
                    "Needs Analysis",
                    "Id. Decision Makers",
                    "appointmentscheduled",
                ],
            ),
            (
                "decision",
                &[
                    "opportunity",
                    "Proposal/Price Quote",
                    "Negotiation/Review",
                    "contractsent",
                    "decisionmakerboughtin",
                    "Proposal Made",
                    "Negotiations Started",
                    "Closed - Converted",
                ],
            ),
            ("purchase", &["closedwon", "Closed Won", "customer", "won", "Became a Customer Date"]),
            ("advocacy", &["evangelist"]),
            ("retention", &["Renewal"]),
            ("onboarding", &["Implementation"]),
            (
                "-",
                &[
                    "closedlost",
                    "Closed Lost",
                    "lost",
                    "SENT",
                    "DELIVERED",
                    "BOUNCE",
                    "Closed - Not Converted",
                    "other",
                ],
            ),
        ],
    );
}

#[test]
fn a_customer_opens_mail_as_a_customer_and_may_become_an_opportunity_again() {
    let actor = [
        event("10:00", "OPEN").passive(),
        event("11:00", "customer").passive(),
        event("12:00", "OPEN").passive(),
        event("13:00", "SENT").passive(),
        event("14:00", "opportunity").passive(),
        event("15:00", "closedlost").passive(),
    ];
    assert_eq!(label(RuleSet::Crm, &actor), ["awareness", "purchase", "retention", "-", "decision", "-"]);
}

#[test]
fn pages_alone() {
    check_pages(
        RuleSet::PlainWeb,
        &[
            ("awareness", &["/", "/blog/checkout-tips", "/about", "/news/2024", "/en"]),
            ("consideration", &["/product/:id", "/products", "/help", "/sv/help/returns", "/search?q=x"]),
            ("comparison", &["/pricing", "/compare/a-b", "/en-gb/plans"]),
            ("decision", &["/checkout", "/checkout/shipping", "/cart", "/contact-us"]),
            ("purchase", &["/thank-you", "/checkout/success", "/order-confirmation", "/tack"]),
            ("retention", &["/account", "/my-account/orders"]),
            ("-", &["/images/logo.gif", "/product/x.JPG", "/account/a.css"]),
        ],
    );
    assert_eq!(of_event(RuleSet::PlainWeb, "page_view"), "awareness");
    assert_eq!(of_event(RuleSet::PlainWeb, "scroll"), "-");
}

#[test]
fn pages_after_an_order() {
    let page = |at, page| event(at, "page_view").with("page", page);
    let actor = [
        page("10:00", "/account/login"),
        page("10:01", "/thank-you"),
        page("10:02", "/account/orders"),
        page("10:03", "/logo.png"),
        page("12:00", "/product/1"),
        page("12:01", "/checkout"),
    ];
    assert_eq!(label(RuleSet::PlainWeb, &actor), ["awareness", "purchase", "onboarding", "-", "retention", "decision"]);
}

fn fits(column: &str, values: &[&str]) -> Vec<RuleSetFit> {
    let values = Dictionary::new(values.iter().map(|value| (*value).to_owned()).collect());
    rule_set_fits(column, &values).expect("sets that ship")
}

#[test]
fn a_log_is_recognised_by_its_events_pages_or_stages() {
    let best = |column, values: &[&str]| fits(column, values)[0].set;
    assert_eq!(best("event", &["page_view", "view_item", "add_to_cart", "purchase", "scroll"]), RuleSet::Ecommerce);
    assert_eq!(best("event", &["page_view", "form_start", "generate_lead", "qualify_lead"]), RuleSet::LeadGeneration);
    assert_eq!(best("event", &["Page View", "Signed Up", "Trial Started", "Plan Upgraded"]), RuleSet::Saas);
    assert_eq!(best("stage", &["lead", "opportunity", "closedwon"]), RuleSet::Crm);
    assert_eq!(best("page", &["/", "/pricing", "/checkout", "/about"]), RuleSet::PlainWeb);
}

#[test]
fn a_fit_counts_values_without_history() {
    // view_item, purchase and page_view have rules of their own; scroll would only be classified after a purchase.
    let ecommerce = fits("event", &["view_item", "purchase", "page_view", "scroll"]);
    let found = ecommerce.iter().find(|fit| fit.set == RuleSet::Ecommerce);
    assert_eq!(found, Some(&RuleSetFit { set: RuleSet::Ecommerce, values: 4, classified: 3, phases: 3 }));
    assert_eq!(fits("event", &[])[0], RuleSetFit { set: RuleSet::Ecommerce, values: 0, classified: 0, phases: 0 });
}
