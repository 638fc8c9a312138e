//! Which alternatives of rules do the texts of an event leave, history apart, in one look-up?
//!
//! Of tens of thousands of pages most mean the same to the rules. So codes are put into classes, a column at a time, and there
//! is one mask per combination of classes:
//!
//! ```text
//! event  purchase 0, view_item 1, …      page  /pricing 0, all others 5      mask of 1 + 5: view_item on any other page
//! ```

use kundresa_model::mask::MaskSet;

/// Most combinations of classes; their masks stay close at hand.
const MOST_COMBINATIONS: usize = 1 << 11;

/// Masks by classes of codes.
#[derive(Clone, Debug)]
pub(super) struct CandidateTable {
    /// Index of each text column.
    slots: Vec<usize>,
    /// Per column, by code: its class, times the number of combinations of the columns before.
    classes: Vec<Vec<u16>>,
    /// By the sum of those.
    masks: Vec<u64>,
}

/// One column, or two, of one batch.
#[derive(Clone, Copy)]
pub(super) enum Codes<'a> {
    One(&'a [u32]),
    Two(&'a [u32], &'a [u32]),
}

impl CandidateTable {
    /// The table of `masks`; `None` where money says more, or where there are more columns or classes than fit.
    pub(super) fn of(masks: &MaskSet) -> Option<Self> {
        let mut table = Self { slots: Vec::new(), classes: Vec::new(), masks: vec![u64::MAX] };
        for (slot, of_code) in masks.text_tables()? {
            table.add(slot, of_code)?;
        }
        matches!(table.slots.len(), 1 | 2).then_some(table)
    }

    fn add(&mut self, slot: usize, of_code: &[u64]) -> Option<()> {
        let mut distinct = of_code.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        let before = std::mem::take(&mut self.masks);
        if distinct.len() > MOST_COMBINATIONS / before.len() {
            return None;
        }
        let class = |mask: &u64| u16::try_from(distinct.partition_point(|other| other < mask) * before.len()).ok();
        self.classes.push(of_code.iter().map(class).collect::<Option<_>>()?);
        self.masks = distinct.iter().flat_map(|mask| before.iter().map(move |other| mask & other)).collect();
        self.slots.push(slot);
        Some(())
    }

    /// The columns that the table reads, of a batch with these.
    pub(super) fn codes<'a>(&self, text: &[&'a [u32]]) -> Codes<'a> {
        match self.slots[..] {
            [one, other] => Codes::Two(text[one], text[other]),
            _ => Codes::One(text[self.slots[0]]),
        }
    }

    /// Alternatives of an event, by the code of the only column.
    #[inline]
    pub(super) fn of_one(&self, code: u32) -> u64 {
        self.masks[usize::from(self.classes[0][code as usize])]
    }

    /// Alternatives of an event, by the codes of both columns.
    #[inline]
    pub(super) fn of_two(&self, one: u32, other: u32) -> u64 {
        self.masks[usize::from(self.classes[0][one as usize]) + usize::from(self.classes[1][other as usize])]
    }
}
