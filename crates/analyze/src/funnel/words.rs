//! Which of a funnel's predicates does each event satisfy, one bit each, whatever they are?
//!
//! Predicates whose alternatives fit one mask are one word, and an event costs one look-up per column. Where `or` across
//! columns makes more alternatives than a mask has bits, some words hold fewer predicates each, and their bits are put side
//! by side: the one word that nearly every funnel has costs nothing more for that.

use kundresa_model::chunk::ActorChunk;
use kundresa_model::mask::{Columns, LIMIT, MaskError, MaskWord, in_words_of_known};
use kundresa_model::predicate::Predicate;

use crate::error::AnalyzeError;

/// Compiled predicates, at most [`LIMIT`]; bit p belongs to predicate p.
#[derive(Clone, Debug)]
pub(super) struct Words(Vec<MaskWord>);

impl Words {
    /// The compiled form of `predicates`; `place` says what the one at an index is, for errors.
    ///
    /// # Errors
    /// When there are too many predicates, or with the one that does not fit the columns.
    pub(super) fn try_new(
        predicates: &[Predicate],
        columns: &dyn Columns,
        place: impl Fn(usize) -> String,
    ) -> Result<Self, AnalyzeError> {
        let refused = |(at, error)| AnalyzeError::Mask { place: place(at), error };
        if predicates.len() > LIMIT {
            return Err(refused((LIMIT, MaskError::TooMany { found: predicates.len(), limit: LIMIT })));
        }
        in_words_of_known(predicates, columns).map(Self).map_err(refused)
    }

    /// Where all is said by the codes of one text column: its index, and what events with each code satisfy.
    pub(super) fn as_table(&self) -> Option<(usize, &[u64])> {
        match self.0.as_slice() {
            [only] => only.masks.as_table(),
            _ => None,
        }
    }

    /// What every event of `chunk` satisfies, in place of what `out` held.
    pub(super) fn matches_into(&self, chunk: &ActorChunk<'_>, out: &mut Vec<u64>) {
        let events = 0..chunk.ts.len();
        let Some((first, further)) = self.0.split_first() else { return out.clear() };
        first.masks.matches_into(&chunk.columns(), events.clone(), out);
        let mut bits = Vec::new();
        for word in further {
            word.masks.matches_into(&chunk.columns(), events.clone(), &mut bits);
            out.iter_mut().zip(&bits).for_each(|(all, bits)| *all |= bits << word.first);
        }
    }
}
