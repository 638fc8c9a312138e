//! How do a store, and what was done to it, look on a terminal and to programs?

mod change;
mod facts;
mod show;

pub use change::{checked, compacted, forgotten, loaded};
pub use facts::StoreFacts;
pub use show::show;

use kundresa_report::terminal::Block;

/// A row of terms.
fn term(about: &str, text: String) -> (String, String) {
    (about.to_owned(), text)
}

/// Terms under a heading.
fn terms(heading: String, rows: Vec<(String, String)>) -> Block {
    Block::Terms { heading, rows }
}
