//! What does an exported event, or session, look like? Turns chunks of labelled actors into Arrow batches.

use std::sync::Arc;

use anyhow::Result;
use arrow_array::builder::{StringBuilder, UInt32Builder};
use arrow_array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, TimestampMicrosecondArray, UInt32Array};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use kundresa_model::actor_source::{ActorBatch, NO_VALUE};
use kundresa_model::chunk::{ActorChunk, NO_RULE, NO_SESSION, Sessions, UNCLASSIFIED, Visits};
use kundresa_model::dictionary::Dictionary;
use kundresa_model::event_table::EventFlags;
use kundresa_model::field::text;
use kundresa_model::index::index32;
use kundresa_model::phase::{Phase, Taxonomy, UNCLASSIFIED_KEY};

/// Everything that gives the codes of a chunk their names.
pub struct Names<'a> {
    /// Text columns in the order of the chunk, with their values.
    pub columns: Vec<(&'a str, &'a Dictionary)>,
    /// Names of the phase rules, in order.
    pub rules: Vec<String>,
    /// Taxonomy of the run.
    pub taxonomy: Taxonomy,
}

/// Amounts leave as decimal units.
const MICROS_PER_UNIT: f64 = 1e6;

fn instant() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some(Arc::from("UTC")))
}

impl Names<'_> {
    /// Columns of exported events. `event` comes third; the log's other columns follow the labels.
    pub fn event_schema(&self) -> Schema {
        let mut fields = vec![
            Field::new("actor", DataType::Utf8, true),
            Field::new("ts", instant(), false),
            Field::new("event", DataType::Utf8, false),
            Field::new("session_id", DataType::Utf8, true),
            Field::new("session_index", DataType::UInt32, true),
            Field::new("phase", DataType::Utf8, false),
            Field::new("observed_phase", DataType::Utf8, false),
            Field::new("rule", DataType::Utf8, true),
            Field::new("is_activity", DataType::Boolean, false),
            Field::new("is_day_precision", DataType::Boolean, false),
            Field::new("is_synthetic", DataType::Boolean, false),
            Field::new("is_repeated_order", DataType::Boolean, false),
            Field::new("value", DataType::Float64, true),
        ];
        let others = self.columns.iter().filter(|(name, _)| *name != text::EVENT);
        fields.extend(others.map(|(name, _)| Field::new(*name, DataType::Utf8, true)));
        Schema::new(fields)
    }

    /// The events of a chunk.
    pub fn events(&self, chunk: &ActorChunk<'_>) -> Result<RecordBatch> {
        let flag = |bit: u8| -> ArrayRef {
            Arc::new(chunk.flags.iter().map(|flags| Some(EventFlags(*flags).has(bit))).collect::<BooleanArray>())
        };
        let (session_ids, session_indices) = self.sessions_of_events(chunk);
        let phase_key = |code: u8| {
            Phase::from_code(code).map(|phase| self.taxonomy.keys[usize::from(self.taxonomy.index_of(phase))])
        };
        let observed_key = |code: u8| Phase::from_code(code).map(Phase::key);
        let mut arrays: Vec<ArrayRef> = vec![
            self.actors_of_events(chunk),
            Arc::new(TimestampMicrosecondArray::from(chunk.ts.to_vec()).with_timezone("UTC")),
            self.text(chunk, text::EVENT),
            session_ids,
            session_indices,
            phases(chunk.observed, phase_key),
            phases(chunk.observed, observed_key),
            self.rules(chunk),
            flag(EventFlags::ACTIVITY),
            flag(EventFlags::DAY_PRECISION),
            flag(EventFlags::SYNTHETIC),
            flag(EventFlags::REPEATED_ORDER),
            amounts(chunk.value, chunk.ts.len()),
        ];
        let others = self.columns.iter().filter(|(name, _)| *name != text::EVENT);
        arrays.extend(others.map(|(name, _)| self.text(chunk, name)));
        Ok(RecordBatch::try_new(Arc::new(self.event_schema()), arrays)?)
    }

    /// The events without an actor that take part: they have no session and no phase.
    pub fn unidentified(&self, batch: &ActorBatch<'_>, takes_part: impl Fn(i64, u8) -> bool) -> Result<RecordBatch> {
        let kept: Vec<usize> =
            (0..batch.events()).filter(|event| takes_part(batch.ts[*event], batch.flags[*event])).collect();
        let text: Vec<Vec<u32>> =
            batch.text.iter().map(|codes| kept.iter().map(|event| codes[*event]).collect()).collect();
        let text: Vec<&[u32]> = text.iter().map(Vec::as_slice).collect();
        let ts: Vec<i64> = kept.iter().map(|event| batch.ts[*event]).collect();
        let flags: Vec<u8> = kept.iter().map(|event| batch.flags[*event]).collect();
        let value: Vec<i64> = kept.iter().filter_map(|event| batch.value.get(*event).copied()).collect();
        self.events(&ActorChunk {
            actor_offsets: &[0, index32(kept.len())],
            actor_ids: &[],
            ts: &ts,
            flags: &flags,
            text: &text,
            value: &value,
            session_of: &vec![NO_SESSION; kept.len()],
            sessions: Sessions {
                offsets: &[0, 0],
                first_event: &[],
                last_event: &[],
                events: &[],
                activity_events: &[],
                start: &[],
                id_reused: &[],
            },
            observed: &vec![UNCLASSIFIED; kept.len()],
            rule: &vec![NO_RULE; kept.len()],
            history: [&[]; 3],
            visits: Visits { offsets: &[0, 0], phase: &[], first_event: &[], last_event: &[] },
        })
    }

    fn actors_of_events(&self, chunk: &ActorChunk<'_>) -> ArrayRef {
        let mut ids = StringBuilder::new();
        for actor in 0..chunk.actors() {
            let id = chunk.actor_ids.get(actor);
            chunk.events_of(actor).for_each(|_| ids.append_option(id));
        }
        Arc::new(ids.finish())
    }

    fn sessions_of_events(&self, chunk: &ActorChunk<'_>) -> (ArrayRef, ArrayRef) {
        let (mut ids, mut indices) = (StringBuilder::new(), UInt32Builder::new());
        for actor in 0..chunk.actors() {
            let first = chunk.sessions.offsets[actor];
            for event in chunk.events_of(actor) {
                let index = (chunk.session_of[event] != NO_SESSION).then(|| chunk.session_of[event] - first);
                ids.append_option(index.map(|index| session_id(&chunk.actor_ids[actor], index)));
                indices.append_option(index.map(|index| index + 1));
            }
        }
        (Arc::new(ids.finish()), Arc::new(indices.finish()))
    }

    fn rules(&self, chunk: &ActorChunk<'_>) -> ArrayRef {
        let mut names = StringBuilder::new();
        for rule in chunk.rule {
            names.append_option((*rule != NO_RULE).then(|| &self.rules[usize::from(*rule)]));
        }
        Arc::new(names.finish())
    }

    fn text(&self, chunk: &ActorChunk<'_>, name: &str) -> ArrayRef {
        let mut values = StringBuilder::new();
        if let Some(index) = self.columns.iter().position(|(column, _)| *column == name) {
            let dictionary = self.columns[index].1;
            chunk.text[index].iter().for_each(|code| values.append_option(dictionary.value(*code)));
        } else {
            chunk.ts.iter().for_each(|_| values.append_null());
        }
        Arc::new(values.finish())
    }

    /// Columns of exported sessions.
    pub fn session_schema(&self) -> Schema {
        Schema::new(vec![
            Field::new("actor", DataType::Utf8, false),
            Field::new("session_id", DataType::Utf8, false),
            Field::new("session_index", DataType::UInt32, false),
            Field::new("start", instant(), false),
            Field::new("end", instant(), false),
            Field::new("duration_us", DataType::Int64, false),
            Field::new("events", DataType::UInt32, false),
            Field::new("activity_events", DataType::UInt32, false),
            Field::new("started_by", DataType::Utf8, false),
            Field::new("is_id_reused", DataType::Boolean, false),
            Field::new("first_event", DataType::Utf8, false),
            Field::new("last_event", DataType::Utf8, false),
            Field::new("furthest_phase", DataType::Utf8, false),
        ])
    }

    /// The sessions of a chunk.
    pub fn sessions(&self, chunk: &ActorChunk<'_>) -> Result<RecordBatch> {
        let sessions = &chunk.sessions;
        let (mut actors, mut ids, mut indices) = (StringBuilder::new(), StringBuilder::new(), UInt32Builder::new());
        for (actor, id) in chunk.actor_ids.iter().enumerate() {
            for index in 0..index32(chunk.sessions_of(actor).len()) {
                actors.append_value(id);
                ids.append_value(session_id(id, index));
                indices.append_value(index + 1);
            }
        }
        let at = |events: &[u32]| -> Vec<i64> { events.iter().map(|event| chunk.ts[*event as usize]).collect() };
        let (starts, ends) = (at(sessions.first_event), at(sessions.last_event));
        let durations: Int64Array = starts.iter().zip(&ends).map(|(start, end)| Some(end - start)).collect();
        let mut reasons = StringBuilder::new();
        sessions.start.iter().for_each(|start| reasons.append_value(start.name()));
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(actors.finish()),
            Arc::new(ids.finish()),
            Arc::new(indices.finish()),
            Arc::new(TimestampMicrosecondArray::from(starts).with_timezone("UTC")),
            Arc::new(TimestampMicrosecondArray::from(ends).with_timezone("UTC")),
            Arc::new(durations),
            Arc::new(UInt32Array::from(sessions.events.to_vec())),
            Arc::new(UInt32Array::from(sessions.activity_events.to_vec())),
            Arc::new(reasons.finish()),
            Arc::new(BooleanArray::from(sessions.id_reused.to_vec())),
            self.event_names(chunk, sessions.first_event),
            self.event_names(chunk, sessions.last_event),
            self.furthest_phases(chunk),
        ];
        Ok(RecordBatch::try_new(Arc::new(self.session_schema()), arrays)?)
    }

    fn event_names(&self, chunk: &ActorChunk<'_>, events: &[u32]) -> ArrayRef {
        let mut names = StringBuilder::new();
        let column = self.columns.iter().position(|(name, _)| *name == text::EVENT);
        for event in events {
            let name = column.and_then(|index| self.columns[index].1.value(chunk.text[index][*event as usize]));
            names.append_value(name.unwrap_or_default());
        }
        Arc::new(names.finish())
    }

    fn furthest_phases(&self, chunk: &ActorChunk<'_>) -> ArrayRef {
        let mut furthest: Vec<Option<u8>> = vec![None; chunk.sessions.first_event.len()];
        for (event, session) in chunk.session_of.iter().enumerate() {
            if *session != NO_SESSION && chunk.observed[event] != UNCLASSIFIED {
                let phase = &mut furthest[*session as usize];
                *phase = (*phase).max(Some(chunk.observed[event]));
            }
        }
        let codes: Vec<u8> = furthest.into_iter().map(|phase| phase.unwrap_or(UNCLASSIFIED)).collect();
        phases(&codes, |code| {
            Phase::from_code(code).map(|phase| self.taxonomy.keys[usize::from(self.taxonomy.index_of(phase))])
        })
    }
}

fn phases(codes: &[u8], key: impl Fn(u8) -> Option<&'static str>) -> ArrayRef {
    let mut keys = StringBuilder::new();
    codes.iter().for_each(|code| keys.append_value(key(*code).unwrap_or(UNCLASSIFIED_KEY)));
    Arc::new(keys.finish())
}

#[expect(
    clippy::cast_precision_loss,
    reason = "an amount leaves as the nearest decimal number; sums are never made of these"
)]
fn amounts(micros: &[i64], events: usize) -> ArrayRef {
    let amounts = (0..events).map(|event| {
        micros.get(event).filter(|micros| **micros != NO_VALUE).map(|micros| *micros as f64 / MICROS_PER_UNIT)
    });
    Arc::new(amounts.collect::<arrow_array::Float64Array>())
}

/// `actor#1` is the actor's first session.
fn session_id(actor: &str, index: u32) -> String {
    format!("{actor}#{}", index + 1)
}
