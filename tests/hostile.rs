//! Does hostile or broken input get anywhere: out of its cell, its file, its terminal, or past a full disk?

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::{kundresa, skipped, stdout};

/// A title, name or id that would run somewhere if it were let out.
const PAYLOADS: [&str; 8] = [
    "<xss onload=alert(1)>",
    "</script><xss>",
    "<!--<script><xss>",
    "\"><svg/onload=xss>",
    "]]><xss>",
    "javascript:xss//'\"`",
    "\u{1b}]0;xss\u{7}\u{1b}[31m\u{9b}31m",
    "\u{202e}\u{2066}xss\u{61c}",
];

fn csv(payloads: &[&str]) -> String {
    let mut text = "time,user_id,event,page,page_title,utm_source,utm_campaign,value,currency,order_id\n".to_owned();
    for (minute, payload) in payloads.iter().enumerate() {
        let cell = format!("\"{}\"", payload.replace('"', "\"\""));
        for (second, event) in ["view_item", "add_to_cart", "purchase"].into_iter().enumerate() {
            let event = if second == 0 { &cell } else { event };
            text.push_str(&format!(
                "2024-01-31T10:{minute:02}:{second:02}Z,{cell},{event},{cell},{cell},{cell},{cell},1.5,{cell},{cell}\n"
            ));
        }
        text.push_str(&format!("{cell},{cell},x,,,,,,,\n"));
    }
    text
}

fn write(folder: &Path, name: &str, text: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("the test writes its input");
    path
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn is_hidden(character: char) -> bool {
    let turns =
        matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    (character.is_control() && character != '\n') || turns
}

fn assert_harmless(what: &str, bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).expect("output is UTF-8");
    let found = text.char_indices().find(|(_, character)| is_hidden(*character));
    let around = found.map(|(at, _)| text[..at].chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect());
    assert_eq!(found, None, "{what} lets it out behind {:?}", around.unwrap_or_else(String::new));
}

#[test]
fn no_value_and_no_file_name_steers_the_terminal() {
    let folder = folder();
    let log = write(folder.path(), "log\u{1b}[31m\u{202e}.csv", csv(&PAYLOADS).as_bytes());
    let log = log.to_str().expect("the path is UTF-8");
    let broken = write(folder.path(), "broken\u{1b}[31m\u{202e}.csv", b"no table\n");
    let broken = broken.to_str().expect("the path is UTF-8");
    let commands: Vec<Vec<&str>> = vec![
        vec!["inspect", log],
        vec!["sessions", log, "--by", "source"],
        vec!["overview", log],
        vec!["carts", log],
        vec!["paths", log],
        vec!["transitions", log, "--of", "events"],
        vec!["phases", log],
        vec!["funnel", log, "view_item", "purchase", "--by", "page_title"],
        vec!["explain", PAYLOADS[6], log, "add_to_cart", "purchase"],
        vec!["sessions", broken],
        vec!["sessions", "missing\u{1b}[31m.csv"],
        vec!["sessions", log, "--where", "x\u{1b}[31m == 1"],
        vec!["sessions", log, "--time-zone", "Mars\u{1b}[31m"],
    ];
    for command in commands {
        let Output { stdout, stderr, .. } = kundresa(&command);
        let shown = format!("{command:?}");
        assert_harmless(&shown, &stdout);
        assert_harmless(&shown, &stderr);
        assert!(!stdout.is_empty() || !stderr.is_empty(), "{shown} says something");
    }
}

#[test]
fn no_value_becomes_a_part_of_the_page() {
    let folder = folder();
    let log = write(folder.path(), "<xss>&.csv", csv(&PAYLOADS).as_bytes());
    let config = write(
        folder.path(),
        "kundresa.toml",
        b"title = \"</title><xss>\"\n[[funnels]]\nname = \"<xss>\"\nsteps = [\"add_to_cart\", \"purchase\"]\n",
    );
    let plain = write(folder.path(), "plain.csv", csv(&["a", "b", "c", "d", "e", "f", "g", "h"]).as_bytes());
    let page = |input: &Path, name: &str| {
        let out = folder.path().join(name);
        let (input, config, out_text) =
            (input.display().to_string(), config.display().to_string(), out.display().to_string());
        stdout(&["report", &input, "--config", &config, "--out", &out_text]);
        std::fs::read_to_string(out).expect("the report is there")
    };
    let (hostile, harmless) = (page(&log, "hostile.html"), page(&plain, "harmless.html"));
    assert!(!hostile.contains("<xss") && !hostile.contains("<svg/onload"), "a value opens a tag");
    assert!(hostile.contains("&lt;xss"), "values are shown");
    assert!(!hostile.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\u{2066}']), "a hidden character stands in the page");
    for end in ["</script", "<script", "<!--", "<svg", "</svg", "]]>", "<iframe", "<a href=\"javascript"] {
        let (found, expected) = (hostile.matches(end).count(), harmless.matches(end).count());
        assert_eq!(found, expected, "how often {end} stands in the page with hostile values and without");
    }
    assert!(hostile.contains("Content-Security-Policy") && hostile.contains("default-src 'none'"));
}

#[test]
fn what_is_rejected_goes_to_the_file_byte_for_byte() {
    let folder = folder();
    let bad: [&[u8]; 3] = [b"2024-01-31T10:00:00Z,\xff\xfe,view", b"soon,u,\"a\r\nb\"", b"2024-01-31T10:00:00Z,u"];
    let good: &[u8] = b"2024-01-31T10:00:00Z,u1,view\r\n";
    let text = [b"\xef\xbb\xbftime,user_id,event\n", good, bad[0], b"\r\n", bad[1], b"\n\n", good, bad[2]].concat();
    let log = write(folder.path(), "log.csv", &text).display().to_string();
    let (store, out) =
        (folder.path().join("store").display().to_string(), folder.path().join("rejected").display().to_string());
    let rejected = |arguments: &[&str]| {
        stdout(arguments);
        let lines = std::fs::read_to_string(&out).expect("the file is there");
        let row = |line: &str| serde_json::from_str::<kundresa_model::quality::RejectedRow>(line).expect("a row");
        lines.lines().map(row).map(|row| row.raw_bytes().expect("Base64")).collect::<Vec<_>>()
    };
    assert_eq!(rejected(&["sessions", &log, "--rejected", &out]), bad);
    stdout(&["load", &log, "--into", &store]);
    assert_eq!(rejected(&["inspect", &store, "--rejected", &out]), bad);
    assert_eq!(rejected(&["sessions", &store, "--rejected", &out]), bad);
}

#[test]
fn a_full_disk_is_told_with_the_name_of_the_file() {
    let folder = folder();
    let log = write(folder.path(), "log.csv", csv(&["a"]).as_bytes()).display().to_string();
    if !Path::new("/dev/full").exists() {
        return skipped("there is no /dev/full");
    }
    let commands: [&[&str]; 7] = [
        &["sessions", &log, "--out", "/dev/full"],
        &["sessions", &log, "--format", "json", "--out", "/dev/full"],
        &["sessions", &log, "--format", "csv", "--out", "/dev/full"],
        &["sessions", &log, "--rejected", "/dev/full"],
        &["export", "events", &log, "--out", "/dev/full"],
        &["export", "events", &log, "--format", "parquet", "--out", "/dev/full"],
        &["report", &log, "--out", "/dev/full"],
    ];
    for command in commands {
        let output = kundresa(command);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{command:?}");
        assert!(told.contains("can't write to /dev/full") && told.contains("No space left"), "{command:?}: {told}");
    }
}

/// Runs the binary where files may have 16 KiB at most; writing more fails as on a full disk.
fn cramped(arguments: &[&str]) -> Output {
    let mut shell = Command::new("bash");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_kundresa")]);
    shell.args(arguments).current_dir(std::env::temp_dir()).env_remove("KUNDRESA_CONFIG");
    shell.output().expect("bash starts")
}

#[test]
fn a_store_that_can_not_grow_stays_as_it_was() {
    let folder = folder();
    let small = write(folder.path(), "a.csv", csv(&["a", "b"]).as_bytes()).display().to_string();
    let rows = (0..20_000).map(|row| {
        format!("2024-01-31T10:{:02}:{:02}Z,u{},e{},/{row}\n", row / 60 % 60, row % 60, row * 7919 % 10_007, row % 50)
    });
    let large = format!("time,user_id,event,page\n{}", rows.collect::<String>());
    let large = write(folder.path(), "b.csv", large.as_bytes()).display().to_string();
    let store = folder.path().join("store").display().to_string();
    stdout(&["load", &small, "--into", &store]);
    let before = stdout(&["sessions", &store]);
    let output = cramped(&["load", &large, "--into", &store]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && told.contains("nothing was loaded") && told.contains("File too large"),
        "{told}"
    );
    assert_eq!(stdout(&["sessions", &store]), before);
    stdout(&["store", "check", &store]);
    let out = folder.path().join("out.csv").display().to_string();
    let output = cramped(&["export", "events", &large, "--out", &out]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && told.contains(&format!("can't write to {out}")), "{told}");
    let entries = std::fs::read_dir(folder.path()).expect("the folder is there");
    let mut names: Vec<_> = entries.map(|entry| entry.expect("listed").file_name()).collect();
    names.sort();
    assert_eq!(names, ["a.csv", "b.csv", "store"], "neither a part of the file nor its draft stays");
}

#[test]
fn what_may_not_be_read_is_named() {
    let folder = folder();
    let log = write(folder.path(), "log.csv", csv(&["a"]).as_bytes());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&log, std::fs::Permissions::from_mode(0o0)).expect("its own file");
    }
    if std::fs::read(&log).is_ok() {
        return skipped("this user may read everything");
    }
    let output = kundresa(&["sessions", &log.display().to_string()]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && told.contains(&format!("no permission to read {}", log.display())), "{told}");
}

#[test]
fn bombs_are_refused_by_a_named_limit() {
    let folder = folder();
    let path = folder.path().join("bomb.csv.zst");
    let mut encoder = zstd::Encoder::new(std::fs::File::create(&path).expect("a file"), 1).expect("an encoder");
    std::io::Write::write_all(&mut encoder, b"time,user_id,event\n2024-01-31T10:00:00Z,a,x\n").expect("written");
    let blanks = vec![b'\n'; 1 << 20];
    (0..270).for_each(|_| std::io::Write::write_all(&mut encoder, &blanks).expect("written"));
    encoder.finish().expect("finished");
    let path = path.display().to_string();
    let output = kundresa(&["sessions", &path]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && told.contains("limit of expansion") && told.contains("--max-expansion"),
        "{told}"
    );
    stdout(&["sessions", &path, "--max-expansion", "1000000"]);
}

#[test]
fn no_text_is_a_formula_in_a_table_for_spreadsheets() {
    let folder = folder();
    let text = "time,user_id,event,page,value\n2024-01-31T10:00:00Z,=1+1,\"=HYPERLINK(\"\"http://x\"\",1)\",@SUM(1),2\n\
                2024-01-31T10:00:01Z,+a,-b,\"\t=1\",-5\n";
    let log = write(folder.path(), "log.csv", text.as_bytes()).display().to_string();
    let starts = |table: &str| {
        let cells = table.lines().flat_map(|line| line.split(',')).map(|cell| cell.trim_start_matches('"').to_owned());
        cells.filter(|cell| cell.starts_with(['=', '+', '-', '@', '\t'])).collect::<Vec<_>>()
    };
    let plain = stdout(&["export", "events", &log]);
    assert!(starts(&plain).len() > 5, "machines get what was there: {plain}");
    let safe = stdout(&["export", "events", &log, "--spreadsheet"]);
    assert_eq!(starts(&safe).iter().map(|cell| cell.parse()).collect::<Vec<_>>(), [Ok(-5.0_f64)], "{safe}");
    let table = stdout(&["transitions", &log, "--of", "events", "--format", "csv", "--spreadsheet"]);
    assert!(starts(&table).is_empty() && table.contains("'=HYPERLINK"), "{table}");
    for command in [["export", "events", "--format", "parquet"], ["transitions", "--of", "events", "--format=json"]] {
        let output = kundresa(&[&command[..], &["--spreadsheet", &log]].concat());
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && told.contains("--spreadsheet changes CSV alone\nhint: "), "{told}");
    }
}

/// Standard error of a run that must fail, on `text` as a file of that name, with further arguments.
fn refusal(name: &str, text: &[u8], arguments: &[&str]) -> String {
    let folder = folder();
    let path = write(folder.path(), name, text).display().to_string();
    let output = kundresa(&[&["sessions", &path], arguments].concat());
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && output.status.code() == Some(1), "{name}: {told}");
    assert!(told.starts_with("error: ") && told.contains(name), "{told}");
    told
}

#[test]
fn what_is_too_large_is_refused_by_a_named_limit() {
    let wide: Vec<String> = (0..5_000).map(|column| format!("c{column}")).collect();
    let wide = format!("time,user_id,event,{}\n", wide.join(","));
    assert!(
        refusal("wide.csv", wide.as_bytes(), &[]).contains("it has 5003 columns, and 4096 is the limit of columns")
    );
    let keys: Vec<String> = (0..5_000).map(|key| format!("\"k{key}\":1")).collect();
    let keys = format!("{{\"time\":\"2024-01-31\",\"event\":\"x\",{}}}\n", keys.join(","));
    assert!(refusal("keys.ndjson", keys.as_bytes(), &[]).contains("4096 is the limit of columns"));
    let endless = "y".repeat(600 << 10);
    assert!(refusal("endless.csv", endless.as_bytes(), &[]).contains("longer than 512 KiB, the limit of a header"));
    let deep = format!("{{\"a\":{}{}}}\n", "[".repeat(2_000), "]".repeat(2_000));
    assert!(refusal("deep.ndjson", deep.as_bytes(), &[]).contains("nested deeper than 128 levels, the limit"));
    let mut line = b"time,user_id,event\n2024-01-31,u,".to_vec();
    line.resize(70 << 20, b'y');
    assert!(refusal("line.csv", &line, &[]).contains("line 2 is longer than 64 MiB, the limit of one row"));
    let mut footer = b"PAR1".to_vec();
    footer.resize(70 << 20, 0);
    footer.extend_from_slice(&(66_u32 << 20).to_le_bytes());
    footer.extend_from_slice(b"PAR1");
    assert!(refusal("footer.parquet", &footer, &[]).contains("metadata takes 66 MiB, over 64 MiB, the limit"));
}

#[test]
fn deep_and_long_values_cost_their_own_rows() {
    let folder = folder();
    let good = "{\"time\":\"2024-01-31T10:00:00Z\",\"user_id\":\"u\",\"event\":\"x\"}\n";
    let deep = |open: &str, close: &str, depth: usize| {
        format!(
            "{{\"time\":\"2024-01-31T10:00:00Z\",\"event\":\"x\",\"p\":{}1{}}}\n",
            open.repeat(depth),
            close.repeat(depth)
        )
    };
    let text = [good, &deep("[", "]", 100_000), &deep("{\"a\":", "}", 100_000), good].concat();
    let log = write(folder.path(), "deep.ndjson", text.as_bytes()).display().to_string();
    let document = crate::support::json(&["sessions", &log]);
    let rejected = document["provenance"]["rejected_examples"].as_array().expect("a list");
    assert_eq!(rejected.len(), 2);
    assert!(
        rejected
            .iter()
            .all(|row| row["detail"].as_str().is_some_and(|why| why.contains("nested deeper than 128 levels")))
    );
}

#[test]
fn ids_are_the_text_that_was_written() {
    let folder = folder();
    let ids =
        ["007", "7", "7.0", "2697787.2422183099", "2697787.24221830990", "1e5", "100000", "123456789012345678901"];
    let rows: String = ids.iter().map(|id| format!("2024-01-31T10:00:00Z,{id},x\n")).collect();
    let csv = write(folder.path(), "ids.csv", format!("time,user_id,event\n{rows}").as_bytes()).display().to_string();
    let objects: String = ids
        .iter()
        .map(|id| format!("{{\"time\":\"2024-01-31T10:00:00Z\",\"user_id\":\"{id}\",\"event\":\"x\"}}\n"))
        .collect();
    let json = write(folder.path(), "ids.ndjson", objects.as_bytes()).display().to_string();
    for log in [csv, json] {
        let table = stdout(&["export", "events", &log]);
        for id in ids {
            assert_eq!(
                table.lines().filter(|line| line.split(',').any(|cell| cell == id)).count(),
                1,
                "{id} in {table}"
            );
        }
    }
}

#[test]
fn the_unit_of_epochs_is_found_told_and_overruled() {
    let folder = folder();
    let second = 1_706_695_200_i64;
    for (unit, time, words) in [
        ("s", second.to_string(), "seconds since 1970 (UTC)"),
        ("ms", format!("{second}123"), "milliseconds since 1970 (UTC)"),
        ("us", format!("{second}123456"), "microseconds since 1970 (UTC)"),
        ("ns", format!("{second}123456789"), "nanoseconds since 1970 (UTC)"),
    ] {
        let text = format!("time,user_id,event\n{time},u,x\n");
        let log = write(folder.path(), &format!("{unit}.csv"), text.as_bytes()).display().to_string();
        let document = crate::support::json(&["sessions", &log]);
        assert_eq!(document["provenance"]["sources"][0]["time_format"], words);
        assert!(stdout(&["inspect", &log]).contains(words), "{unit}");
        assert!(stdout(&["export", "events", &log]).contains("2024-01-31T10:00:00."), "{unit}");
        let config = write(
            folder.path(),
            "overruled.toml",
            b"[[sources]]\ntime = { column = \"time\", format = \"epoch_us\" }\n",
        );
        let overruled = stdout(&["export", "events", &log, "--config", &config.display().to_string()]);
        assert_eq!(overruled.contains("2024-01-31"), unit == "us", "{unit}: {overruled}");
    }
}
