//! Which ways do people take?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rate::Rate;
use crate::result::segments::Breakdown;
use crate::spec::paths::{Occurrence, PathDirection, PathNodes, PathUnit, Repeats};

/// Name of what lies behind the last depth.
pub const BEYOND: &str = "…";

/// Result of `paths`.
///
/// - At every node of `steps` and of `tree`: in = out + other + end.
/// - Nodes of depth 1 sum to `paths`, in `steps` and in `tree`; a node's links sum to its in, and so do the links to it.
/// - Variants sum to `paths`. Over `nodes`: entries = exits = `units`; occurrences = units with it + repeats + returns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PathsResult {
    /// What a node is.
    pub of: PathNodes,
    /// Where paths go.
    pub direction: PathDirection,
    /// Where they begin, as written; null for the start of the unit (backward: its end).
    pub anchor: Option<String>,
    /// Which matches of the anchor begin a path; null without an anchor.
    pub occurrence: Option<Occurrence>,
    /// What happens to a node that comes again.
    pub repeats: Repeats,
    /// What a path lies in.
    pub unit: PathUnit,
    /// Nodes that a path was to have at most.
    pub depth: u32,
    /// Nodes that it has at most; fewer than `depth` where paths differ so much that only shorter ones could be kept.
    pub counted_depth: u32,
    /// Nodes shown per depth.
    pub width: u32,
    /// Sessions or actors with a node.
    pub units: u64,
    /// Those of them with a path: all, unless there is an anchor.
    pub units_with_path: Rate,
    /// Paths; more than units with one only if every occurrence of the anchor begins one.
    pub paths: u64,
    /// The layers, for a Sankey diagram: by depth, then nodes by falling in and name, `(other)`, `exit` or `start`, `…`.
    pub steps: Vec<PathStep>,
    /// From each step to the next depth: by depth, then in the order of the steps they lead from and to.
    pub links: Vec<PathLink>,
    /// The largest beginnings of paths, each under what comes before it: depth first, siblings by falling in and name.
    pub tree: Vec<PathTreeNode>,
    /// Distinct paths of at most `counted_depth` nodes.
    pub distinct_variants: u64,
    /// The most frequent of them: by falling count, then node by node by name, whole ones first.
    pub variants: Vec<PathVariant>,
    /// All nodes of all units, whatever anchor, direction and repeats: by falling occurrences, then name.
    pub nodes: Vec<PathNode>,
    /// By dimension: each session has its first filled value, each actor that of the journey.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Breakdown<PathFigures>>,
}

/// Paths of one segment. Of `steps` and `tree` it has the rows of the total, so that they add up; rows of 0 are left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PathFigures {
    /// Sessions or actors with a node.
    pub units: u64,
    /// Those of them with a path.
    pub units_with_path: Rate,
    /// Paths.
    pub paths: u64,
    /// As in the total.
    pub steps: Vec<PathStep>,
    /// As in the total.
    pub tree: Vec<PathTreeNode>,
    /// Distinct paths.
    pub distinct_variants: u64,
    /// The segment's own most frequent ones.
    pub variants: Vec<PathVariant>,
}

/// What a step or the end of a link is, so that an event that is called `exit` is not mistaken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// An event name or page.
    Node,
    /// The nodes of its depth, or siblings, that are not shown.
    Other,
    /// The end of the unit: `exit`; backward its beginning: `start`.
    End,
    /// What comes after the last depth.
    Beyond,
}

/// Paths through one node at one depth. in = out + other + end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PathStep {
    /// From 1.
    pub depth: u32,
    /// Event name or page, `(other)`, `exit`, `start` or `…`.
    pub name: String,
    /// What it is.
    pub kind: StepKind,
    /// Distinct nodes that the row sums; more than one only for `(other)`.
    pub values: u64,
    /// Where the paths through it go.
    #[serde(flatten)]
    pub flow: Flow,
    /// In out of all paths.
    pub share: Rate,
}

/// Where paths through a node go. in = out + other + end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Flow {
    /// Paths that come in.
    #[serde(rename = "in")]
    pub come: u64,
    /// They go on to a node that is shown, or past the last depth.
    pub out: u64,
    /// They go on to the `(other)` of the next depth.
    pub other: u64,
    /// They end here: the unit has no further node (backward: none before).
    pub end: u64,
}

/// Paths from one step to one of the next depth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PathLink {
    /// Depth of `from`.
    pub depth: u32,
    /// Name of the step it leads from.
    pub from: String,
    /// What that is.
    pub from_kind: StepKind,
    /// Name of the step it leads to.
    pub to: String,
    /// What that is.
    pub to_kind: StepKind,
    /// Paths.
    pub count: u64,
    /// Out of all that come to `from`.
    pub share: Rate,
}

/// Paths with one beginning. in = out + other + end; the nodes below it sum to out (at the last depth there are none),
/// the `(other)` below it to other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PathTreeNode {
    /// Position in the list of the node that it hangs under; null at depth 1.
    pub parent: Option<u32>,
    /// From 1.
    pub depth: u32,
    /// Event name or page, or `(other)`.
    pub name: String,
    /// `node` or `other`; what comes after an `other` is not told apart and counts as its out.
    pub kind: StepKind,
    /// Distinct nodes that the row sums; more than one only for `(other)`.
    pub values: u64,
    /// Where the paths through it go.
    #[serde(flatten)]
    pub flow: Flow,
    /// In out of all paths.
    pub share: Rate,
}

/// One exact path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PathVariant {
    /// Its nodes from the anchor on; backward the first is the latest.
    pub nodes: Vec<String>,
    /// Whether it goes on after the last depth, so that these nodes are not the whole path.
    pub is_cut: bool,
    /// Paths that are so.
    pub count: u64,
    /// Out of all paths.
    pub share: Rate,
    /// Of this variant and all before it, out of all paths.
    pub coverage: Rate,
}

/// How units meet one node, at any depth. occurrences = units + repeats + returns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PathNode {
    /// Event name or page.
    pub name: String,
    /// How often it occurs.
    pub occurrences: u64,
    /// Units with it, out of all.
    pub units: Rate,
    /// Units that begin with it.
    pub entries: u64,
    /// Units that end with it.
    pub exits: u64,
    /// Exits out of occurrences.
    pub exit_rate: Rate,
    /// Units without any other node.
    pub bounces: u64,
    /// Bounces out of entries.
    pub bounce_rate: Rate,
    /// Occurrences directly after itself (A A).
    pub repeats: u64,
    /// Occurrences after another node, in a unit that had it before (A … B A).
    pub returns: u64,
    /// Those returns with a single other node between, however often it came (A B A).
    pub there_and_back: u64,
    /// Units with a return, out of those with the node.
    pub units_returning: Rate,
}
