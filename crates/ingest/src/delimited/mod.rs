//! How is delimited text read? Its dialect is sniffed ([`sniff`]); its records keep line number and raw text ([`records`]).

pub mod records;
pub mod sniff;
