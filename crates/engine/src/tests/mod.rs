//! What must hold of a run: the same bytes however it is carried out, the right data end, and the right events left out.

mod cases;
mod funnel_people;
mod people;
mod predicates;
mod sameness;
mod signals;
mod support;
