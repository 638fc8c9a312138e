//! Which options does `funnel` have?

use clap::{Args, ValueEnum};

use super::common::{OutputArguments, ReadingArguments, RunArguments};
use crate::quantity::whole_number;

/// Arguments of `funnel`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  kundresa funnel events.csv view_item add_to_cart begin_checkout purchase --window 1d --by device\n\n\
    Arguments that are files, folders, stores, globs or `-` are inputs; the others are steps. A step is an event name \
    (`view_item`), alternatives (`view_item|select_item`), a glob (`checkout_*`) or a predicate \
    (`event == \"view_item\" and device == \"mobile\"`). Write `name=step` to name it, and \
    `ship & pay` for steps in any order. Where an option takes a STEP, that is its name or its number among all steps as written, \
    from 1, optional ones and members of a group included."
)]
pub struct FunnelArguments {
    /// Inputs (files, folders, globs, `-`; or one store), then the steps in order.
    #[arg(required = true, num_args = 1.., value_name = "INPUT… STEP…")]
    pub words: Vec<String>,
    /// A step; may be given several times. Then every positional argument is an input.
    #[arg(long = "step", value_name = "STEP", help_heading = "Funnel")]
    pub steps: Vec<String>,
    /// Use the funnel of that name in the configuration.
    #[arg(long, value_name = "NAME", help_heading = "Funnel")]
    pub name: Option<String>,
    /// Longest time from the first to the last step, inclusive (30m, 24h, 7d), or `none` [default: 7d].
    #[arg(long, value_name = "DURATION", help_heading = "Funnel")]
    pub window: Option<String>,
    /// Longest time since the step before, for one step: STEP=DURATION; for a step in a group, since the step before the
    /// group and for all members; may be repeated.
    #[arg(long, value_name = "STEP=DURATION", help_heading = "Funnel")]
    pub within: Vec<String>,
    /// That step must be the very next event, or in a group all its members; may be repeated.
    #[arg(long, value_name = "STEP", help_heading = "Funnel")]
    pub directly: Vec<String>,
    /// That step may be left out; may be repeated.
    #[arg(long, value_name = "STEP", help_heading = "Funnel")]
    pub optional: Vec<String>,
    /// What `--directly` looks at: only events that match this predicate.
    #[arg(long, value_name = "PREDICATE", help_heading = "Funnel")]
    pub universe: Option<String>,
    /// Events that end an attempt, for example `logout` or `2..4=logout` (after step 2, before step 4, of all as written);
    /// may be repeated.
    #[arg(long, value_name = "[I..J=]STEP", help_heading = "Funnel")]
    pub exclude: Vec<String>,
    /// What remains of an attempt that such an event ended.
    #[arg(long, value_enum, value_name = "POLICY", help_heading = "Funnel", requires = "exclude")]
    pub on_exclusion: Option<OnExclusionArgument>,
    /// All steps must share the value of this column or property; may be repeated.
    #[arg(long, value_name = "COLUMN", help_heading = "Funnel")]
    pub hold: Vec<String>,
    /// Also count each step from the step before, however somebody came there.
    #[arg(long, help_heading = "Funnel")]
    pub open: bool,
    /// Also count by calendar day, week or month of the entry.
    #[arg(long, value_enum, value_name = "UNIT", help_heading = "Funnel")]
    pub trend: Option<CalendarArgument>,
    /// Count as another product does, to compare figures: clickhouse, clickhouse:MODE+MODE (strict_deduplication,
    /// strict_order, strict_increase, strict_once, allow_reentry), posthog, posthog:strict or mixpanel.
    #[arg(long = "as", value_name = "PRODUCT", help_heading = "Funnel")]
    pub emulation: Option<String>,
    /// Show how many actors each product's definition moves, and by which rule.
    #[arg(long, help_heading = "Funnel", conflicts_with_all = ["emulation", "trend", "open", "by"])]
    pub bridge: bool,
    /// Whose journeys count.
    #[arg(long, value_enum, help_heading = "Funnel")]
    pub unit: Option<UnitArgument>,
    /// Which entry counts: the best over all, or only the first.
    #[arg(long, value_enum, help_heading = "Funnel")]
    pub entry: Option<EntryArgument>,
    /// Whom to name.
    #[command(flatten)]
    pub people: ListArguments,
    /// How to read the inputs.
    #[command(flatten)]
    pub reading: ReadingArguments,
    /// How to run.
    #[command(flatten)]
    pub run: RunArguments,
    /// What to print.
    #[command(flatten)]
    pub output: OutputArguments,
}

/// Whom a funnel names.
#[derive(Clone, Debug, Args)]
pub struct ListArguments {
    /// List who reached that step, or who is `:stopped` or `:open` there. Such a list names people.
    #[arg(long, value_name = "STEP[:STATE]", help_heading = "People", conflicts_with_all = ["bridge", "emulation", "trend", "open"])]
    pub list_actors: Option<String>,
    /// With all events of each.
    #[arg(long, help_heading = "People", requires = "list_actors")]
    pub timelines: bool,
    /// Most of them.
    #[arg(long, value_name = "N", default_value_t = 100, help_heading = "People", value_parser = whole_number::<usize>)]
    pub limit: usize,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  kundresa explain 12345 events.csv view_item add_to_cart purchase --window 1d")]
pub struct ExplainArguments {
    /// Whose way: the id of an actor.
    #[arg(value_name = "ACTOR")]
    pub actor: String,
    /// Through which funnel.
    #[command(flatten)]
    pub funnel: FunnelArguments,
}

/// Units of a funnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum UnitArgument {
    /// Each actor once, with its best level.
    Actor,
    /// Each session once.
    Session,
    /// Each attempt: converted ones first, then the entries outside of them.
    Attempt,
}

/// Entries of a funnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EntryArgument {
    /// The optimum over all entries.
    Best,
    /// Only the first entry time.
    First,
    /// Each event of step 1 for itself.
    Every,
}

/// What remains of an attempt that an exclusion ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OnExclusionArgument {
    /// The steps it had reached.
    Truncate,
    /// Nothing, not even step 1.
    Void,
}

/// Calendar units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CalendarArgument {
    /// Local days.
    Day,
    /// ISO weeks.
    Week,
    /// Months.
    Month,
}
