//! How is a log of a shop written down in a test, and how does it become a chunk?

use kundresa_analyze::{Accounting, Analysis, Carts, CartsPartial, Context};
use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::chunk::{ActorChunk, NO_RULE, NO_SESSION, SessionStart, Sessions, UNCLASSIFIED, Visits};
use kundresa_model::dictionary::{Dictionary, NULL};
use kundresa_model::event_table::EventFlags;
use kundresa_model::index::index32;
use kundresa_model::mask::Columns;
use kundresa_model::phase::{Phase, TaxonomyName};
use kundresa_model::result::carts::CartsResult;
use kundresa_model::spec::carts::CartSpec;
use kundresa_model::spec::scope::{DEFAULT_TOP, Scope};
use kundresa_model::time::{DataEnd, Duration};
use kundresa_model::zone::ZoneTable;

use crate::support::{self, sessions_of};

/// One event as a test writes it; empty text is null.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub ts: i64,
    pub name: &'static str,
    pub cart: &'static str,
    pub items: &'static str,
    pub currency: &'static str,
    pub page: &'static str,
    pub device: &'static str,
    pub value: Option<i64>,
    pub flags: u8,
    pub session: Option<u8>,
}

impl Event {
    /// An activity in session 0.
    pub fn new(ts: i64, name: &'static str) -> Self {
        Self {
            ts,
            name,
            cart: "",
            items: "",
            currency: "",
            page: "",
            device: "",
            value: None,
            flags: EventFlags::ACTIVITY,
            session: Some(0),
        }
    }

    pub fn in_session(self, session: u8) -> Self {
        Self { session: Some(session), ..self }
    }

    pub fn of_cart(self, cart: &'static str) -> Self {
        Self { cart, ..self }
    }

    pub fn with(self, items: &'static str) -> Self {
        Self { items, ..self }
    }

    pub fn worth(self, value: i64, currency: &'static str) -> Self {
        Self { value: Some(value), currency, ..self }
    }

    fn texts(&self) -> [&'static str; 6] {
        [self.name, self.cart, self.items, self.currency, self.page, self.device]
    }
}

pub type Journey = Vec<Event>;

const NAMES: [&str; 6] = ["event", "cart_id", "items", "currency", "page", "device"];

/// The distinct values of a log's text columns.
pub struct Values(Vec<Dictionary>);

impl Values {
    pub fn of(log: &[Journey]) -> Self {
        let column = |at: usize| {
            let values = log.iter().flatten().map(|event| event.texts()[at]).filter(|text| !text.is_empty());
            Dictionary::new(values.map(str::to_owned).collect())
        };
        Self((0..NAMES.len()).map(column).collect())
    }
}

impl Columns for Values {
    fn text(&self, name: &str) -> Option<(usize, &Dictionary)> {
        let place = NAMES.iter().position(|known| *known == name)?;
        Some((place, &self.0[place]))
    }
}

/// Context with that end of the data.
pub fn context(values: &Values, end: DataEnd) -> Context<'_> {
    Context {
        zone: ZoneTable::utc(),
        data_end: end,
        columns: values,
        taxonomy: TaxonomyName::Full.taxonomy(),
        horizon_us: 0,
        goal: Phase::Purchase,
        rules: Vec::new(),
    }
}

/// No filter, no breakdown.
pub fn everything() -> Scope {
    Scope { top: DEFAULT_TOP, ..Scope::default() }
}

/// T and R of a test.
pub fn spec(abandon_after: i64, recover_within: i64) -> CartSpec {
    CartSpec {
        abandon_after: Duration::from_us(abandon_after),
        recover_within: Duration::from_us(recover_within),
        ..CartSpec::default()
    }
}

/// Carts of the log in one chunk.
pub fn carts(log: &[Journey], spec: &CartSpec, scope: &Scope, end: DataEnd) -> CartsResult {
    let values = Values::of(log);
    let analysis = Carts::try_new(spec, scope, &context(&values, end)).unwrap();
    analysis.finish(visited(&analysis, log, &values), &Accounting::default())
}

/// The partial of `log`, whose values are among `values`.
pub fn visited(analysis: &Carts<'_>, log: &[Journey], values: &Values) -> CartsPartial {
    let mut partial = analysis.empty();
    with_chunk(log, values, |chunk| analysis.visit(chunk, &mut partial));
    partial
}

/// The events as the shared helpers know them, for their sessions.
pub fn plain(journey: &Journey) -> support::Journey {
    let event = |event: &Event| support::Event {
        ts: event.ts,
        event: 0,
        device: 0,
        flags: event.flags,
        session: event.session,
        phase: None,
    };
    journey.iter().map(event).collect()
}

fn with_chunk<R>(log: &[Journey], values: &Values, visit: impl FnOnce(&ActorChunk<'_>) -> R) -> R {
    let events: Vec<&Event> = log.iter().flatten().collect();
    let codes = |at: usize| -> Vec<u32> {
        events.iter().map(|event| values.0[at].code(event.texts()[at]).unwrap_or(NULL)).collect()
    };
    let text: Vec<Vec<u32>> = (0..NAMES.len()).map(codes).collect();
    let (mut actors, mut offsets, mut session_of) = (vec![0], vec![0], Vec::new());
    let (mut first, mut last, mut all, mut active, mut start) = (vec![], vec![], vec![], vec![], vec![]);
    for journey in log {
        let base = session_of.len();
        session_of.resize(base + journey.len(), NO_SESSION);
        for session in sessions_of(&plain(journey)) {
            session.events.iter().for_each(|at| session_of[base + at] = index32(start.len()));
            first.push(index32(base + session.activity[0]));
            last.push(index32(base + session.activity[session.activity.len() - 1]));
            all.push(index32(session.events.len()));
            active.push(index32(session.activity.len()));
            start.push(SessionStart::Gap);
        }
        actors.push(index32(session_of.len()));
        offsets.push(index32(start.len()));
    }
    let none = vec![0; log.len() + 1];
    visit(&ActorChunk {
        actor_offsets: &actors,
        actor_ids: &[],
        ts: &events.iter().map(|event| event.ts).collect::<Vec<_>>(),
        flags: &events.iter().map(|event| event.flags).collect::<Vec<_>>(),
        text: &text.iter().map(Vec::as_slice).collect::<Vec<_>>(),
        value: &events.iter().map(|event| event.value.unwrap_or(NO_VALUE)).collect::<Vec<_>>(),
        session_of: &session_of,
        sessions: Sessions {
            offsets: &offsets,
            first_event: &first,
            last_event: &last,
            events: &all,
            activity_events: &active,
            start: &start,
            id_reused: &vec![false; start.len()],
        },
        observed: &vec![UNCLASSIFIED; events.len()],
        rule: &vec![NO_RULE; events.len()],
        history: [&[]; 3],
        visits: Visits { offsets: &none, phase: &[], first_event: &[], last_event: &[] },
    })
}
