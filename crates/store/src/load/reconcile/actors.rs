//! How many actors have a row that counts, and which actors have to be looked at because their rows changed?

use super::Side;
use crate::error::StoreError;
use crate::run::reader::{Columns, Run};
use crate::upkeep::actors::{Actor, Actors, Share};
use crate::upkeep::ordinals::Ordinals;
use crate::upkeep::read::{all_rows, read};

/// Rows of one actor, or of none, that came together or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Touched {
    /// Rows in each run.
    pub(super) shares: Vec<Share>,
    /// Times among which rows may have become, or ceased to be, the same as others.
    pub(super) window: Option<(i64, i64)>,
    /// Whether there is an actor, who can have orders.
    pub(super) has_actor: bool,
}

/// Number of actors with a row that counts afterwards. Hands everybody to `visit` whose rows changed.
pub(super) fn count(
    sides: &[Side<'_>],
    visit: &mut dyn FnMut(Touched) -> Result<(), StoreError>,
) -> Result<u64, StoreError> {
    let runs: Vec<&Run> = sides.iter().map(|side| side.run).collect();
    let off: Vec<Ordinals> = sides.iter().map(|side| side.now.rows()).collect();
    let changed: Vec<Ordinals> = sides.iter().map(Side::changed).collect();
    if let ([run], true) = (&runs[..], off.iter().chain(&changed).all(Ordinals::is_empty)) {
        // Every actor has rows, and nobody's changed.
        return Ok(run.facts.actors);
    }
    let mut actors = Actors::of(&runs);
    let mut counting = 0;
    while let Some(actor) = actors.next()? {
        counting += u64::from(actor.shares.iter().any(|share| counts(share, &off)));
        let Actor { shares, .. } = actor;
        if let Some(touched) = touched(sides, &changed, shares, true) {
            visit(touched)?;
        }
    }
    if let Some(touched) = touched(sides, &changed, unidentified(sides)?, false) {
        visit(touched)?;
    }
    Ok(counting)
}

fn counts(share: &Share, off: &[Ordinals]) -> bool {
    let off = off[share.run].within(&share.rows);
    off < share.rows.end - share.rows.start
}

/// The rows, if some of them changed or new ones joined old ones.
fn touched(sides: &[Side<'_>], changed: &[Ordinals], shares: Vec<Share>, has_actor: bool) -> Option<Touched> {
    let is_changed = |share: &&Share| changed[share.run].within(&share.rows) > 0;
    let new = shares.iter().find(|share| sides[share.run].is_new);
    let met = new.filter(|new| shares.iter().any(|share| share.run != new.run && meet(share.times, new.times)));
    let times = shares.iter().filter(is_changed).chain(met).map(|share| share.times);
    let window = times.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    let is_shared = new.is_some() && shares.len() > 1;
    (is_shared || window.is_some()).then_some(Touched { shares, window, has_actor })
}

fn meet(a: (i64, i64), b: (i64, i64)) -> bool {
    a.0 <= b.1 && b.0 <= a.1
}

/// Rows without an actor in each run. They lie in order of time.
fn unidentified(sides: &[Side<'_>]) -> Result<Vec<Share>, StoreError> {
    let columns = Columns { ts: true, ..Columns::default() };
    let mut shares = Vec::new();
    for (run, side) in sides.iter().enumerate().filter(|(_, side)| side.run.facts.unidentified_rows > 0) {
        let rows = side.run.facts.rows..all_rows(&side.run.facts).end;
        let first = read(side.run, rows.start..rows.start + 1, &columns)?.rows.ts;
        let last = read(side.run, rows.end - 1..rows.end, &columns)?.rows.ts;
        let times = first.first().copied().unwrap_or(i64::MIN)..last.first().copied().unwrap_or(i64::MAX);
        shares.push(Share { run, rows, times: (times.start, times.end) });
    }
    Ok(shares)
}
