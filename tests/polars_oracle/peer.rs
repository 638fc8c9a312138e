//! What do Polars expressions find in a log?
//!
//! Written from the definitions alone, on whole columns: shifts within an actor, a forward fill, groups. It shares no
//! code and no idea with the engine's walk over actors.

use std::collections::BTreeMap;

use polars::prelude::*;

/// A gap longer than this many microseconds starts a session.
pub const TIMEOUT: i64 = 30 * 60 * 1_000_000;

/// One row of a log, in the order of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Actor id.
    pub actor: String,
    /// UTC microseconds.
    pub ts: i64,
    /// Event name.
    pub event: String,
}

/// What a log holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Microseconds from the first to the last event of each session, ascending.
    pub durations: Vec<i64>,
    /// Sessions of one event.
    pub single_event: u64,
    /// Sessions with an event `add_to_cart`.
    pub cart_sessions: u64,
    /// Of those, sessions with a `purchase` no earlier than some `add_to_cart`.
    pub bought_sessions: u64,
    /// How often each event follows each within a session; `start` and `exit` stand at its ends.
    pub transitions: BTreeMap<(String, String), u64>,
}

/// Figures of the log, counted by Polars.
pub fn figures(rows: &[Row]) -> PolarsResult<Figures> {
    let events = with_sessions(rows)?;
    let sessions = sessions(events.clone()).collect()?;
    let cart = sessions.column("cart")?.i64()?;
    let purchase = sessions.column("purchase")?.i64()?;
    let bought = cart.iter().zip(purchase.iter()).filter(|(cart, purchase)| cart.is_some() && purchase >= cart);
    Ok(Figures {
        durations: sessions.column("duration")?.i64()?.into_no_null_iter().collect(),
        single_event: sessions.column("events")?.u32()?.iter().flatten().filter(|events| *events == 1).count() as u64,
        cart_sessions: cart.iter().flatten().count() as u64,
        bought_sessions: bought.count() as u64,
        transitions: transitions(events)?,
    })
}

/// The events in order, each with the position of its session's first event as `session`.
fn with_sessions(rows: &[Row]) -> PolarsResult<LazyFrame> {
    let row: Vec<u32> = (0..).take(rows.len()).collect();
    let actor: Vec<&str> = rows.iter().map(|row| row.actor.as_str()).collect();
    let ts: Vec<i64> = rows.iter().map(|row| row.ts).collect();
    let event: Vec<&str> = rows.iter().map(|row| row.event.as_str()).collect();
    let log = df!("row" => row, "actor" => actor, "ts" => ts, "event" => event)?;
    let gap = col("ts") - col("ts").shift(lit(1)).over([col("actor")])?;
    let is_first = gap.clone().is_null().or(gap.gt(lit(TIMEOUT)));
    let first = when(is_first).then(col("position")).otherwise(lit(NULL));
    Ok(log
        .lazy()
        .sort(["actor", "ts", "row"], SortMultipleOptions::default())
        .with_row_index("position", None)
        .with_column(first.fill_null_with_strategy(FillNullStrategy::Forward(None)).alias("session")))
}

/// One row per session, shortest first.
fn sessions(events: LazyFrame) -> LazyFrame {
    let time_of = |name: &str| when(col("event").eq(lit(name))).then(col("ts")).otherwise(lit(NULL));
    let columns = [
        len().alias("events"),
        (col("ts").max() - col("ts").min()).alias("duration"),
        time_of("add_to_cart").min().alias("cart"),
        time_of("purchase").max().alias("purchase"),
    ];
    events.group_by([col("session")]).agg(columns).sort(["duration"], SortMultipleOptions::default())
}

fn transitions(events: LazyFrame) -> PolarsResult<BTreeMap<(String, String), u64>> {
    let in_session = |expression: Expr| expression.over([col("session")]);
    let before = in_session(col("event").shift(lit(1)))?.fill_null(lit("start"));
    let after = in_session(col("event").shift(lit(-1)))?.fill_null(lit("exit"));
    let into = events.clone().select([before.alias("from"), col("event").alias("to")]);
    let out_of = events.select([col("event").alias("from"), after.alias("to")]);
    // Every transition lies between an event and the next, or at an end: the ways in, and the ways out that are exits.
    let all = concat([into, out_of.filter(col("to").eq(lit("exit")))], UnionArgs::default())?;
    let counted = all.group_by([col("from"), col("to")]).agg([len().alias("count")]).collect()?;
    let (from, to) = (counted.column("from")?.str()?, counted.column("to")?.str()?);
    let counts = counted.column("count")?.u32()?;
    let pairs = from.iter().zip(to.iter()).zip(counts.iter());
    Ok(pairs.filter_map(|((from, to), count)| Some(((from?.to_owned(), to?.to_owned()), u64::from(count?)))).collect())
}
