//! How do the rows of new inputs become a run?

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use kundresa_model::quality::LoadTotals;
use twox_hash::XxHash64;

use crate::error::StoreError;
use crate::generation::clean::{RUNS, SPILL};
use crate::generation::disk::run_folder;
use crate::generation::manifest::{MANIFEST, Manifest, greatest_exports};
use crate::load::inputs::Plan;
use crate::load::{LoadRequest, StoreWriter, WriteOptions};
use crate::run::writer::{EncodedGroup, Layout, RunWriter, WrittenRun};
use crate::shuffle::blocks::{BlockOptions, BlockSink, ReadLog};

/// What writing gave.
pub(super) struct Written {
    /// The run; none if there was nothing to read.
    pub(super) run: Option<WrittenRun>,
    /// Totals of the rows read, as if nothing had been there before.
    pub(super) totals: LoadTotals,
    /// Bytes that did not fit into memory.
    pub(super) spilled_bytes: u64,
}

/// Reads the inputs of `request`, writes a run with their rows, and counts them in `plan`.
///
/// # Errors
/// When an input can't be read or a file can't be written. What was written is in no manifest.
pub(super) fn write_run(
    writer: &StoreWriter,
    before: &Manifest,
    request: &LoadRequest<'_>,
    plan: &mut Plan,
    options: &WriteOptions<'_>,
) -> Result<Written, StoreError> {
    if plan.new.is_empty() {
        return Ok(Written { run: None, totals: LoadTotals::default(), spilled_bytes: 0 });
    }
    let spill = spill_folder(&writer.path, before.next_run, options.spill);
    remove_spilled(writer, &spill)?;
    let options = BlockOptions {
        threads: options.threads.max(1),
        memory: options.memory,
        spill: &spill,
        progress: options.progress,
        key_of_hash: writer.limits.key_of_hash,
        most_values: writer.limits.most_values,
        input_ids: &plan.new_ids(),
        exports: &greatest_exports(&plan.stay),
        forgotten: &forgotten_hashes(&writer.path, before)?,
    };
    let written = read_and_write(writer, before.next_run, request, plan, &options);
    // What can't be removed now, the next load removes; it is no reason to fail, nor to hide why the load did.
    let _ = remove_spilled(writer, &spill);
    written
}

fn read_and_write(
    writer: &StoreWriter,
    run: u64,
    request: &LoadRequest<'_>,
    plan: &mut Plan,
    options: &BlockOptions<'_>,
) -> Result<Written, StoreError> {
    let log = ReadLog::read(request.events, options)?;
    plan.count(&log, request.events)?;
    let spilled_bytes = log.spilled_bytes;
    let (run, totals) = write_log(writer, run, log, options)?;
    Ok(Written { run: Some(run), totals, spilled_bytes })
}

fn write_log(
    writer: &StoreWriter,
    run: u64,
    mut log: ReadLog,
    options: &BlockOptions<'_>,
) -> Result<(WrittenRun, LoadTotals), StoreError> {
    let folder = run_folder(&writer.path, run);
    let mut layout = Layout { coded: log.coded.clone(), wide: log.wide.clone(), mixed: Vec::new(), has: log.has };
    layout.has.rejected |= log.parts.iter().any(|(_, part)| part.rejected > 0);
    let (mut files, encoder) = RunWriter::create(&writer.disk, &folder, &layout)?;
    log.rejected(&mut |input, row| files.append_rejected(options.input_ids[input], row))?;
    let totals = log.write(options, &|block| encoder.encode(block), &mut Groups(&mut files))?;
    let written = files.finish()?;
    for folder in [folder, writer.path.join(RUNS)] {
        writer.disk.sync_folder(&folder).map_err(StoreError::at("sync", &folder))?;
    }
    Ok((written, totals))
}

/// Row groups on their way into a run.
struct Groups<'a>(&'a mut RunWriter);

impl BlockSink<EncodedGroup> for Groups<'_> {
    fn append(&mut self, encoded: EncodedGroup) -> Result<(), StoreError> {
        self.0.append(encoded)
    }

    fn append_unidentified(&mut self, encoded: EncodedGroup) -> Result<(), StoreError> {
        self.0.append_unidentified(encoded)
    }
}

/// Where a load spills. Elsewhere than in the store the name tells whose it is, so that the next load of the same store
/// finds what a killed one left there.
fn spill_folder(store: &Path, run: u64, elsewhere: Option<&Path>) -> PathBuf {
    let Some(folder) = elsewhere else { return store.join(format!("{SPILL}{run:06}")) };
    let store = store.canonicalize().unwrap_or_else(|_| store.to_owned());
    let hash = XxHash64::oneshot(0, store.to_string_lossy().as_bytes());
    folder.join(format!("kundresa-{SPILL}{hash:016x}"))
}

fn remove_spilled(writer: &StoreWriter, spill: &Path) -> Result<(), StoreError> {
    if !spill.exists() {
        return Ok(());
    }
    writer.disk.remove_folder(spill).map_err(StoreError::at("remove", spill))
}

/// The hashes that the manifest keeps as hex digits.
fn forgotten_hashes(store: &Path, manifest: &Manifest) -> Result<HashSet<u128>, StoreError> {
    let hash = |digits: &String| {
        u128::from_str_radix(digits, 16).map_err(|_| StoreError::BrokenJson {
            path: store.join(MANIFEST),
            line: 1,
            column: 1,
            what: format!("`{digits}` in `forgotten` is no 128-bit number in hex digits"),
        })
    };
    manifest.forgotten.iter().map(hash).collect()
}
