//! What is the hash of a text that is read in stretches anyway?
//!
//! Stretches of a text are read one after another, so their bytes can be hashed while they are at hand, which saves a pass
//! over the text. Only a text that is read to its end this way has its hash; where something is read in another way (as a
//! stream), whoever asks for the hash makes the pass.

use std::io::{self, Read};
use std::sync::Arc;

use twox_hash::XxHash3_128;

use crate::input::Input;
use crate::text_parts::Border;

/// The hash of the first bytes of a text.
pub(crate) struct HashAlong {
    input: Arc<Input>,
    hasher: XxHash3_128,
    /// Bytes hashed.
    upto: u64,
}

impl std::fmt::Debug for HashAlong {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("HashAlong").field("upto", &self.upto).finish_non_exhaustive()
    }
}

impl HashAlong {
    /// Of no bytes of `input` yet.
    pub(crate) fn new(input: &Arc<Input>) -> Self {
        Self { input: Arc::clone(input), hasher: XxHash3_128::new(), upto: 0 }
    }

    /// Hashes the bytes before the first record, if anything is to be hashed.
    pub(crate) fn begin(along: &mut Option<Self>, offset: u64) {
        let begun = along.take().and_then(|mut along| along.read_to(offset).ok().map(|()| along));
        *along = begun;
    }

    /// Hashes `bytes`, which begin at `start`, up to `end`; forgets about it if others read what follows.
    pub(crate) fn take(along: &mut Option<Self>, bytes: &[u8], start: Border, end: Border) {
        let Some(mut hash) = along.take().filter(|hash| hash.upto == start.offset) else { return };
        let length = end.offset.checked_sub(start.offset).and_then(|length| usize::try_from(length).ok());
        let Some(bytes) = length.and_then(|length| bytes.get(..length)) else { return };
        hash.hasher.write(bytes);
        hash.upto += bytes.len() as u64;
        match hash.input.size() {
            Ok(size) if size == hash.upto => hash.input.keep_hash(hash.hasher.finish_128()),
            Ok(size) if size > hash.upto => *along = Some(hash),
            _ => (),
        }
    }

    fn read_to(&mut self, offset: u64) -> io::Result<()> {
        let mut before = Vec::new();
        self.input.open_at(0)?.take(offset).read_to_end(&mut before)?;
        self.hasher.write(&before);
        self.upto = before.len() as u64;
        Ok(())
    }
}
