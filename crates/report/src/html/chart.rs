//! What does every picture on the page have in common?
//!
//! A figure of a kind that the page's script knows, its caption, and the same figures as a table. A mark is a part of a
//! picture that stands for one figure; it says so in a sentence.

use maud::{Markup, html};

use super::texts::chart as texts;
use crate::locale::Locale;

/// What is drawn, as the script of the page calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Links between two rows of nodes.
    Sankey,
    /// What became of carts.
    Carts,
    /// A tree of paths.
    Paths,
    /// Columns by time.
    Trend,
    /// Bars of one list.
    Bars,
}

impl Kind {
    fn key(self) -> &'static str {
        match self {
            Self::Sankey => "sankey",
            Self::Carts => "carts",
            Self::Paths => "paths",
            Self::Trend => "trend",
            Self::Bars => "bars",
        }
    }
}

/// A picture with its caption, and its table folded up behind it. `id` is never made from data.
pub fn figure(locale: Locale, kind: Kind, id: &str, picture: &Markup, caption: &Markup, table: &Markup) -> Markup {
    html! {
        figure.chart id={ "chart-" (id) } data-chart=(kind.key()) {
            (picture)
            figcaption { (caption) }
            details.figures { summary { (locale.say(&texts::FIGURES)) } (table) }
        }
    }
}

/// A table that draws its own bars.
pub fn bars(id: &str, table: &Markup) -> Markup {
    html! { figure.chart.listed id={ "chart-" (id) } data-chart=(Kind::Bars.key()) { (table) } }
}
