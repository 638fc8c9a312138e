//! Texts and figures in every language.

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::statistics::Interval;
use kundresa_model::time::{DAY_US, HOUR_US, MINUTE_US};
use kundresa_model::zone::ZoneTable;

use super::*;

const GREETING: Text = Text { en: "{1} of {0}", sv: "{0}: {1}", nb: "{1} av {0}", de: "{1} von {0}" };
const BRACES: Text = Text { en: "{ {x} {9} <{0}>", sv: "", nb: "", de: "{0" };

fn every<T>(said: impl Fn(Locale) -> T) -> [T; 4] {
    Language::ALL.map(|language| said(Locale::new(language)))
}

#[test]
fn places_are_filled_in_the_order_of_the_language() {
    let said = every(|locale| locale.fill(&GREETING, &[&"ten", &1]));
    assert_eq!(said, ["1 of ten", "ten: 1", "1 av ten", "1 von ten"]);
}

#[test]
fn braces_that_are_no_place_stay_and_a_place_without_value_is_empty() {
    assert_eq!(Locale::new(Language::En).fill(&BRACES, &[&1]), "{ {x}  <1>");
    assert_eq!(Locale::new(Language::De).fill(&BRACES, &[&1]), "{0");
}

#[test]
fn elements_stay_elements_and_words_around_them_are_escaped() {
    let bold = maud::html! { b { "&" } };
    assert_eq!(Locale::new(Language::En).markup(&BRACES, &[&bold]).into_string(), "{ {x}  &lt;<b>&amp;</b>&gt;");
}

#[test]
fn counts_are_grouped_by_the_sign_of_the_language() {
    assert_eq!(every(|locale| locale.count(31_106u64)), ["31,106", "31\u{a0}106", "31\u{a0}106", "31.106"]);
    assert_eq!(every(|locale| locale.count(999u64)), ["999"; 4]);
    assert_eq!(every(|locale| locale.count(Count::HIDDEN)), ["hidden", "dolt", "skjult", "verborgen"]);
}

#[test]
fn rates_travel_with_their_base() {
    assert_eq!(
        every(|locale| locale.per_cent_of(Rate::new(1_518, 3_605))),
        ["42.1 % of 3,605", "42,1\u{a0}% av 3\u{a0}605", "42,1\u{a0}% av 3\u{a0}605", "42,1\u{a0}% von 3.605"]
    );
    assert_eq!(every(|locale| locale.per_cent(Rate::new(1, 1_000_000)))[3], "<0,1\u{a0}%");
    assert_eq!(every(|locale| locale.per_cent(Rate::new(999_999, 1_000_000)))[1], ">99,9\u{a0}%");
    assert_eq!(every(|locale| locale.per_cent_of(Rate::new(0, 0))), ["– of 0", "– av 0", "– av 0", "– von 0"]);
    assert_eq!(every(|locale| locale.ratio(Rate::new(10_000, 3)))[3], "3.333,33");
}

#[test]
fn differences_intervals_and_chances_have_the_comma_of_the_language() {
    assert_eq!(
        every(|locale| locale.points(Rate::new(9, 10), Rate::new(1, 2))),
        ["40.0 points", "40,0 procentenheter", "40,0 prosentpoeng", "40,0 Prozentpunkte"]
    );
    assert_eq!(
        every(|locale| locale.interval(Interval { low: 0.101, high: 0.15 })),
        ["10.1 to 15.0 %", "10,1 till 15,0\u{a0}%", "10,1 til 15,0\u{a0}%", "10,1 bis 15,0\u{a0}%"]
    );
    assert_eq!(every(|locale| locale.p_value(0.0423)), ["p = 0.042", "p = 0,042", "p = 0,042", "p = 0,042"]);
    assert_eq!(every(|locale| locale.p_value(0.0001))[2], "p < 0,001");
}

#[test]
fn money_and_sizes_have_the_signs_of_the_language() {
    assert_eq!(
        every(|locale| locale.money(-1_234_500_000, "EUR")),
        ["−1,234.50 EUR", "−1\u{a0}234,50\u{a0}EUR", "−1\u{a0}234,50\u{a0}EUR", "−1.234,50\u{a0}EUR"]
    );
    assert_eq!(every(|locale| locale.money(0, "")), ["0.00", "0,00", "0,00", "0,00"]);
    assert_eq!(every(|locale| locale.mean_money(2_159_265_001, "kr"))[1], "2\u{a0}159,27\u{a0}kr");
    assert_eq!(every(|locale| locale.bytes(1_250_000)), ["1.2 MB", "1,2\u{a0}MB", "1,2\u{a0}MB", "1,2\u{a0}MB"]);
}

#[test]
fn spans_have_the_units_of_the_language() {
    let span = 2 * HOUR_US + 10 * MINUTE_US;
    assert_eq!(
        every(|locale| locale.duration(span)),
        ["2 h 10 min", "2\u{a0}tim\u{a0}10\u{a0}min", "2\u{a0}t\u{a0}10\u{a0}min", "2\u{a0}h\u{a0}10\u{a0}min"]
    );
    assert_eq!(every(|locale| locale.duration(4_200_000))[3], "4,2\u{a0}s");
    assert_eq!(every(|locale| locale.duration(1_234 * DAY_US))[3], "1.234\u{a0}d");
    assert_eq!(every(|locale| locale.hours(DAY_US)), ["24 h", "24\u{a0}tim", "24\u{a0}t", "24\u{a0}h"]);
}

#[test]
fn dates_have_the_order_of_the_language() {
    let stockholm = ZoneTable::try_new("Europe/Stockholm").expect("known");
    // 2024-03-31 12:05:09 UTC is 14:05:09 in summer time, which began that night.
    assert_eq!(
        every(|locale| locale.instant(1_711_886_709_000_000, &stockholm)),
        ["2024-03-31 14:05:09", "2024-03-31 14:05:09", "31.03.2024 14:05:09", "31.03.2024 14:05:09"]
    );
    assert_eq!(every(|locale| locale.day(0, &ZoneTable::utc()))[2], "01.01.1970");
    assert_eq!(every(|locale| locale.day_named("2024-03-31"))[3], "31.03.2024");
    assert_eq!(every(|locale| locale.day_named("2024-W13")), ["2024-W13"; 4]);
}

#[test]
fn nouns_and_lists_have_the_form_of_the_language() {
    const ONE: Text = Text { en: "visit", sv: "besök", nb: "besøk", de: "Besuch" };
    const MANY: Text = Text { en: "visits", sv: "besök", nb: "besøk", de: "Besuche" };
    assert_eq!(every(|locale| locale.counted(1u64, &ONE, &MANY))[3], "1\u{a0}Besuch");
    assert_eq!(every(|locale| locale.counted(0u64, &ONE, &MANY))[3], "0\u{a0}Besuche");
    assert_eq!(every(|locale| locale.counted(Count::HIDDEN, &ONE, &MANY))[1], "dolt antal\u{a0}besök");
    let names = ["a", "b", "c"].map(str::to_owned);
    assert_eq!(every(|locale| locale.list(&names)), ["a, b and c", "a, b och c", "a, b og c", "a, b und c"]);
    assert_eq!(every(|locale| locale.choice(&names[..2])), ["a or b", "a eller b", "a eller b", "a oder b"]);
    assert_eq!(every(|locale| locale.list(&names[..1])), ["a"; 4]);
    assert_eq!(every(|locale| locale.choice(&[])), [""; 4]);
}
