//! How does a row become one line of newline-delimited JSON, the way BigQuery writes it?
//!
//! 64-bit integers are texts, floats are numbers, absent values are left out; some rows write `null` instead, and
//! booleans come as booleans or as text, since both occur in the wild.

use super::node::Node;

/// How one row is written.
#[derive(Clone, Copy)]
pub(crate) struct Habits {
    /// Whether absent members are written as `null`.
    pub(crate) writes_nulls: bool,
    /// Whether booleans are written as text.
    pub(crate) quotes_booleans: bool,
}

/// Appends one line with its line end.
pub(crate) fn write_line(row: &[(&'static str, Node)], habits: Habits, out: &mut Vec<u8>) {
    write_record(row, habits, out);
    out.push(b'\n');
}

fn write_record(members: &[(&'static str, Node)], habits: Habits, out: &mut Vec<u8>) {
    out.push(b'{');
    let mut separator: &[u8] = b"";
    for (name, node) in members {
        if *node == Node::Null && !habits.writes_nulls {
            continue;
        }
        out.extend_from_slice(separator);
        write_text(name, out);
        out.push(b':');
        write_node(node, habits, out);
        separator = b",";
    }
    out.push(b'}');
}

fn write_node(node: &Node, habits: Habits, out: &mut Vec<u8>) {
    match node {
        Node::Null => out.extend_from_slice(b"null"),
        Node::Text(text) => write_text(text, out),
        Node::Int(number) => write_text(&number.to_string(), out),
        Node::Hundredths(hundredths) => out.extend_from_slice(decimal(*hundredths).as_bytes()),
        Node::Bool(value) if habits.quotes_booleans => write_text(&value.to_string(), out),
        Node::Bool(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Node::Record(members) => write_record(members, habits, out),
        Node::List(nodes) => write_list(nodes, habits, out),
    }
}

fn write_list(nodes: &[Node], habits: Habits, out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, node) in nodes.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_node(node, habits, out);
    }
    out.push(b']');
}

/// `1999` → `19.99`, `1990` → `19.9`, `2000` → `20.0`.
fn decimal(hundredths: i64) -> String {
    let (sign, size) = (if hundredths < 0 { "-" } else { "" }, hundredths.unsigned_abs());
    let (whole, rest) = (size / 100, size % 100);
    if rest % 10 == 0 { format!("{sign}{whole}.{}", rest / 10) } else { format!("{sign}{whole}.{rest:02}") }
}

/// A JSON string; every byte that needs an escape is ASCII.
fn write_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            0..0x20 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_text_floats_are_numbers_and_nulls_are_left_out_unless_asked() {
        let row = vec![
            ("a", Node::Int(5)),
            ("b", Node::Hundredths(1_990)),
            ("c", Node::Null),
            ("d", Node::List(vec![Node::Bool(true), Node::text("x\"y\n")])),
        ];
        let line = |writes_nulls, quotes_booleans| {
            let mut out = Vec::new();
            write_line(&row, Habits { writes_nulls, quotes_booleans }, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(line(false, false), "{\"a\":\"5\",\"b\":19.9,\"d\":[true,\"x\\\"y\\u000a\"]}\n");
        assert_eq!(line(true, true), "{\"a\":\"5\",\"b\":19.9,\"c\":null,\"d\":[\"true\",\"x\\\"y\\u000a\"]}\n");
    }

    #[test]
    fn hundredths_are_written_exactly() {
        assert_eq!([decimal(5), decimal(1999), decimal(2000), decimal(-150)], ["0.05", "19.99", "20.0", "-1.5"]);
    }
}
