//! What is asked: sessions, phases, funnels, scopes. Plain data that the configuration and the options both fill.

pub mod funnel;
pub mod phases;
pub mod request;
pub mod scope;
pub mod sessions;
