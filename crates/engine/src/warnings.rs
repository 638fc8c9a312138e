//! What should a reader of the figures know beforehand?
//!
//! Warnings depend on rows and settings only, so they are part of the results.

use chrono::{DateTime, NaiveDate};
use kundresa_model::field::text;
use kundresa_model::mask::Columns;
use kundresa_model::predicate::{Condition, Literal, Predicate, parse_step};
use kundresa_model::spec::request::{AnalysisSpec, Request};
use kundresa_model::suggest::nearest;

use crate::columns::ReadColumns;
use crate::error::EngineError;
use crate::overview::Period;

/// That a funnel's step can match nothing, with the event names that may have been meant.
pub(crate) fn impossible_step(title: &str, request: &Request, step: &str, columns: &ReadColumns<'_>) -> String {
    let known = columns.text(text::EVENT).map_or(&[][..], |(_, dictionary)| dictionary.values());
    let written = event_names(request, step);
    let unknown = written.iter().filter(|name| !known.contains(name));
    let mut near: Vec<&str> = unknown.filter_map(|name| nearest(name, known.iter().map(String::as_str))).collect();
    near.dedup();
    let hint = match near.as_slice() {
        [] => String::new(),
        names => format!(" (did you mean `{}`?)", names.join("` or `")),
    };
    format!("{title}: step `{step}` can match no event of this log{hint}")
}

/// Event names that a funnel's step asks for.
fn event_names(request: &Request, step: &str) -> Vec<String> {
    let AnalysisSpec::Funnel(spec) = &request.analysis else { return Vec::new() };
    let Some(step) = spec.steps.iter().find(|candidate| candidate.name == step) else { return Vec::new() };
    parse_step(&step.when).map_or_else(|_| Vec::new(), |predicate| names_in(&predicate))
}

fn names_in(predicate: &Predicate) -> Vec<String> {
    match predicate {
        Predicate::And(left, right) | Predicate::Or(left, right) => [names_in(left), names_in(right)].concat(),
        Predicate::Not(_) => Vec::new(),
        Predicate::Test(test) if test.column == text::EVENT => match &test.condition {
            Condition::In(literals) => literals.iter().filter_map(text_of).collect(),
            Condition::Glob(pattern) => vec![pattern.clone()],
            _ => Vec::new(),
        },
        Predicate::Test(_) => Vec::new(),
    }
}

fn text_of(literal: &Literal) -> Option<String> {
    match literal {
        Literal::Text(text) => Some(text.clone()),
        Literal::Number(_) => None,
    }
}

/// That the last day holds so few events that the data probably ends before it.
pub(crate) fn thin_last_day(period: &Period) -> Option<String> {
    let (&day, &events) = period.days.last_key_value()?;
    let mut sizes: Vec<u64> = period.days.values().copied().collect();
    sizes.sort_unstable();
    let median = sizes[(sizes.len() - 1) / 2];
    let is_thin = events.saturating_mul(100) < median;
    is_thin.then(|| {
        format!(
            "the last day, {}, holds {events} events, under 1 % of the median day's {median}: the data may really end \
             before it; --to sets the end, which decides what counts as dropped or open",
            date(day)
        )
    })
}

/// That no unit can be chosen because all events lie before `--from`.
pub(crate) fn nothing_after_from(period: &Period, requests: &[Request]) -> Result<Option<String>, EngineError> {
    let (Some(end), Some(from)) = (period.data_end, requests.iter().filter_map(|request| request.scope.from_us).max())
    else {
        return Ok(None);
    };
    if from < end.cut {
        return Ok(None);
    }
    if period.from == crate::overview::DataEndFrom::To {
        return Err(EngineError::EmptyPeriod { from: instant(from), to: instant(end.at) });
    }
    Ok(Some(format!("nothing can be chosen: --from is {}, but the data ends at {}", instant(from), instant(end.at))))
}

fn date(day: i64) -> String {
    let date = i32::try_from(day).ok().and_then(NaiveDate::from_epoch_days);
    date.map_or_else(|| format!("day {day}"), |date| date.to_string())
}

fn instant(us: i64) -> String {
    DateTime::from_timestamp_micros(us)
        .map_or_else(|| format!("{us} µs"), |time| time.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::overview::DataEndFrom;

    fn period(days: &[(i64, u64)]) -> Period {
        Period {
            data_end: None,
            from: DataEndFrom::LastActivity,
            start_us: None,
            days: BTreeMap::from_iter(days.to_vec()),
        }
    }

    #[test]
    fn last_day_is_thin_below_one_per_cent_of_the_median_day() {
        // Median of 1000, 900, 9 and 2000 is the second smallest, 900.
        let thin = period(&[(19_000, 1000), (19_001, 900), (19_002, 2000), (19_003, 8)]);
        let warning = thin_last_day(&thin).expect("8 is less than 9");
        assert!(
            warning.starts_with("the last day, 2022-01-11, holds 8 events, under 1 % of the median day's 900"),
            "{warning}"
        );
        assert_eq!(thin_last_day(&period(&[(1, 1000), (2, 900), (3, 2000), (4, 9)])), None);
        assert_eq!(thin_last_day(&period(&[])), None);
        assert_eq!(thin_last_day(&period(&[(1, 1)])), None);
    }
}
