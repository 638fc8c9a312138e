//! Do rows that are followed have the values that the decoder finds?

use proptest::prelude::*;
use proptest::sample::select;

use super::chunk::{ChunkRow, RowChunk};
use super::decode::RowDecoder;
use super::names::Place;
use super::shape::Shapes;
use super::values::{Places, Values};

/// Members of a row, the odd ones among them. `P`, `U` and `I` stand for pairs and items.
const MEMBERS: [&str; 30] = [
    r#""event_timestamp":"1709314116802083""#,
    r#""event_timestamp": 17"#,
    r#""event_name":"page_view""#,
    r#""event_name":null"#,
    r#""event_params":[P]"#,
    r#""event_params":[P,P]"#,
    r#""event_params":[P,P,P]"#,
    r#""event_params":[]"#,
    r#""event_params":"none""#,
    r#""user_properties":[U,U]"#,
    r#""user_properties":[]"#,
    r#""items":[I]"#,
    r#""items":[I,I]"#,
    r#""items":[]"#,
    r#""items":{"item_id":"1"}"#,
    r#""device":{"category":"mobile","web_info":{"browser":"Firefox","is":{}}}"#,
    r#""device":{"web_info":{"browser":"Safari"},"category":"tablet"}"#,
    r#""device":{ }"#,
    r#""geo":{"city":"Malmö","country":null}"#,
    r#""geo":{"city":"Lund","city":"Ystad","country":"Sweden"}"#,
    r#""is_active_user":true"#,
    r#""is_active_user":"false""#,
    r#""number":1.50"#,
    r#""number":-0"#,
    r#""number":12e3"#,
    r#""list":[1,{"a":[]},"x"]"#,
    r#""list":[]"#,
    r#""a.b":"x","a":{"b":"y","":"z"}"#,
    r#""escaped":"q\u003d\"\ud83d\ude00\\""#,
    r#""\u0061":"k""#,
];

const PAIRS: [&str; 18] = [
    r#"{"key":"k","value":{"string_value":"v"}}"#,
    r#"{"key":"k","value":{"string_value":""}}"#,
    r#"{"key":"l","value":{"string_value":"Mölle & co"}}"#,
    r#"{"key":"l","value":{"int_value":"5"}}"#,
    r#"{"key":"k","value":{"int_value":"no number"}}"#,
    r#"{"key":"k","value":{"double_value":1.250}}"#,
    r#"{"key":"k","value":{"float_value":"1e999"}}"#,
    r#"{"value":{"string_value":"before"},"key":"k"}"#,
    r#"{"key":"k","value":{"string_value":null,"int_value":7}}"#,
    r#"{"key":"k","value":{"string_value":"a","int_value":"7"}}"#,
    r#"{"key":null,"value":{"string_value":"a"}}"#,
    r#"{"key":"k","value":{"set_timestamp_micros":"1","string_value":"s"}}"#,
    r#"{"key":"k","value":{"string_value":"s","set_timestamp_micros":"1"}}"#,
    r#"{"key":"k","value":{}}"#,
    r#"{"key":"k","value":null}"#,
    r#"{"key":"k","value":{"string_value":"a"},"key":"l"}"#,
    r#"{"key":"k","value":{"string_value":"a"},"value":{"string_value":"b"}}"#,
    r#"null"#,
];

const ITEMS: [&str; 5] = [
    r#"{"item_id":"1","item_name":"Tält \"x\"","price":19.90,"quantity":"2"}"#,
    r#"{"item_id":"2","item_name":null,"item_params":[{"key":"a","value":{}}]}"#,
    r#"{}"#,
    r#"7"#,
    r#"{"item_brand":"(not set)","item_id":"3"}"#,
];

fn filled(member: &'static str) -> BoxedStrategy<String> {
    let kinds: [(&str, &'static [&'static str]); 3] = [("P", &PAIRS), ("U", &PAIRS), ("I", &ITEMS)];
    let Some((mark, from)) = kinds.into_iter().find(|(mark, _)| {
        let list = member.rsplit('[').next().unwrap_or_default();
        member.contains('[') && list.starts_with(mark)
    }) else {
        return Just(member.to_owned()).boxed();
    };
    let parts = prop::collection::vec(select(from), 3);
    parts
        .prop_map(move |parts| {
            let (head, list) = member.split_once('[').unwrap_or((member, ""));
            let count = list.matches(mark).count();
            format!("{head}[{}]", parts[..count].join(","))
        })
        .boxed()
}

/// A row that is mostly well-formed. Most have the usual members in the usual order.
fn row() -> impl Strategy<Value = String> {
    let member = || select(&MEMBERS[..]).prop_flat_map(filled);
    let usual = [0, 2, 5, 9, 12, 15, 20].map(|index| filled(MEMBERS[index]));
    let usual = (usual.to_vec(), prop::collection::vec(member(), 0..2)).prop_map(|(mut usual, odd)| {
        usual.extend(odd);
        usual
    });
    let members = prop_oneof![2 => usual, 1 => prop::collection::vec(member(), 0..6)];
    let damage = prop::option::weighted(0.3, (any::<prop::sample::Index>(), select(&DAMAGE[..])));
    (members, damage).prop_map(|(members, damage)| {
        let mut row = format!("{{{}}}", members.join(","));
        if let Some((at, by)) = damage {
            let places: Vec<usize> = row.char_indices().map(|(place, _)| place).collect();
            let place = places[at.index(places.len())];
            let length = row[place..].chars().next().map_or(0, char::len_utf8);
            row.replace_range(place..place + length, by);
        }
        row
    })
}

const DAMAGE: [&str; 16] =
    ["", "\"", "\\", "{", "}", "[", "]", ",", ":", " ", "0", "null", "\t", "é", "\u{1}", "\"a\":\"b\","];

/// Values by place, items, and what nothing asked for.
type Read = (Vec<Option<(String, bool)>>, Option<String>, Vec<(String, bool, String)>);

fn decoded(decoder: &mut RowDecoder, values: &mut Values, places: usize, row: &str) -> Option<Read> {
    decoder.read(row, values).ok()?;
    let all = (0..places).map(|place| values.value(place).map(|(text, is_number)| (text.to_owned(), is_number)));
    let items = Some(format!("{}]", values.items)).filter(|items| items != "]");
    let mut extras: Vec<_> =
        values.extras().map(|(name, text, is_number)| (name.to_owned(), is_number, text.to_owned())).collect();
    extras.sort();
    Some((all.collect(), items, extras))
}

fn of_chunk(chunk: &RowChunk, shapes: &Shapes, places: usize, text: &str, row: u32) -> Read {
    let all = (0..places)
        .map(|place| chunk.column(place, text).value(row).map(|(text, is_number)| (text.to_owned(), is_number)));
    let items = chunk.items(text).text(row).map(str::to_owned);
    let extras = chunk.extras(row as usize).iter().map(|extra| {
        let (own, text, is_number) = chunk.extra(extra, text);
        (own.unwrap_or_else(|| shapes.name_of(extra)).to_owned(), is_number, text.to_owned())
    });
    let mut extras: Vec<_> = extras.collect();
    extras.sort();
    (all.collect(), items, extras)
}

fn places() -> Places {
    let mut places = Places::default();
    let leaves = ["event_timestamp", "event_name", "device.category", "geo.city", "number", "is_active_user"];
    leaves.into_iter().for_each(|path| _ = places.number(Place::Leaf(path.to_owned())));
    _ = places.number(Place::Param("k".to_owned()));
    _ = places.number(Place::User("l".to_owned()));
    places
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn following_finds_what_decoding_does(
        rows in prop::collection::vec(row(), 1..12),
        wants_items in any::<bool>(),
        wants_props in any::<bool>(),
    ) {
        let places = places();
        let mut decoder = RowDecoder::new(&places, wants_items, wants_props);
        let (mut shapes, mut values) = (Shapes::default(), Values::new(places.count()));
        let mut chunk = RowChunk::new(places.count());
        let text = rows.join("\n");
        let (mut start, mut expected) = (0, Vec::new());
        for row in &rows {
            let plain = decoded(&mut decoder, &mut values, places.count(), row);
            for _ in 0..2 {
                if shapes.follow(row, &mut ChunkRow { chunk: &mut chunk, decoder: &decoder, start }) {
                    prop_assert!(plain.is_some(), "followed, but it is no row: {}", row);
                    chunk.finish_row(0);
                    expected.extend(plain.clone());
                } else {
                    chunk.abandon_row();
                }
                shapes.learn(row, &decoder);
            }
            start += row.len() + 1;
        }
        for (at, expected) in (0_u32..).zip(&expected) {
            prop_assert_eq!(&of_chunk(&chunk, &shapes, places.count(), &text, at), expected);
        }
    }
}

#[test]
fn rows_like_others_are_followed() {
    let places = places();
    let decoder = RowDecoder::new(&places, true, true);
    let (mut shapes, mut chunk) = (Shapes::default(), RowChunk::new(places.count()));
    let row = |name: &str, pairs: [usize; 2]| {
        format!(
            r#"{{"event_timestamp":"1","event_params":[{},{}],"list":[1],"items":[{}],"event_name":"{name}","n":null,"x":true}}"#,
            PAIRS[pairs[0]], PAIRS[pairs[1]], ITEMS[0],
        )
    };
    let mut follow = |row: &str, shapes: &mut Shapes| {
        let is_followed = shapes.follow(row, &mut ChunkRow { chunk: &mut chunk, decoder: &decoder, start: 0 });
        chunk.abandon_row();
        is_followed
    };
    assert!(!follow(&row("a", [0, 3]), &mut shapes));
    assert!(shapes.learn(&row("a", [0, 3]), &decoder) && !shapes.learn(&row("b", [0, 3]), &decoder));
    assert!(follow(&row("b", [0, 3]), &mut shapes));
    assert!(shapes.learn(&row("b", [3, 0]), &decoder) && follow(&row("c", [3, 0]), &mut shapes));
    assert!(!follow(&row("c", [0, 0]), &mut shapes), "a text between two values that was not there before");
    assert!(!shapes.learn(&row("c", [7, 0]), &decoder), "a value before its key is odd");
    for cut in 0..row("a", [0, 3]).len() {
        assert!(row("a", [0, 3]).get(..cut).is_none_or(|row| !follow(row, &mut shapes)), "{cut}");
    }
}

#[test]
fn nesting_counts_from_the_row() {
    let decoder = RowDecoder::new(&places(), true, true);
    let mut shapes = Shapes::default();
    let mut chunk = RowChunk::new(places().count());
    let row = |depth: usize| format!("{{\"a\":{{\"b\":[{}{}]}}}}", "[".repeat(depth), "]".repeat(depth));
    let is_row = |row: &str| {
        let mut scanner = crate::json::scan::Scanner::new(row);
        scanner.skip().and_then(|_| scanner.end()).is_ok()
    };
    assert!(shapes.learn(&row(1), &decoder));
    for depth in 120..130 {
        let followed = shapes.follow(&row(depth), &mut ChunkRow { chunk: &mut chunk, decoder: &decoder, start: 0 });
        assert_eq!(followed, is_row(&row(depth)), "{depth}");
    }
}
