//! Every renderer on results made by hand.

mod carts;
mod fixture;
mod json;
mod page;
mod screen;
