//! Do two rows say the same, though their runs have different dictionaries?
//!
//! Every filled column gives a 128-bit hash of its name and its text; the sum of them stands for what a row says. So it
//! does not matter whether a run keeps a column as codes or as texts, or lacks it. Nor does it matter whether a property is a
//! column or a member of the JSON in `props`, which depends on what else a load held.

use std::borrow::Cow;
use std::collections::BTreeMap;

use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::dictionary::Dictionary;
use kundresa_model::event_table::{EventFlags, VALUE};
use kundresa_model::field::{IdentifierClass, text};
use twox_hash::XxHash3_128;

use crate::error::StoreError;
use crate::run::reader::{Columns, EventRows, Run};
use crate::stored::props::{Scan, unquoted};
use crate::upkeep::read::text_at;

/// Identifiers that stand beside the actor's own.
const OTHERS: [IdentifierClass; 3] = [IdentifierClass::Login, IdentifierClass::Crm, IdentifierClass::Email];

/// What it takes to compare rows of one run with rows of others.
pub(super) struct Contents {
    /// Columns that say something.
    pub(super) columns: Columns,
    /// Hash per code of each coded column.
    coded: Vec<Vec<u128>>,
    wide: Vec<String>,
}

impl Contents {
    pub(super) fn of(run: &Run) -> Result<Self, StoreError> {
        let (coded, wide) = (&run.facts.coded, &run.facts.wide);
        let columns = Columns {
            ts: true,
            coded: (0..coded.len()).collect(),
            wide: (0..wide.len()).collect(),
            value: true,
            others: true,
            ..Columns::default()
        };
        let hashes = (0..coded.len()).map(|column| Ok(hashes(&coded[column].name, &run.dictionary(column)?)));
        Ok(Self { columns, coded: hashes.collect::<Result<_, StoreError>>()?, wide: wide.clone() })
    }

    /// Hash of everything row `row` of `rows` says, its time included, its event id and place left out.
    pub(super) fn hash(&self, rows: &EventRows, row: usize) -> u128 {
        let codes = self.coded.iter().zip(&rows.coded);
        let coded = codes.map(|(hashes, codes)| hashes.get(codes[row] as usize).copied().unwrap_or(0));
        let texts = self.wide.iter().zip(&rows.wide);
        let wide = texts.filter_map(|(name, texts)| Some(wide_hash(name, text_at(Some(texts), row)?)));
        let others = OTHERS.iter().zip(&rows.others);
        let others = others.filter_map(|(class, ids)| Some(text_hash(class.column(), text_at(ids.as_ref(), row)?)));
        let value = rows.value.get(row).copied().filter(|value| *value != NO_VALUE);
        let value = value.map_or(0, |value| bytes_hash(VALUE, &value.to_le_bytes()));
        let said = coded.chain(wide).chain(others).fold(value, u128::wrapping_add);
        let mut hasher = XxHash3_128::new();
        hasher.write(&said.to_le_bytes());
        hasher.write(&rows.ts[row].to_le_bytes());
        hasher.write(&[rows.flags[row] & !EventFlags::REPEATED_ORDER]);
        hasher.finish_128()
    }
}

/// Hash per code of a column; 0 for null.
pub(super) fn hashes(name: &str, dictionary: &Dictionary) -> Vec<u128> {
    std::iter::once(0).chain(dictionary.values().iter().map(|text| text_hash(name, text))).collect()
}

/// Hash of a text in a column.
pub(super) fn text_hash(name: &str, text: &str) -> u128 {
    bytes_hash(name, text.as_bytes())
}

fn wide_hash(name: &str, text: &str) -> u128 {
    let members = if name == text::PROPS { members_hash(text) } else { None };
    members.unwrap_or_else(|| text_hash(name, text))
}

/// Sum of the hashes that the members of an object would have as columns; `None` if it is no object.
///
/// As in a column, null and the empty text are absent, and of several values of one name the last counts.
fn members_hash(object: &str) -> Option<u128> {
    let mut scan = Scan { left: object.trim_ascii_start().strip_prefix('{')? };
    let mut members: BTreeMap<Cow<'_, str>, &str> = BTreeMap::new();
    while let Some((name, value)) = scan.member() {
        if value != "null" {
            members.insert(unquoted(name)?, value);
        }
    }
    (scan.left.trim_ascii() == "}").then_some(())?;
    members.iter().try_fold(0, |sum: u128, (name, value)| Some(sum.wrapping_add(member_hash(name, value)?)))
}

/// 0 for an empty text; `None` if the value is no JSON.
fn member_hash(name: &str, value: &str) -> Option<u128> {
    let value = if value.starts_with('"') { unquoted(value)? } else { Cow::Borrowed(value) };
    // A column of that name is no property.
    let is_taken = text::ALL.contains(&name) || IdentifierClass::ALL.iter().any(|class| class.column() == name);
    Some(match value.as_ref() {
        "" => 0,
        value if is_taken => text_hash(&format!("{}.{name}", text::PROPS), value),
        value => text_hash(name, value),
    })
}

fn bytes_hash(name: &str, bytes: &[u8]) -> u128 {
    let mut hasher = XxHash3_128::new();
    hasher.write(&(name.len() as u64).to_le_bytes());
    hasher.write(name.as_bytes());
    hasher.write(bytes);
    hasher.finish_128()
}
