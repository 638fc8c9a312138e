//! Can what was asked for be meant? Finds what would be counted without complaint and yet say nothing.

use std::collections::BTreeSet;

use kundresa_model::spec::carts::{CartEvent, CartSpec};
use kundresa_model::spec::funnel::FunnelSpec;

/// Why a cart needs some time before it is abandoned.
pub const ABANDONED_AT_ONCE: &str = "every cart would be abandoned with its last event";

/// What is said about a span of zero.
pub fn zero(why: &str) -> String {
    format!("a span of zero: {why}\nhint: write for example 30m, 24h or 7d")
}

/// The first role of carts that names an event of another role, with what is said about it. An event has one role, so
/// the later of the two would never get it.
pub fn shared_cart_event(spec: &CartSpec) -> Option<(CartEvent, String)> {
    let default = CartSpec::default();
    let own = spec.written().filter(|(role, when)| *when != default.when(*role));
    own.into_iter().find_map(|(role, when)| {
        let names = event_names(when);
        spec.written().filter(|(other, _)| *other != role).find_map(|(other, its)| {
            let both = names.intersection(&event_names(its)).next().map(|name| (*name).to_owned())?;
            let message = format!(
                "`{both}` is in `{}` as well, and an event has one role in a cart\n\
                 hint: take it out of one of the two; \"\" is no event",
                other.key()
            );
            Some((role, message))
        })
    })
}

/// The first exclusion that can never end an attempt, with what is said about it: all of its events satisfy one of the
/// steps it lies between, and such an event is no exclusion.
pub fn idle_exclusion(funnel: &FunnelSpec) -> Option<(usize, String)> {
    let required: Vec<_> = funnel.steps.iter().filter(|step| !step.optional).collect();
    funnel.exclusions.iter().enumerate().find_map(|(index, exclusion)| {
        let from = exclusion.from.map_or(1, |number| number as usize);
        let to = exclusion.to.map_or(required.len(), |number| number as usize);
        let between = required.get(from.checked_sub(1)?..to)?;
        let names = event_names(&exclusion.when);
        let covers = |when: &str| {
            when.trim() == exclusion.when.trim() || !names.is_empty() && names.is_subset(&event_names(when))
        };
        let step = between.iter().find(|step| covers(&step.when))?;
        let message = format!(
            "`{}` is the step `{}` between steps {from} and {to}: what satisfies a step there excludes nothing\n\
             hint: name other events, or steps between which it is none",
            exclusion.when, step.name
        );
        Some((index, message))
    })
}

/// The event names of a step that is written as such; none where it is a predicate.
fn event_names(step: &str) -> BTreeSet<&str> {
    if step.contains(['"', '\'', '=', '<', '>', '(', '`']) {
        return BTreeSet::new();
    }
    step.split('|').map(str::trim).filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use kundresa_model::spec::funnel::{Exclusion, FunnelStep};

    use super::*;

    #[test]
    fn a_cart_event_has_one_role() {
        let spec = CartSpec { add: "purchase".to_owned(), ..CartSpec::default() };
        let (role, message) = shared_cart_event(&spec).expect("purchase has two roles");
        assert_eq!(role, CartEvent::Add);
        assert!(message.starts_with("`purchase` is in `purchase` as well"), "{message}");
        assert_eq!(shared_cart_event(&CartSpec { purchase: "order".to_owned(), ..spec }), None);
        assert_eq!(shared_cart_event(&CartSpec::default()), None);
        let predicate = CartSpec { add: "event == \"purchase\" and value > 0".to_owned(), ..CartSpec::default() };
        assert_eq!(shared_cart_event(&predicate), None);
    }

    #[test]
    fn an_exclusion_of_a_step_between_its_ends_is_idle() {
        let funnel = |when: &str, from, to| FunnelSpec {
            steps: ["a", "b|x", "c"].map(FunnelStep::of).to_vec(),
            exclusions: vec![Exclusion { when: when.to_owned(), from, to }],
            ..FunnelSpec::default()
        };
        assert!(idle_exclusion(&funnel("x", None, None)).is_some());
        assert!(idle_exclusion(&funnel("a", Some(1), Some(2))).is_some());
        // Between steps 2 and 3 the first step is not at stake.
        assert_eq!(idle_exclusion(&funnel("a", Some(2), Some(3))), None);
        // `y` is no step, so the exclusion can happen.
        assert_eq!(idle_exclusion(&funnel("b|y", None, None)), None);
        // Ranges that do not fit are refused elsewhere.
        assert_eq!(idle_exclusion(&funnel("a", Some(3), Some(9))), None);
        assert_eq!(idle_exclusion(&funnel("a", Some(0), None)), None);
    }
}
