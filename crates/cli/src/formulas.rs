//! How is a table written so that no spreadsheet takes a text for a formula?
//!
//! Spreadsheets run cells that begin with `=`, `+`, `-`, `@`, a tab or a carriage return, quoted or not. A `'` before such
//! a text makes it a text. Numbers stay numbers. Programs that read CSV would see the `'`, so this is an option.

use std::io::{self, Write};

/// Passes CSV on, with a `'` before every text that a spreadsheet would run.
pub struct WithoutFormulas<W> {
    inner: W,
    at: At,
    /// A cell that begins like a formula and may be a number.
    cell: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq)]
enum At {
    /// Before a cell.
    Start,
    /// Behind the quote that opens a cell.
    Opened,
    /// Inside a quoted cell.
    Quoted,
    /// In a cell that begins like a formula.
    Suspect,
    /// In any other cell, or behind a closing quote.
    Plain,
}

impl<W: Write> WithoutFormulas<W> {
    /// Writes to `inner`.
    pub fn new(inner: W) -> Self {
        Self { inner, at: At::Start, cell: Vec::new() }
    }

    fn step(&mut self, byte: u8, out: &mut Vec<u8>) {
        let ends = matches!(byte, b',' | b'\n');
        match self.at {
            At::Start if byte == b'"' => self.pass(byte, At::Opened, out),
            At::Start if begins_formula(byte) => {
                self.cell.push(byte);
                self.at = At::Suspect;
            }
            At::Suspect if ends => {
                let is_number = std::str::from_utf8(&self.cell).is_ok_and(|text| text.parse::<f64>().is_ok());
                out.extend_from_slice(if is_number { b"" } else { b"'" });
                out.append(&mut self.cell);
                self.pass(byte, At::Start, out);
            }
            At::Suspect => self.cell.push(byte),
            At::Opened if begins_formula(byte) => {
                out.push(b'\'');
                self.pass(byte, At::Quoted, out);
            }
            At::Opened | At::Quoted if byte == b'"' => self.pass(byte, At::Plain, out),
            At::Opened | At::Quoted => self.pass(byte, At::Quoted, out),
            // A doubled quote opens again what the first one closed.
            At::Plain if byte == b'"' => self.pass(byte, At::Quoted, out),
            At::Start | At::Plain => self.pass(byte, if ends { At::Start } else { At::Plain }, out),
        }
    }

    fn pass(&mut self, byte: u8, at: At, out: &mut Vec<u8>) {
        out.push(byte);
        self.at = at;
    }
}

fn begins_formula(byte: u8) -> bool {
    matches!(byte, b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r')
}

impl<W: Write> Write for WithoutFormulas<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let mut out = Vec::with_capacity(buffer.len() + 16);
        buffer.iter().for_each(|byte| self.step(*byte, &mut out));
        self.inner.write_all(&out)?;
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, piece: usize) -> String {
        let mut writer = WithoutFormulas::new(Vec::new());
        text.as_bytes().chunks(piece).for_each(|piece| writer.write_all(piece).expect("written"));
        String::from_utf8(writer.inner).expect("UTF-8")
    }

    #[test]
    fn texts_that_would_run_get_an_apostrophe_and_numbers_stay() {
        let table = "a,=b\n=cmd(),-1.5\n\"=1,2\",@x\n+1,-2+3\n\"a\"\"=b\",\"\"\n\"\t=1\",x=1\n-,--1\n";
        let safe = "a,'=b\n'=cmd(),-1.5\n\"'=1,2\",'@x\n+1,'-2+3\n\"a\"\"=b\",\"\"\n\"'\t=1\",x=1\n'-,'--1\n";
        for piece in 1..9 {
            assert_eq!(written(table, piece), safe);
        }
    }
}
