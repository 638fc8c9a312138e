//! Where does a stored row stand among others of its actor, also of other runs?

use kundresa_model::event_table::EventFlags;
use kundresa_model::natural;

use crate::generation::manifest::{StoredInput, StoredSource};
use crate::run::reader::EventRows;
use crate::shuffle::scatter::NO_SEQUENCE;

/// A row's place in the total order of its actor. Only rows that say the same have equal ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) ts: i64,
    pub(crate) by_day: bool,
    source: u32,
    sequence: [i64; 3],
    input: u32,
    row: u64,
    position: u32,
}

/// What inputs contribute to the order of rows, by input number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Placing {
    /// Rank of the source by name (bytes), and of the input within it (natural order; 0 where rows have no order).
    ranks: Vec<(u32, u32)>,
}

impl Placing {
    /// From the inputs of a store. Rows of other inputs do not count, wherever they stand.
    pub(crate) fn of(inputs: &[StoredInput], sources: &[StoredSource]) -> Self {
        let mut sorted: Vec<&StoredInput> = inputs.iter().collect();
        sorted.sort_by(|a, b| a.source.cmp(&b.source).then_with(|| natural::compare(&a.name, &b.name)));
        let numbers = inputs.iter().map(|input| input.id as usize + 1).max().unwrap_or(0);
        let mut ranks = vec![(0, 0); numbers];
        for (source, of_source) in (0_u32..).zip(sorted.chunk_by(|a, b| a.source == b.source)) {
            let ordered = sources.iter().any(|known| known.name == of_source[0].source && known.has_row_order);
            for (rank, input) in (0_u32..).zip(of_source) {
                ranks[input.id as usize] = (source, if ordered { rank } else { 0 });
            }
        }
        Self { ranks }
    }

    /// Place of row `row` of `rows`, which have their times and places.
    pub(crate) fn place(&self, rows: &EventRows, row: usize) -> Place {
        let number = rows.input.get(row).copied().unwrap_or(0);
        let (source, input) = self.ranks.get(number as usize).copied().unwrap_or_default();
        Place {
            ts: rows.ts[row],
            by_day: EventFlags(rows.flags[row]).has(EventFlags::DAY_PRECISION),
            source,
            sequence: [0, 1, 2].map(|part| rows.sequence[part].get(row).copied().unwrap_or(NO_SEQUENCE)),
            input,
            row: rows.row.get(row).copied().unwrap_or(0),
            position: rows.position.get(row).copied().unwrap_or(0),
        }
    }
}
