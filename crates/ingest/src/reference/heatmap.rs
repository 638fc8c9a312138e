//! Which elements of a page were clicked, as a heatmap counts them?
//!
//! Heatmaps of Hotjar and Clarity are exported as a table with an element and its clicks per line, some below lines about
//! the project. They hold sums and nobody's identifier, and nobody has documented them: columns are taken by their names
//! (unverified). The page is told by a column, by a line above the table, or by whoever gives the file.

use std::io::Read;

use csv::{ReaderBuilder, StringRecord};

use super::parse::{MOST_BYTES, number};
use super::{ReferenceRow, ReferenceTable};
use crate::container::open_text;
use crate::error::{IngestError, read_error};
use crate::input::Input;
use crate::limits::{LimitReached, limited};
use crate::page::path_of;

const ELEMENTS: [&str; 7] =
    ["Selector", "CSS selector", "Element selector", "HTML element", "Element", "Element name", "Button"];
const CLICKS: [&str; 8] = [
    "Clicks",
    "Click count",
    "Number of clicks",
    "No. of clicks",
    "Total clicks",
    "Taps",
    "No. of taps",
    "Clicks/taps",
];
const PAGES: [&str; 6] = ["URL", "Page URL", "Page", "Heatmap URL", "Visited URL", "Visited page"];

/// Clicks by page and element, in the order of the file. `page` is where the file does not say it.
///
/// # Errors
/// When it can't be read, or has no column of elements and one of clicks.
pub fn read(input: &Input, page: Option<&str>) -> Result<ReferenceTable, IngestError> {
    let mut bytes = Vec::new();
    let read = open_text(input)?.0.take(MOST_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|cause| read_error(input.name(), 0, cause))?;
    if bytes.len() as u64 > MOST_BYTES {
        let what = format!("it is larger than {} MiB, the limit of a report", MOST_BYTES >> 20);
        return Err(limited(input.name(), LimitReached { what, hint: "a log of events is read as INPUT" }));
    }
    let text = String::from_utf8_lossy(&bytes);
    let found = [b',', b';', b'\t'].into_iter().find_map(|delimiter| parse(&text, delimiter, page));
    let mut table = found.ok_or_else(|| IngestError::Unsupported {
        input: input.name().to_owned(),
        found: "no table with a column of elements and one of clicks".to_owned(),
        allowed: "a CSV export of a heatmap, with columns such as `Selector` and `Clicks`",
    })?;
    input.name().clone_into(&mut table.report);
    Ok(table)
}

/// The table, if the text has one under that delimiter.
fn parse(text: &str, delimiter: u8, page: Option<&str>) -> Option<ReferenceTable> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut records = reader.records().map_while(Result::ok);
    let mut page = page.map(str::to_owned);
    let columns = records.by_ref().find_map(|record| {
        let columns = Columns::of(&record);
        if columns.is_none() && page.is_none() {
            page = address(&record);
        }
        columns
    })?;
    let mut table = ReferenceTable {
        dimensions: ["page", "element"].map(str::to_owned).to_vec(),
        metrics: vec!["clicks".to_owned()],
        ..ReferenceTable::default()
    };
    for record in records {
        let line = line_of(&record, text);
        let cell = |column: usize| record.get(column).map(str::trim).unwrap_or_default();
        let (element, clicks) = (cell(columns.element), number(cell(columns.clicks)));
        let own = columns.page.map(cell).filter(|page| !page.is_empty()).map(|page| path_of(page).to_owned());
        match clicks {
            _ if record.iter().all(|field| field.trim().is_empty()) => {}
            Some(clicks) if !element.is_empty() => table.rows.push(ReferenceRow {
                dimensions: vec![own.or_else(|| page.clone()).unwrap_or_default(), element.to_owned()],
                metrics: vec![Some(clicks)],
            }),
            _ => table.unread_lines.push(line),
        }
    }
    Some(table)
}

/// The line where a record begins; its position is in front of the blank lines before it.
fn line_of(record: &StringRecord, text: &str) -> u64 {
    let Some(position) = record.position() else { return 0 };
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n').count();
    position.line() + blank as u64
}

/// Places of the columns that are read.
struct Columns {
    element: usize,
    clicks: usize,
    page: Option<usize>,
}

impl Columns {
    fn of(header: &StringRecord) -> Option<Self> {
        let place = |names: &[&str]| {
            header.iter().position(|cell| names.iter().any(|name| cell.trim().eq_ignore_ascii_case(name)))
        };
        Some(Self { element: place(&ELEMENTS)?, clicks: place(&CLICKS)?, page: place(&PAGES) })
    }
}

/// The page that a line above the table names.
fn address(record: &StringRecord) -> Option<String> {
    let is_named = record
        .get(0)
        .is_some_and(|key| PAGES.iter().any(|name| key.trim().trim_end_matches(':').eq_ignore_ascii_case(name)));
    let value = record.iter().skip(1).map(str::trim).find(|value| !value.is_empty())?;
    let is_address = value.starts_with("https://") || value.starts_with("http://");
    (is_address || (is_named && value.starts_with('/'))).then(|| path_of(value).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, page: Option<&str>) -> Vec<String> {
        let table = read(&Input::memory("h.csv".to_owned(), text.as_bytes().to_vec()), page).unwrap();
        let row = |row: &ReferenceRow| format!("{} {}", row.dimensions.join(" "), row.metrics[0].unwrap());
        table.rows.iter().map(row).chain(table.unread_lines.iter().map(|line| format!("line {line}"))).collect()
    }

    #[test]
    fn clicks_are_read_by_page_and_element() {
        let plain = "Selector,Clicks,%\n#buy,\"1,120\",44\n.nav,80,30\n\n,7,1\n#x,many,2\n";
        assert_eq!(rows(plain, Some("/cart")), ["/cart #buy 1120", "/cart .nav 80", "line 5", "line 6"]);
        assert_eq!(rows(plain, None)[0], " #buy 1120");
        let above = "\u{feff}\"Project name\",\"Shop\"\n\"URL\",\"https://shop.example.com/cart?a=1\"\n\n\"Rank\",\"Element\",\"No. of clicks\"\n1,Buy,12\n";
        assert_eq!(rows(above, None), ["/cart Buy 12"]);
        assert_eq!(rows("Page URL;Element;Taps\nhttps://a/b#c;Buy;3\n", Some("/else")), ["/b Buy 3"]);
    }

    #[test]
    fn what_is_no_heatmap_is_refused() {
        let error = read(&Input::memory("e.csv".to_owned(), b"user_id,event\nu,a\n".to_vec()), None).unwrap_err();
        assert!(error.to_string().contains("e.csv") && error.to_string().contains("heatmap"), "{error}");
    }
}
