//! How do decoded columns become what readers of a run ask for?

use std::ops::Range;

use arrow_array::Int64Array;
use arrow_array::types::{Int64Type, TimestampMicrosecondType, UInt8Type, UInt32Type, UInt64Type};
use arrow_buffer::{ArrowNativeType, ScalarBuffer};
use arrow_schema::DataType;
use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::event_table::SEQUENCE;

use crate::error::StoreError;
use crate::run::facts::Optional;
use crate::run::pages::{self, Marked, Number, Spare};
use crate::run::parquet_file::{Batch, ParquetFile, damaged};
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

    /// Names of the columns of texts of the file that `asked` takes.
    fn texts<'a>(&'a self, asked: &'a Columns) -> impl Iterator<Item = &'a str> {
        let wide = asked.wide.iter().filter_map(|column| self.names.wide[*column].as_deref());
        let others = OTHERS.iter().zip(self.has.others).filter(|(_, has)| asked.others && *has);
        let event_id = (asked.event_id && self.has.event_id).then_some("event_id");
        wide.chain(others.map(|(class, _)| class.column())).chain(event_id)
    }

    /// Names of the columns of numbers of the file that `asked` takes.
    fn numbers<'a>(&'a self, asked: &'a Columns) -> impl Iterator<Item = &'a str> {
        let coded = asked.coded.iter().map(|column| self.names.coded[*column].as_str());
        let sequence = SEQUENCE.iter().zip(self.has.sequence).filter(|(_, has)| asked.place && *has);
        let others = [
            ("ts", asked.ts),
            ("flags", asked.ts && self.same_flags.is_none()),
            ("value", asked.value && self.has.value),
            ("input", asked.input || asked.place),
            ("row", asked.place),
            ("position", asked.place && self.has.position),
        ];
        let others = others.into_iter().filter(|(_, is_asked)| *is_asked).map(|(name, _)| name);
        coded.chain(sequence.map(|(name, _)| *name)).chain(others)
    }

    /// The asked columns of the rows `rows` of `file`, in memory of `spare` where there is some; items are left to the caller.
    pub(crate) fn rows(
        &self,
        file: &ParquetFile,
        rows: Range<u64>,
        asked: &Columns,
        spare: &mut Spare,
    ) -> Result<EventRows, StoreError> {
        let mut found = EventRows::default();
        let quick = file.whole_groups(&rows).and_then(|groups| self.quickly(Quick { file, groups, spare }, asked));
        let mut names: Vec<&str> = self.texts(asked).collect();
        match quick {
            Some(quick) => found = quick,
            None => names.extend(self.numbers(asked)),
        }
        if !names.is_empty() {
            let mut batch = file.read(rows.clone(), &names)?;
            if names.len() > self.texts(asked).count() {
                self.take_numbers(&mut batch, asked, &mut found)?;
            }
            self.take_texts(&batch, asked, &mut found)?;
        }
        self.check(file, asked, &found)?;
        if let (true, Some(same)) = (asked.ts, &self.same_flags) {
            let rows = found.ts.len();
            found.flags = if rows <= same.len() { same.slice(0, rows) } else { vec![same[0]; rows].into() };
        }
        Ok(found)
    }

    /// The asked columns of numbers, if they are as we write them.
    fn quickly(&self, mut quick: Quick<'_>, asked: &Columns) -> Option<EventRows> {
        let mut rows = EventRows::default();
        if asked.ts {
            rows.ts = quick.numbers("ts")?;
            if self.same_flags.is_none() {
                rows.flags = quick.bytes("flags")?;
            }
        }
        for column in &asked.coded {
            rows.coded.push(quick.codes(&self.names.coded[*column])?);
        }
        if asked.value && self.has.value {
            rows.value = quick.marked("value")?;
        }
        if asked.input || asked.place {
            rows.input = quick.codes("input")?;
        }
        if asked.place {
            for (part, name) in SEQUENCE.iter().enumerate().filter(|(part, _)| self.has.sequence[*part]) {
                rows.sequence[part] = quick.marked(name)?;
            }
            rows.row = quick.numbers("row")?.into_inner().into();
            if self.has.position {
                rows.position = quick.codes("position")?;
            }
        }
        Some(rows)
    }

    /// Takes the asked columns of numbers out of a batch.
    fn take_numbers(&self, batch: &mut Batch<'_>, asked: &Columns, rows: &mut EventRows) -> Result<(), StoreError> {
        if asked.ts {
            rows.ts = batch.filled::<TimestampMicrosecondType>("ts")?;
            if self.same_flags.is_none() {
                rows.flags = batch.filled::<UInt8Type>("flags")?;
            }
        }
        for column in &asked.coded {
            rows.coded.push(batch.filled::<UInt32Type>(&self.names.coded[*column])?);
        }
        if asked.value && self.has.value {
            rows.value = marked(batch.primitive::<Int64Type>("value")?);
        }
        if asked.input || asked.place {
            rows.input = batch.filled::<UInt32Type>("input")?;
        }
        if asked.place {
            for (part, name) in SEQUENCE.iter().enumerate().filter(|(part, _)| self.has.sequence[*part]) {
                rows.sequence[part] = marked(batch.primitive::<Int64Type>(name)?);
            }
            rows.row = batch.filled::<UInt64Type>("row")?;
            if self.has.position {
                rows.position = batch.filled::<UInt32Type>("position")?;
            }
        }
        Ok(())
    }

    /// Checks that every code stands for something.
    fn check(&self, file: &ParquetFile, asked: &Columns, rows: &EventRows) -> Result<(), StoreError> {
        for (column, codes) in asked.coded.iter().zip(&rows.coded) {
            let values = self.values[*column];
            // Without an early end, which would keep the loop from taking several codes at once.
            if codes.iter().fold(false, |wrong, code| wrong | (*code > values)) {
                let problem = format!("`{}` has codes that stand for nothing", self.names.coded[*column]);
                return Err(damaged(file.path(), &problem));
            }
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

// One mark serves all columns with nulls.
const _: () = assert!(NO_SEQUENCE == NO_VALUE);

/// The values, marked where there are none.
fn marked(column: &Int64Array) -> Marked {
    column.iter().map(|value| value.unwrap_or(NO_VALUE)).collect()
}

/// Row groups whose numbers are decoded by ourselves.
struct Quick<'a> {
    file: &'a ParquetFile,
    groups: Range<usize>,
    spare: &'a mut Spare,
}

impl Quick<'_> {
    /// Numbers without nulls.
    fn numbers(&mut self, name: &str) -> Option<ScalarBuffer<i64>> {
        self.filled(name, |spare| &mut spare.numbers)
    }

    /// Codes without nulls.
    fn codes(&mut self, name: &str) -> Option<ScalarBuffer<u32>> {
        self.filled(name, |spare| &mut spare.codes)
    }

    /// Bits without nulls.
    fn bytes(&mut self, name: &str) -> Option<ScalarBuffer<u8>> {
        self.filled(name, |spare| &mut spare.bytes)
    }

    fn filled<N: Number + ArrowNativeType>(
        &mut self,
        name: &str,
        kept: impl Fn(&mut Spare) -> &mut Vec<Vec<N>>,
    ) -> Option<ScalarBuffer<N>> {
        let mut into = kept(self.spare).pop().unwrap_or_default();
        pages::filled(self.file, self.groups.clone(), name, &mut into, &mut self.spare.padded)?;
        Some(into.into())
    }

    /// Numbers and nulls.
    fn marked(&mut self, name: &str) -> Option<Marked> {
        let mut into = self.spare.marked.pop().unwrap_or_default();
        let Spare { values, padded, .. } = &mut *self.spare;
        pages::marked(self.file, self.groups.clone(), name, &mut into, values, padded)?;
        Some(into)
    }
}
