//! What does a request read of the log, and where does it say so?
//!
//! Every specification lists its predicates and columns here, each with its place. Whoever needs them (to read only these
//! columns, to check them, to warn) asks [`Request::asks`], so that a new analysis can't be forgotten anywhere.

use crate::event_table::VALUE;
use crate::field::text;
use crate::predicate::{ParseError, Predicate, parse_predicate, parse_step};
use crate::spec::funnel::FunnelSpec;
use crate::spec::paths::DEFAULT_VIEWS;
use crate::spec::personas::{Dimension, Persona};
use crate::spec::phases::PhaseSpec;
use crate::spec::request::{AnalysisSpec, Request};
use crate::spec::scope::Scope;
use crate::spec::signals::SignalsSpec;

/// Predicates and columns of a request, in the order in which they are to be checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asks {
    /// Texts that must parse, and whose columns are read.
    pub predicates: Vec<AskedPredicate>,
    /// Columns named or needed outside of predicates.
    pub columns: Vec<AskedColumn>,
}

/// A predicate as somebody wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedPredicate {
    /// What messages call it: ``--where``, ``step `Buy` ``.
    pub place: String,
    /// The text.
    pub text: String,
    /// How it is read.
    pub form: PredicateForm,
    /// Whether it is one predicate for all analyses of a run (the filter, a persona), rather than one analysis' own.
    pub is_shared: bool,
}

/// How the text of a predicate is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PredicateForm {
    /// As a predicate.
    Predicate,
    /// As event names joined by `|`, or as a predicate.
    Step,
}

/// A column that is read for something else than a predicate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedColumn {
    /// What messages call the place.
    pub place: String,
    /// Name of the column or property; `value` is money.
    pub name: String,
    /// Whether the log must have it.
    pub need: ColumnNeed,
}

/// Whether the log must have a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnNeed {
    /// Somebody named it as a text column: an unknown one is an error, and so is money.
    Named,
    /// The analysis reads it where the log has it.
    IfThere,
}

impl Asks {
    /// A predicate at `place`.
    pub fn predicate(&mut self, place: impl Into<String>, text: &str) {
        self.push(place.into(), text, PredicateForm::Predicate, false);
    }

    /// Event names, or a predicate, at `place`.
    pub fn step(&mut self, place: impl Into<String>, text: &str) {
        self.push(place.into(), text, PredicateForm::Step, false);
    }

    /// What makes an event a view. The default list names many tools' events, of which a log has one: nobody asked for the
    /// others, so nothing is said where they are absent.
    pub(super) fn views(&mut self, place: &str, written: &str) {
        if written == DEFAULT_VIEWS {
            self.reads(text::EVENT);
        } else {
            self.step(place, written);
        }
    }

    /// A predicate at `place` that all analyses of a run share.
    pub fn shared(&mut self, place: impl Into<String>, text: &str) {
        self.push(place.into(), text, PredicateForm::Predicate, true);
    }

    /// A text column that somebody named at `place`.
    pub fn named(&mut self, place: impl Into<String>, column: &str) {
        self.columns.push(AskedColumn { place: place.into(), name: column.to_owned(), need: ColumnNeed::Named });
    }

    /// A column, or `value`, that the analysis reads where the log has it.
    pub fn reads(&mut self, column: &str) {
        self.columns.push(AskedColumn { place: String::new(), name: column.to_owned(), need: ColumnNeed::IfThere });
    }

    fn push(&mut self, place: String, text: &str, form: PredicateForm, is_shared: bool) {
        self.predicates.push(AskedPredicate { place, text: text.to_owned(), form, is_shared });
    }
}

impl AskedPredicate {
    /// What the text means.
    ///
    /// # Errors
    /// With the position of the first character that does not fit.
    pub fn parse(&self) -> Result<Predicate, ParseError> {
        match self.form {
            PredicateForm::Predicate => parse_predicate(&self.text),
            PredicateForm::Step => parse_step(&self.text),
        }
    }
}

impl Request {
    /// Everything that the request reads of the log, in a run with these personas: its scope, then its analysis.
    pub fn asks(&self, personas: &[Persona]) -> Asks {
        let mut asks = Asks::default();
        self.scope.asks(personas, &mut asks);
        self.analysis.asks(&mut asks);
        asks
    }
}

impl Scope {
    fn asks(&self, personas: &[Persona], asks: &mut Asks) {
        if let Some(filter) = &self.filter {
            asks.shared("--where", filter);
        }
        if self.reads_personas(personas) {
            personas.iter().for_each(|persona| persona.asks(asks));
        }
        if let Some(Dimension::Column(by)) = self.dimension(!personas.is_empty()) {
            asks.named("--by", by);
        }
    }
}

impl AnalysisSpec {
    /// What the analysis reads beside sessions and phases. A new analysis names its columns and predicates in an
    /// `asks` of its own specification.
    pub fn asks(&self, asks: &mut Asks) {
        match self {
            Self::Sessions | Self::Phases | Self::PhaseTransitions => {}
            Self::EventTransitions => asks.reads(text::EVENT),
            Self::PageTransitions { views } => {
                asks.named("--of pages", text::PAGE);
                asks.views("views", views);
            }
            Self::Funnel(spec) => {
                spec.asks(asks);
                // What was done next, and the money of the steps.
                [text::EVENT, text::CURRENCY, VALUE].into_iter().for_each(|column| asks.reads(column));
            }
            Self::Bridge(spec) => spec.asks(asks),
            Self::Overview(spec) => spec.asks(asks),
            Self::Carts(spec) => spec.asks(asks),
            Self::Paths(spec) => spec.asks(asks),
            Self::Signals(_) => SignalsSpec::asks(asks),
            Self::Overlap => asks.reads(text::SOURCE_NAME),
        }
    }
}

impl PhaseSpec {
    /// Adds the predicates of the configured rules.
    pub fn asks(&self, asks: &mut Asks) {
        for rule in &self.rules {
            for (key, text) in [("when", &rule.when), ("unless", &rule.unless)] {
                text.iter().for_each(|text| asks.shared(format!("{key} of phase rule `{}`", rule.name), text));
            }
        }
    }
}

impl FunnelSpec {
    fn asks(&self, asks: &mut Asks) {
        for step in &self.steps {
            asks.step(format!("step `{}`", step.name), &step.when);
        }
        for (number, exclusion) in self.exclusions.iter().enumerate() {
            asks.step(format!("exclusion {}", number + 1), &exclusion.when);
        }
        if let Some(universe) = &self.universe {
            asks.predicate("universe", universe);
        }
        for column in &self.hold {
            asks.named("hold", column);
        }
    }
}
