//! Writes a configuration that fits the data it is shown.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::arguments::InitArguments;
use crate::config::Config;
use crate::fitting;
use crate::from_files;
use crate::origin::{self, Origin};
use crate::output;
use crate::resources::Resources;
use crate::settings::Reading;

/// Runs `init`.
pub fn command(arguments: &InitArguments) -> Result<()> {
    let reading = Reading::of_input(&arguments.input)?;
    if let Origin::Store(store) = origin::of(&reading.inputs)? {
        bail!("a store keeps how its inputs are read: {}\nhint: give the inputs themselves", store.display());
    }
    let plan = from_files::plan(&reading)?;
    let mapping = plan.inspect()?.suggested_toml();
    let settings = fitting::suggested_toml(&reading, plan, Resources::of(&arguments.resources)?)?;
    let text = format!("{}\n{settings}", mapping.trim_end());
    toml::from_str::<Config>(&text)
        .context("the suggested configuration can't be read back; please report this input")?;
    if arguments.out.as_os_str() == "-" {
        return output::text(None, &text);
    }
    write(&arguments.out, &text, arguments.force)
}

/// Writes `text` to a file that is not there yet, or, by `force`, in place of one that is kept under another name.
fn write(out: &Path, text: &str, force: bool) -> Result<()> {
    let shown = out.display();
    if force && out.is_file() {
        let kept = keep(out)?;
        output::note(&format!("the configuration that was there is kept as {}", kept.display()));
        let lost = std::fs::read_to_string(&kept).map(|old| keys_lost(&old, text)).unwrap_or_default();
        if !lost.is_empty() {
            output::note(&format!("what it alone said is not in the new one: {}", lost.join(", ")));
        }
    }
    match OpenOptions::new().write(true).create_new(true).open(out) {
        Ok(mut file) => file.write_all(text.as_bytes()).with_context(|| format!("can't write to {shown}"))?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{shown} is there already\nhint: --force writes a new one and keeps this one beside it")
        }
        Err(error) => return Err(error).with_context(|| format!("can't write to {shown}")),
    }
    output::note(&format!("configuration written to {shown}"));
    Ok(())
}

/// Renames the file to the first free of `….bak`, `….bak2`, …
fn keep(file: &Path) -> Result<PathBuf> {
    let named = |number: u32| {
        let mut name = file.as_os_str().to_owned();
        name.push(if number == 1 { ".bak".to_owned() } else { format!(".bak{number}") });
        PathBuf::from(name)
    };
    let free = (1..).map(named).find(|name| !name.exists()).context("there is no free name for the old file")?;
    std::fs::rename(file, &free).with_context(|| format!("can't rename {}", file.display()))?;
    Ok(free)
}

/// Keys of the old configuration that the new one does not have: top keys, and those of top tables. How inputs are read
/// was taken from it, so sources are not missed.
fn keys_lost(old: &str, new: &str) -> Vec<String> {
    let (Ok(old), Ok(new)) = (old.parse::<toml::Table>(), new.parse::<toml::Table>()) else { return Vec::new() };
    let mut lost = Vec::new();
    for (key, value) in old.iter().filter(|(key, _)| *key != "sources") {
        match (value, new.get(key)) {
            (_, None) => lost.push(key.clone()),
            (toml::Value::Table(old), Some(toml::Value::Table(new))) => {
                lost.extend(old.keys().filter(|name| !new.contains_key(*name)).map(|name| format!("{key}.{name}")));
            }
            (old, Some(new)) if old != new => lost.push(key.clone()),
            _ => {}
        }
    }
    lost
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_the_old_file_says_is_named() {
        let old = "title = \"x\"\n[phases]\nrule_set = \"crm\"\nhorizon = \"3d\"\n[[personas]]\nname = \"a\"\n[[funnels]]\nname = \"b\"\n";
        let new = "[phases]\nrule_set = \"saas\"\n[[funnels]]\nname = \"c\"\n";
        assert_eq!(keys_lost(old, new), ["funnels", "personas", "phases.horizon", "title"]);
        assert!(keys_lost("no TOML", new).is_empty());
        assert!(keys_lost(new, new).is_empty());
    }

    #[test]
    fn no_file_is_ever_written_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("kundresa.toml");
        for text in ["first", "second", "third"] {
            write(&file, text, true).expect("written");
        }
        assert!(write(&file, "fourth", false).is_err());
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("there");
        let found = ["kundresa.toml", "kundresa.toml.bak", "kundresa.toml.bak2"].map(read);
        assert_eq!(found, ["third", "first", "second"]);
    }
}
