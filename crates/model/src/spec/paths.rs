//! Which paths are followed, from where, how far?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::field::text;
use crate::spec::asks::Asks;

/// Events that are views of a page or screen unless the configuration says otherwise.
pub const DEFAULT_VIEWS: &str = "page_view|screen_view|pageview|$pageview|$screen|Page View|page|screen";
/// Most nodes a path may have.
pub const MAX_DEPTH: u32 = 100;
/// Most nodes shown per depth, and most variants and nodes of the tree.
pub const MAX_SHOWN: u32 = 10_000;

/// What `paths` counts. Source: `docs/semantics.md#paths`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PathSpec {
    /// What a node is.
    pub nodes: PathNodes,
    /// Which events are views, as a step; only they make paths of pages. `*` takes every event that has a page.
    pub views: String,
    /// Whether rows that the vendor made up (`session_start`) are nodes, as in GA4's path exploration.
    pub synthetic: bool,
    /// Forward from the anchor, or backward from it.
    pub direction: PathDirection,
    /// Where paths begin, as a step; without one at the unit's first node (backward: at its last).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
    /// Which events of a unit that match the anchor begin a path.
    pub occurrence: Occurrence,
    /// What happens to a node that comes again.
    pub repeats: Repeats,
    /// What a path lies in.
    pub unit: PathUnit,
    /// Nodes of a path at most, the first included: 1 to 100.
    pub depth: u32,
    /// Nodes shown per depth, and children per node of the tree; the rest is `(other)`.
    pub width: u32,
    /// Nodes of the tree that are shown, largest first; the rest is `(other)`.
    pub tree: u32,
    /// Most frequent exact paths that are shown.
    pub variants: u32,
    /// Distinct beginnings of paths that are told apart at most, from the memory there is; paths get shorter where there are
    /// more. No key of the configuration.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    #[schemars(skip)]
    pub most_prefixes: Option<u32>,
}

impl PathSpec {
    /// Adds the columns and predicates that `paths` reads.
    pub(super) fn asks(&self, asks: &mut Asks) {
        match self.nodes {
            PathNodes::Events => asks.reads(text::EVENT),
            PathNodes::Pages => {
                asks.named("--nodes pages", text::PAGE);
                asks.views("--views", &self.views);
            }
        }
        if let Some(anchor) = self.anchor_step() {
            asks.step("--anchor", &anchor);
        }
    }
}

impl Default for PathSpec {
    fn default() -> Self {
        Self {
            nodes: PathNodes::Events,
            views: DEFAULT_VIEWS.to_owned(),
            synthetic: false,
            direction: PathDirection::Forward,
            anchor: None,
            occurrence: Occurrence::First,
            repeats: Repeats::Raw,
            unit: PathUnit::Session,
            depth: 5,
            width: 5,
            tree: 25,
            variants: 10,
            most_prefixes: None,
        }
    }
}

impl PathSpec {
    /// Distinct beginnings of paths that are told apart at most, however much memory there is.
    pub const MOST_PREFIXES: u32 = 4_000_000;

    /// The anchor as a step. In paths of pages a text that begins with `/` is a page: `/cart` is `page == "/cart"`.
    pub fn anchor_step(&self) -> Option<String> {
        let anchor = self.anchor.as_deref()?;
        let is_page = self.nodes == PathNodes::Pages && anchor.starts_with('/') && !anchor.contains(['"', '\\']);
        Some(if is_page { format!("page == \"{anchor}\"") } else { anchor.to_owned() })
    }
}

/// What a node of a path is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PathNodes {
    /// The name of an event.
    #[default]
    Events,
    /// The page of a view.
    Pages,
}

/// Where a path goes from its anchor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PathDirection {
    /// To what came after.
    #[default]
    Forward,
    /// To what came before.
    Backward,
}

/// Which events of a unit that match the anchor begin a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Occurrence {
    /// The first.
    #[default]
    First,
    /// The last.
    Last,
    /// Each, so that a unit may have several paths.
    Every,
}

/// What happens to a node that comes again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Repeats {
    /// It is a node again.
    #[default]
    Raw,
    /// Directly after itself it is none.
    Collapse,
    /// Once on a path it is none any more.
    FirstVisit,
}

/// What a path lies in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PathUnit {
    /// One session.
    #[default]
    Session,
    /// All activity of one actor, across sessions.
    Actor,
}
