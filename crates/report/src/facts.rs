//! Which settings and sums must stand beside every figure?
//!
//! The same lines are shown by the terminal and by the page, so no reader has to guess what was counted.

use kundresa_model::document::{Settings, SourceFacts};
use kundresa_model::field::IdentifierClass;
use kundresa_model::quality::LoadTotals;
use kundresa_model::spec::sample::Sample;
use kundresa_model::spec::sessions::{CAP_EVENTS, CAP_SPAN_US};
use kundresa_model::zone::ZoneTable;

use crate::format;
use crate::html::texts::facts as texts;
use crate::locale::{Locale, Text};
use crate::vocabulary;

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

/// Columns by which a source knows people, in the order in which they name them.
pub fn identifiers(source: &SourceFacts) -> Vec<&'static str> {
    let columns = IdentifierClass::ALL.into_iter().map(IdentifierClass::column);
    columns.filter(|column| source.mapping.contains_key(*column)).collect()
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
    settings_in(Locale::default(), settings)
}

/// As [`fn@settings`], in the words of a language.
pub fn settings_in(locale: Locale, settings: &Settings) -> Vec<Fact> {
    let zone = zone(settings);
    let fact = |about: &Text, text: String| fact(locale.say(about), text);
    let mut facts = vec![
        fact(&texts::DATA, data(locale, settings, &zone)),
        fact(&texts::TIME_ZONE, format!("{}; {}", settings.time_zone, vocabulary::source_zone(locale, settings))),
    ];
    facts.extend(settings.from_us.map(|us| fact(&texts::FROM, format!("{} (--from)", locale.instant(us, &zone)))));
    facts.push(fact(&texts::FILTER, filter(locale, settings)));
    let persona = settings.persona.as_ref().map(|name| locale.elided(name, 80));
    facts.extend(persona.map(|name| fact(&texts::PERSONA, locale.fill(&texts::ONLY_ACTORS_OF, &[&name]))));
    facts.extend(settings.by.as_ref().map(|by| fact(&texts::BROKEN_DOWN_BY, locale.elided(by, 80))));
    facts.extend(settings.min_actors.map(|least| fact(&texts::PRIVACY, privacy(locale, least))));
    let sample =
        settings.sample.map(|sample| format!("{}; {}", sampled_in(locale, sample), locale.say(&texts::SAMPLE_CHOICE)));
    facts.extend(sample.map(|sample| fact(&texts::SAMPLE, sample)));
    facts.push(fact(&texts::BOTS, locale.say(vocabulary::bots(settings.bots)).to_owned()));
    facts.push(fact(&texts::SESSIONS, sessions(locale, settings)));
    facts.push(fact(&texts::PHASES, locale.fill(&texts::TAXONOMY, &[&locale.visible(&settings.taxonomy)])));
    facts
}

/// That figures are of a sample, and of which.
pub fn sampled(sample: Sample) -> String {
    sampled_in(Locale::default(), sample)
}

fn sampled_in(locale: Locale, sample: Sample) -> String {
    locale.fill(&texts::SAMPLED, &[&sample])
}

fn privacy(locale: Locale, least: u64) -> String {
    let rest = locale.say(&crate::html::texts::cell::OTHER);
    locale.fill(&texts::PRIVACY_HIDES, &[&locale.hidden(), &locale.count(least), &rest])
}

fn data(locale: Locale, settings: &Settings, zone: &ZoneTable) -> String {
    let (start, end) = (settings.data_start_us, settings.data_end_us);
    if start.or(end).is_none() {
        return locale.say(&texts::NO_EVENTS).to_owned();
    }
    let found = vocabulary::or_key(locale, vocabulary::data_end(&settings.data_end_from), &settings.data_end_from);
    let [start, end] = [start, end].map(|us| locale.instant_or_dash(us, zone));
    locale.fill(&texts::SPAN, &[&start, &end, &found])
}

fn filter(locale: Locale, settings: &Settings) -> String {
    let scope = locale.say(vocabulary::filter_scope(settings.filter_scope));
    match &settings.filter {
        None => locale.say(&texts::NONE).to_owned(),
        Some(filter) => locale.fill(&texts::MUST_MATCH, &[&locale.elided(filter, 400), &scope]),
    }
}

fn sessions(locale: Locale, settings: &Settings) -> String {
    let rules = &settings.sessions;
    let mut said = vec![if rules.use_vendor_id {
        locale.say(&texts::CUT_BY_VENDOR).to_owned()
    } else {
        locale.fill(&texts::CUT_BY_GAP, &[&locale.duration(rules.timeout.as_us())])
    }];
    let also = [(rules.split_at_midnight, &texts::MIDNIGHT_TOO), (rules.split_on_campaign, &texts::CAMPAIGN_TOO)];
    said.extend(also.iter().filter(|(on, _)| *on).map(|(_, text)| locale.say(text).to_owned()));
    said.push(if rules.caps {
        let (events, hours) = (locale.count(u64::from(CAP_EVENTS)), locale.hours(CAP_SPAN_US));
        locale.fill(&texts::CAPS_ON, &[&events, &hours])
    } else {
        locale.say(&texts::CAPS_OFF).to_owned()
    });
    said.join("; ")
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
