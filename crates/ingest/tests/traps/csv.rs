//! Traps of delimited text, one test each.

use kundresa_ingest::IngestConfig;
use kundresa_model::event_table::EventFlags;
use kundresa_model::quality::RejectReason;

use super::support::Folder;
use super::{Read, refused};

const ROWS: &str = "time,user_id,event,page\n\
    2024-01-31T10:00:00Z,u1,view,/a\n\
    2024-01-31T10:00:01Z,u2,view,/b\n";

/// Asserts that a text gives the two events of [`ROWS`], and nothing else.
fn assert_plain(name: &str, bytes: impl AsRef<[u8]>) -> Read {
    let read = Read::of(name, bytes);
    assert_eq!(read.shown(&["user_id", "event", "page"]), ["u1 view /a", "u2 view /b"]);
    assert!(read.rejected.is_empty() && read.warnings.is_empty(), "{:?} {:?}", read.rejected, read.warnings);
    read
}

#[test]
fn byte_order_mark() {
    assert_plain("a.csv", format!("\u{feff}{ROWS}"));
    assert_plain("a.csv", format!("\u{feff}{}", ROWS.replacen("time", "\"time\"", 1)));
}

#[test]
fn line_ends_of_windows_and_unix() {
    assert_plain("a.csv", ROWS);
    assert_plain("a.csv", ROWS.replace('\n', "\r\n"));
}

#[test]
fn no_line_end_at_the_end() {
    assert_plain("a.csv", ROWS.trim_end());
}

#[test]
fn semicolons_in_a_csv() {
    assert_eq!(assert_plain("a.csv", ROWS.replace(',', ";")).dialect, "separated by semicolon");
}

#[test]
fn tabs_in_a_csv() {
    assert_eq!(assert_plain("a.csv", ROWS.replace(',', "\t")).dialect, "separated by tab");
}

#[test]
fn blank_lines_inside() {
    assert_plain("a.csv", ROWS.replace('\n', "\n\n\r\n"));
}

#[test]
fn line_ends_within_a_cell() {
    let read = Read::of("a.csv", ROWS.replace("/a", "\"/a\r\nb,\"\"c\"\"\n\""));
    assert_eq!(read.events[0]["page"].lines().next(), Some("/a"));
    assert_eq!(read.shown(&["user_id"]), ["u1", "u2"]);
}

#[test]
fn two_columns_of_one_name() {
    let text = "time,user_id,event,plan,plan\n2024-01-31T10:00:00Z,u1,view,free,paid\n";
    let read = Read::of("a.csv", text);
    assert_eq!(read.events[0]["props"], r#"{"plan":"free","plan_2":"paid"}"#);
    assert!(read.warns(&["column `plan` occurs twice", "4 and 5", "`plan_2`"]), "{:?}", read.warnings);
    let error = refused("a.csv", text.replace("plan", "user_id"));
    assert!(error.contains("occurs twice") && error.contains("user_id_2"), "{error}");
}

#[test]
fn row_longer_than_the_header() {
    let read = Read::of("a.csv", ROWS.replacen("/a", "/a,Grand total", 1));
    assert_eq!(read.rejected, [(2, RejectReason::FieldCount)]);
    // Blank fields behind the last column say nothing.
    assert_plain("a.csv", ROWS.replacen("/a", "/a,,", 1));
}

#[test]
fn row_shorter_than_the_header() {
    let read = Read::of("a.csv", ROWS.replacen(",/a", "", 1));
    assert_eq!((read.events.len(), read.rejected), (1, vec![(2, RejectReason::FieldCount)]));
}

#[test]
fn preambles_of_one_five_seven_and_nine_lines() {
    let clarity = "Project name,Shop\nDate range,\"01/31/2024, 02/01/2024\"\n\n\"Filters\",none\nMade by,me\n";
    let spreadsheet = "My report,,,\nAll users,,,\n,,,\nFrom,2024-01-31,,\nTo,2024-02-01,,\n,,,\n\n";
    let comments = "# ---\n# Events\n# Account: a, b\n# Property: c\n# ---\n#\n# All\n# Start: 1\n# End: 2\n";
    for (preamble, lines) in [("Events\n", 1), (clarity, 5), (spreadsheet, 7), (comments, 9)] {
        // The header may be shorter than the preamble, and the table too.
        for rows in [ROWS.to_owned(), format!("{ROWS}{}", ROWS.split_once('\n').unwrap().1.repeat(20))] {
            let read = Read::of("a.csv", format!("{preamble}{rows}"));
            assert_eq!(read.dialect, format!("separated by comma, {lines} lines before the header"));
            assert_eq!((read.events.len() + 1, read.rejected.len()), (rows.lines().count(), 0), "{preamble}");
        }
    }
}

#[test]
fn several_tables_in_a_file() {
    let read = Read::of("a.csv", format!("{ROWS}\nday,count\n0000,3\n0001,4\n"));
    assert_eq!(read.shown(&["user_id"]), ["u1", "u2"]);
    assert_eq!(read.rejected, [5, 6, 7].map(|line| (line, RejectReason::FieldCount)), "no row is passed over silently");
    // As wide as the first, its rows have no times.
    let more = ROWS.split_once('\n').unwrap().1.repeat(3);
    let read = Read::of("a.csv", format!("{ROWS}{more}\nname,a,b,c\nx,1,2,3\n"));
    assert_eq!(read.rejected, [11, 12].map(|line| (line, RejectReason::BadTime)));
    let rule = format!("# {}\n", "-".repeat(40));
    let period = "# Start date: 20240131\n# End date: 20240201\n";
    let tables = [format!("{period}Nth day,Users\n0000,3\n"), format!("{period}Event name,Event count\nview,2\n")];
    let overview = format!("{rule}# Reports snapshot\n{rule}{}", tables.join("\n"));
    assert!(refused("a.csv", overview).contains("kundresa reconcile"));
}

#[test]
fn totals_in_the_first_row() {
    let total = |row: &str| Read::of("a.csv", ROWS.replacen('\n', &format!("\n{row}\n"), 1));
    for (row, reason) in [
        (",,,", RejectReason::MissingTime),
        (",,Total,17", RejectReason::MissingTime),
        (",,,17,Grand total", RejectReason::FieldCount),
    ] {
        let read = total(row);
        assert_eq!((read.events.len(), read.rejected), (2, vec![(2, reason)]), "{row}");
    }
}

#[test]
fn truth_in_every_spelling() {
    for (yes, no) in [("True", "False"), ("TRUE", "FALSE"), ("true", "false"), ("1", "0"), ("Yes", "No")] {
        let text = format!(
            "time,user_id,event,is_bot\n2024-01-31T10:00:00Z,u1,view,{yes}\n2024-01-31T10:00:01Z,u2,view,{no}\n"
        );
        let flags: Vec<bool> = Read::of("a.csv", text)
            .events
            .iter()
            .map(|event| EventFlags(event["flags"].parse().unwrap()).has(EventFlags::BOT))
            .collect();
        assert_eq!(flags, [true, false], "{yes}");
    }
}

fn ids(ids: &[&str]) -> Read {
    let rows = ids.iter().map(|id| format!("2024-01-31T10:00:00Z,{id},view\n"));
    Read::of("a.csv", format!("time,user_id,event\n{}", rows.collect::<String>()))
}

#[test]
fn numbers_as_user_ids() {
    let numbers = ["007", "7", "7.0", "7.50", "0x7", "2697787.2422183099"];
    let read = ids(&numbers);
    assert_eq!(read.shown(&["user_id"]), numbers, "an id is the text that was written");
    assert!(read.warnings.is_empty(), "{:?}", read.warnings);
}

#[test]
fn unsigned_ids_of_64_bits() {
    let numbers = ["18446744073709551615", "9223372036854775808", "18446744073709551616"];
    assert_eq!(ids(&numbers).shown(&["user_id"]), numbers);
}

#[test]
fn day_first_and_month_first() {
    let at = |times: [&str; 2]| {
        let rows = times.map(|time| format!("{time},u1,view\n"));
        format!("time,user_id,event\n{}", rows.concat())
    };
    let first = |times| Read::of("a.csv", at(times)).events[0]["ts"].clone();
    assert_eq!(first(["03/04/2024 10:00", "25/04/2024 10:00"]), super::support::utc("2024-04-03T10:00:00Z"));
    assert_eq!(first(["03/04/2024 10:00", "04/25/2024 10:00"]), super::support::utc("2024-03-04T10:00:00Z"));
    let error = refused("a.csv", at(["03/04/2024 10:00", "05/04/2024 10:00"]));
    for words in ["a.csv", "`time`", "03/04/2024 10:00", "day first or month first", "format = \"day_first\""] {
        assert!(error.contains(words), "{error}");
    }
    let config = super::support::config("[[sources]]\ntime = { format = \"month_first\" }");
    let folder = Folder::text("a.csv", &at(["03/04/2024 10:00", "05/04/2024 10:00"]));
    let read = Read::by(&folder.plan(&config).unwrap());
    assert_eq!(read.events[0]["ts"], super::support::utc("2024-03-04T10:00:00Z"));
}

#[test]
fn ids_that_a_spreadsheet_rounded() {
    let read = ids(&["3.05E+18", "3.05E+18", "42"]);
    assert!(read.warns(&["user_id", "`user_id`", "3.05E+18", "spreadsheet"]), "{:?}", read.warnings);
    assert_eq!(read.shown(&["user_id"]), ["3.05E+18", "3.05E+18", "42"], "nothing is guessed back");
    assert!(ids(&["1e5", "3E18"]).warnings.is_empty());
}

#[test]
fn headers_in_other_languages() {
    for header in [
        "Zeitpunkt;Kundennummer;Ereignis;Betrag",
        "Tidspunkt;Användarid;Händelse;Belopp",
        "Date et heure;Utilisateur;Événement;Montant",
        "Fecha y hora;Usuario;Evento;Importe",
        "Tijdstip;Gebruiker;Gebeurtenis;Bedrag",
    ] {
        let read = Read::of("a.csv", format!("{header}\n31.01.2024 10:00:00;7;Kauf;12,50\n"));
        assert_eq!(read.shown(&["user_id", "event", "value"]), ["7 Kauf 12500000"], "{header}");
    }
    let error = refused("a.csv", "Aika;Käyttäjä;Tapahtuma\n2024-01-31T10:00:00Z;u1;osto\n");
    assert!(
        error.contains("Tapahtuma") && error.contains("columns = { event"),
        "other languages are asked for: {error}"
    );
}

#[test]
fn bytes_of_big5() {
    let mut log = b"1.2.3.4 - - [31/Jan/2024:10:00:00 +0000] \"GET /".to_vec();
    log.extend_from_slice(b"\xa4\xa4\xa4\xe5 HTTP/1.1\" 200 5 \"-\" \"Mozilla/5.0 \xa4\xa4\"\n");
    let read = Read::of("access.log", log);
    assert_eq!(read.shown(&["event", "page"]), ["page_view /%A4%A4%A4%E5"]);
    assert_eq!(read.events[0]["user_agent"], "Mozilla/5.0 \\xa4\\xa4");
    let table = [ROWS.as_bytes(), b"2024-01-31T10:00:02Z,u3,view,/\xa4\xa4\n"].concat();
    let read = Read::of("a.csv", table);
    assert_eq!((read.events.len(), read.rejected), (2, vec![(4, RejectReason::BadUtf8)]));
}

#[test]
fn the_dialect_is_told() {
    let folder = Folder::text("a.csv", &format!("Events\n\n{}", ROWS.replace(',', "|")));
    let inspection = folder.plan(&IngestConfig::default()).unwrap().inspect().unwrap();
    assert_eq!(inspection.sources[0].dialect, "separated by bar, 2 lines before the header");
}
