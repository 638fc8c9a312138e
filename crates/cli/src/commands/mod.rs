//! One file per command: load, call, render.

pub mod analysis;
pub mod export;
pub mod forget;
pub mod funnel;
pub mod generate;
pub mod init;
pub mod inspect;
pub mod load;
pub mod report;
pub mod schema;
pub mod shell;
pub mod store;
