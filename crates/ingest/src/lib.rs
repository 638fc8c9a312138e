//! From files of many origins to canonical events, and what was rejected on the way.
//!
//! [`discover`](discover::discover) finds inputs, [`plan`](plan::plan) samples them, groups them into sources and pins
//! one mapping per source, and [`LoadPlan::events`](plan::LoadPlan::events) hands out readers. Every kind of source is an
//! implementation of [`Kind`](kind::Kind); flat formats share [`mapped`], GA4 has [`ga4`]. Nothing here prints, and no
//! thread is started.

mod agent;
mod archive;
mod avro;
mod bots;
pub mod builder;
pub mod channel;
mod check;
pub mod config;
pub mod container;
pub mod currency;
pub mod delimited;
mod directives;
pub mod discover;
pub mod error;
pub mod events;
pub mod field;
pub mod ga4;
mod hash_along;
mod headless;
pub mod input;
pub mod inspect;
pub mod json;
pub mod kind;
mod lent;
pub mod limits;
pub mod lines;
pub mod mapped;
pub mod mapping;
mod memo;
mod page;
pub mod parquet_input;
pub mod pin;
mod placeholder;
pub mod plan;
mod promote;
pub mod reference;
mod referrers;
pub mod rejects;
pub mod rules;
pub mod sample;
pub mod skew;
pub mod sources;
mod suggested_toml;
mod templates;
mod text_parts;
pub mod time;
pub mod translate;
pub mod warning;
mod words;
pub mod writer;
mod xes;

pub use check::check;
pub use config::{IngestConfig, SourceConfig};
pub use discover::{Inputs, discover, discover_under};
pub use error::IngestError;
pub use inspect::Inspection;
pub use pin::SourcePin;
pub use plan::{LoadPlan, PinnedSource, plan, plan_pinned};
pub use warning::LoadWarning;
