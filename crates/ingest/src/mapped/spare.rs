//! How does the next part of a source go on with what the last one learnt?
//!
//! A writer knows the codes of texts, and tables that share their values with those before are cheap for whoever reads
//! them. So a part's writer is kept when the part has been read, and the next part that is read in the same way takes it.
//! What a writer knows changes no event.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kundresa_model::source::Wanted;

use super::MappedKind;
use super::row::RowWriter;
use crate::builder::TABLE_ROWS;
use crate::kind::PartRequest;

/// Most bytes of text that a writer may keep for the next part.
const MOST_BYTES: usize = 32 << 20;
/// Most writers that are kept; more than threads need, unless inputs have many different columns.
const MOST_WRITERS: usize = 16;

/// Writers of a source that nobody uses.
#[derive(Default)]
pub(super) struct Spare(Mutex<Vec<(Purpose, RowWriter)>>);

impl Spare {
    fn all(&self) -> MutexGuard<'_, Vec<(Purpose, RowWriter)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a writer is made for.
#[derive(Clone)]
struct Purpose {
    wanted: Arc<Wanted>,
    columns: Vec<String>,
    is_open: bool,
    source: String,
    table_rows: usize,
}

impl Purpose {
    fn is(&self, other: &Self) -> bool {
        let rest = |purpose: &Self| (purpose.is_open, purpose.table_rows);
        Arc::ptr_eq(&self.wanted, &other.wanted)
            && rest(self) == rest(other)
            && self.source == other.source
            && self.columns == other.columns
    }
}

/// A writer that goes back to the others when its part has been read.
pub(crate) struct PartWriter {
    /// There until it is dropped.
    writer: Option<RowWriter>,
    purpose: Purpose,
    spare: Arc<Spare>,
}

impl PartWriter {
    /// For one part. `columns` are those of the input; `is_open` says that rows may have others.
    pub(super) fn new(kind: &MappedKind, request: &PartRequest, columns: &[String], is_open: bool) -> Self {
        let purpose = Purpose {
            wanted: Arc::clone(&request.wanted),
            columns: columns.to_vec(),
            is_open,
            source: request.source_name.clone(),
            table_rows: request.table_rows,
        };
        let spare = Arc::clone(&kind.spare);
        let mut all = spare.all();
        let known = all.iter().rposition(|(other, _)| other.is(&purpose)).map(|place| all.swap_remove(place).1);
        drop(all);
        let mut writer = known.unwrap_or_else(|| RowWriter::new(kind, request, columns, is_open));
        writer.begin(request.rank);
        Self { writer: Some(writer), purpose, spare }
    }
}

impl Deref for PartWriter {
    type Target = RowWriter;

    fn deref(&self) -> &RowWriter {
        self.writer.as_ref().expect("it is there until it is dropped")
    }
}

impl DerefMut for PartWriter {
    fn deref_mut(&mut self) -> &mut RowWriter {
        self.writer.as_mut().expect("it is there until it is dropped")
    }
}

impl Drop for PartWriter {
    fn drop(&mut self) {
        // Who reads the front of an input reads it once.
        let is_whole = self.purpose.table_rows >= TABLE_ROWS;
        let is_small = |writer: &RowWriter| writer.writer.rows() == 0 && writer.writer.text_bytes() <= MOST_BYTES;
        let Some(mut writer) = self.writer.take().filter(|writer| is_whole && is_small(writer)) else { return };
        writer.scratch.forget();
        let mut all = self.spare.all();
        all.retain(|(other, _)| Arc::ptr_eq(&other.wanted, &self.purpose.wanted));
        if all.len() >= MOST_WRITERS {
            all.remove(0);
        }
        all.push((self.purpose.clone(), writer));
    }
}
