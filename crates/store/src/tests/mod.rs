//! What must hold of a load: the worked cases of `docs/semantics.md`, the total order, and sameness on any number of
//! threads, for inputs cut anywhere, and against a slow obvious version.

mod cases;
mod reference;
mod sameness;
mod support;
