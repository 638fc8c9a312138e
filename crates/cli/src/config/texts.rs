//! Where in the configuration does a text stand?

use toml::de::{DeTable, DeValue};

/// Key and place of the first text that reads `wanted`: under the top key `section`, or anywhere.
pub fn find(text: &str, section: Option<&str>, wanted: &str) -> Option<(String, usize)> {
    find_under(text, section, wanted, "")
}

/// As [`find`]; where several texts read so, one whose key holds `part` comes first.
pub fn find_under(text: &str, section: Option<&str>, wanted: &str, part: &str) -> Option<(String, usize)> {
    let table = DeTable::parse(text).ok()?;
    let mut found = Vec::new();
    let table = table.get_ref();
    for (key, value) in table.iter().filter(|(key, _)| section.is_none_or(|section| key.get_ref() == section)) {
        collect(key.get_ref().to_string(), value.get_ref(), value.span().start, wanted, &mut found);
    }
    found.into_iter().min_by_key(|(key, start)| (!key.contains(part), *start))
}

fn collect(key: String, value: &DeValue<'_>, start: usize, wanted: &str, found: &mut Vec<(String, usize)>) {
    match value {
        DeValue::String(text) if text == wanted => found.push((key, start)),
        DeValue::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                collect(format!("{key}[{}]", index + 1), value.get_ref(), value.span().start, wanted, found);
            }
        }
        DeValue::Table(table) => {
            // A name may well read like what it names.
            for (name, value) in table.iter().filter(|(name, _)| name.get_ref() != "name") {
                collect(format!("{key}.{}", name.get_ref()), value.get_ref(), value.span().start, wanted, found);
            }
        }
        _ => {}
    }
}

/// Where the value of the top key `key` begins; of a list its entry of that number.
pub fn start_of(text: &str, key: &str, entry: usize) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let (_, value) = table.get_ref().iter().find(|(name, _)| name.get_ref() == key)?;
    match value.get_ref() {
        DeValue::Array(entries) => Some(entries.get(entry)?.span().start),
        _ => Some(value.span().start),
    }
}
