//! Which event ids were spilled? Kept beside the pieces, so that conflicts are found without reading rows back.

use std::sync::Arc;

use kundresa_model::dictionary::NULL;
use kundresa_model::field::text;

use crate::error::StoreError;
use crate::shuffle::dictionaries::ThreadColumns;
use crate::shuffle::piece::Piece;
use crate::shuffle::scatter::NO_EVENT_ID;
use crate::shuffle::spill::{SpillFile, SpillFolder};

/// Event ids of what one thread has spilled.
#[derive(Debug, Default)]
pub(crate) struct IdLog {
    file: Option<Arc<SpillFile>>,
}

/// One row with an event id. Codes are thread codes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LoggedId {
    pub(crate) hash: u128,
    pub(crate) identity: u64,
    pub(crate) source: u32,
    pub(crate) input: u32,
    pub(crate) partition: u32,
}

/// Bytes of one entry.
const WIDTH: usize = 16 + 8 + 3 * 4;
/// Entries read back at once.
const AT_ONCE: u64 = 1 << 14;

impl IdLog {
    /// Appends the event ids of `piece`.
    pub(crate) fn append(
        &mut self,
        piece: &Piece,
        columns: &ThreadColumns,
        folder: &Arc<SpillFolder>,
    ) -> Result<(), StoreError> {
        let mut bytes = Vec::new();
        for id in logged_ids(piece, columns) {
            bytes.extend(id.hash.to_le_bytes());
            bytes.extend(id.identity.to_le_bytes());
            [id.source, id.input, id.partition].iter().for_each(|code| bytes.extend(code.to_le_bytes()));
        }
        if bytes.is_empty() {
            return Ok(());
        }
        let file = match &self.file {
            Some(file) => file,
            None => self.file.insert(folder.file()?),
        };
        file.append(&bytes).map(|_| ())
    }

    /// Number of entries.
    pub(crate) fn len(&self) -> u64 {
        self.file.as_ref().map_or(0, |file| file.len() / WIDTH as u64)
    }

    /// Hands every entry to `visit`.
    pub(crate) fn visit(&self, visit: &mut dyn FnMut(LoggedId)) -> Result<(), StoreError> {
        let Some(file) = &self.file else { return Ok(()) };
        let mut start = 0;
        while start < file.len() {
            let length = (file.len() - start).min(AT_ONCE * WIDTH as u64);
            let bytes = file.read(start, usize::try_from(length).expect("a few hundred kilobytes"))?;
            bytes.chunks_exact(WIDTH).filter_map(read_id).for_each(&mut *visit);
            start += length;
        }
        Ok(())
    }
}

fn read_id(bytes: &[u8]) -> Option<LoggedId> {
    let (hash, rest) = bytes.split_first_chunk()?;
    let (identity, rest) = rest.split_first_chunk()?;
    let (source, rest) = rest.split_first_chunk()?;
    let (input, rest) = rest.split_first_chunk()?;
    Some(LoggedId {
        hash: u128::from_le_bytes(*hash),
        identity: u64::from_le_bytes(*identity),
        source: u32::from_le_bytes(*source),
        input: u32::from_le_bytes(*input),
        partition: u32::from_le_bytes(*rest.first_chunk()?),
    })
}

fn logged_ids<'a>(piece: &'a Piece, columns: &ThreadColumns) -> impl Iterator<Item = LoggedId> + 'a {
    let (source, partition) = (columns.slot_of(text::SOURCE_NAME), columns.slot_of(text::PARTITION));
    let code = |slot: Option<usize>, row: usize| slot.map_or(NULL, |slot| piece.code(slot, row));
    let ids = piece.event_hash.iter().enumerate().filter(|(_, hash)| **hash != NO_EVENT_ID);
    ids.map(move |(row, hash)| LoggedId {
        hash: *hash,
        identity: piece.identity_of(row),
        source: code(source, row),
        input: piece.input_of(row),
        partition: code(partition, row),
    })
}
