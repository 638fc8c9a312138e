//! Plausible's table of visits.

use kundresa_model::quality::RejectReason;

use super::support::{rejected, utc};
use super::{sample, shown};

#[test]
fn a_visit_gives_its_first_and_last_page() {
    let names = ["ts", "event", "anonymous_id", "session_hint", "page", "source"];
    let (found, reports) = shown(&sample("plausible/sessions_v2.csv"), "plausible", &names);
    let (one, two) = ("18446744073709551615", "18446744073709551614");
    let rows = [
        [&utc("2024-01-31T10:00:00Z"), "page_view", "12345678901234567890", one, "/", "Searcher"],
        [&utc("2024-01-31T10:05:00Z"), "page_view", "12345678901234567890", one, "/cart", "Searcher"],
        [&utc("2024-01-31T11:00:00Z"), "page_view", "9345678901234567890", two, "/cup", "news"],
    ];
    assert_eq!(found, rows.map(|row| row.map(str::to_owned).to_vec()));
    let left: Vec<_> = rejected(&reports).into_iter().map(|(line, reason, _)| (line, reason)).collect();
    assert_eq!(left, [(4, RejectReason::ExcludedBySource)]);
}
