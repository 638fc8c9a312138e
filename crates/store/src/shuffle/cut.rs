//! Where do blocks begin and end?
//!
//! The rows of a group come in order, in one or more segments, and leave as blocks of about equal size. Borders lie at
//! actors, except that an actor with more rows than a block holds is cut by rows and shares its blocks with nobody. What
//! decides are row counts alone, so the blocks are the same however the rows came in.

use std::ops::Range;

use kundresa_model::index::index32;

use crate::block::{Block, Places};
use crate::error::StoreError;
use crate::run::facts::Optional;
use crate::shuffle::column::Column;
use crate::shuffle::sorted::{ActorName, Sorted};
use crate::shuffle::text_builder::TextBuilder;

/// What all blocks of a run have in common.
#[derive(Debug)]
pub(crate) struct Shape {
    /// Number in the store and whether rows have an order, per input of the source.
    pub(crate) inputs: Vec<(u32, bool)>,
    /// Number of coded columns.
    pub(crate) coded: usize,
    /// Number of wide columns.
    pub(crate) wide: usize,
    /// Optional columns.
    pub(crate) has: Optional,
    /// Most rows of a block.
    pub(crate) group_rows: usize,
}

/// Takes finished blocks.
pub(crate) type Emit<'e> = dyn FnMut(Block) -> Result<(), StoreError> + 'e;

/// Cuts the rows of one group.
pub(crate) struct Cutter<'a> {
    shape: &'a Shape,
    /// Rows of the group that are in no finished block.
    remaining: usize,
    current: BlockBuilder<'a>,
    open: Option<OpenActor<'a>>,
}

/// An actor whose rows come in several segments, or do not fit into one block.
struct OpenActor<'a> {
    name: ActorName,
    builder: BlockBuilder<'a>,
    continues: bool,
}

impl<'a> Cutter<'a> {
    /// A cutter for a group of `rows` rows.
    pub(crate) fn new(shape: &'a Shape, rows: usize) -> Self {
        Self { shape, remaining: rows, current: BlockBuilder::new(shape), open: None }
    }

    /// Takes the next segment. `last_ends` says whether its last actor has no more rows.
    pub(crate) fn push(&mut self, sorted: &Sorted<'_>, last_ends: bool, emit: &mut Emit<'_>) -> Result<(), StoreError> {
        let mut pending = 0..0;
        for (actor, name) in sorted.actors.iter().enumerate() {
            let range = sorted.offsets[actor] as usize..sorted.offsets[actor + 1] as usize;
            let ends = actor + 1 < sorted.actors.len() || last_ends;
            if self.open.as_ref().is_some_and(|open| open.name != *name) {
                self.close_open(emit)?;
            }
            if self.open.is_some() || !ends || range.len() > self.shape.group_rows {
                self.current.append(sorted, pending);
                pending = range.end..range.end;
                self.extend_open(sorted, name, range, emit)?;
                if ends {
                    self.close_open(emit)?;
                }
                continue;
            }
            if self.cuts_before(pending.len(), range.len()) {
                self.current.append(sorted, pending);
                self.emit_current(emit)?;
                pending = range.start..range.start;
            }
            pending.end = range.end;
        }
        self.current.append(sorted, pending);
        Ok(())
    }

    /// Gives out what is left.
    pub(crate) fn finish(mut self, emit: &mut Emit<'_>) -> Result<(), StoreError> {
        self.close_open(emit)?;
        self.emit_current(emit)
    }

    /// Whether a block ends before an actor of `next` rows, if it holds `pending` rows beside those it has.
    fn cuts_before(&self, pending: usize, next: usize) -> bool {
        let held = self.current.rows() + pending;
        let most = self.shape.group_rows;
        let target = self.remaining.div_ceil(self.remaining.div_ceil(most).max(1));
        held > 0 && (held + next > most || held + next / 2 > target)
    }

    fn emit_current(&mut self, emit: &mut Emit<'_>) -> Result<(), StoreError> {
        if self.current.rows() == 0 {
            return Ok(());
        }
        self.remaining = self.remaining.saturating_sub(self.current.rows());
        let full = std::mem::replace(&mut self.current, BlockBuilder::new(self.shape));
        emit(full.finish(false))
    }

    fn extend_open(
        &mut self,
        sorted: &Sorted<'_>,
        name: &ActorName,
        mut range: Range<usize>,
        emit: &mut Emit<'_>,
    ) -> Result<(), StoreError> {
        let shape = self.shape;
        let fresh = || OpenActor { name: name.clone(), builder: BlockBuilder::new(shape), continues: false };
        let mut open = self.open.take().unwrap_or_else(fresh);
        while !range.is_empty() {
            if open.builder.rows() == shape.group_rows {
                self.emit_current(emit)?;
                let full = std::mem::replace(&mut open.builder, BlockBuilder::new(shape));
                self.remaining = self.remaining.saturating_sub(full.rows());
                emit(full.finish(open.continues))?;
                open.continues = true;
            }
            let end = range.end.min(range.start + shape.group_rows - open.builder.rows());
            open.builder.append(sorted, range.start..end);
            range.start = end;
        }
        self.open = Some(open);
        Ok(())
    }

    /// Puts the open actor, whose rows are all there, where it belongs.
    fn close_open(&mut self, emit: &mut Emit<'_>) -> Result<(), StoreError> {
        let Some(open) = self.open.take() else { return Ok(()) };
        if open.continues {
            self.remaining = self.remaining.saturating_sub(open.builder.rows());
            return emit(open.builder.finish(true));
        }
        if self.cuts_before(0, open.builder.rows()) {
            self.emit_current(emit)?;
        }
        if self.current.rows() == 0 {
            self.current = open.builder;
        } else {
            self.current.append_block(&open.builder.finish(false));
        }
        Ok(())
    }
}

/// A block under construction.
struct BlockBuilder<'a> {
    shape: &'a Shape,
    block: Block,
    wide: Vec<TextBuilder>,
    others: [TextBuilder; 3],
    event_id: TextBuilder,
}

impl<'a> BlockBuilder<'a> {
    fn new(shape: &'a Shape) -> Self {
        let block = Block { offsets: vec![0], text: vec![Vec::new(); shape.coded], ..Block::default() };
        let mut wide = Vec::new();
        wide.resize_with(shape.wide, TextBuilder::default);
        Self { shape, block, wide, others: Default::default(), event_id: TextBuilder::default() }
    }

    fn rows(&self) -> usize {
        self.block.rows()
    }

    /// Appends the rows at `places` of `sorted`.
    fn append(&mut self, sorted: &Sorted<'_>, places: Range<usize>) {
        if places.is_empty() {
            return;
        }
        self.append_duplicates(sorted, &places);
        self.append_actors(sorted, &places);
        let Self { shape, block, .. } = self;
        let (rows, ts, order) = (&sorted.rows, &sorted.ts[places.clone()], &sorted.order[places]);
        let at = || order.iter().map(|row| *row as usize);
        block.ts.extend_from_slice(ts);
        block.flags.extend(at().map(|row| rows.flags[row]));
        if shape.has.value {
            block.value.extend(at().map(|row| rows.value(row)));
        }
        for (codes, column) in block.text.iter_mut().zip(&rows.text) {
            column.pick_to(order, codes);
        }
        append_places(&mut block.place, sorted, order, shape);
        for (column, builder) in self.wide.iter_mut().enumerate() {
            match rows.is_wide_empty(column) {
                true => builder.skip(order.len()),
                false => at().for_each(|row| builder.push(rows.wide_text(column, row))),
            }
        }
        for (other, builder) in self.others.iter_mut().enumerate().filter(|(other, _)| shape.has.others[*other]) {
            at().for_each(|row| builder.push(rows.other(other, row)));
        }
        if shape.has.event_id {
            at().for_each(|row| self.event_id.push(rows.event_id(row)));
        }
    }

    fn append_duplicates(&mut self, sorted: &Sorted<'_>, places: &Range<usize>) {
        let from = |place: usize| sorted.duplicates.partition_point(|duplicate| (*duplicate as usize) < place);
        let before = self.rows();
        let duplicates = &sorted.duplicates[from(places.start)..from(places.end)];
        self.block.duplicates.extend(duplicates.iter().map(|place| index32(*place as usize - places.start + before)));
    }

    /// Names the actors of `places`, whose rows are about to be appended.
    fn append_actors(&mut self, sorted: &Sorted<'_>, places: &Range<usize>) {
        let before = self.rows();
        let (first, last) = (sorted.actor_at(places.start), sorted.actor_at(places.end - 1));
        for actor in first..=last {
            let end = (sorted.offsets[actor + 1] as usize).min(places.end);
            self.append_actor(&sorted.actors[actor], before + end - places.start);
        }
    }

    /// Rows up to `end` are of `actor`, the last one or a new one.
    fn append_actor(&mut self, ActorName { key, class, id }: &ActorName, end: usize) {
        let Block { keys, classes, ids, offsets, .. } = &mut self.block;
        let known = (keys.last(), classes.last(), ids.last()) == (Some(key), Some(class), Some(id));
        if known {
            offsets.pop();
        } else {
            keys.push(*key);
            classes.push(*class);
            ids.push(id.clone());
        }
        offsets.push(index32(end));
    }

    /// Appends a block whose actors come after those here.
    fn append_block(&mut self, other: &Block) {
        let (before, rows) = (index32(self.rows()), other.rows());
        let block = &mut self.block;
        block.duplicates.extend(other.duplicates.iter().map(|row| row + before));
        block.keys.extend(&other.keys);
        block.classes.extend(&other.classes);
        block.ids.extend_from_slice(&other.ids);
        block.offsets.extend(other.offsets.iter().skip(1).map(|offset| offset + before));
        block.ts.extend(&other.ts);
        block.flags.extend(&other.flags);
        block.value.extend(&other.value);
        block.text.iter_mut().zip(&other.text).for_each(|(codes, other)| codes.extend(other));
        block.place.sequence.iter_mut().zip(&other.place.sequence).for_each(|(column, other)| column.extend(other));
        block.place.input.extend(&other.place.input);
        block.place.row.extend(&other.place.row);
        block.place.position.extend(&other.place.position);
        let texts = self.wide.iter_mut().zip(&other.wide).chain(self.others.iter_mut().zip(&other.others));
        texts.chain([(&mut self.event_id, &other.event_id)]).for_each(|(builder, column)| {
            builder.append(column.as_ref(), rows);
        });
    }

    fn finish(self, continues: bool) -> Block {
        let Self { mut block, wide, others, event_id, .. } = self;
        block.continues = continues;
        block.wide = wide.into_iter().map(TextBuilder::finish).collect();
        block.others = others.map(TextBuilder::finish);
        block.event_id = event_id.finish();
        if block.ids.first().is_some_and(String::is_empty) {
            // Rows without an actor came as one nameless actor.
            (block.keys, block.classes, block.ids) = Default::default();
            (block.offsets, block.continues) = (vec![0], false);
        }
        block
    }
}

fn append_places(place: &mut Places, sorted: &Sorted<'_>, order: &[u32], shape: &Shape) {
    let rows = &sorted.rows;
    let at = || order.iter().map(|row| *row as usize);
    for (part, column) in place.sequence.iter_mut().enumerate().filter(|(part, _)| shape.has.sequence[*part]) {
        column.extend(at().map(|row| rows.sequence(part, row)));
    }
    match rows.input {
        Column::Same(input) => append_of_input(place, sorted, order, shape.inputs[input as usize], shape.has.position),
        Column::Each(ref inputs) => {
            for same in order.chunk_by(|a, b| inputs[*a as usize] == inputs[*b as usize]) {
                let input = shape.inputs[inputs[same[0] as usize] as usize];
                append_of_input(place, sorted, same, input, shape.has.position);
            }
        }
    }
}

/// Appends the places of rows of one input, given as its number and whether its rows have an order.
fn append_of_input(place: &mut Places, sorted: &Sorted<'_>, order: &[u32], input: (u32, bool), has_position: bool) {
    let rows = &sorted.rows;
    let at = || order.iter().map(|row| *row as usize);
    let (number, has_order) = input;
    place.input.resize(place.input.len() + order.len(), number);
    if has_order {
        place.row.extend(at().map(|row| rows.row[row]));
    } else {
        // A hash, of which the rank has the upper half.
        place.row.extend(at().map(|row| u64::from(rows.rank.get(row)) << 32 | rows.row[row] >> 32));
    }
    match has_position && has_order {
        true => rows.position.pick_to(order, &mut place.position),
        false if has_position => place.position.resize(place.position.len() + order.len(), 0),
        false => (),
    }
}
