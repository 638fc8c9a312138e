//! How are results shown to people?
//!
//! Input are the result types of `kundresa-model` only; every function returns a text and nothing here prints.
//! [`terminal`] makes tables for a screen, [`html`] one offline page, [`mod@json`] the document for programs.
//! [`mod@format`], [`locale`], [`words`] and [`vocabulary`] are the only places where a number or a key becomes a text.

pub mod facts;
pub mod findings;
pub mod format;
pub mod html;
pub mod json;
pub mod locale;
pub mod matrix;
pub mod phase_names;
pub mod terminal;
pub mod vocabulary;
pub mod words;
