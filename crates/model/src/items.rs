//! Which items does an event name?
//!
//! The column `items` holds a JSON list; every other way of writing a list of items that sources have is read the same.
//! What can't be read is said, never guessed.

use serde_json::Value;

use crate::money::{MICROS, parse_micros, write_micros};

/// Most units of one item that one event can move; more is no quantity.
pub const MOST_UNITS: u32 = 1_000_000_000;

/// Keys that may hold each member, the first that is filled counts.
const ID: [&str; 4] = ["id", "item_id", "product_id", "sku"];
const NAME: [&str; 3] = ["name", "item_name", "product_name"];
const PRICE: [&str; 2] = ["price", "item_price"];
const QUANTITY: [&str; 2] = ["quantity", "qty"];

/// One line of an event's items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemLine {
    /// Id of the item, else its name; `None` if it has neither.
    pub id: Option<String>,
    /// Name of the item.
    pub name: Option<String>,
    /// Price of one unit, micro-units of the event's currency. One that is negative or no number is none.
    pub price: Option<i64>,
    /// Units; 1 where nothing is said.
    pub quantity: u32,
    /// Whether a quantity or price is given that is none: it counts as absent.
    pub is_odd: bool,
}

/// A text that is no list of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a JSON list of items")]
pub struct NoItems;

/// The items of a JSON list of objects or of ids; a single object is a list of one.
///
/// - **Quantity:** missing is 1; a whole number from 0 to [`MOST_UNITS`], as number or text. Anything else counts as
///   missing and marks the line.
/// - **Empties:** empty text and `null` are no items.
///
/// # Errors
/// When the text is no such JSON.
///
/// # Example
/// ```
/// # use kundresa_model::items::parse_items;
/// let items = parse_items(r#"[{"id":"7","price":19.9,"quantity":"2"},"8"]"#)?;
/// assert_eq!((items[0].price, items[0].quantity), (Some(19_900_000), 2));
/// assert_eq!((items[1].id.as_deref(), items[1].quantity), (Some("8"), 1));
/// # Ok::<(), kundresa_model::items::NoItems>(())
/// ```
pub fn parse_items(text: &str) -> Result<Vec<ItemLine>, NoItems> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    match serde_json::from_str(text).map_err(|_| NoItems)? {
        Value::Null => Ok(Vec::new()),
        Value::Array(lines) => lines.iter().map(line).collect(),
        single @ Value::Object(_) => Ok(vec![line(&single)?]),
        _ => Err(NoItems),
    }
}

/// The same items with every price that is one changed by `change`; the price as it was stays beside it as `original_price`.
/// `None` where no price was changed, or the text is no list of items.
pub fn with_prices(text: &str, mut change: impl FnMut(i64) -> Option<i64>) -> Option<String> {
    let mut items: Value = serde_json::from_str(text).ok()?;
    let lines = match &mut items {
        Value::Array(lines) => lines.iter_mut(),
        single @ Value::Object(_) => std::slice::from_mut(single).iter_mut(),
        _ => return None,
    };
    let mut is_changed = false;
    for members in lines.filter_map(Value::as_object_mut) {
        let Some(key) = PRICE.into_iter().find(|key| members.get(*key).and_then(self::text).is_some()) else {
            continue;
        };
        let price = members.get(key).and_then(self::text).as_deref().and_then(parse_micros);
        let Some(changed) = price.and_then(&mut change) else { continue };
        let original = members.insert(key.to_owned(), Value::String(write_micros(changed)));
        members.insert("original_price".to_owned(), original.unwrap_or_default());
        is_changed = true;
    }
    is_changed.then(|| items.to_string())
}

/// Units that the text says: a whole number from 0 to [`MOST_UNITS`], `2.0` included.
pub fn parse_quantity(text: &str) -> Option<u32> {
    let micros = parse_micros(text)?;
    let units = u32::try_from(micros / MICROS).ok()?;
    (micros % MICROS == 0 && units <= MOST_UNITS).then_some(units)
}

fn line(value: &Value) -> Result<ItemLine, NoItems> {
    if let Some(id) = text(value) {
        return Ok(ItemLine { id: Some(id), quantity: 1, ..ItemLine::default() });
    }
    let Value::Object(members) = value else { return Err(NoItems) };
    let first = |keys: &[&str]| keys.iter().find_map(|key| members.get(*key).and_then(text));
    let name = first(&NAME);
    let (price, quantity) = (first(&PRICE), first(&QUANTITY));
    let unit_price = price.as_deref().and_then(parse_micros).filter(|micros| *micros >= 0);
    let units = quantity.as_deref().and_then(parse_quantity);
    Ok(ItemLine {
        id: first(&ID).or_else(|| name.clone()),
        is_odd: (price.is_some() && unit_price.is_none()) || (quantity.is_some() && units.is_none()),
        name,
        price: unit_price,
        quantity: units.unwrap_or(1),
    })
}

/// Text or number as text; empty text is none.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> ItemLine {
        let items = parse_items(text).expect(text);
        assert_eq!(items.len(), 1, "{text}");
        items[0].clone()
    }

    #[test]
    fn prices_change_and_stay_beside() {
        let double = |micros: i64| micros.checked_mul(2);
        let changed = with_prices(r#"[{"id":"7","price":19.9,"quantity":2},{"id":"8"},"9"]"#, double);
        let expected = r#"[{"id":"7","price":"39.8","quantity":2,"original_price":19.9},{"id":"8"},"9"]"#;
        assert_eq!(changed.as_deref(), Some(expected));
        assert_eq!(
            with_prices(r#"{"item_price":"1"}"#, double).as_deref(),
            Some(r#"{"item_price":"2","original_price":"1"}"#)
        );
        for text in ["", "x", "[]", "7", r#"[{"id":"7"}]"#, r#"[{"price":"dear"}]"#] {
            assert_eq!(with_prices(text, double), None, "{text}");
        }
        assert_eq!(with_prices(r#"[{"price":1}]"#, |_| None), None);
    }

    #[test]
    fn a_missing_quantity_is_one_and_an_unreadable_one_is_marked() {
        assert_eq!(one(r#"[{"id":"a"}]"#).quantity, 1);
        assert_eq!(one(r#"[{"id":"a","quantity":0}]"#).quantity, 0);
        assert_eq!(one(r#"[{"id":"a","quantity":"2.0"}]"#).quantity, 2);
        for quantity in ["-1", "1.5", "\"many\"", "1e300", "10000000000"] {
            let line = one(&format!(r#"[{{"id":"a","quantity":{quantity}}}]"#));
            assert_eq!((line.quantity, line.is_odd), (1, true), "{quantity}");
        }
    }

    #[test]
    fn prices_are_exact_and_never_negative() {
        assert_eq!(one(r#"{"sku":7,"price":"0.1"}"#).price, Some(100_000));
        assert_eq!(one(r#"[{"id":7,"price":768.0}]"#).price, Some(768_000_000));
        let line = one(r#"[{"name":"Tent","price":-1}]"#);
        assert_eq!((line.id.as_deref(), line.price, line.is_odd), (Some("Tent"), None, true));
    }

    #[test]
    fn what_is_no_list_of_items_is_an_error() {
        assert_eq!(parse_items(""), Ok(Vec::new()));
        assert_eq!(parse_items("null"), Ok(Vec::new()));
        assert_eq!(parse_items("[{}]").map(|items| items[0].id.clone()), Ok(None));
        let deep = "[".repeat(100_000);
        for text in ["[", "[[]]", "7", "a;b", "[null]", "[{\"id\":1}", deep.as_str()] {
            assert_eq!(parse_items(text), Err(NoItems), "{}", &text[..text.len().min(20)]);
        }
    }
}
