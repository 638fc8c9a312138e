//! Which funnel do the options ask for, together with the configuration?

use anyhow::{Context, Result, bail};
use kundresa_model::spec::calendar::CalendarUnit;
use kundresa_model::spec::funnel::{Exclusion, FunnelEntry, FunnelSpec, FunnelStep, FunnelUnit, OnExclusion};
use kundresa_model::suggest;

use crate::arguments::funnel::{CalendarArgument, EntryArgument, FunnelArguments, OnExclusionArgument, UnitArgument};
use crate::config::Config;
use crate::sense;

/// The funnel that the arguments ask for, on top of the one of the configuration that `--name` names.
///
/// # Errors
/// When there are no steps, or when an option can't be read or names no step.
pub fn spec(arguments: &FunnelArguments, steps: &[String], config: &Config) -> Result<FunnelSpec> {
    let mut spec = match &arguments.name {
        Some(name) => named(name, config)?,
        None => FunnelSpec::default(),
    };
    if let (Some(name), false) = (&arguments.name, steps.is_empty()) {
        bail!(
            "--name {name} brings its own steps, yet others are given: {}\nhint: leave out one of the two",
            steps.join(" ")
        );
    }
    if !steps.is_empty() {
        spec.steps = steps.iter().zip(0..).flat_map(|(text, number)| in_any_order(text, number)).collect();
    }
    if spec.steps.is_empty() && arguments.name.is_none() {
        bail!(
            "no steps given\nhint: kundresa funnel INPUT view_item add_to_cart purchase, or --name with a funnel of the configuration"
        );
    }
    if let Some(window) = &arguments.window {
        spec.window = window.parse().context("--window")?;
    }
    spec.unit = arguments.unit.map_or(spec.unit, unit);
    spec.entry = arguments.entry.map_or(spec.entry, entry);
    of_steps(arguments, &mut spec)?;
    spec.universe = arguments.universe.clone().or(spec.universe);
    for written in &arguments.exclude {
        spec.exclusions.push(exclusion(written).with_context(|| format!("--exclude {written}"))?);
    }
    spec.on_exclusion = arguments.on_exclusion.map_or(spec.on_exclusion, on_exclusion);
    spec.hold.extend(arguments.hold.iter().cloned());
    spec.open |= arguments.open;
    spec.trend = arguments.trend.map(calendar).or(spec.trend);
    if let Some(product) = &arguments.emulation {
        spec.emulation = Some(product.parse().context("--as")?);
    }
    if let Some((index, message)) = sense::idle_exclusion(&spec) {
        bail!("exclusion {}: {message}", index + 1);
    }
    Ok(spec)
}

/// Options that speak of one step.
fn of_steps(arguments: &FunnelArguments, spec: &mut FunnelSpec) -> Result<()> {
    for written in &arguments.within {
        let (step, span) = written.rsplit_once('=').with_context(|| {
            format!("--within {written} names no step\nhint: write --within 2=30m for the second step")
        })?;
        let at = index_of(spec, step).context("--within")?;
        let within = Some(span.parse().context("--within")?);
        with_its_group(spec, at).for_each(|step| step.within = within);
    }
    for step in &arguments.directly {
        let at = index_of(spec, step).context("--directly")?;
        with_its_group(spec, at).for_each(|step| step.directly = true);
    }
    for step in &arguments.optional {
        let at = index_of(spec, step).context("--optional")?;
        spec.steps[at].optional = true;
    }
    Ok(())
}

/// The step at this place and the other members of its any-order group, which share what holds for it.
fn with_its_group(spec: &mut FunnelSpec, at: usize) -> impl Iterator<Item = &mut FunnelStep> {
    let group = spec.steps[at].group;
    let all = spec.steps.iter_mut().enumerate();
    all.filter(move |(place, step)| *place == at || (group.is_some() && step.group == group)).map(|(_, step)| step)
}

/// Place of the step of that number, from 1 and as written, or of that name.
///
/// # Errors
/// When there is no such step.
pub fn index_of(spec: &FunnelSpec, step: &str) -> Result<usize> {
    let by_number = step.parse().ok().and_then(|number: usize| number.checked_sub(1));
    if let Some(at) = by_number.filter(|at| *at < spec.steps.len()) {
        return Ok(at);
    }
    match spec.steps.iter().position(|candidate| candidate.name == step) {
        Some(at) => Ok(at),
        None => bail!(
            "there is no step `{step}`{}\nhint: name a step, or give its number from 1 to {}",
            suggest::hint(step, spec.steps.iter().map(|step| step.name.as_str())),
            spec.steps.len()
        ),
    }
}

/// `2..4=logout` counts after step 2 and before step 4; without a range, anywhere between the first and the last step.
fn exclusion(written: &str) -> Result<Exclusion> {
    let Some((range, when)) = written.split_once('=').filter(|(range, _)| range.contains("..")) else {
        return Ok(Exclusion { when: written.to_owned(), from: None, to: None });
    };
    let (from, to) = range.split_once("..").unwrap_or((range, ""));
    let number = |text: &str| match text.trim() {
        "" => Ok(None),
        digits => digits.parse().map(Some).with_context(|| format!("`{digits}` is no number of a step")),
    };
    Ok(Exclusion { when: when.trim().to_owned(), from: number(from)?, to: number(to)? })
}

fn unit(argument: UnitArgument) -> FunnelUnit {
    match argument {
        UnitArgument::Actor => FunnelUnit::Actor,
        UnitArgument::Session => FunnelUnit::Session,
        UnitArgument::Attempt => FunnelUnit::Attempt,
    }
}

fn entry(argument: EntryArgument) -> FunnelEntry {
    match argument {
        EntryArgument::Best => FunnelEntry::Best,
        EntryArgument::First => FunnelEntry::First,
        EntryArgument::Every => FunnelEntry::Every,
    }
}

fn on_exclusion(argument: OnExclusionArgument) -> OnExclusion {
    match argument {
        OnExclusionArgument::Truncate => OnExclusion::Truncate,
        OnExclusionArgument::Void => OnExclusion::Void,
    }
}

fn calendar(argument: CalendarArgument) -> CalendarUnit {
    match argument {
        CalendarArgument::Day => CalendarUnit::Day,
        CalendarArgument::Week => CalendarUnit::Week,
        CalendarArgument::Month => CalendarUnit::Month,
    }
}

fn named(name: &str, config: &Config) -> Result<FunnelSpec> {
    let known: Vec<&str> = config.funnels.iter().filter_map(|funnel| funnel.name.as_deref()).collect();
    match config.funnels.iter().find(|funnel| funnel.name.as_deref() == Some(name)) {
        Some(funnel) => Ok(funnel.clone()),
        None if known.is_empty() => bail!(
            "--name {name}: the configuration has no funnel with a name\nhint: write one in kundresa.toml:\n  [[funnels]]\n  name = {}\n  steps = [\"view_item\", \"purchase\"]",
            toml::Value::from(name)
        ),
        None => bail!(
            "--name: no funnel of the configuration is called `{name}`{}\nhint: funnels there: {}",
            suggest::hint(name, known.iter().copied()),
            known.join(", ")
        ),
    }
}

/// `a & b & c` are steps in any order; without a sign that stands outside of quotes it is one step.
fn in_any_order(text: &str, number: u32) -> Vec<FunnelStep> {
    let mut quote = None;
    let members: Vec<&str> = text
        .split(|character| {
            match quote {
                Some(open) if open == character => quote = None,
                None if matches!(character, '"' | '\'' | '`') => quote = Some(character),
                _ => {}
            }
            character == '&' && quote.is_none()
        })
        .map(str::trim)
        .filter(|member| !member.is_empty())
        .collect();
    match members.as_slice() {
        [] | [_] => vec![step(text)],
        several => several.iter().map(|member| FunnelStep { group: Some(number), ..step(member) }).collect(),
    }
}

/// `name=step` names a step; `=` inside a predicate does not (`==`, `!=`, `<=`, `>=`).
fn step(text: &str) -> FunnelStep {
    let Some(at) = text.find('=') else { return FunnelStep::of(text) };
    let (name, when) = (text[..at].trim(), text[at + 1..].trim());
    // A quote before the sign means that it is inside a text; one right behind it, that `==` was meant.
    let is_operator =
        when.starts_with(['=', '"', '\'']) || name.ends_with(['!', '<', '>']) || name.contains(['"', '\'', '`']);
    if is_operator || name.is_empty() || when.is_empty() {
        return FunnelStep::of(text);
    }
    FunnelStep { name: name.to_owned(), when: when.to_owned(), ..FunnelStep::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ampersand_outside_of_quotes_joins_steps_in_any_order() {
        let names =
            |text: &str| in_any_order(text, 4).into_iter().map(|step| (step.name, step.group)).collect::<Vec<_>>();
        assert_eq!(names("Ship=ship & pay"), [("Ship".into(), Some(4)), ("pay".into(), Some(4))]);
        assert_eq!(names("page == \"/a&b\""), [("page == \"/a&b\"".into(), None)]);
        assert_eq!(names("ship"), [("ship".into(), None)]);
    }

    #[test]
    fn a_name_stands_before_a_single_equals_sign() {
        assert_eq!(step("view_item"), FunnelStep::of("view_item"));
        assert_eq!(step("event == \"a\""), FunnelStep::of("event == \"a\""));
        assert_eq!(step("page like \"/a=b\""), FunnelStep::of("page like \"/a=b\""));
        assert_eq!(step("event = \"a\""), FunnelStep::of("event = \"a\""));
        assert_eq!(step("value >= 3"), FunnelStep::of("value >= 3"));
        assert_eq!(
            step("Looks=view_item|select_item"),
            FunnelStep { name: "Looks".into(), when: "view_item|select_item".into(), ..FunnelStep::default() }
        );
    }
}
