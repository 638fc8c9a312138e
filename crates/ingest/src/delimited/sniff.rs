//! In which dialect is a delimited text written: which separator, and how many lines before the header?
//!
//! The right separator cuts most lines into the same number of fields, more than one. Lines in front that are cut into
//! fewer, or begin with `#`, are a preamble (GA4 and Clarity reports have one). In a short file that may be longer than
//! the table; then the names of columns that are known tell where the table begins.

use crate::delimited::records::RecordReader;
use crate::error::{IngestError, SUPPORTED};
use crate::input::Input;
use crate::limits::MOST_COLUMNS;
use crate::mapping::aliases;
use crate::sample::{Hints, SAMPLE_ROWS};

/// How a delimited text is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Field separator.
    pub delimiter: u8,
    /// Lines before the header.
    pub skip_lines: usize,
    /// Whether there is a header line.
    pub has_header: bool,
}

/// Header and first rows of a delimited text.
#[derive(Clone, Debug)]
pub struct DelimitedSample {
    /// Separator and preamble.
    pub dialect: Dialect,
    /// Column names, made distinct: the second `name` is `name_2`, a nameless third column `column_3`.
    pub header: Vec<String>,
    /// Names that occur more than once, with their positions from 1.
    pub duplicates: Vec<(String, Vec<usize>)>,
    /// The first rows that have as many fields as the header, not counting blank ones behind those.
    pub rows: Vec<Vec<String>>,
    /// Rows of the sample that have another number of fields.
    pub ragged: usize,
}

/// A record of the sample.
struct Cut {
    line: usize,
    fields: Vec<String>,
}

const DELIMITERS: [u8; 4] = *b",;\t|";

/// The dialect of a text and its first rows.
///
/// # Errors
/// When no separator cuts it into columns.
pub(crate) fn sample(input: &Input, text: &[u8], hints: &Hints) -> Result<DelimitedSample, IngestError> {
    let skip = hints.skip_lines.unwrap_or(0);
    let delimiter = hints.delimiter.or_else(|| best_delimiter(text, skip)).ok_or_else(|| {
        let found = "text in which neither comma, semicolon, tab nor bar separates columns";
        IngestError::Unsupported { input: input.name().to_owned(), found: found.into(), allowed: SUPPORTED }
    })?;
    let records = cut(text, delimiter, skip);
    if !hints.header.is_empty() {
        let dialect = Dialect { delimiter, skip_lines: skip, has_header: false };
        return Ok(with_header(dialect, hints.header.clone(), &records));
    }
    let at = if hints.skip_lines.is_some() { 0 } else { header_index(&records) };
    let header = records.get(at).map(|record| record.fields.clone()).unwrap_or_default();
    let skip_lines = records.get(at).map_or(skip, |record| record.line - 1);
    let dialect = Dialect { delimiter, skip_lines, has_header: true };
    Ok(with_header(dialect, header, records.get(at + 1..).unwrap_or_default()))
}

fn with_header(dialect: Dialect, header: Vec<String>, records: &[Cut]) -> DelimitedSample {
    let too_wide = header.len() > MOST_COLUMNS;
    // The caller refuses a table that is too wide; nothing is worth finding out about it.
    let duplicates = if too_wide { Vec::new() } else { duplicates(&header) };
    let header = if too_wide { header } else { distinct(header) };
    let fitting = records.iter().filter_map(|record| fitting(&record.fields, header.len()));
    let rows: Vec<Vec<String>> = fitting.take(SAMPLE_ROWS).map(<[String]>::to_vec).collect();
    let ragged = records.len().saturating_sub(rows.len());
    DelimitedSample { dialect, header, duplicates, rows, ragged }
}

/// The fields of a row that has as many as the header, without blank ones behind them.
fn fitting(fields: &[String], width: usize) -> Option<&[String]> {
    let (fields, more) = fields.split_at_checked(width)?;
    more.iter().all(|field| field.trim().is_empty()).then_some(fields)
}

/// The records of the sample; the last may be cut off and is left out if it is.
fn cut(text: &[u8], delimiter: u8, skip: usize) -> Vec<Cut> {
    let text: Box<dyn std::io::BufRead + Send> = Box::new(std::io::Cursor::new(text.to_vec()));
    let Ok(mut reader) = RecordReader::new(text, delimiter, skip) else { return Vec::new() };
    let mut records = Vec::new();
    while let Ok(Some(record)) = reader.next_record() {
        if records.len() > SAMPLE_ROWS + 50 || record.flaw.is_some() {
            break;
        }
        let fields = record.fields.iter().map(|field| String::from_utf8_lossy(field).into_owned()).collect();
        records.push(Cut { line: usize::try_from(record.line).unwrap_or(usize::MAX), fields });
    }
    records
}

/// The separator with the largest share of records of one width; ties by width, then by the order comma, semicolon, tab, bar.
fn best_delimiter(text: &[u8], skip: usize) -> Option<u8> {
    let scored = DELIMITERS.iter().enumerate().filter_map(|(rank, delimiter)| {
        let records = cut(text, *delimiter, skip);
        let table = &records[known_header(&records).unwrap_or(0)..];
        let widths: Vec<usize> =
            table.iter().filter(|record| !is_comment(record)).map(|record| record.fields.len()).collect();
        let width = common_width(&widths).filter(|width| *width > 1)?;
        let share = widths.iter().filter(|other| **other == width).count() * 1000 / widths.len();
        Some(((share, width, std::cmp::Reverse(rank)), *delimiter))
    });
    scored.filter(|((share, ..), _)| *share >= 300).max_by_key(|(score, _)| *score).map(|(_, delimiter)| delimiter)
}

fn is_comment(record: &Cut) -> bool {
    record.fields.first().is_some_and(|field| field.starts_with('#')) && aliases::known_names(&record.fields) == 0
}

/// The most frequent width; ties go to the wider.
fn common_width(widths: &[usize]) -> Option<usize> {
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    widths.iter().for_each(|width| *counts.entry(*width).or_default() += 1);
    counts.into_iter().max_by_key(|(width, count)| (*count, *width)).map(|(width, _)| width)
}

/// Records among which the header is.
const FRONT: usize = 50;

/// Which record is the header: the first whose cells are not mostly blank, unless it is narrower than the data and no two
/// of its cells are known names. A later one that is wider than what stands before it and has more known names is taken
/// in its place.
fn header_index(records: &[Cut]) -> usize {
    let widths: Vec<usize> =
        records.iter().filter(|record| !is_comment(record)).map(|record| record.fields.len()).collect();
    let Some(width) = common_width(&widths) else { return 0 };
    let is_wide = |record: &Cut| {
        !is_comment(record) && (record.fields.len() >= width || aliases::known_names(&record.fields) >= 2)
    };
    let front = || records.iter().take(FRONT);
    let named = front().position(|record| is_wide(record) && filled(record) * 2 > record.fields.len());
    let first = named.or_else(|| front().position(is_wide)).unwrap_or(0);
    let known = |index: usize| records.get(index).map_or(0, |record| aliases::known_names(&record.fields));
    known_header(records).filter(|index| known(*index) > known(first)).unwrap_or(first)
}

/// The first record with two known names that has more cells than any before it fills.
fn known_header(records: &[Cut]) -> Option<usize> {
    let mut before = 0;
    records.iter().take(FRONT).position(|record| {
        let is_header =
            !is_comment(record) && record.fields.len() > before && aliases::known_names(&record.fields) >= 2;
        before = before.max(filled(record));
        is_header
    })
}

/// How many cells of a record are not blank.
fn filled(record: &Cut) -> usize {
    record.fields.iter().filter(|field| !field.trim().is_empty()).count()
}

fn duplicates(header: &[String]) -> Vec<(String, Vec<usize>)> {
    let mut positions = Vec::<(String, Vec<usize>)>::new();
    for (index, name) in header.iter().map(|name| name.trim()).enumerate().filter(|(_, name)| !name.is_empty()) {
        match positions.iter_mut().find(|(known, _)| known == name) {
            Some((_, found)) => found.push(index + 1),
            None => positions.push((name.to_owned(), vec![index + 1])),
        }
    }
    positions.retain(|(_, found)| found.len() > 1);
    positions
}

fn distinct(header: Vec<String>) -> Vec<String> {
    let mut names = Vec::<String>::with_capacity(header.len());
    let given: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
    for (index, name) in given.iter().enumerate() {
        let name = if name.is_empty() { format!("column_{}", index + 1) } else { name.clone() };
        let mut unique = name.clone();
        let mut number = 2;
        while names.contains(&unique) || (unique != name && given.contains(&unique)) {
            unique = format!("{name}_{number}");
            number += 1;
        }
        names.push(unique);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sniff(text: &str) -> DelimitedSample {
        sample(&Input::memory("x", text.to_owned()), text.as_bytes(), &Hints::default()).unwrap()
    }

    #[test]
    fn separator_shows_in_equal_widths() {
        for (text, delimiter) in [
            ("a,b,c\n1,2,3\n", b','),
            ("a;b;c\n1,5;2,5;3,5\n", b';'),
            ("a\tb\n1,2\t3\n", b'\t'),
            ("a|b\n1|2\n", b'|'),
            ("user_id,note\n1,\"x;y;z\"\n2,\"p;q;r\"\n", b','),
        ] {
            assert_eq!(sniff(text).dialect.delimiter, delimiter, "{text}");
        }
        let text = "just a line\nand another\n";
        assert!(sample(&Input::memory("x", text.to_owned()), text.as_bytes(), &Hints::default()).is_err());
    }

    #[test]
    fn preamble_is_passed_over() {
        let ga4 =
            "# -----\n# Events: Event name\n#\n# Start date: 20250201\n# -----\nEvent name,Event count\nx,1\ny,2\n";
        assert_eq!((sniff(ga4).dialect.skip_lines, sniff(ga4).header[0].as_str()), (5, "Event name"));
        let clarity = "Project name,Shop\nDate range,\"1, 2\"\n\nuser_id,event,timestamp,page\n1,a,2024-01-01,/\n2,b,2024-01-02,/x\n";
        let clarity = sniff(clarity);
        assert_eq!((clarity.dialect.skip_lines, clarity.rows.len()), (3, 2));
        let excel = "# -----,,,\n# x,,,\nDate,Event,User,Page\n1,2,3,4\n1,2,3,4\n";
        assert_eq!(sniff(excel).dialect.skip_lines, 2);
    }

    #[test]
    fn preamble_longer_than_its_table_is_passed_over() {
        let table = "time,user_id,event,page\n2024-01-31,u1,view,/a\n2024-01-31,u2,view,/b\n";
        for (preamble, lines) in [
            ("Events\n".to_owned(), 1),
            ("Line\n".repeat(5), 5),
            ("Line\n".repeat(7), 7),
            ("Line\n".repeat(9), 9),
            ("Report,x\nFrom,2024-01-01\nTo,\"a, b\"\n\nMade by,me\n".to_owned(), 5),
            ("My report,,,\nFrom 2024,,,\n,,,\n".to_owned(), 3),
        ] {
            let sample = sniff(&format!("{preamble}{table}"));
            let found = (sample.dialect.delimiter, sample.dialect.skip_lines, sample.rows.len());
            assert_eq!(found, (b',', lines, 2), "{preamble}");
            let semicolons = sniff(&format!("{preamble}{}", table.replace(',', ";")));
            assert_eq!((semicolons.dialect.delimiter, semicolons.dialect.skip_lines), (b';', lines), "{preamble}");
        }
    }

    #[test]
    fn known_words_in_rows_make_no_header() {
        let sample = sniff("what,where\nevent,user\npage,session\n");
        assert_eq!((sample.dialect.skip_lines, sample.rows.len()), (0, 2));
    }

    #[test]
    fn header_wider_than_every_row_stays_the_header() {
        let sample = sniff("user_id,event,timestamp,extra\n1,a,2024-01-01\n2,b,2024-01-02\n");
        assert_eq!((sample.header.len(), sample.rows.len(), sample.ragged), (4, 0, 2));
    }

    #[test]
    fn blank_fields_behind_the_header_say_nothing() {
        let sample = sniff("user_id\tevent\ttime\n1\ta\t2\t\t\n1\ta\t2\t \tx\n");
        assert_eq!((sample.header.len(), sample.rows.len(), sample.ragged), (3, 1, 1));
    }

    #[test]
    fn repeated_and_empty_names_become_distinct() {
        let sample = sniff("a,b,a,,a_2,a\n1,2,3,4,5,6\n");
        assert_eq!(sample.header, ["a", "b", "a_3", "column_4", "a_2", "a_4"]);
        assert_eq!(sample.duplicates, [("a".to_owned(), vec![1, 3, 6])]);
        assert_eq!(sniff("p,p\n1,2\n").header, ["p", "p_2"]);
    }

    proptest! {
        #[test]
        fn what_a_writer_wrote_is_sniffed(
            delimiter in prop::sample::select(DELIMITERS.to_vec()),
            rows in prop::collection::vec(prop::collection::vec("[a-zA-Z0-9 .:,;|\t\"\n-]{0,12}", 4), 4..30),
        ) {
            let mut writer = csv::WriterBuilder::new().delimiter(delimiter).quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
            writer.write_record(["user_id", "event", "timestamp", "page"]).unwrap();
            rows.iter().for_each(|row| writer.write_record(row).unwrap());
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let sample = sniff(&text);
            prop_assert_eq!(sample.dialect.delimiter, delimiter);
            prop_assert_eq!(sample.rows, rows);
        }

        #[test]
        fn arbitrary_bytes_never_panic(text in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = sample(&Input::memory("x", text.clone()), &text, &Hints::default());
        }
    }
}
