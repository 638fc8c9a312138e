//! How is a text written as a JSON string? In one way everywhere, so that what is read, stored and rebuilt stays the same
//! to the byte.

/// Appends `text` as a JSON string: short escapes where JSON has them, `\\u00…` for other control characters, nothing else.
pub fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => out.push(other),
        }
    }
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
