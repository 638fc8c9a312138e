//! With what means is a store changed?

use std::path::PathBuf;

use anyhow::{Result, bail};
use kundresa_store::WriteOptions;

use crate::arguments::common::PlainFormat;
use crate::arguments::store::ChangeArguments;
use crate::resources::Resources;

/// How to change a store, settled.
pub struct Changing {
    resources: Resources,
    spill: Option<PathBuf>,
    /// Form of the summary.
    pub format: PlainFormat,
}

impl Changing {
    /// Settles it.
    ///
    /// # Errors
    /// When a number can't be read or the spill folder is none.
    pub fn of(arguments: &ChangeArguments) -> Result<Self> {
        if let Some(folder) = arguments.spill_dir.as_ref().filter(|folder| !folder.is_dir()) {
            bail!("--spill-dir names no folder: {}", folder.display());
        }
        let resources = Resources::of(&arguments.resources)?;
        Ok(Self { resources, spill: arguments.spill_dir.clone(), format: arguments.format })
    }

    /// Threads to use.
    pub fn threads(&self) -> usize {
        self.resources.threads
    }

    /// The same for the store, with `progress`.
    pub fn options<'a>(&'a self, progress: &'a (dyn Fn(u64) + Sync)) -> WriteOptions<'a> {
        WriteOptions {
            threads: self.resources.threads,
            memory: self.resources.memory,
            spill: self.spill.as_deref(),
            progress: Some(progress),
        }
    }
}
