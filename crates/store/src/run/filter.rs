//! Might a run hold a given event id? Asked for every new event id, so that old rows are read only on a hit.
//!
//! The file is a split block Bloom filter as Parquet defines it, header first, over the upper 64 bits of each
//! [`event_key`], little-endian.

use std::path::Path;

use parquet::bloom_filter::Sbbf;
use twox_hash::XxHash3_128;

use crate::error::StoreError;
use crate::generation::disk::Disk;
use crate::run::facts::FileFacts;
use crate::run::hashed_file::{write_error, write_whole};
use crate::run::parquet_file::damaged;
use crate::run::shared_file::SharedFile;

/// How often a filter says "maybe" about a key that it does not hold.
const FALSE_POSITIVES: f64 = 1e-5;
/// Keys kept as they are until their number is known; with more, the largest filter is filled and folded in the end.
const MOST_WAITING: usize = 1 << 22;
/// Bytes of the largest filter that Parquet knows.
const LARGEST_BYTES: usize = 128 << 20;

/// Hashes event ids: what filters and duplicates compare is a hash of source and event id.
#[derive(Clone, Debug, Default)]
pub(crate) struct EventKeys {
    bytes: Vec<u8>,
}

impl EventKeys {
    /// The key of one.
    pub(crate) fn key(&mut self, source: &str, event_id: &str) -> u128 {
        self.bytes.clear();
        self.bytes.extend_from_slice(&(source.len() as u64).to_le_bytes());
        self.bytes.extend_from_slice(source.as_bytes());
        self.bytes.extend_from_slice(event_id.as_bytes());
        XxHash3_128::oneshot(&self.bytes)
    }
}

/// Whether the filter may hold the key; it always says so for a key that it holds.
pub(crate) fn might_have(filter: &Sbbf, key: u128) -> bool {
    filter.check(&short(key))
}

/// What of a key the filter sees.
pub(crate) fn short(key: u128) -> u64 {
    u64::try_from(key >> u64::BITS).expect("the upper half of 128 bits has 64")
}

/// Gathers the keys of a run, of which there may be any number.
#[derive(Debug, Default)]
pub(crate) struct FilterBuilder {
    waiting: Vec<u64>,
    largest: Option<Sbbf>,
}

impl FilterBuilder {
    /// Adds keys, as [`short`] gives them.
    pub(crate) fn add(&mut self, keys: &[u64]) {
        self.add_up_to(keys, MOST_WAITING);
    }

    fn add_up_to(&mut self, keys: &[u64], most_waiting: usize) {
        if let Some(filter) = &mut self.largest {
            keys.iter().for_each(|key| filter.insert(key));
            return;
        }
        self.waiting.extend_from_slice(keys);
        if self.waiting.len() > most_waiting {
            let mut filter = Sbbf::new_with_num_of_bytes(LARGEST_BYTES);
            std::mem::take(&mut self.waiting).iter().for_each(|key| filter.insert(key));
            self.largest = Some(filter);
        }
    }

    fn filter(self) -> Result<Sbbf, parquet::errors::ParquetError> {
        if let Some(mut filter) = self.largest {
            filter.fold_to_target_fpp(FALSE_POSITIVES);
            return Ok(filter);
        }
        let mut filter = Sbbf::new_with_ndv_fpp((self.waiting.len() as u64).max(1), FALSE_POSITIVES)?;
        self.waiting.iter().for_each(|key| filter.insert(key));
        Ok(filter)
    }

    /// Writes and syncs the filter.
    pub(crate) fn write(self, disk: &Disk, path: &Path) -> Result<FileFacts, StoreError> {
        let mut content = Vec::new();
        let filter = self.filter().map_err(|cause| write_error(path, cause))?;
        filter.write(&mut content).map_err(|cause| write_error(path, cause))?;
        write_whole(disk, path, &content)
    }
}

/// Reads a filter.
pub(crate) fn read(file: &SharedFile, path: &Path) -> Result<Sbbf, StoreError> {
    let content = file.read_whole().map_err(|cause| damaged(path, &cause.to_string()))?;
    let filter = Sbbf::from_bytes(&content).map_err(|cause| damaged(path, &cause.to_string()))?;
    if filter.num_blocks() == 0 {
        return Err(damaged(path, "it is empty"));
    }
    Ok(filter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(numbers: std::ops::Range<u64>) -> Vec<u128> {
        numbers.map(|number| EventKeys::default().key("shop", &format!("event-{number}"))).collect()
    }

    #[test]
    fn source_and_id_can_not_be_shifted_into_each_other() {
        assert_ne!(EventKeys::default().key("ab", "c"), EventKeys::default().key("a", "bc"));
        assert_eq!(EventKeys::default().key("shop", "1"), EventKeys::default().key("shop", "1"));
    }

    #[test]
    fn filter_knows_its_keys_and_hardly_any_other() {
        let folder = tempfile::tempdir().unwrap();
        for (name, most_waiting) in [("exact", MOST_WAITING), ("folded", 100)] {
            let path = folder.path().join(name);
            let mut builder = FilterBuilder::default();
            let short_keys: Vec<u64> = keys(0..20_000).into_iter().map(short).collect();
            short_keys.chunks(7_000).for_each(|keys| builder.add_up_to(keys, most_waiting));
            let facts = builder.write(&Disk::default(), &path).unwrap();
            assert!(facts.bytes < 300_000, "{name}: {}", facts.bytes);
            let filter = read(&SharedFile::open(&path).unwrap(), &path).unwrap();
            assert!(keys(0..20_000).iter().all(|key| might_have(&filter, *key)));
            let wrong = keys(20_000..220_000).iter().filter(|key| might_have(&filter, **key)).count();
            assert!(wrong < 20, "{name}: {wrong}");
        }
    }
}
