//! What does one row of a flattened table say of an event?

use std::collections::BTreeMap;

use super::cell::{push_scalar, unwrapped};
use super::columns::{Column, Columns, List, Member, Scalar, scalar_at};
use crate::json::flatten::push_string;

/// A parameter or user property: its key, and its value as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) key: String,
    /// Members of the value, without braces.
    pub(super) value: String,
}

/// What one row says of an event.
#[derive(Clone, Debug, Default)]
pub(super) struct RowParts {
    /// Scalars of the event as members of JSON, without braces; none where the event before has the same.
    pub(super) head: String,
    /// Lists and records that came as JSON, as further members.
    pub(super) nested: String,
    /// Parameters and user properties that are columns, as elements of JSON.
    pub(super) named: [String; 2],
    /// What tells the event from others.
    pub(super) identity: String,
    pub(super) params: Vec<Pair>,
    pub(super) users: Vec<Pair>,
    /// Items as JSON.
    pub(super) items: Vec<String>,
}

/// A column that holds a scalar.
struct Leaf {
    column: usize,
    /// Whether a cell may hold a record in its place.
    may_be_record: bool,
    path: Vec<String>,
    /// The names of the path as they stand before a value.
    names: Vec<String>,
    kind: Scalar,
}

impl Leaf {
    fn new(column: usize, path: &str, may_be_record: bool) -> Self {
        let path: Vec<String> = path.split('.').map(str::to_owned).collect();
        let name = |name: &String| {
            let mut written = String::new();
            push_name(&mut written, name);
            written
        };
        let names = path.iter().map(name).collect();
        Self { column, may_be_record, kind: scalar_at(&path.join(".")), path, names }
    }
}

/// Reads rows of one header.
pub(super) struct RowReader {
    columns: Vec<Column>,
    /// Columns that hold something other than a scalar, with what stands before its value.
    others: Vec<(usize, String)>,
    /// Scalars with their paths cut at points, in order of paths, so that members of a record come together.
    leaves: Vec<Leaf>,
    /// Columns of what the export itself knows of the event.
    identity: Vec<usize>,
    folds: bool,
    only_usd: bool,
}

impl RowReader {
    /// For the columns that are wanted.
    pub(super) fn new(columns: Columns, wants: impl Fn(&Column) -> bool) -> Self {
        let leaf = |(index, column): (usize, &Column)| match column {
            Column::Leaf(path) | Column::Nested(_, Some(path)) => {
                let plain = path.strip_suffix("_in_usd").filter(|_| columns.only_usd && path.starts_with("ecommerce."));
                Some(Leaf::new(index, plain.unwrap_or(path), matches!(column, Column::Nested(..))))
            }
            _ => None,
        };
        let mut leaves: Vec<_> = columns.columns.iter().enumerate().filter_map(leaf).collect();
        leaves.sort_by(|a, b| a.path.cmp(&b.path));
        let identity = leaves.iter().map(|leaf| leaf.column).collect();
        let is_wanted = |index: usize| columns.only_usd || wants(&columns.columns[index]);
        leaves.retain(|leaf| is_wanted(leaf.column));
        let is_other = |column: &Column| !matches!(column, Column::Leaf(_) | Column::Dropped);
        let others = columns.columns.iter().enumerate().filter(|(index, column)| is_other(column) && is_wanted(*index));
        let others = others.map(|(index, column)| (index, before(column))).collect();
        Self { leaves, identity, others, folds: columns.folds, only_usd: columns.only_usd, columns: columns.columns }
    }

    /// Whether several rows may be one event.
    pub(super) fn folds(&self) -> bool {
        self.folds
    }

    /// Reads a row; an error says which column holds no JSON. Of a row that continues the event `at_hand`, the scalars are
    /// known.
    pub(super) fn read<'a>(
        &self,
        cell: impl Fn(usize) -> &'a str,
        at_hand: Option<&str>,
        parts: &mut RowParts,
    ) -> Result<(), String> {
        parts.clear();
        if self.folds {
            self.push_identity(&cell, &mut parts.identity);
        }
        if !self.folds || at_hand != Some(parts.identity.as_str()) {
            self.push_leaves(&cell, &mut parts.head);
        }
        let mut own = Own::default();
        for (index, before) in &self.others {
            let text = cell(*index).trim_ascii();
            if !text.is_empty() {
                own.take(&self.columns[*index], before, text, parts)?;
            }
        }
        if self.only_usd && self.has_money(&cell) {
            parts.params.push(Pair { key: "currency".to_owned(), value: "\"string_value\":\"USD\"".to_owned() });
        }
        own.finish(parts);
        Ok(())
    }

    fn has_money<'a>(&self, cell: &impl Fn(usize) -> &'a str) -> bool {
        let mut money = self.leaves.iter().filter(|leaf| leaf.kind == Scalar::Float && leaf.path[0] == "ecommerce");
        money.any(|leaf| cell(leaf.column).trim_ascii().parse::<f64>().is_ok_and(|amount| amount != 0.0))
    }

    /// Everything that the export itself knows of the event; names of one's own may differ from row to row.
    fn push_identity<'a>(&self, cell: &impl Fn(usize) -> &'a str, identity: &mut String) {
        for index in &self.identity {
            identity.push_str(cell(*index));
            identity.push('\u{1f}');
        }
    }

    fn push_leaves<'a>(&self, cell: &impl Fn(usize) -> &'a str, out: &mut String) {
        let mut open: &[String] = &[];
        for Leaf { column, may_be_record, path, names, kind } in &self.leaves {
            let text = cell(*column).trim_ascii();
            if text.is_empty() || (*may_be_record && text.starts_with('{')) {
                continue;
            }
            let records = &path[..path.len() - 1];
            let shared = open.iter().zip(records).take_while(|(a, b)| a == b).count();
            open[shared..].iter().for_each(|_| out.push('}'));
            for name in &names[shared..records.len()] {
                push_written(out, name);
                out.push('{');
            }
            open = records;
            push_written(out, &names[records.len()]);
            push_scalar(out, *kind, text);
        }
        open.iter().for_each(|_| out.push('}'));
    }
}

/// Appends `"name":`, with a comma if something stands before it.
pub(super) fn push_name(out: &mut String, name: &str) {
    push_written(out, "");
    push_string(out, name);
    out.push(':');
}

/// Appends a name that is written as it stands before a value, with a comma if something stands before it.
fn push_written(out: &mut String, name: &str) {
    if !out.is_empty() && !out.ends_with('{') {
        out.push(',');
    }
    out.push_str(name);
}

/// What of a row lies in several of its columns.
#[derive(Default)]
struct Own {
    /// The pair that the row is about, by list.
    row_pairs: [Pair; 2],
    /// Pairs by list and index.
    pairs: [BTreeMap<usize, Pair>; 2],
    /// Members of the item that the row is about.
    row_item: Vec<(String, String)>,
    items: BTreeMap<usize, String>,
}

impl Own {
    fn take(&mut self, column: &Column, before: &str, text: &str, parts: &mut RowParts) -> Result<(), String> {
        match column {
            Column::Nested(_, Some(_)) if !text.starts_with('{') => {}
            Column::Nested(name, _) => {
                let json = unwrapped(text, name).map_err(|error| format!("column {name} holds no JSON: {error}"))?;
                push_name(&mut parts.nested, name);
                parts.nested.push_str(json);
            }
            Column::Named(list, _) => {
                let named = &mut parts.named[place(*list)];
                named.push_str(if named.is_empty() { "" } else { "," });
                named.push_str(before);
                push_string(named, text);
                named.push_str("}}");
            }
            Column::RowPair(list, member) => take_member(&mut self.row_pairs[place(*list)], member, text),
            Column::IndexedPair(list, index, member) => {
                take_member(self.pairs[place(*list)].entry(*index).or_default(), member, text);
            }
            Column::RowItem(member) => self.row_item.push((member.clone(), text.to_owned())),
            Column::IndexedItem(index, member) => push_value(self.items.entry(*index).or_default(), member, text),
            Column::Leaf(_) | Column::Dropped => {}
        }
        Ok(())
    }

    fn finish(self, parts: &mut RowParts) {
        let [params, users] = self.pairs;
        let [param, user] = self.row_pairs;
        let filled = |pair: &Pair| !pair.key.is_empty();
        parts.params.extend(params.into_values().chain([param]).filter(filled));
        parts.users.extend(users.into_values().chain([user]).filter(filled));
        parts.items.extend(self.items.into_values());
        finish_item(self.row_item, parts);
    }
}

/// What has neither id nor name is no item: its values are those of parameters with such names.
fn finish_item(members: Vec<(String, String)>, parts: &mut RowParts) {
    let is_item = members.iter().any(|(name, _)| matches!(name.as_str(), "item_id" | "item_name"));
    let mut item = String::new();
    for (name, text) in members {
        if is_item {
            push_value(&mut item, &name, &text);
        } else {
            let mut pair = Pair { key: name, value: String::new() };
            push_value(&mut pair.value, "string_value", &text);
            parts.params.push(pair);
        }
    }
    parts.items.extend(is_item.then_some(item));
}

impl RowParts {
    fn clear(&mut self) {
        self.head.clear();
        self.nested.clear();
        self.named.iter_mut().for_each(String::clear);
        self.identity.clear();
        self.params.clear();
        self.users.clear();
        self.items.clear();
    }

    /// Appends the event as the export writes it.
    pub(super) fn push_json(&self, out: &mut String) {
        out.push('{');
        out.push_str(&self.head);
        if !self.nested.is_empty() {
            out.push_str(if self.head.is_empty() { "" } else { "," });
            out.push_str(&self.nested);
        }
        push_pairs(out, "event_params", &self.named[0], &self.params);
        push_pairs(out, "user_properties", &self.named[1], &self.users);
        if !self.items.is_empty() {
            push_name(out, "items");
            let items = self.items.iter();
            out.push('[');
            items
                .enumerate()
                .for_each(|(index, item)| out.extend([if index > 0 { ",{" } else { "{" }, item.as_str(), "}"]));
            out.push(']');
        }
        out.push('}');
    }
}

/// Appends a list of pairs, if there are any.
fn push_pairs(out: &mut String, name: &str, named: &str, pairs: &[Pair]) {
    if named.is_empty() && pairs.is_empty() {
        return;
    }
    push_name(out, name);
    out.push('[');
    out.push_str(named);
    for pair in pairs {
        out.push_str(if out.ends_with('[') { "" } else { "," });
        out.push_str("{\"key\":");
        push_string(out, &pair.key);
        out.extend([",\"value\":{", pair.value.as_str(), "}}"]);
    }
    out.push(']');
}

/// What stands before the value of a column that is a parameter or user property.
fn before(column: &Column) -> String {
    let mut text = String::new();
    if let Column::Named(_, key) = column {
        text.push_str("{\"key\":");
        push_string(&mut text, key);
        text.push_str(",\"value\":{\"string_value\":");
    }
    text
}

fn place(list: List) -> usize {
    usize::from(list == List::Users)
}

fn take_member(pair: &mut Pair, member: &Member, text: &str) {
    match member {
        Member::Key => text.clone_into(&mut pair.key),
        Member::Value(name) => push_value(&mut pair.value, name, text),
    }
}

/// Appends a member of a value or an item.
fn push_value(out: &mut String, name: &str, text: &str) {
    push_name(out, name);
    push_scalar(out, scalar_at(name), text);
}
