//! Which tables does the text of a report hold?
//!
//! Lines that begin with `#` say what the report is and which days it spans; a blank line or new lines of that kind begin
//! another table. Totals stand in a row whose dimensions are blank, in explorations with one field more than the header
//! (`Grand total`). Spreadsheets pad all lines with commas.

use std::io::Read;

use csv::{ReaderBuilder, StringRecord};

use super::words::{Figure, is_dimension};
use super::{ReferenceRow, ReferenceTable};
use crate::container::open_text;
use crate::error::{IngestError, read_error};
use crate::input::Input;
use crate::limits::{LimitReached, limited};

/// Largest report that is read.
pub(super) const MOST_BYTES: u64 = 64 << 20;
/// Most lines of a preamble.
const PREAMBLE: usize = 20;

/// Whether a text begins as a report of the GA4 interface does.
pub(crate) fn is_report(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&text[..text.len().min(8 << 10)]);
    let mut lines = text.trim_start_matches('\u{feff}').lines().filter(|line| !line.trim().is_empty());
    if !lines.next().is_some_and(|line| comment(line).is_some_and(is_rule)) {
        return false;
    }
    let rest: Vec<&str> = lines.take(PREAMBLE).collect();
    let has_period = rest.iter().filter_map(|line| comment(line)).any(|line| period(line) != [None, None]);
    let header = rest.iter().find(|line| comment(line).is_none());
    has_period || header.is_some_and(|line| line.split(',').any(|name| Figure::of_column(name).is_some()))
}

/// The tables of a report, which may be compressed as any input.
///
/// # Errors
/// When it can't be read, is no text, or holds no table with a figure.
pub fn read(input: &Input) -> Result<Vec<ReferenceTable>, IngestError> {
    let mut bytes = Vec::new();
    let read = open_text(input)?.0.take(MOST_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|cause| read_error(input.name(), 0, cause))?;
    if bytes.len() as u64 > MOST_BYTES {
        let what = format!("it is larger than {} MiB, the limit of a report", MOST_BYTES >> 20);
        return Err(limited(input.name(), LimitReached { what, hint: "a log of events is read as INPUT" }));
    }
    parse(input.name(), &String::from_utf8_lossy(&bytes))
}

/// The tables of a report. `name` is what it is called where it does not say.
///
/// # Errors
/// When it holds no table with a figure.
pub fn parse(name: &str, text: &str) -> Result<Vec<ReferenceTable>, IngestError> {
    let mut tables = Vec::new();
    let mut about = About { report: name.to_owned(), ..About::default() };
    let mut block = Vec::<(u64, &str)>::new();
    let mut was_comment = false;
    for (number, line) in (1_u64..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let content = comment(line);
        if content.is_some() || line.trim_matches([',', ' ', '\t']).is_empty() {
            tables.extend(table(&about, &std::mem::take(&mut block)));
        } else {
            block.push((number, line));
        }
        if let Some(content) = content {
            about.take(content, !was_comment);
        }
        was_comment = content.is_some() || (was_comment && line.trim().is_empty());
    }
    tables.extend(table(&about, &block));
    if tables.is_empty() {
        return Err(IngestError::Unsupported {
            input: name.to_owned(),
            found: "no table of figures".to_owned(),
            allowed: "a CSV export of a GA4 report or exploration",
        });
    }
    Ok(tables)
}

/// What a line says behind its `#`, without the commas of spreadsheets.
fn comment(line: &str) -> Option<&str> {
    let content = line.trim().trim_matches('"').strip_prefix('#')?;
    Some(content.trim_end_matches([',', ' ', '"']).trim())
}

fn is_rule(line: &str) -> bool {
    line.len() > 4 && line.bytes().all(|byte| byte == b'-')
}

/// What the lines in front of a table say.
#[derive(Clone, Debug, Default)]
struct About {
    report: String,
    start: Option<String>,
    end: Option<String>,
    /// Lines since the last rule that may be a name.
    names: Vec<String>,
}

impl About {
    fn take(&mut self, line: &str, is_first: bool) {
        if is_first {
            self.names.clear();
        }
        match period(line) {
            [None, None] if line.is_empty() || is_rule(line) => {}
            [None, None] => {
                self.names.push(line.to_owned());
                self.report = self.name();
            }
            [start, end] => {
                self.start = start.or(self.start.take());
                self.end = end.or(self.end.take());
            }
        }
    }

    /// A report says its name first, an exploration second, after the property's.
    fn name(&self) -> String {
        let is_exploration = self.names.get(1).is_some_and(|line| !line.starts_with("Account:"));
        let at = usize::from(is_exploration && !self.names[0].contains(':') && self.names[1] != "All Users");
        self.names[at].clone()
    }
}

/// First and last day that a line names.
fn period(line: &str) -> [Option<String>; 2] {
    if let Some((_, day)) = line.split_once(": ").filter(|(key, _)| key.eq_ignore_ascii_case("start date")) {
        return [day_of(day), None];
    }
    if let Some((_, day)) = line.split_once(": ").filter(|(key, _)| key.eq_ignore_ascii_case("end date")) {
        return [None, day_of(day)];
    }
    match line.split_once('-').map(|(start, end)| [day_of(start), day_of(end)]) {
        Some([Some(start), Some(end)]) => [Some(start), Some(end)],
        _ => [None, None],
    }
}

/// `20240131` as `2024-01-31`.
pub(super) fn day_of(text: &str) -> Option<String> {
    let text = text.trim();
    let is_day = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_day.then(|| format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]))
}

/// The table that some lines make up, if it has a figure.
fn table(about: &About, lines: &[(u64, &str)]) -> Option<ReferenceTable> {
    let (header, rows) = lines.split_first()?;
    let names = fields(header.1)?;
    let records: Vec<(u64, StringRecord)> =
        rows.iter().map(|(number, line)| (*number, fields(line).unwrap_or_default())).collect();
    let width = (0..names.len()).rfind(|at| names.get(*at).is_some_and(|name| !name.is_empty()))? + 1;
    let names: Vec<String> = names.iter().take(width).map(str::to_owned).collect();
    let metrics_at = metrics_at(&names, &records);
    let (dimensions, metrics) = names.split_at(metrics_at);
    let mut table = ReferenceTable {
        report: about.report.clone(),
        start: about.start.clone(),
        end: about.end.clone(),
        dimensions: dimensions.to_vec(),
        metrics: metrics.to_vec(),
        ..ReferenceTable::default()
    };
    records.iter().for_each(|(number, record)| take_row(&mut table, *number, record));
    table.metrics.iter().any(|name| Figure::of_column(name).is_some()).then_some(table)
}

fn fields(line: &str) -> Option<StringRecord> {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(line.as_bytes());
    reader.records().next()?.ok()
}

/// Where figures begin: at the first column from which on all names are those of figures or all cells are numbers.
fn metrics_at(names: &[String], records: &[(u64, StringRecord)]) -> usize {
    let is_metric = |at: &usize| {
        let name = &names[*at];
        let mut cells = records.iter().filter_map(|(_, record)| record.get(*at)).filter(|cell| !cell.trim().is_empty());
        Figure::of_column(name).is_some()
            || (!is_dimension(name) && records.iter().any(|(_, record)| record.get(*at).is_some()))
                && cells.all(|cell| number(cell).is_some())
    };
    names.len() - (0..names.len()).rev().take_while(is_metric).count()
}

fn take_row(table: &mut ReferenceTable, line: u64, record: &StringRecord) {
    let (dimensions, width) = (table.dimensions.len(), table.dimensions.len() + table.metrics.len());
    let is_padded = record.iter().skip(width).all(|field| field.trim().is_empty());
    let is_grand = record.len() == width + 1 && record.get(width).is_some_and(is_total);
    if record.len() < width || !(is_padded || is_grand) {
        return table.unread_lines.push(line);
    }
    let metrics: Vec<Option<f64>> = record.iter().skip(dimensions).take(width - dimensions).map(number).collect();
    let values: Vec<String> = record.iter().take(dimensions).map(|value| value.trim().to_owned()).collect();
    let is_blank = dimensions > 0 && values.iter().all(|value| value.is_empty() || is_total(value));
    if is_grand || is_blank {
        table.totals.get_or_insert(metrics);
    } else {
        table.rows.push(ReferenceRow { dimensions: values, metrics });
    }
}

fn is_total(field: &str) -> bool {
    ["grand total", "total", "totals"].iter().any(|word| field.trim().eq_ignore_ascii_case(word))
}

/// `1234.5`, `1,234`, or `12.5%` as a fraction.
pub(super) fn number(cell: &str) -> Option<f64> {
    let cell = cell.trim();
    let (cell, scale) = cell.strip_suffix('%').map_or((cell, 1.0), |cell| (cell, 100.0));
    let plain: String = cell.chars().filter(|character| *character != ',').collect();
    let starts = plain.trim_start_matches('-').starts_with(|first: char| first.is_ascii_digit());
    plain.parse::<f64>().ok().filter(|number| starts && number.is_finite()).map(|number| number / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "\
# ----------------------------------------
# Events: Event name
# Account: Shop
# Property: Shop
# ----------------------------------------
# 
# All Users
# Start date: 20240301
# End date: 20240307
Event name,Event count,Total users,Event count per active user,Total revenue
page_view,\"1,234\",500,2.468,0
\"my, event\",5,4,1.25,0
(other),7,7,1,0";

    #[test]
    fn a_report_says_what_it_is_and_which_days_it_spans() {
        let tables = parse("events.csv", REPORT).unwrap();
        let [table] = tables.as_slice() else { panic!("{tables:?}") };
        assert_eq!(table.report, "Events: Event name");
        assert_eq!((table.start.as_deref(), table.end.as_deref()), (Some("2024-03-01"), Some("2024-03-07")));
        assert_eq!((table.dimensions.as_slice(), table.metrics.len()), (["Event name".to_owned()].as_slice(), 4));
        assert_eq!(table.rows[0].metrics[..2], [Some(1234.0), Some(500.0)]);
        assert_eq!(table.rows[1].dimensions, ["my, event"]);
        assert!(table.totals.is_none() && table.unread_lines.is_empty());
    }

    #[test]
    fn an_exploration_has_its_totals_first_with_one_field_more() {
        let text = "# ----------------------------------------\r\n# shop - GA4\r\n# 1st exploration-Free form 1\r\n# 20240301-20240307\r\n# ----------------------------------------\r\n\r\n\
            App-instance ID,Stream name,Event count,Total users\r\n,,48,3,Grand total\r\n7292.168,web,42,1\r\nx,web\r\n";
        let tables = parse("download.csv", text).unwrap();
        assert_eq!(tables[0].report, "1st exploration-Free form 1");
        assert_eq!(tables[0].start.as_deref(), Some("2024-03-01"));
        assert_eq!(tables[0].totals, Some(vec![Some(48.0), Some(3.0)]));
        assert_eq!((tables[0].rows.len(), tables[0].unread_lines.as_slice()), (1, [10].as_slice()));
        assert_eq!(tables[0].rows[0].dimensions, ["7292.168", "web"]);
    }

    #[test]
    fn an_overview_has_several_tables() {
        let text = "# ----------------------------------------\n# Reports snapshot\n# Account: A\n# Property: P\n# ----------------------------------------\n\n# Start date: 20240301\n# End date: 20240302\nNth day,Active users\n0000,5\n0001,7\n\n# Start date: 20240301\n# End date: 20240302\nCountry,Active users\nSweden,9\n\nEvent name,Event count\nscroll,4\n";
        let tables = parse("snapshot.csv", text).unwrap();
        let dimensions: Vec<_> = tables.iter().map(|table| table.dimensions.join(" ")).collect();
        assert_eq!(dimensions, ["Nth day", "Country", "Event name"]);
        assert!(tables.iter().all(|table| table.report == "Reports snapshot" && table.start.is_some()));
    }

    #[test]
    fn commas_of_spreadsheets_and_stripped_preambles_make_no_difference() {
        let padded = "# ------------------,,,,,\r\nDate + hour (YYYYMMDDHH),Event count,,,,\r\n2024041623,7,,,,\r\n";
        let tables = parse("a.csv", padded).unwrap();
        assert_eq!((tables[0].dimensions.len(), tables[0].rows[0].metrics[0]), (1, Some(7.0)));
        assert!(is_report(padded.as_bytes()));
        let stripped = parse("a.csv", "Date,Sessions\n20240301,7\nTotal,7\n").unwrap();
        assert_eq!(
            (stripped[0].report.as_str(), stripped[0].totals.as_deref()),
            ("a.csv", Some([Some(7.0)].as_slice()))
        );
    }

    #[test]
    fn only_reports_are_taken_for_reports() {
        assert!(is_report(REPORT.as_bytes()));
        for text in ["user_id,event_name\n1,a\n", "# a comment\nuser_id,event_name\n", "# -----\nuser_id,event_name\n"]
        {
            assert!(!is_report(text.as_bytes()), "{text}");
            assert!(parse("x", text).is_err());
        }
    }
}
