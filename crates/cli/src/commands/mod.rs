//! One file per command: load, call, render.

pub mod analysis;
pub mod export;
pub mod funnel;
pub mod generate;
pub mod init;
pub mod inspect;
pub mod report;
pub mod schema;
pub mod shell;
