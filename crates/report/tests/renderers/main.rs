//! Every renderer on results made by hand.

mod carts;
mod fixture;
mod json;
mod languages;
mod page;
mod paths;
mod screen;
mod sections;
