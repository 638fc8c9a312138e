//! What should a reader of the figures know beforehand?
//!
//! Warnings depend on rows and settings only, so they are part of the results.

use chrono::{DateTime, NaiveDate};
use kundresa_model::mask::Columns;
use kundresa_model::spec::asks::{AskedPredicate, Asks};
use kundresa_model::spec::phases::PhaseSpec;
use kundresa_model::spec::request::{AnalysisSpec, Request};

use crate::error::EngineError;
use crate::overview::Period;
use crate::unknown_values::unknown_events;

/// That configured rules name events which occur nowhere in the log.
pub(crate) fn unknown_events_of_rules(spec: &PhaseSpec, columns: &dyn Columns) -> Vec<String> {
    let mut asks = Asks::default();
    spec.asks(&mut asks);
    let warning = |asked: AskedPredicate| {
        let unknown = unknown_events(&asked.parse().ok()?, columns)?;
        Some(format!("{}: no event of this log is called {unknown}", asked.place))
    };
    asks.predicates.into_iter().filter_map(warning).collect()
}

/// That a funnel was counted by another product's definition.
pub(crate) fn emulation(title: &str, request: &Request) -> Option<String> {
    let AnalysisSpec::Funnel(spec) = &request.analysis else { return None };
    let product = spec.emulation?;
    Some(format!("{title}: an emulation of {product}, for comparing figures; not Kundresa's definition of a funnel"))
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
