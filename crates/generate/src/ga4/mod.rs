//! How does the vendor's BigQuery export look: its columns, its JSON lines and its nested Parquet?
//!
//! One row is built as a tree of [`node::Node`]s along the column list of [`schema`]; the two writers only differ in how
//! they write a tree, so both formats hold the same rows.

pub(crate) mod json;
pub(crate) mod node;
pub(crate) mod parquet;
pub(crate) mod row;
pub(crate) mod schema;
