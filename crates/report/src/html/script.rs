//! What may the page do, and which script does it carry?
//!
//! The page is complete without the script, which adds tooltips, sorting, highlighting and copying. It is built from the
//! sources in `front/` of this crate and committed, so that building Kundresa needs no npm. The policy allows the style
//! sheet and the script by their hashes and nothing else: no request, no inline style, no handler, no `eval`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::style;
use super::texts::front as texts;
use crate::locale::Locale;

const SCRIPT: &str = include_str!("script.js");
const LICENCES: &str = include_str!("script-licences.txt");

/// The content security policy.
pub fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data: blob:; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(style::SHEET)
    )
}

/// The script as the content of a `script` element.
pub fn script() -> Markup {
    PreEscaped(SCRIPT.to_owned())
}

/// The licences of the packages in the script, folded.
pub fn licences(locale: Locale) -> Markup {
    html! {
        details.licences {
            summary { (locale.say(&texts::LICENCES)) }
            pre { (LICENCES) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_cannot_end_its_element_and_runs_no_text() {
        let lower = SCRIPT.to_lowercase();
        for forbidden in ["</script", "<script", "<!--", "eval(", "new function", "fetch(", "xmlhttprequest", "import("]
        {
            assert!(!lower.contains(forbidden), "{forbidden}");
        }
        assert!(SCRIPT.is_ascii());
        assert!(SCRIPT.len() < 120_000, "{}", SCRIPT.len());
    }

    #[test]
    fn policy_allows_nothing_beside_two_hashes_and_own_pictures() {
        let policy = policy();
        assert!(policy.starts_with("default-src 'none'; "));
        assert_eq!(policy.matches("'sha256-").count(), 2);
        for loose in ["unsafe", "http", "*", "'self'", "nonce"] {
            assert!(!policy.contains(loose), "{loose}");
        }
    }

    #[test]
    fn every_package_in_the_script_has_its_licence_in_the_page() {
        let banner = SCRIPT.lines().next().unwrap_or_default();
        for package in ["d3-array ", "d3-selection ", "internmap "] {
            assert_eq!(banner.contains(package), LICENCES.contains(package), "{package}");
        }
        assert!(banner.contains("d3-selection "));
    }
}
