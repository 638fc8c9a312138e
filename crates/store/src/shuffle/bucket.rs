//! What does the memory store hold of one range of actors?

use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::index::index32;

use crate::error::StoreError;
use crate::shuffle::column::Column;
use crate::shuffle::packed::{Packed, Sparse};
use crate::shuffle::piece::Slice;
use crate::shuffle::sorted::{Counts, Plan, Sorted};

/// Events of whole actors, grouped and in order. All but times is packed until it is looked at: fresh memory costs more
/// than unpacking.
#[derive(Debug, Default)]
pub(crate) struct Bucket {
    pub(crate) actor_offsets: Vec<u32>,
    pub(crate) actor_ids: Vec<String>,
    pub(crate) ts: Vec<i64>,
    pub(crate) flags: Packed,
    pub(crate) text: Vec<Packed>,
    pub(crate) value: Sparse,
    pub(crate) counts: Counts,
}

impl Bucket {
    /// The bucket of the given slices, each with the thread that read it.
    pub(crate) fn build(slices: Vec<(usize, Slice)>, plan: &Plan) -> Result<Self, StoreError> {
        let mut sorted = Sorted::of(slices, plan)?;
        let counts = sorted.mark_repeats(plan);
        drop_duplicates(&mut sorted);
        let actor_ids = std::mem::take(&mut sorted.actors).into_iter().map(|actor| actor.id).collect();
        Ok(Self { actor_ids, counts, ..Self::gather(sorted) })
    }

    /// The rows without an actor in total order.
    pub(crate) fn build_unidentified(slices: Vec<(usize, Slice)>, plan: &Plan) -> Result<Self, StoreError> {
        Ok(Self { actor_offsets: vec![0], actor_ids: Vec::new(), ..Self::build(slices, plan)? })
    }

    fn gather(sorted: Sorted<'_>) -> Self {
        let Sorted { rows, ts, order, offsets, .. } = sorted;
        // Each column is freed as soon as it is gathered.
        let codes = |column| match column {
            Column::Each(codes) => Packed::picked(&codes, &order),
            Column::Same(code) => Packed::same_of(code, order.len()),
        };
        let value = match rows.value.is_empty() {
            true => Sparse::default(),
            false => Sparse::picked(&rows.value, None, &order, NO_VALUE),
        };
        Self {
            actor_offsets: offsets,
            flags: Packed::picked(&rows.flags, &order),
            text: rows.text.into_iter().map(codes).collect(),
            value,
            ts,
            ..Self::default()
        }
    }

    /// Number of events.
    pub(crate) fn events(&self) -> usize {
        self.ts.len()
    }

    /// Bytes held on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        let ids: usize = self.actor_ids.iter().map(|id| size_of::<String>() + id.capacity()).sum();
        let text: usize = self.text.iter().map(Packed::heap_bytes).sum();
        ids + text
            + self.flags.heap_bytes()
            + self.value.heap_bytes()
            + 4 * self.actor_offsets.capacity()
            + 8 * self.ts.capacity()
    }
}

/// Takes the duplicates out of `order` and `ts`, and moves `offsets` along.
fn drop_duplicates(sorted: &mut Sorted<'_>) {
    let Sorted { order, ts, offsets, duplicates, .. } = sorted;
    if duplicates.is_empty() {
        return;
    }
    drop_places(order, duplicates);
    drop_places(ts, duplicates);
    for offset in offsets.iter_mut() {
        *offset -= index32(duplicates.partition_point(|duplicate| duplicate < offset));
    }
}

/// Takes the given places, which rise, out of a column.
fn drop_places<T>(column: &mut Vec<T>, places: &[u32]) {
    let mut dropped = places.iter().peekable();
    let mut place = 0;
    column.retain(|_| {
        place += 1;
        dropped.next_if_eq(&&(place - 1)).is_none()
    });
}
