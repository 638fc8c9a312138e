//! Which files do arguments name, stores left out?
//!
//! A folder may hold a store beside the logs that went into it. The store's own files are no logs.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Result, bail};
use kundresa_ingest::{Inputs, input::Input};
use kundresa_store::Store;

use crate::output;

/// The inputs that `arguments` name, without files of stores.
///
/// # Errors
/// When an argument names nothing that could be data, or a file of a store.
pub fn discover(arguments: &[String]) -> Result<Inputs> {
    without_stores(kundresa_ingest::discover(arguments)?)
}

/// `inputs` without files of stores that lie in folders given.
///
/// # Errors
/// When such a file was named, or nothing else is left.
pub fn without_stores(mut inputs: Inputs) -> Result<Inputs> {
    let mut stores = BTreeSet::new();
    let mut kept = Vec::with_capacity(inputs.inputs.len());
    for input in inputs.inputs {
        match input.path().and_then(store_around) {
            None => kept.push(input),
            Some(store) => {
                refuse_named(&input, store)?;
                stores.insert(store.display().to_string());
            }
        }
    }
    if let (true, Some(store)) = (kept.is_empty(), stores.first()) {
        bail!("there is nothing but a store: {store}\nhint: name the store itself to read it");
    }
    stores.iter().for_each(|store| output::note(&format!("left out the store {store}")));
    inputs.inputs = kept;
    Ok(inputs)
}

/// The store that `path` lies in.
fn store_around(path: &Path) -> Option<&Path> {
    path.ancestors().skip(1).find(|folder| Store::is_at(folder))
}

fn refuse_named(input: &Arc<Input>, store: &Path) -> Result<()> {
    if input.is_named() {
        bail!("{} is part of the store {}\nhint: name the store itself to read it", input.name(), store.display());
    }
    Ok(())
}
