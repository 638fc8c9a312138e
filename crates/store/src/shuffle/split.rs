//! How is a group handled that is larger than memory?
//!
//! Its partitions are taken one after another; one that is still too large is scattered again by the next bits of the
//! key, until the parts fit. Where scattering does not help, since one actor or one key has most of the rows, the part is
//! sorted outside memory.

use std::sync::Arc;

use kundresa_model::index::index32;
use rayon::ThreadPool;

use crate::actor_key::PARTITION_BITS;
use crate::error::StoreError;
use crate::shuffle::cut::{Cutter, Emit, Shape};
use crate::shuffle::gather::{Pick, gather};
use crate::shuffle::giant::SortedRuns;
use crate::shuffle::piece::Slice;
use crate::shuffle::sorted::{Counts, Plan, Sorted};
use crate::shuffle::spill::{Chunk, Held, SpillFolder};
use crate::shuffle::walk::{Segments, find_marks};
use crate::shuffle::{Group, building_bytes, group_rows, loaded};

/// Most bits of the key that one scattering looks at.
const MOST_BITS: u32 = 6;
/// Bytes that remembering one thing takes while looking for what repeats: a hash table of 32-byte keys, when it grows.
const REMEMBERED_BYTES: u64 = 128;

/// What handling large groups takes.
pub(crate) struct Large<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) shape: &'a Shape,
    pub(crate) pool: &'a ThreadPool,
    pub(crate) spill: &'a Arc<SpillFolder>,
    /// Bytes to use.
    pub(crate) memory: u64,
}

/// Where rows of a large group go.
struct Out<'a, 'e> {
    cutter: Cutter<'a>,
    counts: Counts,
    emit: &'e mut Emit<'e>,
}

impl Large<'_> {
    /// Cuts a group with actors into blocks; `partitions` are its partitions in key order.
    pub(crate) fn cut<'e>(&self, partitions: Vec<Group>, emit: &'e mut Emit<'e>) -> Result<Counts, StoreError> {
        let mut rows = 0;
        for group in &partitions {
            rows += self.count(group)?;
        }
        let mut out = Out { cutter: Cutter::new(self.shape, rows), counts: Counts::default(), emit };
        for group in partitions {
            self.part(group, PARTITION_BITS, &mut out)?;
        }
        out.cutter.finish(out.emit)?;
        Ok(out.counts)
    }

    /// Rows that `group` has once replaced ones are left out.
    fn count(&self, group: &Group) -> Result<usize, StoreError> {
        if !self.plan.replaced.is_any() {
            return Ok(group_rows(group));
        }
        let mut rows = 0;
        for (thread, held) in group {
            let slice = match &held {
                Held::Here(slice) => slice.clone(),
                Held::Spilled(chunk) => Slice::whole(chunk.read()?),
            };
            let left_out = self.plan.replaced.leaves_out(*thread, &slice.piece, &self.plan.columns);
            rows += slice.rows.clone().filter(|row| !left_out(*row)).count();
        }
        Ok(rows)
    }

    /// Cuts rows without actors into blocks.
    pub(crate) fn cut_unidentified<'e>(&self, group: Group, emit: &'e mut Emit<'e>) -> Result<Counts, StoreError> {
        let rows = group_rows(&group);
        let mut out = Out { cutter: Cutter::new(self.shape, rows), counts: Counts::default(), emit };
        self.outside_memory(group, &mut out)?;
        out.cutter.finish(out.emit)?;
        Ok(out.counts)
    }

    /// Rows of a group whose keys agree in the first `bits` bits.
    fn part(&self, group: Group, bits: u32, out: &mut Out<'_, '_>) -> Result<(), StoreError> {
        let needed = building_bytes(&group);
        if needed <= self.memory {
            return self.in_memory(group, out);
        }
        let more = (needed.div_ceil(self.memory.max(1)).ilog2() + 2).min(MOST_BITS).min(u64::BITS - bits);
        if more == 0 {
            return self.outside_memory(group, out);
        }
        for part in self.scatter(group, bits, more)? {
            if building_bytes(&part) > self.memory.max(needed / 2) {
                self.outside_memory(part, out)?;
            } else {
                self.part(part, bits + more, out)?;
            }
        }
        Ok(())
    }

    fn in_memory(&self, group: Group, out: &mut Out<'_, '_>) -> Result<(), StoreError> {
        let (sorted, counts) = self.pool.install(|| {
            let mut sorted = Sorted::of(loaded(group, self.plan)?, self.plan)?;
            let counts = sorted.mark_repeats(self.plan);
            Ok::<_, StoreError>((sorted, counts))
        })?;
        out.counts = out.counts + counts;
        if sorted.rows.len() == 0 { Ok(()) } else { out.cutter.push(&sorted, true, out.emit) }
    }

    fn outside_memory(&self, group: Group, out: &mut Out<'_, '_>) -> Result<(), StoreError> {
        let runs = SortedRuns::sort(group, self.plan, self.pool, self.memory, self.spill)?;
        let most = usize::try_from(self.memory / 4 / REMEMBERED_BYTES).unwrap_or(usize::MAX).max(1 << 10);
        let marks = find_marks(&runs, self.plan.orders, most)?;
        out.counts = out.counts + marks.counts;
        runs.visit(&mut |mut sorted, start| {
            marks.apply(&mut sorted, start);
            out.cutter.push(&sorted, false, out.emit).map(|()| true)
        })?;
        Ok(())
    }

    /// The rows by the `more` bits of their key after the first `bits`.
    fn scatter(&self, group: Group, bits: u32, more: u32) -> Result<Vec<Group>, StoreError> {
        let file = self.spill.file()?;
        let mut parts: Vec<Group> = (0..1_usize << more).map(|_| Vec::new()).collect();
        let mut buffer = Vec::new();
        for (thread, held) in group {
            let slice = self.plan.replaced.leave_out(thread, held.load()?, &self.plan.columns);
            let mut rows: Vec<Vec<u32>> = vec![Vec::new(); parts.len()];
            for row in slice.rows.clone() {
                let part = (slice.piece.key(row) << bits) >> (u64::BITS - more);
                rows[usize::try_from(part).expect("a few bits")].push(index32(row));
            }
            for (part, rows) in parts.iter_mut().zip(rows).filter(|(_, rows)| !rows.is_empty()) {
                let piece = gather(&[Pick { slice: &slice, rows }]);
                part.push((thread, Held::Spilled(Chunk::write(&file, &piece, &mut buffer)?)));
            }
        }
        Ok(parts)
    }
}
