//! Which named groups of actors are there?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::spec::asks::Asks;
use crate::spec::scope::Scope;

/// A named group of actors: those with any event that matches. An actor belongs to the first persona, in the order of the
/// configuration, that fits. Source: `docs/semantics.md#filters-and-breakdowns`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// Name shown; unique.
    pub name: String,
    /// Predicate that at least one event of the actor matches.
    pub when: String,
}

impl Persona {
    /// Adds the predicate of the persona.
    pub fn asks(&self, asks: &mut Asks) {
        asks.shared(format!("persona `{}`", self.name), &self.when);
    }
}

/// What `--by` calls the personas, unless it is in backquotes, which make it a column.
pub const PERSONA: &str = "persona";

/// What results are broken down by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension<'a> {
    /// The personas of the run.
    Personas,
    /// A text column or property.
    Column(&'a str),
}

impl<'a> Dimension<'a> {
    /// What `by` means in a run that has personas, or has none: `persona` means them if there are any, a name in
    /// backquotes is always a column.
    pub fn of(by: &'a str, has_personas: bool) -> Self {
        let quoted = by.strip_prefix('`').and_then(|by| by.strip_suffix('`'));
        match quoted {
            None if by == PERSONA && has_personas => Self::Personas,
            _ => Self::Column(quoted.unwrap_or(by)),
        }
    }
}

impl Scope {
    /// What results are broken down by, in a run that has personas, or has none.
    pub fn dimension(&self, has_personas: bool) -> Option<Dimension<'_>> {
        self.by.as_deref().map(|by| Dimension::of(by, has_personas))
    }

    /// Whether it must be known which persona each actor is, in a run with these.
    pub fn reads_personas(&self, personas: &[Persona]) -> bool {
        self.persona.is_some() || self.dimension(!personas.is_empty()) == Some(Dimension::Personas)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backquotes_make_a_column_of_persona() {
        assert_eq!(Dimension::of("persona", true), Dimension::Personas);
        assert_eq!(Dimension::of("persona", false), Dimension::Column("persona"));
        assert_eq!(Dimension::of("`persona`", true), Dimension::Column("persona"));
        assert_eq!(Dimension::of("device", true), Dimension::Column("device"));
    }
}
