//! How does a row of JSON become the values that are wanted of it?
//!
//! A pull scanner walks the object once; what nobody asked for is skipped as text. 64-bit integers come as text or as
//! numbers, booleans as booleans or text, absent values as absent keys or `null`.

use std::borrow::Cow;

use hashbrown::HashMap;

use super::shape::Action;
use super::trace::{Part, SEPARATOR, Token};
use super::values::{ITEM_MEMBERS, Places, Values, is_json_number, number_text, push_item};
use crate::json::scan::{Next, Scalar, ScanError, Scanner};

/// Knows which keys lead to wanted values.
pub(super) struct RowDecoder {
    root: Branch,
    params: HashMap<String, usize>,
    users: HashMap<String, usize>,
    wants_items: bool,
    wants_props: bool,
    /// Names of what the value at hand stands in, joined by points, where that is of use.
    path: String,
}

/// The wanted members of one record.
#[derive(Default)]
struct Branch {
    members: HashMap<String, Branch>,
    /// Number of the place, if this is a wanted scalar.
    place: Option<usize>,
}

impl Branch {
    fn insert(&mut self, path: &str, place: usize) {
        let end = path.split('.').fold(self, |branch, key| branch.members.entry(key.to_owned()).or_default());
        end.place = Some(place);
    }
}

/// Which list of keys and values.
#[derive(Clone, Copy)]
enum Pairs {
    Params,
    Users,
}

type Scanned<T> = Result<T, ScanError>;

impl RowDecoder {
    /// For those places.
    pub(super) fn new(places: &Places, wants_items: bool, wants_props: bool) -> Self {
        let mut root = Branch::default();
        for (path, place) in &places.leaves {
            root.insert(path, *place);
        }
        Self {
            root,
            params: places.params.clone(),
            users: places.users.clone(),
            wants_items,
            wants_props,
            path: String::new(),
        }
    }

    /// Whether everything is read.
    pub(super) fn wants_props(&self) -> bool {
        self.wants_props
    }

    /// Whether the parameter of a key is read.
    pub(super) fn wants_param(&self, key: &str) -> bool {
        self.wants_props || self.params.contains_key(key)
    }

    /// Whether items are read.
    pub(super) fn wants_items(&self) -> bool {
        self.wants_items
    }

    /// Reads the one object that `text` holds.
    pub(super) fn read(&mut self, text: &str, values: &mut Values) -> Scanned<()> {
        let mut path = std::mem::take(&mut self.path);
        let read = self.read_object(text, &mut path, values);
        self.path = path;
        read
    }

    fn read_object(&self, text: &str, path: &mut String, values: &mut Values) -> Scanned<()> {
        values.clear();
        let mut scanner = Scanner::new(text);
        scanner.begin_object()?;
        while let Some(key) = scanner.next_key()? {
            match (&*key, scanner.peek()?) {
                ("event_params", Next::Array) => self.pairs(&mut scanner, Pairs::Params, values)?,
                ("user_properties", Next::Array) => self.pairs(&mut scanner, Pairs::Users, values)?,
                ("items", Next::Array) => self.items(&mut scanner, &mut values.items)?,
                _ => {
                    path.clear();
                    path.push_str(&key);
                    self.member(&mut scanner, self.root.members.get(&*key), path, values)?;
                }
            }
        }
        scanner.end()
    }

    /// A member at `path`; `branch` says what is wanted of it.
    fn member(
        &self,
        scanner: &mut Scanner<'_>,
        branch: Option<&Branch>,
        path: &mut String,
        values: &mut Values,
    ) -> Scanned<()> {
        if branch.is_none() && !self.wants_props {
            return scanner.skip().map(drop);
        }
        match scanner.peek()? {
            Next::Object => self.record(scanner, branch, path, values),
            Next::Array => scanner.skip().map(drop),
            Next::Scalar => {
                let Some(text) = scalar_text(scanner.scalar()?) else { return Ok(()) };
                match branch.and_then(|branch| branch.place) {
                    Some(place) => values.set(place, &text, false),
                    None if self.wants_props => values.add_extra(path, &text, false),
                    None => {}
                }
                Ok(())
            }
        }
    }

    fn record(
        &self,
        scanner: &mut Scanner<'_>,
        branch: Option<&Branch>,
        path: &mut String,
        values: &mut Values,
    ) -> Scanned<()> {
        let length = path.len();
        scanner.begin_object()?;
        while let Some(key) = scanner.next_key()? {
            let inner = branch.and_then(|branch| branch.members.get(&*key));
            path.truncate(length);
            path.push('.');
            path.push_str(&key);
            self.member(scanner, inner, path, values)?;
        }
        Ok(())
    }

    fn pairs(&self, scanner: &mut Scanner<'_>, which: Pairs, values: &mut Values) -> Scanned<()> {
        let places = match which {
            Pairs::Params => &self.params,
            Pairs::Users => &self.users,
        };
        if places.is_empty() && !self.wants_props {
            return scanner.skip().map(drop);
        }
        scanner.begin_array()?;
        while scanner.next_element()? {
            let (Some(key), Some((text, is_number))) = pair(scanner)? else { continue };
            match (places.get(&*key), which) {
                (Some(place), _) => values.set(*place, &text, is_number),
                (None, _) if !self.wants_props => {}
                (None, Pairs::Params) => values.add_extra(&key, &text, is_number),
                (None, Pairs::Users) => values.add_extra(&format!("user.{key}"), &text, is_number),
            }
        }
        Ok(())
    }

    /// Reads a list of items, and adds those that are wanted to a JSON list under construction.
    pub(super) fn items(&self, scanner: &mut Scanner<'_>, items: &mut String) -> Scanned<()> {
        if !self.wants_items {
            return scanner.skip().map(drop);
        }
        scanner.begin_array()?;
        while scanner.next_element()? {
            let members = item(scanner)?;
            push_item(items, |index| members[index].as_deref());
        }
        Ok(())
    }
}

impl RowDecoder {
    /// What becomes of a value that was found in that part of a row. `names` gets the name of one that nothing asked for.
    pub(super) fn action(&self, token: &Token, name: &str, names: &mut Vec<String>) -> Action {
        let mut keys = name.split(SEPARATOR).skip(1);
        match token.part {
            Part::Other => Action::Ignore,
            Part::Items if !self.wants_items => Action::Skip(1),
            Part::Items => Action::Items,
            Part::Array(depth) => Action::Skip(depth),
            Part::Leaf => {
                let branch = keys.clone().try_fold(&self.root, |branch, key| branch.members.get(key));
                let place = branch.and_then(|branch| branch.place).map(|place| Action::Place(place, false));
                place.unwrap_or_else(|| self.extra(keys.collect::<Vec<_>>().join("."), false, names))
            }
            Part::Param { is_number } | Part::User { is_number } => {
                let key = keys.next().unwrap_or_default();
                let is_user = matches!(token.part, Part::User { .. });
                let place = if is_user { &self.users } else { &self.params }.get(key);
                let name = || if is_user { format!("user.{key}") } else { key.to_owned() };
                place.map_or_else(|| self.extra(name(), is_number, names), |place| Action::Place(*place, is_number))
            }
        }
    }

    fn extra(&self, name: String, is_number: bool, names: &mut Vec<String>) -> Action {
        if !self.wants_props {
            return Action::Ignore;
        }
        names.push(name);
        Action::Extra(names.len() - 1, is_number)
    }
}

/// Text of a scalar in canonical form.
fn scalar_text(scalar: Scalar<'_>) -> Option<Cow<'_, str>> {
    match scalar {
        Scalar::Null => None,
        Scalar::Bool(value) => Some(Cow::Borrowed(if value { "true" } else { "false" })),
        Scalar::Number(token) => Some(number_text(token)),
        Scalar::Text(text) => Some(text),
    }
}

pub(super) type Value<'a> = (Cow<'a, str>, bool);

/// Key and value of one parameter, in whichever order they come; the value with whether it is a number.
pub(super) fn pair<'a>(scanner: &mut Scanner<'a>) -> Scanned<(Option<Cow<'a, str>>, Option<Value<'a>>)> {
    let (mut name, mut value) = (None, None);
    if scanner.peek()? != Next::Object {
        return scanner.skip().map(|_| (None, None));
    }
    scanner.begin_object()?;
    while let Some(key) = scanner.next_key()? {
        match (&*key, scanner.peek()?) {
            ("key", Next::Scalar) => name = scalar_text(scanner.scalar()?),
            ("value", Next::Object) => value = pair_value(scanner)?,
            _ => drop(scanner.skip()?),
        }
    }
    Ok((name, value))
}

/// The one member of a value that is filled.
fn pair_value<'a>(scanner: &mut Scanner<'a>) -> Scanned<Option<Value<'a>>> {
    let mut value = None;
    scanner.begin_object()?;
    while let Some(key) = scanner.next_key()? {
        let is_number = match &*key {
            "string_value" => false,
            "int_value" | "float_value" | "double_value" => true,
            _ => {
                scanner.skip()?;
                continue;
            }
        };
        if scanner.peek()? != Next::Scalar {
            scanner.skip()?;
        } else if let Some(text) = scalar_text(scanner.scalar()?) {
            let is_number = is_number && is_json_number(&text);
            value.get_or_insert((text, is_number));
        }
    }
    Ok(value)
}

/// The kept members of one item.
fn item<'a>(scanner: &mut Scanner<'a>) -> Scanned<[Option<Cow<'a, str>>; ITEM_MEMBERS.len()]> {
    let mut members = [const { None }; ITEM_MEMBERS.len()];
    if scanner.peek()? != Next::Object {
        return scanner.skip().map(|_| members);
    }
    scanner.begin_object()?;
    while let Some(key) = scanner.next_key()? {
        let member = ITEM_MEMBERS.iter().position(|(name, _, _)| *name == key);
        match (member, scanner.peek()?) {
            (Some(member), Next::Scalar) => members[member] = scalar_text(scanner.scalar()?),
            _ => drop(scanner.skip()?),
        }
    }
    Ok(members)
}
