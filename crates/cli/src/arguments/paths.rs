//! Which options does `paths` have?

use clap::{Args, ValueEnum};

use super::common::AnalysisArguments;
use crate::quantity::whole_number;

/// Arguments of `paths`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  kundresa paths events.csv --anchor add_to_cart --repeats collapse\n  \
    kundresa paths events.csv --nodes pages --anchor purchase --direction backward\n\n\
    The anchor is a step as of a funnel: an event name (`view_item`), alternatives (`view_item|select_item`), a glob \
    (`checkout_*`) or a predicate (`value > 100`). In paths of pages it may also be a page (`/cart`).")]
pub struct PathsArguments {
    /// What a node is [default: events].
    #[arg(long, value_enum, help_heading = "Paths")]
    pub nodes: Option<NodesOfPaths>,
    /// Which events are views, as a step, for paths of pages; `*` takes every event that has a page.
    #[arg(long, value_name = "STEP", help_heading = "Paths")]
    pub views: Option<String>,
    /// Rows that the vendor made up (session_start) are nodes too.
    #[arg(long, help_heading = "Paths")]
    pub synthetic: bool,
    /// Where paths go from their anchor [default: forward].
    #[arg(long, value_enum, help_heading = "Paths")]
    pub direction: Option<DirectionArgument>,
    /// Where paths begin [default: start of the session; backward: its end].
    #[arg(long, visible_alias = "from-node", value_name = "STEP", help_heading = "Paths")]
    pub anchor: Option<String>,
    /// Which matches of the anchor begin a path [default: first].
    #[arg(long, value_enum, help_heading = "Paths")]
    pub occurrence: Option<OccurrenceArgument>,
    /// What happens to a node that comes again [default: raw].
    #[arg(long, value_enum, help_heading = "Paths")]
    pub repeats: Option<RepeatsArgument>,
    /// What a path lies in [default: session].
    #[arg(long, value_enum, help_heading = "Paths")]
    pub unit: Option<PathUnitArgument>,
    /// Nodes of a path at most, the first included [default: 5].
    #[arg(long, value_name = "N", help_heading = "Paths", value_parser = whole_number::<u32>)]
    pub depth: Option<u32>,
    /// Nodes shown per depth, and under each node of the tree; the rest becomes (other) [default: 5].
    #[arg(long, value_name = "N", help_heading = "Paths", value_parser = whole_number::<u32>)]
    pub width: Option<u32>,
    /// Nodes of the tree, largest first; the rest becomes (other) [default: 25].
    #[arg(long, value_name = "N", help_heading = "Paths", value_parser = whole_number::<u32>)]
    pub tree: Option<u32>,
    /// Exact paths shown, most frequent first [default: 10].
    #[arg(long, value_name = "N", help_heading = "Paths", value_parser = whole_number::<u32>)]
    pub variants: Option<u32>,
    /// What all analyses have.
    #[command(flatten)]
    pub analysis: AnalysisArguments,
}

/// What a node of a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum NodesOfPaths {
    /// The name of an event.
    Events,
    /// The page of a view.
    Pages,
}

/// Directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DirectionArgument {
    /// To what came after.
    Forward,
    /// To what came before.
    Backward,
}

/// Matches of the anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OccurrenceArgument {
    /// The first of the session or actor.
    First,
    /// The last of the session or actor.
    Last,
    /// Each for itself.
    Every,
}

/// What happens to a node that comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum RepeatsArgument {
    /// It is a node again.
    Raw,
    /// Directly after itself it is none.
    Collapse,
    /// Once on a path it is none any more.
    FirstVisit,
}

/// What a path lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PathUnitArgument {
    /// One session.
    Session,
    /// All activity of one actor, across sessions.
    Actor,
}
