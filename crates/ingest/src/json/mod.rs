//! How is JSON read without losing a digit?
//!
//! A pull scanner over text ([`scan`]), flattening with dots ([`flatten`]) and objects out of lines or one array ([`records`]).

pub mod flatten;
pub mod records;
pub mod scan;
