//! However inputs came, and whatever was done to the store between: it is what one load of the last inputs gives.

use std::collections::{BTreeMap, BTreeSet};

use kundresa_model::actor_source::NO_VALUE;
use kundresa_model::event_table::EventFlags;
use kundresa_model::field::text;
use kundresa_model::source::{ExportKind, ExportSet};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::reference::{self, Contents, Seen};
use super::support::{Input, Row, compact, comparable, load, options, rename};
use crate::error::StoreError;
use crate::generation::manifest::Manifest;
use crate::generation::read::{OpenRun, open_runs};
use crate::load::StoreWriter;
use crate::load::reconcile::Marks;
use crate::run::reader::Columns;
use crate::upkeep::actors::Actors;
use crate::upkeep::place::{Place, Placing};
use crate::upkeep::read::{TextColumn, read, text_at};

/// Rows with their places.
type PlacedRows = Vec<(Place, Seen)>;

/// Everything that counts in the store.
pub(super) fn contents(writer: &StoreWriter) -> Contents {
    let manifest = writer.manifest.clone().unwrap_or_else(Manifest::empty);
    let runs = open_runs(&writer.path, &manifest).expect("opens");
    let placing = Placing::of(&manifest.inputs, &manifest.sources);
    let mut placed: BTreeMap<Option<(u8, String)>, PlacedRows> = BTreeMap::new();
    for open in &runs {
        for_every_row(open, &placing, &mut |actor, place, seen| placed.entry(actor).or_default().push((place, seen)));
    }
    placed.into_iter().map(|(actor, rows)| (actor, in_order(rows))).collect()
}

fn in_order(mut rows: PlacedRows) -> Vec<Seen> {
    rows.sort_by_key(|(place, _)| *place);
    rows.into_iter().map(|(_, seen)| seen).collect()
}

fn for_every_row(open: &OpenRun, placing: &Placing, visit: &mut dyn FnMut(Option<(u8, String)>, Place, Seen)) {
    let facts = &open.run.facts;
    let off = Marks::of(&open.deleted).rows();
    let mut shares = Vec::new();
    let mut actors = Actors::of(&[&open.run]);
    while let Some(actor) = actors.next().expect("reads") {
        shares.push((Some((actor.class, actor.id)), actor.shares[0].rows.clone()));
    }
    if facts.unidentified_rows > 0 {
        shares.push((None, facts.rows..facts.rows + facts.unidentified_rows));
    }
    let names: Vec<String> = facts.coded.iter().map(|column| column.name.clone()).chain(facts.wide.clone()).collect();
    let dictionaries: Vec<_> =
        (0..facts.coded.len()).map(|column| open.run.dictionary(column).expect("reads")).collect();
    let columns = Columns {
        ts: true,
        coded: (0..facts.coded.len()).collect(),
        wide: (0..facts.wide.len()).collect(),
        value: true,
        place: true,
        input: false,
        others: true,
        event_id: true,
    };
    for (actor, rows) in shares {
        let stretch = read(&open.run, rows, &columns).expect("reads");
        let rows = &stretch.rows;
        for row in (0..stretch.len).filter(|row| !off.has(stretch.first + *row as u64)) {
            let text = |name: &String| match TextColumn::find(facts, name) {
                TextColumn::Coded(column) => dictionaries[column].value(rows.coded[column][row]).map(str::to_owned),
                TextColumn::Wide(column) => text_at(Some(&rows.wide[column]), row).map(str::to_owned),
                TextColumn::Absent => None,
            };
            let other = |class: usize| text_at(rows.others[class].as_ref(), row).map(str::to_owned);
            let mut ids = [None, other(0), other(1), other(2)];
            if let Some((class, id)) = &actor {
                ids[usize::from(*class)] = Some(id.clone());
            }
            let seen = Seen {
                ts: rows.ts[row],
                flags: rows.flags[row] & !EventFlags::REPEATED_ORDER,
                ids,
                event_id: text_at(rows.event_id.as_ref(), row).map(str::to_owned),
                value: rows.value.get(row).copied().filter(|value| *value != NO_VALUE),
                texts: names.iter().filter_map(|name| Some((name.clone(), text(name)?))).collect(),
            };
            visit(actor.clone(), placing.place(rows, row), seen);
        }
    }
}

fn without_order_flags(contents: Contents) -> Contents {
    let cleared = |seen: Seen| Seen { flags: seen.flags & !EventFlags::REPEATED_ORDER, ..seen };
    contents.into_iter().map(|(actor, rows)| (actor, rows.into_iter().map(cleared).collect())).collect()
}

/// Something done to a store.
#[derive(Clone, Debug)]
enum Step {
    Load(Vec<Input>),
    /// Merges the runs whose places have a bit set.
    Compact(u8),
    Forget(Vec<String>),
    /// Renames an input; the number says which.
    Rename(usize, u8),
}

fn one_of(prefix: &'static str, values: u8) -> impl Strategy<Value = String> {
    (0..values).prop_map(move |value| format!("{prefix}{value}"))
}

prop_compose! {
    fn row()(
        ts in 0_i64..5,
        flags in prop_oneof![4 => Just(1), 1 => Just(EventFlags::BOT), 1 => Just(3)],
        sequence in option::weighted(0.2, 0_i64..2),
        ids in [option::weighted(0.7, one_of("dev-", 4)), option::weighted(0.4, one_of("log-", 2)), option::weighted(0.1, one_of("crm-", 2)), option::weighted(0.1, one_of("mail-", 2))],
        event_id in option::weighted(0.4, one_of("e", 5)),
        value in option::weighted(0.2, 0_i64..2),
        event in prop_oneof![Just("view"), Just("purchase")],
        order in option::weighted(0.4, one_of("o", 2)),
        page in option::weighted(0.3, one_of("/", 4)),
        items in option::weighted(0.1, one_of("[{\"id\":\"i\"}]", 1)),
        partition in option::weighted(0.8, one_of("day", 2)),
    ) -> Row {
        let optional = [(text::ORDER_ID, order), (text::PAGE, page), (text::ITEMS, items.map(|_| "[{\"id\":\"i\"}]".to_owned())), (text::PARTITION, partition)];
        let mut texts: BTreeMap<String, String> =
            optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        texts.insert(text::EVENT.to_owned(), event.to_owned());
        Row { ts, flags, sequence, ids, event_id, value, texts }
    }
}

/// A row that says little, so that others say the same.
fn plain_row() -> impl Strategy<Value = Row> {
    (0_i64..3, one_of("dev-", 2), option::weighted(0.8, Just(())), any::<bool>()).prop_map(|(ts, id, known, buys)| {
        let row = Row::new(ts, &id, if buys { "purchase" } else { "view" });
        let row = if buys { row.with_text(text::ORDER_ID, "o0") } else { row };
        Row { ids: [known.map(|()| id), None, None, None], ..row }
    })
}

prop_compose! {
    fn input()(
        number in 0_u8..5,
        rows in vec(prop_oneof![row(), plain_row()], 0..14),
        rejected in vec(prop_oneof![Just("junk".to_owned()), Just("junk of dev-1, lost".to_owned())], 0..2),
    ) -> Input {
        let source = if number < 2 { "web" } else { "ga" };
        let kind = [ExportKind::Intraday, ExportKind::Fresh, ExportKind::Daily][usize::from(number) % 3];
        let name = format!("in{number}");
        let set = (source == "ga").then(|| ExportSet { kind, revision: 0, path: name.clone() });
        Input { name, source, set, rows, rejected }
    }
}

fn step(can_forget: bool) -> impl Strategy<Value = Step> {
    let forget = if can_forget { 1 } else { 0 };
    prop_oneof![
        6 => vec(input(), 1..3).prop_map(|mut inputs| {
            inputs.sort_by(|a, b| a.name.cmp(&b.name));
            inputs.dedup_by(|a, b| a.name == b.name);
            Step::Load(inputs)
        }),
        2 => any::<u8>().prop_map(Step::Compact),
        forget => vec(prop_oneof![one_of("dev-", 4), one_of("log-", 2)], 1..2).prop_map(Step::Forget),
        1 => (0_usize..5, 0_u8..9).prop_map(|(which, to)| Step::Rename(which, to)),
    ]
}

/// What the store should hold.
#[derive(Default)]
struct Known {
    inputs: Vec<Input>,
    forgotten: BTreeSet<String>,
}

/// Does one step to both. A load that needs rows again that are gone is refused and changes neither.
fn take(writer: &mut StoreWriter, known: &mut Known, step: Step, most_values: usize) {
    match step {
        Step::Load(inputs) => match load(writer, &inputs, most_values) {
            Err(StoreError::UnbalancedStore { .. }) => {
                let manifest = writer.manifest.clone();
                crate::generation::clean::clean(&writer.disk, &writer.path, manifest.as_ref());
            }
            done => {
                done.expect("loads");
                known.inputs.retain(|old| inputs.iter().all(|new| new.name != old.name));
                known.inputs.extend(inputs);
            }
        },
        Step::Compact(bits) => {
            let runs = writer.manifest.as_ref().map(|manifest| manifest.runs.clone()).unwrap_or_default();
            let which = (0..8).zip(runs).filter(|(place, _)| bits >> place & 1 == 1).map(|(_, run)| run.id);
            let which: Vec<u64> = which.collect();
            if !which.is_empty() {
                compact(writer, &which, most_values).expect("compacts");
            }
        }
        Step::Forget(ids) => {
            if writer.manifest.is_some() {
                writer.forget(&ids, &options()).expect("forgets");
                known.forgotten.extend(ids);
            }
        }
        Step::Rename(which, to) => {
            let to = format!("in{to}");
            let is_free = known.inputs.iter().all(|input| input.name != to);
            if let Some(input) = known.inputs.get_mut(which).filter(|input| is_free && input.set.is_none()) {
                rename(writer, &input.name, &to).expect("renames");
                input.name = to;
            }
        }
    }
}

fn check_same(writer: &StoreWriter, known: &Known) -> Result<(), TestCaseError> {
    let (expected, totals) = reference::load(&known.inputs, &known.forgotten);
    let manifest = writer.manifest.clone().unwrap_or_else(Manifest::empty);
    let is_exact = known.forgotten.is_empty();
    prop_assert_eq!(comparable(&manifest.totals, !is_exact), comparable(&totals, !is_exact));
    prop_assert_eq!(contents(writer), without_order_flags(expected));
    if writer.manifest.is_some() {
        let report = crate::upkeep::check(&writer.path).expect("there is a store");
        prop_assert_eq!(report.problems, Vec::<String>::new());
    }
    Ok(())
}

fn same_after(steps: Vec<Step>, most_values: usize) -> Result<(), TestCaseError> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut writer = StoreWriter::open(folder.path(), true).expect("begins");
    let mut known = Known::default();
    for step in steps {
        take(&mut writer, &mut known, step, most_values);
        check_same(&writer, &known)?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn loads_and_compactions_in_any_order_equal_one_load(steps in vec(step(false), 1..7), wide in any::<bool>()) {
        same_after(steps, if wide { 2 } else { 1_000 })?;
    }

    #[test]
    fn forgetting_between_them_leaves_what_one_load_without_these_people_gives(steps in vec(step(true), 2..7)) {
        same_after(steps, 1_000)?;
    }
}
