//! How is a text written as a JSON string? In one way everywhere, so that what is read, stored and rebuilt stays the same
//! to the byte.

/// Appends `text` as a JSON string: short escapes where JSON has them, `\\u00…` for other control characters, nothing else.
pub fn push_string(out: &mut String, text: &str) {
    out.push('"');
    // One look at all bytes without a branch; hardly any text has what needs an escape.
    let needs_escape = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    if !text.bytes().fold(false, |found, byte| found | needs_escape(byte)) {
        out.push_str(text);
        return out.push('"');
    }
    let mut written = 0;
    for (place, byte) in text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
        // What needs an escape is one byte long, so both sides of it are text.
        out.push_str(&text[written..place]);
        written = place + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            control => out.push_str(&format!("\\u{control:04x}")),
        }
    }
    out.push_str(&text[written..]);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_must_be_is_escaped() {
        let mut out = String::from("[");
        push_string(&mut out, "a\"b\\c\n\u{1}é/");
        assert_eq!(out, "[\"a\\\"b\\\\c\\n\\u0001é/\"");
    }
}
