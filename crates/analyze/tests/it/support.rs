//! How is a log written down in a test, and how does it become the chunk that an analysis sees?
//!
//! Every event says which session and phase it has, so that sessions may interleave and phases be anything.

use std::collections::BTreeMap;

use kundresa_analyze::{Accounting, Analysis, Context, RuleInfo};
use kundresa_model::chunk::{ActorChunk, NO_RULE, NO_SESSION, SessionStart, Sessions, UNCLASSIFIED, Visits};
use kundresa_model::dictionary::Dictionary;
use kundresa_model::event_table::EventFlags;
use kundresa_model::index::index32;
use kundresa_model::mask::Columns;
use kundresa_model::phase::{Phase, Taxonomy, TaxonomyName};
use kundresa_model::spec::scope::{FilterScope, Scope};
use kundresa_model::time::{DAY_US, DataEnd};
use proptest::prelude::*;

/// One tick of the test clock: three are a day.
pub const TICK: i64 = DAY_US / 3;

/// One event as a test writes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// Microseconds.
    pub ts: i64,
    /// Code in [`Dictionaries::event`], from 1.
    pub event: u32,
    /// Code in [`Dictionaries::device`]; 0 is null.
    pub device: u32,
    /// Bits of [`EventFlags`].
    pub flags: u8,
    /// Label of its session.
    pub session: Option<u8>,
    /// Its canonical phase; the rule is that of the same number.
    pub phase: Option<u8>,
}

impl Event {
    /// Whether it is an activity.
    pub fn is_activity(&self) -> bool {
        self.flags & EventFlags::ACTIVITY != 0
    }
}

/// Events of one actor in order.
pub type Journey = Vec<Event>;

/// A session as positions in its journey.
#[derive(Clone, Debug)]
pub struct Session {
    /// Label.
    pub label: u8,
    /// All events.
    pub events: Vec<usize>,
    /// Those with activity; at least one.
    pub activity: Vec<usize>,
}

impl Session {
    /// Reason given to it: the first is first, the others go by label.
    pub fn start(&self, index: usize) -> SessionStart {
        if index == 0 { SessionStart::First } else { SessionStart::ALL[1 + usize::from(self.label) % 5] }
    }
}

/// Sessions of a journey by start. An event is in its session from the session's first activity on.
pub fn sessions_of(journey: &Journey) -> Vec<Session> {
    let mut sessions: Vec<Session> = Vec::new();
    for (position, event) in journey.iter().enumerate() {
        let Some(label) = event.session else { continue };
        let known = sessions.iter_mut().find(|session| session.label == label);
        match known {
            Some(session) => session.events.push(position),
            None if event.is_activity() => {
                sessions.push(Session { label, events: vec![position], activity: Vec::new() });
            }
            None => continue,
        }
        if event.is_activity() {
            let session = sessions.iter_mut().find(|session| session.label == label).unwrap();
            session.activity.push(position);
        }
    }
    sessions
}

/// Visits of a journey: phase, first and last position.
pub fn visits_of(journey: &Journey, taxonomy: &Taxonomy) -> Vec<(u8, usize, usize)> {
    let mut visits: Vec<(u8, usize, usize)> = Vec::new();
    for (position, event) in journey.iter().enumerate() {
        let Some(canonical) = event.phase else { continue };
        let phase = taxonomy.of_canonical[usize::from(canonical)];
        match visits.last_mut() {
            Some(visit) if visit.0 == phase => visit.2 = position,
            _ => visits.push((phase, position, position)),
        }
    }
    visits
}

/// The distinct values of the test's text columns.
pub struct Dictionaries {
    /// Column 0.
    pub event: Dictionary,
    /// Column 1.
    pub device: Dictionary,
}

impl Default for Dictionaries {
    fn default() -> Self {
        let of = |values: &[&str]| Dictionary::new(values.iter().map(|value| (*value).to_owned()).collect());
        Self { event: of(&["a", "b", "c", "d", "e"]), device: of(&["desktop", "mobile", "tablet"]) }
    }
}

impl Columns for Dictionaries {
    fn text(&self, name: &str) -> Option<(usize, &Dictionary)> {
        match name {
            "event" => Some((0, &self.event)),
            // Pages and sources are the devices by another name: a column is a column.
            "device" | "page" | "source_name" => Some((1, &self.device)),
            _ => None,
        }
    }
}

/// Owner of the columns of a chunk.
#[derive(Default)]
struct Columnar {
    actors: Vec<u32>,
    ts: Vec<i64>,
    flags: Vec<u8>,
    event: Vec<u32>,
    device: Vec<u32>,
    session_of: Vec<u32>,
    observed: Vec<u8>,
    rule: Vec<u16>,
    session_offsets: Vec<u32>,
    first_event: Vec<u32>,
    last_event: Vec<u32>,
    events: Vec<u32>,
    activity_events: Vec<u32>,
    start: Vec<SessionStart>,
    id_reused: Vec<bool>,
    visit_offsets: Vec<u32>,
    phase: Vec<u8>,
    visit_first: Vec<u32>,
    visit_last: Vec<u32>,
}

impl Columnar {
    fn push(&mut self, journey: &Journey, taxonomy: &Taxonomy) {
        let base = self.ts.len();
        let event_index = |position: usize| index32(base + position);
        for event in journey {
            self.ts.push(event.ts);
            self.flags.push(event.flags);
            self.event.push(event.event);
            self.device.push(event.device);
            self.session_of.push(NO_SESSION);
            self.observed.push(event.phase.unwrap_or(UNCLASSIFIED));
            self.rule.push(event.phase.map_or(NO_RULE, u16::from));
        }
        for (index, session) in sessions_of(journey).into_iter().enumerate() {
            session.events.iter().for_each(|event| self.session_of[base + event] = index32(self.start.len()));
            self.first_event.push(event_index(session.activity[0]));
            self.last_event.push(event_index(session.activity[session.activity.len() - 1]));
            self.events.push(index32(session.events.len()));
            self.activity_events.push(index32(session.activity.len()));
            self.start.push(session.start(index));
            self.id_reused.push(session.label == 3);
        }
        for (phase, first, last) in visits_of(journey, taxonomy) {
            self.phase.push(phase);
            self.visit_first.push(event_index(first));
            self.visit_last.push(event_index(last));
        }
        self.close();
    }

    fn close(&mut self) {
        self.actors.push(index32(self.ts.len()));
        self.session_offsets.push(index32(self.start.len()));
        self.visit_offsets.push(index32(self.phase.len()));
    }
}

/// Hands `journeys` to `visit` as one chunk.
pub fn with_chunk<R>(journeys: &[Journey], taxonomy: &Taxonomy, visit: impl FnOnce(&ActorChunk<'_>) -> R) -> R {
    let mut columns = Columnar::default();
    columns.close();
    journeys.iter().for_each(|journey| columns.push(journey, taxonomy));
    let text: [&[u32]; 2] = [&columns.event, &columns.device];
    visit(&ActorChunk {
        actor_offsets: &columns.actors,
        actor_ids: &[],
        ts: &columns.ts,
        flags: &columns.flags,
        text: &text,
        value: &[],
        session_of: &columns.session_of,
        sessions: Sessions {
            offsets: &columns.session_offsets,
            first_event: &columns.first_event,
            last_event: &columns.last_event,
            events: &columns.events,
            activity_events: &columns.activity_events,
            start: &columns.start,
            id_reused: &columns.id_reused,
        },
        observed: &columns.observed,
        rule: &columns.rule,
        history: [&[]; 3],
        visits: Visits {
            offsets: &columns.visit_offsets,
            phase: &columns.phase,
            first_event: &columns.visit_first,
            last_event: &columns.visit_last,
        },
    })
}

/// Runs `analysis` over all journeys in one chunk.
pub fn run<A: Analysis>(analysis: &A, journeys: &[Journey], taxonomy: &Taxonomy) -> A::Output {
    let mut partial = analysis.empty();
    with_chunk(journeys, taxonomy, |chunk| analysis.visit(chunk, &mut partial));
    analysis.finish(partial, &Accounting::default())
}

/// Everything that surrounds a log in a test.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Inclusive data end.
    pub data_end: i64,
    /// Horizon.
    pub horizon_us: i64,
    /// Taxonomy.
    pub taxonomy: Taxonomy,
    /// Goal.
    pub goal: Phase,
}

impl Setting {
    /// Context over `columns`, with one rule per phase.
    pub fn context<'a>(&self, columns: &'a Dictionaries) -> Context<'a> {
        Context {
            zone: kundresa_model::zone::ZoneTable::utc(),
            data_end: DataEnd::inclusive(self.data_end),
            columns,
            taxonomy: self.taxonomy.clone(),
            horizon_us: self.horizon_us,
            goal: self.goal,
            rules: Phase::ALL.iter().map(|&phase| RuleInfo { name: phase.key().to_owned(), phase }).collect(),
        }
    }
}

/// Any setting over logs of [`journeys`].
pub fn settings() -> impl Strategy<Value = Setting> {
    let taxonomy = prop::sample::select(TaxonomyName::ALL.to_vec());
    let goal = prop::sample::select(Phase::ALL.to_vec());
    (0..12i64, 0..6i64, taxonomy, goal).prop_map(|(end, horizon, taxonomy, goal)| Setting {
        data_end: (12 + end) * TICK,
        horizon_us: horizon * TICK,
        taxonomy: taxonomy.taxonomy(),
        goal,
    })
}

fn flags() -> impl Strategy<Value = u8> {
    let activity = EventFlags::ACTIVITY;
    prop_oneof![
        8 => Just(activity),
        2 => Just(0u8),
        1 => Just(activity | EventFlags::SYNTHETIC),
        1 => Just(activity | EventFlags::BOT),
        1 => Just(activity | EventFlags::REPEATED_ORDER),
        2 => Just(EventFlags::DAY_PRECISION | activity),
    ]
}

fn events() -> impl Strategy<Value = Event> {
    let phase = prop::option::weighted(0.8, 0..8u8);
    let fields = (0..3i64, 1..=5u32, 0..=3u32, flags(), prop::option::weighted(0.9, 0..4u8), phase);
    fields.prop_map(|(gap, event, device, flags, session, phase)| {
        let session = if flags & EventFlags::DAY_PRECISION == 0 { session } else { None };
        Event { ts: gap * TICK, event, device, flags, session, phase }
    })
}

/// Logs of a few actors with at least one event each; the sessions of an actor may interleave, and in every other log follow
/// each other without an event between them.
pub fn journeys() -> impl Strategy<Value = Vec<Journey>> {
    let journey = prop::collection::vec(events(), 1..9).prop_map(|mut events| {
        let mut now = 0;
        for event in &mut events {
            now += event.ts;
            event.ts = now;
        }
        events
    });
    (prop::collection::vec(journey, 0..7), any::<bool>()).prop_map(|(mut log, is_in_turn)| {
        log.iter_mut().filter(|_| is_in_turn).for_each(put_in_turn);
        log
    })
}

/// Makes all events activity, and sessions follow each other.
fn put_in_turn(journey: &mut Journey) {
    let mut sessions: Vec<u8> = journey.iter().map(|event| event.session.unwrap_or(0)).collect();
    sessions.sort_unstable();
    for (event, session) in journey.iter_mut().zip(sessions) {
        event.session = Some(session);
        event.flags = (event.flags | EventFlags::ACTIVITY) & !EventFlags::DAY_PRECISION;
    }
}

/// A filter with the predicate it stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Filter {
    /// `event == "b"`.
    EventIsB,
    /// `device != "mobile"`.
    OtherThanMobile,
}

impl Filter {
    fn text(self) -> &'static str {
        match self {
            Self::EventIsB => "event == \"b\"",
            Self::OtherThanMobile => "device != \"mobile\"",
        }
    }

    fn matches(self, event: &Event) -> bool {
        match self {
            Self::EventIsB => event.event == 2,
            Self::OtherThanMobile => event.device != 0 && event.device != 2,
        }
    }
}

/// A scope in a form that a slow version can apply.
#[derive(Clone, Debug)]
pub struct TestScope {
    /// `--from`.
    pub from: Option<i64>,
    /// `--where`.
    pub filter: Option<Filter>,
    /// What it must match.
    pub filter_scope: FilterScope,
    /// Whether there is a breakdown by device.
    pub by: bool,
    /// Segments shown.
    pub top: usize,
}

/// Any scope.
pub fn scopes() -> impl Strategy<Value = TestScope> {
    let filter = prop::option::of(prop_oneof![Just(Filter::EventIsB), Just(Filter::OtherThanMobile)]);
    let scope = prop_oneof![Just(FilterScope::Event), Just(FilterScope::Session), Just(FilterScope::Actor)];
    let from = prop::option::of((0..12i64).prop_map(|tick| tick * TICK));
    (from, filter, scope, any::<bool>(), 0..4usize).prop_map(|(from, filter, filter_scope, by, top)| TestScope {
        from,
        filter,
        filter_scope,
        by,
        top,
    })
}

impl TestScope {
    /// No filter, no breakdown.
    pub fn everything() -> Self {
        Self { from: None, filter: None, filter_scope: FilterScope::Session, by: false, top: 10 }
    }

    /// The scope as an analysis gets it.
    pub fn scope(&self) -> Scope {
        Scope {
            from_us: self.from,
            filter: self.filter.map(|filter| filter.text().to_owned()),
            filter_scope: self.filter.map(|_| self.filter_scope),
            persona: None,
            by: self.by.then(|| "device".to_owned()),
            top: self.top,
            min_actors: 0,
        }
    }

    /// Whether units are left out.
    pub fn is_restricted(&self) -> bool {
        self.from.is_some() || self.filter.is_some()
    }

    /// Whether `ts` is from `--from` on.
    pub fn is_late(&self, ts: i64) -> bool {
        self.from.is_none_or(|from| ts >= from)
    }

    /// Whether the event itself matches.
    pub fn matches(&self, event: &Event) -> bool {
        self.filter.is_none_or(|filter| filter.matches(event))
    }

    /// Whether the filter's scope contains a match around the event at `position`.
    pub fn sees(&self, journey: &Journey, position: usize) -> bool {
        let own = self.matches(&journey[position]);
        let sessions = sessions_of(journey);
        let session = sessions.iter().find(|session| session.events.contains(&position));
        match (self.filter_scope, session) {
            (FilterScope::Actor, _) => journey.iter().any(|event| self.matches(event)),
            (FilterScope::Session, Some(session)) => session.events.iter().any(|&at| self.matches(&journey[at])),
            (FilterScope::Session, None) | (FilterScope::Event, _) => own,
        }
    }

    /// Whether the unit that begins with the event at `position` is chosen.
    pub fn chooses(&self, journey: &Journey, position: usize) -> bool {
        self.is_late(journey[position].ts) && self.sees(journey, position)
    }
}

/// First filled device among the events at `positions`.
pub fn first_device(journey: &Journey, positions: impl IntoIterator<Item = usize>) -> u32 {
    positions.into_iter().map(|at| journey[at].device).find(|&device| device != 0).unwrap_or(0)
}

/// Segments of `units`, which carry their device: value, number of values summed, and its units. `None` without `--by`.
pub fn segments<U: Clone>(scope: &TestScope, units: &[(u32, U)]) -> Option<Vec<(String, u64, Vec<U>)>> {
    if !scope.by {
        return None;
    }
    let names = ["(not set)", "desktop", "mobile", "tablet"];
    let mut by_name: BTreeMap<&str, Vec<U>> = BTreeMap::new();
    for (device, unit) in units {
        by_name.entry(names[*device as usize]).or_default().push(unit.clone());
    }
    let mut order: Vec<&str> = by_name.keys().copied().collect();
    order.sort_by_key(|name| (usize::MAX - by_name[name].len(), *name));
    let (shown, rest) = order.split_at(scope.top.min(order.len()));
    let mut rows: Vec<_> = shown.iter().map(|name| ((*name).to_owned(), 1, by_name[name].clone())).collect();
    if !rest.is_empty() {
        let units = rest.iter().flat_map(|name| by_name[name].clone()).collect();
        rows.push(("(other)".to_owned(), rest.len() as u64, units));
    }
    Some(rows)
}
