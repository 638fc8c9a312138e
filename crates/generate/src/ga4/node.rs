//! What is one value of a nested row?

use std::borrow::Cow;

/// A value of a nested row. Records list their filled members in schema order; what is absent is null.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Null,
    Text(Cow<'static, str>),
    Int(i64),
    /// A floating-point column, in hundredths.
    Hundredths(i64),
    Bool(bool),
    Record(Vec<(&'static str, Node)>),
    List(Vec<Node>),
}

impl Node {
    pub(crate) fn text(value: impl Into<Cow<'static, str>>) -> Self {
        Self::Text(value.into())
    }

    /// Text, or null.
    pub(crate) fn maybe(value: Option<impl Into<Cow<'static, str>>>) -> Self {
        value.map_or(Self::Null, Self::text)
    }
}
