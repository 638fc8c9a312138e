//! What is in the sample that ships with the project?
//!
//! The first days of a small shop as GA4 JSON, the last as GA4 Parquet, what the shop's own server logged as CSV, and the
//! stages of a CRM as CSV, all about the same visitors. The README says what happened, in numbers of the generator's own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use kundresa_model::zone::ZoneTable;

use crate::crm::CrmBook;
use crate::error::GenerateError;
use crate::event::{Kind, ShopEvent};
use crate::files::{DayFiles, DayFormat, LineFile};
use crate::ga4::row::RowBuilder;
use crate::simulation::Simulation;
use crate::spec::ShopSpec;
use crate::truth::{GeneratedTruth, RowTruth};
use crate::variety::Variety;
use crate::{ZONE, csv, is_exported, opening_us, readme};

/// Log of the shop's own server.
pub(crate) const SERVER_FILE: &str = "server_events.csv";
/// Stages of the CRM.
pub(crate) const CRM_FILE: &str = "crm_stages.csv";
/// Name that the configuration of the sample gives to CRM rows.
pub(crate) const CRM_EVENT: &str = "stage_changed";
/// The last days come as Parquet.
const PARQUET_DAYS: i64 = 6;
const CONFIGURATION: &str = include_str!("../data/kundresa.toml");

fn spec() -> ShopSpec {
    let start = NaiveDate::from_ymd_opt(2024, 3, 4).expect("the day is in the calendar");
    ShopSpec { events: 11_000, seed: 1, start, days: 21, heavy_actors: 1, variety: Variety::default() }
}

/// Writes the sample into `folder` and its truth beside it, as `<folder>.truth.json`.
///
/// Files of the sample that are there already are replaced.
///
/// # Errors
/// When a file can't be written.
pub fn webshop_sample(folder: &Path) -> Result<GeneratedTruth, GenerateError> {
    fs::create_dir_all(folder).map_err(GenerateError::write(folder))?;
    let truth = write_data(folder)?;
    write_text(folder.join("README.md"), &readme::text(&truth))?;
    write_text(folder.join("kundresa.toml"), CONFIGURATION)?;
    let json = serde_json::to_string_pretty(&truth).expect("the truth holds only texts and whole numbers");
    write_text(truth_path(folder), &format!("{json}\n"))?;
    Ok(truth)
}

/// Where the truth about the shop in `folder` belongs: beside the folder, so that nobody reads it as data.
pub fn truth_path(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().unwrap_or("shop".as_ref()).to_owned();
    name.push(".truth.json");
    folder.with_file_name(name)
}

fn write_text(path: PathBuf, text: &str) -> Result<(), GenerateError> {
    fs::write(&path, text).map_err(GenerateError::write(path))
}

fn write_data(folder: &Path) -> Result<GeneratedTruth, GenerateError> {
    let (spec, zone) = (spec(), ZoneTable::try_new(ZONE)?);
    let opening = opening_us(&spec, &zone);
    let days = i64::from(spec.days);
    let first_day = zone.local_day(opening);
    let format_of = |day: i64| match day - first_day < days - PARQUET_DAYS {
        true => DayFormat::Json,
        false => DayFormat::Parquet,
    };
    let mut simulation = Simulation::new(&spec, opening);
    let mut rows = RowTruth::default();
    let mut crm = CrmBook::new(zone.clone(), first_day + days - 1);
    let mut files = DayFiles::new(folder, RowBuilder::new(zone), spec.seed, format_of);
    let mut server = LineFile::create(folder.join(SERVER_FILE), csv::SERVER_HEADER)?;
    for event in simulation.by_ref().filter(is_exported) {
        crm.note(&event);
        if is_logged_by_server(&event) {
            rows.add(&event, SERVER_FILE);
            server.add(|line| csv::write_server_line(&event, line))?;
        } else {
            files.add(event, &mut rows)?;
        }
    }
    files.finish()?;
    server.close()?;
    crm.write(folder, &mut rows)?;
    Ok(simulation.tally.into_truth(spec.seed, rows))
}

/// The browser's tags know nothing of reviews, shares and newsletters.
fn is_logged_by_server(event: &ShopEvent) -> bool {
    matches!(event.action.kind, Kind::Review | Kind::Share | Kind::NewsletterSignup)
}

/// Rows by source: the vendor's JSON and Parquet, the server's log, the CRM.
pub(crate) fn rows_by_source(rows: &RowTruth) -> BTreeMap<&'static str, u64> {
    let mut sums = BTreeMap::new();
    for (file, count) in &rows.by_file {
        let source = match file.as_str() {
            SERVER_FILE => "server",
            CRM_FILE => "crm",
            file if file.ends_with(".parquet") => "ga4 parquet",
            _ => "ga4 json",
        };
        *sums.entry(source).or_default() += count;
    }
    sums
}
