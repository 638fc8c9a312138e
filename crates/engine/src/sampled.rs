//! Which actors does a sample hold, and what does a log of them alone look like?
//!
//! A sampled source is any other source without the actors that are not in the sample: everything computed over it is what
//! it would be over a log of the sampled actors. Events without an actor are nobody's, so no sample has them. Whether an
//! actor is in the sample depends on its id alone. Source: `docs/semantics.md#samples`.

use kundresa_model::actor_source::{ActorBatch, ActorSource, Projection};
use kundresa_model::dictionary::Dictionary;
use kundresa_model::index::index32;
use kundresa_model::quality::LoadTotals;
use kundresa_model::source::BoxError;
use kundresa_model::spec::behaviour::BotRuleCount;
use kundresa_model::spec::sample::Sample;
use twox_hash::XxHash64;

/// Seed of the hash, which is never changed. It is another than that of the store's keys, by which actors are ordered, so
/// that a sample has actors of every range.
const SEED: u64 = 0x6b75_6e64_7265_7361;

/// Another source without the actors that a sample leaves out.
pub struct Sampled {
    whole: Box<dyn ActorSource>,
    sample: Sample,
}

impl Sampled {
    /// The actors of `whole` that are in the sample.
    pub fn new(whole: Box<dyn ActorSource>, sample: Sample) -> Self {
        Self { whole, sample }
    }
}

/// Whether the actor of that id is in the sample.
#[inline]
pub fn is_sampled(sample: Sample, actor: &str) -> bool {
    sample.has(XxHash64::oneshot(SEED, actor.as_bytes()))
}

impl ActorSource for Sampled {
    fn text_columns(&self) -> &[String] {
        self.whole.text_columns()
    }

    fn dictionary(&self, column: usize) -> &Dictionary {
        self.whole.dictionary(column)
    }

    fn ranges(&self) -> usize {
        self.whole.ranges()
    }

    fn visit_range(
        &self,
        range: usize,
        projection: &Projection,
        visit: &mut dyn FnMut(&ActorBatch<'_>),
    ) -> Result<(), BoxError> {
        let with_ids = Projection { actor_ids: true, ..projection.clone() };
        let mut kept = KeptActors::default();
        self.whole.visit_range(range, &with_ids, &mut |batch| {
            kept.keep(batch, self.sample, projection.actor_ids);
            visit(&kept.batch());
        })
    }

    fn visit_unidentified(&self, _: &Projection, _: &mut dyn FnMut(&ActorBatch<'_>)) -> Result<(), BoxError> {
        Ok(())
    }

    fn totals(&self) -> &LoadTotals {
        self.whole.totals()
    }

    fn bots_by_behaviour(&self) -> &[BotRuleCount] {
        self.whole.bots_by_behaviour()
    }
}

/// Columns of the actors of a batch that are in a sample; buffers are used again.
#[derive(Default)]
struct KeptActors {
    offsets: Vec<u32>,
    ids: Vec<String>,
    ts: Vec<i64>,
    flags: Vec<u8>,
    text: Vec<Vec<u32>>,
    value: Vec<i64>,
}

impl KeptActors {
    fn keep(&mut self, batch: &ActorBatch<'_>, sample: Sample, with_ids: bool) {
        self.clear(batch.text.len());
        let mut actors = 0;
        for (actor, id) in batch.actor_ids.iter().enumerate().filter(|(_, id)| is_sampled(sample, id)) {
            let events = batch.actor_offsets[actor] as usize..batch.actor_offsets[actor + 1] as usize;
            self.ts.extend_from_slice(&batch.ts[events.clone()]);
            self.flags.extend_from_slice(&batch.flags[events.clone()]);
            for (kept, all) in self.text.iter_mut().zip(&batch.text) {
                kept.extend_from_slice(&all[events.clone()]);
            }
            if !batch.value.is_empty() {
                self.value.extend_from_slice(&batch.value[events]);
            }
            self.offsets.push(index32(self.ts.len()));
            if with_ids {
                self.name(actors, id);
                actors += 1;
            }
        }
        self.ids.truncate(actors);
    }

    fn clear(&mut self, columns: usize) {
        self.offsets.clear();
        self.offsets.push(0);
        self.ts.clear();
        self.flags.clear();
        self.value.clear();
        self.text.resize_with(columns, Vec::new);
        self.text.iter_mut().for_each(Vec::clear);
    }

    /// Writes the id of a kept actor over one of the batch before, so that its memory is used again.
    fn name(&mut self, place: usize, id: &String) {
        match self.ids.get_mut(place) {
            Some(old) => old.clone_from(id),
            None => self.ids.push(id.clone()),
        }
    }

    fn batch(&self) -> ActorBatch<'_> {
        ActorBatch {
            actor_offsets: &self.offsets,
            actor_ids: &self.ids,
            ts: &self.ts,
            flags: &self.flags,
            text: self.text.iter().map(Vec::as_slice).collect(),
            value: &self.value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_frozen() {
        let hashes = ["", "a", "visitor-1"].map(|id| XxHash64::oneshot(SEED, id.as_bytes()));
        assert_eq!(hashes, [0x556a_fb50_7523_d1e7, 0xda63_de10_aa51_f89b, 0x5e86_fcb7_0cab_f53c]);
    }
}
