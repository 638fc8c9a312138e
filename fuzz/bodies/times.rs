//! Is every text a time or none?

use std::sync::{Arc, LazyLock};

use kundresa_ingest::time::{Detected, TimeFormat, TimeReader, detect};
use kundresa_model::zone::ZoneTable;

/// Zones with much in them: half hours, quarters, clocks turned in Ramadan, and a day that was left out. Made once, since
/// to make one takes longer than all the rest.
static ZONES: LazyLock<Vec<Arc<ZoneTable>>> = LazyLock::new(|| {
    let names = [
        "Europe/Stockholm",
        "America/New_York",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "Pacific/Apia",
        "UTC",
    ];
    names.iter().map(|name| Arc::new(ZoneTable::try_new(name).expect("the zone is known"))).collect()
});

/// The first line names a format, the second a zone, UTC unless it is one of a few; the others are times.
pub fn times(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.lines();
    let (format, zone) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let values: Vec<&str> = lines.collect();
    let known = ZONES.iter().find(|known| known.name() == zone).or(ZONES.last());
    let zone = known.expect("there are zones");
    if let Detected::Format(format) = detect(values.iter().copied()) {
        let again = TimeFormat::from_option(format.option()).expect("a detected format can be written down");
        assert_eq!(again, format);
        read(format, zone, &values);
    }
    if let Ok(format) = TimeFormat::from_option(format) {
        let _ = format.words();
        read(format, zone, &values);
    }
}

fn read(format: TimeFormat, zone: &Arc<ZoneTable>, values: &[&str]) {
    for zoned_only in [false, true] {
        let mut reader = TimeReader::new(format.clone(), Arc::clone(zone), zoned_only);
        for value in values {
            let first = reader.read(value);
            assert_eq!(first, reader.read(value), "a time means the same twice");
        }
    }
}
