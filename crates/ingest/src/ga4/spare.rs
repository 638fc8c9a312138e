//! How does the next part of a source go on with what the last one learnt?
//!
//! Whoever read a part knows codes of texts and how rows are written. So that is kept when the part has been read, and the next
//! part that is read in the same way takes it. What is known changes no event.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kundresa_model::source::Wanted;

use super::mapping::Mapping;
use super::ndjson::Work;
use crate::builder::TABLE_ROWS;
use crate::kind::PartRequest;

/// Most bytes of text that may be kept for the next part.
const MOST_BYTES: usize = 32 << 20;
/// Most that are kept; more than threads need.
const MOST_KEPT: usize = 16;

/// What readers of parts left behind, and nobody uses.
#[derive(Default)]
pub(super) struct Spare(Mutex<Vec<(Purpose, Work)>>);

impl Spare {
    fn all(&self) -> MutexGuard<'_, Vec<(Purpose, Work)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What parts are read for.
#[derive(Clone)]
struct Purpose {
    wanted: Arc<Wanted>,
    source: String,
    table_rows: usize,
}

impl Purpose {
    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.wanted, &other.wanted) && self.source == other.source && self.table_rows == other.table_rows
    }
}

/// What a reader works with, which goes back to the others when its part has been read.
pub(super) struct Lease {
    /// There until it is dropped.
    work: Option<Work>,
    purpose: Purpose,
    spare: Arc<Spare>,
}

impl Lease {
    /// For one part.
    pub(super) fn new(spare: &Arc<Spare>, mapping: &Mapping, request: &PartRequest) -> Self {
        let purpose = Purpose {
            wanted: Arc::clone(&request.wanted),
            source: request.source_name.clone(),
            table_rows: request.table_rows,
        };
        let mut all = spare.all();
        let known = all.iter().rposition(|(other, _)| other.is(&purpose)).map(|place| all.swap_remove(place).1);
        drop(all);
        let mut work = known.unwrap_or_else(|| Work::new(mapping, request));
        work.begin();
        Self { work: Some(work), purpose, spare: Arc::clone(spare) }
    }
}

impl Deref for Lease {
    type Target = Work;

    fn deref(&self) -> &Work {
        self.work.as_ref().expect("it is there until it is dropped")
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut Work {
        self.work.as_mut().expect("it is there until it is dropped")
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        // Who reads the front of an input reads little, and with another purpose.
        let is_whole = self.purpose.table_rows >= TABLE_ROWS;
        let Some(work) = self.work.take().filter(|work| is_whole && work.is_clean(MOST_BYTES)) else { return };
        let mut all = self.spare.all();
        all.retain(|(other, _)| Arc::ptr_eq(&other.wanted, &self.purpose.wanted));
        if all.len() >= MOST_KEPT {
            all.remove(0);
        }
        all.push((self.purpose.clone(), work));
    }
}
