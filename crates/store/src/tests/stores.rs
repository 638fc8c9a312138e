//! What must hold of a store on disk, however its inputs came in: one state, told by files alone.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use kundresa_model::actor_source::{ActorBatch, ActorSource, NO_VALUE, Projection};
use kundresa_model::event_times::EventTimes;
use kundresa_model::field::text;
use kundresa_model::natural;
use kundresa_model::quality::{LoadTotals, RejectedRow};
use kundresa_model::source::{BoxError, EventReader, EventSource, ExportKind, ExportSet, SourceInput};
use proptest::prelude::*;

use super::support::{Row, TestSource};
use crate::generation::clean::rubbish;
use crate::generation::disk::{Disk, Power};
use crate::generation::manifest::StoredSource;
use crate::stored::StoredEvents;
use crate::{Candidate, LoadRequest, LoadSummary, NewInput, Store, StoreError, StoreWriter, Verdict, WriteOptions};

/// A file with rows of the source `web`.
#[derive(Clone, Debug)]
struct File {
    name: String,
    rows: Vec<Row>,
    set: Option<ExportSet>,
}

fn file(name: &str, rows: &[Row]) -> File {
    File { name: name.to_owned(), rows: rows.to_vec(), set: None }
}

impl File {
    /// The file as an export of one partition.
    fn export(self, kind: ExportKind, partition: &str) -> Self {
        let path = self.name.clone();
        let rows = self.rows.into_iter().map(|row| row.with_text(text::PARTITION, partition)).collect();
        Self { rows, set: Some(ExportSet { kind, revision: 0, path }), ..self }
    }

    fn hash(&self) -> String {
        format!("xxh3-128:{:032x}", hash(&self.rows))
    }

    fn candidate(&self) -> Candidate {
        Candidate { name: self.name.clone(), place: Some(format!("/data/{}", self.name)), hash: self.hash() }
    }
}

fn hash(thing: &impl std::fmt::Debug) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{thing:?}").hash(&mut hasher);
    hasher.finish()
}

/// Files as a source.
struct Files {
    inputs: Vec<SourceInput>,
    hashes: Vec<String>,
    rows: TestSource,
}

impl Files {
    fn of(files: &[&File], how: How) -> Self {
        let input = |file: &&File| SourceInput {
            source: "web".to_owned(),
            name: file.name.clone(),
            has_row_order: !how.unordered,
            set: file.set.clone(),
        };
        let placed = |(rank, file): (usize, &&File)| {
            let tie = |place: usize, row: &Row| match how.unordered {
                true => u128::from(hash(row)) << 64,
                false => ((rank as u128) << 96) | ((place as u128) << 32),
            };
            let rows = file.rows.iter().enumerate().map(|(place, row)| Row { tie: tie(place, row), ..row.clone() });
            rows.collect::<Vec<Row>>().chunks(7).map(<[Row]>::to_vec).collect()
        };
        let parts = files.iter().enumerate().map(placed).collect();
        let mut rows = TestSource::of(Vec::new());
        rows.parts = parts;
        rows.rejected_per_part = how.rejected_per_file;
        rows.overcount = how.overcount;
        let hashes = files.iter().map(|file| file.hash()).collect();
        Self { inputs: files.iter().map(input).collect(), hashes, rows }
    }
}

impl EventSource for Files {
    fn inputs(&self) -> &[SourceInput] {
        &self.inputs
    }

    fn input_of(&self, part: usize) -> usize {
        part
    }

    fn parts(&self) -> usize {
        self.rows.parts()
    }

    fn open(&self, part: usize) -> Result<Box<dyn EventReader>, BoxError> {
        self.rows.open(part)
    }

    fn content_hash(&self, input: usize) -> Result<String, BoxError> {
        Ok(self.hashes[input].clone())
    }
}

fn options() -> WriteOptions<'static> {
    WriteOptions { threads: 2, memory: 1 << 30, spill: None, progress: None }
}

/// How a test loads.
#[derive(Clone, Copy, Default)]
struct How {
    rebuild: bool,
    rejected_per_file: usize,
    overcount: u64,
    zone: u64,
    /// Whether rows stand in no order, as in exports of BigQuery.
    unordered: bool,
    /// Whether contents are hashed while they are read.
    unread: bool,
}

fn load_how(writer: &mut StoreWriter, files: &[File], how: How) -> Result<LoadSummary, StoreError> {
    let mut files: Vec<&File> = files.iter().collect();
    files.sort_by(|a, b| natural::compare(&a.name, &b.name));
    let candidate = |file: &File| match how.unread {
        true => Candidate::unread(file.name.clone(), file.candidate().place),
        false => file.candidate(),
    };
    let candidates: Vec<Candidate> = files.iter().map(|file| candidate(file)).collect();
    let verdicts = writer.triage(&candidates, how.rebuild)?;
    let is_read = |verdict: &Verdict| matches!(verdict, Verdict::New | Verdict::Replaces(_));
    let read: Vec<&File> =
        files.iter().zip(&verdicts).filter(|(_, verdict)| is_read(verdict)).map(|(file, _)| *file).collect();
    let events = Files::of(&read, how);
    let new = |file: &&File| NewInput { candidate: candidate(file), format: "rows".to_owned(), bytes: None };
    let request = LoadRequest {
        events: &events,
        inputs: read.iter().map(new).collect(),
        candidates: candidates.into_iter().zip(verdicts).collect(),
        sources: vec![StoredSource {
            name: "web".to_owned(),
            has_row_order: !how.unordered,
            ..StoredSource::default()
        }],
        configuration: BTreeMap::from([("zone".to_owned(), how.zone.into())]),
        analysis: BTreeMap::new(),
        root: "/data".to_owned(),
        rebuild: how.rebuild,
    };
    writer.load(request, &options())
}

fn load(store: &Path, files: &[File]) -> LoadSummary {
    load_how(&mut StoreWriter::open(store, true).unwrap(), files, How::default()).unwrap()
}

fn load_one(store: &Path, file: &File) -> LoadSummary {
    load(store, std::slice::from_ref(file))
}

/// One event as a reader sees it.
type Event = (i64, u8, Option<i64>, BTreeMap<String, String>);

/// Everything that analyses see of a store.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    actors: Vec<(String, Vec<Event>)>,
    unidentified: Vec<Event>,
    totals: LoadTotals,
}

fn seen(store: &Path) -> Seen {
    seen_in(&Store::open(store).unwrap())
}

fn seen_in(store: &Store) -> Seen {
    let events = store.events(&BTreeSet::new()).unwrap();
    let projection = Projection { text: (0..events.text_columns().len()).collect(), value: true, actor_ids: true };
    let (mut actors, mut unidentified) = (Vec::<(String, Vec<Event>)>::new(), Vec::new());
    let event = |batch: &ActorBatch<'_>, row: usize| -> Event {
        let value = Some(batch.value[row]).filter(|value| *value != NO_VALUE);
        let texts = events.text_columns().iter().enumerate().filter_map(|(column, name)| {
            Some((name.clone(), events.dictionary(column).value(batch.text[column][row])?.to_owned()))
        });
        (batch.ts[row], batch.flags[row], value, texts.collect())
    };
    for range in 0..events.ranges() {
        let mut take = |batch: &ActorBatch<'_>| {
            for actor in 0..batch.actors() {
                let rows = batch.actor_offsets[actor] as usize..batch.actor_offsets[actor + 1] as usize;
                actors.push((batch.actor_ids[actor].clone(), rows.map(|row| event(batch, row)).collect()));
            }
        };
        events.visit_range(range, &projection, &mut take).unwrap();
    }
    assert_eq!(without_ids(&events), actors.iter().map(|(_, events)| events.len()).collect::<Vec<_>>());
    let mut take = |batch: &ActorBatch<'_>| unidentified.extend((0..batch.events()).map(|row| event(batch, row)));
    events.visit_unidentified(&projection, &mut take).unwrap();
    let mut times = EventTimes::default();
    let all: Vec<&Event> = actors.iter().flat_map(|(_, events)| events).chain(&unidentified).collect();
    times.add(
        &all.iter().map(|event| event.0).collect::<Vec<_>>(),
        &all.iter().map(|event| event.1).collect::<Vec<_>>(),
    );
    assert!(events.event_times().is_none_or(|known| *known == times));
    Seen { actors, unidentified, totals: events.totals().clone() }
}

/// Events per actor, as they come where nobody asks for ids.
fn without_ids(events: &StoredEvents) -> Vec<usize> {
    let mut counts = Vec::new();
    for range in 0..events.ranges() {
        let mut take = |batch: &ActorBatch<'_>| {
            counts.extend(batch.actor_offsets.windows(2).map(|bounds| (bounds[1] - bounds[0]) as usize));
        };
        events.visit_range(range, &Projection::default(), &mut take).unwrap();
    }
    counts
}

/// What one load of all files gives.
fn fresh(files: &[File]) -> Seen {
    fresh_how(files, How::default())
}

fn fresh_how(files: &[File], how: How) -> Seen {
    let folder = tempfile::tempdir().unwrap();
    load_how(&mut StoreWriter::open(folder.path(), true).unwrap(), files, how).unwrap();
    seen(folder.path())
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, copied) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            std::fs::create_dir(&copied).unwrap();
            copy(&path, &copied);
        } else {
            std::fs::copy(path, copied).unwrap();
        }
    }
}

fn event_names(seen: &Seen) -> Vec<&str> {
    seen.actors.iter().flat_map(|(_, events)| events.iter().map(|event| event.3[text::EVENT].as_str())).collect()
}

fn counts(totals: &LoadTotals) -> [u64; 4] {
    [totals.rows_in, totals.events, totals.duplicates, totals.replaced]
}

#[test]
fn same_input_twice_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let files = [file("a", &[Row::new(1, "d", "view"), Row::new(2, "e", "buy")])];
    let first = load(folder.path(), &files);
    let (state, manifest) = (seen(folder.path()), std::fs::read(folder.path().join("manifest.json")).unwrap());
    let second = load(folder.path(), &files);
    assert_eq!((first.generation, first.inputs_loaded, first.events), (1, 1, 2));
    assert_eq!((second.generation, second.inputs_loaded, second.inputs_unchanged, second.rows_in), (1, 0, 1, 0));
    assert_eq!(std::fs::read(folder.path().join("manifest.json")).unwrap(), manifest);
    assert_eq!(seen(folder.path()), state);
}

#[test]
fn d1_equal_rows_without_id_stay_two_events_in_one_file() {
    let seen = fresh(&[file("a", &[Row::new(1, "d", "view"), Row::new(1, "d", "view")])]);
    assert_eq!((counts(&seen.totals), seen.totals.repeated_rows), ([2, 2, 0, 0], 1));
}

#[test]
fn d2_event_id_that_comes_again_in_a_later_load_is_one_event_the_earlier() {
    let late = file("a", &[Row::new(5_000_000, "d", "late").with_event_id("e1")]);
    let early = file("b", &[Row::new(0, "d", "early").with_event_id("e1")]);
    let folder = tempfile::tempdir().unwrap();
    load_one(folder.path(), &late);
    let summary = load_one(folder.path(), &early);
    let seen = seen(folder.path());
    assert_eq!(event_names(&seen), ["early"]);
    assert_eq!(counts(&seen.totals), [2, 1, 1, 0]);
    assert_eq!((summary.events, summary.duplicates), (1, 0), "the row of this load is the event");
    assert_eq!(seen, fresh(&[late, early]));
}

#[test]
fn d2_duplicate_counts_again_when_the_earlier_row_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let other = file("b", &[Row::new(5, "d", "late").with_event_id("e1")]);
    load(folder.path(), &[file("a", &[Row::new(0, "d", "early").with_event_id("e1")]), other.clone()]);
    assert_eq!(event_names(&seen(folder.path())), ["early"]);
    let new = file("a", &[Row::new(0, "d", "another").with_event_id("e2")]);
    load_one(folder.path(), &new);
    assert_eq!(event_names(&seen(folder.path())), ["another", "late"]);
    assert_eq!(seen(folder.path()), fresh(&[new, other]));
}

#[test]
fn d3_event_id_under_two_cookies_in_two_loads_is_two_events_and_one_conflict() {
    let files = ["a", "b"].map(|name| file(name, &[Row::new(0, name, "view").with_event_id("e1")]));
    let folder = tempfile::tempdir().unwrap();
    files.iter().for_each(|file| drop(load_one(folder.path(), file)));
    let seen = seen(folder.path());
    assert_eq!((counts(&seen.totals), seen.totals.event_id_conflicts), ([2, 2, 0, 0], 1));
    assert_eq!(seen, fresh(&files));
}

#[test]
fn d4_same_bytes_under_two_names_are_one_input_under_the_smaller() {
    let rows = [Row::new(1, "d", "view")];
    let folder = tempfile::tempdir().unwrap();
    load(folder.path(), &[file("part10", &rows)]);
    let summary = load(folder.path(), &[file("part2", &rows)]);
    assert_eq!((summary.generation, summary.inputs_loaded, summary.inputs_aliased), (2, 0, 1));
    let store = Store::open(folder.path()).unwrap();
    let [input] = &store.manifest().inputs[..] else { panic!("one input") };
    assert_eq!((input.name.as_str(), &input.aliases[..]), ("part2", &["part10".to_owned()][..]));
    assert_eq!(input.place.as_deref(), Some("/data/part2"));
    assert_eq!(seen(folder.path()), fresh(&[file("part2", &rows)]));
}

#[test]
fn d4_content_lives_on_under_its_alias_when_its_name_is_taken() {
    let (old, new) = ([Row::new(1, "d", "old")], [Row::new(2, "d", "new")]);
    let folder = tempfile::tempdir().unwrap();
    load(folder.path(), &[file("a", &old), file("b", &old)]);
    let summary = load(folder.path(), &[file("a", &new)]);
    assert_eq!((summary.inputs_loaded, summary.inputs_replaced, summary.replaced), (1, 0, 0));
    assert_eq!(event_names(&seen(folder.path())), ["old", "new"]);
    assert_eq!(seen(folder.path()), fresh(&[file("a", &new), file("b", &old)]));
}

#[test]
fn replaced_input_leaves_nothing_behind_in_figures() {
    let day = |name: &str, events: i64| {
        let row = |event: i64| Row::new(event, ["d", "e"][usize::from(event % 2 == 0)], name);
        file(name, &(0..events).map(row).collect::<Vec<_>>())
    };
    let folder = tempfile::tempdir().unwrap();
    load(folder.path(), &[day("1", 3), day("2", 4)]);
    let summary = load(folder.path(), &[day("1", 3), day("2", 6)]);
    assert_eq!((summary.inputs_loaded, summary.inputs_replaced, summary.inputs_unchanged), (1, 1, 1));
    assert_eq!((summary.events, summary.replaced, summary.store.events), (6, 4, 9));
    assert_eq!(seen(folder.path()), fresh(&[day("1", 3), day("2", 6)]));
    let store = Store::open(folder.path()).unwrap();
    assert_eq!((store.manifest().life.replaced_content, store.manifest().life.loads), (4, 2));
}

#[test]
fn run_without_a_row_that_counts_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    load(folder.path(), &[file("a", &[Row::new(1, "d", "old")])]);
    load(folder.path(), &[file("a", &[Row::new(1, "d", "new")])]);
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(store.manifest().runs.iter().map(|run| run.id).collect::<Vec<_>>(), [2]);
    assert!(!folder.path().join("runs/000001").exists());
}

/// Every order of three things.
const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

#[test]
fn d5_the_most_complete_export_of_a_day_counts_alone_in_whatever_order_they_come() {
    let rows = |event: &str, count: i64| (0..count).map(|ts| Row::new(ts, "d", event)).collect::<Vec<_>>();
    let files = [
        file("intraday_1", &rows("intraday", 2)).export(ExportKind::Intraday, "1"),
        file("fresh_1", &rows("fresh", 3)).export(ExportKind::Fresh, "1"),
        file("daily_1", &rows("daily", 4)).export(ExportKind::Daily, "1"),
    ];
    let other_day = file("intraday_2", &rows("other", 1)).export(ExportKind::Intraday, "2");
    let all = [&files[..], std::slice::from_ref(&other_day)].concat();
    let expected = fresh(&all);
    assert_eq!(counts(&expected.totals), [10, 5, 0, 5]);
    for order in ORDERS {
        let folder = tempfile::tempdir().unwrap();
        load_one(folder.path(), &other_day);
        order.iter().for_each(|place| drop(load_one(folder.path(), &files[*place])));
        assert_eq!(seen(folder.path()), expected, "{order:?}");
    }
}

#[test]
fn day_that_falls_back_to_a_lesser_export_needs_a_rebuild_and_says_so() {
    let lesser = file("i", &[Row::new(1, "d", "x")]).export(ExportKind::Intraday, "1");
    let greater = file("d", &[Row::new(1, "d", "y")]).export(ExportKind::Daily, "1");
    let folder = tempfile::tempdir().unwrap();
    load(folder.path(), &[lesser.clone(), greater]);
    let before = seen(folder.path());
    let moved = file("d", &[Row::new(1, "d", "z")]).export(ExportKind::Daily, "2");
    let mut writer = StoreWriter::open(folder.path(), false).unwrap();
    let message = load_how(&mut writer, std::slice::from_ref(&moved), How::default()).unwrap_err().to_string();
    assert!(message.contains("partition `1` of source `web`") && message.contains("--rebuild"), "{message}");
    assert_eq!(seen(folder.path()), before);
    load_how(&mut writer, &[lesser.clone(), moved.clone()], How { rebuild: true, ..How::default() }).unwrap();
    assert_eq!(seen(folder.path()), fresh(&[lesser, moved]));
}

/// Three files whose rows meet in actors, times and order ids.
fn parts() -> [File; 3] {
    ["p1", "p2", "p10"].map(|name| {
        let row = |ts: i64, cookie: &str, event: &str| Row::new(ts, cookie, event).with_text(text::PAGE, name);
        let buy = row(2, "d", "purchase").with_text(text::ORDER_ID, "o1");
        file(
            name,
            &[
                row(1, "d", "view"),
                buy,
                row(1, "e", name),
                row(7, "", "view"),
                row(2, "d", "purchase").with_text(text::ORDER_ID, "o1"),
            ],
        )
    })
}

#[test]
fn parts_may_come_in_any_order() {
    let files = parts();
    let expected = fresh(&files);
    let pages: Vec<&str> = expected
        .actors
        .iter()
        .flat_map(|(_, events)| events)
        .filter(|event| event.0 == 1)
        .map(|event| event.3[text::PAGE].as_str())
        .collect();
    assert_eq!(pages, ["p1", "p2", "p10", "p1", "p2", "p10"]);
    for order in ORDERS {
        let folder = tempfile::tempdir().unwrap();
        order.iter().for_each(|place| drop(load_one(folder.path(), &files[*place])));
        assert_eq!(seen(folder.path()), expected, "{order:?}");
    }
}

#[test]
fn input_that_gets_a_smaller_name_moves_among_rows_of_equal_time() {
    let files = parts();
    let again = File { name: "p0".to_owned(), ..files[2].clone() };
    let folder = tempfile::tempdir().unwrap();
    load(folder.path(), &files);
    let summary = load_one(folder.path(), &again);
    assert_eq!((summary.inputs_aliased, summary.not_compacted), (1, None));
    assert_eq!(seen(folder.path()), fresh(&[files[0].clone(), files[1].clone(), again]));
    let store = Store::open(folder.path()).unwrap();
    assert!(store.manifest().runs.iter().all(|run| !run.unsorted), "its run was sorted anew");
}

#[test]
fn more_than_eight_runs_become_eight_and_nothing_else_changes() {
    let files: Vec<File> = (0..10)
        .map(|day| file(&format!("day{day}"), &[Row::new(day, "d", "view"), Row::new(day, &format!("c{day}"), "buy")]))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let runs: Vec<u64> = files.iter().map(|file| load_one(folder.path(), file).runs).collect();
    assert_eq!(runs, [1, 2, 3, 4, 5, 6, 7, 8, 8, 8]);
    assert_eq!(seen(folder.path()), fresh(&files));
}

#[test]
fn store_that_was_opened_reads_on_after_its_runs_are_gone() {
    let folder = tempfile::tempdir().unwrap();
    load(folder.path(), &parts());
    let store = Store::open(folder.path()).unwrap();
    let before = seen_in(&store);
    let mut writer = StoreWriter::open(folder.path(), false).unwrap();
    load_how(&mut writer, &[file("z", &[Row::new(1, "d", "z")])], How { rebuild: true, ..How::default() }).unwrap();
    assert_eq!(seen_in(&store), before);
    assert_eq!(event_names(&seen(folder.path())), ["z"]);
}

#[test]
fn reader_that_opens_while_a_writer_commits_sees_one_state_whole() {
    let folder = tempfile::tempdir().unwrap();
    let day = |events: i64| file("a", &(0..events).map(|ts| Row::new(ts, "d", "view")).collect::<Vec<_>>());
    load_one(folder.path(), &day(1));
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| (2..20).for_each(|events| drop(load_one(folder.path(), &day(events)))));
        while !writing.is_finished() {
            let seen = seen(folder.path());
            assert_eq!(seen.actors[0].1.len() as u64, seen.totals.events);
        }
    });
    assert_eq!(seen(folder.path()).totals.events, 19);
}

#[test]
fn other_configuration_is_refused_until_everything_is_loaded_anew() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = StoreWriter::open(folder.path(), true).unwrap();
    load_how(&mut writer, &parts(), How::default()).unwrap();
    let other = How { zone: 1, ..How::default() };
    let message = load_how(&mut writer, &[file("z", &[])], other).unwrap_err().to_string();
    assert!(message.starts_with("`zone` is `1` now, but the store was loaded with `0`"), "{message}");
    let rebuilt = load_how(&mut writer, &parts(), How { rebuild: true, ..other }).unwrap();
    assert_eq!((rebuilt.generation, rebuilt.inputs_loaded, rebuilt.runs), (2, 3, 1));
}

#[test]
fn load_that_fails_leaves_the_state_and_no_rubbish() {
    let folder = tempfile::tempdir().unwrap();
    load(folder.path(), &parts());
    let before = seen(folder.path());
    let mut writer = StoreWriter::open(folder.path(), false).unwrap();
    let lies = How { overcount: 1, ..How::default() };
    let failed = load_how(&mut writer, &[file("z", &[Row::new(1, "d", "z")])], lies);
    assert!(matches!(failed, Err(StoreError::UnaccountedRows { .. })), "{failed:?}");
    assert_eq!(rubbish(folder.path(), writer.manifest()), Vec::<std::path::PathBuf>::new());
    assert_eq!(seen(folder.path()), before);
    load_how(&mut writer, &[file("z", &[Row::new(1, "d", "z")])], How::default()).unwrap();
}

#[test]
fn rejected_rows_come_by_input_in_natural_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = StoreWriter::open(folder.path(), true).unwrap();
    let [first, second, third] = parts();
    let how = How { rejected_per_file: 2, ..How::default() };
    load_how(&mut writer, &[third, first], how).unwrap();
    load_how(&mut writer, &[second], how).unwrap();
    let store = Store::open(folder.path()).unwrap();
    let mut inputs = Vec::new();
    store.rejected(&mut |row: RejectedRow| inputs.push(row.input)).unwrap();
    assert_eq!(inputs, ["p1", "p1", "p2", "p2", "p10", "p10"]);
    assert_eq!((store.manifest().totals.rejected, store.manifest().totals.rows_in), (6, 21));
}

#[test]
fn ids_with_one_key_stay_apart_through_loads_and_compaction() {
    // Eight bits for 600 ids: every key has several, in every run.
    let ids: Vec<String> = (0..600).map(|number| format!("d{number}")).collect();
    let night = |name: &str, ts: i64, every: usize| {
        let rows: Vec<Row> = ids.iter().step_by(every).map(|id| Row::new(ts, id, "view")).collect();
        file(name, &rows)
    };
    let nights = [night("n1", 1, 1), night("n2", 2, 2), night("n3", 0, 3)];
    let folder = tempfile::tempdir().unwrap();
    for night in &nights {
        short_keys(folder.path(), |writer| load_how(writer, std::slice::from_ref(night), How::default()).map(drop));
    }
    let before = seen(folder.path());
    assert_eq!(before.actors.len(), 600);
    let mut by_id = before.actors.clone();
    by_id.sort();
    let mut expected = fresh(&nights).actors;
    expected.sort();
    assert_eq!(by_id, expected, "nobody has the events of another");
    short_keys(folder.path(), |writer| writer.compact(&options()).map(drop));
    assert_eq!(seen(folder.path()), before);
    let whole = tempfile::tempdir().unwrap();
    short_keys(whole.path(), |writer| load_how(writer, &nights, How::default()).map(drop));
    assert_eq!(seen(whole.path()), before, "in the order of one load");
}

/// Changes the store by a writer whose keys have eight bits.
fn short_keys(store: &Path, change: impl FnOnce(&mut StoreWriter) -> Result<(), StoreError>) {
    let mut writer = StoreWriter::open(store, true).unwrap();
    writer.limits.key_of_hash = |hash| hash & (0xff << 56);
    change(&mut writer).unwrap();
}

#[test]
fn export_that_comes_under_a_smaller_name_keeps_its_other_names() {
    let export = |name: &str, ts| file(name, &[Row::new(ts, "d", "view")]).export(ExportKind::Daily, "p");
    let folder = tempfile::tempdir().unwrap();
    load_one(folder.path(), &export("b", 1));
    load_one(folder.path(), &export("a", 1));
    let store = Store::open(folder.path()).unwrap();
    let names: Vec<_> = store.manifest().inputs.iter().map(|input| (&input.name[..], input.aliases.clone())).collect();
    assert_eq!(names, [("a", vec!["b".to_owned()])]);
    let before = seen(folder.path());
    let alone = load_how(&mut StoreWriter::open(folder.path(), false).unwrap(), &[export("a", 5)], How::default());
    let message = alone.unwrap_err().to_string();
    assert!(message.contains("`a` comes with other content") && message.contains("`b`"), "{message}");
    assert_eq!(seen(folder.path()), before);
    load(folder.path(), &[export("a", 5), export("b", 1)]);
    assert_eq!(seen(folder.path()), fresh(&[export("a", 5), export("b", 1)]));
}

#[test]
fn content_may_be_hashed_while_it_is_read() {
    let files = [file("a", &[Row::new(1, "d", "view")]), file("b", &[Row::new(2, "d", "view")])];
    let unread = How { unread: true, ..How::default() };
    let stored = |how: How| {
        let folder = tempfile::tempdir().unwrap();
        let summary = load_how(&mut StoreWriter::open(folder.path(), true).unwrap(), &files, how).unwrap();
        let inputs = Store::open(folder.path()).unwrap().manifest().inputs.clone();
        let other = file("c", &[Row::new(3, "d", "buy")]);
        let changed = [file("a", &[Row::new(4, "d", "view")]), other];
        load_how(&mut StoreWriter::open(folder.path(), false).unwrap(), &changed, how).unwrap();
        (summary, inputs, seen(folder.path()), folder)
    };
    let (found, expected) = (stored(unread), stored(How::default()));
    assert_eq!((found.0.store, &found.1, &found.2), (expected.0.store, &expected.1, &expected.2));
    assert!(found.1.iter().all(|input| input.hash.starts_with("xxh3-128:")));
    // What looked new may have become what is known.
    let same = file("d", &[Row::new(2, "d", "view")]);
    let error = load_how(&mut StoreWriter::open(found.3.path(), false).unwrap(), &[same], unread).unwrap_err();
    let error = std::error::Error::source(&error).map_or(error.to_string(), ToString::to_string);
    assert!(error.contains("d became the same as b while it was read"), "{error}");
    assert_eq!(seen(found.3.path()), found.2);
}

#[test]
fn file_under_another_name_is_refused() {
    let writer = |folder: &tempfile::TempDir| StoreWriter::open(folder.path(), true).unwrap();
    let folder = tempfile::tempdir().unwrap();
    load_one(folder.path(), &file("a", &[Row::new(1, "d", "view")]));
    let candidate =
        Candidate { name: "in/a".to_owned(), place: Some("/data/a".to_owned()), hash: "xxh3-128:0".to_owned() };
    let error = writer(&folder).triage(&[candidate], false).unwrap_err().to_string();
    assert!(error.starts_with("/data/a is known as `a` and would now be `in/a`"), "{error}");
}

#[test]
fn property_that_some_loads_keep_in_props_is_found_after_compaction() {
    let with_column = file("n1", &[Row::new(1, "d", "view").with_text("plan", "x")]);
    let in_props = file("n2", &[Row::new(2, "d", "view").with_text(text::PROPS, r#"{"plan":"y"}"#)]);
    let folder = tempfile::tempdir().unwrap();
    load_one(folder.path(), &with_column);
    load_one(folder.path(), &in_props);
    assert_eq!(plans(folder.path()), ["x", "y"]);
    StoreWriter::open(folder.path(), false).unwrap().compact(&options()).unwrap();
    assert_eq!(plans(folder.path()), ["x", "y"]);
}

/// The property `plan` of every event of the first actor.
fn plans(store: &Path) -> Vec<String> {
    let events = Store::open(store).unwrap().events(&BTreeSet::from(["plan".to_owned()])).unwrap();
    let plan = events.text_columns().iter().position(|name| name == "plan").unwrap();
    let mut found = Vec::new();
    let projection = Projection { text: vec![plan], ..Projection::default() };
    let mut take = |batch: &ActorBatch<'_>| {
        found.extend(batch.text[0].iter().map(|code| events.dictionary(plan).value(*code).unwrap_or("-").to_owned()));
    };
    (0..events.ranges()).for_each(|range| events.visit_range(range, &projection, &mut take).unwrap());
    found
}

#[test]
fn missing_file_of_a_run_is_named() {
    let folder = tempfile::tempdir().unwrap();
    load(folder.path(), &parts());
    std::fs::remove_file(folder.path().join("runs/000001/actors.parquet")).unwrap();
    let message = Store::open(folder.path()).unwrap_err().to_string();
    assert!(message.contains("actors.parquet") && message.contains("hint: "), "{message}");
}

/// A first load, and a second that adds, replaces, repeats and renames.
fn two_loads() -> ([File; 3], [File; 3]) {
    let [first, second, third] = parts();
    let with_id = |file: &File, id: &str| {
        let rows =
            file.rows.iter().cloned().enumerate().map(|(place, row)| row.with_event_id(&format!("{id}{}", place % 3)));
        File { rows: rows.collect(), ..file.clone() }
    };
    let replaced = File { name: second.name.clone(), ..with_id(&third, "x") };
    let renamed = File { name: "p0".to_owned(), ..third.clone() };
    let added = File { name: "q".to_owned(), ..with_id(&first, "x") };
    ([with_id(&first, "x"), second, third], [replaced, renamed, added])
}

#[test]
fn power_cut_at_any_step_leaves_the_old_state_or_the_new_one_and_the_next_load_completes_it() {
    let (first, second) = two_loads();
    let how = How { rejected_per_file: 1, ..How::default() };
    let (loaded, completed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    load_how(&mut StoreWriter::open(loaded.path(), true).unwrap(), &first, how).unwrap();
    copy(loaded.path(), completed.path());
    load_how(&mut StoreWriter::open(completed.path(), true).unwrap(), &second, how).unwrap();
    let (old, new) = (seen(loaded.path()), seen(completed.path()));
    assert_ne!(old, new);
    let mut found_new = 0;
    for last in 0.. {
        let folder = tempfile::tempdir().unwrap();
        copy(loaded.path(), folder.path());
        let power = Power::for_steps(last);
        let cut = StoreWriter::open_on(Disk::with_power(&power), folder.path(), false)
            .and_then(|mut writer| load_how(&mut writer, &second, how));
        let found = seen(folder.path());
        assert!(found == old && cut.is_err() || found == new, "step {last}: {cut:?}");
        found_new += u64::from(found == new);
        let mut writer = StoreWriter::open(folder.path(), false).unwrap();
        assert_eq!(rubbish(folder.path(), writer.manifest()), Vec::<std::path::PathBuf>::new(), "step {last}");
        load_how(&mut writer, &second, how).unwrap();
        assert_eq!(seen(folder.path()), new, "step {last}");
        if power.steps() <= last {
            break;
        }
    }
    assert!(found_new > 1, "cleaning after the rename can fail without harm");
}

#[test]
fn power_cut_during_the_first_load_leaves_no_store_and_no_hindrance() {
    let [first, _, _] = parts();
    for last in 0.. {
        let folder = tempfile::tempdir().unwrap();
        let power = Power::for_steps(last);
        let cut = StoreWriter::open_on(Disk::with_power(&power), folder.path(), true)
            .and_then(|mut writer| load_how(&mut writer, std::slice::from_ref(&first), How::default()));
        assert!(cut.is_err() || Store::is_at(folder.path()), "step {last}");
        load_one(folder.path(), &first);
        assert_eq!(seen(folder.path()).totals.events, 5, "step {last}");
        if power.steps() <= last {
            break;
        }
    }
}

fn one_of(prefix: &'static str, values: u8) -> impl Strategy<Value = String> {
    (0..values).prop_map(move |value| format!("{prefix}{value}"))
}

prop_compose! {
    fn row()(
        ts in 0_i64..8,
        sequence in proptest::option::weighted(0.2, 0_i64..3),
        ids in [
            proptest::option::weighted(0.8, one_of("d", 6)),
            proptest::option::weighted(0.3, one_of("l", 4)),
            proptest::option::weighted(0.1, one_of("c", 2)),
            proptest::option::weighted(0.1, one_of("m", 2)),
        ],
        event_id in proptest::option::weighted(0.4, one_of("e", 12)),
        value in proptest::option::weighted(0.2, -2_i64..3),
        event in prop_oneof![Just("view"), Just("purchase")],
        order in proptest::option::weighted(0.4, one_of("o", 3)),
    ) -> Row {
        let mut row = Row::new(ts, "", event);
        row.texts.extend(order.map(|order| (text::ORDER_ID.to_owned(), Some(order))));
        Row { sequence: [sequence, None, None], ids, event_id, value, ..row }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Files of random rows, each with an old content that is loaded before in some cases, in any order and grouping.
    #[test]
    fn many_loads_give_what_one_load_gives(
        contents in proptest::collection::vec(proptest::collection::vec(row(), 0..25), 1..5),
        old in proptest::collection::vec(proptest::collection::vec(row(), 0..12), 1..5),
        loads in proptest::collection::vec(proptest::collection::vec(0_usize..5, 1..4), 1..5),
        most_runs in 1_usize..4,
        unordered in any::<bool>(),
    ) {
        let how = How { unordered, ..How::default() };
        let named = |contents: &[Vec<Row>]| -> Vec<File> {
            contents.iter().enumerate().map(|(place, rows)| file(&format!("f{place}"), rows)).collect()
        };
        let (old, files) = (named(&old), named(&contents));
        let folder = tempfile::tempdir().unwrap();
        let mut writer = StoreWriter::open(folder.path(), true).unwrap();
        writer.limits.most_runs = most_runs;
        for load in &loads {
            let mut group: Vec<File> = load.iter().filter_map(|place| old.get(*place).cloned()).collect();
            group.dedup_by(|a, b| a.name == b.name);
            group.sort_by(|a, b| a.name.cmp(&b.name));
            group.dedup_by(|a, b| a.name == b.name);
            load_how(&mut writer, &group, how).unwrap();
        }
        for place in loads.concat() {
            let files: Vec<File> = files.get(place).cloned().into_iter().collect();
            load_how(&mut writer, &files, how).unwrap();
        }
        let summary = load_how(&mut writer, &files, how).unwrap();
        prop_assert_eq!(&summary.not_compacted, &None);
        let is_left = |old: &&File| files.iter().all(|new| new.name != old.name);
        let was_loaded = |place: &usize| old.get(*place).cloned();
        let mut all: BTreeMap<String, File> =
            loads.concat().iter().filter_map(was_loaded).map(|file| (file.name.clone(), file)).collect();
        all.retain(|_, file| is_left(&&*file));
        all.extend(files.iter().map(|file| (file.name.clone(), file.clone())));
        let all: Vec<File> = all.into_values().collect();
        let found = seen(folder.path());
        prop_assert_eq!(&found, &fresh_how(&all, how));
        load_how(&mut writer, &all, How { rebuild: true, ..how }).unwrap();
        prop_assert_eq!(&seen(folder.path()), &found);
    }
    /// Exports that share partitions and event ids, one load each; equal contents among them are aliases.
    #[test]
    fn exports_in_any_order_give_what_one_load_gives(
        contents in proptest::collection::vec(proptest::collection::vec((row(), 0_u8..3), 0..12), 1..6),
        kinds in proptest::collection::vec(0_usize..3, 6),
        order in Just([0_usize, 1, 2, 3, 4, 5]).prop_shuffle(),
    ) {
        let how = How { unordered: true, ..How::default() };
        let file = |(place, rows): (usize, &Vec<(Row, u8)>)| {
            let name = format!("f{place}");
            let row = |(row, partition): &(Row, u8)| match partition {
                0 => row.clone(),
                day => row.clone().with_text(text::PARTITION, &day.to_string()),
            };
            let kind = [ExportKind::Intraday, ExportKind::Fresh, ExportKind::Daily][kinds[place]];
            let set = Some(ExportSet { kind, revision: 0, path: name.clone() });
            File { name, rows: rows.iter().map(row).collect(), set }
        };
        let files: Vec<File> = contents.iter().enumerate().map(file).collect();
        let folder = tempfile::tempdir().unwrap();
        let mut writer = StoreWriter::open(folder.path(), true).unwrap();
        writer.limits.most_runs = 2;
        for file in order.iter().filter_map(|place| files.get(*place)) {
            load_how(&mut writer, std::slice::from_ref(file), how).unwrap();
        }
        prop_assert_eq!(seen(folder.path()), fresh_how(&files, how));
    }
}
