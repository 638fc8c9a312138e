//! How are planned inputs read as events, part by part?
//!
//! Where somebody needs the hash of every input's content, it is found beside reading: a text that is cut into parts is
//! hashed as its borders are found, and any other input by whichever thread comes first, while others read.

use std::sync::Arc;

use kundresa_model::source::{BoxError, EventReader, EventSource, SourceInput, Wanted};

use crate::currency::{Converted, Rates};
use crate::input::Input;
use crate::kind::{PartRequest, PinnedKind};
use crate::plan::PinnedSource;

/// Events that are ready to be read, part by part.
pub struct Events {
    inputs: Vec<SourceInput>,
    parts: Vec<Part>,
    /// The bytes of `inputs`.
    contents: Vec<Arc<Input>>,
    /// Those to be hashed beside reading.
    unhashed: Vec<Arc<Input>>,
}

struct Part {
    kind: Arc<dyn PinnedKind>,
    /// Index among the inputs.
    input: usize,
    request: PartRequest,
    rates: Option<Arc<Rates>>,
}

impl Events {
    pub(crate) fn of(sources: &[PinnedSource], wanted: Wanted, part_bytes: Option<u64>) -> Self {
        let wanted = Arc::new(match sources.iter().any(|source| source.rates().is_some()) {
            true => Converted::wanting(wanted),
            false => wanted,
        });
        let (mut inputs, mut parts, mut contents) = (Vec::new(), Vec::new(), Vec::new());
        for source in sources {
            let first = inputs.len();
            inputs.extend(source.inputs().iter().map(|planned| source.source_input(planned)));
            contents.extend(source.inputs().iter().map(|planned| Arc::clone(&planned.input)));
            parts.extend(source.requests(&wanted, part_bytes).into_iter().map(|request| Part {
                kind: source.pinned(),
                input: first + request.rank as usize,
                request,
                rates: source.rates(),
            }));
        }
        Self { inputs, parts, contents, unhashed: Vec::new() }
    }

    /// The same events; the content of every input is hashed while they are read.
    #[must_use]
    pub fn hashed_along(mut self) -> Self {
        let mut is_cut = vec![false; self.contents.len()];
        for part in &self.parts {
            if let Some(stretch) = &part.request.stretch {
                stretch.parts.hash_along(&part.request.input);
                is_cut[part.input] = true;
            }
        }
        let others = self.contents.iter().zip(is_cut).filter(|(input, is_cut)| !is_cut && !input.is_hashed());
        self.unhashed = others.map(|(input, _)| Arc::clone(input)).collect();
        self
    }
}

impl EventSource for Events {
    fn inputs(&self) -> &[SourceInput] {
        &self.inputs
    }

    fn input_of(&self, part: usize) -> usize {
        self.parts[part].input
    }

    fn parts(&self) -> usize {
        self.parts.len()
    }

    fn open(&self, part: usize) -> Result<Box<dyn EventReader>, BoxError> {
        let part = self.parts.get(part).ok_or("no such part")?;
        let reader = part.kind.open(part.request.clone())?;
        Ok(match &part.rates {
            Some(rates) => Box::new(Converted::new(reader, Arc::clone(rates), &part.request)) as Box<dyn EventReader>,
            None => reader,
        })
    }

    fn chores(&self) -> usize {
        self.unhashed.len()
    }

    fn chore(&self, chore: usize) {
        // The hash is kept; an error comes again for whoever asks for it.
        let _ = self.unhashed.get(chore).map(|input| input.hash());
    }

    fn content_hash(&self, input: usize) -> Result<String, BoxError> {
        Ok(self.contents.get(input).ok_or("no such input")?.content_hash()?)
    }
}
