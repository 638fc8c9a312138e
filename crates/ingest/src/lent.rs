//! How does memory come back from tables that were read and dropped?
//!
//! A vector that leaves with a table is remembered. When the next table begins, whoever took the last one has mostly
//! dropped it, and the vector is taken back, pages and all, so that the kernel need not zero others.

use arrow_buffer::{ArrowNativeType, Buffer, ScalarBuffer};

/// A vector that left with a table.
#[derive(Debug, Default)]
pub(crate) struct Lent(Option<Buffer>);

impl Lent {
    /// The numbers of `vector` for a table. What is left in `vector` is empty and has room for as many: what the table
    /// before took, if nobody has it any more.
    pub(crate) fn lend<T: ArrowNativeType>(&mut self, vector: &mut Vec<T>) -> ScalarBuffer<T> {
        let length = vector.len();
        let back = self.0.take().and_then(|buffer| buffer.into_vec::<T>().ok());
        let mut next = back.unwrap_or_default();
        next.clear();
        next.reserve(length);
        let buffer = Buffer::from_vec(std::mem::replace(vector, next));
        self.0 = Some(buffer.clone());
        buffer.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_comes_back_once_its_table_is_dropped() {
        let (mut lent, mut vector) = (Lent::default(), vec![1_u32, 2, 3]);
        let first = lent.lend(&mut vector);
        assert!(vector.is_empty() && vector.capacity() >= 3);
        vector.push(4);
        let second = lent.lend(&mut vector);
        assert_eq!((&first[..], &second[..]), (&[1, 2, 3][..], &[4][..]), "what is still read is left alone");
        let place = second.inner().as_ptr();
        drop(second);
        vector.push(5);
        assert_eq!(lent.lend(&mut vector)[..], [5]);
        assert_eq!(vector.as_ptr().cast(), place);
    }
}
