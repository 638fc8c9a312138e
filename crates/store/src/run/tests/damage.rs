//! Damaged and half-written runs give errors, never panics.

use std::path::Path;

use super::support::{TestRow, all_columns, block, layout, rejected_row, row, write};
use crate::error::StoreError;
use crate::generation::disk::{Disk, Power};
use crate::run::reader::Run;

fn written(disk: &Disk, folder: &Path) -> Result<(), StoreError> {
    let filled = |ts: i64| TestRow {
        value: Some(ts),
        items: Some(r#"[{"id":"7","price":19.9}]"#.to_owned()),
        props: Some(format!("{{\"a\":{ts}}}")),
        event_id: Some(ts.to_string()),
        others: [Some("u".to_owned()), None, None],
        sequence: [Some(ts), None, Some(1)],
        ..row(ts)
    };
    let actors: Vec<Vec<TestRow>> = (0..40).map(|actor| (0..9).map(|ts| filled(actor * ts)).collect()).collect();
    let keys: Vec<u64> = (0..40).collect();
    let blocks = [block(&keys[..20], &actors[..20], false), block(&keys[20..], &actors[20..], false)];
    let rest = [block(&[], &actors[..1], false)];
    write(disk, folder, &layout(), &blocks, &rest, &[rejected_row(1), rejected_row(2)]).map(drop)
}

/// Reads everything there is in a run.
fn read_all(folder: &Path) -> Result<(), StoreError> {
    let run = Run::open(folder)?;
    let columns = all_columns(&layout());
    run.rows(0..run.facts.rows, &columns)?;
    run.rows(3..run.facts.rows.max(7) - 3, &columns)?;
    run.unidentified(0..run.facts.unidentified_rows, &columns)?;
    run.actors(0..run.facts.groups.len(), true)?;
    for column in 0..run.facts.coded.len() {
        run.dictionary(column)?;
    }
    run.filter()?;
    run.items(0..run.facts.rows)?;
    run.rejected(&mut |_, _| {})
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn truncated_and_missing_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    written(&Disk::default(), &path).unwrap();
    read_all(&path).unwrap();
    for name in names(&path) {
        let file = path.join(&name);
        let content = std::fs::read(&file).unwrap();
        for part in 0..8 {
            std::fs::write(&file, &content[..content.len() * part / 8]).unwrap();
            let error = read_all(&path).unwrap_err().to_string();
            assert!(error.contains(&name) && error.contains("hint: "), "{error}");
        }
        std::fs::remove_file(&file).unwrap();
        let error = read_all(&path).unwrap_err();
        assert!(matches!(&error, StoreError::RunRead { path, .. } if path.ends_with(&name)), "{error}");
        std::fs::write(&file, &content).unwrap();
    }
    read_all(&path).unwrap();
}

#[test]
fn flipped_bytes_never_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run");
    written(&Disk::default(), &path).unwrap();
    let mut noticed = 0;
    for name in names(&path) {
        let file = path.join(&name);
        let content = std::fs::read(&file).unwrap();
        for step in 0..40 {
            let mut changed = content.clone();
            let place = step * (content.len() - 1) / 39;
            changed[place] ^= 0x55;
            std::fs::write(&file, &changed).unwrap();
            noticed += usize::from(read_all(&path).is_err());
        }
        std::fs::write(&file, &content).unwrap();
    }
    assert!(noticed > 70, "{noticed}");
}

#[test]
fn power_cut_at_any_step_of_writing_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let mut steps = 0;
    loop {
        let path = folder.path().join(steps.to_string());
        let power = Power::for_steps(steps);
        let result = written(&Disk::with_power(&power), &path);
        if power.steps() <= steps {
            result.unwrap();
            read_all(&path).unwrap();
            break;
        }
        assert!(matches!(result, Err(StoreError::RunWrite { .. })), "{result:?}");
        steps += 1;
    }
    assert!(steps > 20, "{steps}");
}
