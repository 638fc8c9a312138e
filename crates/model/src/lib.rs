//! The words of Kundresa: tables, terms, units, specifications and results that every other crate speaks.
//!
//! Nothing in here reads a file, starts a thread or prints. The folders follow the data:
//! [`event_table`] and [`source`] carry canonical events from `ingest` to `store`; [`actor_source`] hands them out again
//! by actor; [`chunk`] is what an analysis sees; [`spec`] says what is asked and [`result`] what was found.

pub mod actor_source;
pub mod base64;
pub mod chunk;
pub mod count;
pub mod dictionary;
pub mod document;
pub mod event_table;
pub mod event_times;
pub mod field;
pub mod index;
pub mod items;
pub mod json;
pub mod language;
pub mod mask;
pub mod money;
pub mod natural;
pub mod phase;
pub mod predicate;
pub mod quality;
pub mod rate;
pub mod result;
pub mod source;
pub mod spec;
pub mod suggest;
pub mod time;
pub mod zone;
