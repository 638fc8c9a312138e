//! Are the values of the configuration usable, and if not, where in the file do they stand?

use std::path::Path;

use anyhow::{Result, anyhow};
use kundresa_ingest::IngestError;
use kundresa_model::zone::ZoneTable;

use super::texts::{find, start_of};
use super::{Config, pointing_at};
use crate::instant;

/// Refuses zones, times, patterns and rules that can't be read.
///
/// # Errors
/// With file, line and column of the value.
pub fn check(path: &Path, text: &str, config: &Config) -> Result<()> {
    kundresa_ingest::check(&config.ingest(None)).map_err(|error| located(path, text, error))?;
    let zone = config.time_zone.as_deref().unwrap_or("UTC");
    let zone = ZoneTable::try_new(zone).map_err(|error| at(path, text, zone, &error.to_string()))?;
    if let Some(as_of) = &config.as_of {
        instant::parse("as_of", as_of, &zone).map_err(|error| at(path, text, as_of, &error.to_string()))?;
    }
    kundresa_analyze::check_paths(&config.paths)
        .map_err(|error| in_table(path, text, ("paths", 0), "paths", &error.to_string()))?;
    for (index, funnel) in config.funnels.iter().enumerate() {
        let key = format!("funnels[{}]", index + 1);
        kundresa_analyze::check_funnel(funnel)
            .map_err(|error| in_table(path, text, ("funnels", index), &key, &error.to_string()))?;
        let twice = config.funnels[..index].iter().any(|other| funnel.name.is_some() && other.name == funnel.name);
        if let Some(name) = funnel.name.as_deref().filter(|_| twice) {
            let message = format!("two funnels are called `{name}`; --name could mean either");
            return Err(in_table(path, text, ("funnels", index), &key, &message));
        }
    }
    Ok(())
}

/// The error with the place of the text that is at fault, where the file has it.
pub fn located(path: &Path, text: &str, error: IngestError) -> anyhow::Error {
    match error.written() {
        Some(written) => at(path, text, written, &error.to_string()),
        None => error.into(),
    }
}

/// The error with the place of the table at fault: a top key, or an entry of its list.
fn in_table(path: &Path, text: &str, (section, entry): (&str, usize), key: &str, message: &str) -> anyhow::Error {
    match start_of(text, section, entry) {
        Some(start) => pointing_at(path, text, start, &format!("{key}: {message}"), ""),
        None => anyhow!("{}: {key}: {message}", path.display()),
    }
}

fn at(path: &Path, text: &str, written: &str, message: &str) -> anyhow::Error {
    let (message, hint) = message.split_once('\n').unwrap_or((message, ""));
    let hint = if hint.is_empty() { String::new() } else { format!("\n{hint}") };
    match find(text, None, written) {
        Some((key, start)) => pointing_at(path, text, start, &format!("{key}: {message}"), &hint),
        None => anyhow!("{message}{hint}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_pointed_at_where_they_stand() {
        for (text, expected) in [
            ("time_zone = \"Europe/Stokholm\"\n", "k.toml:1:13: time_zone: "),
            ("title = \"x\"\nas_of = \"soon\"\n", "k.toml:2:9: as_of: "),
            ("[paths]\ndepth = 0\n", "k.toml:1:1: paths: "),
            ("[[funnels]]\nsteps = []\n", "k.toml:1:1: funnels[1]: "),
            ("[[funnels]]\nsteps = [{ when = \"a\", within = \"1h\" }, \"b\"]\n", "k.toml:1:1: funnels[1]: "),
            ("[pages]\ntemplates = [\"/a\", \"b\"]\n", "k.toml:2:20: pages.templates[2]: "),
            ("[bots]\npatterns = [\"(\"]\n", "k.toml:2:13: bots.patterns[1]: "),
            ("[[sources]]\nname = \"a\"\n[sources.time]\nformat = \"odd\"\n", "k.toml:4:10: sources[1].time.format: "),
            ("[[sources]]\nname = \"a\"\npassive_events = [\"[\"]\n", "k.toml:3:19: sources[1].passive_events[1]: "),
        ] {
            let config: Config = toml::from_str(text).expect("TOML that fits");
            let message = check(Path::new("k.toml"), text, &config).expect_err("a bad value").to_string();
            assert!(message.starts_with(expected), "{message}");
        }
    }

    #[test]
    fn two_funnels_of_one_name_are_refused() {
        let text = "[[funnels]]\nname = \"x\"\nsteps = [\"a\"]\n".repeat(2);
        let config: Config = toml::from_str(&text).expect("TOML that fits");
        let error = check(Path::new("k.toml"), &text, &config).expect_err("twice").to_string();
        let expected = "k.toml:4:1: funnels[2]: two funnels are called `x`; --name could mean either";
        assert!(error.starts_with(expected), "{error}");
    }
}
