//! Which keys of the configuration decide what rows mean, and do they agree with what a store was loaded with?
//!
//! A store keeps the load configuration it was begun with. What a file or an option says afterwards must be the same;
//! what they leave unsaid stays as it was.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use kundresa_ingest::IngestConfig;
use serde_json::Value;

use crate::config::Config;

/// Load configuration by key.
pub type LoadKeys = BTreeMap<String, Value>;

/// Key of the zone that `--source-time-zone` sets.
pub const SOURCE_TIME_ZONE: &str = "source_time_zone";

/// Longest value that an error quotes.
const LONGEST_QUOTE: usize = 120;

/// Where the keys were set that file and options set: a file, or an option.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    keys: BTreeMap<String, String>,
    /// The configuration's path and text.
    file: Option<(PathBuf, String)>,
}

impl Places {
    /// No keys yet, with the path and the text of the configuration.
    pub fn of_file(path: &Path, text: String) -> Self {
        Self { keys: BTreeMap::new(), file: Some((path.to_owned(), text)) }
    }

    /// Path and text of the configuration, if there is one.
    pub fn file(&self) -> Option<(&Path, &str)> {
        self.file.as_ref().map(|(path, text)| (path.as_path(), text.as_str()))
    }

    /// Tells that `key` was set at `place`; the last one told counts.
    pub fn tell(&mut self, key: &str, place: String) {
        self.keys.insert(key.to_owned(), place);
    }
}

/// All load keys of `config` with their values.
///
/// # Errors
/// When it can't be written as JSON.
pub fn of(config: &IngestConfig) -> Result<LoadKeys> {
    match serde_json::to_value(config).context("the load configuration can't be written as JSON")? {
        Value::Object(keys) => Ok(keys.into_iter().collect()),
        _ => bail!("the load configuration is no table"),
    }
}

/// The keys of `config` that are no load keys: those of analyses, with their values.
///
/// # Errors
/// When it can't be written as JSON.
pub fn others(config: &Config) -> Result<LoadKeys> {
    let load = of(&config.ingest(None))?;
    match serde_json::to_value(config).context("the configuration can't be written as JSON")? {
        Value::Object(keys) => Ok(keys.into_iter().filter(|(key, _)| !load.contains_key(key)).collect()),
        _ => bail!("the configuration is no table"),
    }
}

/// The configuration that the store at `store` was loaded with, if nothing said in `asked` differs from it.
///
/// # Errors
/// With the first key that differs, where it was set, and how to rebuild.
pub fn agreed(loaded: &LoadKeys, asked: &IngestConfig, places: &Places, store: &Path) -> Result<IngestConfig> {
    let mut known = stored(loaded, store)?;
    if let (Some(known), Some(asked)) = (&mut known.currency, &asked.currency) {
        known.folder.clone_from(&asked.folder);
    }
    let (was, is) = (of(&known)?, of(asked)?);
    for (key, place) in &places.keys {
        let (was, is) = (was.get(key), is.get(key));
        // Other keys are of analyses and may change at any time.
        if is.is_some() && was != is {
            bail!(difference(key, place, was, is, store));
        }
    }
    Ok(known)
}

fn stored(loaded: &LoadKeys, store: &Path) -> Result<IngestConfig> {
    let object = Value::Object(loaded.clone().into_iter().collect());
    serde_json::from_value(object).with_context(|| {
        format!("the load configuration of {} is not known to this version of kundresa", store.display())
    })
}

fn difference(key: &str, place: &str, was: Option<&Value>, is: Option<&Value>, store: &Path) -> String {
    let store = store.display();
    let told = |value: &Value| if value.is_null() { "not set".to_owned() } else { value.to_string() };
    let quoted = |value: Option<&Value>| value.map(told).filter(|text| text.len() <= LONGEST_QUOTE);
    let values = match (quoted(was), quoted(is)) {
        (Some(was), Some(is)) => format!("\n  loaded with: {was}\n  asked for: {is}"),
        _ => String::new(),
    };
    format!(
        "{place} sets `{key}` otherwise than {store} was loaded with{values}\n\
         hint: take that back, or load anew with it: kundresa load INPUT… --into {store} --rebuild"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> IngestConfig {
        IngestConfig { source_time_zone: Some(name.to_owned()), ..IngestConfig::default() }
    }

    #[test]
    fn what_is_left_unsaid_stays_as_it_was() {
        let loaded = of(&zone("Europe/Stockholm")).expect("keys");
        let asked = IngestConfig::default();
        let agreed = agreed(&loaded, &asked, &Places::default(), Path::new("shop.store")).expect("agreed");
        assert_eq!(agreed, zone("Europe/Stockholm"));
    }

    #[test]
    fn what_is_said_otherwise_is_refused_with_its_place() {
        let loaded = of(&IngestConfig::default()).expect("keys");
        let mut places = Places::default();
        places.tell(SOURCE_TIME_ZONE, "--source-time-zone".to_owned());
        places.tell("title", "kundresa.toml".to_owned());
        let error = agreed(&loaded, &zone("UTC"), &places, Path::new("shop.store")).expect_err("another zone");
        let message = error.to_string();
        assert!(
            message.starts_with("--source-time-zone sets `source_time_zone` otherwise than shop.store"),
            "{message}"
        );
        assert!(message.contains("kundresa load INPUT… --into shop.store --rebuild"), "{message}");
    }

    #[test]
    fn what_is_said_the_same_agrees() {
        let loaded = of(&zone("UTC")).expect("keys");
        let mut places = Places::default();
        places.tell(SOURCE_TIME_ZONE, "--source-time-zone".to_owned());
        assert!(agreed(&loaded, &zone("UTC"), &places, Path::new("shop.store")).is_ok());
    }
}
