//! Which rows of a table are dropped because somebody asked to be forgotten?

use std::collections::HashSet;

use arrow_array::BooleanArray;
use arrow_select::filter::filter_record_batch;
use kundresa_model::event_table::EventTable;
use kundresa_model::field::IdentifierClass;

use crate::actor_key::forgotten_hash;
use crate::error::StoreError;
use crate::shuffle::scatter::text_at;

/// The table without rows that have a forgotten identifier in any class, and how many those were. Texts that only such
/// rows have are met by no interner, since interners look only at values that rows refer to.
pub(crate) fn drop_forgotten(table: EventTable, forgotten: &HashSet<u128>) -> Result<(EventTable, u64), StoreError> {
    if forgotten.is_empty() {
        return Ok((table, 0));
    }
    let mut kept = vec![true; table.len()];
    for class in IdentifierClass::ALL {
        let ids = table.identifiers(class);
        for (row, kept) in kept.iter_mut().enumerate() {
            *kept &= text_at(ids, row).is_none_or(|id| !forgotten.contains(&forgotten_hash(id)));
        }
    }
    let dropped = kept.iter().filter(|kept| !**kept).count() as u64;
    if dropped == 0 {
        return Ok((table, 0));
    }
    let filtered = filter_record_batch(table.as_batch(), &BooleanArray::from(kept));
    let filtered = filtered.map_err(|error| StoreError::Read(error.into()))?;
    Ok((EventTable::try_new(filtered).map_err(|error| StoreError::Read(error.into()))?, dropped))
}
