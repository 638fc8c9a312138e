//! Stores that were loaded, compacted and made to forget in any order, against one load of what is left.

mod always_the_same;
mod cases;
mod reference;
mod support;
mod tampering;
