//! The page.

use std::collections::BTreeSet;

use base64::Engine;
use kundresa_model::document::{Document, ReportFigures};
use kundresa_model::language::Language;
use kundresa_report::html;
use serde_json::Value;
use sha2::Digest;

use crate::fixture;

pub fn documents() -> [Document<ReportFigures>; 3] {
    [fixture::rich(), fixture::empty(), fixture::hostile()]
}

/// The page in English without its style sheet and its script.
fn body(document: &Document<ReportFigures>) -> String {
    body_in(document, Language::En)
}

/// The page without its style sheet and its script.
pub fn body_in(document: &Document<ReportFigures>, language: Language) -> String {
    let page = html::page(document, language);
    let (_, rest) = page.split_once("</style>").expect("a style sheet");
    let (body, rest) = rest.split_once("<script>").expect("a script");
    let (_, end) = rest.split_once("</script>").expect("the script ends");
    format!("{body}{end}")
}

/// The content of the only element of that name.
fn content<'a>(page: &'a str, element: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("<{element}>")).expect("an opening tag");
    let (content, after) = rest.split_once(&format!("</{element}>")).expect("a closing tag");
    assert!(!after.contains(&format!("<{element}")), "one {element} only");
    content
}

#[test]
fn policy_allows_exactly_the_style_sheet_and_the_script_of_the_page() {
    let page = html::page(&fixture::rich(), Language::En);
    for (source, element) in [("style-src", "style"), ("script-src", "script")] {
        let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(content(&page, element)));
        assert!(page.contains(&format!("{source} 'sha256-{hash}';")), "{element}: {hash}");
    }
}

/// Values of an attribute in the order of the page.
pub fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
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
        let json: Value = serde_json::to_value(&document).expect("serializable");
        let mut numbers = BTreeSet::new();
        collect(&json, &mut numbers);
        let page = body(&document);
        for value in attributes(&page, "data-value").into_iter().chain(attributes(&page, "data-base")) {
            assert!(numbers.contains(value), "{value}");
        }
    }
}

/// Every number, and every text, which amounts of money are.
fn collect(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Number(number) => drop(into.insert(number.to_string())),
        Value::String(text) => drop(into.insert(text.clone())),
        Value::Array(list) => list.iter().for_each(|value| collect(value, into)),
        Value::Object(fields) => fields.values().for_each(|value| collect(value, into)),
        Value::Null | Value::Bool(_) => {}
    }
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
    let page = html::page(&fixture::hostile(), Language::En);
    assert_eq!(page.matches("<script").count(), 1, "our script, not theirs");
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
    assert_eq!(page.matches("<table ").count(), page.matches("<caption>").count());
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
fn every_figure_of_the_pictures_stands_in_a_table_behind_them() {
    let page = body(&fixture::rich());
    let figures: Vec<&str> = page.split("<figure class=\"chart").skip(1).collect();
    assert!(figures.len() > 12, "{}", figures.len());
    for figure in figures {
        let figure = figure.split("</figure>").next().unwrap_or_default();
        let (picture, table) = figure.split_once("<table").unwrap_or_else(|| panic!("no table: {figure}"));
        let behind: BTreeSet<&str> = attributes(table, "data-value").into_iter().collect();
        for mark in picture.split("<rect class=\"mark").skip(1).chain(picture.split("<path class=\"mark").skip(1)) {
            let mark = mark.split('>').next().unwrap_or_default();
            assert!(mark.contains(" data-tip=\""), "{mark}");
            for value in attributes(mark, "data-value").into_iter().filter(|_| !mark.contains("data-node")) {
                assert!(behind.contains(value), "{value}: {mark}");
            }
        }
    }
}

#[test]
fn what_is_not_over_is_hatched_and_says_so() {
    let page = body(&fixture::rich());
    let hatched = page.matches("<rect class=\"mark column incomplete\" fill=\"url(#fill-incomplete)\"").count();
    // One of three days in four panels, one of two buckets in two.
    assert_eq!(hatched, 6);
    assert!(page.contains("2024-03-31: Users 1,099 (not over yet)"));
}

#[test]
fn large_figures_are_cut_and_what_is_cut_is_told() {
    let mut document = fixture::rich();
    let overview = &mut document.results.figures.overview;
    let day = overview.days[0].clone();
    overview.days = (0..5_000).map(|_| day.clone()).collect();
    let item = document.results.figures.carts.items[0].clone();
    document.results.figures.carts.items = vec![item; 5_000];
    let paths = document.results.figures.paths.as_mut().expect("paths");
    paths.tree = vec![paths.tree[4].clone(); 5_000];
    paths.variants = vec![paths.variants[0].clone(); 5_000];
    let page = body(&document);
    assert!(page.len() < 1_000_000, "{}", page.len());
    for told in
        ["The last 92 days are shown; 4,908 earlier ones", "4,975 more are in the JSON", "4,850 more are in the JSON"]
    {
        assert!(page.contains(told), "{told}");
    }
}

#[test]
fn page_can_be_looked_at() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    for (name, document) in [("rich", fixture::rich()), ("empty", fixture::empty()), ("hostile", fixture::hostile())] {
        for language in Language::ALL {
            let file = format!("report-{name}-{}.html", language.code());
            std::fs::write(folder.join(file), html::page(&document, language)).expect("writable");
        }
    }
}
