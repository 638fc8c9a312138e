//! What does a funnel ask of the events: which predicates, in which order, with which rules?
//!
//! The kernel knows required steps only. An event's mask of steps has the required ones in the lowest bits and the
//! optional ones above; exclusions and the universe of `directly` are a second set of masks, made only for those who ask.

use kundresa_model::chunk::ActorChunk;
use kundresa_model::mask::{Columns, unknown_column};
use kundresa_model::predicate::{Predicate, parse_predicate, parse_step};
use kundresa_model::spec::funnel::{Exclusion, FunnelEntry, FunnelSpec, FunnelStep, FunnelUnit, MAX_STEPS};

use super::kernel::{ExclusionRange, Kernel};
use super::words::Words;
use crate::error::AnalyzeError;

/// A funnel's spec, checked and compiled against the columns of a run.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Levels are its business.
    pub(crate) kernel: Kernel,
    /// Places in the spec's steps of the required ones, in order.
    pub(crate) required: Vec<usize>,
    /// Name and predicate of every level.
    pub(crate) level_names: Vec<(String, String)>,
    /// The optional steps, in order.
    pub(crate) optional: Vec<OptionalStep>,
    /// Text columns whose values all events of a unit share.
    pub(crate) hold: Vec<usize>,
    steps: Words,
    extras: Option<Words>,
    /// Bit of the universe among the extras, if it is narrowed.
    universe: Option<u64>,
}

/// A step that may be left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OptionalStep {
    /// Place in the spec's steps.
    pub(crate) place: usize,
    /// How many required steps stand before it; at least one.
    pub(crate) after: usize,
    /// Its bit in the masks of steps.
    pub(crate) bit: u64,
}

/// What each event of a chunk satisfies.
#[derive(Clone, Debug, Default)]
pub(crate) struct Satisfied {
    /// Required steps in the lowest bits, optional ones above.
    pub(crate) steps: Vec<u64>,
    /// Exclusions, and above them the universe; empty if the funnel has neither.
    extras: Vec<u64>,
}

/// Refuses a funnel that no log could answer: too few or too many steps, ranges outside of them, options that contradict
/// each other.
///
/// # Errors
/// With the first thing that is wrong.
pub fn check_funnel(spec: &FunnelSpec) -> Result<(), AnalyzeError> {
    check_steps(&spec.steps)?;
    check_options(spec)?;
    super::groups::check(spec)?;
    let required: Vec<usize> = (0..spec.steps.len()).filter(|&place| !spec.steps[place].optional).collect();
    kernel(spec, &required, i64::MIN).map(drop)
}

impl Asked {
    /// `spec` on `columns`, with entries from `from_us` on.
    ///
    /// # Errors
    /// When there are too few or too many steps, when options contradict each other, or when a predicate or a column to
    /// hold does not fit the columns.
    pub(crate) fn try_new(spec: &FunnelSpec, from_us: i64, columns: &dyn Columns) -> Result<Self, AnalyzeError> {
        check_funnel(spec)?;
        let is_optional = |place: &usize| spec.steps[*place].optional;
        let (optional, required): (Vec<usize>, Vec<usize>) = (0..spec.steps.len()).partition(is_optional);
        let hold = spec.hold.iter().map(|name| held_column(name, columns)).collect::<Result<_, _>>()?;
        Ok(Self {
            kernel: kernel(spec, &required, from_us)?,
            optional: optional_steps(&optional, &required),
            hold,
            steps: step_words(spec, &[required.as_slice(), &optional].concat(), columns)?,
            extras: extra_words(spec, columns)?,
            universe: spec.universe.as_ref().map(|_| 1 << spec.exclusions.len()),
            level_names: super::groups::levels(&spec.steps, &required),
            required,
        })
    }

    /// Number of required steps.
    pub(crate) fn levels(&self) -> usize {
        self.required.len()
    }

    /// What the events of `chunk` satisfy.
    pub(crate) fn satisfied(&self, chunk: &ActorChunk<'_>) -> Satisfied {
        let mut satisfied = Satisfied::default();
        self.steps.matches_into(chunk, &mut satisfied.steps);
        if let Some(extras) = &self.extras {
            extras.matches_into(chunk, &mut satisfied.extras);
        }
        satisfied
    }

    /// Where all steps are told by one text column: its index, and what events with each code satisfy.
    pub(crate) fn step_table(&self) -> Option<(usize, &[u64])> {
        self.steps.as_table()
    }

    /// Bits of the required steps.
    pub(crate) fn required_bits(&self) -> u64 {
        low_bits(self.levels())
    }

    /// Exclusions that `event` satisfies.
    #[inline]
    pub(crate) fn exclusions_of(&self, satisfied: &Satisfied, event: usize) -> u64 {
        satisfied.extras.get(event).map_or(0, |bits| bits & low_bits(self.kernel.exclusions.len()))
    }

    /// Whether `event` is in the universe that `directly` looks at.
    #[inline]
    pub(crate) fn is_in_universe(&self, satisfied: &Satisfied, event: usize) -> bool {
        self.universe.is_none_or(|bit| satisfied.extras[event] & bit != 0)
    }

    /// Whether units need more than the plain gathering of events that satisfy a step.
    pub(crate) fn is_plain(&self) -> bool {
        self.hold.is_empty() && self.kernel.exclusions.is_empty() && self.kernel.directly == 0
    }
}

/// A mask of the lowest `count` bits.
fn low_bits(count: usize) -> u64 {
    if count >= 64 { u64::MAX } else { (1 << count) - 1 }
}

fn check_steps(steps: &[FunnelStep]) -> Result<(), AnalyzeError> {
    if steps.is_empty() || steps.len() > MAX_STEPS {
        return Err(AnalyzeError::StepCount { found: steps.len(), limit: MAX_STEPS });
    }
    let refused = |place: usize, option, reason| {
        Err(AnalyzeError::StepOption { step: place + 1, name: steps[place].name.clone(), option, reason })
    };
    let first = super::groups::first_steps(steps);
    for (place, step) in steps.iter().enumerate() {
        let timed = if step.directly { Some("directly") } else { step.within.map(|_| "within") };
        match timed {
            Some(option) if place < first => return refused(place, option, "no step comes before it"),
            Some(option) if step.optional => {
                return refused(place, option, "an optional step is only looked for between its neighbours");
            }
            _ => {}
        }
        if step.optional && place == 0 {
            return refused(place, "optional", "a journey enters and its window begins at the first step");
        }
        if step.optional && step.group.is_some() {
            return refused(place, "optional", "all steps of an any-order group are asked for");
        }
    }
    Ok(())
}

fn check_options(spec: &FunnelSpec) -> Result<(), AnalyzeError> {
    let refused = |one, other, reason| Err(AnalyzeError::FunnelOptions { one, other, reason });
    let has_directly = spec.steps.iter().any(|step| step.directly);
    if spec.universe.is_some() && !has_directly {
        return Err(AnalyzeError::IdleUniverse);
    }
    if spec.unit == FunnelUnit::Attempt && spec.entry != FunnelEntry::Best {
        return refused("unit attempt", "an entry of its own", "attempts already say which entries count");
    }
    if spec.open && spec.steps.iter().any(|step| step.group.is_some()) {
        return refused("open", "an any-order group", "its steps have no step before them");
    }
    Ok(())
}

fn held_column(name: &str, columns: &dyn Columns) -> Result<usize, AnalyzeError> {
    let unknown = || AnalyzeError::Mask { place: "hold".to_owned(), error: unknown_column(name, columns) };
    columns.text(name).map(|(column, _)| column).ok_or_else(unknown)
}

fn kernel(spec: &FunnelSpec, required: &[usize], from_us: i64) -> Result<Kernel, AnalyzeError> {
    let steps = || required.iter().map(|&place| &spec.steps[place]);
    let ranges = spec.exclusions.iter().map(|exclusion| exclusion_range(exclusion, &spec.steps, required));
    Ok(Kernel {
        steps: required.len(),
        window_us: spec.window.as_us(),
        from_us,
        entry: spec.entry,
        attempts: spec.unit == FunnelUnit::Attempt,
        within_us: steps().map(|step| step.within.map_or(i64::MAX, |span| span.as_us())).collect(),
        directly: steps().enumerate().map(|(index, step)| u64::from(step.directly) << index).sum(),
        exclusions: ranges.collect::<Result<_, _>>()?,
        on_exclusion: spec.on_exclusion,
        groups: steps().map(|step| step.group).collect(),
    })
}

/// Numbers are those of all steps as written; levels are those of the required ones, which they must name.
fn exclusion_range(
    exclusion: &Exclusion,
    steps: &[FunnelStep],
    required: &[usize],
) -> Result<ExclusionRange, AnalyzeError> {
    let number = |written: Option<u32>, default: Option<&usize>| match written {
        Some(number) => number as usize,
        None => default.map_or(0, |place| place + 1),
    };
    let (from, to) = (number(exclusion.from, required.first()), number(exclusion.to, required.last()));
    let is_range = 1 <= from && from < to && to <= steps.len();
    if !is_range {
        return Err(AnalyzeError::ExclusionRange { when: exclusion.when.clone(), from, to, steps: steps.len() });
    }
    let level = |number: usize| {
        let optional = || AnalyzeError::StepOption {
            step: number,
            name: steps[number - 1].name.clone(),
            option: "the border of an exclusion",
            reason: "it is optional, so nobody is asked to reach it",
        };
        required.binary_search(&(number - 1)).map_err(|_| optional())
    };
    Ok(ExclusionRange { from: level(from)?, to: level(to)? })
}

fn optional_steps(optional: &[usize], required: &[usize]) -> Vec<OptionalStep> {
    let bits = (required.len()..).map(|bit| 1 << bit);
    let step = |(&place, bit)| OptionalStep { place, after: required.partition_point(|&other| other < place), bit };
    optional.iter().zip(bits).map(step).collect()
}

/// The steps at `places` of the spec, in this order.
fn step_words(spec: &FunnelSpec, places: &[usize], columns: &dyn Columns) -> Result<Words, AnalyzeError> {
    let place = |index: usize| format!("step {}", places.get(index).map_or(0, |place| place + 1));
    let parse = |index: usize| step_predicate(&spec.steps[places[index]].when, || place(index));
    let predicates = (0..places.len()).map(parse).collect::<Result<Vec<_>, _>>()?;
    Words::try_new(&predicates, columns, place)
}

/// Exclusions, then the universe.
fn extra_words(spec: &FunnelSpec, columns: &dyn Columns) -> Result<Option<Words>, AnalyzeError> {
    let place = |index: usize| {
        if index < spec.exclusions.len() { format!("exclusion {}", index + 1) } else { "universe".to_owned() }
    };
    let exclusions = spec.exclusions.iter().enumerate();
    let mut all = exclusions
        .map(|(index, exclusion)| step_predicate(&exclusion.when, || place(index)))
        .collect::<Result<Vec<_>, _>>()?;
    if let Some(universe) = &spec.universe {
        let unreadable = |error| AnalyzeError::Predicate { place: "universe".to_owned(), error };
        all.push(parse_predicate(universe).map_err(unreadable)?);
    }
    if all.is_empty() { Ok(None) } else { Words::try_new(&all, columns, place).map(Some) }
}

fn step_predicate(written: &str, place: impl Fn() -> String) -> Result<Predicate, AnalyzeError> {
    parse_step(written).map_err(|error| AnalyzeError::Predicate { place: place(), error })
}
