//! Are the values of the configuration usable, and if not, where in the file do they stand?

use anyhow::Result;
use kundresa_analyze::AnalyzeError;
use kundresa_ingest::IngestError;
use kundresa_model::spec::funnel::FunnelSpec;
use kundresa_model::zone::ZoneTable;
use toml::de::DeValue;

use super::Config;
use super::written::Written;
use crate::{instant, sense};

/// Refuses zones, times, patterns, rules, paths, carts and funnels that can't be followed, or that mean nothing.
///
/// # Errors
/// With file, line and column of the value.
pub fn check(written: &Written<'_>, config: &Config) -> Result<()> {
    times(written, config)?;
    kundresa_ingest::check(&config.ingest(None)).map_err(|error| located(written, error))?;
    spans(written, config)?;
    kundresa_analyze::check_paths(&config.paths).map_err(|error| path_error(written, &error))?;
    if let Some((event, message)) = sense::shared_cart_event(&config.carts) {
        return Err(written.refuse(&format!("carts.{}", event.key()), &message));
    }
    for (index, funnel) in config.funnels.iter().enumerate() {
        check_funnel(written, &format!("funnels[{}]", index + 1), funnel)?;
    }
    Ok(())
}

fn times(written: &Written<'_>, config: &Config) -> Result<()> {
    let zone = |key: &str, name: Option<&String>| {
        name.map(|name| ZoneTable::try_new(name)).transpose().map_err(|error| written.refuse(key, &error.to_string()))
    };
    zone("source_time_zone", config.source_time_zone.as_ref())?;
    for (index, source) in config.sources.iter().enumerate() {
        zone(&format!("sources[{}].time.zone", index + 1), source.time.zone.as_ref())?;
    }
    zone("time_zone", config.time_zone.as_ref())?;
    if let Some(as_of) = &config.as_of {
        let zone = ZoneTable::try_new(config.time_zone.as_deref().unwrap_or("UTC"))?;
        instant::parse("it", as_of, &zone).map_err(|error| written.refuse("as_of", &error.to_string()))?;
    }
    Ok(())
}

/// Spans that may not be zero, as everything would be over at once.
fn spans(written: &Written<'_>, config: &Config) -> Result<()> {
    let spans = [
        ("sessions.timeout", config.sessions.timeout, "every event would be a session of its own"),
        ("phases.horizon", config.phases.horizon, "every journey would be over with its last event"),
        ("carts.abandon_after", config.carts.abandon_after, sense::ABANDONED_AT_ONCE),
    ];
    match spans.iter().find(|(_, span, _)| span.as_us() == 0) {
        Some((key, _, why)) => Err(written.refuse(key, &sense::zero(why))),
        None => Ok(()),
    }
}

fn path_error(written: &Written<'_>, error: &AnalyzeError) -> anyhow::Error {
    match error {
        AnalyzeError::PathRange { what, found, least, most } => {
            written.refuse(&format!("paths.{what}"), &format!("expected {least} to {most}, found {found}"))
        }
        other => written.refuse("paths", &other.to_string()),
    }
}

fn check_funnel(written: &Written<'_>, key: &str, funnel: &FunnelSpec) -> Result<()> {
    for (index, entry) in written.list(&format!("{key}.steps")).iter().enumerate() {
        let members = entry.get_ref().as_table().and_then(|table| table.get("any_order"));
        let members = members.and_then(|members| members.get_ref().as_array());
        if let Some(members) = members.filter(|members| members.len() < 2) {
            let message = format!(
                "steps in any order are two or more, found {}\nhint: write a single step by itself, without `any_order`",
                members.len()
            );
            return Err(written.refuse(&format!("{key}.steps[{}].any_order", index + 1), &message));
        }
    }
    for (index, column) in funnel.hold.iter().enumerate() {
        if column.trim().is_empty() || funnel.hold[..index].contains(column) {
            let what = if column.trim().is_empty() { "is empty" } else { "is named twice" };
            let message = format!("a column or property to hold {what}\nhint: name each once");
            return Err(written.refuse(&format!("{key}.hold[{}]", index + 1), &message));
        }
    }
    if let Some((index, message)) = sense::idle_exclusion(funnel) {
        return Err(written.refuse(&format!("{key}.exclusions[{}].when", index + 1), &message));
    }
    kundresa_analyze::check_funnel(funnel).map_err(|error| funnel_error(written, key, funnel, &error))
}

fn funnel_error(written: &Written<'_>, key: &str, funnel: &FunnelSpec, error: &AnalyzeError) -> anyhow::Error {
    let steps = || step_keys(written, &format!("{key}.steps"));
    let at = match error {
        AnalyzeError::StepCount { .. } => format!("{key}.steps"),
        AnalyzeError::StepOption { step, option, .. } => match steps().get(step - 1) {
            Some(step) => format!("{step}.{option}"),
            None => format!("{key}.steps"),
        },
        AnalyzeError::GroupSize { found, .. } => {
            let groups = steps().into_iter().filter_map(|step| step.strip_suffix("[1]").map(str::to_owned));
            let mut groups = groups.filter(|group| group.ends_with(".any_order"));
            groups.find(|group| written.list(group).len() == *found).unwrap_or_else(|| format!("{key}.steps"))
        }
        AnalyzeError::IdleUniverse => format!("{key}.universe"),
        AnalyzeError::FunnelOptions { one: "unit attempt", .. } => format!("{key}.unit"),
        AnalyzeError::FunnelOptions { one, .. } => format!("{key}.{one}"),
        AnalyzeError::ExclusionRange { when, from, to, steps } => {
            exclusion_key(key, funnel, (when, *from), if to > steps { "to" } else { "from" })
        }
        AnalyzeError::NotEmulated { .. } => format!("{key}.as"),
        _ => key.to_owned(),
    };
    written.refuse(&at, &error.to_string())
}

/// The end of the exclusion's range that is at fault.
fn exclusion_key(key: &str, funnel: &FunnelSpec, (when, from): (&str, usize), end: &str) -> String {
    let found = funnel.exclusions.iter().position(|exclusion| {
        exclusion.when == when && exclusion.from.map_or(from == 1, |written| written as usize == from)
    });
    let Some(index) = found else { return format!("{key}.exclusions") };
    let exclusion = &funnel.exclusions[index];
    let end = match (exclusion.from, exclusion.to) {
        (None, _) => "to",
        (_, None) => "from",
        _ => end,
    };
    format!("{key}.exclusions[{}].{end}", index + 1)
}

/// Keys of a funnel's steps, members of groups one by one.
fn step_keys(written: &Written<'_>, key: &str) -> Vec<String> {
    let mut keys = Vec::new();
    for (index, entry) in written.list(key).iter().enumerate() {
        let step = format!("{key}[{}]", index + 1);
        let members = match entry.get_ref() {
            DeValue::Table(table) => table.get("any_order").and_then(|members| members.get_ref().as_array()),
            _ => None,
        };
        match members {
            Some(members) => keys.extend((1..=members.len()).map(|number| format!("{step}.any_order[{number}]"))),
            None => keys.push(step),
        }
    }
    keys
}

/// The error with the place of the text that is at fault, where the file has it.
pub fn located(written: &Written<'_>, error: IngestError) -> anyhow::Error {
    let message = match &error {
        IngestError::BadConfig { value, reason, .. } => format!("`{value}`: {}", in_short(reason)),
        other => other.to_string(),
    };
    if let IngestError::UnknownField { field, .. } = &error {
        let sources = 1..=written.list("sources").len();
        let mut keys = sources.map(|source| format!("sources[{source}].columns.{field}"));
        return match keys.find(|key| written.entry(key).is_some()) {
            Some(key) => written.refuse_key(&key, &message),
            None => error.into(),
        };
    }
    let Some(wanted) = error.written() else { return error.into() };
    let sections: &[&str] = match &error {
        IngestError::UnknownColumn { .. } => &["sources"],
        _ => &["sources", "pages", "channels", "bots"],
    };
    match sections.iter().find_map(|section| written.keys_of(section, wanted).into_iter().next()) {
        Some(key) => written.refuse(&key, &message),
        None => error.into(),
    }
}

/// What the parser of regular expressions says, without its drawing of the pattern.
fn in_short(reason: &str) -> String {
    match reason.rsplit_once("\nerror: ") {
        Some((drawing, why)) if drawing.starts_with("regex parse error") => {
            format!("this is no regular expression: {why}")
        }
        _ => reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Start of the error about `text`.
    fn message(text: &str) -> String {
        let config: Config = toml::from_str(text).expect("TOML that fits");
        let written = Written::try_new(Path::new("k.toml"), text).expect("TOML");
        check(&written, &config).expect_err(text).to_string()
    }

    #[test]
    fn values_are_pointed_at_where_they_stand() {
        for (text, expected) in [
            ("time_zone = \"Europe/Stokholm\"\n", "k.toml:1:13: time_zone: "),
            ("title = \"x\"\nas_of = \"soon\"\n", "k.toml:2:9: as_of: "),
            // The title reads like the zone, which stands below it.
            ("title = \"x\"\nsource_time_zone = \"x\"\n", "k.toml:2:20: source_time_zone: "),
            ("[[sources]]\ntime = { zone = \"x\" }\n", "k.toml:2:17: sources[1].time.zone: "),
            ("[sessions]\ntimeout = \"0s\"\n", "k.toml:2:11: sessions.timeout: "),
            ("[phases]\nhorizon = \"0d\"\n", "k.toml:2:11: phases.horizon: "),
            ("[carts]\nabandon_after = \"0m\"\n", "k.toml:2:17: carts.abandon_after: "),
            ("[carts]\nremove = \"\"\nadd = \"purchase\"\n", "k.toml:3:7: carts.add: "),
            ("[paths]\ndepth = 0\n", "k.toml:2:9: paths.depth: expected 1 to 100, found 0"),
            ("[pages]\ntemplates = [\"/a\", \"b\"]\n", "k.toml:2:20: pages.templates[2]: "),
            ("[bots]\npatterns = [\"(\"]\n", "k.toml:2:13: bots.patterns[1]: `(`: this is no regular expression"),
            ("[[sources]]\nname = \"a\"\n[sources.time]\nformat = \"odd\"\n", "k.toml:4:10: sources[1].time.format: "),
            ("[[sources]]\nname = \"a\"\npassive_events = [\"[\"]\n", "k.toml:3:19: sources[1].passive_events[1]: "),
        ] {
            let message = message(text);
            assert!(message.starts_with(expected), "{message}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_funnel_is_pointed_at() {
        let funnel = "[[funnels]]\nsteps = [\"a\", \"b\", \"c\"]\n";
        for (text, expected) in [
            ("[[funnels]]\nsteps = []\n".to_owned(), "k.toml:2:9: funnels[1].steps: "),
            (
                "[[funnels]]\nsteps = [{ when = \"a\", within = \"1h\" }, \"b\"]\n".to_owned(),
                "k.toml:2:33: funnels[1].steps[1].within: ",
            ),
            (
                "[[funnels]]\nsteps = [\"a\", { any_order = [\"b\", { when = \"c\", optional = true }] }]\n".to_owned(),
                "k.toml:2:60: funnels[1].steps[2].any_order[2].optional: ",
            ),
            (
                "[[funnels]]\nsteps = [\"a\", { any_order = [\"b\"] }]\n".to_owned(),
                "k.toml:2:29: funnels[1].steps[2].any_order: steps in any order are two or more, found 1",
            ),
            ("[[funnels]]\nsteps = [{ any_order = [] }]\n".to_owned(), "k.toml:2:24: funnels[1].steps[1].any_order: "),
            (format!("{funnel}universe = \"event == 'a'\"\n"), "k.toml:3:12: funnels[1].universe: "),
            (format!("{funnel}unit = \"attempt\"\nentry = \"first\"\n"), "k.toml:3:8: funnels[1].unit: "),
            (
                format!("{funnel}exclusions = [{{ when = \"x\", to = 4 }}]\n"),
                "k.toml:3:34: funnels[1].exclusions[1].to: ",
            ),
            (
                format!("{funnel}exclusions = [{{ when = \"x\", from = 3 }}]\n"),
                "k.toml:3:36: funnels[1].exclusions[1].from: ",
            ),
            (format!("{funnel}exclusions = [{{ when = \"b\" }}]\n"), "k.toml:3:24: funnels[1].exclusions[1].when: "),
            (format!("{funnel}hold = [\"x\", \"x\"]\n"), "k.toml:3:14: funnels[1].hold[2]: "),
            (format!("{funnel}hold = [\" \"]\n"), "k.toml:3:9: funnels[1].hold[1]: "),
        ] {
            let message = message(&text);
            assert!(message.starts_with(expected), "{message}");
        }
    }
}
