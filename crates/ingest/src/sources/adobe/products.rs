//! Which products does a hit of an Adobe data feed name, and what did they cost?

use kundresa_model::money::parse_micros;
use serde_json::{Map, Value};

/// A product of a list: `category;product;quantity;price;events;eVars`.
pub(super) struct Product {
    category: String,
    id: String,
    quantity: String,
    /// Of all units together.
    price: String,
}

impl Product {
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut fields = split(text, ';').map(|field| field.replace('^', "").trim().to_owned());
        let mut next = || fields.next().unwrap_or_default();
        let product = Self { category: next(), id: next(), quantity: next(), price: next() };
        (!product.id.is_empty()).then_some(product)
    }

    pub(super) fn item(&self) -> Value {
        let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
        let mut item = Map::new();
        item.insert("id".to_owned(), self.id.as_str().into());
        if !self.category.is_empty() {
            item.insert("category".to_owned(), self.category.as_str().into());
        }
        let quantity = number(&self.quantity).filter(|quantity| *quantity > 0.0);
        if let Some(price) = number(&self.price) {
            // Ten thousandths are enough for the price of one.
            let unit = (price / quantity.unwrap_or(1.0) * 10_000.0).round() / 10_000.0;
            item.insert("price".to_owned(), unit.into());
        }
        if let Ok(quantity) = serde_json::from_str::<serde_json::Number>(&self.quantity) {
            item.insert("quantity".to_owned(), quantity.into());
        }
        Value::Object(item)
    }
}

/// What all products cost together; nothing where none has a price.
pub(super) fn total(products: &[Product]) -> String {
    let prices = products.iter().filter_map(|product| parse_micros(&product.price));
    let sum = prices.fold(None, |sum: Option<i64>, price| Some(sum.unwrap_or(0).saturating_add(price)));
    sum.map_or_else(String::new, |micros| {
        let sign = if micros < 0 { "-" } else { "" };
        format!("{sign}{}.{:06}", micros.unsigned_abs() / 1_000_000, micros.unsigned_abs() % 1_000_000)
    })
}

/// Pieces between separators that have no `^` in front.
pub(super) fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut rest = Some(text).filter(|text| !text.is_empty());
    std::iter::from_fn(move || {
        let text = rest?;
        let mut escaped = false;
        let end = text.char_indices().find(|(_, character)| {
            let is_end = *character == separator && !escaped;
            escaped = *character == '^' && !escaped;
            is_end
        });
        rest = end.map(|(end, _)| &text[end + separator.len_utf8()..]);
        Some(&text[..end.map_or(text.len(), |(end, _)| end)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_end_where_nothing_escapes() {
        assert_eq!(split("a^,b,c", ',').collect::<Vec<_>>(), ["a^,b", "c"]);
        assert_eq!(split("", ',').count(), 0);
    }

    #[test]
    fn prices_of_all_units_are_divided_and_summed() {
        let products: Vec<Product> = split("K;7;3;10.00,;8;;5,;;1;1", ',').filter_map(Product::read).collect();
        let items: Vec<String> = products.iter().map(|product| product.item().to_string()).collect();
        assert_eq!(items, [r#"{"id":"7","category":"K","price":3.3333,"quantity":3}"#, r#"{"id":"8","price":5.0}"#]);
        assert_eq!((total(&products).as_str(), total(&[]).as_str()), ("15.000000", ""));
    }
}
