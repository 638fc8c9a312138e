//! Tables that are read column by column say what the same tables say row by row.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

mod support;

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use kundresa_ingest::IngestConfig;
use proptest::prelude::*;
use support::{Event, Folder, Report, config, gzip, parquet_of, read_of};

use kundresa_model::source::Wanted;

const NAMES: [&str; 17] = [
    "t",
    "t2",
    "name",
    "user",
    "device_id",
    "mail",
    "id",
    "url",
    "page",
    "page2",
    "src",
    "med",
    "amount",
    "agent",
    "robot",
    "order",
    "n",
];

/// Cells of a row, one per name, and a note that nothing reads.
type Row = Vec<&'static str>;

fn cells(index: usize) -> &'static [&'static str] {
    match index {
        0 => &[
            "2024-01-31 10:00:00",
            "2024-02-01T07:30:00.5Z",
            "2024-02-01 23:59:59",
            "2024-02-03",
            "soon",
            "",
            " null ",
        ],
        1 => &["", "", "2024-03-01 00:00:00", "later"],
        2 => &[
            "view",
            "view",
            " buy ",
            "email_sent",
            "session_start",
            "(not set)",
            "",
            "a name of more than twenty-four bytes",
        ],
        3 | 4 => &["u1", "u2", " u3", "guest", "null", "0", "", "a-user-of-more-than-twenty-four-bytes"],
        5 => &["", "a@b.example", "none"],
        6 => &["", "e1", "e2", " e3 ", "undefined"],
        7 => &[
            "",
            "https://shop.example/cart?utm_source=mail&utm_medium=e%20mail",
            "/p/2#x",
            "/p/1?utm_campaign=c",
            "null",
        ],
        8 => &["", "/", "/p/1", "/p/2?x=1", "https://shop.example/p/3", "(not set)", "  /cart", "home\u{e5}"],
        9 => &["", "/other", "null"],
        10 => &["google", "(direct)", "Null", "", " mail\t"],
        11 => &["", "cpc", "(none)", "organic"],
        12 => &["1.50", "", "x", "-3", "1e3", "0.0000005", "nan", "1.234,50", " 7 "],
        13 => &["", "curl/8.4.0", "Mozilla/5.0 (X11; Linux x86_64) Firefox/120"],
        14 => &["", "true", "0", "perhaps", "null"],
        15 => &["", "o-1", "o-2", "0", "null"],
        _ => &["", "1", "2", " 3 ", "x", "9223372036854775808"],
    }
}

fn row() -> impl Strategy<Value = Row> {
    (0..NAMES.len()).map(|index| prop::sample::select(cells(index).to_vec())).collect::<Vec<_>>()
}

/// Ways to read the columns; with `note` for what nobody maps.
fn configs() -> [IngestConfig; 4] {
    let read = |columns: &str, more: &str| {
        config(&format!(
            "source_time_zone = \"Europe/Stockholm\"\n[pages]\ntemplates = [\"/p/:id\"]\n[[sources]]\nname = \"shop\"\n\
             {more}\ncolumns = {{ {columns} }}\n"
        ))
    };
    let iso = "time = { column = \"t\", format = \"iso\" }";
    let all = "event = \"name\", user_id = \"user\", anonymous_id = \"device_id\", email = \"mail\", event_id = \"id\", \
               page_url = \"url\", page = \"page\", source = \"src\", medium = \"med\", value = \"amount\", \
               user_agent = \"agent\", bot = \"robot\", order_id = \"order\"";
    let few = "event = \"name\", user_id = \"user\", page_url = \"url\", value = \"amount\"";
    let several = "time = [\"t2\", \"t\"], event = \"name\", user_id = [\"user\", \"device_id\"], page = [\"page2\", \"page\"], \
                   source = [\"src\", \"med\"], value = \"amount\", event_id = [\"id\", \"order\"]";
    [
        read(all, &format!("{iso}\nsequence = [\"n\"]\ndecimal_comma = false")),
        read(few, &format!("{iso}\nproperties = {{ brand = \"src\", own = \"order\" }}\ndecimal_comma = true")),
        read(several, "time = { format = \"iso\" }\nsequence = [\"n\", \"amount\"]\ndecimal_comma = false"),
        read("user_id = \"user\", page = \"page\"", &format!("{iso}\nevent = \"visit\"")),
    ]
}

fn csv(rows: &[Row]) -> Vec<u8> {
    let quoted = |cell: &str| match cell.contains([',', '"', '\n']) || cell.starts_with("/p") {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    };
    let mut text = format!("{},note\n", NAMES.join(","));
    for (number, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
        let note = if number.is_multiple_of(7) { "\"say \"\"hi\"\"\"" } else { "" };
        let line = if number % 11 == 5 {
            format!("{},{note},more\n", cells.join(","))
        } else {
            format!("{},{note}\n", cells.join(","))
        };
        text.push_str(&line);
    }
    text.into_bytes()
}

fn parquet(rows: &[Row], has_dictionaries: bool) -> Vec<u8> {
    let cell = |number: usize, row: &Row, index: usize| {
        let text = row[index];
        // Empty text is as good as none.
        (!text.is_empty() || number.is_multiple_of(2)).then(|| text.to_owned())
    };
    let column = |index: usize| -> ArrayRef {
        Arc::new(rows.iter().enumerate().map(|(number, row)| cell(number, row, index)).collect::<StringArray>())
    };
    let note = |number: usize| if number.is_multiple_of(7) { Some("say \"hi\"") } else { None };
    let notes: ArrayRef = Arc::new((0..rows.len()).map(note).collect::<StringArray>());
    let columns = NAMES.iter().enumerate().map(|(index, name)| (*name, column(index), true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns.chain([("note", notes, true)])).unwrap();
    parquet_of(&batch, has_dictionaries, 60)
}

/// Events, rejected rows, and unreadable amounts.
fn said(name: &str, bytes: &[u8], config: &IngestConfig, part_bytes: u64) -> (Vec<Event>, Vec<Report>) {
    let (_folder, plan) = Folder::new(&[(name, bytes)]).plan_kept(config);
    let wanted = Wanted { text: ["own", "brand", "med"].map(str::to_owned).into(), everything: true };
    read_of(&plan.unwrap().events_in_parts(wanted, part_bytes))
}

fn bad_values(reports: &[Report]) -> u64 {
    reports.iter().map(|report| report.bad_values).sum()
}

fn rejected(reports: &[Report]) -> Vec<String> {
    let rows = reports.iter().flat_map(|report| &report.rejected);
    rows.map(|row| format!("{:?} {}", row.reason, row.detail)).collect()
}

fn rejected_fully(reports: &[Report]) -> Vec<String> {
    reports.iter().flat_map(|report| &report.rejected).map(|row| format!("{row:?}").replace(".gz", "")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn columns_say_what_rows_say(rows in prop::collection::vec(row(), 1..120), part_bytes in 500_u64..20_000) {
        // Rows that leave no doubt what the columns are.
        let plain: Row = NAMES.iter().enumerate().map(|(index, _)| cells(index)[if index == 1 { 2 } else { 0 }]).collect();
        let mut all = vec![plain; 30];
        all.extend(rows);
        for config in configs() {
            let text = csv(&all);
            let (expected, reports) = said("a.csv", &gzip(&text), &config, u64::MAX);
            let (events, cut) = said("a.csv", &text, &config, part_bytes);
            prop_assert_eq!(&events, &expected);
            prop_assert_eq!(rejected_fully(&cut), rejected_fully(&reports));
            prop_assert_eq!(bad_values(&cut), bad_values(&reports));

            // Parquet has no rows of another width.
            let fits = |(number, row): (usize, &Row)| (number % 11 != 5).then(|| row.clone());
            let fitting: Vec<Row> = all.iter().enumerate().filter_map(fits).collect();
            let mut text = csv(&fitting);
            text = String::from_utf8(text).unwrap().replace(",more\n", "\n").into_bytes();
            let (expected, reports) = said("a.csv", &gzip(&text), &config, u64::MAX);
            for has_dictionaries in [false, true] {
                let (events, groups) = said("a.parquet", &parquet(&fitting, has_dictionaries), &config, u64::MAX);
                prop_assert_eq!(&events, &expected);
                prop_assert_eq!(rejected(&groups), rejected(&reports));
                prop_assert_eq!(bad_values(&groups), bad_values(&reports));
            }
        }
    }
}
