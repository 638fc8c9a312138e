//! Under which names do inputs enter a store? Relative to one root, which stays the same from load to load.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use kundresa_ingest::Inputs;
use kundresa_ingest::input::Input;
use kundresa_model::natural;

use crate::arguments::store::LoadArguments;
use crate::inputs;

/// Standard input among the arguments.
const STANDARD_INPUT: &str = "-";

/// Inputs and the folder that their names are relative to.
pub struct Named {
    /// The inputs, in natural order of their names.
    pub inputs: Inputs,
    /// The folder.
    pub root: String,
}

/// The inputs that `arguments` name: relative to `--root`, else to `known`, else, for a store that begins or is rebuilt, to
/// the folder that they share.
///
/// # Errors
/// When an argument names nothing, a file of a store, or a file outside the root; when standard input has no name.
pub fn inputs(arguments: &LoadArguments, known: Option<&str>) -> Result<Named> {
    let files: Vec<String> = arguments.inputs.iter().filter(|input| *input != STANDARD_INPUT).cloned().collect();
    let name = stdin_name(arguments)?;
    let asked = arguments.root.as_deref().map(|root| absolute("--root", root)).transpose()?;
    let known = known.map(Path::new);
    let mut named = files_under(&files, asked, known)?;
    if let Some(root) = known.filter(|_| arguments.root.is_none() && !arguments.rebuild) {
        refuse_outside(&named.inputs, root, &arguments.into)?;
    }
    if let Some(name) = name {
        add_stdin(&mut named.inputs, name)?;
    }
    Ok(named)
}

/// The name that standard input is to have, if it is an input.
fn stdin_name(arguments: &LoadArguments) -> Result<Option<&str>> {
    let is_input = arguments.inputs.iter().any(|input| input == STANDARD_INPUT);
    match (is_input, arguments.name.as_deref().filter(|name| !name.is_empty())) {
        (true, None) => bail!("standard input needs a name in the store\nhint: --name events-2024-03-01.csv"),
        (false, Some(name)) => bail!("--name is for standard input, which is no input here: {name}\nhint: give `-`"),
        (_, name) => Ok(name),
    }
}

fn absolute(option: &str, folder: &Path) -> Result<PathBuf> {
    if !folder.is_dir() {
        bail!("{option} names no folder: {}", folder.display());
    }
    std::path::absolute(folder).with_context(|| format!("{option}: {}", folder.display()))
}

fn files_under(files: &[String], asked: Option<PathBuf>, known: Option<&Path>) -> Result<Named> {
    if files.is_empty() {
        let root = asked.or_else(|| known.map(Path::to_owned)).map_or_else(std::env::current_dir, Ok)?;
        return Ok(Named { root: root.display().to_string(), inputs: Inputs { root, ..Inputs::default() } });
    }
    let found = kundresa_ingest::discover(files)?;
    let root = asked.or_else(|| known.map(Path::to_owned).filter(|root| all_in(&found, root)));
    let found = match root {
        Some(root) => kundresa_ingest::discover_under(files, Some(&root))?,
        None => found,
    };
    let found = inputs::without_stores(found)?;
    Ok(Named { root: found.root.display().to_string(), inputs: found })
}

/// Refuses files outside the folder that the store's inputs are named from: under names from elsewhere one file could be
/// two inputs.
fn refuse_outside(inputs: &Inputs, root: &Path, store: &Path) -> Result<()> {
    let paths = inputs.inputs.iter().filter_map(|input| input.path());
    let Some(outside) = paths.into_iter().find(|path| !path.starts_with(root)) else { return Ok(()) };
    let (outside, root, store) = (outside.display(), root.display(), store.display());
    bail!(
        "{outside} lies outside of {root}, which names of the inputs of {store} are relative to\n\
         hint: --root FOLDER says where that folder is now; for a folder above both load all anew: \
         kundresa load INPUT… --root FOLDER --into {store} --rebuild"
    )
}

/// Whether all files lie in `root`.
fn all_in(inputs: &Inputs, root: &Path) -> bool {
    inputs.inputs.iter().all(|input| input.path().is_some_and(|path| path.starts_with(root)))
}

fn add_stdin(inputs: &mut Inputs, name: &str) -> Result<()> {
    if inputs.inputs.iter().any(|input| input.name() == name) {
        bail!("--name is the name of another input: {name}");
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).context("can't read standard input")?;
    inputs.inputs.push(Input::memory(name, bytes));
    inputs.inputs.sort_by(|a, b| natural::compare(a.name(), b.name()));
    Ok(())
}
