//! Which style sheet does the page carry?
//!
//! The policy (see `script.rs`) allows this one style sheet by its hash and no inline style. Lengths and shades are
//! therefore SVG attributes and classes.

use maud::{Markup, PreEscaped};

/// The style sheet, as it stands in the page.
pub const SHEET: &str = include_str!("style.css");

/// The style sheet as the content of a `style` element.
pub fn sheet() -> Markup {
    PreEscaped(SHEET.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_sheet_loads_nothing_and_cannot_end_its_element() {
        for forbidden in ["url(", "@import", "</", "http"] {
            assert!(!SHEET.contains(forbidden), "{forbidden}");
        }
    }
}
