//! What does `kundresa.toml` say, and where is it found?

mod names;
mod predicates;
mod shape;
mod values;
mod written;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use kundresa_ingest::IngestError;
use kundresa_ingest::channel::ChannelConfig;
use kundresa_ingest::config::{BotConfig, IngestConfig, PageConfig, SourceConfig};
use kundresa_ingest::currency::CurrencyConfig;
use kundresa_model::language::Language;
use kundresa_model::spec::behaviour::BehaviourSpec;
use kundresa_model::spec::carts::CartSpec;
use kundresa_model::spec::funnel::FunnelSpec;
use kundresa_model::spec::overview::OverviewSpec;
use kundresa_model::spec::paths::PathSpec;
use kundresa_model::spec::personas::Persona;
use kundresa_model::spec::phases::PhaseSpec;
use kundresa_model::spec::sessions::SessionRules;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::load_keys::Places;
use crate::origin;
use written::Written;

/// Name of the configuration file.
pub const FILE_NAME: &str = "kundresa.toml";

/// The configuration. Everything is optional; options on the command line win.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Heading of the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Report zone (IANA name).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Language of the labels of phases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Zone of times that carry none (IANA name).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_time_zone: Option<String>,
    /// The data is complete up to this instant, inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// How each source is read; sources not named here are guessed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourceConfig>,
    /// Page templates.
    pub pages: PageConfig,
    /// Channel rules.
    pub channels: ChannelConfig,
    /// Currency that all amounts are converted into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<CurrencyConfig>,
    /// Which user agents are bots.
    pub bots: BotConfig,
    /// Which visitors are bots by what they do.
    #[serde(skip_serializing_if = "BehaviourSpec::is_off")]
    pub behaviour: BehaviourSpec,
    /// When a new session starts.
    pub sessions: SessionRules,
    /// How events become journey phases.
    pub phases: PhaseSpec,
    /// What the overview counts.
    pub overview: OverviewSpec,
    /// When a cart counts as abandoned.
    pub carts: CartSpec,
    /// Which paths are followed.
    pub paths: PathSpec,
    /// What is too small to be shown.
    #[serde(skip_serializing_if = "PrivacyConfig::is_off")]
    pub privacy: PrivacyConfig,
    /// Named groups of actors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub personas: Vec<Persona>,
    /// Named funnels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub funnels: Vec<FunnelSpec>,
}

/// What is too small to be shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PrivacyConfig {
    /// Figures of fewer actors than this are hidden; 0 for none.
    pub min_actors: u64,
}

impl PrivacyConfig {
    fn is_off(&self) -> bool {
        self.min_actors == 0
    }
}

impl Config {
    /// The part that `ingest` reads, with the option `--source-time-zone` over it.
    pub fn ingest(&self, source_time_zone: Option<&str>) -> IngestConfig {
        IngestConfig {
            sources: self.sources.clone(),
            pages: self.pages.clone(),
            channels: self.channels.clone(),
            bots: self.bots.clone(),
            currency: self.currency.clone(),
            source_time_zone: source_time_zone.map(str::to_owned).or_else(|| self.source_time_zone.clone()),
        }
    }
}

/// The file in force: the one named, else one in an input folder or in that of a store's inputs, else one in the current
/// folder.
pub fn find(named: Option<&Path>, inputs: &[String]) -> Option<PathBuf> {
    if let Some(path) = named.filter(|path| !path.as_os_str().is_empty()) {
        return Some(path.to_owned());
    }
    let folders = inputs.iter().map(PathBuf::from).filter(|path| path.is_dir());
    let folders = folders.flat_map(|folder| [origin::root_of(&folder), Some(folder)].into_iter().flatten());
    folders.chain([PathBuf::new()]).map(|folder| folder.join(FILE_NAME)).find(|path| path.is_file())
}

/// Reads the configuration at `path`; with the keys that it sets.
///
/// # Errors
/// With file, line, column, the line itself, and the nearest known key; also for values that can't be followed.
pub fn read(path: &Path) -> Result<(Config, Places)> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("can't read the configuration {}", path.display()))?;
    let (config, keys) = parse(path, &text)?;
    let mut places = Places::of_file(path, text);
    keys.iter().for_each(|key| places.tell(key, path.display().to_string()));
    Ok((config, places))
}

/// The configuration that `text` is, and its top keys.
fn parse(path: &Path, text: &str) -> Result<(Config, Vec<String>)> {
    let no_toml = |error: &toml::de::Error| {
        let at = error.span().map_or(0, |span| span.start);
        written::pointing_at(path, text, at, &format!("this is no TOML: {}", error.message()), "")
    };
    let written = Written::try_new(path, text).map_err(|error| no_toml(&error))?;
    shape::check(&written)?;
    let mut config: Config = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        written.refuse_at(at, &written.key_at(at), error.message())
    })?;
    names::check(&written, &config)?;
    predicates::check(&written, &config)?;
    values::check(&written, &config)?;
    if let Some(currency) = &mut config.currency {
        currency.folder = path.parent().unwrap_or(Path::new("")).to_owned();
        let rates = currency.rates().map_err(|error| written.refuse("currency.rates", &error.to_string()))?;
        currency.hash = Some(rates.hash().to_owned());
    }
    Ok((config, written.top().keys().map(|key| key.get_ref().to_string()).collect()))
}

/// The error with the place in the configuration of what is at fault, if it is there.
pub fn located(places: &Places, error: IngestError) -> anyhow::Error {
    match places.file().and_then(|(path, text)| Written::try_new(path, text).ok()) {
        Some(written) => values::located(&written, error),
        None => error.into(),
    }
}

/// An error about `text` as the configuration asks for it at what messages call `place`, under the key `section`; where
/// the configuration does not have it, the error names the place alone.
pub fn refuse_asked(places: &Places, section: Option<&str>, place: &str, text: &str, message: &str) -> anyhow::Error {
    let written = places.file().and_then(|(path, text)| Written::try_new(path, text).ok());
    let key = written
        .as_ref()
        .zip(section)
        .and_then(|(written, section)| predicates::key_of(written, section, place, text).map(|key| (written, key)));
    match key {
        Some((written, key)) => written.refuse(&key, message),
        None => anyhow!("{place}: {message}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_points_at_its_line_and_suggests() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join(FILE_NAME);
        std::fs::write(&path, "time_zone = \"UTC\"\n[sessions]\ntimeoute = \"30m\"\n").expect("written");
        let message = read(&path).expect_err("unknown key").to_string();
        assert!(message.contains("kundresa.toml:3:1"), "{message}");
        assert!(message.contains("did you mean `timeout`?"), "{message}");
    }

    #[test]
    fn a_bare_number_is_no_duration() {
        let error = toml::from_str::<Config>("[sessions]\ntimeout = \"30\"\n").expect_err("no unit");
        assert!(error.to_string().contains("has no unit"), "{error}");
    }
}
