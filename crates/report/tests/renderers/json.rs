//! The document for programs.

use kundresa_model::document::{Document, ReportFigures};

use crate::fixture;

#[test]
fn document_ends_with_a_newline_and_reads_back_equal() {
    for document in [fixture::rich(), fixture::empty(), fixture::hostile()] {
        let text = kundresa_report::json::document(&document).expect("serializable");
        assert!(text.starts_with("{\n  \"results\": {\n    \"schema_version\": 1,") && text.ends_with("}\n"));
        let back: Document<ReportFigures> = serde_json::from_str(&text).expect("reads back");
        assert_eq!(back, document);
    }
}
