//! One pass over actors: sessions, phases and every requested analysis, on any number of threads, with one result.
//!
//! ```text
//! ActorSource ─► overview (times and flags only) ─► data end
//!             └► ranges, one per free thread ─► batches without bots and late events ─► chunks of whole actors
//!                   ─► sessions ─► phases ─► each analysis adds to its partial ─► merge ─► finish
//! ```
//!
//! [`run`] does all of it. [`scan_partial`], [`merge_partials`] and [`finish_partials`] do the same in pieces, for logs that
//! are spread over machines by actor. [`label_events`] hands out the labelled chunks themselves.

mod behaviour;
mod chunks;
mod columns;
mod drive;
mod error;
mod export;
mod funnel_people;
mod labels;
mod options;
mod overview;
mod partial;
mod people;
mod personas;
mod plan;
mod registry;
mod run;
mod sampled;
#[cfg(test)]
mod tests;
mod unknown_values;
mod warnings;
mod watch;

pub use behaviour::{BEHAVIOUR_COLUMNS, Behaving};
pub use columns::text_columns;
pub use error::EngineError;
pub use export::{Labelled, label_actor, label_events, phase_rules};
pub use funnel_people::{Listing, explain_funnel, funnel_actors};
pub use kundresa_analyze::{Accounting, RuleInfo};
pub use options::RunOptions;
pub use overview::{DataEndFrom, time_span};
pub use partial::{FORMAT_VERSION, PartialSet};
pub use people::{Lookup, explain_phases, look_up};
pub use run::{Outcome, finish_partials, merge_partials, run, scan_partial};
pub use sampled::{Sampled, is_sampled};
