//! What does the page say, in every language?
//!
//! One file per section. A file is a list of constants made by `texts!`; `every.rs` reads all lists, and fails if a file is
//! not among them.

#[cfg(test)]
mod every;

pub mod cards;
pub mod carts;
pub mod cell;
pub mod chart;
pub mod common;
pub mod configuration;
pub mod facts;
pub mod front;
pub mod funnel;
pub mod funnel_after;
pub mod funnel_segments;
pub mod funnel_times;
pub mod glossary;
pub mod headline;
pub mod heat;
pub mod inputs;
pub mod overlap;
pub mod overview;
pub mod page;
pub mod paths;
pub mod phases;
pub mod quality;
pub mod sankey;
pub mod sessions;
pub mod settings;
pub mod signals;
pub mod transitions;
pub mod words;
