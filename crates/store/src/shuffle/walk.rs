//! What repeats within actors that are larger than memory?
//!
//! Their rows pass by in order, several times if need be: each time only one slice of hash space is remembered, and the
//! slices are as many as it takes to stay within the given memory.

use foldhash::fast::FixedState;
use hashbrown::HashSet;
use kundresa_model::event_table::EventFlags;
use kundresa_model::index::index32;
use twox_hash::XxHash3_128;

use crate::error::StoreError;
use crate::shuffle::order::contents_hash;
use crate::shuffle::repeats::{EventKey, Orders, event_key};
use crate::shuffle::sorted::{ActorName, Counts, Sorted, forget};

/// Rows that are marked, one bit each, by their place in the stream.
#[derive(Debug, Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn set(&mut self, place: usize) {
        if self.0.len() <= place / 64 {
            self.0.resize(place / 64 + 1, 0);
        }
        self.0[place / 64] |= 1 << (place % 64);
    }

    fn has(&self, place: usize) -> bool {
        self.0.get(place / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1)
    }
}

/// What was found in a stream of rows.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    duplicates: Bits,
    repeated_orders: Bits,
    pub(crate) counts: Counts,
}

impl Marks {
    /// Marks the rows of a segment that begins at place `start` of the stream.
    pub(crate) fn apply(&self, sorted: &mut Sorted<'_>, start: usize) {
        for place in 0..sorted.order.len() {
            if self.duplicates.has(start + place) {
                sorted.duplicates.push(index32(place));
            }
            if self.repeated_orders.has(start + place) {
                sorted.rows.flags[sorted.order[place] as usize] |= EventFlags::REPEATED_ORDER;
            }
        }
    }
}

/// A stream of segments that can be begun again.
pub(crate) trait Segments {
    /// Hands every segment to `visit` with its place in the stream; stops when `visit` says so. Tells whether it got to the end.
    fn visit(&self, visit: &mut dyn FnMut(Sorted<'_>, usize) -> Result<bool, StoreError>) -> Result<bool, StoreError>;
}

/// Everything that repeats in the stream, remembering at most `most` things at a time.
pub(crate) fn find_marks(segments: &dyn Segments, orders: Option<Orders>, most: usize) -> Result<Marks, StoreError> {
    let mut slices = 1;
    'more: loop {
        let mut marks = Marks::default();
        for (slice, step) in steps(slices, orders) {
            let mut walk = Walk::new(slice, slices, step, most);
            if !segments.visit(&mut |sorted, start| Ok(walk.visit(&sorted, start, &mut marks)))? {
                slices *= 2;
                continue 'more;
            }
        }
        return Ok(marks);
    }
}

/// What one pass looks for.
#[derive(Clone, Copy)]
enum Step {
    Rows,
    /// After all rows, since duplicates repeat no order.
    Orders(Orders),
}

fn steps(slices: u128, orders: Option<Orders>) -> impl Iterator<Item = (u128, Step)> {
    let rows = (0..slices).map(|slice| (slice, Step::Rows));
    rows.chain(orders.into_iter().flat_map(move |orders| (0..slices).map(move |slice| (slice, Step::Orders(orders)))))
}

/// One pass.
struct Walk {
    slice: u128,
    slices: u128,
    step: Step,
    most: usize,
    actor: Option<ActorName>,
    ts: Option<i64>,
    events: HashSet<EventKey, FixedState>,
    contents: HashSet<u128, FixedState>,
    orders: HashSet<(u128, bool), FixedState>,
    buffer: Vec<u8>,
}

impl Walk {
    fn new(slice: u128, slices: u128, step: Step, most: usize) -> Self {
        Self {
            slice,
            slices,
            step,
            most,
            actor: None,
            ts: None,
            events: HashSet::default(),
            contents: HashSet::default(),
            orders: HashSet::default(),
            buffer: Vec::new(),
        }
    }

    /// Looks at a segment; `false` if there is too much to remember.
    fn visit(&mut self, sorted: &Sorted<'_>, start: usize, marks: &mut Marks) -> bool {
        for (actor, name) in sorted.actors.iter().enumerate() {
            if self.actor.as_ref() != Some(name) {
                self.begin(name);
            }
            for place in sorted.offsets[actor] as usize..sorted.offsets[actor + 1] as usize {
                let row = sorted.order[place] as usize;
                match self.step {
                    Step::Rows => self.look_at_row(sorted, row, start + place, marks),
                    Step::Orders(orders) if sorted.has_actors() => {
                        self.look_at_order(sorted, row, orders, start + place, marks);
                    }
                    Step::Orders(_) => (),
                }
                if self.events.len() + self.contents.len() + self.orders.len() > self.most {
                    return false;
                }
            }
        }
        true
    }

    fn begin(&mut self, name: &ActorName) {
        self.actor = Some(name.clone());
        self.ts = None;
        forget(&mut self.events);
        forget(&mut self.orders);
    }

    fn in_slice(&self, hash: u128) -> bool {
        hash % self.slices == self.slice
    }

    fn look_at_row(&mut self, sorted: &Sorted<'_>, row: usize, place: usize, marks: &mut Marks) {
        let rows = &sorted.rows;
        if rows.has_event_id(row) {
            let key = event_key(rows, row);
            if self.in_slice(key.0) && !self.events.insert(key) {
                marks.duplicates.set(place);
                marks.counts.duplicates += 1;
            }
            return;
        }
        if self.ts != Some(rows.ts[row]) {
            self.ts = Some(rows.ts[row]);
            forget(&mut self.contents);
        }
        let hash = contents_hash(rows, row, &mut self.buffer);
        if self.in_slice(hash) && !self.contents.insert(hash) {
            marks.counts.repeated_rows += 1;
        }
    }

    fn look_at_order(&mut self, sorted: &Sorted<'_>, row: usize, orders: Orders, place: usize, marks: &mut Marks) {
        if marks.duplicates.has(place) {
            return;
        }
        let Some(order) = orders.order(&sorted.rows, row) else { return };
        let hash = XxHash3_128::oneshot(&order.0.to_le_bytes());
        if self.in_slice(hash) && !self.orders.insert(order) {
            marks.repeated_orders.set(place);
            marks.counts.repeated_orders += 1;
        }
    }
}
