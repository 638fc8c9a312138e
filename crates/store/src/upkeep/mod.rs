//! How is a store kept in shape: checked, compacted, freed of people to be forgotten?

pub(crate) mod actors;
mod assemble;
pub(crate) mod check;
pub(crate) mod compact;
mod forget;
pub(crate) mod ordinals;
pub(crate) mod place;
pub(crate) mod read;
mod rewrite;
mod slices;
#[cfg(test)]
mod tests;
mod texts;
mod traces;

pub use check::{CheckReport, check};
