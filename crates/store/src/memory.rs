//! How are events handed out again, actor by actor, from memory?

use kundresa_model::actor_source::{ActorBatch, ActorSource, NO_VALUE, Projection};
use kundresa_model::dictionary::Dictionary;
use kundresa_model::quality::LoadTotals;
use kundresa_model::source::BoxError;

use crate::shuffle::bucket::Bucket;
use crate::shuffle::packed::{Number, Packed};

/// Events by actor in memory. A range is one bucket of actors and comes as one batch.
#[derive(Debug, Default)]
pub struct MemoryStore {
    pub(crate) names: Vec<String>,
    pub(crate) dictionaries: Vec<Dictionary>,
    pub(crate) buckets: Vec<Bucket>,
    pub(crate) unidentified: Bucket,
    pub(crate) totals: LoadTotals,
}

impl MemoryStore {
    /// Estimated bytes held.
    pub fn heap_bytes(&self) -> u64 {
        let texts = self.dictionaries.iter().flat_map(|dictionary| dictionary.values());
        let dictionaries: usize = texts.map(|text| size_of::<String>() + text.capacity()).sum();
        let buckets: usize = self.buckets.iter().map(Bucket::heap_bytes).sum();
        (dictionaries + buckets + self.unidentified.heap_bytes()) as u64
    }
}

impl ActorSource for MemoryStore {
    fn text_columns(&self) -> &[String] {
        &self.names
    }

    fn dictionary(&self, column: usize) -> &Dictionary {
        &self.dictionaries[column]
    }

    fn ranges(&self) -> usize {
        self.buckets.len()
    }

    fn visit_range(
        &self,
        range: usize,
        projection: &Projection,
        visit: &mut dyn FnMut(&ActorBatch<'_>),
    ) -> Result<(), BoxError> {
        visit_bucket(&self.buckets[range], projection, visit);
        Ok(())
    }

    fn visit_unidentified(
        &self,
        projection: &Projection,
        visit: &mut dyn FnMut(&ActorBatch<'_>),
    ) -> Result<(), BoxError> {
        if self.unidentified.events() > 0 {
            visit_bucket(&self.unidentified, projection, visit);
        }
        Ok(())
    }

    fn totals(&self) -> &LoadTotals {
        &self.totals
    }
}

fn visit_bucket(bucket: &Bucket, projection: &Projection, visit: &mut dyn FnMut(&ActorBatch<'_>)) {
    let flags: Vec<u8> = unpacked(&bucket.flags);
    let text: Vec<Vec<u32>> = projection.text.iter().map(|column| unpacked(&bucket.text[*column])).collect();
    let mut value = Vec::new();
    if projection.value {
        bucket.value.append_to(0..bucket.events(), NO_VALUE, &mut value);
    }
    visit(&ActorBatch {
        actor_offsets: &bucket.actor_offsets,
        actor_ids: if projection.actor_ids { &bucket.actor_ids } else { &[] },
        ts: &bucket.ts,
        flags: &flags,
        text: text.iter().map(Vec::as_slice).collect(),
        value: &value,
    });
}

fn unpacked<T: Number>(column: &Packed) -> Vec<T> {
    let mut numbers = Vec::with_capacity(column.len());
    column.append_to(0..column.len(), &mut numbers, |number| number);
    numbers
}
