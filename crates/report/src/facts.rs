//! Which settings and sums must stand beside every figure?
//!
//! The same lines are shown by the terminal and by the page, so no reader has to guess what was counted.

use kundresa_model::document::Settings;
use kundresa_model::quality::LoadTotals;
use kundresa_model::spec::sessions::{CAP_EVENTS, CAP_SPAN_US};
use kundresa_model::time::HOUR_US;
use kundresa_model::zone::ZoneTable;

use crate::format;
use crate::words;

/// A heading with what is to be said under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is about.
    pub about: &'static str,
    /// What is said.
    pub text: String,
}

fn fact(about: &'static str, text: String) -> Fact {
    Fact { about, text }
}

/// The report zone; UTC when its name is not known, which the engine has refused before.
pub fn zone(settings: &Settings) -> ZoneTable {
    ZoneTable::try_new(&settings.time_zone).unwrap_or_else(|_| ZoneTable::utc())
}

/// `rows in 31,106 = events 31,106 + duplicates 0 + rejected 0`; with replaced and forgotten rows where there are any.
pub fn load_sum(totals: &LoadTotals) -> String {
    let always = [("events", totals.events), ("duplicates", totals.duplicates), ("rejected", totals.rejected)];
    let sometimes = [("replaced", totals.replaced), ("forgotten", totals.forgotten)];
    let terms = always.into_iter().chain(sometimes.into_iter().filter(|(_, rows)| *rows > 0));
    let terms: Vec<String> = terms.map(|(name, rows)| format!("{name} {}", format::count(rows))).collect();
    format!("rows in {} = {}", format::count(totals.rows_in), terms.join(" + "))
}

/// Everything in the settings that fixes what the figures mean, one fact a line; settings not used are left out.
pub fn settings(settings: &Settings) -> Vec<Fact> {
    let zone = zone(settings);
    let mut facts = vec![
        fact("Data", data(settings, &zone)),
        fact("Time zone", format!("{}; {}", settings.time_zone, words::source_zone(settings))),
    ];
    facts.extend(settings.from_us.map(|us| fact("From", format!("{} (--from)", format::instant(us, &zone)))));
    facts.push(fact("Filter", filter(settings)));
    facts.extend(
        settings.persona.as_ref().map(|name| fact("Persona", format!("only actors of {}", words::elided(name, 80)))),
    );
    facts.extend(settings.by.as_ref().map(|by| fact("Broken down by", words::elided(by, 80))));
    facts.extend(settings.min_actors.map(|least| fact("Privacy", privacy(least))));
    facts.push(fact("Bots", words::bots(settings.bots).to_owned()));
    facts.push(fact("Sessions", sessions(settings)));
    facts.push(fact("Phases", format!("taxonomy {}", words::visible(&settings.taxonomy))));
    facts
}

fn privacy(least: u64) -> String {
    format!(
        "{} stands for figures of fewer than {} actors, and for others that would give such a figure away; times, \
         histograms, next actions and amounts of so few are left out, and so are segments: they are part of (other)",
        format::HIDDEN,
        format::count(least)
    )
}

fn data(settings: &Settings, zone: &ZoneTable) -> String {
    match (settings.data_start_us, settings.data_end_us) {
        (None, None) => "no events".to_owned(),
        (start, end) => format!(
            "{} to {} ({})",
            format::instant_or_dash(start, zone),
            format::instant_or_dash(end, zone),
            words::data_end(&settings.data_end_from)
        ),
    }
}

fn filter(settings: &Settings) -> String {
    match &settings.filter {
        None => "none".to_owned(),
        Some(filter) => {
            format!("{} (must match {})", words::elided(filter, 400), words::filter_scope(settings.filter_scope))
        }
    }
}

fn sessions(settings: &Settings) -> String {
    let rules = &settings.sessions;
    let begin = if rules.use_vendor_id {
        "cut by the vendor's session id".to_owned()
    } else {
        format!("gap over {} begins a new one", format::duration(rules.timeout.as_us()))
    };
    let also = [(rules.split_at_midnight, "; midnight too"), (rules.split_on_campaign, "; a new campaign too")];
    let also: String = also.iter().filter(|(on, _)| *on).map(|(_, text)| *text).collect();
    let caps = if rules.caps {
        let events = format::count(u64::from(CAP_EVENTS));
        format!("caps on ({events} events, {} h)", CAP_SPAN_US / HOUR_US)
    } else {
        "caps off".to_owned()
    };
    format!("{begin}{also}; {caps}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_others_replace_are_part_of_the_sum() {
        let totals = LoadTotals { rows_in: 1_005, events: 1_000, replaced: 5, ..LoadTotals::default() };
        assert_eq!(load_sum(&totals), "rows in 1,005 = events 1,000 + duplicates 0 + rejected 0 + replaced 5");
    }

    #[test]
    fn settings_without_events_say_so() {
        let facts = settings(&Settings { time_zone: "UTC".into(), ..Settings::default() });
        assert_eq!(facts[0], fact("Data", "no events".into()));
        assert_eq!(facts[1].text, "UTC; every time in the data says its zone");
        assert_eq!(facts[4].text, "gap over 30 min begins a new one; caps on (10,000 events, 24 h)");
    }
}
