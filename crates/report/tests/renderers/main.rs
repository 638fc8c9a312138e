//! Every renderer on results made by hand.

mod fixture;
mod json;
mod page;
mod screen;
