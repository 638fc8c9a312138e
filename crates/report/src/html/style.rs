//! Which style sheet does the page carry, and what may the page do?
//!
//! The policy allows this one style sheet by its hash and nothing else: no script, no request, no inline style. Lengths and
//! shades are therefore SVG attributes and classes.

use maud::{Markup, PreEscaped};

const SHEET: &str = include_str!("style.css");

/// The content security policy; its hash is that of `style.css`, which a test checks.
pub const POLICY: &str = "default-src 'none'; style-src 'sha256-v264XlekaW6v/Q65IW4LA9AxYlvMmUq3KJ8uoK/iwhM='; img-src data:; base-uri 'none'; form-action 'none'";

/// The style sheet as the content of a `style` element.
pub fn sheet() -> Markup {
    PreEscaped(SHEET.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use sha2::Digest;

    #[test]
    fn policy_allows_exactly_this_style_sheet() {
        let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(SHEET));
        assert!(POLICY.contains(&format!("'sha256-{hash}'")), "style.css changed; its hash is now sha256-{hash}");
    }

    #[test]
    fn style_sheet_loads_nothing_and_cannot_end_its_element() {
        for forbidden in ["url(", "@import", "</", "http"] {
            assert!(!SHEET.contains(forbidden), "{forbidden}");
        }
    }
}
