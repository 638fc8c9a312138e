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
    /// An option that a step of a funnel can't have.
    #[error("step {step} (`{name}`) can't be {option}: {reason}")]
    StepOption {
        /// Number of the step, from 1.
        step: usize,
        /// Its name.
        name: String,
        /// `directly`, `within`, `optional` or the border of an exclusion.
        option: &'static str,
        /// Why not.
        reason: &'static str,
    },
    /// Options of a funnel that do not go together.
    #[error("{one} does not go with {other}: {reason}")]
    FunnelOptions {
        /// One of them.
        one: &'static str,
        /// The other.
        other: &'static str,
        /// Why not.
        reason: &'static str,
    },
    /// An exclusion whose range is not inside the funnel.
    #[error(
        "the exclusion `{when}` counts from step {from} to step {to}: write the numbers of two steps in order, of the {steps} as written"
    )]
    ExclusionRange {
        /// Predicate as written.
        when: String,
        /// First step, from 1.
        from: usize,
        /// Last step.
        to: usize,
        /// Steps of the funnel, all as written.
        steps: usize,
    },
    /// A dimension that no input has.
    #[error("results can't be broken down by `{name}`: no column or property is called so{hint}")]
    UnknownDimension {
        /// Name as written.
        name: String,
        /// ` (did you mean …?)` or empty.
        hint: String,
    },
    /// A persona that the run does not have.
    #[error("no persona is called `{name}`{hint}")]
    UnknownPersona {
        /// Name as written.
        name: String,
        /// ` (did you mean …?)` or empty.
        hint: String,
    },
    /// An any-order group with too many members.
    #[error(
        "an any-order group has at most {limit} steps, this one has {found}: make two groups of it, one after the other"
    )]
    GroupSize {
        /// Members given.
        found: usize,
        /// Members allowed.
        limit: usize,
    },
    /// Members of an any-order group that differ in what holds for all of them.
    #[error(
        "the members {names} of an any-order group must have the same {option}\nhint: it holds for the whole group; in the configuration it may stand beside `any_order`"
    )]
    GroupOption {
        /// `within` or `directly`.
        option: &'static str,
        /// Names of the members.
        names: String,
    },
    /// A universe that nothing looks at.
    #[error(
        "`universe` needs a step that is `directly`: only such steps look at it\nhint: say which (--directly STEP, or directly = true in the configuration), or leave `universe` out"
    )]
    IdleUniverse,
    /// An option that the product to be emulated knows nothing of.
    #[error(
        "{product} can't be combined with {option}: other products have no such thing, or another; leave out one of the two"
    )]
    NotEmulated {
        /// What was asked for.
        product: String,
        /// What does not go with it.
        option: &'static str,
    },
    /// A privacy threshold for an analysis that can't keep it.
    #[error(
        "a privacy threshold can't be kept here: cells count {what}, and how many actors these are of is not known\nhint: sessions, phases, transitions, the overview, carts and funnels can keep it; for anything else leave out --min-actors, or write --min-actors 0 where the configuration has one"
    )]
    Threshold {
        /// What the cells count.
        what: &'static str,
    },
    /// Events have no names: the column `event` was not projected.
    #[error("the column `event` was not read, but transitions between events need it")]
    NoEventColumn,
    /// Events have no pages: no input has the column `page`, or it was not read.
    #[error("paths and transitions of pages need the column `page`, which this log does not have")]
    NoPageColumn,
    /// A number of `paths` that is too small or too large.
    #[error("{what} of paths is {found}, expected {least} to {most}")]
    PathRange {
        /// Name of the option.
        what: &'static str,
        /// Number given.
        found: u32,
        /// Smallest allowed.
        least: u32,
        /// Largest allowed.
        most: u32,
    },
}
