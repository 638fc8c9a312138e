//! Is the configuration usable as far as that can be told before any input is seen?

use kundresa_model::zone::ZoneTable;

use crate::config::{IngestConfig, SourceConfig};
use crate::error::IngestError;
use crate::plan::check_sources;
use crate::rules::{Defaults, Rules};
use crate::time::TimeFormat;

/// Refuses names used twice, and patterns, templates, rules, time formats and zones that can't be read.
///
/// # Errors
/// With the first value that is not usable.
pub fn check(config: &IngestConfig) -> Result<(), IngestError> {
    check_sources(config)?;
    if let Some(zone) = &config.source_time_zone {
        ZoneTable::try_new(zone)?;
    }
    let any = [SourceConfig::default()];
    let sources = if config.sources.is_empty() { &any[..] } else { &config.sources };
    for source in sources {
        Rules::try_new(source, config, Defaults { passive: &[], synthetic: &[] })?;
        source.time.format.as_deref().map(TimeFormat::from_option).transpose()?;
        source.time.zone.as_deref().map(ZoneTable::try_new).transpose()?;
    }
    Ok(())
}
