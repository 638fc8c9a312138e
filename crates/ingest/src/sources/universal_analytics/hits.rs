//! Which events is a hit?

use super::values::{Values, money};
use super::{ITEMS, PAGE_URL, SCREEN, VALUE};
use crate::json::flatten::{Flat, flatten, push_member};
use crate::json::scan::{ScanError, Scanner};
use crate::translate::{NoRow, Rows};
use kundresa_model::quality::RejectReason;

/// One hit.
pub(super) struct Hit<'a> {
    values: &'a Values,
    products: Products,
}

/// Products as a list of items, those that were only shown apart.
#[derive(Debug, Default)]
struct Products {
    acted_on: String,
    shown: String,
}

/// Members of a product, and what they are called in an item. The last two are numbers.
const MEMBERS: [(&str, &str); 7] = [
    ("productSKU", "id"),
    ("v2ProductName", "name"),
    ("v2ProductCategory", "category"),
    ("productBrand", "brand"),
    ("productVariant", "variant"),
    ("productPrice", "price"),
    ("productQuantity", "quantity"),
];

/// Values that computed cells hold, so that they are no properties.
const HELD: [&str; 5] = ["time", "page.pagePath", "page.hostname", "product", "transaction.transactionRevenue"];

impl<'a> Hit<'a> {
    pub(super) fn of(values: &'a Values) -> Self {
        // What is no list of products is kept as a property below.
        Self { values, products: products(values.get("product")).unwrap_or_default() }
    }

    /// When it happened.
    pub(super) fn time_us(&self, start_us: i64) -> Result<i64, NoRow> {
        let text = self.values.get("time");
        let offset = if text.is_empty() { Ok(0) } else { text.parse::<i64>() };
        let us = offset.ok().and_then(|ms| ms.checked_mul(1_000)?.checked_add(start_us));
        us.ok_or_else(|| {
            let detail = format!("hits.time `{text}` is no number of milliseconds since the start of the visit");
            NoRow::new(RejectReason::BadTime, detail)
        })
    }

    /// The names of its events: what it is, what was done with products, and products that were shown.
    pub(super) fn events(&self) -> Vec<&'static str> {
        let kind = match self.values.get("type") {
            "PAGE" => Some("page_view"),
            "APPVIEW" => Some("screen_view"),
            "EVENT" | "" => None,
            "TRANSACTION" => Some("purchase"),
            "ITEM" => Some("item"),
            "SOCIAL" => Some("social"),
            "EXCEPTION" => Some("exception"),
            "TIMING" => Some("timing"),
            _ => Some("hit"),
        };
        let action = self.action().filter(|action| Some(*action) != kind);
        let shown = (!self.products.shown.is_empty()).then_some("view_item_list");
        let mut events: Vec<&'static str> = [kind, action, shown].into_iter().flatten().collect();
        if events.is_empty() {
            events.push("event");
        }
        events
    }

    fn action(&self) -> Option<&'static str> {
        Some(match self.values.get("eCommerceAction.action_type") {
            "1" => "select_item",
            "2" => "view_item",
            "3" => "add_to_cart",
            "4" => "remove_from_cart",
            "5" if matches!(self.values.get("eCommerceAction.step"), "" | "0" | "1") => "begin_checkout",
            "5" => "checkout_progress",
            "6" => "purchase",
            "7" => "refund",
            "8" => "checkout_option",
            _ => return None,
        })
    }

    /// Fills the cells of one of its events.
    pub(super) fn hand_out(&self, event: &str, rows: &mut Rows) {
        let values = self.values;
        let held: &[&str] = if self.has_products() { &HELD } else { &HELD[..3] };
        values.hand_out("hits.", held, rows);
        let (host, path) = (values.get("page.hostname"), values.get("page.pagePath"));
        match (host, path) {
            ("", path) => rows.set(PAGE_URL, path),
            (host, path) => rows.write(PAGE_URL, format_args!("https://{host}{path}")),
        }
        if values.get("type") == "APPVIEW" {
            rows.set(SCREEN, values.get("appInfo.screenName"));
        }
        let items = if event == "view_item_list" { &self.products.shown } else { &self.products.acted_on };
        if !items.is_empty() && !matches!(event, "page_view" | "screen_view") {
            rows.write(ITEMS, format_args!("[{items}]"));
        }
        if matches!(event, "purchase" | "refund") {
            rows.set(VALUE, &money(values.get("transaction.transactionRevenue")));
        }
        if values.get("isInteraction") == "false" || matches!(event, "item" | "timing") {
            rows.passive();
        }
    }

    fn has_products(&self) -> bool {
        !(self.products.acted_on.is_empty() && self.products.shown.is_empty())
    }
}

fn products(list: &str) -> Result<Products, ScanError> {
    let (mut products, mut path) = (Products::default(), String::new());
    if list.is_empty() {
        return Ok(products);
    }
    let mut scanner = Scanner::new(list);
    scanner.begin_array()?;
    while scanner.next_element()? {
        let mut members = [const { String::new() }; MEMBERS.len()];
        let mut is_shown = false;
        flatten(scanner.skip()?, &mut path, |name, value| {
            if let Some(at) = MEMBERS.iter().position(|(member, _)| *member == name) {
                value.text().clone_into(&mut members[at]);
            }
            is_shown |= name == "isImpression" && value.text() == "true";
        })?;
        let list = if is_shown { &mut products.shown } else { &mut products.acted_on };
        push_item(list, &members);
    }
    Ok(products)
}

fn push_item(list: &mut String, members: &[String; MEMBERS.len()]) {
    let mut item = String::new();
    for ((member, name), text) in MEMBERS.iter().zip(members) {
        let text = if *member == "productPrice" { money(text) } else { text.clone() };
        if text.is_empty() || text == "(not set)" {
            continue;
        }
        let is_number = matches!(*name, "price" | "quantity") && text.parse::<f64>().is_ok_and(f64::is_finite);
        push_member(&mut item, name, if is_number { Flat::Json(&text) } else { Flat::Text(&text) });
    }
    if !item.is_empty() {
        list.push_str(if list.is_empty() { "" } else { "," });
        list.push_str(&item);
        list.push('}');
    }
}
