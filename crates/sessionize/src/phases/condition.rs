//! What must hold of an event itself for a rule to match, as one predicate?

use kundresa_model::field::text::EVENT;
use kundresa_model::predicate::{Condition, History, HistoryKind, ParseError, Predicate, Test, parse_predicate};
use kundresa_model::spec::phases::PhaseRule;

use super::PhaseError;

/// The predicate of a rule: `when` matches, `unless` does not, and each key of history holds.
pub(super) fn condition(rule: &PhaseRule) -> Result<Predicate, PhaseError> {
    let when = parsed(rule, "when", rule.when.as_deref())?;
    let unless = parsed(rule, "unless", rule.unless.as_deref())?.map(|unless| unmatched(&unless, false));
    let conditions = when.into_iter().chain(unless).chain(history(rule));
    Ok(conditions.reduce(|all, one| join(false, all, one)).unwrap_or_else(|| test(EVENT, Condition::IsNotNull)))
}

/// The keys `after`, `same_session_after` and `session_after` as predicates.
fn history(rule: &PhaseRule) -> impl Iterator<Item = Predicate> {
    let phases = [rule.after, rule.same_session_after, rule.session_after];
    let keys = HistoryKind::ALL.into_iter().zip(phases);
    keys.filter_map(|(kind, phase)| Some(Predicate::History(History { kind, phase: phase? })))
}

fn parsed(rule: &PhaseRule, key: &'static str, text: Option<&str>) -> Result<Option<Predicate>, PhaseError> {
    let error = |error: ParseError| PhaseError::Parse { rule: rule.name.clone(), key, error };
    text.map(parse_predicate).transpose().map_err(error)
}

/// What holds exactly where the predicate (with `negated`: its negation) does not match. Unlike `not`, null is no hindrance.
fn unmatched(predicate: &Predicate, negated: bool) -> Predicate {
    match predicate {
        Predicate::Not(inner) => unmatched(inner, !negated),
        Predicate::And(left, right) => join(!negated, unmatched(left, negated), unmatched(right, negated)),
        Predicate::Or(left, right) => join(negated, unmatched(left, negated), unmatched(right, negated)),
        Predicate::History(_) if negated => predicate.clone(),
        Predicate::History(_) => Predicate::Not(Box::new(predicate.clone())),
        Predicate::Test(inner) => {
            let opposite = Predicate::Test(inner.clone());
            let opposite = if negated { opposite } else { Predicate::Not(Box::new(opposite)) };
            if matches!(inner.condition, Condition::IsNull | Condition::IsNotNull) {
                return opposite;
            }
            join(true, opposite, test(&inner.column, Condition::IsNull))
        }
    }
}

fn join(is_or: bool, left: Predicate, right: Predicate) -> Predicate {
    let (left, right) = (Box::new(left), Box::new(right));
    if is_or { Predicate::Or(left, right) } else { Predicate::And(left, right) }
}

fn test(column: &str, condition: Condition) -> Predicate {
    Predicate::Test(Test { column: column.to_owned(), condition })
}
