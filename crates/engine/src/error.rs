//! Why does a run give no result?

use kundresa_analyze::AnalyzeError;
use kundresa_model::mask::MaskError;
use kundresa_model::predicate::ParseError;
use kundresa_model::source::BoxError;
use kundresa_model::spec::request::Request;
use kundresa_model::zone::UnknownZone;
use kundresa_sessionize::PhaseError;

use crate::registry;

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A predicate of a request that can't be read.
    #[error("{place}: {error}")]
    Predicate {
        /// Which predicate of which analysis.
        place: String,
        /// Where it stops making sense.
        error: ParseError,
    },
    /// A persona that can't be read or compiled.
    #[error("persona `{name}`: {error}")]
    Persona {
        /// Name of the persona.
        name: String,
        /// Why not.
        error: BoxError,
    },
    /// A predicate that can't be compiled.
    #[error("{place}: {error}")]
    Watched {
        /// Which predicate of which analysis.
        place: String,
        /// Why not.
        error: MaskError,
    },
    /// A request that does not fit the log.
    #[error("{analysis}: {error}")]
    Request {
        /// Which analysis asked.
        analysis: String,
        /// Why not.
        error: AnalyzeError,
    },
    /// Phase rules that can't be used.
    #[error(transparent)]
    Phases(#[from] PhaseError),
    /// The report zone is not known.
    #[error(transparent)]
    Zone(#[from] UnknownZone),
    /// No unit could start in the period asked for.
    #[error("no unit can be chosen: --from {from} is not before --to {to}\nhint: --to is exclusive")]
    EmptyPeriod {
        /// Start, in UTC.
        from: String,
        /// End, in UTC.
        to: String,
    },
    /// Events can't be read.
    #[error(transparent)]
    Read(BoxError),
    /// Whoever was given labelled events could not take them.
    #[error(transparent)]
    Visitor(BoxError),
    /// The operating system gave no threads.
    #[error("cannot start {threads} threads")]
    Threads {
        /// Threads asked for.
        threads: usize,
        /// What the operating system said.
        source: rayon::ThreadPoolBuildError,
    },
    /// Partials that do not belong together, or not to this run.
    #[error("partial results do not belong together: they differ in {what} ({left} and {right})\nhint: {hint}")]
    PartialMismatch {
        /// What differs.
        what: &'static str,
        /// One side.
        left: String,
        /// The other side.
        right: String,
        /// What to do about it.
        hint: &'static str,
    },
    /// A partial that is not what its envelope says.
    #[error("a partial result of {analysis} can't be read or written")]
    PartialData {
        /// Which analysis.
        analysis: String,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// Nothing to merge.
    #[error("there are no partial results to merge")]
    NoPartials,
}

impl EngineError {
    /// That the predicate of `request` at `place` can't be read.
    pub(crate) fn unreadable(request: &Request, place: &str, error: ParseError) -> Self {
        Self::Predicate { place: format!("{}: {place}", registry::title(&request.analysis)), error }
    }
}
