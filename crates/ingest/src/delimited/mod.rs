//! How is delimited text read? Its dialect is sniffed ([`sniff`]). A stream is read record by record,
//! with line number and raw text ([`records`]); a stretch that lies in memory is split as a whole (`split`). `table` has the
//! rows of either, and `together` says where a text may be cut whose rows go on with each other.

pub mod records;
pub mod sniff;
pub(crate) mod split;
pub(crate) mod table;
mod together;
