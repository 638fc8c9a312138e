//! What do the arguments mean together with the configuration? Everything is checked here, before any work starts.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use kundresa_ingest::config::IngestConfig;
use kundresa_model::predicate::parse_predicate;
use kundresa_model::spec::request::{Bots, RunSpec};
use kundresa_model::spec::scope::{FilterScope, Scope};
use kundresa_model::zone::ZoneTable;

use crate::arguments::common::{BotsArgument, InputArguments, ReadingArguments, RunArguments, Switch, WhereScope};
use crate::config::{self, Config};
use crate::{instant, output, quantity};

/// What to read, settled.
pub struct Reading {
    /// Inputs as typed.
    pub inputs: Vec<String>,
    /// The configuration in force.
    pub config: Config,
    /// The part of it that `ingest` reads.
    pub ingest: IngestConfig,
    /// Fail on anything doubtful.
    pub strict: bool,
    /// Where rejected rows go.
    pub rejected: Option<PathBuf>,
}

/// How to run, settled.
pub struct Running {
    /// Rules and limits that change results.
    pub spec: RunSpec,
    /// Which units count.
    pub scope: Scope,
    /// Threads to use.
    pub threads: usize,
    /// Bytes of memory to use at most.
    pub memory: u64,
}

impl Reading {
    /// Settles what to read.
    pub fn of(inputs: &[String], reading: &ReadingArguments) -> Result<Self> {
        let config = match config::find(reading.config.as_deref(), inputs) {
            Some(path) => {
                let config = config::read(&path)?;
                if reading.config.as_ref().is_none_or(|named| named.as_os_str().is_empty()) {
                    output::note(&format!("using the configuration {}", path.display()));
                }
                config
            }
            None => Config::default(),
        };
        zone_of("--source-time-zone", reading.source_time_zone.as_deref())?;
        zone_of("source_time_zone in the configuration", config.source_time_zone.as_deref())?;
        let ingest = config.ingest(reading.source_time_zone.as_deref());
        Ok(Self { inputs: inputs.to_vec(), config, ingest, strict: reading.strict, rejected: reading.rejected.clone() })
    }

    /// Settles what to read from the common input arguments.
    pub fn of_input(input: &InputArguments) -> Result<Self> {
        Self::of(&input.inputs, &input.reading)
    }
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
            to_us,
            as_of_us: time("as_of", config.as_of.as_deref())?,
            bots: bots(run.bots),
            time_zone: zone_name.to_owned(),
        };
        let scope = Scope {
            from_us,
            filter: run.filter.clone(),
            filter_scope: run.where_scope.map(filter_scope),
            by: run.by.clone(),
            top: run.top,
        };
        Ok(Self { spec, scope, threads: threads(run)?, memory: memory(run)? })
    }
}

/// Refuses an unknown zone with the place where it was named.
fn zone_of(place: &'static str, name: Option<&str>) -> Result<()> {
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

fn threads(run: &RunArguments) -> Result<usize> {
    match run.threads {
        Some(0) => bail!("--threads must be at least 1: 0"),
        Some(threads) => Ok(threads),
        None => Ok(std::thread::available_parallelism().map_or(1, usize::from)),
    }
}

/// `--memory`, else half of the machine's memory, else 4 GiB where the machine does not tell.
fn memory(run: &RunArguments) -> Result<u64> {
    const UNKNOWN_MACHINE: u64 = 4 << 30;
    match run.memory.as_deref() {
        Some(text) => quantity::parse_size("--memory", text),
        None => Ok(machine_memory().map_or(UNKNOWN_MACHINE, |bytes| bytes / 2)),
    }
}

fn machine_memory() -> Option<u64> {
    let facts = std::fs::read_to_string("/proc/meminfo").ok()?;
    let total = facts.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    total.trim().trim_end_matches("kB").trim().parse::<u64>().ok()?.checked_mul(1 << 10)
}
