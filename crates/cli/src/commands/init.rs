//! Writes a configuration that fits the data it is shown.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

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
    let mapping = from_files::plan(&reading)?.inspect()?.suggested_toml();
    let settings = fitting::suggested_toml(&reading, Resources::of(&arguments.resources)?)?;
    let text = format!("{}\n{settings}", mapping.trim_end());
    toml::from_str::<Config>(&text)
        .context("the suggested configuration can't be read back; please report this input")?;
    if arguments.out.as_os_str() == "-" {
        return output::text(None, &text);
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    if arguments.force {
        options.truncate(true)
    } else {
        options.create_new(true)
    };
    let shown = arguments.out.display();
    match options.open(&arguments.out) {
        Ok(mut file) => file.write_all(text.as_bytes()).with_context(|| format!("can't write to {shown}"))?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{shown} is there already\nhint: --force replaces it")
        }
        Err(error) => return Err(error).with_context(|| format!("can't write to {shown}")),
    }
    output::note(&format!("configuration written to {shown}"));
    Ok(())
}
