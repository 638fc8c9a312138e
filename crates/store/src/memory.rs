//! How are events handed out again, actor by actor, from memory?

use std::borrow::Cow;

use kundresa_model::actor_source::{ActorBatch, ActorSource, NO_VALUE, Projection};
use kundresa_model::dictionary::Dictionary;
use kundresa_model::quality::LoadTotals;
use kundresa_model::source::BoxError;

use crate::shuffle::bucket::Bucket;
use crate::shuffle::column::Column;

/// Events by actor in memory. A range is one bucket of actors and comes as one batch of borrowed columns.
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
    let no_values = projection.value && bucket.value.is_empty();
    let absent = if no_values { vec![NO_VALUE; bucket.events()] } else { Vec::new() };
    let value = match projection.value {
        true if no_values => &absent,
        true => bucket.value.as_slice(),
        false => &[],
    };
    let codes = |column: &usize| match &bucket.text[*column] {
        Column::Each(codes) => Cow::Borrowed(codes.as_slice()),
        Column::Same(code) => Cow::Owned(vec![*code; bucket.events()]),
    };
    let text: Vec<Cow<'_, [u32]>> = projection.text.iter().map(codes).collect();
    visit(&ActorBatch {
        actor_offsets: &bucket.actor_offsets,
        actor_ids: if projection.actor_ids { &bucket.actor_ids } else { &[] },
        ts: &bucket.ts,
        flags: &bucket.flags,
        text: text.iter().map(Cow::as_ref).collect(),
        value,
    });
}
