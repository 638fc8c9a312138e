//! How do the rows of some runs become a new run, without those that are dropped?

use std::path::Path;

use kundresa_model::field::text;
use kundresa_model::quality::RejectedRow;

use crate::error::StoreError;
use crate::generation::disk::Disk;
use crate::run::facts::Optional;
use crate::run::reader::Run;
use crate::run::writer::{Layout, RunWriter, WrittenRun};
use crate::upkeep::assemble::Assembler;
use crate::upkeep::ordinals::Ordinals;
use crate::upkeep::place::Placing;
use crate::upkeep::slices::{Giant, Slices};
use crate::upkeep::texts::Texts;

/// A run whose rows are taken over.
pub(crate) struct Source<'a> {
    pub(crate) run: &'a Run,
    /// Whether its rows of equal time may lie in another than the total order.
    pub(crate) unsorted: bool,
    /// Rows that are left out.
    pub(crate) drop: Ordinals,
    /// Rows that are taken over, but only repeat an event id.
    pub(crate) duplicates: Ordinals,
}

/// What to make of some runs.
pub(crate) struct Rewrite<'a> {
    pub(crate) disk: &'a Disk,
    /// Folder of the new run.
    pub(crate) folder: &'a Path,
    pub(crate) sources: &'a [Source<'a>],
    pub(crate) placing: &'a Placing,
    /// Most distinct values of a text column with codes.
    pub(crate) most_values: usize,
}

impl Rewrite<'_> {
    /// Writes the new run. Rejected rows come along if `keep` says so.
    pub(crate) fn run(&self, keep: &dyn Fn(u32, &RejectedRow) -> bool) -> Result<WrittenRun, StoreError> {
        let texts = Texts::merge(self.sources, self.most_values)?;
        let layout =
            Layout { coded: texts.coded.clone(), wide: texts.wide.clone(), mixed: self.mixed(&texts), has: self.has() };
        let (mut writer, encoder) = RunWriter::create(self.disk, self.folder, &layout)?;
        let mut assembler = Assembler::new(self.sources, &texts, self.placing);
        let mut slices = Slices::of(self.sources);
        while let Some(slice) = slices.next()? {
            for block in assembler.blocks(&slice)? {
                writer.append(encoder.encode(block)?)?;
            }
        }
        let mut rest = Giant::unidentified(self.sources);
        while let Some(slice) = rest.next()? {
            for block in assembler.unidentified(&slice)? {
                writer.append_unidentified(encoder.encode(block)?)?;
            }
        }
        self.copy_rejected(keep, &mut writer)?;
        writer.finish()
    }

    /// Properties with a column that lie in `props` for the rows of a run without that column.
    fn mixed(&self, texts: &Texts) -> Vec<String> {
        let columns = texts.coded.iter().map(|(name, _)| name).chain(&texts.wide);
        let properties = columns.filter(|name| !text::ALL.contains(&name.as_str()));
        let mut mixed: Vec<String> = properties.filter(|name| self.is_mixed(name)).cloned().collect();
        mixed.sort_unstable();
        mixed
    }

    fn is_mixed(&self, name: &String) -> bool {
        self.sources.iter().map(|source| &source.run.facts).any(|facts| {
            let has_column = facts.wide.contains(name) || facts.coded.iter().any(|column| column.name == *name);
            let has_props = facts.wide.iter().any(|column| column == text::PROPS);
            facts.mixed.contains(name) || (has_props && !has_column)
        })
    }

    fn has(&self) -> Optional {
        let mut has = Optional::default();
        for part in self.sources.iter().map(|source| &source.run.facts.has) {
            has.value |= part.value;
            has.event_id |= part.event_id;
            has.position |= part.position;
            for column in 0..3 {
                has.others[column] |= part.others[column];
                has.sequence[column] |= part.sequence[column];
            }
        }
        has
    }

    fn copy_rejected(
        &self,
        keep: &dyn Fn(u32, &RejectedRow) -> bool,
        writer: &mut RunWriter,
    ) -> Result<(), StoreError> {
        let mut written = Ok(());
        for source in self.sources {
            source.run.rejected(&mut |input, row| {
                if written.is_ok() && keep(input, &row) {
                    written = writer.append_rejected(input, &row);
                }
            })?;
        }
        written
    }
}
