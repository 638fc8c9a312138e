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
    /// Members of the event as JSON, without braces.
    pub(super) head: String,
    /// What tells the event from others.
    pub(super) identity: String,
    pub(super) params: Vec<Pair>,
    pub(super) users: Vec<Pair>,
    /// Items as JSON.
    pub(super) items: Vec<String>,
}

/// Reads rows of one header.
pub(super) struct RowReader {
    columns: Columns,
    /// Scalars with their paths cut at points, in order of paths, so that members of a record come together.
    leaves: Vec<(usize, Vec<String>, Scalar)>,
}

impl RowReader {
    pub(super) fn new(columns: Columns) -> Self {
        let leaf = |(index, column): (usize, &Column)| match column {
            Column::Leaf(path) | Column::Nested(_, Some(path)) => {
                let plain = path.strip_suffix("_in_usd").filter(|_| columns.only_usd && path.starts_with("ecommerce."));
                let path = plain.unwrap_or(path);
                Some((index, path.split('.').map(str::to_owned).collect::<Vec<_>>(), scalar_at(path)))
            }
            _ => None,
        };
        let mut leaves: Vec<_> = columns.columns.iter().enumerate().filter_map(leaf).collect();
        leaves.sort_by(|a, b| a.1.cmp(&b.1));
        Self { columns, leaves }
    }

    /// Whether several rows may be one event.
    pub(super) fn folds(&self) -> bool {
        self.columns.folds
    }

    /// Reads a row; an error says which column holds no JSON.
    pub(super) fn read<'a>(&self, cell: impl Fn(usize) -> &'a str) -> Result<RowParts, String> {
        let mut parts = RowParts::default();
        self.push_leaves(&cell, &mut parts.head);
        let mut own = Own::default();
        for (index, column) in self.columns.columns.iter().enumerate() {
            let text = cell(index).trim_ascii();
            if !text.is_empty() {
                own.take(column, text, &mut parts)?;
            }
        }
        if self.columns.folds {
            self.push_identity(&cell, &mut parts.identity);
        }
        if self.columns.only_usd && parts.head.contains("\"ecommerce\"") && self.has_money(&cell) {
            parts.params.push(Pair { key: "currency".to_owned(), value: "\"string_value\":\"USD\"".to_owned() });
        }
        own.finish(&mut parts);
        Ok(parts)
    }

    fn has_money<'a>(&self, cell: &impl Fn(usize) -> &'a str) -> bool {
        let money = self.leaves.iter().filter(|(_, path, kind)| *kind == Scalar::Float && path[0] == "ecommerce");
        money.into_iter().any(|(index, ..)| cell(*index).trim_ascii().parse::<f64>().is_ok_and(|amount| amount != 0.0))
    }

    /// Everything that the export itself knows of the event; names of one's own may differ from row to row.
    fn push_identity<'a>(&self, cell: &impl Fn(usize) -> &'a str, identity: &mut String) {
        for (index, ..) in &self.leaves {
            identity.push_str(cell(*index));
            identity.push('\u{1f}');
        }
    }

    fn push_leaves<'a>(&self, cell: &impl Fn(usize) -> &'a str, out: &mut String) {
        let mut open: &[String] = &[];
        for (index, path, kind) in &self.leaves {
            let text = cell(*index).trim_ascii();
            let is_json = matches!(self.columns.columns[*index], Column::Nested(..)) && text.starts_with('{');
            let Some((name, records)) = path.split_last().filter(|_| !text.is_empty() && !is_json) else { continue };
            let shared = open.iter().zip(records).take_while(|(a, b)| a == b).count();
            open[shared..].iter().for_each(|_| out.push('}'));
            for record in &records[shared..] {
                push_name(out, record);
                out.push('{');
            }
            open = records;
            push_name(out, name);
            push_scalar(out, *kind, text);
        }
        open.iter().for_each(|_| out.push('}'));
    }
}

/// Appends `"name":`, with a comma if something stands before it.
pub(super) fn push_name(out: &mut String, name: &str) {
    if !out.is_empty() && !out.ends_with('{') {
        out.push(',');
    }
    push_string(out, name);
    out.push(':');
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
    fn take(&mut self, column: &Column, text: &str, parts: &mut RowParts) -> Result<(), String> {
        match column {
            Column::Nested(_, Some(_)) if !text.starts_with('{') => {}
            Column::Nested(name, _) => {
                let json = unwrapped(text, name).map_err(|error| format!("column {name} holds no JSON: {error}"))?;
                push_name(&mut parts.head, name);
                parts.head.push_str(json);
            }
            Column::Named(list, key) => {
                let mut pair = Pair { key: key.clone(), value: String::new() };
                push_value(&mut pair.value, "string_value", text);
                parts.list(*list).push(pair);
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
    fn list(&mut self, list: List) -> &mut Vec<Pair> {
        match list {
            List::Params => &mut self.params,
            List::Users => &mut self.users,
        }
    }
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
