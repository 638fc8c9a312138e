//! How are the shortest units counted without any look-up?
//!
//! Where there are few codes, every sequence of up to three or so has a cell of its own:
//!
//! ```text
//! codes 3    cells of a segment    0 1 2   00 01 02 10 … 22   000 …
//! ```

/// Most cells of all segments; they stay close at hand.
const MOST_CELLS: usize = 1 << 13;

/// Where units of few events are counted.
#[derive(Clone, Debug)]
pub(super) struct ShortUnits {
    codes: usize,
    /// First cells of the units of one event, of two, …, and the number of cells of a segment.
    starts: Vec<usize>,
}

impl ShortUnits {
    /// Cells for as long units as there is room for, over that many codes and segments.
    pub(super) fn of(codes: usize, segments: usize) -> Self {
        let most = MOST_CELLS / segments.max(1);
        let mut starts = vec![0];
        let (mut next, mut width) = (0, 1_usize);
        while starts.len() < 8 {
            width = width.saturating_mul(codes.max(1));
            next += width;
            if next > most {
                break;
            }
            starts.push(next);
        }
        Self { codes, starts }
    }

    /// Events of the longest units.
    #[inline]
    pub(super) fn most(&self) -> usize {
        self.starts.len() - 1
    }

    /// Cells of all of so many segments.
    pub(super) fn cells(&self, segments: usize) -> usize {
        self.starts[self.most()] * segments
    }

    /// The cell of a unit of one event at least and [`Self::most`] at most.
    #[inline]
    pub(super) fn cell(&self, segment: u32, codes: &[u32]) -> usize {
        let own = codes.iter().fold(0, |cell, code| cell * self.codes + *code as usize);
        segment as usize * self.starts[self.most()] + self.starts[codes.len() - 1] + own
    }

    /// Segment and codes of the unit that has that cell.
    pub(super) fn unit(&self, cell: usize, codes: &mut Vec<u32>) -> u32 {
        let (segment, own) = (cell / self.starts[self.most()], cell % self.starts[self.most()]);
        let length = self.starts.partition_point(|start| *start <= own);
        let mut rest = own - self.starts[length - 1];
        codes.clear();
        for _ in 0..length {
            codes.push(kundresa_model::index::index32(rest % self.codes));
            rest /= self.codes;
        }
        codes.reverse();
        kundresa_model::index::index32(segment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_is_that_of_its_unit() {
        for (codes, segments) in [(1, 1), (2, 3), (11, 4), (90, 1), (91, 2), (8_192, 1)] {
            let short = ShortUnits::of(codes, segments);
            let mut unit = Vec::new();
            assert!(short.cells(segments) <= MOST_CELLS && short.most() > 0);
            for cell in 0..short.cells(segments) {
                let segment = short.unit(cell, &mut unit);
                assert!((1..=short.most()).contains(&unit.len()) && (segment as usize) < segments);
                assert!(unit.iter().all(|code| (*code as usize) < codes));
                assert_eq!(short.cell(segment, &unit), cell);
            }
        }
        assert_eq!([ShortUnits::of(8_193, 1), ShortUnits::of(5_000, 2)].map(|short| short.most()), [0, 0]);
        assert_eq!(ShortUnits::of(11, 4).most(), 3);
    }
}
