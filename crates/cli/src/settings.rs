//! What do the arguments mean together with the configuration? Everything is checked here, before any work starts.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use kundresa_ingest::config::IngestConfig;
use kundresa_ingest::limits::Expansion;
use kundresa_model::predicate::parse_predicate;
use kundresa_model::spec::request::{Bots, RunSpec};
use kundresa_model::spec::sample::Sample;
use kundresa_model::spec::scope::{FilterScope, Scope};
use kundresa_model::suggest;
use kundresa_model::zone::ZoneTable;

use crate::arguments::common::{
    BotsArgument, InputArguments, ReadingArguments, RuleArguments, RunArguments, Switch, WhereScope,
};
use crate::config::{self, Config};
use crate::load_keys::{Places, SOURCE_TIME_ZONE};
use crate::resources::Resources;
use crate::{instant, output};

/// What to read, settled.
pub struct Reading {
    /// Inputs as typed.
    pub inputs: Vec<String>,
    /// The configuration in force.
    pub config: Config,
    /// The part of it that `ingest` reads.
    pub ingest: IngestConfig,
    /// Where its keys were set.
    pub places: Places,
    /// Fail on anything doubtful.
    pub strict: bool,
    /// Where rejected rows go.
    pub rejected: Option<PathBuf>,
    /// How far compressed inputs may expand.
    pub expansion: Expansion,
}

/// How to run, settled.
pub struct Running {
    /// Rules and limits that change results.
    pub spec: RunSpec,
    /// Which units count.
    pub scope: Scope,
    /// Share of the actors that take part, where not all do.
    pub sample: Option<Sample>,
    /// What may be used of the machine.
    pub resources: Resources,
}

impl Reading {
    /// Settles what to read.
    pub fn of(inputs: &[String], reading: &ReadingArguments) -> Result<Self> {
        Ok(Self { rejected: reading.rejected.clone(), ..Self::ruled(inputs, &reading.rules)? })
    }

    /// Settles what to read where rejected rows are not asked for.
    pub fn ruled(inputs: &[String], rules: &RuleArguments) -> Result<Self> {
        let (config, mut places) = configuration(inputs, rules.config.as_deref())?;
        zone_of("--source-time-zone", rules.source_time_zone.as_deref())?;
        zone_of("source_time_zone in the configuration", config.source_time_zone.as_deref())?;
        let ingest = config.ingest(rules.source_time_zone.as_deref());
        if rules.source_time_zone.is_some() {
            places.tell(SOURCE_TIME_ZONE, "--source-time-zone".to_owned());
        }
        Ok(Self {
            inputs: inputs.to_vec(),
            config,
            ingest,
            places,
            strict: rules.strict,
            rejected: None,
            expansion: expansion(rules),
        })
    }

    /// Settles what to read from the common input arguments.
    pub fn of_input(input: &InputArguments) -> Result<Self> {
        Self::of(&input.inputs, &input.reading)
    }
}

/// How far compressed inputs may expand.
pub fn expansion(rules: &RuleArguments) -> Expansion {
    rules.max_expansion.map_or_else(Expansion::default, Expansion::of)
}

/// The configuration in force, and where its keys were set. One that was found rather than named is told.
pub fn configuration(inputs: &[String], named: Option<&Path>) -> Result<(Config, Places)> {
    let Some(path) = config::find(named, inputs) else { return Ok(Default::default()) };
    let (config, places) = config::read(&path)?;
    if named.is_none_or(|named| named.as_os_str().is_empty()) {
        output::note(&format!("using the configuration {}", path.display()));
    }
    Ok((config, places))
}

impl Running {
    /// Settles how to run.
    pub fn of(run: &RunArguments, config: &Config) -> Result<Self> {
        let zone_name = run.time_zone.as_deref().or(config.time_zone.as_deref()).unwrap_or("UTC");
        zone_of("--time-zone", run.time_zone.as_deref())?;
        let zone = ZoneTable::try_new(zone_name).context("time_zone in the configuration")?;
        if let Some(filter) = run.filter.as_deref() {
            parse_predicate(filter).context("--where")?;
        }
        if let Some(name) = run.persona.as_deref() {
            persona(name, config)?;
        }
        let time = |option: &str, text: Option<&str>| text.map(|text| instant::parse(option, text, &zone)).transpose();
        let (from_us, to_us) = (time("--from", run.from.as_deref())?, time("--to", run.to.as_deref())?);
        if let (Some(from), Some(to)) = (from_us, to_us)
            && from >= to
        {
            let (from, to) = (run.from.as_deref().unwrap_or_default(), run.to.as_deref().unwrap_or_default());
            bail!(
                "--from {from} is not before --to {to}: no unit could count\nhint: --to is exclusive; for a single day write the next day"
            );
        }
        let mut sessions = config.sessions.clone();
        sessions.caps = run.caps.map_or(sessions.caps, |switch| switch == Switch::On);
        let spec = RunSpec {
            sessions,
            phases: config.phases.clone(),
            personas: config.personas.clone(),
            to_us,
            as_of_us: time("as_of", config.as_of.as_deref())?,
            bots: bots(run.bots),
            time_zone: zone_name.to_owned(),
        };
        let scope = Scope {
            from_us,
            filter: run.filter.clone(),
            filter_scope: run.where_scope.map(filter_scope),
            persona: run.persona.clone(),
            by: run.by.clone(),
            top: run.top,
            min_actors: run.min_actors.unwrap_or(config.privacy.min_actors),
        };
        let sample = run.sample.as_deref().map(|share| share.parse().context("--sample")).transpose()?;
        Ok(Self { spec, scope, sample, resources: Resources::of(&run.resources)? })
    }
}

impl Running {
    /// Refuses a sample where one actor is asked for.
    pub fn refuse_sample(&self, command: &str) -> Result<()> {
        if self.sample.is_some() {
            bail!("--sample does not apply to {command}, which shows one actor\nhint: leave it out");
        }
        Ok(())
    }

    /// Refuses a privacy threshold where it can't be kept.
    pub fn refuse_threshold(&self, command: &str, why: &str) -> Result<()> {
        if self.scope.min_actors > 0 {
            bail!(
                "{command} can't keep a privacy threshold: {why}\nhint: sessions, phases, transitions, the overview, carts and funnels can keep it; leave out --min-actors, or write --min-actors 0 where the configuration has one"
            );
        }
        Ok(())
    }
}

/// How personas come to be.
pub const PERSONA_HINT: &str = "hint: name groups of actors in kundresa.toml:\n  [[personas]]\n  name = \"buyer\"\n  when = 'event == \"purchase\"'";

/// Refuses a persona that the configuration does not have.
fn persona(name: &str, config: &Config) -> Result<()> {
    let known = || config.personas.iter().map(|persona| persona.name.as_str());
    if known().any(|known| known == name) {
        return Ok(());
    }
    let names: Vec<&str> = known().collect();
    if names.is_empty() {
        bail!("--persona {name}: the configuration has no personas\n{PERSONA_HINT}");
    }
    bail!(
        "--persona: no persona of the configuration is called `{name}`{}; they are {}",
        suggest::hint(name, known()),
        names.join(", ")
    )
}

/// Refuses an unknown zone with the place where it was named.
pub fn zone_of(place: &'static str, name: Option<&str>) -> Result<()> {
    name.map(ZoneTable::try_new).transpose().context(place).map(drop)
}

fn bots(argument: BotsArgument) -> Bots {
    match argument {
        BotsArgument::Exclude => Bots::Exclude,
        BotsArgument::Include => Bots::Include,
        BotsArgument::Only => Bots::Only,
    }
}

fn filter_scope(argument: WhereScope) -> FilterScope {
    match argument {
        WhereScope::Event => FilterScope::Event,
        WhereScope::Session => FilterScope::Session,
        WhereScope::Actor => FilterScope::Actor,
    }
}
