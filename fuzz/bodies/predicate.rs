//! Does the predicate parser take any text, and does what it prints mean the same?

use kundresa_model::predicate::{parse_predicate, parse_step};

/// A predicate, and a funnel step.
pub fn predicate(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for parsed in [parse_predicate(&text), parse_step(&text)] {
        match parsed {
            Ok(predicate) => {
                let _ = (predicate.columns(), predicate.reads_history());
                let shown = predicate.to_string();
                if let Ok(again) = parse_predicate(&shown) {
                    assert_eq!(again.to_string(), shown, "what is printed means the same");
                }
            }
            Err(error) => drop(error.to_string()),
        }
    }
}
