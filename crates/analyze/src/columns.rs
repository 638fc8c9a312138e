//! Which columns must be read to answer a request?

use std::collections::BTreeSet;

use kundresa_model::event_table::VALUE;
use kundresa_model::predicate::{ParseError, Predicate};
use kundresa_model::spec::personas::Persona;
use kundresa_model::spec::request::Request;

/// What a request reads of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Names of text columns and properties, whether the log has them or not.
    pub text: BTreeSet<String>,
    /// Whether money (`value`) must be projected.
    pub value: bool,
    /// Whether a predicate asks for history, so that phases must be known.
    pub history: bool,
}

/// A predicate that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {error}")]
pub struct Unreadable {
    /// Where it stands: `--where`, ``step `Buy` ``.
    pub place: String,
    /// Where it stops making sense.
    pub error: ParseError,
}

impl Reads {
    /// What `request` reads in a run with these personas: for its filter, its breakdown, and whatever its analysis asks for.
    ///
    /// # Errors
    /// When a predicate can't be read.
    pub fn of(request: &Request, personas: &[Persona]) -> Result<Self, Unreadable> {
        let asks = request.asks(personas);
        let mut reads = Self::default();
        for asked in &asks.predicates {
            let predicate = asked.parse().map_err(|error| Unreadable { place: asked.place.clone(), error })?;
            reads.predicate(&predicate);
        }
        asks.columns.iter().for_each(|column| reads.column(&column.name));
        Ok(reads)
    }

    fn predicate(&mut self, predicate: &Predicate) {
        self.history |= predicate.reads_history();
        predicate.columns().into_iter().for_each(|name| self.column(name));
    }

    fn column(&mut self, name: &str) {
        if name == VALUE {
            self.value = true;
        } else {
            self.text.insert(name.to_owned());
        }
    }
}
