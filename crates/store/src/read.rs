//! What does one reader thread do?
//!
//! It takes parts one after another, drains their tables into its own pieces and checks that each part's report adds up.
//! Parts are taken in order and a part once begun is finished, so the first failing part is the same on any number of threads.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use kundresa_model::event_table::EventTable;
use kundresa_model::quality::PartReport;
use kundresa_model::source::EventSource;

use crate::actor_key::{KeyOfHash, PARTITIONS};
use crate::dictionaries::ThreadColumns;
use crate::error::StoreError;
use crate::piece::Piece;
use crate::scatter::{Scratch, scatter};
use crate::shuffle::ShuffleOptions;

/// Most events of one piece or bucket; positions in it are 32-bit indices.
pub(crate) const MOST_EVENTS: usize = (u32::MAX / 2) as usize;

/// What all reader threads share.
pub(crate) struct Reading<'a> {
    source: &'a dyn EventSource,
    options: &'a ShuffleOptions<'a>,
    key_of_hash: KeyOfHash,
    next_part: AtomicUsize,
    stop: AtomicBool,
    held: AtomicU64,
    rows: AtomicU64,
}

/// What one reader thread has read.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// One per partition.
    pub(crate) pieces: Vec<Piece>,
    pub(crate) columns: ThreadColumns,
    pub(crate) reports: Vec<(usize, PartReport)>,
    pub(crate) failure: Option<(usize, StoreError)>,
    scratch: Scratch,
    held: u64,
}

impl<'a> Reading<'a> {
    /// Nothing read yet.
    pub(crate) fn new(source: &'a dyn EventSource, options: &'a ShuffleOptions<'a>, key_of_hash: KeyOfHash) -> Self {
        Self {
            source,
            options,
            key_of_hash,
            next_part: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
            held: AtomicU64::new(0),
            rows: AtomicU64::new(0),
        }
    }

    /// Estimated bytes held by what all threads have read.
    pub(crate) fn held(&self) -> u64 {
        self.held.load(Ordering::Relaxed)
    }

    /// Reads parts until none is left or one has failed.
    pub(crate) fn run(&self) -> Read {
        let mut read = Read::default();
        read.pieces.resize_with(PARTITIONS, Piece::default);
        while !self.stop.load(Ordering::Acquire) {
            let part = self.next_part.fetch_add(1, Ordering::Relaxed);
            if part >= self.source.parts() {
                break;
            }
            match self.read_part(part, &mut read) {
                Ok(report) => read.reports.push((part, report)),
                Err(error) => {
                    self.stop.store(true, Ordering::Release);
                    read.failure = Some((part, error));
                }
            }
        }
        read
    }

    fn read_part(&self, part: usize, read: &mut Read) -> Result<PartReport, StoreError> {
        let mut reader = self.source.open(part).map_err(StoreError::Read)?;
        let mut events = 0;
        while let Some(table) = reader.next_table().map_err(StoreError::Read)? {
            events += table.len() as u64;
            self.take(&table, read)?;
        }
        let report = reader.report();
        let rejected = report.rejected.len() as u64;
        if report.rows_in == events + rejected {
            return Ok(report);
        }
        Err(StoreError::UnaccountedRows { input: report.input, rows_in: report.rows_in, events, rejected })
    }

    fn take(&self, table: &EventTable, read: &mut Read) -> Result<(), StoreError> {
        let most = read.pieces.iter().map(|piece| piece.rows).max().unwrap_or(0) + table.len();
        if most > MOST_EVENTS {
            return Err(StoreError::BucketTooLarge { events: most, limit: MOST_EVENTS });
        }
        let Read { pieces, columns, scratch, .. } = read;
        scatter(table, self.key_of_hash, columns, scratch, pieces);
        self.check_memory(read)?;
        let rows = self.rows.fetch_add(table.len() as u64, Ordering::Relaxed) + table.len() as u64;
        if let Some(progress) = self.options.progress {
            progress(rows);
        }
        Ok(())
    }

    fn check_memory(&self, read: &mut Read) -> Result<(), StoreError> {
        let pieces: usize = read.pieces.iter().map(Piece::heap_bytes).sum();
        let held = (pieces + read.columns.heap_bytes()) as u64;
        let before = std::mem::replace(&mut read.held, held);
        // Vectors only grow while reading, so the difference is never negative.
        let total = self.held.fetch_add(held - before, Ordering::Relaxed) + held - before;
        match self.options.memory_limit {
            Some(limit) if total > limit => Err(StoreError::MemoryLimit { needed: total, limit }),
            _ => Ok(()),
        }
    }
}
