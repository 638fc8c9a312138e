//! How is delimited text read? Its dialect is sniffed ([`sniff`]). A stream is read record by record,
//! with line number and raw text ([`records`]); a stretch that lies in memory is split as a whole (`split`).

pub mod records;
pub mod sniff;
pub(crate) mod split;
