//! A seeded web shop whose behaviour is known: exports to try Kundresa on, and the answers that it must find.
//!
//! Visitors come, look at products, fill carts, pay, come back, review. Each step of a purchase has a planted chance by
//! device ([`RATES`]); the shipping form is broken on tablets. The same seed gives the same rows in the same order. On purpose the logs hold
//! equal timestamps, identical rows, gaps of exactly 30 minutes, repeated order ids, rows without identifiers, rows in
//! scrambled order (GA4 formats) and a few actors with very many events.
//!
//! Visits are played in order of their start (`simulation`), so a shop of any size streams; `truth` keeps the books.

mod arrivals;
mod catalogue;
mod crm;
mod csv;
mod dice;
mod error;
mod event;
mod files;
mod ga4;
mod journey;
mod rates;
mod readme;
mod sample;
mod script;
mod simulation;
mod spec;
mod truth;
mod variety;
mod visitor;
mod visits;
mod world;

use std::fs;
use std::path::Path;

use kundresa_model::zone::ZoneTable;

pub use error::GenerateError;
pub use rates::{FUNNEL_STEPS, PlantedRates, RATES};
pub use sample::{truth_path, webshop_sample};
pub use spec::{OutputFormat, ShopSpec};
pub use truth::{GeneratedTruth, RowTruth, StepTruth};
pub use variety::Variety;

use crate::event::ShopEvent;
use crate::files::{DayFiles, DayFormat, LineFile};
use crate::ga4::row::RowBuilder;
use crate::simulation::Simulation;
use crate::truth::RowTruth as Rows;

/// Zone of the shop: its days begin at midnight there, and `event_date` of the GA4 formats is a day there.
pub const ZONE: &str = "Europe/Stockholm";

/// Writes the shop of `spec` into `folder`, which is made if needed, and returns what happened in it.
///
/// The same specification gives the same rows in the same order on every platform; compressed files may differ in how
/// tightly the library packs them. Memory grows with the number of visitors who will come
/// back, not with the number of events.
///
/// # Errors
/// When the specification asks for nothing, the folder is not empty, or a file can't be written.
pub fn generate(spec: &ShopSpec, format: OutputFormat, folder: &Path) -> Result<GeneratedTruth, GenerateError> {
    check(spec)?;
    prepare(folder)?;
    let zone = ZoneTable::try_new(ZONE)?;
    let mut simulation = Simulation::new(spec, opening_us(spec, &zone));
    let mut rows = Rows::default();
    match format {
        OutputFormat::Csv => write_csv(&mut simulation, folder, spec.variety, &mut rows)?,
        OutputFormat::Ga4Json => write_days(&mut simulation, folder, zone, spec.seed, DayFormat::Json, &mut rows)?,
        OutputFormat::Ga4Parquet => {
            write_days(&mut simulation, folder, zone, spec.seed, DayFormat::Parquet, &mut rows)?;
        }
    }
    Ok(simulation.tally.into_truth(spec.seed, rows))
}

fn check(spec: &ShopSpec) -> Result<(), GenerateError> {
    match (spec.events, spec.days) {
        (0, _) => Err(GenerateError::Empty("event")),
        (_, 0) => Err(GenerateError::Empty("day")),
        _ => Ok(()),
    }
}

fn prepare(folder: &Path) -> Result<(), GenerateError> {
    fs::create_dir_all(folder).map_err(GenerateError::write(folder))?;
    let mut entries = fs::read_dir(folder).map_err(GenerateError::write(folder))?;
    if entries.next().is_some() { Err(GenerateError::NotEmpty(folder.to_owned())) } else { Ok(()) }
}

/// Local midnight at which the shop opens, UTC microseconds.
fn opening_us(spec: &ShopSpec, zone: &ZoneTable) -> i64 {
    zone.to_utc(spec.start.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_micros())
}

fn write_days(
    simulation: &mut Simulation,
    folder: &Path,
    zone: ZoneTable,
    seed: u64,
    format: DayFormat,
    rows: &mut Rows,
) -> Result<(), GenerateError> {
    let mut files = DayFiles::new(folder, RowBuilder::new(zone), seed, |_| format);
    for event in simulation {
        if is_exported(&event) {
            files.add(event, rows)?;
        }
    }
    files.finish()
}

fn write_csv(
    simulation: &mut Simulation,
    folder: &Path,
    variety: Variety,
    rows: &mut Rows,
) -> Result<(), GenerateError> {
    let mut file = LineFile::create(folder.join("events.csv"), &csv::header(variety))?;
    for event in simulation.filter(|event| !event.action.kind.is_synthetic()) {
        rows.add(&event, "events.csv");
        file.add(|line| csv::write_line(&event, variety, line))?;
    }
    file.close()
}

/// Without consent the vendor exports no session and no first visit.
fn is_exported(event: &ShopEvent) -> bool {
    event.visit.visitor.has_consent || !event.action.kind.is_synthetic()
}
