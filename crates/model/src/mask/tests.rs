use proptest::prelude::*;

use super::*;
use crate::money::MICROS;
use crate::phase::Phase;
use crate::predicate::{Comparison, Condition, History, HistoryKind, Literal, Test, parse_predicate, parse_step};

/// A few columns with a row each per event.
struct Table {
    columns: Vec<(&'static str, Dictionary, Vec<u32>)>,
    value: Vec<i64>,
    history: [Vec<u8>; 3],
}

impl Columns for Table {
    fn text(&self, name: &str) -> Option<(usize, &Dictionary)> {
        let slot = self.columns.iter().position(|column| column.0 == name)?;
        Some((slot, &self.columns[slot].1))
    }

    fn names(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.0.to_owned()).collect()
    }
}

type Row = (&'static str, Option<&'static str>, Option<&'static str>, Option<i64>, [u8; 3]);

impl Table {
    /// Rows of `event`, `nps`, `page` and money in units.
    fn of(rows: &[Row]) -> Self {
        let column = |name, cell: &dyn Fn(&Row) -> Option<&'static str>| {
            let dictionary = Dictionary::new(rows.iter().filter_map(|row| cell(row).map(str::to_owned)).collect());
            let code = |text: &str| dictionary.code(text).expect("every value is in the dictionary");
            let codes = rows.iter().map(|row| cell(row).map_or(0, code)).collect();
            (name, dictionary, codes)
        };
        let columns =
            vec![column("event", &|row| Some(row.0)), column("nps", &|row| row.1), column("page", &|row| row.2)];
        let value = rows.iter().map(|row| row.3.map_or(NO_VALUE, |units| units * MICROS)).collect();
        Self { columns, value, history: [0, 1, 2].map(|kind| rows.iter().map(|row| row.4[kind]).collect()) }
    }

    fn codes(&self) -> Vec<&[u32]> {
        self.columns.iter().map(|column| column.2.as_slice()).collect()
    }

    /// Runs `then` with all columns.
    fn with<T>(&self, then: impl FnOnce(&EventColumns<'_>) -> T) -> T {
        let history = [0, 1, 2].map(|kind| self.history[kind].as_slice());
        then(&EventColumns { text: &self.codes(), value: &self.value, history })
    }

    fn cell(&self, name: &str, event: usize) -> Option<&str> {
        let (slot, dictionary) = self.text(name)?;
        dictionary.value(self.columns[slot].2[event])
    }

    /// Rows that satisfy the one predicate.
    fn select(&self, text: &str) -> Vec<usize> {
        let set = MaskSet::try_new(&[parse_step(text).expect(text)], self).expect(text);
        self.with(|columns| (0..self.value.len()).filter(|event| set.matches(columns, *event) == 1).collect())
    }
}

/// Seen before: nothing, consideration (2), also decision (8), also purchase (16).
fn shop() -> Table {
    Table::of(&[
        ("view_item", None, Some("/a"), None, [0, 0, 0]),
        ("add_to_cart", Some("9"), Some("/b"), Some(10), [2, 2, 0]),
        ("purchase", Some("9.0"), None, Some(100), [10, 8, 2]),
        ("purchase", Some("10"), Some("/thanks"), Some(101), [26, 0, 26]),
        ("share", Some("often"), Some("/a"), Some(-5), [26, 16, 26]),
    ])
}

#[test]
fn each_condition_selects_what_it_says() {
    let table = shop();
    for (text, rows) in [
        ("purchase", vec![2, 3]),
        ("view_item|share", vec![0, 4]),
        ("*_*", vec![0, 1]),
        ("event in ('share', \"purchase\") and page is not null", vec![3, 4]),
        ("nps == 9", vec![1, 2]),
        ("nps == \"9\"", vec![1]),
        ("nps >= 9", vec![1, 2, 3]),
        ("nps < 9.5", vec![1, 2]),
        ("page like '/?'", vec![0, 1, 4]),
        ("page matches '^/(a|th)'", vec![0, 3, 4]),
        ("value > 100", vec![3]),
        ("value >= 100", vec![2, 3]),
        ("value == 100 or value < 0", vec![2, 4]),
        ("value is null", vec![0]),
        ("after('purchase')", vec![3, 4]),
        ("not after('purchase')", vec![0, 1, 2]),
        ("same_session_after('purchase')", vec![4]),
        ("session_after('consideration') and not same_session_after('purchase')", vec![2, 3]),
        ("after('decision') and event == 'purchase' or after('consideration') and page == '/b'", vec![1, 2, 3]),
        ("after('purchase') or not after('purchase')", vec![0, 1, 2, 3, 4]),
    ] {
        assert_eq!(table.select(text), rows, "{text}");
    }
}

#[test]
fn null_matches_nothing_but_is_null() {
    let table = shop();
    for (text, rows) in [
        ("page != '/a'", vec![1, 3]),
        ("not (page == '/a')", vec![1, 3]),
        ("page not in ('/a')", vec![1, 3]),
        ("not page like '/a'", vec![1, 3]),
        ("nps != 9", vec![3, 4]),
        ("not (nps >= 9)", vec![4]),
        ("not (page is null)", vec![0, 1, 3, 4]),
        ("not (page is not null)", vec![2]),
        ("value != 100", vec![1, 3, 4]),
        ("not (value > 100)", vec![1, 2, 4]),
        ("not (nps == 9 and page == '/b')", vec![0, 3, 4]),
    ] {
        assert_eq!(table.select(text), rows, "{text}");
    }
}

#[test]
fn one_column_needs_one_alternative_however_it_is_written() {
    let table = shop();
    let text = vec!["event == 'share'"; 500].join(" or ");
    let predicates = vec![parse_predicate(&text).expect("valid"); LIMIT];
    let set = MaskSet::try_new(&predicates, &table).expect("64 alternatives");
    assert_eq!(table.with(|columns| set.matches(columns, 4)), u64::MAX);
    assert_eq!(set.unsettled, 0);
}

#[test]
fn alternatives_across_columns_are_limited_and_say_so() {
    let table = shop();
    let predicate = parse_predicate("event == 'share' or page == '/a'").expect("valid");
    assert!(MaskSet::try_new(&vec![predicate.clone(); 32], &table).is_ok());
    let error = MaskSet::try_new(&vec![predicate; 33], &table).expect_err("66 alternatives");
    assert_eq!(error, MaskError::TooMany { found: 66, limit: LIMIT });
}

#[test]
fn a_predicate_on_values_that_never_occur_is_not_satisfiable() {
    let table = shop();
    let texts = ["event == 'purchse'", "purchase", "event == 'share' and event == 'purchase'", "event is null"];
    let predicates: Vec<Predicate> = texts.iter().map(|text| parse_step(text).expect(text)).collect();
    let set = MaskSet::try_new(&predicates, &table).expect("compiles");
    assert_eq!([0, 1, 2, 3, 64].map(|index| set.is_satisfiable(index)), [false, true, false, false, false]);
}

#[test]
fn an_unknown_column_is_an_error_with_a_suggestion_or_always_null() {
    let table = shop();
    let predicates = [parse_predicate("pagee == '/a' or pagee is null and npz > 3").expect("valid")];
    let error = MaskSet::try_new(&predicates, &table).expect_err("no such column").to_string();
    assert_eq!(error, "no column or property is called `pagee` (did you mean `page`?)");
    let (set, unknown) = MaskSet::with_unknown_as_null(&predicates, &table).expect("lenient");
    assert_eq!((unknown, set.is_satisfiable(0)), (vec!["npz".to_owned(), "pagee".to_owned()], false));
    let absent = [parse_predicate("pagee is null").expect("valid")];
    let (set, _) = MaskSet::with_unknown_as_null(&absent, &table).expect("lenient");
    assert_eq!(table.with(|columns| set.matches(columns, 0)), 1);
}

#[test]
fn bad_patterns_are_errors_also_where_no_parser_has_seen_them() {
    let table = shop();
    for (column, condition) in [("page", Condition::Regex("(".into())), ("value", Condition::Glob("1*".into()))] {
        let predicate = Predicate::Test(Test { column: column.to_owned(), condition });
        let error = MaskSet::try_new(&[predicate], &table).expect_err(column);
        assert!(matches!(error, MaskError::BadPattern { .. }), "{error}");
    }
}

#[test]
fn one_kind_of_history_needs_one_alternative_however_it_is_written() {
    let table = shop();
    let predicate = parse_predicate("after('purchase') or after('decision') and not after('advocacy')").expect("valid");
    let set = MaskSet::try_new(&vec![predicate; LIMIT], &table).expect("64 alternatives");
    assert!(set.reads_history() && !set.reads_value());
    assert_eq!(table.with(|columns| set.matches(columns, 2)), u64::MAX);
}

#[test]
fn history_that_nobody_made_has_seen_nothing() {
    let table = shop();
    let predicates = ["after('purchase')", "not after('purchase')"].map(|text| parse_predicate(text).expect(text));
    let set = MaskSet::try_new(&predicates, &table).expect("compiles");
    assert_eq!(table.with(|columns| set.matches(&EventColumns { history: [&[]; 3], ..*columns }, 4)), 0b10);
}

#[test]
fn money_that_is_not_projected_is_null() {
    let table = shop();
    let set = MaskSet::try_new(&[parse_predicate("value > 0").expect("valid")], &table).expect("compiles");
    assert!(set.reads_value());
    assert_eq!(table.with(|columns| set.matches(&EventColumns { value: &[], ..*columns }, 3)), 0);
}

/// The slow obvious version: three-valued logic on the texts of one row.
fn truth(predicate: &Predicate, table: &Table, event: usize) -> Option<bool> {
    match predicate {
        Predicate::And(a, b) => match (truth(a, table, event), truth(b, table, event)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        Predicate::Or(a, b) => match (truth(a, table, event), truth(b, table, event)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        Predicate::Not(inner) => truth(inner, table, event).map(|holds| !holds),
        Predicate::History(history) => {
            Some(table.history[history.kind as usize][event] >> (history.phase as u8) & 1 == 1)
        }
        Predicate::Test(test) if test.column == "value" => {
            let micros = Some(table.value[event]).filter(|micros| *micros != NO_VALUE);
            // Units in these tests are small whole numbers, so the text is exact.
            test_truth(&test.condition, micros.map(|micros| (micros / MICROS).to_string()).as_deref())
        }
        Predicate::Test(test) => test_truth(&test.condition, table.cell(&test.column, event)),
    }
}

fn test_truth(condition: &Condition, cell: Option<&str>) -> Option<bool> {
    match condition {
        Condition::IsNull => return Some(cell.is_none()),
        Condition::IsNotNull => return Some(cell.is_some()),
        _ => {}
    }
    let cell = cell?;
    let number: Option<f64> = cell.parse().ok();
    let equals = |literal: &Literal| match literal {
        Literal::Text(text) => text == cell,
        Literal::Number(wanted) => number == Some(*wanted),
    };
    Some(match condition {
        Condition::In(literals) => literals.iter().any(equals),
        Condition::NotEqual(literal) => !equals(literal),
        Condition::Compare(Comparison::Less, limit) => number.is_some_and(|number| number < *limit),
        Condition::Compare(Comparison::AtMost, limit) => number.is_some_and(|number| number <= *limit),
        Condition::Compare(Comparison::Greater, limit) => number.is_some_and(|number| number > *limit),
        Condition::Compare(Comparison::AtLeast, limit) => number.is_some_and(|number| number >= *limit),
        Condition::Glob(pattern) => cell.starts_with(pattern.trim_end_matches('*')),
        Condition::Regex(pattern) => cell.contains(pattern.as_str()),
        Condition::IsNull | Condition::IsNotNull => unreachable!("answered above"),
    })
}

const CELLS: [&str; 6] = ["9", "9.0", "10", "x", "/a", "-1"];

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let cell = || prop::option::of(prop::sample::select(CELLS.as_slice()));
    let event = prop::sample::select(["purchase", "share", "x"].as_slice());
    let seen = || prop::sample::select([0u8, 1, 16, 17, 255].as_slice());
    let seen = (seen(), seen(), seen()).prop_map(|(a, b, c)| [a, b, c]);
    prop::collection::vec((event, cell(), cell(), prop::option::of(-2i64..12), seen), 1..8)
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        prop::sample::select(CELLS.as_slice()).prop_map(|text| Literal::Text(text.to_owned())),
        (-2i32..12).prop_map(|number| Literal::Number(f64::from(number))),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    let comparison = prop::sample::select(
        [Comparison::Less, Comparison::AtMost, Comparison::Greater, Comparison::AtLeast].as_slice(),
    );
    prop_oneof![
        prop::collection::vec(literal(), 1..3).prop_map(Condition::In),
        literal().prop_map(Condition::NotEqual),
        (comparison, -2i32..12).prop_map(|(comparison, limit)| Condition::Compare(comparison, f64::from(limit))),
        Just(Condition::IsNull),
        Just(Condition::IsNotNull),
    ]
}

fn test() -> impl Strategy<Value = Predicate> {
    let pattern = prop_oneof![Just(Condition::Glob("9*".into())), Just(Condition::Regex("a".into()))];
    let on_text =
        (prop::sample::select(["event", "nps", "page"].as_slice()), prop_oneof![4 => condition(), 1 => pattern]);
    let on_money = condition().prop_filter("`9.0` is a number to money only", |condition| {
        !matches!(condition, Condition::In(literals) if literals.contains(&Literal::Text("9.0".into())))
            && *condition != Condition::NotEqual(Literal::Text("9.0".into()))
    });
    prop_oneof![
        4 => on_text.prop_map(|(column, condition)| Test { column: column.to_owned(), condition }),
        1 => on_money.prop_map(|condition| Test { column: "value".to_owned(), condition }),
    ]
    .prop_map(Predicate::Test)
}

fn history() -> impl Strategy<Value = Predicate> {
    let phase = prop::sample::select([Phase::Awareness, Phase::Purchase].as_slice());
    (prop::sample::select(HistoryKind::ALL.as_slice()), phase)
        .prop_map(|(kind, phase)| Predicate::History(History { kind, phase }))
}

fn predicate() -> impl Strategy<Value = Predicate> {
    prop_oneof![3 => test(), 1 => history()].prop_recursive(4, 12, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Predicate::And(Box::new(a), Box::new(b))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Predicate::Or(Box::new(a), Box::new(b))),
            inner.prop_map(|a| Predicate::Not(Box::new(a))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn masks_agree_with_three_valued_logic_on_texts_and_history(rows in rows(), predicates in prop::collection::vec(predicate(), 1..6)) {
        let table = Table::of(&rows);
        let set = MaskSet::try_new(&predicates, &table).expect("few alternatives");
        let mut bulk = Vec::new();
        table.with(|columns| set.matches_into(columns, 0..rows.len(), &mut bulk));
        let mut parts = Vec::new();
        table.with(|columns| set.alternatives_into(columns, 0..rows.len(), &mut parts));
        for (event, bulk) in bulk.into_iter().enumerate() {
            let bits = table.with(|columns| set.matches(columns, event));
            let seen = [0, 1, 2].map(|kind| table.history[kind][event]);
            prop_assert_eq!(bits, set.joined(parts[event] & set.allowed(seen)));
            prop_assert_eq!(bits, bulk);
            for (index, predicate) in predicates.iter().enumerate() {
                let expected = truth(predicate, &table, event) == Some(true);
                prop_assert_eq!(bits >> index & 1 == 1, expected, "predicate {} on row {}", index, event);
                prop_assert!(!expected || set.is_satisfiable(index));
            }
        }
    }
}
