//! What is loaded when every input is known? No events: the store may still learn new names of them.

use kundresa_model::source::{BoxError, EventReader, EventSource, SourceInput};

/// A source of no events.
pub struct NoEvents;

impl EventSource for NoEvents {
    fn inputs(&self) -> &[SourceInput] {
        &[]
    }

    fn parts(&self) -> usize {
        0
    }

    fn input_of(&self, _part: usize) -> usize {
        0
    }

    fn open(&self, part: usize) -> Result<Box<dyn EventReader>, BoxError> {
        Err(format!("there is no part {part} of nothing").into())
    }
}
