//! Has everything that the configuration names a name of its own?

use anyhow::Result;
use kundresa_model::result::segments::{NOT_SET, OTHER};
use kundresa_sessionize::{PhaseError, phase_columns};

use super::Config;
use super::written::Written;

/// How events without a phase are called among the rules.
const UNCLASSIFIED: &str = "unclassified";

/// A list of named things: its key, what messages call them, their names, names they may not have, and why each needs
/// its own.
type Named<'a> = (&'a str, &'a str, Vec<Option<&'a str>>, &'a [&'a str], &'a str);

/// Refuses empty names, names used twice, and names that results give to something else.
///
/// # Errors
/// With file, line and column of the name.
pub fn check(written: &Written<'_>, config: &Config) -> Result<()> {
    fn options(names: &[Option<String>]) -> Vec<Option<&str>> {
        names.iter().map(Option::as_deref).collect()
    }
    let sources: Vec<_> = config.sources.iter().map(|source| source.name.clone()).collect();
    let funnels: Vec<_> = config.funnels.iter().map(|funnel| funnel.name.clone()).collect();
    let personas: Vec<_> = config.personas.iter().map(|persona| Some(persona.name.as_str())).collect();
    let rules: Vec<_> = config.phases.rules.iter().map(|rule| Some(rule.name.as_str())).collect();
    let all: [Named<'_>; 4] = [
        ("sources", "sources", options(&sources), &[], "inputs and the mapping go by the name"),
        ("personas", "personas", personas, &[NOT_SET, OTHER], "results go by the name"),
        ("phases.rules", "phase rules", rules, &[UNCLASSIFIED], "the name is the evidence shown"),
        ("funnels", "funnels", options(&funnels), &[], "--name could mean either"),
    ];
    for (key, things, names, reserved, why) in all {
        for (index, name) in names.iter().enumerate() {
            let twice = names[..index].contains(name);
            if let Some(message) = name.and_then(|name| fault(things, name, twice, reserved, why)) {
                return Err(written.refuse(&format!("{key}[{}].name", index + 1), &message));
            }
        }
    }
    steps(written, config)?;
    others(written, config)?;
    shipped_rules(written, config)
}

fn fault(things: &str, name: &str, twice: bool, reserved: &[&str], why: &str) -> Option<String> {
    if name.trim().is_empty() {
        return Some(EMPTY.to_owned());
    }
    if reserved.contains(&name) {
        return Some(format!("results call something else `{name}`\nhint: give it another name"));
    }
    twice.then(|| format!("two {things} are called `{name}`; {why}\nhint: give each a name of its own"))
}

/// What is said about a name of nothing but spaces.
const EMPTY: &str = "the name is empty\nhint: name it, or leave the key out where it may be left out";

fn steps(written: &Written<'_>, config: &Config) -> Result<()> {
    for funnel in 1..=config.funnels.len() {
        let key = format!("funnels[{funnel}].steps");
        for step in 1..=written.list(&key).len() {
            let step = format!("{key}[{step}]");
            let members = 1..=written.list(&format!("{step}.any_order")).len();
            let all = members.map(|member| format!("{step}.any_order[{member}]")).chain([step.clone()]);
            for name in all.map(|step| format!("{step}.name")) {
                let text = written.entry(&name).and_then(|entry| entry.value.get_ref().as_str());
                if text.is_some_and(|text| text.trim().is_empty()) {
                    return Err(written.refuse(&name, EMPTY));
                }
            }
        }
    }
    Ok(())
}

/// Refuses other texts that say nothing, or everything, when empty.
fn others(written: &Written<'_>, config: &Config) -> Result<()> {
    let channels = config.channels.rules.iter().enumerate();
    let channels =
        channels.map(|(index, rule)| (format!("channels.rules[{}].channel", index + 1), rule.channel.as_str()));
    let bots = config.bots.patterns.iter().enumerate();
    let bots = bots.map(|(index, pattern)| (format!("bots.patterns[{}]", index + 1), pattern.as_str()));
    let events = config.sources.iter().enumerate();
    let events =
        events.filter_map(|(index, source)| Some((format!("sources[{}].event", index + 1), source.event.as_deref()?)));
    match channels.chain(bots).chain(events).find(|(_, text)| text.trim().is_empty()) {
        Some((key, _)) => {
            Err(written.refuse(&key, "the text is empty\nhint: write what it should be, or leave it out"))
        }
        None => Ok(()),
    }
}

/// Refuses rules that are called like one of the set that follows them, and more rules than fit.
fn shipped_rules(written: &Written<'_>, config: &Config) -> Result<()> {
    match phase_columns(&config.phases) {
        Err(PhaseError::DuplicateName { rule: name }) => {
            let place = config.phases.rules.iter().position(|rule| rule.name == name).unwrap_or_default();
            let set = config.phases.rule_set.name();
            let message = format!(
                "the rule set {set} has a rule called `{name}` as well; the name is the evidence shown\n\
                 hint: give yours another name, or leave the set out with default_rules = false"
            );
            Err(written.refuse(&format!("phases.rules[{}].name", place + 1), &message))
        }
        Err(error @ PhaseError::TooMany { .. }) => Err(written.refuse("phases.rules", &error.to_string())),
        // What a predicate of a rule lacks is said where all predicates are read.
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn message(text: &str) -> String {
        let config: Config = toml::from_str(text).expect("TOML that fits");
        let written = Written::try_new(Path::new("k.toml"), text).expect("TOML");
        check(&written, &config).expect_err(text).to_string()
    }

    #[test]
    fn names_are_pointed_at_where_they_stand() {
        let persona = |name: &str| format!("[[personas]]\nname = \"{name}\"\nwhen = \"a is null\"\n");
        let rule = |name: &str| format!("[[phases.rules]]\nname = \"{name}\"\nphase = \"decision\"\n");
        let funnel = "[[funnels]]\nname = \"x\"\nsteps = [\"a\"]\n";
        for (text, expected) in [
            (persona("x").repeat(2), "k.toml:5:8: personas[2].name: two personas are called `x`"),
            (persona("(not set)"), "k.toml:2:8: personas[1].name: results call something else `(not set)`"),
            (persona(" "), "k.toml:2:8: personas[1].name: the name is empty"),
            (rule("x").repeat(2), "k.toml:5:8: phases.rules[2].name: two phase rules are called `x`"),
            (rule("purchase"), "k.toml:2:8: phases.rules[1].name: the rule set ecommerce has a rule called `purchase`"),
            (rule("unclassified"), "k.toml:2:8: phases.rules[1].name: results call something else"),
            (funnel.repeat(2), "k.toml:5:8: funnels[2].name: two funnels are called `x`"),
            ("[[sources]]\nname = \"x\"\n".repeat(2), "k.toml:4:8: sources[2].name: two sources are called `x`"),
            (
                "[[funnels]]\nsteps = [{ name = \"\", when = \"a\" }]\n".into(),
                "k.toml:2:19: funnels[1].steps[1].name: ",
            ),
            (
                "[[funnels]]\nsteps = [{ any_order = [\"b\", { name = \"\", when = \"a\" }] }]\n".into(),
                "k.toml:2:39: funnels[1].steps[1].any_order[2].name: the name is empty",
            ),
            ("[channels]\nrules = [{ channel = \"\" }]\n".into(), "k.toml:2:22: channels.rules[1].channel: "),
            ("[bots]\npatterns = [\"x\", \"\"]\n".into(), "k.toml:2:18: bots.patterns[2]: the text is empty"),
            ("[[sources]]\nevent = \"\"\n".into(), "k.toml:2:9: sources[1].event: the text is empty"),
        ] {
            let message = message(&text);
            assert!(message.starts_with(expected), "{message}");
        }
    }

    #[test]
    fn things_without_a_name_have_none_in_common() {
        let text = "[[sources]]\n[[sources]]\n[[funnels]]\nsteps = [\"a\"]\n[[funnels]]\nsteps = [\"a\"]\n";
        let config: Config = toml::from_str(text).expect("TOML that fits");
        let written = Written::try_new(Path::new("k.toml"), text).expect("TOML");
        check(&written, &config).expect("no names");
    }
}
