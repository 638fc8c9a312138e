//! How do units meet each node: where do they enter and leave, and where do they go round in circles?
//!
//! ```text
//! A A B A C B    A: 3 times, 1 repeat (A A), 1 return (A B A), entry; B: 2 times, 1 return, exit
//! ```
//!
//! Every occurrence is a unit's first, a repeat (directly after itself) or a return (after another node).

use serde::{Deserialize, Serialize, Serializer};

use crate::keyed::{Keyed, Tally};

/// Up to this many codes have a fixed place; the others are looked up.
const DENSE_CODES: usize = 1 << 16;

/// Figures of one node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NodeCounts {
    pub(super) occurrences: u64,
    pub(super) units: u64,
    pub(super) entries: u64,
    pub(super) exits: u64,
    pub(super) bounces: u64,
    pub(super) repeats: u64,
    pub(super) returns: u64,
    pub(super) there_and_back: u64,
    pub(super) units_returning: u64,
    /// Number of the latest unit with it.
    #[serde(skip)]
    seen_in: u64,
    /// Number of the latest unit that returned to it.
    #[serde(skip)]
    returned_in: u64,
}

impl Tally for NodeCounts {
    fn add(&mut self, other: Self) {
        self.occurrences += other.occurrences;
        self.units += other.units;
        self.entries += other.entries;
        self.exits += other.exits;
        self.bounces += other.bounces;
        self.repeats += other.repeats;
        self.returns += other.returns;
        self.there_and_back += other.there_and_back;
        self.units_returning += other.units_returning;
    }
}

/// Figures of all nodes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Written")]
pub(super) struct NodeTable {
    /// By code, as far as they reach; written down are those that occur.
    #[serde(serialize_with = "occurring")]
    dense: Vec<NodeCounts>,
    /// The codes after that.
    sparse: Keyed<u32, NodeCounts>,
    /// Calls of [`Self::count`], so that a node knows whether it has met the unit before.
    #[serde(skip)]
    units: u64,
}

/// What of a table is written down.
#[derive(Deserialize)]
struct Written {
    dense: Vec<(u32, NodeCounts)>,
    sparse: Keyed<u32, NodeCounts>,
}

impl From<Written> for NodeTable {
    fn from(Written { dense, sparse }: Written) -> Self {
        let mut table = Self { sparse, ..Self::default() };
        dense.into_iter().for_each(|(code, counts)| table.at(code).add(counts));
        table
    }
}

fn occurring<S: Serializer>(dense: &[NodeCounts], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq((0u32..).zip(dense).filter(|(_, counts)| counts.occurrences > 0))
}

impl NodeTable {
    /// No units, over `codes` codes.
    pub(super) fn new(codes: usize) -> Self {
        Self { dense: vec![NodeCounts::default(); codes.min(DENSE_CODES)], ..Self::default() }
    }

    #[inline]
    fn at(&mut self, code: u32) -> &mut NodeCounts {
        match self.dense.get_mut(code as usize) {
            Some(counts) => counts,
            None => self.sparse.at(code),
        }
    }

    /// Counts the nodes of as many units that are alike; whether there is any.
    pub(super) fn count(&mut self, nodes: impl Iterator<Item = u32>, units: u64) -> bool {
        self.units += 1;
        let unit = self.units;
        // The latest node, and the latest other one before it.
        let (mut latest, mut before) = (None, None);
        for code in nodes {
            let counts = self.at(code);
            counts.occurrences += units;
            if latest == Some(code) {
                counts.repeats += units;
                continue;
            }
            if counts.seen_in == unit {
                counts.returns += units;
                counts.there_and_back += units * u64::from(before == Some(code));
                counts.units_returning += units * u64::from(counts.returned_in != unit);
                counts.returned_in = unit;
            } else {
                counts.seen_in = unit;
                counts.units += units;
                counts.entries += units * u64::from(latest.is_none());
            }
            before = latest;
            latest = Some(code);
        }
        let Some(last) = latest else { return false };
        let counts = self.at(last);
        counts.exits += units;
        counts.bounces += units * u64::from(before.is_none());
        true
    }

    /// Adds the units of `other`.
    pub(super) fn add(&mut self, other: Self) {
        other.into_counts().for_each(|(code, counts)| self.at(code).add(counts));
    }

    /// Nodes that occur, with their figures.
    pub(super) fn into_counts(self) -> impl Iterator<Item = (u32, NodeCounts)> {
        let dense = (0u32..).zip(self.dense);
        dense.chain(self.sparse.into_sorted()).filter(|(_, counts)| counts.occurrences > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_with_a_fixed_place_counts_like_one_without() {
        let units = [vec![1, 1, 2, 1, 3, 2], vec![2, 2], vec![3]];
        let [few, none] = [4, 0].map(|codes| {
            let mut table = NodeTable::new(codes);
            units.iter().for_each(|unit| assert!(table.count(unit.iter().copied(), 1)));
            assert!(!table.count(std::iter::empty(), 1));
            let strip = |(code, counts): (u32, NodeCounts)| (code, NodeCounts { seen_in: 0, returned_in: 0, ..counts });
            table.into_counts().map(strip).collect::<Vec<_>>()
        });
        assert_eq!(few, none);
        let of_one = NodeCounts {
            occurrences: 3,
            units: 1,
            entries: 1,
            repeats: 1,
            returns: 1,
            there_and_back: 1,
            units_returning: 1,
            ..NodeCounts::default()
        };
        assert_eq!(few[0], (1, of_one));
    }
}
