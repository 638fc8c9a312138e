//! One file per command: load, call, render.

pub mod analysis;
pub mod ask;
pub mod bench;
pub mod by_page;
pub mod carts;
pub mod explain_phases;
pub mod export;
pub mod forget;
pub mod funnel;
pub mod funnel_people;
pub mod generate;
pub mod init;
pub mod inspect;
pub mod load;
pub mod overview;
pub mod paths;
pub mod phases;
pub mod reconcile;
pub mod report;
pub mod schema;
pub mod shell;
pub mod snapshots;
pub mod store;
pub mod transitions;
