//! The page.

use std::collections::BTreeSet;

use kundresa_model::document::{Document, ReportFigures};
use kundresa_report::{html, json};

use crate::fixture;

fn documents() -> [Document<ReportFigures>; 3] {
    [fixture::rich(), fixture::empty(), fixture::hostile()]
}

/// The page without its style sheet.
fn body(document: &Document<ReportFigures>) -> String {
    let page = html::page(document);
    let (_, rest) = page.split_once("</style>").expect("a style sheet");
    rest.to_owned()
}

/// Values of an attribute in the order of the page.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let opening = format!(" {name}=\"");
    page.split(opening.as_str()).skip(1).map(|rest| rest.split('"').next().unwrap_or_default()).collect()
}

/// One tag per line, so that a changed figure is one changed line.
fn lines(page: &str) -> String {
    page.replace("><", ">\n<")
}

#[test]
fn rich_page() {
    insta::assert_snapshot!(lines(&body(&fixture::rich())));
}

#[test]
fn empty_page() {
    insta::assert_snapshot!(lines(&body(&fixture::empty())));
}

#[test]
fn every_data_value_is_a_number_of_the_document() {
    for document in documents() {
        let numbers = numbers(&json::document(&document).expect("serializable"));
        let page = body(&document);
        for value in attributes(&page, "data-value").into_iter().chain(attributes(&page, "data-base")) {
            assert!(numbers.contains(value) || sums(&document).contains(value), "{value}");
        }
    }
}

/// Cells of the matrix whose events have no row of their own are sums of counts.
fn sums(document: &Document<ReportFigures>) -> BTreeSet<String> {
    let matrix = kundresa_report::matrix::Matrix::of(&document.results.figures.event_transitions, 10);
    matrix.cells.iter().flatten().map(|count| count.drawn().to_string()).collect()
}

fn numbers(json: &str) -> BTreeSet<String> {
    let is_part = |character: char| character.is_ascii_digit() || character == '-';
    json.split(|character| !is_part(character)).filter(|part| !part.is_empty()).map(Into::into).collect()
}

#[test]
fn anchors_are_unique_and_every_link_has_one() {
    for document in documents() {
        let page = body(&document);
        let ids = attributes(&page, "id");
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{ids:?}");
        assert!(ids.iter().all(|id| id.chars().all(|character| character.is_ascii_alphanumeric() || character == '-')));
        for link in attributes(&page, "href").iter().filter_map(|link| link.strip_prefix('#')) {
            assert!(unique.contains(link), "{link}");
        }
        for heading in attributes(&page, "aria-labelledby").iter().flat_map(|ids| ids.split(' ')) {
            assert!(unique.contains(heading), "{heading}");
        }
    }
}

#[test]
fn names_cannot_break_out_of_the_page() {
    let page = html::page(&fixture::hostile());
    assert!(!page.contains("<script"), "no script, ours or theirs");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    let without_quotes = page.replace("&quot; onmouseover=&quot;", "");
    assert!(!without_quotes.contains("onmouseover=\""), "a quote ended an attribute");
    assert!(!page.contains(['\u{1b}', '\u{7}', '\u{202e}']));
    assert!(page.contains("שלום עולם") && page.contains("🛒 кошик 买"));
}

#[test]
fn page_asks_for_nothing_and_needs_no_inline_style() {
    for document in documents() {
        let page = body(&document);
        for forbidden in [" src=", " style=", "http:", "https:", "<link", "<script", "@import", "javascript:"] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        assert!(attributes(&page, "href").iter().all(|link| link.starts_with('#')));
        assert!(attributes(&page, "fill").iter().all(|fill| *fill == "none" || fill.starts_with("url(#fill-")));
    }
}

#[test]
fn every_table_has_a_caption_and_scoped_heads() {
    let page = body(&fixture::rich());
    assert_eq!(page.matches("<table>").count(), page.matches("<caption>").count());
    assert_eq!(page.matches("<th").count() - page.matches("<thead").count(), page.matches(" scope=\"").count());
}

#[test]
fn every_picture_is_described_or_hidden() {
    for picture in body(&fixture::rich()).split("<svg").skip(1) {
        let opening = picture.split('>').next().unwrap_or_default();
        let is_described = opening.contains("role=\"img\"") && opening.contains(" aria-label");
        assert!(is_described || opening.contains("aria-hidden=\"true\""), "{opening}");
    }
}

#[test]
fn broken_step_on_tablets_is_said_in_words() {
    let page = body(&fixture::rich());
    assert!(page.contains("tablet"));
    // 134 of 145 on tablets, 266 of 857 elsewhere: 46 would have been lost at their rate.
    assert!(page.contains("92.4 % of 145") && page.contains("31.0 % of 857"), "the two rates stand side by side");
    assert_eq!(page.matches("<td class=\"n gap\"").count(), 1, "one cell is marked");
}

#[test]
fn page_can_be_looked_at() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    for (name, document) in [("rich", fixture::rich()), ("empty", fixture::empty()), ("hostile", fixture::hostile())] {
        std::fs::write(folder.join(format!("report-{name}.html")), html::page(&document)).expect("writable");
    }
}
