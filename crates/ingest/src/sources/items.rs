//! How do a vendor's products become items?

use serde_json::{Map, Value};

/// Member of an item, and the names that vendors give it.
const NAMES: [(&str, &[&str]); 7] = [
    ("id", &["product_id", "sku", "item_id", "itemSKU", "productId", "id"]),
    ("name", &["name", "product_name", "item_name", "itemName", "title"]),
    ("category", &["category", "product_category", "item_category", "itemCategory"]),
    ("brand", &["brand", "item_brand"]),
    ("variant", &["variant", "item_variant"]),
    ("price", &["price", "unit_price"]),
    ("quantity", &["quantity", "qty"]),
];

/// Items of a JSON array of products; `None` where there is none.
pub(super) fn of_list(text: &str) -> Option<String> {
    let Ok(Value::Array(products)) = serde_json::from_str(text) else { return None };
    let items: Vec<Value> = products.iter().filter_map(item).collect();
    (!items.is_empty()).then(|| Value::Array(items).to_string())
}

/// One item of members with the names above.
pub(super) fn of_one<'a>(members: impl Iterator<Item = (&'a str, &'a str)>) -> Option<String> {
    let product: Map<String, Value> = members.map(|(name, text)| (name.to_owned(), value(name, text))).collect();
    Some(Value::Array(vec![item(&Value::Object(product))?]).to_string())
}

/// Numbers stay as they are written, ids stay texts.
fn value(name: &str, text: &str) -> Value {
    let number = || serde_json::from_str::<serde_json::Number>(text).ok().map(Value::Number);
    let is_number = matches!(name, "price" | "unit_price" | "quantity" | "qty");
    is_number.then(number).flatten().unwrap_or_else(|| Value::String(text.to_owned()))
}

fn item(product: &Value) -> Option<Value> {
    let product = product.as_object()?;
    let is_filled = |value: &&Value| !value.is_null() && value.as_str() != Some("");
    let mut item = Map::new();
    for (member, names) in NAMES {
        if let Some(found) = names.iter().filter_map(|name| product.get(*name)).find(is_filled) {
            item.insert(member.to_owned(), found.clone());
        }
    }
    (!item.is_empty()).then_some(Value::Object(item))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_of_any_vendor_become_items() {
        let list = r#"[{"sku":"","product_id":"p1","name":"Cup","price":9.5,"quantity":2,"url":"/x"},{"url":"/y"}]"#;
        assert_eq!(of_list(list).unwrap(), r#"[{"id":"p1","name":"Cup","price":9.5,"quantity":2}]"#);
        assert_eq!(of_list("[]"), None);
        assert_eq!(of_list("{}"), None);
        let one = [("product_id", "007"), ("price", "9.50")].into_iter();
        assert_eq!(of_one(one).unwrap(), r#"[{"id":"007","price":9.5}]"#);
    }
}
