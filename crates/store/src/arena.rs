//! How are many short texts kept without an allocation for each?

/// Whether both are the same bytes. For short texts, which a call of the general comparison would take longer for.
#[inline]
pub(crate) fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() || a.len() < 8 {
        return a == b;
    }
    let words = a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0);
    words.fold(true, |same, (a, b)| same & (a == b)) && a.last_chunk::<8>() == b.last_chunk()
}

/// Texts packed one after another.
#[derive(Debug, Default)]
pub(crate) struct TextArena {
    text: String,
    ends: Vec<usize>,
}

impl TextArena {
    /// Appends `text` and returns its index.
    pub(crate) fn push(&mut self, text: &str) -> usize {
        self.text.push_str(text);
        self.ends.push(self.text.len());
        self.ends.len() - 1
    }

    /// Appends the text of a character and what follows it, and returns its index.
    pub(crate) fn push_after(&mut self, first: char, text: &str) -> usize {
        self.text.push(first);
        self.push(text)
    }

    /// The text at `index`.
    pub(crate) fn get(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[index]]
    }

    /// The bytes of the text at `index`.
    #[inline]
    pub(crate) fn bytes_at(&self, index: usize) -> &[u8] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text.as_bytes()[start..self.ends[index]]
    }

    /// Forgets all texts, but keeps their room.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// An arena with room for that many texts and bytes.
    pub(crate) fn with_capacity(texts: usize, bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), ends: Vec::with_capacity(texts) }
    }

    /// Number of texts.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no text.
    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All texts one after another.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Where each text ends in [`Self::bytes`].
    pub(crate) fn ends(&self) -> &[usize] {
        &self.ends
    }

    /// Texts from the two halves of an arena; `None` if they do not fit each other.
    pub(crate) fn from_halves(bytes: Vec<u8>, ends: Vec<usize>) -> Option<Self> {
        let text = String::from_utf8(bytes).ok()?;
        let fits = ends.is_sorted() && ends.iter().all(|end| text.is_char_boundary(*end));
        (fits && ends.last().copied().unwrap_or_default() == text.len()).then_some(Self { text, ends })
    }

    /// Bytes held on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn same_bytes_are_the_same(a in "[ab]{0,40}", at in any::<prop::sample::Index>(), b in "[ab]{0,9}") {
            prop_assert!(same_bytes(a.as_bytes(), a.clone().as_bytes()));
            prop_assert_eq!(same_bytes(a.as_bytes(), b.as_bytes()), a == b);
            let mut other = a.clone().into_bytes();
            if !other.is_empty() {
                let at = at.index(other.len());
                other[at] ^= 1;
                prop_assert!(!same_bytes(a.as_bytes(), &other));
            }
        }
    }
}
