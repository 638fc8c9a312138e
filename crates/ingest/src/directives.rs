//! Which lines of a log say what the lines after them mean, wherever the log is cut?

use std::sync::Arc;

use crate::text_parts::{Block, Heads, Lines, Split, Stop};

/// What such lines begin with. Each holds until another of its kind comes.
const LASTING: [&[u8]; 2] = [b"#Fields:", b"#Date:"];

/// Finds the lines of a log with directives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Directives;

impl Split for Directives {
    fn split(&self, block: &mut Block, from: usize, limit: usize, is_last: bool) -> Stop {
        Lines.split(block, from, limit, is_last)
    }

    fn heads(&self, block: &Block, before: &Heads) -> Heads {
        let mut lasting = [None; LASTING.len()];
        let known = before.iter().flat_map(|lines| lines.split(|byte| *byte == b'\n'));
        for line in known.chain(block.rows.iter().map(|row| block.raw(*row).trim_ascii())) {
            if line.first() == Some(&b'#')
                && let Some(kind) = LASTING.iter().position(|kind| line.starts_with(kind))
            {
                lasting[kind] = Some(line);
            }
        }
        let lines: Vec<&[u8]> = lasting.into_iter().flatten().collect();
        (!lines.is_empty()).then(|| Arc::from(lines.join(&b'\n')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heads(text: &str, before: &Heads) -> Heads {
        let mut block = Block { bytes: text.as_bytes().to_vec(), ..Block::default() };
        assert_eq!(Directives.split(&mut block, 0, usize::MAX, true), Stop::At(text.len()));
        Directives.heads(&block, before)
    }

    #[test]
    fn the_last_of_each_kind_holds() {
        let first = heads("#Version: 1.0\n#Date: 2024-01-01 00:00:00\n#Fields: a b\n1 2\n", &None);
        assert_eq!(first.as_deref(), Some(b"#Fields: a b\n#Date: 2024-01-01 00:00:00".as_slice()));
        let second = heads("3 4\n  #Fields: b c\n5 6", &first);
        assert_eq!(second.as_deref(), Some(b"#Fields: b c\n#Date: 2024-01-01 00:00:00".as_slice()));
        assert_eq!(heads("7 8\n", &second), second);
        assert_eq!(heads("7 8\n", &None), None);
    }
}
