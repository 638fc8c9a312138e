//! What must hold of a load: the worked cases of `docs/semantics.md`, the total order, and sameness on any number of
//! threads, for inputs cut anywhere, and against a slow obvious version.

mod block_support;
mod blocks;
mod cases;
mod reference;
mod sameness;
mod stores;
mod support;
