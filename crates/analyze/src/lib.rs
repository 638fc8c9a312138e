//! What do the journeys show? One file per analysis, each a fold over chunks of whole actors.
//!
//! ```text
//! chunk ──visit──► partial ┐
//! chunk ──visit──► partial ┴─merge──► partial ──finish──► result
//! ```
//!
//! Partials hold integers only and come from disjoint actors; `merge` may join them in any order.
//! [`Funnel`], [`SessionCounts`], [`PhaseVisits`], [`PhaseTransitions`] and [`EventTransitions`] are the analyses there are.

mod analysis;
mod columns;
mod error;
pub mod funnel;
mod journey;
mod keyed;
mod phases;
mod scope;
mod sessions;
mod transitions;

pub use analysis::{Accounting, Analysis, Context, RuleInfo};
pub use columns::{columns, reads_value};
pub use error::AnalyzeError;
pub use funnel::{Funnel, FunnelPartial};
pub use phases::{PhaseVisits, PhaseVisitsPartial};
pub use sessions::{SessionCounts, SessionCountsPartial};
pub use transitions::events::{EventTransitions, EventTransitionsPartial};
pub use transitions::phases::{PhaseTransitions, PhaseTransitionsPartial};
