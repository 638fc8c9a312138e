//! Which events may do something to carts?
//!
//! Few do: one pass over the codes of a chunk finds them, and actors without any are never looked at.

use kundresa_model::chunk::ActorChunk;
use kundresa_model::mask::{Columns, MaskSet};
use kundresa_model::predicate::parse_step;
use kundresa_model::spec::carts::{CartEvent, CartSpec};

use crate::error::AnalyzeError;

/// An event that does something to carts, or looks at an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its place in the chunk.
    pub(super) event: u32,
    /// What it does.
    pub(super) what: CartEvent,
}

/// What lists of a chunk's events lie in, used again for the next chunk.
#[derive(Clone, Debug, Default)]
pub(super) struct Events {
    /// As many as the largest chunk has events; those beyond what was found mean nothing.
    found: Vec<Found>,
    masks: Vec<u64>,
}

/// Finds what the specification names.
#[derive(Clone, Debug)]
pub(super) struct Finder {
    masks: MaskSet,
    /// What the events of each bit do, if that matters.
    kinds: Vec<Option<CartEvent>>,
    /// Column that alone decides, and by its codes what events do.
    by_code: Option<(usize, Vec<Option<CartEvent>>)>,
}

impl Finder {
    /// Finds the events of `spec`. A look at an item is nothing unless `knows_items`.
    ///
    /// # Errors
    /// When an event of the specification can't be read or does not fit the columns.
    pub(super) fn try_new(spec: &CartSpec, columns: &dyn Columns, knows_items: bool) -> Result<Self, AnalyzeError> {
        let (mut kinds, mut predicates) = (Vec::new(), Vec::new());
        for (kind, written) in spec.written() {
            let place = || format!("carts.{}", kind.key());
            predicates.push(parse_step(written).map_err(|error| AnalyzeError::Predicate { place: place(), error })?);
            kinds.push(Some(kind).filter(|kind| *kind != CartEvent::ViewItem || knows_items));
        }
        let masks = MaskSet::try_new(&predicates, columns);
        let masks = masks.map_err(|error| AnalyzeError::Mask { place: "carts".to_owned(), error })?;
        let mut finder = Self { masks, kinds, by_code: None };
        let by_code = |masks: &[u64]| masks.iter().map(|mask| finder.what(*mask)).collect();
        finder.by_code = finder.masks.by_code().map(|(column, masks)| (column, by_code(masks)));
        Ok(finder)
    }

    /// Whether nothing does anything to carts.
    pub(super) fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// What an event does that satisfies those predicates: of several the first.
    fn what(&self, mask: u64) -> Option<CartEvent> {
        self.kinds.get(mask.trailing_zeros() as usize).copied().flatten()
    }

    /// The events of `chunk` that do something, in its order.
    pub(super) fn find<'e>(&self, chunk: &ActorChunk<'_>, events: &'e mut Events) -> &'e [Found] {
        let Events { found, masks } = events;
        match &self.by_code {
            Some((column, what)) => gather(chunk.text[*column].iter().map(|code| what[*code as usize]), found),
            None => {
                self.masks.matches_into(&chunk.columns(), 0..chunk.ts.len(), masks);
                gather(masks.iter().map(|mask| self.what(*mask)), found)
            }
        }
    }
}

/// Puts what is something into the beginning of `found`. There is no branch that depends on it, which none could foresee.
#[inline]
fn gather(all: impl ExactSizeIterator<Item = Option<CartEvent>>, found: &mut Vec<Found>) -> &[Found] {
    let nothing = Found { event: 0, what: CartEvent::Add };
    if found.len() < all.len() {
        found.resize(all.len(), nothing);
    }
    let (mut count, mut event) = (0, 0_u32);
    for what in all {
        found[count] = Found { event, what: what.unwrap_or(nothing.what) };
        count += usize::from(what.is_some());
        // Events of a chunk are counted in 32 bits.
        event = event.wrapping_add(1);
    }
    &found[..count]
}
