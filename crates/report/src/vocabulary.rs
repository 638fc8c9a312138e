//! Which text, in every language, stands for a key in results?
//!
//! [`crate::words`] says the same in English for the terminal.

use kundresa_model::document::Settings;
use kundresa_model::quality::RejectReason;
use kundresa_model::result::funnel::FunnelResult;
use kundresa_model::result::transitions::{CONTINUED, EXIT, OPEN, START, TransitionsOf, UNCHOSEN};
use kundresa_model::spec::carts::CartEvent;
use kundresa_model::spec::funnel::{Exclusion, FunnelEntry, FunnelUnit, OnExclusion};
use kundresa_model::spec::request::Bots;
use kundresa_model::spec::scope::FilterScope;

use crate::html::texts::words as texts;
use crate::locale::{Locale, Text};

/// Longest predicate in a sentence, in characters.
const LONGEST_PREDICATE: usize = 40;

/// What stands before the first or after the last node; `None` for a real node.
pub fn pseudo_node(name: &str, of: TransitionsOf) -> Option<&'static Text> {
    Some(match (name, of) {
        (START, TransitionsOf::Phases) => &texts::JOURNEY_BEGINS,
        (START, TransitionsOf::Events | TransitionsOf::Pages) => &texts::SESSION_BEGINS,
        (CONTINUED, _) => &texts::BEGAN_EARLIER,
        (EXIT, TransitionsOf::Phases) => &texts::JOURNEY_ENDS,
        (EXIT, TransitionsOf::Events | TransitionsOf::Pages) => &texts::SESSION_ENDS,
        (OPEN, _) => &texts::STILL_OPEN,
        (UNCHOSEN, _) => &texts::UNCHOSEN,
        _ => return None,
    })
}

/// So many nodes that are not shown one by one.
pub fn other_nodes(locale: Locale, number: u64, of: TransitionsOf) -> String {
    let (one, many) = match of {
        TransitionsOf::Phases => (&texts::OTHER_PHASE, &texts::OTHER_PHASES),
        TransitionsOf::Events => (&texts::OTHER_EVENT, &texts::OTHER_EVENTS),
        TransitionsOf::Pages => (&texts::OTHER_PAGE, &texts::OTHER_PAGES),
    };
    locale.fill(if number == 1 { one } else { many }, &[&locale.count(number)])
}

/// Why a session began; `None` for a reason that this version does not know.
pub fn session_start(reason: &str) -> Option<&'static Text> {
    Some(match reason {
        "first" => &texts::BEGUN_FIRST,
        "gap" => &texts::BEGUN_GAP,
        "id" => &texts::BEGUN_ID,
        "campaign" => &texts::BEGUN_CAMPAIGN,
        "midnight" => &texts::BEGUN_MIDNIGHT,
        "cap" => &texts::BEGUN_CAP,
        _ => return None,
    })
}

/// One and many of those whom a funnel counts.
pub fn units(unit: FunnelUnit) -> (&'static Text, &'static Text) {
    match unit {
        FunnelUnit::Actor => (&texts::ACTOR, &texts::ACTORS),
        FunnelUnit::Session => (&texts::SESSION, &texts::SESSIONS),
        FunnelUnit::Attempt => (&texts::ATTEMPT, &texts::ATTEMPTS),
    }
}

/// Which entry of a funnel counts.
pub fn entry(entry: FunnelEntry) -> &'static Text {
    match entry {
        FunnelEntry::Best => &texts::BEST_ENTRY,
        FunnelEntry::First => &texts::FIRST_ENTRY,
        FunnelEntry::Every => &texts::EVERY_ENTRY,
    }
}

/// The furthest step of a cart.
pub fn cart_step(step: CartEvent) -> &'static Text {
    match step {
        CartEvent::Add | CartEvent::Remove => &texts::CART_FILLED,
        CartEvent::ViewCart => &texts::CART_VIEWED,
        CartEvent::BeginCheckout => &texts::CHECKOUT_BEGUN,
        CartEvent::Shipping => &texts::DELIVERY_CHOSEN,
        CartEvent::Payment => &texts::PAYMENT_CHOSEN,
        CartEvent::Purchase => &texts::BOUGHT,
        CartEvent::ViewItem => &texts::ITEM_VIEWED,
    }
}

/// Which events end an attempt, and what remains of it, as the rest of a sentence; `None` without exclusions.
pub fn exclusions(locale: Locale, funnel: &FunnelResult) -> Option<String> {
    let sentence = match funnel.on_exclusion? {
        OnExclusion::Truncate => &texts::ENDS_AND_KEEPS,
        OnExclusion::Void => &texts::ENDS_AND_VOIDS,
    };
    let ended: Vec<String> = funnel.exclusions.iter().map(|one| exclusion(locale, one)).collect();
    Some(locale.fill(sentence, &[&locale.choice(&ended)]))
}

fn exclusion(locale: Locale, exclusion: &Exclusion) -> String {
    let when = locale.elided(&exclusion.when, LONGEST_PREDICATE);
    match (exclusion.from, exclusion.to) {
        (None, None) => when,
        (from, None) => locale.fill(&texts::AFTER_STEP, &[&when, &from.unwrap_or(1)]),
        (None, Some(to)) => locale.fill(&texts::BEFORE_STEP, &[&when, &to]),
        (Some(from), Some(to)) => locale.fill(&texts::BETWEEN_STEPS, &[&when, &from, &to]),
    }
}

/// What `--bots` did.
pub fn bots(bots: Bots) -> &'static Text {
    match bots {
        Bots::Exclude => &texts::BOTS_EXCLUDED,
        Bots::Include => &texts::BOTS_INCLUDED,
        Bots::Only => &texts::BOTS_ONLY,
    }
}

/// What a filter had to match.
pub fn filter_scope(scope: Option<FilterScope>) -> &'static Text {
    match scope {
        Some(FilterScope::Event) => &texts::SCOPE_EVENT,
        Some(FilterScope::Session) => &texts::SCOPE_SESSION,
        Some(FilterScope::Actor) => &texts::SCOPE_ACTOR,
        None => &texts::SCOPE_USUAL,
    }
}

/// How the data end was found; `None` for a way that this version does not know.
pub fn data_end(from: &str) -> Option<&'static Text> {
    Some(match from {
        "to" => &texts::END_TO,
        "as_of" => &texts::END_AS_OF,
        "last_activity" => &texts::END_ACTIVITY,
        "last_event" => &texts::END_EVENT,
        _ => return None,
    })
}

/// In which zone times without a zone were read.
pub fn source_zone(locale: Locale, settings: &Settings) -> String {
    match settings.source_time_zone.as_deref() {
        None => locale.say(&texts::EVERY_TIME_HAS_ZONE).to_owned(),
        Some(zone) => {
            let zone = locale.visible(zone).replace(texts::ASSUMED.en, locale.say(&texts::ASSUMED));
            locale.fill(&texts::READ_AS, &[&zone])
        }
    }
}

/// Why a row was set aside.
pub fn rejection(reason: RejectReason) -> &'static Text {
    match reason {
        RejectReason::MissingTime => &texts::NO_EVENT_TIME,
        RejectReason::BadTime => &texts::BAD_EVENT_TIME,
        RejectReason::MissingEvent => &texts::NO_EVENT_NAME,
        RejectReason::FieldCount => &texts::FIELD_COUNT,
        RejectReason::BadJson => &texts::BAD_JSON,
        RejectReason::BadUtf8 => &texts::BAD_UTF8,
        RejectReason::ExcludedBySource => &texts::EXCLUDED_BY_SOURCE,
        RejectReason::LineTooLong => &texts::LINE_TOO_LONG,
        RejectReason::BadLine => &texts::BAD_LINE,
    }
}

/// The text for a key, or the key itself as it may be shown.
pub fn or_key(locale: Locale, text: Option<&'static Text>, key: &str) -> String {
    text.map_or_else(|| locale.visible(key), |text| locale.say(text).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_called_in_english_what_the_model_calls_them() {
        for reason in [
            RejectReason::MissingTime,
            RejectReason::BadTime,
            RejectReason::MissingEvent,
            RejectReason::FieldCount,
            RejectReason::BadJson,
            RejectReason::BadUtf8,
            RejectReason::ExcludedBySource,
            RejectReason::LineTooLong,
            RejectReason::BadLine,
        ] {
            assert_eq!(rejection(reason).en, reason.label());
        }
    }

    #[test]
    fn nodes_that_are_summed_are_counted() {
        let german = Locale::new(kundresa_model::language::Language::De);
        assert_eq!(other_nodes(german, 1, TransitionsOf::Events), "1 weiteres Ereignis");
        assert_eq!(other_nodes(german, 4_968, TransitionsOf::Pages), "4.968 weitere Seiten");
    }
}
