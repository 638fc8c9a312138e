//! Do the corpora of all fuzz targets, every crash ever found among them, still pass, and small changes of them?

#[path = "../fuzz/bodies/mod.rs"]
pub(crate) mod bodies;

use proptest::prelude::*;
use proptest::sample::Index;

#[test]
fn every_corpus_passes() {
    for (name, body) in bodies::TARGETS {
        let corpus = bodies::corpus(name);
        assert!(!corpus.is_empty(), "{name} has a corpus");
        for (path, bytes) in corpus {
            let passed = std::panic::catch_unwind(|| body(&bytes));
            assert!(passed.is_ok(), "{}", path.display());
        }
    }
}

/// One small change of a file.
#[derive(Clone, Debug)]
enum Change {
    Set(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Repeat(Index, usize),
    Cut(Index),
}

fn change() -> impl Strategy<Value = Change> {
    let byte = prop_oneof![any::<u8>(), prop::sample::select(b"\n\r\",;{}[]:\\0\xff-.9eE ".to_vec())];
    prop_oneof![
        4 => (any::<Index>(), byte.clone()).prop_map(|(at, byte)| Change::Set(at, byte)),
        3 => (any::<Index>(), prop::collection::vec(byte, 1..6)).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        2 => (any::<Index>(), 1_usize..20).prop_map(|(at, length)| Change::Remove(at, length)),
        2 => (any::<Index>(), 1_usize..200).prop_map(|(at, length)| Change::Repeat(at, length)),
        1 => any::<Index>().prop_map(Change::Cut),
    ]
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        let at = |index: &Index| index.index(bytes.len() + 1);
        match change {
            Change::Set(index, byte) => {
                let at = at(index);
                if let Some(place) = bytes.get_mut(at) {
                    *place = *byte;
                }
            }
            Change::Insert(index, new) => {
                let at = at(index);
                bytes.splice(at..at, new.iter().copied());
            }
            Change::Remove(index, length) => {
                let at = at(index);
                bytes.drain(at..(at + length).min(bytes.len()));
            }
            Change::Repeat(index, length) => {
                let at = at(index);
                let again = bytes[at..(at + length).min(bytes.len())].to_vec();
                bytes.splice(at..at, again);
            }
            Change::Cut(index) => bytes.truncate(at(index)),
        }
    }
    bytes
}

/// How many changed files each target is given: few in every run of the tests, as many as `KUNDRESA_FUZZ_CASES` says in
/// long runs.
fn cases() -> u32 {
    std::env::var("KUNDRESA_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(60)
}

#[test]
fn changed_corpora_pass() {
    for (name, body) in bodies::TARGETS {
        let corpus: Vec<Vec<u8>> = bodies::corpus(name).into_iter().map(|(_, bytes)| bytes).collect();
        let config = ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() };
        let files = (prop::sample::select(corpus), prop::collection::vec(change(), 1..8));
        let passed = proptest::test_runner::TestRunner::new(config).run(&files, |(bytes, changes)| {
            body(&changed(bytes, &changes));
            Ok(())
        });
        if let Err(failure) = passed {
            panic!("{name}: {failure}");
        }
    }
}
