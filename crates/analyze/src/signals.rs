//! What stands beside the web's events of a page: answers to surveys, recordings of visits?
//!
//! Signals share no identifier with the web as a rule, so they are joined by page and period, never by person. Each actor is
//! played into rows of its own, so that the actors behind every figure are known.
//! Source: `docs/semantics.md#by-page`.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use kundresa_model::chunk::{ActorChunk, NO_SESSION};
use kundresa_model::count::Count;
use kundresa_model::dictionary::{Dictionary, NULL};
use kundresa_model::field::text;
use kundresa_model::mask::Columns;
use kundresa_model::rate::Rate;
use kundresa_model::result::signals::{PageSignals, SignalsResult};
use kundresa_model::spec::scope::{FilterScope, Scope};
use kundresa_model::spec::signals::{DEAD_CLICKS, EMOTION, NPS, RAGE_CLICKS, SignalsSpec, U_TURNS};
use kundresa_model::zone::date_text;
use serde::{Deserialize, Serialize};

use crate::analysis::{Accounting, Analysis, Context, Unidentified};
use crate::error::AnalyzeError;
use crate::funnel::trend::Calendar;
use crate::keyed::{Keyed, Tally};
use crate::privacy::table::is_small;
use crate::scope::Plan;

/// Events that are answers.
const RESPONSE: &str = "survey_response";
/// Events that are recordings: one each, or their beginning.
const RECORDINGS: [&str; 2] = ["recording", "session_start"];

/// Figures of a row.
const EVENTS: usize = 0;
const SESSIONS: usize = 1;
const RESPONSES: usize = 2;
const NPS_SUM: usize = 3;
const NPS_N: usize = 4;
const PROMOTERS: usize = 5;
const DETRACTORS: usize = 6;
const EMOTION_SUM: usize = 7;
const EMOTION_N: usize = 8;
const RECORDED: usize = 9;
/// Per kind of trouble: recordings that have some, and those that say.
const TROUBLES: [[usize; 2]; 3] = [[10, 11], [12, 13], [14, 15]];
const FIGURES: usize = 16;

/// Counts signals by page.
#[derive(Clone, Debug)]
pub struct Signals<'a> {
    plan: Plan<'a>,
    spec: SignalsSpec,
    calendar: Option<Calendar>,
    page: (usize, &'a Dictionary),
    source: Option<usize>,
    event: usize,
    /// Per code of `source`, whether it is one of signals.
    is_signal: Vec<bool>,
    /// Per code of `event`, what kind of signal it is.
    kinds: Vec<Kind>,
    nps: Vec<Numbers>,
    emotion: Vec<Numbers>,
    troubles: [Vec<Numbers>; 3],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Other,
    Response,
    Recording,
}

/// Numbers that a text column holds, by code.
#[derive(Clone, Debug)]
struct Numbers {
    column: usize,
    of_code: Vec<Option<u64>>,
}

/// Figures of one page and period, each with the actors behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Row {
    figures: [u64; FIGURES],
    actors: [u64; FIGURES],
}

impl Tally for Row {
    fn add(&mut self, other: Self) {
        self.figures.iter_mut().zip(other.figures).for_each(|(into, from)| *into += from);
        self.actors.iter_mut().zip(other.actors).for_each(|(into, from)| *into += from);
    }
}

/// A page and the first day of a period.
type Place = (u32, i64);

/// Signals counted so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SignalsPartial {
    rows: Keyed<Place, Row>,
    without_page: u64,
}

impl<'a> Signals<'a> {
    /// Signals by page over `scope`; filters are of scope `event` unless they say otherwise.
    ///
    /// # Errors
    /// When the log has no pages, or the filter does not fit the columns.
    pub fn try_new(spec: &SignalsSpec, scope: &Scope, context: &Context<'a>) -> Result<Self, AnalyzeError> {
        let columns = context.columns;
        let source = columns.text(text::SOURCE_NAME);
        let (event, names) = columns.text(text::EVENT).ok_or(AnalyzeError::NoEventColumn)?;
        let of = |aliases: &[&str], most: u64| Numbers::of(columns, aliases, most);
        Ok(Self {
            plan: Plan::try_new(&Scope { by: None, ..scope.clone() }, FilterScope::Event, columns)?,
            spec: spec.clone(),
            calendar: spec.period.map(|unit| Calendar { unit, zone: context.zone.clone() }),
            page: columns.text(text::PAGE).ok_or(AnalyzeError::NoPageColumn)?,
            source: source.map(|(column, _)| column),
            event,
            is_signal: source
                .map(|(_, sources)| by_code(sources, |name| spec.sources.iter().any(|own| own == name)))
                .unwrap_or_default(),
            kinds: by_code(names, kind),
            nps: of(&NPS, 10),
            emotion: of(&EMOTION, 5),
            troubles: [of(&RAGE_CLICKS, u64::MAX), of(&U_TURNS, u64::MAX), of(&DEAD_CLICKS, u64::MAX)],
        })
    }

    fn place(&self, text: &[&[u32]], ts: i64, event: usize) -> Place {
        (text[self.page.0][event], self.calendar.as_ref().map_or(0, |calendar| calendar.bucket(ts)))
    }

    fn is_signal(&self, text: &[&[u32]], event: usize) -> bool {
        self.source.is_some_and(|column| self.is_signal[text[column][event] as usize])
    }

    /// Adds the signal at `event` to the figures of its row; whether it is one.
    fn signal(&self, text: &[&[u32]], event: usize, figures: &mut [u64; FIGURES]) -> bool {
        match self.kinds[text[self.event][event] as usize] {
            Kind::Other => return false,
            Kind::Response => self.response(text, event, figures),
            Kind::Recording => {
                figures[RECORDED] += 1;
                for (numbers, [with, said]) in self.troubles.iter().zip(TROUBLES) {
                    if let Some(times) = first(numbers, text, event) {
                        figures[said] += 1;
                        figures[with] += u64::from(times > 0);
                    }
                }
            }
        }
        true
    }

    fn response(&self, text: &[&[u32]], event: usize, figures: &mut [u64; FIGURES]) {
        figures[RESPONSES] += 1;
        if let Some(score) = first(&self.nps, text, event) {
            figures[NPS_SUM] += score;
            figures[NPS_N] += 1;
            figures[PROMOTERS] += u64::from(score >= 9);
            figures[DETRACTORS] += u64::from(score <= 6);
        }
        if let Some(score) = first(&self.emotion, text, event).filter(|score| *score >= 1) {
            figures[EMOTION_SUM] += score;
            figures[EMOTION_N] += 1;
        }
    }

    fn page_signals(&self, (page, first_day): Place, row: &Row) -> PageSignals {
        let hidden = Hidden { row, threshold: self.plan.threshold() };
        PageSignals {
            page: self.page.1.value(page).unwrap_or_default().to_owned(),
            start: self.calendar.as_ref().map(|_| date_text(first_day)),
            events: hidden.count(EVENTS, EVENTS),
            sessions: hidden.count(SESSIONS, EVENTS),
            persons: if hidden.is(EVENTS) { Count::HIDDEN } else { row.actors[EVENTS].into() },
            responses: hidden.count(RESPONSES, RESPONSES),
            nps: hidden.mean(NPS_SUM, NPS_N, RESPONSES),
            promoters: hidden.part(PROMOTERS, NPS_N, RESPONSES),
            detractors: hidden.part(DETRACTORS, NPS_N, RESPONSES),
            emotion: hidden.mean(EMOTION_SUM, EMOTION_N, RESPONSES),
            recordings: hidden.count(RECORDED, RECORDED),
            rage_clicks: hidden.part(TROUBLES[0][0], TROUBLES[0][1], RECORDED),
            u_turns: hidden.part(TROUBLES[1][0], TROUBLES[1][1], RECORDED),
            dead_clicks: hidden.part(TROUBLES[2][0], TROUBLES[2][1], RECORDED),
        }
    }
}

/// What of a row may be shown under a threshold. Rows add up to no total, so that what is small is hidden with what says
/// how many others there are, and nothing else.
struct Hidden<'a> {
    row: &'a Row,
    threshold: u64,
}

impl Hidden<'_> {
    /// Whether the figure speaks of few. Signals of nobody may all be of one person.
    fn is(&self, figure: usize) -> bool {
        self.threshold > 0 && self.row.figures[figure] > 0 && self.row.actors[figure] < self.threshold
    }

    /// Whether those of `whole` who are not in `part` may be few.
    fn leaves_few(&self, part: usize, whole: usize) -> bool {
        let Row { figures, actors } = self.row;
        figures[whole] > figures[part] && is_small(actors[whole].saturating_sub(actors[part]).max(1), self.threshold)
    }

    fn count(&self, figure: usize, of: usize) -> Count {
        if self.is(of) { Count::HIDDEN } else { self.row.figures[figure].into() }
    }

    /// A mean is of those who gave a score.
    fn mean(&self, sum: usize, n: usize, all: usize) -> Rate {
        let is_hidden = self.is(all) || self.is(n) || self.leaves_few(n, all);
        if is_hidden { Rate::HIDDEN } else { Rate::new(self.row.figures[sum], self.row.figures[n]) }
    }

    fn part(&self, part: usize, base: usize, all: usize) -> Rate {
        let is_hidden = self.is(part) || self.leaves_few(part, base) || self.mean(base, base, all).is_hidden();
        if is_hidden { Rate::HIDDEN } else { Rate::new(self.row.figures[part], self.row.figures[base]) }
    }
}

impl Analysis for Signals<'_> {
    type Partial = SignalsPartial;
    type Output = SignalsResult;

    fn empty(&self) -> SignalsPartial {
        SignalsPartial::default()
    }

    fn visit(&self, chunk: &ActorChunk<'_>, partial: &mut SignalsPartial) {
        let selection = self.plan.select(chunk);
        let mut own = Keyed::<Place, Row>::default();
        let mut sessions: Vec<(Place, u32)> = Vec::new();
        for actor in 0..chunk.actors() {
            for event in chunk.events_of(actor) {
                if chunk.ts[event] < self.plan.from_us || !selection.has_event(chunk, actor, event) {
                    continue;
                }
                let place = self.place(chunk.text, chunk.ts[event], event);
                if self.is_signal(chunk.text, event) {
                    partial.without_page += self.take(place, chunk.text, event, &mut own);
                } else if place.0 != NULL {
                    own.at(place).figures[EVENTS] += 1;
                    let session = chunk.session_of[event];
                    sessions.extend((session != NO_SESSION).then_some((place, session)));
                }
            }
            sessions.sort_unstable();
            sessions.dedup();
            sessions.drain(..).for_each(|(place, _)| own.at(place).figures[SESSIONS] += 1);
            own.drain(|place, mut row| {
                row.actors = row.figures.map(|figure| u64::from(figure > 0));
                partial.rows.at(place).add(row);
            });
        }
    }

    fn visit_unidentified(&self, events: &Unidentified<'_>, partial: &mut SignalsPartial) {
        // Nobody can be chosen by a filter, since it may ask what else they did.
        if self.plan.filter_scope().is_some() || self.plan.has_persona() {
            return;
        }
        for event in (0..events.ts.len()).filter(|&event| events.ts[event] >= self.plan.from_us) {
            let place = self.place(events.text, events.ts[event], event);
            if self.is_signal(events.text, event) {
                partial.without_page += self.take(place, events.text, event, &mut partial.rows);
            } else if place.0 != NULL {
                partial.rows.at(place).figures[EVENTS] += 1;
            }
        }
    }

    fn merge(&self, into: &mut SignalsPartial, from: SignalsPartial) {
        into.rows.add(from.rows);
        into.without_page += from.without_page;
    }

    fn finish(&self, partial: SignalsPartial, _: &Accounting) -> SignalsResult {
        let signals = |row: &Row| row.figures[RESPONSES] + row.figures[RECORDED];
        let mut periods: BTreeMap<i64, Vec<(Place, Row)>> = BTreeMap::new();
        for (place, row) in partial.rows.into_sorted() {
            if signals(&row) > 0 {
                periods.entry(place.1).or_default().push((place, row));
            }
        }
        let mut result = SignalsResult {
            signal_sources: self.spec.sources.clone(),
            period: self.spec.period,
            signals_without_page: partial.without_page,
            ..SignalsResult::default()
        };
        for mut rows in periods.into_values() {
            // Codes are in the order of names.
            rows.sort_by_key(|(place, row)| (Reverse(signals(row)), *place));
            result.rows_left_out += rows.len().saturating_sub(self.spec.pages) as u64;
            let shown = rows.iter().take(self.spec.pages);
            result.page_signals.extend(shown.map(|(place, row)| self.page_signals(*place, row)));
        }
        result
    }
}

impl Signals<'_> {
    /// Adds a signal to its row; how many are on no page.
    fn take(&self, place: Place, text: &[&[u32]], event: usize, rows: &mut Keyed<Place, Row>) -> u64 {
        let mut figures = [0; FIGURES];
        if !self.signal(text, event, &mut figures) {
            return 0;
        }
        if place.0 == NULL {
            return 1;
        }
        rows.at(place).add(Row { figures, actors: [0; FIGURES] });
        0
    }
}

impl Numbers {
    /// The columns that the log has under one of `aliases`.
    fn of(columns: &dyn Columns, aliases: &[&str], most: u64) -> Vec<Self> {
        let parse = |text: &str| text.trim().parse::<u64>().ok().filter(|number| *number <= most);
        let found = aliases.iter().filter_map(|name| columns.text(name));
        found.map(|(column, values)| Self { column, of_code: by_code(values, parse) }).collect()
    }
}

/// The first number that a column has at `event`.
fn first(numbers: &[Numbers], text: &[&[u32]], event: usize) -> Option<u64> {
    numbers.iter().find_map(|numbers| numbers.of_code[text[numbers.column][event] as usize])
}

fn kind(event: &str) -> Kind {
    match event {
        RESPONSE => Kind::Response,
        event if RECORDINGS.contains(&event) => Kind::Recording,
        _ => Kind::Other,
    }
}

/// What `of` says of every value, by code; null is as the empty text.
fn by_code<T>(values: &Dictionary, of: impl Fn(&str) -> T) -> Vec<T> {
    std::iter::once("").chain(values.values().iter().map(String::as_str)).map(of).collect()
}
