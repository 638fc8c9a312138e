//! How is one item's JSON taken apart into typed members, and put together again to the same text?
//!
//! Items come as `[{"id":"7","price":19.9},…]`. A member goes into its column only if the column gives back the very
//! text. What does not goes to `rest`, whose first character says what it is:
//!
//! | `rest` | means |
//! |---|---|
//! | null | the columns say everything |
//! | `{…}` | further members, and those whose column can't give back their text |
//! | `[…]` | the item as written, between brackets; the columns only repeat parts of it |
//! | `"…"` | the whole list as written, as a JSON string; it is no list |

use kundresa_model::json::push_string;
use kundresa_model::money::{MICROS, parse_micros};

/// Members with a column, in the order in which they are written.
pub(crate) const TEXTS: [&str; 5] = ["id", "name", "category", "brand", "variant"];
const PRICE: &str = "price";
const QUANTITY: &str = "quantity";

/// Typed members of one item.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Item {
    pub(super) texts: [Option<String>; 5],
    pub(super) price: Option<i64>,
    pub(super) quantity: Option<f64>,
    pub(super) rest: Option<String>,
}

impl Item {
    /// A list that is none.
    pub(super) fn of_whole(text: &str) -> Self {
        let mut rest = String::new();
        push_string(&mut rest, text);
        Self { rest: Some(rest), ..Self::default() }
    }

    /// An item as written.
    pub(super) fn of_element(element: &str) -> Self {
        let mut item = Self::default();
        let mut rest = String::new();
        let mut next_rank = 0;
        let Some(members) = members(element) else { return Self { rest: Some(format!("[{element}]")), ..item } };
        for (name, value) in members {
            let rank = kind(name);
            if rank < next_rank {
                return Self { rest: Some(format!("[{element}]")), ..item };
            }
            next_rank = (rank + 1).min(UNKNOWN);
            if !item.take(rank, value) {
                push_member(&mut rest, name, value);
            }
        }
        if !rest.is_empty() {
            rest.push('}');
            item.rest = Some(rest);
        }
        item
    }

    /// Puts a member into its column, if that gives back its text.
    fn take(&mut self, rank: usize, value: &str) -> bool {
        match rank {
            PRICE_RANK => self.price = parse_micros(value).filter(|micros| amount(*micros) == value),
            QUANTITY_RANK => self.quantity = value.parse().ok().filter(|number: &f64| is_exact(*number, value)),
            rank if rank < TEXTS.len() => self.texts[rank] = text_of(value),
            _ => return false,
        }
        match rank {
            PRICE_RANK => self.price.is_some(),
            QUANTITY_RANK => self.quantity.is_some(),
            rank => self.texts[rank].is_some(),
        }
    }
}

const PRICE_RANK: usize = TEXTS.len();
const QUANTITY_RANK: usize = TEXTS.len() + 1;
const UNKNOWN: usize = TEXTS.len() + 2;

fn kind(name: &str) -> usize {
    match name {
        PRICE => PRICE_RANK,
        QUANTITY => QUANTITY_RANK,
        _ => TEXTS.iter().position(|known| *known == name).unwrap_or(UNKNOWN),
    }
}

fn is_exact(number: f64, text: &str) -> bool {
    number.is_finite() && number.to_string() == text
}

/// Typed members as read from a file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ItemRef<'a> {
    pub(super) texts: [Option<&'a str>; 5],
    pub(super) price: Option<i64>,
    pub(super) quantity: Option<f64>,
    pub(super) rest: Option<&'a str>,
}

impl ItemRef<'_> {
    /// The whole list, if it is none.
    pub(super) fn whole(&self) -> Option<String> {
        self.rest.filter(|rest| rest.starts_with('"')).and_then(|rest| serde_json::from_str(rest).ok())
    }

    /// Appends the item as it was written.
    pub(super) fn push(&self, out: &mut String) {
        if let Some(element) = self.rest.and_then(|rest| rest.strip_prefix('[')?.strip_suffix(']')) {
            out.push_str(element);
            return;
        }
        let rest = self.rest.and_then(members).unwrap_or_default();
        let mut object = ObjectWriter { out, is_first: true };
        object.out.push('{');
        for rank in 0..UNKNOWN {
            self.push_known(rank, &rest, &mut object);
        }
        rest.iter().filter(|(name, _)| kind(name) == UNKNOWN).for_each(|(name, value)| object.raw(name, value));
        object.out.push('}');
    }

    fn push_known(&self, rank: usize, rest: &[(&str, &str)], object: &mut ObjectWriter<'_>) {
        let raw = rest.iter().find(|(name, _)| kind(name) == rank);
        match (raw, rank) {
            (Some((name, value)), _) => object.raw(name, value),
            (None, PRICE_RANK) => self.price.into_iter().for_each(|price| object.raw(PRICE, &amount(price))),
            (None, QUANTITY_RANK) => {
                self.quantity.into_iter().for_each(|quantity| object.raw(QUANTITY, &quantity.to_string()));
            }
            (None, rank) => self.texts[rank].into_iter().for_each(|text| object.text(TEXTS[rank], text)),
        }
    }
}

struct ObjectWriter<'a> {
    out: &'a mut String,
    is_first: bool,
}

impl ObjectWriter<'_> {
    fn name(&mut self, name: &str) {
        self.out.push_str(if std::mem::take(&mut self.is_first) { "\"" } else { ",\"" });
        self.out.push_str(name);
        self.out.push_str("\":");
    }

    fn raw(&mut self, name: &str, value: &str) {
        self.name(name);
        self.out.push_str(value);
    }

    fn text(&mut self, name: &str, text: &str) {
        self.name(name);
        push_string(self.out, text);
    }
}

fn push_member(rest: &mut String, name: &str, value: &str) {
    rest.push_str(if rest.is_empty() { "{\"" } else { ",\"" });
    rest.push_str(name);
    rest.push_str("\":");
    rest.push_str(value);
}

/// Items of a list as written; `None` if the text is no list.
pub(super) fn elements(text: &str) -> Option<Vec<&str>> {
    split(text.strip_prefix('[')?.strip_suffix(']')?)
}

/// Names, without quotes, and values of an object as written without spaces; `None` if it is none.
fn members(text: &str) -> Option<Vec<(&str, &str)>> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    if inner.is_empty() {
        return Some(Vec::new());
    }
    split(inner)?.into_iter().map(member).collect()
}

fn member(text: &str) -> Option<(&str, &str)> {
    let name = text.strip_prefix('"')?;
    let end = string_end(name.as_bytes(), 0)?;
    Some((&name[..end], name[end + 1..].strip_prefix(':')?))
}

/// The text cut at its outermost commas; `None` if its brackets or strings don't close.
fn split(text: &str) -> Option<Vec<&str>> {
    let bytes = text.as_bytes();
    let (mut parts, mut first, mut depth, mut at) = (Vec::new(), 0, 0_usize, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = string_end(bytes, at + 1)?,
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.checked_sub(1)?,
            b',' if depth == 0 => {
                parts.push(&text[first..at]);
                first = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push(&text[first..]);
    (depth == 0).then_some(parts)
}

/// Place of the quote that ends the string that goes on at `at`.
fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The text of a JSON string, if writing it gives the same JSON.
fn text_of(value: &str) -> Option<String> {
    let inner = value.strip_prefix('"')?.strip_suffix('"')?;
    if inner.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
        return Some(inner.to_owned());
    }
    let text: String = serde_json::from_str(value).ok()?;
    let mut again = String::new();
    push_string(&mut again, &text);
    (again == value).then_some(text)
}

/// Micro-units as the shortest decimal number.
fn amount(micros: i64) -> String {
    let (whole, fraction) =
        (micros.unsigned_abs() / MICROS.unsigned_abs(), micros.unsigned_abs() % MICROS.unsigned_abs());
    let sign = if micros < 0 { "-" } else { "" };
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{}", format!("{fraction:06}").trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(text: &str) -> String {
        let Some(elements) = elements(text) else {
            let item = Item::of_whole(text);
            return ItemRef { rest: item.rest.as_deref(), ..ItemRef::default() }.whole().unwrap();
        };
        let written: Vec<String> = elements
            .into_iter()
            .map(|element| {
                let item = Item::of_element(element);
                let texts = item.texts.each_ref().map(Option::as_deref);
                let mut out = String::new();
                ItemRef { texts, price: item.price, quantity: item.quantity, rest: item.rest.as_deref() }
                    .push(&mut out);
                out
            })
            .collect();
        format!("[{}]", written.join(","))
    }

    #[test]
    fn every_text_comes_back_as_it_was() {
        for text in [
            r#"[{"id":"7","name":"A \"b\"","price":19.9,"quantity":2},{}]"#,
            r#"[{"id":7,"price":19.90,"quantity":2.0,"x":[1,{"y":","}]}]"#,
            r#"[{"price":20,"id":"7"}]"#,
            r#"[{"id":"7","id":"8"}]"#,
            r#"[ {"id":"7"} , 5 ]"#,
            r#"[{"name":"\u00e9\n\u0001"},{"name":"é"}]"#,
            r#"[{"price":-0,"quantity":-0}]"#,
            r#"[{"price":1e3,"quantity":1e999}]"#,
            r#"[{"x":1,"price":3}]"#,
            r#"[{"x":1,"x":2,"pri\"ce":3}]"#,
            "[]",
            "[,]",
            "",
            "null",
            "[",
            "]",
            r#"["]"#,
            r#"[{"id":"7"]"#,
            r#"[{"id":"a"b"}]"#,
            "\"quoted\"",
            "[]]",
            "{\"id\":\"7\"}",
        ] {
            assert_eq!(again(text), text);
        }
    }

    #[test]
    fn members_that_fit_are_in_columns() {
        let item = Item::of_element(r#"{"id":"7","brand":"B\\","price":19.9,"quantity":2,"colour":"red"}"#);
        let texts = [Some("7"), None, None, Some("B\\"), None].map(|text| text.map(str::to_owned));
        let rest = Some(r#"{"colour":"red"}"#.to_owned());
        assert_eq!(item, Item { texts, price: Some(19_900_000), quantity: Some(2.0), rest });
    }

    #[test]
    fn amounts_are_shortest() {
        for (micros, text) in
            [(0, "0"), (1, "0.000001"), (-19_900_000, "-19.9"), (5_000_000, "5"), (i64::MAX, "9223372036854.775807")]
        {
            assert_eq!(amount(micros), text);
        }
    }
}
