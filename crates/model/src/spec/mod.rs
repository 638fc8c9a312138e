//! What is asked: sessions, phases, funnels, scopes. Plain data that the configuration and the options both fill.

pub mod asks;
pub mod behaviour;
pub mod calendar;
pub mod carts;
pub mod funnel;
pub mod overview;
pub mod paths;
pub mod personas;
pub mod phases;
pub mod request;
pub mod sample;
pub mod scope;
pub mod sessions;
pub mod signals;
