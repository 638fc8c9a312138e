//! Does a store answer as the files do that went into it, whatever happened to it in between?

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use flate2::read::MultiGzDecoder;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{kundresa, results, root, skipped, stdout};

/// Every analysis that prints a document.
const ANALYSES: [&[&str]; 5] = [
    &["sessions"],
    &["phases"],
    &["transitions"],
    &["transitions", "--of", "events"],
    &["funnel", "--step", "view_item", "--step", "add_to_cart|begin_checkout", "--step", "purchase", "--by", "device"],
];

fn sample() -> PathBuf {
    root().join("sample_data/webshop").canonicalize().expect("the sample is there")
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// Runs `kundresa load`, which must succeed, and gives its summary.
fn load(store: &Path, inputs: &[&Path], options: &[&str]) -> Value {
    let mut arguments = vec!["load".to_owned(), "--into".to_owned(), text(store)];
    arguments.extend(["--format", "json"].map(str::to_owned));
    arguments.extend(inputs.iter().map(|input| text(input)));
    arguments.extend(options.iter().map(|option| (*option).to_owned()));
    serde_json::from_str(&stdout(&arguments)).expect("the summary is JSON")
}

/// Text of the results of `analysis` over `input`.
fn answer(analysis: &[&str], input: &Path, options: &[&str]) -> String {
    let path = text(input);
    results(&[analysis, &[&path], options].concat())
}

/// The results without the one number that depends on the columns that a command reads.
fn without_repeated_rows(results: &str) -> Value {
    let mut results: Value = serde_json::from_str(results).expect("JSON");
    results["quality"]["repeated_rows"] = Value::Null;
    results
}

/// All answers of a store, bytes and all.
fn answers(store: &Path) -> Vec<String> {
    ANALYSES.iter().map(|analysis| answer(analysis, store, &[])).collect()
}

/// Asserts that the store holds what it should.
fn check(store: &Path) {
    let output = kundresa(&["store", "check", &text(store)]);
    assert!(output.status.success(), "{}{}", shown(&output.stdout), shown(&output.stderr));
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn number(summary: &Value, key: &str) -> u64 {
    summary[key].as_u64().expect("the summary has that count")
}

#[test]
fn every_analysis_over_a_store_equals_the_one_over_its_files() {
    let folder = TempDir::new().expect("folder");
    let store = folder.path().join("shop.store");
    let summary = load(&store, &[&sample()], &[]);
    let sum: u64 = ["events", "duplicates", "rejected", "replaced_at_once", "forgotten"]
        .iter()
        .map(|key| number(&summary, key))
        .sum();
    assert_eq!(number(&summary, "rows_in"), sum);
    for analysis in ANALYSES {
        let (files, stored) = (answer(analysis, &sample(), &[]), answer(analysis, &store, &[]));
        // Of a store all columns are compared, of files those that the command reads.
        assert_eq!(without_repeated_rows(&files), without_repeated_rows(&stored), "{analysis:?}");
    }
    check(&store);
}

#[test]
fn filters_and_breakdowns_by_properties_work_over_a_store() {
    let folder = TempDir::new().expect("folder");
    let store = folder.path().join("shop.store");
    load(&store, &[&sample()], &[]);
    let options: [&[&str]; 4] = [
        &["--where", "device == \"mobile\"", "--by", "channel"],
        &["--where", "value > 500", "--where-scope", "actor"],
        &["--by", "ga_session_number"],
        &["--from", "2024-03-10", "--to", "2024-03-20", "--bots", "include"],
    ];
    for options in options {
        let (files, stored) = (answer(&["sessions"], &sample(), options), answer(&["sessions"], &store, options));
        assert_eq!(without_repeated_rows(&files), without_repeated_rows(&stored), "{options:?}");
    }
}

#[test]
fn report_and_export_over_a_store_equal_those_over_its_files() {
    let folder = TempDir::new().expect("folder");
    let store = folder.path().join("shop.store");
    load(&store, &[&sample()], &[]);
    let report = |input: &Path, name: &str| {
        let page = folder.path().join(name);
        stdout(&["report", &text(input), "--out", &text(&page)]);
        let json = fs::read_to_string(page.with_extension("json")).expect("report.json");
        let document: Value = serde_json::from_str(&json).expect("JSON");
        without_repeated_rows(&document["results"].to_string())
    };
    assert_eq!(report(&sample(), "files.html"), report(&store, "store.html"));
    let sessions = |input: &Path| stdout(&["export", "sessions", &text(input)]);
    assert_eq!(sessions(&sample()), sessions(&store));
    assert_eq!(labels(&sample()), labels(&store));
}

/// The columns of exported events that every log has.
fn labels(input: &Path) -> Vec<String> {
    const LABELS: usize = 13;
    let table = stdout(&["export", "events", &text(input)]);
    table.lines().map(|line| line.split(',').take(LABELS).collect::<Vec<_>>().join(",")).collect()
}

#[test]
fn the_same_input_twice_changes_nothing() {
    let folder = TempDir::new().expect("folder");
    let store = folder.path().join("shop.store");
    let first = load(&store, &[&sample()], &[]);
    let manifest = fs::read(store.join("manifest.json")).expect("manifest");
    let second = load(&store, &[&sample()], &[]);
    assert_eq!(number(&second, "inputs_loaded"), 0);
    assert_eq!(number(&second, "inputs_unchanged"), number(&first, "inputs_loaded"));
    assert_eq!(second["generation"], first["generation"]);
    assert_eq!(second["store"], first["store"]);
    assert!(manifest == fs::read(store.join("manifest.json")).expect("manifest"), "the manifest is as it was");
}

/// Numbers that look like chance and are the same every time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).expect("below a usize")
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// Data files of a folder.
fn data_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("folder").map(|entry| entry.expect("entry").path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|end| end != "md" && end != "toml")).collect();
    files.sort();
    files
}

#[test]
fn files_loaded_in_any_order_and_cut_equal_one_load() {
    let folder = TempDir::new().expect("folder");
    let whole = folder.path().join("whole.store");
    load(&whole, &[&sample()], &[]);
    let expected = answers(&whole);
    let mut dice = Dice(3);
    for round in 0..3 {
        let store = folder.path().join(format!("{round}.store"));
        let mut files = data_files(&sample());
        dice.shuffle(&mut files);
        while !files.is_empty() {
            let batch: Vec<PathBuf> = files.drain(..(1 + dice.below(7)).min(files.len())).collect();
            let batch: Vec<&Path> = batch.iter().map(PathBuf::as_path).collect();
            load(&store, &batch, &["--root", &text(&sample())]);
        }
        check(&store);
        assert_eq!(answers(&store), expected, "round {round}");
        stdout(&["store", "compact", &text(&store)]);
        check(&store);
        assert_eq!(answers(&store), expected, "round {round}, compacted");
    }
}

fn copy_sample(to: &Path) {
    fs::create_dir_all(to).expect("folder");
    for entry in fs::read_dir(sample()).expect("folder") {
        let path = entry.expect("entry").path();
        fs::copy(&path, to.join(path.file_name().expect("name"))).expect("copied");
    }
}

/// A day of the sample as text, with one event more.
fn day_with_one_more(day: &str) -> String {
    let mut rows = String::new();
    let packed = fs::File::open(sample().join(format!("events_{day}.json.gz"))).expect("day");
    MultiGzDecoder::new(packed).read_to_string(&mut rows).expect("gzip");
    let row = rows.lines().find(|row| row.contains("\"event_name\":\"page_view\"")).expect("a page view");
    let at = row.find("\"event_timestamp\":\"").expect("time") + "\"event_timestamp\":\"".len();
    let micros: u64 = row[at..at + 16].parse().expect("microseconds");
    let later = format!("{}{}{}", &row[..at], micros + 1_000_000, &row[at + 16..]);
    format!("{rows}{later}\n")
}

#[test]
fn day_that_comes_again_under_its_name_replaces_itself() {
    let folder = TempDir::new().expect("folder");
    let (shop, store) = (folder.path().join("shop"), folder.path().join("shop.store"));
    copy_sample(&shop);
    let before = load(&store, &[&shop], &[]);
    fs::remove_file(shop.join("events_20240306.json.gz")).expect("removed");
    fs::write(shop.join("events_20240307.json.gz"), day_with_one_more("20240307")).expect("written");
    let after = load(&store, &[&shop], &[]);
    assert_eq!((number(&after, "inputs_loaded"), number(&after, "inputs_replaced")), (1, 1));
    assert_eq!(number(&after, "replaced") + 1, number(&after, "rows_in"), "the old day goes, the new has one row more");
    assert_eq!(number(&after["store"], "events"), number(&before["store"], "events") + 1);
    // A file that is gone from the folder stays in the store.
    let fresh = folder.path().join("fresh.store");
    fs::copy(sample().join("events_20240306.json.gz"), shop.join("events_20240306.json.gz")).expect("copied");
    load(&fresh, &[&shop], &[]);
    assert_eq!(answers(&store), answers(&fresh));
    check(&store);
}

#[test]
fn day_that_is_exported_again_replaces_the_older_export() {
    let folder = TempDir::new().expect("folder");
    let (shop, store) = (folder.path().join("shop"), folder.path().join("shop.store"));
    copy_sample(&shop);
    let before = load(&store, &[&shop], &[]);
    fs::create_dir(shop.join("later")).expect("folder");
    fs::write(shop.join("later/events_20240307.json"), day_with_one_more("20240307")).expect("written");
    let after = load(&store, &[&shop], &[]);
    assert_eq!(number(&after, "replaced") + 1, number(&after, "rows_in"), "{after}");
    assert_eq!(number(&after["store"], "replaced"), number(&after, "replaced"));
    assert_eq!(number(&after["store"], "events"), number(&before["store"], "events") + 1);
    let fresh = folder.path().join("fresh.store");
    load(&fresh, &[&shop], &[]);
    assert_eq!(answers(&store), answers(&fresh));
    let files = answer(&["sessions"], &shop, &[]);
    assert_eq!(without_repeated_rows(&files), without_repeated_rows(&answer(&["sessions"], &store, &[])));
}

#[test]
fn s12_late_event_joins_two_sessions() {
    let folder = TempDir::new().expect("folder");
    let store = folder.path().join("s.store");
    let head = "time,user_id,event\n";
    let write = |name: &str, rows: &str| {
        let path = folder.path().join(name);
        fs::write(&path, format!("{head}{rows}")).expect("written");
        path
    };
    let first = write("1.csv", "2024-03-01T10:00:00Z,a,page_view\n2024-03-01T10:40:00Z,a,page_view\n");
    let late = write("2.csv", "2024-03-01T10:20:00Z,a,view_item\n");
    let sessions = |store: &Path| {
        let results: Value = serde_json::from_str(&answer(&["sessions"], store, &[])).expect("JSON");
        results["sessions"].as_u64()
    };
    load(&store, &[&first], &[]);
    assert_eq!(sessions(&store), Some(2));
    load(&store, &[&late], &[]);
    assert_eq!(sessions(&store), Some(1));
}

#[test]
fn forgotten_actor_is_in_no_file_and_does_not_come_back() {
    let folder = TempDir::new().expect("folder");
    let store = folder.path().join("s.store");
    let log = folder.path().join("log.csv");
    let rows = "2024-03-01T10:00:00Z,dora-4711,page_view\n2024-03-01T11:00:00Z,emil-4712,page_view\n\
                never,dora-4711,page_view\n";
    fs::write(&log, format!("time,user_id,event\n{rows}")).expect("written");
    load(&store, &[&log], &[]);
    let output = stdout(&["forget", "dora-4711", "nobody", "--store", &text(&store), "--format", "json"]);
    let summary: Value = serde_json::from_str(&output).expect("JSON");
    assert_eq!((number(&summary, "rows"), number(&summary, "rejected"), number(&summary, "actors")), (1, 1, 1));
    assert_eq!(summary["found"], serde_json::json!(["dora-4711"]));
    assert_eq!(summary["not_found"], serde_json::json!(["nobody"]));
    check(&store);
    assert!(!names_of_actors(&store).contains("dora-4711"));
    assert!(files_below(&store).iter().all(|path| !holds(path, b"dora-4711")), "the name is in no file");
    let again = folder.path().join("again.csv");
    fs::write(&again, "time,user_id,event\n2024-03-02T10:00:00Z,dora-4711,page_view\n").expect("written");
    assert_eq!(number(&load(&store, &[&again], &[]), "forgotten"), 1);
    assert!(!names_of_actors(&store).contains("dora-4711"));
}

fn names_of_actors(store: &Path) -> String {
    stdout(&["export", "sessions", &text(store)])
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

fn holds(path: &Path, needle: &[u8]) -> bool {
    fs::read(path).expect("file").windows(needle.len()).any(|window| window == needle)
}

#[test]
fn second_load_at_once_is_told_who_holds_the_store() {
    let folder = TempDir::new().expect("folder");
    let store = folder.path().join("shop.store");
    load(&store, &[&sample()], &[]);
    let lock = fs::OpenOptions::new().write(true).open(store.join("lock")).expect("lock file");
    lock.lock().expect("locked");
    let output = kundresa(&["load", &text(&sample()), "--into", &text(&store)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(shown(&output.stderr).contains("is being changed by"), "{}", shown(&output.stderr));
    // Readers need no lock.
    stdout(&["store", "show", &text(&store)]);
}

/// A log of a made-up shop in one file.
fn generated(folder: &Path, events: &str) -> PathBuf {
    let out = folder.join("log");
    stdout(&["generate", "--events", events, "--as", "csv", "--out", &text(&out)]);
    data_files(&out).into_iter().find(|path| path.extension().is_some_and(|end| end == "csv")).expect("a log")
}

/// `file` cut into two after half of its lines, header in both.
fn halves(file: &Path, folder: &Path) -> [PathBuf; 2] {
    let log = fs::read_to_string(file).expect("log");
    let (head, rows) = log.split_once('\n').expect("header");
    let rows: Vec<&str> = rows.lines().collect();
    let (first, second) = rows.split_at(rows.len() / 2);
    [("half1.csv", first), ("half2.csv", second)].map(|(name, rows)| {
        let path = folder.join(name);
        fs::write(&path, format!("{head}\n{}\n", rows.join("\n"))).expect("written");
        path
    })
}

fn spawn_load(store: &Path, input: &Path) -> std::process::Child {
    Command::new(env!("CARGO_BIN_EXE_kundresa"))
        .args(["load", &text(input), "--into", &text(store)])
        .current_dir(std::env::temp_dir())
        .env_remove("KUNDRESA_CONFIG")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary starts")
}

#[test]
fn load_killed_at_any_moment_leaves_the_old_state_or_the_new() {
    let folder = TempDir::new().expect("folder");
    let [first, second] = halves(&generated(folder.path(), "200k"), folder.path());
    let (store, whole) = (folder.path().join("killed.store"), folder.path().join("whole.store"));
    load(&whole, &[&first, &second], &[]);
    load(&store, &[&first], &[]);
    let old = answer(&["sessions"], &store, &[]);
    let new = answer(&["sessions"], &whole, &[]);
    let started = Instant::now();
    load(&folder.path().join("timed.store"), &[&second], &[]);
    let whole_load = started.elapsed();
    let mut dice = Dice(11);
    for _ in 0..12 {
        let mut process = spawn_load(&store, &second);
        std::thread::sleep(whole_load.mul_f64(dice.below(1_000) as f64 / 1_000.0) + Duration::from_millis(1));
        process.kill().expect("killed");
        process.wait().expect("ended");
        check(&store);
        let now = answer(&["sessions"], &store, &[]);
        assert!(now == old || now == new, "neither the old state nor the new: {now}");
    }
    load(&store, &[&second], &[]);
    assert_eq!(answer(&["sessions"], &store, &[]), new);
    let leftovers: Vec<PathBuf> = files_below(&store).into_iter().filter(|path| text(path).contains("spill")).collect();
    assert!(leftovers.is_empty(), "{leftovers:?}");
    let runs = fs::read_dir(store.join("runs")).expect("runs").count();
    let manifest: Value =
        serde_json::from_slice(&fs::read(store.join("manifest.json")).expect("manifest")).expect("JSON");
    assert_eq!(Some(runs), manifest["runs"].as_array().map(Vec::len), "no run is left that nothing names");
}

/// Loads under a limit on the address space of the process.
fn load_limited(store: &Path, input: &Path, address_space_kib: u64) -> Option<Output> {
    let script = format!(
        "ulimit -v {address_space_kib} || exit 99; exec \"$0\" load \"$1\" --into \"$2\" --memory 64MiB --threads 2 --format json"
    );
    let run = Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_kundresa"), &text(input), &text(store)])
        .current_dir(std::env::temp_dir())
        .env_remove("KUNDRESA_CONFIG")
        .output();
    run.ok().filter(|output| output.status.code() != Some(99))
}

#[test]
fn two_million_events_fit_into_little_memory_and_give_the_same_bytes() {
    /// Room for the program, its threads' stacks and what the allocator reserves, beside the 64 MiB.
    const ADDRESS_SPACE_KIB: u64 = 640 << 10;
    let folder = TempDir::new().expect("folder");
    let log = generated(folder.path(), "2M");
    let (small, large) = (folder.path().join("small.store"), folder.path().join("large.store"));
    let Some(output) = load_limited(&small, &log, ADDRESS_SPACE_KIB) else {
        skipped("`sh` or `ulimit -v` is not there");
        return;
    };
    assert!(output.status.success(), "{}", shown(&output.stderr));
    let summary: Value = serde_json::from_slice(&output.stdout).expect("the summary is JSON");
    assert!(number(&summary, "spilled_bytes") > 0, "{summary}");
    let unlimited = load(&large, &[&log], &["--memory", "8GiB", "--threads", "1"]);
    assert_eq!(number(&unlimited, "spilled_bytes"), 0);
    assert_eq!(unlimited["store"], summary["store"]);
    for (ours, theirs) in files_below(&small.join("runs")).iter().zip(files_below(&large.join("runs"))) {
        assert_eq!(ours.file_name(), theirs.file_name());
        assert!(fs::read(ours).expect("file") == fs::read(&theirs).expect("file"), "{} differs", ours.display());
    }
    assert_eq!(answer(&["sessions"], &small, &[]), answer(&["sessions"], &large, &[]));
}

#[test]
fn standard_input_is_loaded_under_its_name() {
    let folder = TempDir::new().expect("folder");
    let store = folder.path().join("s.store");
    let mut process = Command::new(env!("CARGO_BIN_EXE_kundresa"))
        .args(["load", "-", "--name", "piped.csv", "--into", &text(&store)])
        .current_dir(folder.path())
        .env_remove("KUNDRESA_CONFIG")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let rows = b"time,user_id,event\n2024-03-01T10:00:00Z,a,page_view\n";
    process.stdin.take().expect("a pipe").write_all(rows).expect("written");
    assert!(process.wait().expect("ended").success());
    let facts: Value =
        serde_json::from_str(&stdout(&["store", "show", &text(&store), "--format", "json"])).expect("JSON");
    assert_eq!(facts["inputs"][0]["name"], "piped.csv");
    assert_eq!(facts["events_by_name"], serde_json::json!({"page_view": 1}));
}
