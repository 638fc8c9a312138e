//! A whole store has no problems; one that somebody tampered with has.

use std::path::{Path, PathBuf};

use kundresa_model::field::text;

use super::support::{Input, Row, load};
use crate::generation::disk::{Disk, run_folder};
use crate::generation::lock::Lock;
use crate::generation::manifest::{MANIFEST, Manifest};
use crate::load::StoreWriter;
use crate::run::deleted::{Deleted, Why};
use crate::upkeep::check::settled;

/// A store of two runs, the first with a deletion file.
fn store(folder: &Path) -> PathBuf {
    let path = folder.join("shop.store");
    let mut writer = StoreWriter::open(&path, true).unwrap();
    let row = |ts, event: &str| Row::new(ts, "d", event).with_event_id("e").with_text(text::PAGE, "/p");
    load(&mut writer, &[Input { rejected: vec!["x".to_owned()], ..Input::new("a", vec![row(5, "view")]) }], 9).unwrap();
    load(&mut writer, &[Input::new("b", vec![row(1, "view"), Row::new(1, "b", "view")])], 9).unwrap();
    path
}

/// What checking finds after `tamper`.
fn problems(tamper: impl FnOnce(&Path)) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = store(folder.path());
    let report = crate::upkeep::check(&path).unwrap();
    // The manifest, two times run.json and 5 files, of which one run has rejected rows, and a deletion file.
    assert_eq!((report.problems, report.runs, report.rows), (Vec::new(), 2, 3));
    tamper(&path);
    crate::upkeep::check(&path).unwrap().problems
}

/// The only problem there is.
fn problem(tamper: impl FnOnce(&Path)) -> String {
    let problems = problems(tamper);
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems[0].clone()
}

fn change_manifest(store: &Path, change: impl FnOnce(&mut Manifest)) {
    let path = store.join(MANIFEST);
    let mut manifest: Manifest = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    change(&mut manifest);
    std::fs::write(&path, serde_json::to_vec(&manifest).unwrap()).unwrap();
}

#[test]
fn changed_shortened_and_missing_files_are_named() {
    let events = |store: &Path| run_folder(store, 2).join("events.parquet");
    let changed = problem(|store| {
        let mut bytes = std::fs::read(events(store)).unwrap();
        bytes[100] ^= 1;
        std::fs::write(events(store), bytes).unwrap();
    });
    assert!(changed.contains("events.parquet` does not hold the bytes that were written"), "{changed}");
    let shortened = problems(|store| std::fs::write(events(store), "PAR1").unwrap());
    assert!(shortened[0].contains("events.parquet` has 4 bytes"), "{shortened:?}");
    let missing = problems(|store| std::fs::remove_file(events(store)).unwrap());
    assert!(missing[0].contains("events.parquet` is missing"), "{missing:?}");
    let gone = problem(|store| std::fs::remove_dir_all(run_folder(store, 2)).unwrap());
    assert!(gone.contains("run.json"), "{gone}");
}

#[test]
fn run_json_that_is_none_is_a_problem_and_no_panic() {
    let broken = problem(|store| std::fs::write(run_folder(store, 1).join("run.json"), "{\"rows\": 1").unwrap());
    assert!(broken.contains("run.json"), "{broken}");
}

#[test]
fn wrong_totals_are_told_with_both_numbers() {
    let actors = problem(|store| change_manifest(store, |manifest| manifest.totals.actors = 7));
    assert!(actors.contains("says 7 actors, but there are 2"), "{actors}");
    let orders = problem(|store| change_manifest(store, |manifest| manifest.totals.repeated_rows = 1));
    assert!(orders.contains("says 1 repeated rows, but there are 0"), "{orders}");
    let inputs = problems(|store| {
        change_manifest(store, |manifest| *manifest.inputs[0].partitions.get_mut("").unwrap() += 1);
    });
    assert!(inputs[0].contains("does not account for all rows of input `a`"), "{inputs:?}");
}

#[test]
fn rows_of_an_input_that_nobody_lists_are_told() {
    let problems = problems(|store| change_manifest(store, |manifest| manifest.inputs[1].id = 0));
    assert!(
        problems.iter().any(|problem| problem.contains("a row counts whose input the manifest does not list")),
        "{problems:?}"
    );
}

#[test]
fn wrong_deletions_are_told() {
    let deleted_file = |store: &Path| {
        let folder = run_folder(store, 1);
        let mut names = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        names.find(|path| path.to_string_lossy().contains("deleted-")).expect("the later row repeats an event id")
    };
    let beyond = problems(|store| {
        let path = deleted_file(store);
        std::fs::remove_file(&path).unwrap();
        Deleted::new(vec![(99, Why::Duplicate)]).write(&Disk::default(), &path).unwrap();
    });
    assert!(
        beyond.iter().any(|problem| problem.contains("a row that does not count is none of the run: 99 of 1")),
        "{beyond:?}"
    );
    let missing = problems(|store| std::fs::remove_file(deleted_file(store)).unwrap());
    assert!(!missing.is_empty());
}

#[test]
fn files_that_no_state_names_are_mentioned_but_no_problem() {
    let folder = tempfile::tempdir().unwrap();
    let path = store(folder.path());
    std::fs::create_dir(path.join("runs/000009")).unwrap();
    std::fs::write(run_folder(&path, 1).join("notes.txt"), "x").unwrap();
    let report = crate::upkeep::check(&path).unwrap();
    assert_eq!(report.problems, [""; 0]);
    assert!(report.leftovers[0].contains("notes.txt` is a file that the run does not name"), "{report:?}");
    assert!(report.leftovers[1].contains("000009` belongs to no state of the store"), "{report:?}");
}

#[test]
fn files_that_a_writer_at_work_may_own_are_no_leftovers() {
    let folder = tempfile::tempdir().unwrap();
    let path = store(folder.path());
    std::fs::create_dir(run_folder(&path, 9)).unwrap();
    let writer = Lock::take(&path).unwrap();
    assert_eq!(crate::upkeep::check(&path).unwrap().leftovers, Vec::<String>::new());
    drop(writer);
    assert_eq!(crate::upkeep::check(&path).unwrap().leftovers.len(), 1);
}

#[test]
fn problems_of_a_generation_that_is_gone_are_looked_at_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = store(folder.path());
    let attempts = |wrong: usize, lag: u64| {
        let mut attempt = 0;
        let report = settled(&path, &mut || {
            attempt += 1;
            let mut report = crate::upkeep::check(&path)?;
            if attempt <= wrong {
                report.problems.push("a file is missing".to_owned());
                report.generation -= lag;
            }
            Ok(report)
        });
        (attempt, report.unwrap().problems.len())
    };
    assert_eq!(attempts(1, 1), (2, 0), "the next generation is whole");
    assert_eq!(attempts(1, 0), (1, 1), "nothing changed, so it is damage");
    assert_eq!(attempts(9, 1), (3, 1), "a store that never rests");
}
