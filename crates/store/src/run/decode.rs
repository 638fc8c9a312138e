//! How do decoded columns become what readers of a run ask for?

use arrow_array::Int64Array;
use arrow_array::types::{Int64Type, TimestampMicrosecondType, UInt8Type, UInt32Type, UInt64Type};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_schema::DataType;
use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::event_table::SEQUENCE;

use crate::error::StoreError;
use crate::run::facts::Optional;
use crate::run::parquet_file::{Batch, ParquetFile};
use crate::run::reader::{Columns, EventRows};
use crate::run::schema::{Column, OTHERS, TextNames, event_columns};
use crate::shuffle::scatter::NO_SEQUENCE;

/// Columns of the files of events of one run.
#[derive(Debug)]
pub(crate) struct EventColumns {
    pub(crate) names: TextNames,
    /// Distinct values per coded column.
    pub(crate) values: Vec<u32>,
    pub(crate) has: Optional,
    /// Flags of a whole row group, if all rows of the run have the same.
    pub(crate) same_flags: Option<ScalarBuffer<u8>>,
}

impl EventColumns {
    /// Whether the file has all columns, twins and actors aside.
    pub(crate) fn fit(&self, file: &ParquetFile) -> bool {
        let read = |column: &&Column| column.name != "actor" && column.name != "actor_class";
        let columns = event_columns(true, &self.names, std::iter::empty(), &self.has);
        columns.iter().filter(read).all(|column| is_there(file, column))
    }

    /// Names of the columns of the file that `asked` takes.
    pub(crate) fn names<'a>(&'a self, asked: &Columns) -> Vec<&'a str> {
        let mut names = Vec::new();
        if asked.ts {
            names.push("ts");
            names.extend(self.same_flags.is_none().then_some("flags"));
        }
        names.extend(asked.coded.iter().map(|column| self.names.coded[*column].as_str()));
        names.extend(asked.wide.iter().filter_map(|column| self.names.wide[*column].as_deref()));
        names.extend((asked.value && self.has.value).then_some("value"));
        if asked.others {
            names.extend(OTHERS.iter().zip(self.has.others).filter(|(_, has)| *has).map(|(class, _)| class.column()));
        }
        names.extend((asked.event_id && self.has.event_id).then_some("event_id"));
        names.extend((asked.input || asked.place).then_some("input"));
        if asked.place {
            names.extend(SEQUENCE.iter().zip(self.has.sequence).filter(|(_, has)| *has).map(|(name, _)| *name));
            names.push("row");
            names.extend(self.has.position.then_some("position"));
        }
        names
    }

    /// Takes the asked columns out of a batch; items are left to the caller.
    pub(crate) fn rows(&self, mut batch: Batch<'_>, asked: &Columns) -> Result<EventRows, StoreError> {
        let mut rows = EventRows::default();
        if asked.ts {
            rows.ts = batch.filled::<TimestampMicrosecondType>("ts")?;
            rows.flags = self.flags(&batch)?;
        }
        for column in &asked.coded {
            let codes = batch.filled::<UInt32Type>(&self.names.coded[*column])?;
            let values = self.values[*column];
            // Without an early end, which would keep the loop from taking several codes at once.
            if codes.iter().fold(false, |wrong, code| wrong | (*code > values)) {
                return Err(batch.damaged(&format!("`{}` has codes that stand for nothing", self.names.coded[*column])));
            }
            rows.coded.push(codes);
        }
        if asked.value && self.has.value {
            rows.value = marked(batch.take::<Int64Type>("value")?, NO_VALUE);
        }
        if asked.input || asked.place {
            rows.input = batch.filled::<UInt32Type>("input")?;
        }
        if asked.place {
            self.take_place(&mut batch, &mut rows)?;
        }
        self.take_texts(&batch, asked, &mut rows)?;
        Ok(rows)
    }

    fn flags(&self, batch: &Batch<'_>) -> Result<ScalarBuffer<u8>, StoreError> {
        let Some(same) = &self.same_flags else { return batch.filled::<UInt8Type>("flags") };
        let rows = batch.rows();
        Ok(if rows <= same.len() { same.slice(0, rows) } else { vec![same[0]; rows].into() })
    }

    fn take_place(&self, batch: &mut Batch<'_>, rows: &mut EventRows) -> Result<(), StoreError> {
        for (part, name) in SEQUENCE.iter().enumerate().filter(|(part, _)| self.has.sequence[*part]) {
            rows.sequence[part] = marked(batch.take::<Int64Type>(name)?, NO_SEQUENCE);
        }
        rows.row = batch.filled::<UInt64Type>("row")?;
        if self.has.position {
            rows.position = batch.filled::<UInt32Type>("position")?;
        }
        Ok(())
    }

    fn take_texts(&self, batch: &Batch<'_>, asked: &Columns, rows: &mut EventRows) -> Result<(), StoreError> {
        for name in asked.wide.iter().filter_map(|column| self.names.wide[*column].as_deref()) {
            rows.wide.push(batch.texts(name)?.clone());
        }
        if asked.others {
            for (place, class) in OTHERS.iter().enumerate().filter(|(place, _)| self.has.others[*place]) {
                rows.others[place] = Some(batch.texts(class.column())?.clone());
            }
        }
        if asked.event_id && self.has.event_id {
            rows.event_id = Some(batch.texts("event_id")?.clone());
        }
        Ok(())
    }
}

fn is_there(file: &ParquetFile, column: &Column) -> bool {
    let data_type = match &column.data_type {
        DataType::Utf8 => &DataType::LargeUtf8,
        other => other,
    };
    file.has(&column.name, data_type)
}

/// The values, with `mark` in place of nulls; written over what was decoded where nobody else has it.
fn marked(column: Int64Array, mark: i64) -> ScalarBuffer<i64> {
    let (_, values, nulls) = column.into_parts();
    let Some(nulls) = nulls.filter(|nulls| nulls.null_count() > 0) else { return values };
    match values.into_inner().into_mutable() {
        Ok(mut own) => {
            mark_nulls(own.typed_data_mut(), &nulls, mark);
            own.into()
        }
        Err(shared) => {
            let mut copy = ScalarBuffer::<i64>::from(shared).to_vec();
            mark_nulls(&mut copy, &nulls, mark);
            copy.into()
        }
    }
}

fn mark_nulls(values: &mut [i64], nulls: &NullBuffer, mark: i64) {
    let words = nulls.inner().bit_chunks();
    // Bit by bit without a branch: values often stand alone among nulls.
    for (values, mut word) in values.chunks_mut(64).zip(words.iter_padded()) {
        for value in values {
            *value = if word & 1 == 1 { *value } else { mark };
            word >>= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nulls_are_marked_and_nothing_else(
            values in vec(proptest::option::of(0..9_i64), 0..99), skipped in 0..99_usize, is_shared in any::<bool>(),
        ) {
            let skipped = skipped.min(values.len());
            let column = Int64Array::from(values.clone()).slice(skipped, values.len() - skipped);
            let other = is_shared.then(|| column.clone());
            let expected: Vec<i64> = values[skipped..].iter().map(|value| value.unwrap_or(-1)).collect();
            prop_assert_eq!(&*marked(column, -1), expected.as_slice());
            prop_assert!(other.is_none_or(|other| other.iter().eq(values[skipped..].iter().copied())));
        }
    }
}
