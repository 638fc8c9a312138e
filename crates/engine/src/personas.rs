//! Which persona is each actor of a chunk?
//!
//! The first, in the order of the configuration, that any event of the actor matches. The answer is a text column like any
//! other, the same for all events of an actor, so that breakdowns need not know what it is.

use kundresa_model::chunk::ActorChunk;
use kundresa_model::dictionary::{Dictionary, NULL};
use kundresa_model::event_table::VALUE;
use kundresa_model::mask::{Columns, MaskWord, in_words, unknown_column};
use kundresa_model::predicate::parse_predicate;
use kundresa_model::source::BoxError;
use kundresa_model::spec::personas::Persona;

use crate::error::EngineError;

/// Personas, compiled.
pub(crate) struct Personas {
    words: Vec<MaskWord>,
    /// Code of each persona in [`dictionary`].
    codes: Vec<u32>,
}

/// The personas' names.
pub(crate) fn dictionary(personas: &[Persona]) -> Dictionary {
    Dictionary::new(personas.iter().map(|persona| persona.name.clone()).collect())
}

impl Personas {
    /// The personas over the columns read.
    pub(crate) fn try_new(personas: &[Persona], columns: &dyn Columns) -> Result<Self, EngineError> {
        let mut predicates = Vec::with_capacity(personas.len());
        for persona in personas {
            let wrong = |error: BoxError| EngineError::Persona { name: persona.name.clone(), error };
            let predicate = parse_predicate(&persona.when).map_err(|error| wrong(error.into()))?;
            let mut names = predicate.columns().into_iter();
            if let Some(unknown) = names.find(|name| *name != VALUE && columns.text(name).is_none()) {
                return Err(wrong(unknown_column(unknown, columns).into()));
            }
            predicates.push(predicate);
        }
        let words = in_words(&predicates, columns).map_err(|(index, error)| EngineError::Persona {
            name: personas[index].name.clone(),
            error: Box::new(error),
        })?;
        let names = dictionary(personas);
        let codes = personas.iter().map(|persona| names.code(&persona.name).unwrap_or(NULL)).collect();
        Ok(Self { words, codes })
    }

    /// Code of the actor's persona for each event of `chunk`, in place of what `out` held; `masks` is a buffer.
    pub(crate) fn codes_into(&self, chunk: &ActorChunk<'_>, masks: &mut Vec<u64>, out: &mut Vec<u32>) {
        out.clear();
        out.resize(chunk.ts.len(), NULL);
        for word in &self.words {
            word.masks.matches_into(&chunk.columns(), 0..chunk.ts.len(), masks);
            for actor in 0..chunk.actors() {
                let events = chunk.events_of(actor);
                let any = masks[events.clone()].iter().fold(0, |any, matched| any | matched);
                // A persona of an earlier word comes first.
                if any != 0 && !events.is_empty() && out[events.start] == NULL {
                    let persona = word.first + any.trailing_zeros();
                    out[events].fill(self.codes[persona as usize]);
                }
            }
        }
    }
}
