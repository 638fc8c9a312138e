//! How are groups built and encoded on all threads, and handed on in order?
//!
//! Groups that fit are built side by side, as many as memory holds at once. One that does not fit has all memory to itself;
//! only its blocks are encoded meanwhile.

use std::sync::Arc;

use rayon::{Scope, ThreadPool};

use crate::block::Block;
use crate::error::StoreError;
use crate::shuffle::blocks::BlockSink;
use crate::shuffle::cut::{Cutter, Shape};
use crate::shuffle::pipeline::Pipeline;
use crate::shuffle::sorted::{Counts, Plan, Sorted};
use crate::shuffle::spill::SpillFolder;
use crate::shuffle::split::Large;
use crate::shuffle::{Group, building_bytes, group_rows, grouped, loaded};

/// What was built.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    rows: u64,
    /// Actors that begin in the blocks.
    pub(crate) actors: u64,
    pub(crate) counts: Counts,
}

impl Tally {
    /// Rows that count.
    pub(crate) fn events(&self) -> u64 {
        self.rows - self.counts.duplicates
    }

    fn add_block(&mut self, block: &Block) {
        self.rows += block.rows() as u64;
        self.actors += (block.keys.len() - usize::from(block.continues)) as u64;
    }

    fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.actors += other.actors;
        self.counts = self.counts + other.counts;
    }
}

/// Encoded blocks that follow each other.
struct Built<E> {
    blocks: Vec<E>,
    tally: Tally,
}

/// What building blocks takes.
pub(crate) struct Building<'a, E> {
    pub(crate) plan: &'a Plan,
    pub(crate) shape: &'a Shape,
    pub(crate) pool: &'a ThreadPool,
    pub(crate) spill: &'a Arc<SpillFolder>,
    pub(crate) threads: usize,
    /// Bytes to use.
    pub(crate) memory: u64,
    pub(crate) encode: &'a (dyn Fn(Block) -> Result<E, StoreError> + Sync),
}

/// Takes encoded blocks in order.
type Take<'t, E> = dyn FnMut(E) -> Result<(), StoreError> + 't;

/// Jobs on their way, and what those that are done gave.
struct Output<'t, E> {
    jobs: Pipeline<Result<Built<E>, StoreError>>,
    take: &'t mut Take<'t, E>,
    tally: Tally,
}

impl<E: Send> Output<'_, E> {
    fn take(&mut self, built: Result<Built<E>, StoreError>) -> Result<(), StoreError> {
        let built = built?;
        self.tally.add(&built.tally);
        built.blocks.into_iter().try_for_each(&mut *self.take)
    }

    fn make_room(&mut self, weight: u64) -> Result<(), StoreError> {
        while let Some(built) = self.jobs.make_room(weight) {
            self.take(built)?;
        }
        Ok(())
    }

    fn drain(&mut self) -> Result<(), StoreError> {
        while let Some(built) = self.jobs.next() {
            self.take(built)?;
        }
        Ok(())
    }
}

impl<'a, E: Send> Building<'a, E> {
    /// Builds all groups from the rows of each partition, those without actors last. Gives what is with and without.
    pub(crate) fn run<'s>(
        &self,
        scope: &Scope<'s>,
        mut partitions: Vec<Group>,
        sink: &mut dyn BlockSink<E>,
    ) -> Result<(Tally, Tally), StoreError>
    where
        'a: 's,
        E: 's,
    {
        let unidentified = partitions.pop().unwrap_or_default();
        let identified = self.identified(scope, partitions, &mut |encoded| sink.append(encoded))?;
        let unidentified = self.unidentified(scope, unidentified, &mut |encoded| sink.append_unidentified(encoded))?;
        Ok((identified, unidentified))
    }

    fn identified<'s, 't>(
        &self,
        scope: &Scope<'s>,
        mut partitions: Vec<Group>,
        take: &'t mut Take<'t, E>,
    ) -> Result<Tally, StoreError>
    where
        'a: 's,
        E: 's,
    {
        let mut output = self.output(take);
        let rows: Vec<usize> = partitions.iter().map(group_rows).collect();
        for group in grouped(&rows) {
            let group: Vec<Group> =
                group.into_iter().map(|partition| std::mem::take(&mut partitions[partition])).collect();
            if group.iter().map(building_bytes).sum::<u64>() <= self.memory {
                self.begin(scope, group.into_iter().flatten().collect(), &mut output)?;
            } else {
                self.large(scope, &mut output, |large, emit| large.cut(group, emit))?;
            }
        }
        output.drain()?;
        Ok(output.tally)
    }

    fn unidentified<'s, 't>(
        &self,
        scope: &Scope<'s>,
        group: Group,
        take: &'t mut Take<'t, E>,
    ) -> Result<Tally, StoreError>
    where
        'a: 's,
        E: 's,
    {
        let mut output = self.output(take);
        if building_bytes(&group) <= self.memory {
            self.begin(scope, group, &mut output)?;
        } else {
            self.large(scope, &mut output, |large, emit| large.cut_unidentified(group, emit))?;
        }
        output.drain()?;
        Ok(output.tally)
    }

    fn output<'t>(&self, take: &'t mut Take<'t, E>) -> Output<'t, E> {
        Output { jobs: Pipeline::new(2 * self.threads, self.memory), take, tally: Tally::default() }
    }

    /// Begins to build a group that fits into memory.
    fn begin<'s>(&self, scope: &Scope<'s>, group: Group, output: &mut Output<'_, E>) -> Result<(), StoreError>
    where
        'a: 's,
        E: 's,
    {
        let weight = building_bytes(&group);
        output.make_room(weight)?;
        let (plan, shape, encode) = (self.plan, self.shape, self.encode);
        output.jobs.begin(scope, weight, move || build(group, plan, shape, encode));
        Ok(())
    }

    /// Cuts a group that does not fit; its blocks are encoded while the next are built.
    fn large<'s>(
        &self,
        scope: &Scope<'s>,
        output: &mut Output<'_, E>,
        cut: impl FnOnce(&Large<'_>, &mut dyn FnMut(Block) -> Result<(), StoreError>) -> Result<Counts, StoreError>,
    ) -> Result<(), StoreError>
    where
        'a: 's,
        E: 's,
    {
        output.drain()?;
        let Self { plan, shape, pool, spill, .. } = *self;
        let large = Large { plan, shape, pool, spill, memory: self.memory / 2 };
        let (encode, weight) = (self.encode, self.memory / (self.threads as u64 + 1));
        let mut emit = |block: Block| {
            output.make_room(weight)?;
            output.jobs.begin(scope, weight, move || encoded(block, encode));
            Ok(())
        };
        let counts = cut(&large, &mut emit)?;
        output.drain()?;
        output.tally.counts = output.tally.counts + counts;
        Ok(())
    }
}

/// One block, encoded.
fn encoded<E>(block: Block, encode: &(dyn Fn(Block) -> Result<E, StoreError> + Sync)) -> Result<Built<E>, StoreError> {
    let mut tally = Tally::default();
    tally.add_block(&block);
    Ok(Built { blocks: vec![encode(block)?], tally })
}

/// The blocks of a group that fits into memory, encoded.
fn build<E>(
    group: Group,
    plan: &Plan,
    shape: &Shape,
    encode: &(dyn Fn(Block) -> Result<E, StoreError> + Sync),
) -> Result<Built<E>, StoreError> {
    let mut sorted = Sorted::of(loaded(group, plan)?, plan)?;
    let mut tally = Tally { counts: sorted.mark_repeats(plan), ..Tally::default() };
    let mut blocks = Vec::new();
    let mut emit = |block: Block| {
        tally.add_block(&block);
        blocks.push(encode(block)?);
        Ok(())
    };
    let mut cutter = Cutter::new(shape, sorted.rows.len());
    cutter.push(&sorted, true, &mut emit)?;
    cutter.finish(&mut emit)?;
    Ok(Built { blocks, tally })
}
