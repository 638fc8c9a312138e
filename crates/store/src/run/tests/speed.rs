//! How fast are row groups written and read? Run by hand: `cargo test --release … -- --ignored speed --nocapture`.
//!
//! Rates are per second of processor time, median of three.

use kundresa_model::dictionary::Dictionary;

use super::support::open;
use crate::block::{Block, Places};
use crate::generation::disk::Disk;
use crate::run::facts::Optional;
use crate::run::reader::Columns;
use crate::run::writer::{GROUP_ROWS, Layout, RunWriter};

const ROWS_PER_ACTOR: usize = 8;

/// A cheap row of numbers without a pattern.
fn scattered(number: u64) -> u64 {
    (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 17).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 9
}

fn group(first: u64) -> Block {
    let rows = GROUP_ROWS as u64;
    let actors = rows / ROWS_PER_ACTOR as u64;
    let key = |actor: u64| first * 1_000_000_000 + actor * 1_001;
    let ts = (0..rows).map(|row| {
        let actor = row / ROWS_PER_ACTOR as u64;
        let start = 1_700_000_000_000_000 + i64::try_from(scattered(first + actor) % 2_000_000_000_000).unwrap();
        start + i64::try_from(row % ROWS_PER_ACTOR as u64 * 37_123_456 + scattered(row) % 1_000_000).unwrap()
    });
    let code = |values: u64| (0..rows).map(|row| u32::try_from(scattered(row + first) % values).unwrap()).collect();
    Block {
        keys: (0..actors).map(key).collect(),
        classes: vec![0; usize::try_from(actors).unwrap()],
        ids: (0..actors).map(|actor| format!("{}.{}", scattered(key(actor)), actor)).collect(),
        offsets: (0..=actors).map(|actor| u32::try_from(actor * ROWS_PER_ACTOR as u64).unwrap()).collect(),
        ts: ts.collect(),
        flags: (0..rows).map(|row| u8::from(!scattered(row).is_multiple_of(10))).collect(),
        text: vec![code(20), code(3), code(5_000)],
        place: Places { row: (0..rows).collect(), input: vec![1; GROUP_ROWS], ..Places::default() },
        ..Block::default()
    }
}

/// Nanoseconds that this thread has had a processor, so that other work beside does not count.
fn processor_time() -> u64 {
    let numbers = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    numbers.split_whitespace().next().unwrap().parse().unwrap()
}

fn rate(what: &str, rows: u64, work: impl Fn()) -> String {
    let once = || {
        let start = processor_time();
        work();
        (processor_time() - start).max(1)
    };
    let mut times = [once(), once(), once()];
    times.sort_unstable();
    format!("{what}: {} M rows/s\n", rows * 1_000 / times[1])
}

#[test]
#[ignore = "measures"]
fn speed_of_a_scan() {
    let folder = tempfile::tempdir().unwrap();
    let values = |count: u32| Dictionary::new((0..count).map(|number| format!("value {number:06}")).collect());
    let layout = Layout {
        mixed: Vec::new(),
        coded: vec![
            ("event".to_owned(), values(20)),
            ("source_name".to_owned(), values(3)),
            ("page".to_owned(), values(5_000)),
        ],
        wide: Vec::new(),
        has: Optional::default(),
    };
    let groups = 40;
    let blocks: Vec<Block> = (0..groups).map(group).collect();
    let rows = groups * GROUP_ROWS as u64;
    let mut report = rate("write", rows, || {
        let path = folder.path().join(std::fs::read_dir(&folder).unwrap().count().to_string());
        let (mut writer, encoder) = RunWriter::create(&Disk::default(), &path, &layout).unwrap();
        blocks.iter().for_each(|block| writer.append(encoder.encode(block.clone()).unwrap()).unwrap());
        writer.finish().unwrap();
    });
    let run = open(&folder.path().join("0"));
    for file in &run.facts.files {
        report += &format!("{} {:.2} bytes a row\n", file.name, file.bytes as f64 / rows as f64);
    }
    let one = |columns: &Columns, size: usize| {
        for first in (0..run.facts.groups.len()).step_by(size) {
            run.rows((first * GROUP_ROWS) as u64..((first + size) * GROUP_ROWS) as u64, columns).unwrap();
        }
    };
    let ts = Columns { ts: true, ..Columns::default() };
    let code = |column: usize| Columns { coded: vec![column], ..Columns::default() };
    let hot = Columns { coded: vec![0], ..ts.clone() };
    report += &rate("actors", rows, || drop(run.actors(0..run.facts.groups.len(), false).unwrap()));
    report += &rate("ts and flags", rows, || one(&ts, 1));
    report += &rate("20 codes", rows, || one(&code(0), 1));
    report += &rate("5,000 codes", rows, || one(&code(2), 1));
    report += &rate("ts, flags, 20 codes, by group", rows, || one(&hot, 1));
    report += &rate("ts, flags, 20 codes, by 8 groups", rows, || one(&hot, 8));
    report += &rate("actors, ts, flags, 20 codes", rows, || {
        drop(run.actors(0..run.facts.groups.len(), false).unwrap());
        one(&hot, 1);
    });
    eprintln!("{report}");
}
