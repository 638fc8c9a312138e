//! Why can't an analysis be made?

use kundresa_model::mask::MaskError;
use kundresa_model::predicate::ParseError;

/// What is wrong with the question asked.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AnalyzeError {
    /// A predicate that can't be read.
    #[error("{place}: {error}")]
    Predicate {
        /// Which predicate: `filter` or `step 2`.
        place: String,
        /// Where it stops making sense.
        error: ParseError,
    },
    /// A predicate that can't be answered on these columns.
    #[error("{place}: {error}")]
    Mask {
        /// Which predicate: `filter` or `steps`.
        place: String,
        /// Why not.
        error: MaskError,
    },
    /// A funnel of no steps, or of too many.
    #[error("a funnel has 1 to {limit} steps, this one has {found}")]
    StepCount {
        /// Steps given.
        found: usize,
        /// Steps allowed.
        limit: usize,
    },
    /// A dimension that no input has.
    #[error("results can't be broken down by `{name}`: no column or property is called so{hint}")]
    UnknownDimension {
        /// Name as written.
        name: String,
        /// ` (did you mean …?)` or empty.
        hint: String,
    },
    /// Events have no names: the column `event` was not projected.
    #[error("the column `event` was not read, but transitions between events need it")]
    NoEventColumn,
}
