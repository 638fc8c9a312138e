use proptest::prelude::*;

use super::parse::MAX_DEPTH;
use super::*;
use crate::phase::Phase;

fn read(text: &str) -> Predicate {
    parse_predicate(text).unwrap_or_else(|error| panic!("{error}"))
}

fn test(column: &str, condition: Condition) -> Predicate {
    Predicate::Test(Test { column: column.to_owned(), condition })
}

fn texts(values: &[&str]) -> Condition {
    Condition::In(values.iter().map(|value| Literal::Text((*value).to_owned())).collect())
}

fn and(left: Predicate, right: Predicate) -> Predicate {
    Predicate::And(Box::new(left), Box::new(right))
}

fn or(left: Predicate, right: Predicate) -> Predicate {
    Predicate::Or(Box::new(left), Box::new(right))
}

fn not(inner: Predicate) -> Predicate {
    Predicate::Not(Box::new(inner))
}

#[test]
fn each_operator_reads_as_its_condition() {
    for (text, condition) in [
        ("a == \"x\"", texts(&["x"])),
        ("a == 'x'", texts(&["x"])),
        ("a == true", texts(&["true"])),
        ("a != 1", Condition::NotEqual(Literal::Number(1.0))),
        ("a < -1.5e3", Condition::Compare(Comparison::Less, -1500.0)),
        ("a<=+2", Condition::Compare(Comparison::AtMost, 2.0)),
        ("a > .5", Condition::Compare(Comparison::Greater, 0.5)),
        ("a >= 9", Condition::Compare(Comparison::AtLeast, 9.0)),
        ("a in ('x',\"y\")", texts(&["x", "y"])),
        ("a like 'x*'", Condition::Glob("x*".into())),
        ("a MATCHES '^\\d+$'", Condition::Regex("^\\d+$".into())),
        ("a is null", Condition::IsNull),
        ("a Is Not Null", Condition::IsNotNull),
    ] {
        assert_eq!(read(text), test("a", condition), "{text}");
    }
    assert_eq!(read("a not in ('x')"), not(test("a", texts(&["x"]))));
    assert_eq!(read("a not like 'x'"), not(test("a", Condition::Glob("x".into()))));
}

#[test]
fn history_is_read_in_any_letter_case_and_a_column_may_be_called_so() {
    let history = |kind, phase| Predicate::History(History { kind, phase });
    assert_eq!(read("after(\"purchase\")"), history(HistoryKind::After, Phase::Purchase));
    assert_eq!(read("SAME_session_after ( 'advocacy' )"), history(HistoryKind::SameSessionAfter, Phase::Advocacy));
    let both = and(not(history(HistoryKind::SessionAfter, Phase::Decision)), test("after", Condition::IsNull));
    assert_eq!(read("not session_after('decision') and after is null"), both);
    assert_eq!(parse_step("after('purchase')"), Ok(history(HistoryKind::After, Phase::Purchase)));
    assert!(both.reads_history() && !read("after is null").reads_history());
}

#[test]
fn a_text_that_is_too_long_is_an_error() {
    let text = format!("{} is null", "a".repeat(MAX_LENGTH));
    for error in [parse_predicate(&text), parse_step(&"é".repeat(MAX_LENGTH))].map(|read| read.expect_err("too long"))
    {
        assert!(error.message.starts_with("a predicate has at most 1048576 bytes, this one has"), "{}", error.message);
        assert!(error.text.is_char_boundary(error.at));
    }
    assert!(parse_predicate(&text[9..]).is_ok());
}

#[test]
fn and_binds_tighter_than_or_and_not_tightest() {
    let [a, b, c] = ["a", "b", "c"].map(|column| test(column, Condition::IsNull));
    let (a, b, c) = (|| a.clone(), || b.clone(), || c.clone());
    assert_eq!(read("a is null or b is null and c is null"), or(a(), and(b(), c())));
    assert_eq!(read("not a is null and b is null"), and(not(a()), b()));
    assert_eq!(read("not (a is null and b is null)"), not(and(a(), b())));
    assert_eq!(read("(a is null or b is null) and c is null"), and(or(a(), b()), c()));
}

#[test]
fn names_and_texts_keep_every_character() {
    assert_eq!(read("ep.page-type$2 is null"), test("ep.page-type$2", Condition::IsNull));
    assert_eq!(read("`Plan (new)` is null"), test("Plan (new)", Condition::IsNull));
    assert_eq!(read("`in` is null"), test("in", Condition::IsNull));
    assert_eq!(read(r#"a == "say \"å\"\n\\ \d""#), test("a", texts(&["say \"å\"\n\\ \\d"])));
}

#[test]
fn long_whole_numbers_stay_exact_as_texts() {
    assert_eq!(read("id == 1234567890123456789"), test("id", texts(&["1234567890123456789"])));
    assert_eq!(read("id == 123456789012345"), test("id", Condition::In(vec![Literal::Number(123_456_789_012_345.0)])));
}

#[test]
fn columns_are_listed_in_order_of_appearance() {
    assert_eq!(read("b == 1 and (a is null or not b > 2)").columns(), ["b", "a", "b"]);
}

#[test]
fn errors_point_at_the_first_character_that_does_not_fit() {
    for (text, at, message) in [
        ("event = \"x\"", 6, "`=` is not an operator (did you mean `==`?)"),
        ("event === \"x\"", 6, "`===` is not an operator (did you mean `==`?)"),
        ("a <> 1", 2, "`<>` is not an operator (did you mean `!=`?)"),
        ("a == 1 && b == 2", 7, "`&&` is not an operator (did you mean `and`?)"),
        ("! a == 1", 0, "`!` is not an operator (did you mean `not`?)"),
        ("event == purchase", 9, "expected a text or number, found `purchase`: write texts in quotes, \"purchase\""),
        ("event matchs \"x\"", 6, "(did you mean `matches`?)"),
        ("a == null", 5, "nothing equals null: write `is null` or `is not null`"),
        ("a > \"9\"", 4, "`>` compares numbers: write the number without quotes"),
        ("a == \"x", 5, "this text has no closing \""),
        ("`a == 1", 0, "this column name has no closing `"),
        ("a == 10EUR", 5, "`10EUR` is not a number: quote it if it is a text"),
        ("a == 1e999", 5, "this number is too large"),
        ("a in ()", 6, "expected a text in quotes or a number, found `)`"),
        ("(a == 1", 7, "expected `and`, `or` or `)`, found the end"),
        ("a == 1 b == 2", 7, "expected `and`, `or` or the end, found `b`"),
        ("", 0, "expected a column, `not` or `(`, found the end"),
        ("\"event\" == 1", 0, "expected a column, found a text: columns have no quotes"),
        ("and == 1", 0, "expected a column, found `and`: write `` `and` `` if that is its name"),
        ("é == 1", 0, "`é` does not fit here: column names with such letters are written in backquotes"),
        (
            "after(\"purchse\")",
            6,
            "no journey phase is called `purchse` (did you mean `purchase`?): they are awareness,",
        ),
        (
            "aftr(\"purchase\")",
            0,
            "there is no test `aftr(…)` (did you mean `after`?): those with parentheses are after,",
        ),
        ("after(purchase)", 6, "expected a journey phase in quotes, found `purchase`"),
        ("after(\"purchase\"", 16, "expected `)`, found the end"),
        ("after(\"purchase\") == 1", 18, "expected `and`, `or` or the end, found `==`"),
        ("page matches \"(\"", 13, "this is no regular expression: unclosed group"),
        ("value like \"1*\"", 6, "`value` is a number: compare it with"),
        ("value not matches \"1\"", 10, "`value` is a number: compare it with"),
        ("a == “x”", 5, "`“` is not an operator (did you mean `\"`?)"),
    ] {
        let error = parse_predicate(text).expect_err(text);
        assert_eq!(error.at, at, "{text}: {error}");
        assert!(error.message.contains(message), "{text}: {error}");
    }
}

#[test]
fn an_error_shows_the_line_with_a_caret() {
    let error = parse_predicate("å == 'é' and\nevent = 'x'").expect_err("invalid");
    assert!(error.to_string().starts_with("`å` does not fit"), "{error}");
    let error = parse_predicate("a == 'é' and\nevent = 'x'").expect_err("invalid");
    assert_eq!(error.to_string(), "`=` is not an operator (did you mean `==`?)\n  event = 'x'\n        ^");
    let error = parse_predicate(&format!("{} x", "a == 'ö' or ".repeat(20_000))).expect_err("invalid");
    let shown = error.to_string();
    let caret = shown.lines().last().expect("a caret line");
    assert!(caret.trim_start() == "^" && caret.chars().count() < 70, "{shown}");
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    for nest in ["(", "not ", "not ("] {
        let error = parse_predicate(&nest.repeat(100_000)).expect_err("too deep");
        assert!(error.message.starts_with("more than 64 parentheses"), "{}", error.message);
    }
    let deepest = format!("{}a == 1{}", "(".repeat(MAX_DEPTH), ")".repeat(MAX_DEPTH));
    assert!(parse_predicate(&deepest).is_ok());
}

#[test]
fn long_chains_overflow_nothing() {
    let long = vec!["a == 1 and b != 2"; 40_000].join(" or ");
    assert_eq!(read(&long).columns().len(), 80_000);
}

#[test]
fn a_step_is_event_names_or_a_predicate() {
    let step = |text: &str| parse_step(text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(step("view_item"), test("event", texts(&["view_item"])));
    assert_eq!(step(" view_item | select_item "), test("event", texts(&["view_item", "select_item"])));
    assert_eq!(step("Sign Up: Étape 2/3"), test("event", texts(&["Sign Up: Étape 2/3"])));
    assert_eq!(step("$pageview"), test("event", texts(&["$pageview"])));
    let globs = ["checkout_*", "buy"].map(|glob| test("event", Condition::Glob(glob.into())));
    assert_eq!(step("checkout_*|buy"), or(globs[0].clone(), globs[1].clone()));
    assert_eq!(step("event == \"buy\" and value > 1"), read("event == \"buy\" and value > 1"));
    assert_eq!(step("page is not null"), read("page is not null"));
}

#[test]
fn a_step_that_is_neither_says_what_to_do() {
    assert_eq!(parse_step("a||b").expect_err("empty name").at, 2);
    assert!(parse_step("").is_err());
    let error = parse_step("Sign Up (web)").expect_err("a parenthesis");
    assert!(error.message.ends_with("an event of that name is written event == \"Sign Up (web)\""), "{error}");
}

fn soup() -> impl Strategy<Value = String> {
    let part = prop::sample::select(
        [
            "a",
            "event",
            "after",
            "same_session_after",
            "\"purchase\"",
            "and",
            "or",
            "not",
            "in",
            "like",
            "matches",
            "is",
            "null",
            "(",
            ")",
            ",",
            "==",
            "!=",
            "<",
            ">=",
            "=",
            "|",
            "*",
            "1",
            "-2.5e3",
            "\"x\"",
            "'",
            "\"",
            "`b c`",
            "`",
            "\\",
            "é",
            "\n",
            "1e999",
            " ",
        ]
        .as_slice(),
    );
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.join(" "))
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-z\\\\\"'\n\t `]{0,6}", Just("true".to_owned()), Just("null".to_owned())]
}

fn any_literal() -> impl Strategy<Value = Literal> {
    let number = prop_oneof![any::<f64>(), (-5i32..5).prop_map(f64::from)];
    let number = number.prop_filter("finite", |number| number.is_finite());
    prop_oneof![any_text().prop_map(Literal::Text), number.prop_map(Literal::Number)]
}

fn any_test() -> impl Strategy<Value = Predicate> {
    let column = prop_oneof![
        any_text().prop_map(|name| name.replace('`', "")).prop_filter("names are not empty", |name| !name.is_empty()),
        prop::sample::select(["event", "not", "after", "Is", "a.b-c$", "9"].as_slice()).prop_map(str::to_owned),
    ];
    let comparison = prop::sample::select(
        [Comparison::Less, Comparison::AtMost, Comparison::Greater, Comparison::AtLeast].as_slice(),
    );
    let limit = any::<f64>().prop_filter("finite", |limit| limit.is_finite());
    let condition = prop_oneof![
        prop::collection::vec(any_literal(), 1..4).prop_map(Condition::In),
        any_literal().prop_map(Condition::NotEqual),
        (comparison, limit).prop_map(|(comparison, limit)| Condition::Compare(comparison, limit)),
        any_text().prop_map(Condition::Glob),
        prop::sample::select(["^a\\d+$", "\"|'", "\n"].as_slice()).prop_map(|pattern| Condition::Regex(pattern.into())),
        Just(Condition::IsNull),
        Just(Condition::IsNotNull),
    ];
    (column, condition).prop_map(|(column, condition)| Predicate::Test(Test { column, condition }))
}

fn any_predicate() -> impl Strategy<Value = Predicate> {
    let history = (prop::sample::select(HistoryKind::ALL.as_slice()), prop::sample::select(Phase::ALL.as_slice()))
        .prop_map(|(kind, phase)| Predicate::History(History { kind, phase }));
    prop_oneof![3 => any_test(), 1 => history].prop_recursive(6, 24, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| and(a, b)),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| or(a, b)),
            inner.prop_map(not),
        ]
    })
}

#[test]
fn printing_writes_no_parentheses_that_reading_does_not_need() {
    for text in [
        "a == 1 and b != \"x\" and c is null and not d like \"y*\"",
        "(a == 1 or b in (\"x\", 2)) and after(\"purchase\") or not (c < 1e20 and `not` is not null)",
    ] {
        assert_eq!(read(text).to_string(), text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn what_is_printed_reads_as_the_same_predicate(predicate in any_predicate()) {
        let text = predicate.to_string();
        match parse_predicate(&text) {
            Ok(read) => prop_assert_eq!(read, predicate, "{}", text),
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    #[test]
    fn no_text_panics(text in prop_oneof![any::<String>(), soup()]) {
        for result in [parse_predicate(&text), parse_step(&text)] {
            if let Err(error) = result {
                prop_assert!(text.is_char_boundary(error.at));
                prop_assert!(error.to_string().ends_with('^'));
            }
        }
    }
}
