//! What do the journeys show? One file per analysis, each a fold over chunks of whole actors.
//!
//! ```text
//! chunk ──visit──► partial ┐
//! chunk ──visit──► partial ┴─merge──► partial ──finish──► result
//! ```
//!
//! Partials hold integers only and come from disjoint actors; `merge` may join them in any order.
//! [`Funnel`], [`SessionCounts`], [`PhaseVisits`], [`PhaseTransitions`], [`EventTransitions`] and [`Paths`] are the analyses there are.

mod analysis;
mod carts;
mod coded;
mod columns;
mod error;
pub mod funnel;
mod journey;
mod keyed;
mod overlap;
mod overview;
mod paths;
mod phases;
mod privacy;
mod scope;
mod sessions;
mod signals;
mod spans;
pub mod statistics;
mod transitions;

pub use analysis::{Accounting, Analysis, Context, RuleInfo, Unidentified};
pub use carts::{Carts, CartsPartial};
pub use columns::{Reads, Unreadable};
pub use error::AnalyzeError;
pub use funnel::bridge::{Bridge, BridgePartial};
pub use funnel::emulate::{Emulated, EmulatedPartial};
pub use funnel::{Details, Funnel, FunnelPartial, FunnelPeople, UnitView, check_funnel};
pub use overlap::{Overlap, OverlapPartial};
pub use overview::{Overview, OverviewPartial};
pub use paths::{Paths, PathsPartial, check_paths};
pub use phases::{Explainer, JourneyDraft, PhaseVisits, PhaseVisitsPartial};
pub use privacy::{check_threshold, protect};
pub use sessions::{SessionCounts, SessionCountsPartial};
pub use signals::{Signals, SignalsPartial};
pub use transitions::events::{EventTransitions, EventTransitionsPartial};
pub use transitions::phases::{PhaseTransitions, PhaseTransitionsPartial};
