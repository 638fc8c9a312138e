//! Which rules fit the records of a CRM? Lifecycle and deal stages as HubSpot, Salesforce and Pipedrive ship them, and
//! what people do with e-mails.
//!
//! A stage is read from the column `stage`, and from the event name, since exports of stage dates name the event after the
//! stage. A lead that Salesforce calls converted has become an opportunity, no customer. Lost and unqualified have no phase: they say that the selling ended, not where the person stands. Neither have
//! e-mails sent, delivered or bounced: the person did nothing.

use kundresa_model::phase::Phase;
use kundresa_model::spec::phases::PhaseRule;

use super::words::{any_of, events, reads_like};
use super::{any_but, rule};

const WON: &[&str] = &["customer", "new customer", "closed ?-? ?won", "deal won", "won", "signed", "purchase"];

const RECOMMENDING: &[&str] =
    &["evangelist", "advocate", "ambassador", "promoter", "referral", "reference customer", "review"];

const FIRST_USE: &[&str] = &[
    "onboarding.*",
    "implementation.*",
    "kick ?off.*",
    "go live",
    "live",
    "delivered to customer",
    "training.*",
    "handover",
];

const STAYING: &[&str] = &[
    "renewal.*",
    "renewed",
    "renew",
    "upsell.*",
    "cross sell.*",
    "expansion.*",
    "active customer",
    "repeat customer",
    "returning customer",
    "loyal customer",
    "retention",
];

const SELLING: &[&str] = &[
    "opportunity",
    "opportunity created",
    "deal created",
    "demo scheduled",
    "presentation scheduled",
    "decision maker bought in",
    "proposal.*",
    "quote.*",
    "quote sent",
    "negotiations?(?: started)?",
    "negotiation/review",
    "proposal/price quote",
    "contract.*",
    "contract sent",
    "verbal commit(?:ment)?",
    "commit",
    "closing",
    "closed ?- ?converted",
    "converted",
];

const WEIGHING: &[&str] = &[
    "sales qualified lead",
    "sql",
    "qualified to buy",
    "qualified",
    "qualification",
    "needs analysis",
    "needs defined",
    "value proposition",
    "id[.]? decision makers",
    "perception analysis",
    "appointment scheduled",
    "meeting (?:scheduled|booked|held)",
    "discovery.*",
    "working ?- ?contacted",
];

const LOOKING: &[&str] = &[
    "lead",
    "new lead",
    "marketing qualified lead",
    "mql",
    "lead in",
    "contact made",
    "contacted",
    "open deal",
    "click",
    "clicked",
    "e-?mail click(?:ed)?",
    "form submission",
    "form submit(?:ted)?",
    "reply|replied|e-?mail repl(?:y|ied)",
    "webinar.*",
];

const NOTICING: &[&str] = &[
    "subscriber",
    "prospect",
    "prospecting",
    "new",
    "open ?- ?not contacted",
    "open",
    "opened",
    "e-?mail open(?:ed)?",
    "page view",
    "visitor",
    "anonymous",
];

/// Events that end the selling, or are none of the person's doing.
const NO_PHASE: &[&str] = &[
    "closed ?-? ?lost",
    "lost",
    "deal lost",
    "closed ?- ?not converted",
    "unqualified",
    "disqualified",
    "churn(?:ed)?",
    "former customer",
    "sent|e-?mail sent",
    "delivered|e-?mail delivered",
    "bounced?|e-?mail bounced?",
    "dropped|deferred|processed",
    "spam ?report",
    "status ?change",
];

/// Records whose stage or event name reads like one of `names`, or like the date of one (`Became a Customer Date`).
fn records(names: &[&str]) -> String {
    let name = format!("(?:became an? )?(?:{})(?: date)?", names.join("|"));
    any_of(&[reads_like("stage", &[&name]), events(&[&name])])
}

/// The rules, in the order in which they are tried.
pub(super) fn rules() -> Vec<PhaseRule> {
    let selling_again = records(&[SELLING, WEIGHING, NO_PHASE].concat());
    vec![
        rule("won", Phase::Purchase, &records(WON)),
        rule("recommendation", Phase::Advocacy, &any_of(&[records(RECOMMENDING), "nps >= 9".to_owned()])),
        rule("implementation", Phase::Onboarding, &records(FIRST_USE)),
        rule("renewal", Phase::Retention, &records(STAYING)),
        PhaseRule {
            after: Some(Phase::Purchase),
            ..any_but("contact as a customer", Phase::Retention, &selling_again)
        },
        rule("opportunity", Phase::Decision, &records(SELLING)),
        rule("sales qualified", Phase::Comparison, &records(WEIGHING)),
        rule("lead or reply", Phase::Consideration, &records(LOOKING)),
        rule("subscriber or opened e-mail", Phase::Awareness, &records(NOTICING)),
    ]
}
