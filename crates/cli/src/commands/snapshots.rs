//! What changed between exports of the same records on different days?

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use chrono::NaiveDate;
use kundresa_frames::DataFrame;
use kundresa_frames::snapshots::{self, Change, Changes, Snapshot, SnapshotColumns, SnapshotRules};
use kundresa_ingest::container;
use kundresa_ingest::input::Input;
use kundresa_model::zone::ZoneTable;
use kundresa_report::format;
use serde_json::{Map, Value};

use crate::arguments::snapshots::{ChangesFormat, SnapshotsArguments};
use crate::{instant, output, settings};

/// Names under which CRMs know ids of records.
const KEYS: [&str; 11] = [
    "Record ID",
    "Record Id",
    "Contact ID",
    "Deal ID",
    "Lead ID",
    "Deal - ID",
    "Person - ID",
    "Opportunity ID",
    "hs_object_id",
    "Id",
    "Post-ID",
];
/// Names under which they know stages.
const STAGES: [&str; 11] = [
    "Lifecycle Stage",
    "Lifecycle stage",
    "lifecyclestage",
    "Deal Stage",
    "dealstage",
    "Deal - Stage",
    "StageName",
    "Stage",
    "Lead Status",
    "Status",
    "Steg",
];
const EMAILS: [&str; 5] = ["Email", "E-mail", "E-post", "Email Address", "Person - Email"];
/// Largest export, unpacked.
const MOST_BYTES: u64 = 4 << 30;

/// Runs `snapshots`.
pub fn command(arguments: &SnapshotsArguments) -> Result<()> {
    let inputs: Vec<String> = arguments.files.iter().map(|file| file.display().to_string()).collect();
    output::check(arguments.out.as_deref(), &inputs)?;
    let texts = texts(arguments)?;
    let columns = columns(arguments, &texts);
    if let Some(name) = columns.keep.iter().find(|name| snapshots::COLUMNS.contains(&name.as_str())) {
        bail!("--keep {name}: the events have a column of that name\nhint: rename it in the exports, or leave it out");
    }
    let rules = SnapshotRules {
        object: arguments.object.name().to_owned(),
        won: arguments.won.clone(),
        lost: arguments.lost.clone(),
    };
    let snapshots = snapshots(arguments, &texts, &columns)?;
    drop(texts);
    tell(arguments, &snapshots)?;
    let times: Vec<i64> = snapshots.iter().map(|snapshot| snapshot.at_us).collect();
    let changes = snapshots::changes(snapshots, &rules)?;
    write(arguments, &snapshots::table(&changes, &rules, &columns)?)?;
    summarize(&changes, &times);
    Ok(())
}

/// Which columns to look for: those that are named, else those of CRMs, the first that any export has.
fn columns(arguments: &SnapshotsArguments, texts: &[String]) -> SnapshotColumns {
    let names = |named: &Option<String>, usual: &[&str]| match named {
        Some(named) => named.split('|').map(|name| name.trim().to_owned()).collect(),
        None => snapshots::settled(texts, &usual.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()),
    };
    SnapshotColumns {
        key: names(&arguments.key, &KEYS),
        stage: names(&arguments.stage, &STAGES),
        email: names(&arguments.email, &EMAILS),
        person: names(&arguments.person, &[]),
        keep: arguments.keep.clone(),
    }
}

fn snapshots(arguments: &SnapshotsArguments, texts: &[String], columns: &SnapshotColumns) -> Result<Vec<Snapshot>> {
    let zone_name = arguments.time_zone.as_deref().unwrap_or("UTC");
    settings::zone_of("--time-zone", Some(zone_name))?;
    let zone = ZoneTable::try_new(zone_name)?;
    if !arguments.at.is_empty() && arguments.at.len() != arguments.files.len() {
        bail!(
            "--at is given {} for {}\nhint: give it once per file, in their order",
            format::counted(arguments.at.len() as u64, "time", "times"),
            format::counted(arguments.files.len() as u64, "file", "files")
        );
    }
    let read = |(place, (path, text)): (usize, (&PathBuf, &String))| {
        let at_us = match arguments.at.get(place) {
            Some(at) => taken_at(at, &zone)?,
            None => day_in_name(path, &zone)?,
        };
        Ok(snapshots::read(&path.display().to_string(), at_us, text, columns)?)
    };
    arguments.files.iter().zip(texts).enumerate().map(read).collect()
}

/// A day ends when its last microsecond is over: what an export of that day shows had happened by then.
fn taken_at(text: &str, zone: &ZoneTable) -> Result<i64> {
    match text.parse::<NaiveDate>() {
        Ok(day) => end_of(day, zone),
        Err(_) => instant::parse("--at", text, zone),
    }
}

fn end_of(day: NaiveDate, zone: &ZoneTable) -> Result<i64> {
    let next = day.succ_opt().context("--at: no day follows")?.format("%Y-%m-%d").to_string();
    Ok(instant::parse("--at", &next, zone)? - 1)
}

/// The end of the day that the name of the file holds: `2024-03-04`, `2024_03_04`, `20240304`.
fn day_in_name(path: &Path, zone: &ZoneTable) -> Result<i64> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut days = days_in(&name);
    days.dedup();
    match days.as_slice() {
        [day] => end_of(*day, zone),
        [] => bail!(
            "{}: no date in the name of the file\nhint: say when each was taken: --at 2024-03-04, once per file",
            path.display()
        ),
        _ => bail!(
            "{}: several dates in the name of the file\nhint: say when each was taken: --at 2024-03-04, once per file",
            path.display()
        ),
    }
}

fn days_in(name: &str) -> Vec<NaiveDate> {
    let bytes = name.as_bytes();
    let mut days = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let before = at > 0 && bytes[at - 1].is_ascii_digit();
        let found = [("%Y-%m-%d", 10), ("%Y_%m_%d", 10), ("%Y.%m.%d", 10), ("%Y%m%d", 8)].into_iter().find_map(
            |(form, width)| {
                let text = name.get(at..at + width)?;
                let after = bytes.get(at + width).is_some_and(u8::is_ascii_digit);
                let day = NaiveDate::parse_from_str(text, form).ok()?;
                (!before && !after && bytes[at].is_ascii_digit()).then_some((day, width))
            },
        );
        match found {
            Some((day, width)) => {
                days.push(day);
                at += width;
            }
            None => at += 1,
        }
    }
    days
}

/// The texts of all exports, in the order of the files.
fn texts(arguments: &SnapshotsArguments) -> Result<Vec<String>> {
    arguments.files.iter().map(|path| text(path)).collect()
}

/// The text of an export, which may be compressed.
fn text(path: &Path) -> Result<String> {
    let name = path.display().to_string();
    let (reader, _) = container::open_text(&Input::file(&*name, path, true))?;
    let mut bytes = Vec::new();
    reader.take(MOST_BYTES + 1).read_to_end(&mut bytes).with_context(|| format!("can't read {name}"))?;
    if bytes.len() as u64 > MOST_BYTES {
        bail!("{name} is larger than {}", format::bytes(MOST_BYTES));
    }
    String::from_utf8(bytes).map_err(|error| {
        let line =
            1 + error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        anyhow::anyhow!("{name}:{line}: not UTF-8\nhint: save the export as UTF-8")
    })
}

/// Tells what to know about the exports; under `--strict` that is an error.
fn tell(arguments: &SnapshotsArguments, snapshots: &[Snapshot]) -> Result<()> {
    let warnings: Vec<&String> = snapshots.iter().flat_map(|snapshot| &snapshot.warnings).collect();
    if arguments.strict && !warnings.is_empty() {
        let all: Vec<&str> = warnings.iter().map(|warning| warning.as_str()).collect();
        bail!("--strict refuses what would be a warning:\n  {}", all.join("\n  "));
    }
    warnings.into_iter().for_each(|warning| output::warn(warning));
    Ok(())
}

fn write(arguments: &SnapshotsArguments, table: &DataFrame) -> Result<()> {
    let ending = arguments.out.as_deref().and_then(Path::extension).and_then(|ending| ending.to_str());
    let format = arguments.format.unwrap_or(match ending {
        Some("parquet") => ChangesFormat::Parquet,
        Some("ndjson" | "jsonl" | "json") => ChangesFormat::Ndjson,
        _ => ChangesFormat::Csv,
    });
    output::whole(arguments.out.as_deref(), |writer| {
        match format {
            ChangesFormat::Csv => kundresa_frames::write_csv(table, writer)?,
            ChangesFormat::Parquet => kundresa_frames::write_parquet(table, writer)?,
            ChangesFormat::Ndjson => lines(table, writer)?,
        }
        Ok(())
    })
}

/// The table as one JSON object per line, without what is null.
fn lines(table: &DataFrame, writer: &mut (dyn Write + Send)) -> Result<()> {
    for row in 0..table.height() {
        let cells = snapshots::cells(table, row)?;
        let object: Map<String, Value> =
            cells.into_iter().map(|(name, text)| (name.to_owned(), Value::from(text))).collect();
        serde_json::to_writer(&mut *writer, &object)?;
        writer.write_all(b"\n")?;
    }
    Ok(())
}

/// Tells what was found, on standard error, since the events may go to standard output.
fn summarize(changes: &Changes, times: &[i64]) {
    let of = |event: fn(&Change) -> bool| changes.rows.iter().filter(|change| event(change)).count() as u64;
    let counted = [
        (of(|change| change.event == "stage_changed"), "changed their stage"),
        (of(|change| change.event.ends_with("_created")), "new"),
        (of(|change| change.event == "record_disappeared"), "disappeared"),
        (of(|change| change.event == "record_reappeared"), "came again"),
    ];
    let told: Vec<String> = counted
        .iter()
        .filter(|(records, _)| *records > 0)
        .map(|(records, what)| format!("{} {what}", format::count(*records)))
        .collect();
    let told = if told.is_empty() { "nothing changed".to_owned() } else { told.join(", ") };
    output::note(&format!(
        "{} of {} records at first, {} at last: {told}",
        format::counted(times.len() as u64, "snapshot", "snapshots"),
        format::count(changes.known_at_first),
        format::count(changes.known_at_last)
    ));
    output::note(
        "when a change happened is known between two snapshots only: it has the time of the later one, and `since` that of the earlier",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_found_in_names() {
        let told = |name: &str| days_in(name).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(told("hubspot-crm-exports-all-contacts-2024-03-12-1.csv"), ["2024-03-12"]);
        assert_eq!(told("contacts_20240304.csv.gz"), ["2024-03-04"]);
        assert_eq!(told("2024_03_04 to 2024.03.05"), ["2024-03-04", "2024-03-05"]);
        assert!(told("contacts-120240304.csv").is_empty() && told("20241399").is_empty() && told("é-1234").is_empty());
    }

    #[test]
    fn a_day_is_its_last_microsecond() {
        let zone = ZoneTable::try_new("Europe/Stockholm").expect("known");
        let utc = |text: &str| chrono::DateTime::parse_from_rfc3339(text).expect(text).timestamp_micros();
        assert_eq!(taken_at("2024-03-04", &zone).expect("day"), utc("2024-03-04T22:59:59.999999Z"));
        assert_eq!(taken_at("2024-03-04T10:00", &zone).expect("local"), utc("2024-03-04T09:00:00Z"));
    }
}
