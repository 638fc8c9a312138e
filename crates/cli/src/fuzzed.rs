//! Does the corpus of the fuzz target `configuration` pass, and small changes of it? The other targets' corpora run in
//! `tests/fuzz_corpora.rs`; this one needs the modules of the command line.

#[path = "../../../fuzz/bodies/configuration.rs"]
mod configuration;

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;

fn corpus() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/configuration");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("the corpus is there").map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("it can be read")).collect()
}

#[test]
fn the_corpus_of_configurations_passes() {
    let corpus = corpus();
    assert!(corpus.len() > 3);
    corpus.iter().for_each(|text| configuration::configuration(text));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_configurations_pass(
        text in prop::sample::select(corpus()),
        changes in prop::collection::vec((any::<Index>(), 0_usize..12, "[\\[\\]{}=\"'a-z0-9. \n|*-]{0,4}"), 1..4),
    ) {
        let mut text = text;
        for (at, removed, inserted) in changes {
            let at = at.index(text.len() + 1);
            text.splice(at..(at + removed).min(text.len()), inserted.into_bytes());
        }
        configuration::configuration(&text);
    }
}
