//! Do the arguments of an analysis name files, or a store that files were loaded into?

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use kundresa_store::Store;

/// Where events come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// From inputs, read now.
    Files,
    /// From the store at that path.
    Store(PathBuf),
}

/// Where the events of `inputs` come from.
///
/// # Errors
/// When a store is named beside other inputs.
pub fn of(inputs: &[String]) -> Result<Origin> {
    match inputs.iter().find(|input| Store::is_at(Path::new(input))) {
        None => Ok(Origin::Files),
        Some(store) if inputs.len() == 1 => Ok(Origin::Store(PathBuf::from(store))),
        Some(store) => bail!(beside_others(store, inputs)),
    }
}

/// The folder that the inputs of the store at `path` are named from; none if there is no store that can be read.
pub fn root_of(path: &Path) -> Option<PathBuf> {
    if !Store::is_at(path) {
        return None;
    }
    // What is wrong with the store is told when it is read.
    let store = Store::open(path).ok()?;
    Some(PathBuf::from(&store.manifest().root)).filter(|root| !root.as_os_str().is_empty())
}

fn beside_others(store: &str, inputs: &[String]) -> String {
    let others: Vec<&str> = inputs.iter().map(String::as_str).filter(|input| *input != store).collect();
    match others.iter().find(|input| Store::is_at(Path::new(input))) {
        None if others.is_empty() => format!("a store is named more than once: {store}"),
        Some(other) => format!("two stores can't be read together: {store} and {other}"),
        None => format!(
            "a store is read alone, not beside other inputs: {store}\n\
             hint: add them to it: kundresa load {} --into {store}",
            others.join(" ")
        ),
    }
}
