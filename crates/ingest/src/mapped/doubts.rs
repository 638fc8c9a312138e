//! What in a sample is doubtful although it can be read: the unit of its times, ids that a spreadsheet rounded?

use super::IDS;
use super::reading::Reading;
use crate::config::SourceConfig;
use crate::field::Field;
use crate::kind::PinContext;
use crate::mapping::Mapping;
use crate::sample::{Sample, TextTable};
use crate::time::{Detected, EpochUnit, TimeFormat, detect};
use crate::warning::LoadWarning;

/// Numbers that count the time since 1970, and where they stand.
struct Counted {
    unit: EpochUnit,
    input: String,
    column: String,
    example: String,
}

/// In which unit the times of the first input that has any count, if their size tells.
fn counted(reading: Reading<'_>, samples: &[&Sample], columns: &[String]) -> Option<Counted> {
    samples.iter().find_map(|sample| {
        let table = reading.table(sample);
        let unit = unit(&table, columns)?;
        let (column, example) = times(&table, columns).next()?;
        Some(Counted { unit, input: sample.input.clone(), column: column.to_owned(), example: example.to_owned() })
    })
}

/// In which unit the times of a table count, if their size tells.
pub(super) fn unit(table: &TextTable, columns: &[String]) -> Option<EpochUnit> {
    match detect(times(table, columns).map(|(_, value)| value)) {
        Detected::Format(format) => format.unit(),
        _ => None,
    }
}

/// Column and value of every filled time.
pub(super) fn times<'a>(table: &'a TextTable, columns: &'a [String]) -> impl Iterator<Item = (&'a str, &'a str)> {
    let places = table.names.iter().enumerate().filter(|(_, name)| columns.contains(name));
    let values = places.flat_map(|(place, name)| table.column(place).map(|value| (name.as_str(), value.trim())));
    values.filter(|(_, value)| !value.is_empty())
}

/// Where the preset says in which unit times count and the values say another, takes that of the values and tells it.
pub(super) fn other_unit(source: &mut SourceConfig, reading: Reading<'_>, samples: &[&Sample]) -> Option<String> {
    let said = TimeFormat::from_option(source.time.format.as_deref()?).ok()?;
    let usual = said.unit()?;
    let columns = source.columns.get(Field::Time.name())?.names();
    let counted = counted(reading, samples, columns).filter(|counted| counted.unit != usual)?;
    let format = said.in_unit(counted.unit);
    let text = format!(
        "{}, not {} as in other exports of this kind, and read so; settle it with time = {{ format = \"{}\" }}",
        counted.words(),
        usual.plural(),
        format.option()
    );
    source.time.format = Some(format.option().to_owned());
    Some(text)
}

/// The unit that times must count in, unless they are said to: that of the mapping, if the values that it was made from
/// show it or an earlier load settled it.
pub(super) fn settled_unit(
    mapping: &Mapping,
    reading: Reading<'_>,
    samples: &[&Sample],
    context: &PinContext<'_>,
) -> Option<EpochUnit> {
    let unit = mapping.time_format.unit()?;
    let is_said = context.config.sources.iter().any(|source| source.time.format.is_some());
    let is_settled = context.pin.is_some() && !is_said;
    let is_shown = || counted(reading, samples, mapping.columns(Field::Time)).is_some_and(|found| found.unit == unit);
    (is_settled || is_shown()).then_some(unit)
}

impl Counted {
    fn words(&self) -> String {
        let Self { unit, input, column, example } = self;
        format!("{input}: times in `{column}` such as {example} are {} since 1970", unit.plural())
    }
}

/// A note for every id that a spreadsheet wrote as a power of ten, with all but a few of its digits lost.
pub(super) fn mangled_ids(table: &TextTable, mapping: &Mapping, source: &str) -> Vec<LoadWarning> {
    let columns = IDS.into_iter().flat_map(|field| mapping.columns(field).iter().map(move |name| (field, name)));
    let note = |(field, name): (Field, &String)| {
        let place = table.names.iter().position(|known| known == name)?;
        let value = table.column(place).map(str::trim).find(|value| is_mangled(value))?;
        let text = format!(
            "the {} in column `{name}` is written as a rounded number such as {value}, as spreadsheets do it: ids that \
             differ fall together, and match no other source; export it again, and don't save it from a spreadsheet",
            field.name()
        );
        Some(LoadWarning::Note { source: source.to_owned(), text })
    };
    columns.filter_map(note).collect()
}

/// Whether a value, or a part of it, is a number such as `3.05E+18`.
fn is_mangled(value: &str) -> bool {
    let bytes = value.as_bytes();
    let is_number = |byte: &u8| byte.is_ascii_digit() || b".,-_:+eE".contains(byte);
    let is_power = |window: &[u8]| matches!(window, [before, b'e' | b'E', b'+', behind] if before.is_ascii_digit() && behind.is_ascii_digit());
    bytes.iter().all(is_number) && bytes.windows(4).any(is_power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_spreadsheets_are_told_from_others() {
        for value in ["3.05E+18", "3,05E+18", "6E+18", "3.05e+18", "3.05E+18.6.91E+18"] {
            assert!(is_mangled(value), "{value}");
        }
        for value in ["", "1e5", "3052341234123412345", "aE+18", "x3E+1", "3E18", "E+18", "3E+"] {
            assert!(!is_mangled(value), "{value}");
        }
    }
}
