//! How do rows of several runs become blocks of a new one?
//!
//! The rows of a slice are read from every run, brought into total order actor by actor, and gathered column by column
//! under the codes of the new run. Which purchases repeat an order is found anew, among the rows that count.

use arrow_array::LargeStringArray;
use arrow_array::builder::LargeStringBuilder;
use foldhash::{HashSet, HashSetExt};
use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::dictionary::NULL;
use kundresa_model::event_table::EventFlags;
use kundresa_model::field::text;
use kundresa_model::index::index32;
use twox_hash::XxHash3_128;

use crate::block::{Block, Places};
use crate::error::StoreError;
use crate::run::reader::{Columns, EventRows};
use crate::run::writer::GROUP_ROWS;
use crate::shuffle::repeats::{PurchaseCodes, is_purchase};
use crate::shuffle::scatter::NO_SEQUENCE;
use crate::upkeep::actors::Actor;
use crate::upkeep::place::Placing;
use crate::upkeep::read::{Stretch, read, text_at};
use crate::upkeep::rewrite::Source;
use crate::upkeep::slices::Slice;
use crate::upkeep::texts::Texts;

/// Builds blocks.
pub(crate) struct Assembler<'a> {
    sources: &'a [Source<'a>],
    texts: &'a Texts,
    placing: &'a Placing,
    orders: Option<OrderColumns>,
    /// Orders that the last actor has had; a giant one goes on with them.
    seen: HashSet<(u128, bool)>,
}

/// Where purchases and order ids are found in the new run.
#[derive(Clone, Copy)]
struct OrderColumns {
    event: NewColumn,
    /// Codes of purchases, where event names are coded.
    purchases: PurchaseCodes,
    order_id: NewColumn,
}

#[derive(Clone, Copy)]
enum NewColumn {
    Coded(usize),
    Wide(usize),
}

/// A row of the slice: in which part of it, and which row there.
type RowRef = (u32, u32);

/// All columns of the rows of one run that lie in the slice.
struct Part<'a> {
    source: usize,
    duplicates: &'a crate::upkeep::ordinals::Ordinals,
    stretch: Stretch,
}

/// The parts of a slice.
struct Parts<'a>(Vec<Part<'a>>);

impl<'a> Assembler<'a> {
    pub(crate) fn new(sources: &'a [Source<'a>], texts: &'a Texts, placing: &'a Placing) -> Self {
        Self { sources, texts, placing, orders: OrderColumns::of(texts), seen: HashSet::new() }
    }

    /// Blocks of the rows of the slice's actors.
    pub(crate) fn blocks(&mut self, slice: &Slice) -> Result<Vec<Block>, StoreError> {
        let parts = self.read(slice)?;
        if let [giant] = slice.actors.as_slice() {
            let rows = self.sorted(&parts, giant);
            let pieces = rows.chunks(GROUP_ROWS).enumerate();
            let block = |(piece, rows)| self.block(&parts, &[(giant, rows)], slice.continues || piece > 0);
            return Ok(pieces.map(block).collect());
        }
        let rows: Vec<Vec<RowRef>> = slice.actors.iter().map(|actor| self.sorted(&parts, actor)).collect();
        let actors: Vec<(&Actor, &[RowRef])> = slice.actors.iter().zip(rows.iter().map(Vec::as_slice)).collect();
        Ok(vec![self.block(&parts, &actors, slice.continues)])
    }

    /// Blocks of rows without an actor.
    pub(crate) fn unidentified(&self, slice: &Slice) -> Result<Vec<Block>, StoreError> {
        let parts = self.read(slice)?;
        let rows: Vec<RowRef> = slice.actors.iter().flat_map(|none| self.sorted(&parts, none)).collect();
        let block = |rows: &[RowRef]| Block { offsets: vec![0], ..self.columns(&parts, rows) };
        Ok(rows.chunks(GROUP_ROWS).map(block).collect())
    }

    /// Every column of every row of the slice, and of what little may lie between.
    fn read(&self, slice: &Slice) -> Result<Parts<'a>, StoreError> {
        let mut parts = Vec::new();
        for (index, source) in self.sources.iter().enumerate() {
            let shares = || slice.actors.iter().flat_map(|actor| &actor.shares).filter(|share| share.run == index);
            let Some(first) = shares().map(|share| share.rows.start).min() else { continue };
            let end = shares().map(|share| share.rows.end).max().unwrap_or(first);
            let stretch = read(source.run, first..end, &Columns::every(source.run))?;
            parts.push(Part { source: index, duplicates: &source.duplicates, stretch });
        }
        Ok(Parts(parts))
    }

    /// Rows of an actor that are kept, in total order.
    fn sorted(&self, parts: &Parts<'_>, actor: &Actor) -> Vec<RowRef> {
        let mut rows = Vec::new();
        let mut is_sorted = actor.shares.len() < 2;
        for share in &actor.shares {
            let place = parts.of_source(share.run);
            let (part, source) = (&parts.0[place], &self.sources[share.run]);
            is_sorted &= !source.unsorted;
            let kept = share.rows.clone().filter(|row| !source.drop.has(*row));
            let within = |row| u32::try_from(row - part.stretch.first).expect("a slice spans fewer than 2^32 rows");
            rows.extend(kept.map(|row| (index32(place), within(row))));
        }
        if !is_sorted {
            rows.sort_by_cached_key(|row| self.placing.place(parts.rows(*row), row.1 as usize));
        }
        rows
    }

    fn block(&mut self, parts: &Parts<'_>, actors: &[(&Actor, &[RowRef])], continues: bool) -> Block {
        let rows: Vec<RowRef> = actors.iter().flat_map(|(_, rows)| rows.iter().copied()).collect();
        let mut block = self.columns(parts, &rows);
        block.continues = continues;
        block.offsets = vec![0];
        for (actor, rows) in actors {
            block.keys.push(actor.key);
            block.classes.push(actor.class);
            block.ids.push(actor.id.clone());
            let begin = block.offsets.last().copied().unwrap_or(0);
            block.offsets.push(begin + index32(rows.len()));
        }
        self.flag_orders(&mut block);
        block
    }

    /// The columns of some rows; `text` and `wide` under the layout of the new run.
    fn columns(&self, parts: &Parts<'_>, rows: &[RowRef]) -> Block {
        let flags = |rows: &EventRows, row: usize| rows.flags[row] & !EventFlags::REPEATED_ORDER;
        let text = |column| {
            let code = |row: &RowRef| self.texts.code(column, parts.source(*row), parts.rows(*row), row.1 as usize);
            rows.iter().map(code).collect()
        };
        let wide = |column| {
            let text = |row: &RowRef| self.texts.text(column, parts.source(*row), parts.rows(*row), row.1 as usize);
            texts(rows.iter().map(text))
        };
        let duplicates = (0..).zip(rows).filter(|(_, row)| parts.is_duplicate(**row)).map(|(row, _)| row);
        Block {
            ts: parts.gather(rows, |rows, row| rows.ts[row]),
            flags: parts.gather(rows, flags),
            value: filled(parts.gather(rows, |rows, row| at(&rows.value, row, NO_VALUE)), &NO_VALUE),
            text: (0..self.texts.coded.len()).map(text).collect(),
            wide: (0..self.texts.wide.len()).map(wide).collect(),
            others: [0, 1, 2].map(|class| {
                texts(rows.iter().map(|row| text_at(parts.rows(*row).others[class].as_ref(), row.1 as usize)))
            }),
            event_id: texts(rows.iter().map(|row| text_at(parts.rows(*row).event_id.as_ref(), row.1 as usize))),
            place: parts.places(rows),
            duplicates: duplicates.collect(),
            ..Block::default()
        }
    }

    fn flag_orders(&mut self, block: &mut Block) {
        let Some(orders) = self.orders else { return };
        let mut duplicates = block.duplicates.iter().copied().peekable();
        for actor in 0..block.keys.len() {
            if actor > 0 || !block.continues {
                self.seen.clear();
            }
            for row in block.offsets[actor]..block.offsets[actor + 1] {
                if duplicates.next_if_eq(&row).is_some() {
                    continue;
                }
                let row = row as usize;
                let is_bot = EventFlags(block.flags[row]).has(EventFlags::BOT);
                if let Some(order) = orders.order(block, row)
                    && !self.seen.insert((order, is_bot))
                {
                    block.flags[row] |= EventFlags::REPEATED_ORDER;
                }
            }
        }
    }
}

impl OrderColumns {
    fn of(texts: &Texts) -> Option<Self> {
        let (event, order_id) = (NewColumn::find(texts, text::EVENT)?, NewColumn::find(texts, text::ORDER_ID)?);
        let purchases = match event {
            NewColumn::Coded(event) => PurchaseCodes::of(&texts.coded[event].1)?,
            NewColumn::Wide(_) => PurchaseCodes::default(),
        };
        Some(Self { event, purchases, order_id })
    }

    /// Stands for the order of a purchase.
    fn order(&self, block: &Block, row: usize) -> Option<u128> {
        let is_purchase = match self.event {
            NewColumn::Coded(event) => self.purchases.has(block.text[event][row]),
            NewColumn::Wide(event) => is_purchase(text_at(block.wide[event].as_ref(), row)),
        };
        match self.order_id {
            _ if !is_purchase => None,
            NewColumn::Coded(column) => Some(block.text[column][row]).filter(|code| *code != NULL).map(u128::from),
            NewColumn::Wide(column) => {
                text_at(block.wide[column].as_ref(), row).map(|order| XxHash3_128::oneshot(order.as_bytes()))
            }
        }
    }
}

impl NewColumn {
    fn find(texts: &Texts, name: &str) -> Option<Self> {
        let coded = texts.coded.iter().position(|(column, _)| column == name).map(Self::Coded);
        coded.or_else(|| texts.wide.iter().position(|column| column == name).map(Self::Wide))
    }
}

impl Parts<'_> {
    fn rows(&self, row: RowRef) -> &EventRows {
        &self.0[row.0 as usize].stretch.rows
    }

    /// Place of the part that was read of a source.
    fn of_source(&self, source: usize) -> usize {
        self.0.iter().position(|part| part.source == source).expect("a part was read for every share")
    }

    fn source(&self, row: RowRef) -> usize {
        self.0[row.0 as usize].source
    }

    fn is_duplicate(&self, row: RowRef) -> bool {
        let part = &self.0[row.0 as usize];
        part.duplicates.has(part.stretch.first + u64::from(row.1))
    }

    fn gather<T>(&self, rows: &[RowRef], value: impl Fn(&EventRows, usize) -> T) -> Vec<T> {
        rows.iter().map(|row| value(self.rows(*row), row.1 as usize)).collect()
    }

    fn places(&self, rows: &[RowRef]) -> Places {
        let sequence = |part: usize| self.gather(rows, |rows, row| at(&rows.sequence[part], row, NO_SEQUENCE));
        Places {
            sequence: [0, 1, 2].map(|part| filled(sequence(part), &NO_SEQUENCE)),
            input: self.gather(rows, |rows, row| at(&rows.input, row, 0)),
            row: self.gather(rows, |rows, row| at(&rows.row, row, 0)),
            position: filled(self.gather(rows, |rows, row| at(&rows.position, row, 0)), &0),
        }
    }
}

fn at<T: Copy>(column: &[T], row: usize, absent: T) -> T {
    column.get(row).copied().unwrap_or(absent)
}

/// The column, or nothing if no row fills it.
fn filled<T: PartialEq>(column: Vec<T>, absent: &T) -> Vec<T> {
    if column.iter().all(|value| value == absent) { Vec::new() } else { column }
}

/// A column of texts, unless all are null.
fn texts<'a>(values: impl Iterator<Item = Option<&'a str>>) -> Option<LargeStringArray> {
    let mut builder = LargeStringBuilder::new();
    let mut is_filled = false;
    for value in values {
        is_filled |= value.is_some();
        builder.append_option(value);
    }
    is_filled.then(|| builder.finish())
}
