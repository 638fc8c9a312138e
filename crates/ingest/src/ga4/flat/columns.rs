//! Which part of a row of the export does a column of a flattened table hold?
//!
//! Flattening is nobody's standard, so a column is understood by its name alone, and tables may mix the ways: a cell with
//! the JSON of a list, a path (`event_params.0.key`), one member of the one parameter or item that the row is about
//! (`event_params_key`, `item_name`), a member of a record with `_` for the points (`device_category`), or a parameter
//! (`param_percent_scrolled`, and every name that is nothing else).

use super::words::{BARE_ITEM, DAYS, FIVETRAN, FLOATS, ITEM, RECORD_PATHS, SHORT, TIMES, leaf_of};
use crate::ga4::names::{EVENT, SCALARS, TIME};

/// A list of keys and values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// `event_params`.
    Params,
    /// `user_properties`.
    Users,
}

/// A member of a pair of key and value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Member {
    /// Its key.
    Key,
    /// One of its values, by the name that the export gives it.
    Value(&'static str),
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// JSON of a list or record of that name, or a scalar of the path if the cell is no JSON.
    Nested(String, Option<String>),
    /// A scalar by its path.
    Leaf(String),
    /// An event parameter or user property by its key.
    Named(List, String),
    /// A member of the pair with that index.
    IndexedPair(List, usize, Member),
    /// A member of the item with that index.
    IndexedItem(usize, String),
    /// A member of the pair that the row is about.
    RowPair(List, Member),
    /// A member of the item that the row is about.
    RowItem(String),
    /// Something of lists within lists, which the export in its own shape loses as well.
    Dropped,
}

/// How a table was flattened, and what its columns hold.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// What each column holds, in file order.
    pub(super) columns: Vec<Column>,
    /// Whether several rows may be one event.
    pub(super) folds: bool,
    /// Whether money is in dollars alone, as some connectors leave it.
    pub(super) only_usd: bool,
    /// Whether Fivetran wrote it.
    pub(super) is_fivetran: bool,
    /// The shape in words.
    pub(super) shape: &'static str,
}

/// Whether a header is that of a flattened export: names that only the export has.
pub(in crate::ga4) fn is_flattened(header: &[String]) -> bool {
    let names = lower(header);
    let has = |name: &str| names.iter().any(|known| known == name);
    let has_lists = names.iter().any(|name| name.starts_with("event_params"));
    let is_query = has(TIME) && has(EVENT) && (has("user_pseudo_id") || has_lists);
    is_query || is_fivetran(&names)
}

/// Fivetran's table `event`, which has names of its own.
fn is_fivetran(names: &[String]) -> bool {
    let has = |name: &str| names.iter().any(|known| known == name);
    ["name", "timestamp", "user_pseudo_id"].into_iter().all(has) && names.iter().any(|name| name.starts_with("param_"))
}

/// Names without regard to case, if they are written in capitals as some warehouses do.
fn lower(header: &[String]) -> Vec<String> {
    let are_capitals = !header.iter().any(|name| name.contains(|letter: char| letter.is_ascii_lowercase()));
    let name = |name: &String| if are_capitals { name.to_ascii_lowercase() } else { name.clone() };
    header.iter().map(name).collect()
}

impl Columns {
    /// What the columns of a header hold.
    pub(super) fn of(header: &[String]) -> Self {
        let names = lower(header);
        let reading = Reading {
            fivetran: is_fivetran(&names),
            params: pair_prefix(&names, &["event_params", "event_param", "params", "param", ""]),
            users: pair_prefix(&names, &["user_properties", "user_property"]),
            items: names.iter().any(|name| matches!(row_item(name, false), Some("item_id" | "item_name"))),
        };
        let columns: Vec<Column> = names.iter().map(|name| reading.column(name)).collect();
        let is_row = |column: &Column| matches!(column, Column::RowPair(..) | Column::RowItem(_));
        let has = |path: &str| columns.contains(&Column::Leaf(path.to_owned()));
        let only_usd = has("ecommerce.purchase_revenue_in_usd")
            && !has("ecommerce.purchase_revenue")
            && !columns.contains(&Column::Named(List::Params, "currency".to_owned()));
        let folds = columns.iter().any(is_row);
        let shape = reading.shape(&columns);
        Self { columns, folds, only_usd, is_fivetran: reading.fivetran, shape }
    }

    /// The column of the event time.
    pub(super) fn time(&self) -> Option<usize> {
        self.columns.iter().position(|column| *column == Column::Leaf(TIME.to_owned()))
    }
}

/// How the names of one header are read.
struct Reading<'a> {
    fivetran: bool,
    /// What stands before the members of the one parameter of a row.
    params: Option<&'a str>,
    /// The same for user properties.
    users: Option<&'a str>,
    /// Whether a row is about one item.
    items: bool,
}

impl Reading<'_> {
    fn column(&self, name: &str) -> Column {
        if let Some((_, own)) = FIVETRAN.iter().find(|(fivetran, _)| self.fivetran && *fivetran == name) {
            return Column::Leaf((*own).to_owned());
        }
        if let Some(column) = self.of_row(name).or_else(|| indexed(name)) {
            return column;
        }
        if let Some(key) = name.strip_prefix("param_").filter(|_| self.fivetran) {
            return Column::Named(List::Params, key.to_owned());
        }
        if let Some(path) = SHORT.iter().find(|(short, _)| *short == name).map(|(_, path)| *path) {
            return match path.split_once('.') {
                Some(_) if name == "device" => Column::Nested(name.to_owned(), Some(path.to_owned())),
                Some(_) => Column::Leaf(path.to_owned()),
                None => Column::Named(List::Params, path.to_owned()),
            };
        }
        if matches!(name, "event_params" | "user_properties" | "items") || RECORD_PATHS.contains(&name) {
            return Column::Nested(name.to_owned(), None);
        }
        if SCALARS.contains(&name) {
            return Column::Leaf(name.to_owned());
        }
        leaf_of(name).map_or_else(|| Column::Named(List::Params, name.to_owned()), Column::Leaf)
    }

    fn of_row(&self, name: &str) -> Option<Column> {
        let pair =
            |list: List, prefix: Option<&str>| Some(Column::RowPair(list, member(after_prefix(name, prefix?)?)?));
        let pair = pair(List::Params, self.params).or_else(|| pair(List::Users, self.users));
        let item =
            || row_item(name, self.items).filter(|_| self.items).map(|member| Column::RowItem(member.to_owned()));
        pair.or_else(item)
    }

    fn shape(&self, columns: &[Column]) -> &'static str {
        let has = |test: fn(&Column) -> bool| columns.iter().any(test);
        match () {
            () if self.fivetran => "one column per parameter, as Fivetran writes it",
            () if has(|column| matches!(column, Column::RowPair(..))) && self.items => "one row per parameter and item",
            () if has(|column| matches!(column, Column::RowPair(..))) => "one row per parameter",
            () if self.items => "one row per item",
            () if has(|column| matches!(column, Column::IndexedPair(..))) => "one column per path",
            () if has(|column| matches!(column, Column::Nested(name, None) if name == "event_params")) => {
                "lists as JSON in cells"
            }
            () => "chosen values as columns",
        }
    }
}

/// The first prefix under which a key and a value stand.
fn pair_prefix<'a>(names: &[String], prefixes: &[&'a str]) -> Option<&'a str> {
    prefixes.iter().copied().find(|prefix| {
        let members = || names.iter().filter_map(|name| member(after_prefix(name, prefix)?));
        members().any(|member| member == Member::Key) && members().any(|member| matches!(member, Member::Value(_)))
    })
}

/// The rest of a name behind a prefix and what divides the two.
fn after_prefix<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    if prefix.is_empty() {
        // Only values with a type, so that a column `value` stays what it is.
        return Some(name).filter(|name| *name == "key" || VALUES.contains(name));
    }
    name.strip_prefix(prefix)?.strip_prefix(['.', '_'])
}

const VALUES: [&str; 4] = ["string_value", "int_value", "float_value", "double_value"];

/// `key`, `value`, `int_value`, `value.int_value` or `value_int_value`.
fn member(name: &str) -> Option<Member> {
    if name == "key" {
        return Some(Member::Key);
    }
    let typed = name.strip_prefix("value").and_then(|rest| rest.strip_prefix(['.', '_'])).unwrap_or(name);
    let value = if name == "value" { "string_value" } else { VALUES.into_iter().find(|value| *value == typed)? };
    Some(Member::Value(value))
}

/// The member of an item that a column of a table of items holds. `bare` allows names that other things may have.
fn row_item(name: &str, bare: bool) -> Option<&str> {
    let behind = ["items.", "items_", "item."].into_iter().find_map(|prefix| name.strip_prefix(prefix));
    match behind {
        Some(member) if ITEM.contains(&member) || BARE_ITEM.contains(&member) => Some(member),
        Some(_) => None,
        None => (ITEM.contains(&name) || (bare && BARE_ITEM.contains(&name))).then_some(name),
    }
}

/// `event_params.0.value.int_value`, `items.3.price`, `device.category`; also with `[0]` for `.0`.
fn indexed(name: &str) -> Option<Column> {
    let plain = name.replace('[', ".").replace(']', "");
    let mut parts = plain.splitn(3, '.');
    let (root, index, rest) = (parts.next()?, parts.next()?, parts.next());
    let list = match root {
        "event_params" => Some(List::Params),
        "user_properties" => Some(List::Users),
        "items" => None,
        _ => return is_record(root).then(|| Column::Leaf(plain.clone())),
    };
    let index: usize = index.parse().ok()?;
    let rest = rest?;
    Some(match list {
        Some(list) => member(rest).map_or(Column::Dropped, |member| Column::IndexedPair(list, index, member)),
        None if rest.contains('.') => Column::Dropped,
        None => Column::IndexedItem(index, rest.to_owned()),
    })
}

fn is_record(name: &str) -> bool {
    RECORD_PATHS.contains(&name)
}

/// What is to be done to the text of a scalar before it stands where the export has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    /// Nothing.
    Text,
    /// It is a number with a fraction.
    Float,
    /// It is a time, which may be written out.
    Time,
    /// It is a day, which may be written with hyphens.
    Day,
}

/// What kind of scalar lies at a path.
pub(super) fn scalar_at(path: &str) -> Scalar {
    match path {
        _ if TIMES.contains(&path) => Scalar::Time,
        _ if DAYS.contains(&path) => Scalar::Day,
        _ if FLOATS.contains(&path) => Scalar::Float,
        _ => Scalar::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(header: &str) -> Columns {
        Columns::of(&header.split(',').map(str::to_owned).collect::<Vec<_>>())
    }

    fn leaf(path: &str) -> Column {
        Column::Leaf(path.to_owned())
    }

    fn param(key: &str) -> Column {
        Column::Named(List::Params, key.to_owned())
    }

    #[test]
    fn a_table_of_a_query_names_chosen_values() {
        let found = columns("event_timestamp,user_pseudo_id,session_id,event_name,country,device_category,source,nps");
        let expected = [
            leaf("event_timestamp"),
            leaf("user_pseudo_id"),
            param("ga_session_id"),
            leaf("event_name"),
            leaf("geo.country"),
            leaf("device.category"),
            param("source"),
            param("nps"),
        ];
        assert_eq!(found.columns, expected);
        assert!(!found.folds);
    }

    #[test]
    fn a_row_per_parameter_is_known_by_a_key_and_a_value_beside_it() {
        for header in [
            "event_timestamp,event_name,event_params_key,event_params_value_int_value",
            "event_timestamp,event_name,event_params.key,event_params.value.int_value",
            "EVENT_TIMESTAMP,EVENT_NAME,EVENT_PARAMS_KEY,EVENT_PARAMS_VALUE_INT_VALUE",
            "event_timestamp,event_name,key,int_value",
            "event_timestamp,event_name,param_key,param_int_value",
        ] {
            let found = columns(header);
            let row = |member| Column::RowPair(List::Params, member);
            assert_eq!(found.columns[2..], [row(Member::Key), row(Member::Value("int_value"))], "{header}");
            assert!(found.folds && found.shape == "one row per parameter");
        }
        assert!(!columns("event_timestamp,event_name,user_pseudo_id,key,value").folds);
    }

    #[test]
    fn paths_may_have_brackets_or_points() {
        let found = columns(
            "event_params.0.key,event_params[1].value.string_value,items.0.price,items.0.item_params.0.key,device.web_info.browser",
        );
        let expected = [
            Column::IndexedPair(List::Params, 0, Member::Key),
            Column::IndexedPair(List::Params, 1, Member::Value("string_value")),
            Column::IndexedItem(0, "price".to_owned()),
            Column::Dropped,
            leaf("device.web_info.browser"),
        ];
        assert_eq!(found.columns, expected);
    }

    #[test]
    fn a_row_per_item_takes_the_names_of_items() {
        let found =
            columns("event_timestamp,event_name,user_pseudo_id,item_id,price,quantity,ecommerce_transaction_id");
        let item = |member: &str| Column::RowItem(member.to_owned());
        assert_eq!(
            found.columns[3..],
            [item("item_id"), item("price"), item("quantity"), leaf("ecommerce.transaction_id")]
        );
        let none = columns("event_timestamp,event_name,user_pseudo_id,price,quantity");
        assert_eq!(none.columns[3..], [param("price"), param("quantity")]);
    }

    #[test]
    fn fivetran_has_names_of_its_own() {
        let header: Vec<String> =
            "_fivetran_id,date,name,timestamp,user_pseudo_id,param_ga_session_id,ecommerce_purchase_revenue_in_usd,geo_city"
                .split(',')
                .map(str::to_owned)
                .collect();
        assert!(is_flattened(&header));
        let found = Columns::of(&header);
        assert_eq!(found.columns[1..4], [leaf("event_date"), leaf("event_name"), leaf("event_timestamp")]);
        assert_eq!(found.columns[5], param("ga_session_id"));
        assert_eq!(found.columns[7], leaf("geo.city"));
        assert!(found.only_usd);
    }

    #[test]
    fn other_tables_are_none() {
        for header in ["user_id,event_name,event_timestamp", "name,timestamp,user_pseudo_id", "event_params,x"] {
            assert!(!is_flattened(&header.split(',').map(str::to_owned).collect::<Vec<_>>()), "{header}");
        }
    }
}
