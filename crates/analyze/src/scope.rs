//! Which units does an analysis count, and into which segment does each fall?
//!
//! A unit is chosen by its start (`--from`) and by the filter. What the filter must match is its scope: the event itself,
//! any event of the session, or any event of the actor. A unit that begins with an event (a session, a phase visit) is
//! chosen by that event. An event in no session is a session of its own to the filter. `--persona` leaves out whole actors,
//! beside whatever the filter does.
//! Source: `docs/semantics.md#filters-and-breakdowns`.

use kundresa_model::chunk::{ActorChunk, NO_SESSION};
use kundresa_model::dictionary::{Dictionary, NULL};
use kundresa_model::field::text;
use kundresa_model::mask::{Columns, MaskSet};
use kundresa_model::predicate::parse_predicate;
use kundresa_model::result::segments::{Breakdown, NOT_SET, OTHER, Segment};
use kundresa_model::spec::personas::{Dimension as Asked, PERSONA};
use kundresa_model::spec::scope::{FilterScope, Scope};
use kundresa_model::suggest::hint;

use crate::error::AnalyzeError;
use crate::keyed::{Keyed, Tally};

/// A [`Scope`] ready to be applied to chunks.
#[derive(Clone, Debug)]
pub(crate) struct Plan<'a> {
    /// Units start at or after this instant; `i64::MIN` without `--from`.
    pub(crate) from_us: i64,
    filter: Option<Filter>,
    /// Only actors of this persona: its column and code.
    persona: Option<(usize, u32)>,
    dimension: Option<Dimension<'a>>,
    top: usize,
    /// Segments of fewer units are part of `(other)`.
    least: u64,
}

#[derive(Clone, Debug)]
struct Filter {
    masks: MaskSet,
    scope: FilterScope,
}

/// A text column whose values are segments.
#[derive(Clone, Debug)]
struct Dimension<'a> {
    name: String,
    column: usize,
    values: &'a Dictionary,
}

impl<'a> Plan<'a> {
    /// The plan of `scope`; a filter that names no scope takes `default`.
    ///
    /// # Errors
    /// When the filter can't be read or names an unknown column, or when the dimension is unknown.
    pub(crate) fn try_new(scope: &Scope, default: FilterScope, columns: &'a dyn Columns) -> Result<Self, AnalyzeError> {
        let filter_scope = scope.filter_scope.unwrap_or(default);
        Ok(Self {
            from_us: scope.from_us.unwrap_or(i64::MIN),
            filter: scope
                .filter
                .as_deref()
                .map(|written| Filter::try_new(written, filter_scope, columns))
                .transpose()?,
            persona: scope.persona.as_deref().map(|name| persona(name, columns)).transpose()?,
            dimension: scope
                .dimension(columns.personas().is_some())
                .map(|asked| Dimension::try_new(asked, columns))
                .transpose()?,
            top: scope.top,
            least: scope.min_actors,
        })
    }

    /// What the filter must match, if there is a filter.
    pub(crate) fn filter_scope(&self) -> Option<FilterScope> {
        self.filter.as_ref().map(|filter| filter.scope)
    }

    /// Whether only actors of a persona count.
    pub(crate) fn has_persona(&self) -> bool {
        self.persona.is_some()
    }

    /// Whether some units are left out, by the filter, the persona, or `--from`.
    pub(crate) fn is_restricted(&self) -> bool {
        self.filter.is_some() || self.persona.is_some() || self.from_us > i64::MIN
    }

    /// Whether nothing at all is left out of a chunk with that selection.
    pub(crate) fn has_all(&self, selection: &Selection) -> bool {
        selection.is_everything() && self.from_us == i64::MIN
    }

    /// Whether there is a breakdown.
    pub(crate) fn has_segments(&self) -> bool {
        self.dimension.is_some()
    }

    /// Which events, sessions and actors of `chunk` the filter chooses.
    pub(crate) fn select(&self, chunk: &ActorChunk<'_>) -> Selection {
        let selection = self.filter.as_ref().map_or_else(Selection::default, |filter| filter.select(chunk));
        match self.persona {
            Some((column, code)) => selection.and_actors(chunk, |event| chunk.text[column][event] == code),
            None => selection,
        }
    }

    /// Segment of a unit that has its value at `event`.
    pub(crate) fn segment_at(&self, chunk: &ActorChunk<'_>, event: usize) -> u32 {
        self.dimension.as_ref().map_or(NULL, |dimension| chunk.text[dimension.column][event])
    }

    /// Segment of a whole journey: the actor's first filled value.
    pub(crate) fn journey_segment(&self, chunk: &ActorChunk<'_>, actor: usize) -> u32 {
        let Some(dimension) = &self.dimension else { return NULL };
        let codes = &chunk.text[dimension.column][chunk.events_of(actor)];
        codes.iter().copied().find(|&code| code != NULL).unwrap_or(NULL)
    }

    /// Segment of every session of `chunk`, its first filled value; empty without a breakdown.
    pub(crate) fn session_segments(&self, chunk: &ActorChunk<'_>) -> Vec<u32> {
        let mut segments = Vec::new();
        self.session_segments_into(chunk, &mut segments);
        segments
    }

    /// As [`Self::session_segments`], in place of what `segments` held.
    pub(crate) fn session_segments_into(&self, chunk: &ActorChunk<'_>, segments: &mut Vec<u32>) {
        segments.clear();
        let Some(dimension) = &self.dimension else { return };
        let codes = chunk.text[dimension.column];
        // No event of a session comes before its first activity.
        segments.extend(chunk.sessions.first_event.iter().map(|event| codes[*event as usize]));
        if !segments.contains(&NULL) {
            return;
        }
        // Backward, so that the first filled value is written last and nothing is looked up. An event in no session is beyond
        // all of them.
        for (&session, &code) in chunk.session_of.iter().zip(codes).rev() {
            if code != NULL
                && let Some(segment) = segments.get_mut(session as usize)
            {
                *segment = code;
            }
        }
    }

    /// Number of values that the dimension has, null included; 1 without a breakdown.
    pub(crate) fn segment_codes(&self) -> usize {
        self.dimension.as_ref().map_or(1, |dimension| dimension.values.codes())
    }

    /// Privacy threshold; 0 for none.
    pub(crate) fn threshold(&self) -> u64 {
        self.least
    }

    /// Rows by falling `base`, then by value; beyond the top ones they are summed into `(other)`. `None` without a breakdown.
    ///
    /// A value that reads `(not set)` counts as null, and one that reads `(other)` belongs to the rest. So do values of fewer
    /// units than the privacy threshold, and with them the smallest of the others where the rest would be that small.
    pub(crate) fn breakdown<T: Tally, F>(
        &self,
        segments: Keyed<u32, T>,
        base: impl Fn(&T) -> u64,
        figures: impl Fn(T) -> F,
    ) -> Option<Breakdown<F>> {
        let dimension = self.dimension.as_ref()?;
        let mut named = dimension.name_segments(segments);
        named.sort_by_cached_key(|(value, tally)| (value == OTHER, std::cmp::Reverse(base(tally)), value.clone()));
        let actors = |tally: &T| tally.actors().unwrap_or_else(|| base(tally));
        let (shown, values, sum) = with_rest(named, self.top, self.least, actors);
        let row = |value, values, tally| Segment { value, values, figures: figures(tally) };
        let mut rows: Vec<Segment<F>> = shown.into_iter().map(|(value, tally)| row(value, 1, tally)).collect();
        if values > 0 {
            rows.push(row(OTHER.to_owned(), values, sum));
        }
        Some(Breakdown { dimension: dimension.name.clone(), rows })
    }
}

/// The first `most` rows of at least `least` actors, then how many others there are and their sum. The last rows join the
/// others while those are too few.
pub(crate) fn with_rest<T: Tally>(
    rows: Vec<(String, T)>,
    most: usize,
    least: u64,
    actors: impl Fn(&T) -> u64,
) -> (Vec<(String, T)>, u64, T) {
    let is_named = |(value, tally): &(String, T)| value != OTHER && actors(tally) >= least;
    let (mut shown, few): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_named);
    let mut rest = shown.split_off(shown.len().min(most));
    rest.extend(few);
    let mut values = rest.len() as u64;
    let mut sum = T::default();
    rest.into_iter().for_each(|(_, tally)| sum.add(tally));
    while values > 0
        && actors(&sum) < least
        && let Some((_, smallest)) = shown.pop()
    {
        sum.add(smallest);
        values += 1;
    }
    (shown, values, sum)
}

/// Column and code of the persona `name`.
fn persona(name: &str, columns: &dyn Columns) -> Result<(usize, u32), AnalyzeError> {
    let known = columns.personas();
    let found = known.and_then(|(column, names)| Some((column, names.code(name)?)));
    found.ok_or_else(|| {
        let names = known.map_or(&[][..], |(_, names)| names.values());
        AnalyzeError::UnknownPersona { name: name.to_owned(), hint: hint(name, names.iter().map(String::as_str)) }
    })
}

impl Filter {
    fn try_new(written: &str, scope: FilterScope, columns: &dyn Columns) -> Result<Self, AnalyzeError> {
        let place = || "filter".to_owned();
        let predicate = parse_predicate(written).map_err(|error| AnalyzeError::Predicate { place: place(), error })?;
        let masks =
            MaskSet::try_new(&[predicate], columns).map_err(|error| AnalyzeError::Mask { place: place(), error })?;
        Ok(Self { masks, scope })
    }

    fn select(&self, chunk: &ActorChunk<'_>) -> Selection {
        let mut masks = Vec::new();
        self.masks.matches_into(&chunk.columns(), 0..chunk.ts.len(), &mut masks);
        let events: Vec<bool> = masks.into_iter().map(|mask| mask != 0).collect();
        let units = match self.scope {
            FilterScope::Event => Vec::new(),
            FilterScope::Session => sessions_with_match(chunk, &events),
            FilterScope::Actor => {
                (0..chunk.actors()).map(|actor| events[chunk.events_of(actor)].contains(&true)).collect()
            }
        };
        Selection { scope: Some(self.scope), events, units, actors: Vec::new() }
    }
}

fn sessions_with_match(chunk: &ActorChunk<'_>, events: &[bool]) -> Vec<bool> {
    let mut sessions = vec![false; chunk.sessions.first_event.len()];
    for (&session, &matches) in chunk.session_of.iter().zip(events) {
        if session != NO_SESSION {
            sessions[session as usize] |= matches;
        }
    }
    sessions
}

impl<'a> Dimension<'a> {
    fn try_new(asked: Asked<'_>, columns: &'a dyn Columns) -> Result<Self, AnalyzeError> {
        let name = match asked {
            Asked::Column(name) => name,
            Asked::Personas => PERSONA,
        };
        let unknown = || {
            let properties = columns.names();
            let reserved = text::ALL.into_iter().filter(|name| columns.text(name).is_some());
            let known = reserved.chain(properties.iter().map(String::as_str));
            AnalyzeError::UnknownDimension { name: name.to_owned(), hint: hint(name, known) }
        };
        let found = if asked == Asked::Personas { columns.personas() } else { columns.text(name) };
        let (column, values) = found.ok_or_else(unknown)?;
        Ok(Self { name: name.to_owned(), column, values })
    }

    fn name_segments<T: Tally>(&self, mut segments: Keyed<u32, T>) -> Vec<(String, T)> {
        if let Some(written_null) = self.values.code(NOT_SET) {
            let tally = segments.remove(written_null);
            tally.into_iter().for_each(|tally| segments.at(NULL).add(tally));
        }
        let name = |code| self.values.value(code).unwrap_or(NOT_SET).to_owned();
        segments.into_sorted().into_iter().map(|(code, tally)| (name(code), tally)).collect()
    }
}

/// What the filter chooses in one chunk. Without a filter everything.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    scope: Option<FilterScope>,
    /// Whether each event matches; empty without a filter.
    events: Vec<bool>,
    /// Whether each session (scope session) or actor (scope actor) has a match.
    units: Vec<bool>,
    /// Whether each actor is of the persona asked for; empty without one.
    actors: Vec<bool>,
}

impl Selection {
    /// The same for those actors only of whom the first event is one `of` them.
    fn and_actors(mut self, chunk: &ActorChunk<'_>, of: impl Fn(usize) -> bool) -> Self {
        for actor in 0..chunk.actors() {
            let mut events = chunk.events_of(actor);
            let is_in = events.clone().next().is_some_and(&of);
            self.actors.push(is_in);
            if !is_in {
                // What hides single events asks for no actor.
                events
                    .by_ref()
                    .for_each(|event| self.events.get_mut(event).into_iter().for_each(|event| *event = false));
            }
        }
        self
    }

    #[inline]
    fn has_actor(&self, actor: usize) -> bool {
        self.actors.is_empty() || self.actors[actor]
    }

    /// Whether there is neither filter nor persona.
    pub(crate) fn is_everything(&self) -> bool {
        self.scope.is_none() && self.actors.is_empty()
    }

    /// Whether the filter chooses `event` of `actor`, and with it a unit that begins there.
    #[inline]
    pub(crate) fn has_event(&self, chunk: &ActorChunk<'_>, actor: usize, event: usize) -> bool {
        match self.scope {
            _ if !self.has_actor(actor) => false,
            None => true,
            Some(FilterScope::Event) => self.events[event],
            Some(FilterScope::Actor) => self.units[actor],
            Some(FilterScope::Session) => match chunk.session_of[event] {
                NO_SESSION => self.events[event],
                session => self.units[session as usize],
            },
        }
    }

    /// Whether the filter itself matches `event`, or hides no single events.
    #[inline]
    pub(crate) fn shows_event(&self, event: usize) -> bool {
        self.scope != Some(FilterScope::Event) || self.events[event]
    }

    /// Whether the filter leaves out neither `session` nor its `actor`; single events may still be hidden.
    pub(crate) fn allows_session(&self, actor: usize, session: usize) -> bool {
        match self.scope {
            _ if !self.has_actor(actor) => false,
            None | Some(FilterScope::Event) => true,
            Some(FilterScope::Session) => self.units[session],
            Some(FilterScope::Actor) => self.units[actor],
        }
    }

    /// Whether the filter allows whole actors, but hides sessions or lonely events of some.
    pub(crate) fn is_by_session(&self) -> bool {
        self.scope == Some(FilterScope::Session)
    }

    /// Whether neither the persona nor the filter, because none of the events matches, leaves out the whole `actor`.
    pub(crate) fn allows_actor(&self, actor: usize) -> bool {
        self.has_actor(actor) && (self.scope != Some(FilterScope::Actor) || self.units[actor])
    }
}
