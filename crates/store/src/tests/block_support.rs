//! Logs read into blocks, and what the blocks say.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use arrow_array::{Array, LargeStringArray};
use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::index::index32;
use kundresa_model::quality::{LoadTotals, RejectedRow};
use kundresa_model::source::{EventSource, ExportSet};

use super::support::{Seen, TestSource};
use crate::StoreError;
use crate::actor_key::KeyOfHash;
use crate::block::Block;
use crate::shuffle::blocks::{BlockOptions, BlockSink, ReadLog};
use crate::shuffle::scatter::NO_SEQUENCE;

/// One row as a block keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) seen: Seen,
    pub(super) sequence: [Option<i64>; 3],
    pub(super) others: [Option<String>; 3],
    pub(super) event_id: Option<String>,
    /// Row in the input, position in the row.
    pub(super) place: (u64, u32),
    pub(super) duplicate: bool,
}

/// One block as read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// Each with its number of rows.
    pub(super) actors: Vec<((u64, u8, String), usize)>,
    pub(super) continues: bool,
    pub(super) rows: Vec<Kept>,
    pub(super) inputs: Vec<u32>,
}

/// How to read and cut in a test.
#[derive(Clone)]
pub(super) struct How {
    pub(super) threads: usize,
    pub(super) memory: u64,
    pub(super) most_values: usize,
    pub(super) group_rows: usize,
    pub(super) key_of_hash: KeyOfHash,
    pub(super) exports: BTreeMap<(String, String), ExportSet>,
    pub(super) forgotten: HashSet<u128>,
}

impl Default for How {
    fn default() -> Self {
        Self {
            threads: 2,
            memory: 1 << 30,
            most_values: 1 << 20,
            group_rows: 50,
            key_of_hash: |hash| hash,
            exports: BTreeMap::new(),
            forgotten: HashSet::new(),
        }
    }
}

/// Key, class and id of an actor, or none, with its rows.
type OfActor = (Option<(u64, u8, String)>, Vec<Kept>);

/// Everything that reading and cutting gave.
#[derive(Debug)]
pub(super) struct Blocks {
    pub(super) actors: Vec<Shown>,
    pub(super) unidentified: Vec<Shown>,
    pub(super) totals: LoadTotals,
    pub(super) wide: Vec<String>,
    pub(super) coded: Vec<String>,
    pub(super) rejected: Vec<(usize, RejectedRow)>,
    pub(super) partitions: BTreeMap<(usize, String), u64>,
    pub(super) forgotten: BTreeMap<usize, u64>,
    pub(super) spilled_bytes: u64,
}

impl Blocks {
    /// Rows by actor, blocks apart.
    pub(super) fn by_actor(&self) -> Vec<OfActor> {
        let mut all: Vec<OfActor> = Vec::new();
        let unidentified: Vec<Kept> = self.unidentified.iter().flat_map(|block| block.rows.clone()).collect();
        if !unidentified.is_empty() {
            all.push((None, unidentified));
        }
        for block in &self.actors {
            let mut rows = block.rows.clone().into_iter();
            for (place, (actor, count)) in block.actors.iter().enumerate() {
                let goes_on = place == 0 && block.continues;
                assert_eq!(goes_on, all.last().is_some_and(|(last, _)| last.as_ref() == Some(actor)));
                if !goes_on {
                    all.push((Some(actor.clone()), Vec::new()));
                }
                all.last_mut().expect("pushed").1.extend(rows.by_ref().take(*count));
            }
        }
        all
    }
}

#[derive(Default)]
struct Sink {
    actors: Vec<Block>,
    unidentified: Vec<Block>,
}

impl BlockSink<Block> for Sink {
    fn append(&mut self, encoded: Block) -> Result<(), StoreError> {
        self.actors.push(encoded);
        Ok(())
    }

    fn append_unidentified(&mut self, encoded: Block) -> Result<(), StoreError> {
        self.unidentified.push(encoded);
        Ok(())
    }
}

/// Reads and cuts `source`; whatever was spilled must be gone afterwards.
pub(super) fn blocks(source: &TestSource, how: &How) -> Result<Blocks, StoreError> {
    let folder = tempfile::tempdir().expect("a folder");
    let spill = folder.path().join("new").join("spill");
    let read = read_and_write(source, how, &spill);
    assert!(!spill.exists(), "the spill folder is still there");
    read
}

fn read_and_write(source: &TestSource, how: &How, spill: &Path) -> Result<Blocks, StoreError> {
    let input_ids: Vec<u32> = (0..source.inputs().len()).map(|input| u32::try_from(input).expect("few") + 7).collect();
    let options = BlockOptions {
        threads: how.threads,
        memory: how.memory,
        spill,
        progress: None,
        key_of_hash: how.key_of_hash,
        most_values: how.most_values,
        input_ids: &input_ids,
        exports: &how.exports,
        forgotten: &how.forgotten,
    };
    let mut log = ReadLog::read(source, &options)?;
    let mut rejected = Vec::new();
    log.rejected(&mut |input, row| {
        rejected.push((input, row.clone()));
        Ok(())
    })?;
    let (coded, wide, has) = (log.coded.clone(), log.wide.clone(), log.has);
    assert!(has.rejected || rejected.is_empty());
    let (partitions, forgotten, spilled_bytes) = (log.partitions.clone(), log.forgotten.clone(), log.spilled_bytes);
    assert_eq!(spill.exists(), spilled_bytes > 0);
    let mut sink = Sink::default();
    let totals = log.write_cut(&options, how.group_rows, &Ok, &mut sink)?;
    let shown = |block: &Block| {
        assert!(block.rows() <= how.group_rows);
        shown(block, &coded, &wide)
    };
    Ok(Blocks {
        actors: sink.actors.iter().map(shown).collect(),
        unidentified: sink.unidentified.iter().map(shown).collect(),
        totals,
        coded: coded.iter().map(|(name, _)| name.clone()).collect(),
        wide,
        rejected,
        partitions,
        forgotten,
        spilled_bytes,
    })
}

fn shown(block: &Block, coded: &[(String, kundresa_model::dictionary::Dictionary)], wide: &[String]) -> Shown {
    let texts = |row: usize| {
        let coded = coded.iter().zip(&block.text);
        let coded = coded.map(|((name, values), codes)| (name.clone(), values.value(codes[row]).map(str::to_owned)));
        let wide = wide.iter().zip(&block.wide);
        coded.chain(wide.map(|(name, column)| (name.clone(), text(column.as_ref(), row)))).collect()
    };
    let kept = |row: usize| Kept {
        seen: Seen {
            ts: block.ts[row],
            flags: block.flags[row],
            value: block.value.get(row).copied().filter(|value| *value != NO_VALUE),
            texts: texts(row),
        },
        sequence: [0, 1, 2]
            .map(|part| block.place.sequence[part].get(row).copied().filter(|value| *value != NO_SEQUENCE)),
        others: [0, 1, 2].map(|other| text(block.others[other].as_ref(), row)),
        event_id: text(block.event_id.as_ref(), row),
        place: (block.place.row[row], block.place.position.get(row).copied().unwrap_or_default()),
        duplicate: block.duplicates.contains(&index32(row)),
    };
    let rows_of = block.offsets.windows(2).map(|actor| (actor[1] - actor[0]) as usize);
    let names = block.keys.iter().zip(&block.classes).zip(&block.ids);
    Shown {
        actors: names.map(|((key, class), id)| (*key, *class, id.clone())).zip(rows_of).collect(),
        continues: block.continues,
        rows: (0..block.rows()).map(kept).collect(),
        inputs: block.place.input.clone(),
    }
}

fn text(column: Option<&LargeStringArray>, row: usize) -> Option<String> {
    column.filter(|column| column.is_valid(row)).map(|column| column.value(row).to_owned())
}
