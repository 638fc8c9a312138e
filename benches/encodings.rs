//! Which encoding and compression of the store's columns are read fastest, and what do they cost in bytes?
//!
//! `cargo bench --bench encodings [-- ROWS]` makes up rows in actor order (10,000,000 unless said), writes each hot column
//! in every sensible way, scans it again, and prints the tables of `docs/performance.md`: each cell is bytes per row, million
//! rows written and million rows scanned per second. One thread, median of five, files in the page cache, processor time
//! of the thread, so that other work on the machine disturbs little.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "every made-up number is far below the limits of its type"
)]

use std::collections::HashMap;
use std::fs::File;
use std::hash::{BuildHasherDefault, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMicrosecondType, UInt8Type, UInt32Type, UInt64Type};
use arrow_array::{
    Array, ArrayRef, DictionaryArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray, UInt8Array,
    UInt32Array, UInt64Array,
};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};

const RUNS: usize = 5;
const ENOUGH: Duration = Duration::from_millis(150);
const GROUP_ROWS: usize = 1 << 17;
/// Rows per page where nothing else is said; what the parquet crate does by itself.
const PAGE_ROWS: usize = 20_000;
/// Large enough that every dictionary of a row group stays one.
const DICTIONARY_BYTES: usize = 16 << 20;

fn main() {
    let rows = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(10_000_000);
    let log = Log::made_up(rows);
    let folder = tempfile::tempdir().expect("a temporary folder");
    println!("{} rows, {} actors\n", log.ts.len(), log.actor_rows.len());
    print_columns(&log, folder.path());
    print_texts_against_codes(&log, folder.path());
    print_row_groups(&log, folder.path());
}

// Every column, encoding and compression.

const BIT_PACKED: &[Way] = &[Way::Plain, Way::Delta, Way::Dictionary];
const NUMBERS: &[Way] = &[Way::Plain, Way::Delta, Way::Split, Way::Dictionary];
const TEXTS: &[Way] = &[Way::Plain, Way::DeltaLength, Way::DeltaText, Way::Dictionary];

fn print_columns(log: &Log, folder: &Path) {
    print!("| column | encoding |");
    compressions().iter().for_each(|(name, _)| print!(" {name} |"));
    println!("\n|---|---|{}", "---|".repeat(compressions().len()));
    for (name, column, ways) in log.columns() {
        for way in ways {
            print!("| {name} | {} |", way.name());
            for (_, compression) in compressions() {
                let properties = way.properties(compression, PAGE_ROWS);
                print!(" {} |", measure_columns(&[&column], &properties, GROUP_ROWS, folder));
            }
            println!();
        }
    }
}

/// Bytes per row, and million rows written and scanned per second, of columns in one file.
fn measure_columns(columns: &[&ArrayRef], properties: &WriterProperties, group_rows: usize, folder: &Path) -> Cell {
    let file = folder.join("column.parquet");
    let rows = columns[0].len();
    let write = median(|| write_file(&file, columns, properties, group_rows));
    let scan = median(|| scan_file(&file, group_rows));
    Cell { rows, bytes: bytes_of(&file), write, scan }
}

/// A way to encode a column.
#[derive(Clone, Copy)]
enum Way {
    Plain,
    Delta,
    Split,
    Dictionary,
    DeltaLength,
    DeltaText,
}

impl Way {
    fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Delta => "delta",
            Self::Split => "byte stream split",
            Self::Dictionary => "dictionary",
            Self::DeltaLength => "delta length",
            Self::DeltaText => "delta text",
        }
    }

    fn properties(self, compression: Compression, page_rows: usize) -> WriterProperties {
        let common = WriterProperties::builder()
            .set_compression(compression)
            .set_data_page_row_count_limit(page_rows)
            .set_data_page_size_limit(DICTIONARY_BYTES)
            .set_max_row_group_row_count(None)
            .set_statistics_enabled(EnabledStatistics::Chunk);
        self.encoding(common).build()
    }

    fn encoding(self, properties: WriterPropertiesBuilder) -> WriterPropertiesBuilder {
        let encoding = match self {
            Self::Dictionary => {
                return properties.set_dictionary_enabled(true).set_dictionary_page_size_limit(DICTIONARY_BYTES);
            }
            Self::Plain => Encoding::PLAIN,
            Self::Delta => Encoding::DELTA_BINARY_PACKED,
            Self::Split => Encoding::BYTE_STREAM_SPLIT,
            Self::DeltaLength => Encoding::DELTA_LENGTH_BYTE_ARRAY,
            Self::DeltaText => Encoding::DELTA_BYTE_ARRAY,
        };
        properties.set_dictionary_enabled(false).set_encoding(encoding)
    }
}

fn compressions() -> [(&'static str, Compression); 5] {
    let zstd = |level| Compression::ZSTD(ZstdLevel::try_new(level).expect("a level of zstd"));
    [
        ("none", Compression::UNCOMPRESSED),
        ("LZ4_RAW", Compression::LZ4_RAW),
        ("snappy", Compression::SNAPPY),
        ("zstd 1", zstd(1)),
        ("zstd 3", zstd(3)),
    ]
}

// Texts of Parquet dictionaries against codes of a sorted dictionary of the run.

fn print_texts_against_codes(log: &Log, folder: &Path) {
    println!("\n| column | distinct | stored as | none | LZ4_RAW | zstd 1 |\n|---|---|---|---|---|---|");
    for column in log.coded_columns() {
        let compressions = [0, 1, 3].map(|index| compressions()[index].1);
        let head = format!("| {} | {}", column.name, column.values.len());
        let texts = compressions.map(|compression| measure_texts(&column, compression, folder).to_string());
        println!("{head} | texts | {} |", texts.join(" | "));
        for way in [Way::Dictionary, Way::Delta, Way::Plain] {
            let codes = compressions.map(|compression| measure_codes(&column, way, compression, folder).to_string());
            println!("{head} | codes, {} | {} |", way.name(), codes.join(" | "));
        }
    }
}

/// Codes of one text column with the texts they mean.
struct CodedColumn {
    name: &'static str,
    /// Position in `values` plus one.
    codes: ArrayRef,
    /// Sorted.
    values: Vec<String>,
}

/// Parquet strings, read as the dictionary of each row group, whose values are looked up to get the codes of the store.
fn measure_texts(column: &CodedColumn, compression: Compression, folder: &Path) -> Cell {
    let file = folder.join("texts.parquet");
    let texts = texts_of(column);
    let properties = Way::Dictionary.properties(compression, PAGE_ROWS);
    let write = median(|| write_file(&file, &[&texts], &properties, GROUP_ROWS));
    let known: Known<'_> = (1..).zip(&column.values).map(|(code, value)| (value.as_str(), code)).collect();
    assert_eq!(scan_texts(&file, &known), sum_of(&column.codes), "texts lead back to their codes");
    let scan = median(|| scan_texts(&file, &known));
    Cell { rows: column.codes.len(), bytes: bytes_of(&file), write, scan }
}

fn texts_of(column: &CodedColumn) -> ArrayRef {
    let keys: UInt32Array = column.codes.as_primitive::<UInt32Type>().values().iter().map(|code| code - 1).collect();
    let values = StringArray::from_iter_values(&column.values);
    Arc::new(DictionaryArray::<UInt32Type>::try_new(keys, Arc::new(values)).expect("every key has a value"))
}

fn scan_texts(file: &Path, known: &Known<'_>) -> u64 {
    let mut sum = 0;
    for batch in batches(file, GROUP_ROWS) {
        let texts = batch.column(0).as_dictionary::<UInt32Type>();
        let values = texts.values().as_string::<i32>();
        let codes: Vec<u32> = values.iter().map(|value| value.map_or(0, |value| known[value])).collect();
        sum += translated(texts.keys().values(), &codes);
    }
    sum
}

/// Codes of the run, translated to codes of the store by a vector; their texts, once, are part of the size.
fn measure_codes(column: &CodedColumn, way: Way, compression: Compression, folder: &Path) -> Cell {
    let (file, dictionary) = (folder.join("codes.parquet"), folder.join("dictionary.parquet"));
    let values: ArrayRef = Arc::new(StringArray::from_iter_values(&column.values));
    let properties = way.properties(compression, PAGE_ROWS);
    let dictionary_properties = Way::Plain.properties(compression, PAGE_ROWS);
    let write = median(|| {
        write_file(&dictionary, &[&values], &dictionary_properties, GROUP_ROWS);
        write_file(&file, &[&column.codes], &properties, GROUP_ROWS);
    });
    let translation: Vec<u32> = (0..=column.values.len() as u32).collect();
    let scan = median(|| scan_codes(&file, &translation));
    Cell { rows: column.codes.len(), bytes: bytes_of(&file) + bytes_of(&dictionary), write, scan }
}

fn scan_codes(file: &Path, translation: &[u32]) -> u64 {
    batches(file, GROUP_ROWS)
        .map(|batch| translated(batch.column(0).as_primitive::<UInt32Type>().values(), translation))
        .sum()
}

/// Translates as a scan does, into a buffer of the row group, and adds up so that nothing is left out.
fn translated(codes: &[u32], translation: &[u32]) -> u64 {
    let found: Vec<u32> = codes.iter().map(|code| translation[*code as usize]).collect();
    found.iter().map(|code| u64::from(*code)).sum()
}

/// Code of each text, by a hash as cheap as any, so that looking up is not what is measured.
type Known<'a> = HashMap<&'a str, u32, BuildHasherDefault<CheapHasher>>;

#[derive(Default)]
struct CheapHasher(u64);

impl Hasher for CheapHasher {
    fn finish(&self) -> u64 {
        mixed(self.0)
    }

    fn write(&mut self, bytes: &[u8]) {
        for word in bytes.chunks(8) {
            let mut padded = [0; 8];
            padded[..word.len()].copy_from_slice(word);
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(padded)).wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }
}

// Sizes of row groups and pages.

fn print_row_groups(log: &Log, folder: &Path) {
    println!("\n| rows per group | rows per page | time, flags, event, device, page together |\n|---|---|---|");
    let hot = ["ts", "flags", "event", "device", "page"];
    let columns: Vec<ArrayRef> =
        log.columns().into_iter().filter(|(name, _, _)| hot.contains(name)).map(|(_, column, _)| column).collect();
    let columns: Vec<&ArrayRef> = columns.iter().collect();
    for group_rows in [1 << 15, 1 << 17, 1 << 19] {
        for page_rows in [PAGE_ROWS, group_rows] {
            let properties = Way::Delta.properties(Compression::LZ4_RAW, page_rows);
            println!("| {group_rows} | {page_rows} | {} |", measure_columns(&columns, &properties, group_rows, folder));
        }
    }
}

// Writing, scanning, timing.

/// Figures of one way.
struct Cell {
    rows: usize,
    bytes: u64,
    write: Duration,
    scan: Duration,
}

impl std::fmt::Display for Cell {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rate = |time: Duration| self.rows as f64 / time.as_secs_f64() / 1e6;
        let bytes = self.bytes as f64 / self.rows as f64;
        write!(formatter, "{bytes:.2} · {:.0} · {:.0}", rate(self.write), rate(self.scan))
    }
}

fn write_file(file: &PathBuf, columns: &[&ArrayRef], properties: &WriterProperties, group_rows: usize) {
    let fields: Vec<Field> = (0..)
        .zip(columns)
        .map(|(index, column)| Field::new(format!("c{index}"), column.data_type().clone(), column.null_count() > 0))
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let out = File::create(file).expect("a new file");
    let mut writer = ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties.clone())).expect("a writer");
    let rows = columns[0].len();
    for start in (0..rows).step_by(group_rows) {
        let part = columns.iter().map(|column| column.slice(start, group_rows.min(rows - start))).collect();
        let batch = RecordBatch::try_new(Arc::clone(&schema), part).expect("columns of one length");
        writer.write(&batch).expect("rows are written");
        writer.flush().expect("a row group is written");
    }
    writer.close().expect("the file is complete");
}

fn batches(file: &Path, group_rows: usize) -> impl Iterator<Item = RecordBatch> {
    let file = File::open(file).expect("the file just written");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet").with_batch_size(group_rows);
    reader.build().expect("a reader").map(|batch| batch.expect("rows"))
}

fn scan_file(file: &Path, group_rows: usize) -> u64 {
    batches(file, group_rows).map(|batch| batch.columns().iter().map(sum_of).fold(0, u64::wrapping_add)).sum()
}

/// A sum over the decoded values, so that every one is looked at.
fn sum_of(column: &ArrayRef) -> u64 {
    let wrapping = |values: &[i64]| values.iter().fold(0_i64, |sum, value| sum.wrapping_add(*value)) as u64 >> 8;
    match column.data_type() {
        DataType::UInt8 => column.as_primitive::<UInt8Type>().values().iter().map(|value| u64::from(*value)).sum(),
        DataType::UInt32 => column.as_primitive::<UInt32Type>().values().iter().map(|value| u64::from(*value)).sum(),
        DataType::UInt64 => column.as_primitive::<UInt64Type>().values().iter().sum(),
        DataType::Int64 => wrapping(column.as_primitive::<Int64Type>().values()),
        DataType::Timestamp(_, _) => wrapping(column.as_primitive::<TimestampMicrosecondType>().values()),
        _ => column.as_string::<i32>().values().len() as u64,
    }
}

fn bytes_of(file: &Path) -> u64 {
    std::fs::metadata(file).expect("the file just written").len()
}

fn median<T>(work: impl Fn() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS).map(|_| time_of(&work)).collect();
    times.sort_unstable();
    times[RUNS / 2]
}

/// Time of one round, from as many rounds as take long enough for a clock that ticks every few milliseconds.
fn time_of<T>(work: impl Fn() -> T) -> Duration {
    let (started, before) = (Instant::now(), processor_time());
    let mut rounds = 0;
    while rounds == 0 || started.elapsed() < ENOUGH {
        std::hint::black_box(work());
        rounds += 1;
    }
    match (before, processor_time()) {
        (Some(before), Some(after)) => (after - before) / rounds,
        _ => started.elapsed() / rounds,
    }
}

/// Time that this thread has had a processor, where the system tells.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split(' ').next()?.parse().ok()?))
}

// The log: rising times within an actor, about 18 events each, over 30 days.

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
const FIRST: i64 = 1_790_000_000 * SECOND;
const EVENTS_PER_ACTOR: f64 = 18.0;
const EVENTS: [&str; 7] =
    ["add_to_cart", "begin_checkout", "page_view", "purchase", "remove_from_cart", "search", "view_item"];
const PURCHASE: u32 = 4;
/// Of each event name, summed up, in hundredths.
const EVENT_SHARES: [u64; 7] = [12, 20, 55, 60, 63, 73, 100];
const DEVICES: [&str; 4] = ["desktop", "mobile", "smart tv", "tablet"];
const CHANNELS: u64 = 8;
const PAGES: u64 = 3_000;
const URLS: u64 = 200_000;

#[derive(Default)]
struct Log {
    ts: Vec<i64>,
    flags: Vec<u8>,
    event: Vec<u32>,
    device: Vec<u32>,
    channel: Vec<u32>,
    page: Vec<u32>,
    url: Vec<u32>,
    input: Vec<u32>,
    row: Vec<u64>,
    value: Vec<Option<i64>>,
    actor_rows: Vec<u64>,
    actor_ids: Vec<String>,
}

impl Log {
    fn made_up(rows: usize) -> Self {
        let (mut log, mut dice) = (Self::default(), Dice(7));
        while log.ts.len() < rows {
            let most = rows - log.ts.len();
            log.add_actor(most.min(1 + dice.exponential(EVENTS_PER_ACTOR - 1.0) as usize), &mut dice);
        }
        log
    }

    fn add_actor(&mut self, events: usize, dice: &mut Dice) {
        self.actor_rows.push(events as u64);
        self.actor_ids.push(format!("{:010}.{:010}", dice.below(1 << 31), 1_700_000_000 + dice.below(90_000_000)));
        let between = 30.0 * DAY as f64 / (events as f64 / 4.0 + 1.0);
        let mut time = dice.exponential(between) as i64;
        let (mut device, mut channel) = (1 + dice.below(DEVICES.len() as u64), 1 + dice.below(CHANNELS));
        for _ in 0..events {
            self.add_event(time, device as u32, channel as u32, dice);
            let same_session = dice.below(4) > 0;
            time += dice.exponential(if same_session { 45.0 * SECOND as f64 } else { between }) as i64 + 1_000;
            if !same_session {
                channel = 1 + dice.below(CHANNELS);
                device = if dice.below(10) == 0 { 1 + dice.below(DEVICES.len() as u64) } else { device };
            }
        }
    }

    fn add_event(&mut self, time: i64, device: u32, channel: u32, dice: &mut Dice) {
        // Milliseconds, like the log of the peers.
        let time = time / 1_000 * 1_000;
        let drawn = dice.below(100);
        let event = 1 + EVENT_SHARES.partition_point(|share| *share <= drawn) as u32;
        self.ts.push(FIRST + time);
        self.flags.push(if dice.below(12) == 0 { 5 } else { 1 });
        self.event.push(event);
        self.device.push(device);
        self.channel.push(channel);
        let page = if dice.below(2) == 0 { dice.below(6) } else { dice.low(PAGES) };
        self.page.push(1 + (page * 1_009 % PAGES) as u32);
        let url = if dice.below(2) == 0 { dice.low(2_000) } else { dice.low(URLS) };
        self.url.push(1 + (url * 10_007 % URLS) as u32);
        self.input.push(1 + (time / DAY) as u32);
        self.row.push((time % DAY / (DAY / 300_000)) as u64);
        self.value.push((event == PURCHASE).then(|| dice.below(20_000) as i64 * 10_000));
    }

    /// The columns worth measuring, each with the encodings that make sense.
    fn columns(&self) -> Vec<(&'static str, ArrayRef, &'static [Way])> {
        let codes = |codes: &[u32]| Arc::new(UInt32Array::from_iter_values(codes.iter().copied())) as ArrayRef;
        vec![
            ("ts", Arc::new(TimestampMicrosecondArray::from(self.ts.clone())), NUMBERS),
            ("flags", Arc::new(UInt8Array::from(self.flags.clone())), BIT_PACKED),
            ("event", codes(&self.event), BIT_PACKED),
            ("device", codes(&self.device), BIT_PACKED),
            ("channel", codes(&self.channel), BIT_PACKED),
            ("page", codes(&self.page), BIT_PACKED),
            ("url", codes(&self.url), NUMBERS),
            ("value", Arc::new(Int64Array::from(self.value.clone())), NUMBERS),
            ("input", codes(&self.input), BIT_PACKED),
            ("row", Arc::new(UInt64Array::from(self.row.clone())), NUMBERS),
            ("actor", self.actors(), TEXTS),
            ("rows of actor", Arc::new(UInt64Array::from(self.actor_rows.clone())), NUMBERS),
        ]
    }

    /// The id of each event's actor.
    fn actors(&self) -> ArrayRef {
        let of_events = self.actor_ids.iter().zip(&self.actor_rows);
        let repeated = of_events.flat_map(|(id, rows)| std::iter::repeat_n(id, *rows as usize));
        Arc::new(StringArray::from_iter_values(repeated))
    }

    fn coded_columns(&self) -> Vec<CodedColumn> {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let pages = (0..PAGES).map(|page| format!("/product/{page:05}")).collect();
        let urls = (0..URLS).map(|url| format!("https://www.shop.example/product/{url:07}?ref=list")).collect();
        let column = |name, codes: &[u32], values| CodedColumn {
            name,
            codes: Arc::new(UInt32Array::from_iter_values(codes.iter().copied())),
            values,
        };
        vec![
            column("event", &self.event, names(&EVENTS)),
            column("device", &self.device, names(&DEVICES)),
            column("page", &self.page, pages),
            column("url", &self.url, urls),
        ]
    }
}

/// Numbers that look random and are always the same.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Below `end`, small numbers far more often.
    fn low(&mut self, end: u64) -> u64 {
        self.below(end).min(self.below(end)).min(self.below(end))
    }

    fn exponential(&mut self, mean: f64) -> f64 {
        -mean * ((self.next() >> 11) as f64 / (1_u64 << 53) as f64).max(1e-12).ln()
    }
}

/// Spreads every bit over all (splitmix64).
fn mixed(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}
