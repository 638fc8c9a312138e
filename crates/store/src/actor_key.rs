//! Which 64-bit key orders actors and spreads them over partitions?
//!
//! The key is XXH64 with seed 0 of the identifier's class byte followed by its bytes. It is part of the store's format
//! and never changes. Two identifiers with one key stay apart: whoever compares actors compares bytes last.

use twox_hash::{XxHash3_128, XxHash64};

/// How the 64-bit hash of an identifier becomes its actor key. Tests cut it short to force collisions.
pub(crate) type KeyOfHash = fn(u64) -> u64;

/// Bits of the key that choose a partition.
pub(crate) const PARTITION_BITS: u32 = 7;
/// Partitions of rows with an actor.
pub(crate) const ACTOR_PARTITIONS: usize = 1 << PARTITION_BITS;
/// Partition of rows without an actor, after all others.
pub(crate) const UNIDENTIFIED: usize = ACTOR_PARTITIONS;
/// All partitions.
pub(crate) const PARTITIONS: usize = ACTOR_PARTITIONS + 1;

/// The frozen hash of an identifier given as class byte followed by id bytes.
pub(crate) fn identifier_hash(class_and_id: &[u8]) -> u64 {
    XxHash64::oneshot(0, class_and_id)
}

/// What a store remembers of an identifier that is to be forgotten, whatever its class.
pub(crate) fn forgotten_hash(id: &str) -> u128 {
    XxHash3_128::oneshot(id.as_bytes())
}

/// Partition of a key: its top bits, so that partitions in order hold keys in order.
pub(crate) fn partition_of(key: u64) -> usize {
    usize::try_from(key >> (u64::BITS - PARTITION_BITS)).expect("seven bits fit")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_function_is_frozen() {
        assert_eq!(identifier_hash(b""), 0xef46_db37_51d8_e999);
        assert_eq!(identifier_hash(b"\0abc"), identifier_hash(&[0, b'a', b'b', b'c']));
        assert_ne!(identifier_hash(b"\0abc"), identifier_hash(b"\x01abc"));
    }

    #[test]
    fn partitions_follow_the_order_of_keys() {
        assert_eq!((partition_of(0), partition_of(u64::MAX)), (0, ACTOR_PARTITIONS - 1));
        assert!(partition_of(1 << 62) < partition_of(1 << 63));
    }
}
