//! Loads inputs into a store and tells what that did.

use anyhow::Result;

use crate::arguments::store::LoadArguments;
use crate::{loading, output, store_view};

/// Runs `load`.
pub fn command(arguments: &LoadArguments) -> Result<()> {
    let facts = loading::load(arguments)?;
    output::sheet(arguments.change.format, &facts, || store_view::loaded(&arguments.into, &facts))
}
