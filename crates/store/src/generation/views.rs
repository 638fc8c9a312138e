//! How does a tool that reads SQL see the current state? `views.sql`: views for DuckDB, written with every generation.
//!
//! Names of columns, inputs and sources come from data. They enter the text only through [`name`] and [`text`], and never
//! a comment. Columns of data are read by their place in the file, since DuckDB does not tell `Color` from `color`.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use kundresa_model::field::text::{self as fields, ALL};
use kundresa_model::natural;

use crate::generation::manifest::{Manifest, StoredInput, StoredRun};
use crate::run::facts::RunFacts;

/// What every row has, whatever its run: name and type.
const HEAD: [(&str, &str); 3] = [("actor", "VARCHAR"), ("actor_class", "UTINYINT"), ("ts", "TIMESTAMPTZ")];
/// The same, after the text columns.
const TAIL: [(&str, &str); 18] = [
    ("value", MONEY),
    ("is_activity", "BOOLEAN"),
    ("is_bot", "BOOLEAN"),
    ("is_synthetic", "BOOLEAN"),
    ("is_day_precision", "BOOLEAN"),
    ("is_repeated_order", "BOOLEAN"),
    ("user_id", "VARCHAR"),
    ("crm_id", "VARCHAR"),
    ("email", "VARCHAR"),
    ("event_id", "VARCHAR"),
    ("sequence_0", "BIGINT"),
    ("sequence_1", "BIGINT"),
    ("sequence_2", "BIGINT"),
    ("input", "UINTEGER"),
    ("row", "UBIGINT"),
    ("position", "UINTEGER"),
    ("run", "BIGINT"),
    ("event_row", "BIGINT"),
];
/// Bits of `flags`, as in `kundresa_model::event_table::EventFlags`.
const FLAGS: [(&str, u8); 5] =
    [("is_activity", 1), ("is_day_precision", 2), ("is_synthetic", 4), ("is_bot", 8), ("is_repeated_order", 16)];
/// A column with at most so many values shares a list with others like it.
const FEW_VALUES: u32 = 1 << 12;
/// Holds every 64-bit number of micro-units.
const MONEY: &str = "DECIMAL(19,6)";

/// The statements that define `events`, `actors`, `items` and `inputs` over the runs of `manifest`, given with their facts.
pub(crate) fn views_sql(manifest: &Manifest, runs: &[(u64, &RunFacts)]) -> String {
    let views = Views::new(manifest, runs);
    let statements = [views.inputs(), views.rows(), views.events(), views.actors(), views.items()];
    format!("-- Kundresa store, generation {}\n{USAGE}\n{}", manifest.generation, statements.join("\n"))
}

const USAGE: &str = "\
-- Views for DuckDB. In its shell, from the folder that shop.store lies in:
--   SET VARIABLE kundresa_store = 'shop.store';
--   .read shop.store/views.sql
-- Without the variable, files are looked for in the current folder.
-- The views show this generation; read this file again after the store has changed.
";

/// What the statements are made from.
struct Views<'a> {
    manifest: &'a Manifest,
    runs: Vec<ViewedRun<'a>>,
    /// Name of each text column in the views, by its name in event tables.
    shown: BTreeMap<&'a str, String>,
}

/// One run with what the manifest says of it.
struct ViewedRun<'a> {
    stored: &'a StoredRun,
    facts: &'a RunFacts,
}

impl<'a> Views<'a> {
    fn new(manifest: &'a Manifest, runs: &[(u64, &'a RunFacts)]) -> Self {
        let stored = |id: u64| manifest.runs.iter().find(|run| run.id == id);
        let viewed = |(id, facts): &(u64, &'a RunFacts)| Some(ViewedRun { stored: stored(*id)?, facts });
        let runs: Vec<ViewedRun<'a>> = runs.iter().filter_map(viewed).collect();
        let shown = shown_names(&runs);
        Self { manifest, runs, shown }
    }

    fn inputs(&self) -> String {
        let inputs = &self.manifest.inputs;
        let columns = "input, source, name, format, bytes, hash, rows_in, rejected, forgotten, has_row_order, rank";
        let nothing = "CAST(NULL AS UINTEGER), '', '', '', CAST(NULL AS UBIGINT), '', CAST(NULL AS UBIGINT), \
                       CAST(NULL AS UBIGINT), CAST(NULL AS UBIGINT), false, CAST(NULL AS UBIGINT)";
        let rows: Vec<String> = inputs.iter().map(|input| format!(",\n  ({})", self.input(input))).collect();
        let values = format!("({nothing}){}", rows.concat());
        format!(
            "CREATE OR REPLACE VIEW inputs AS\nSELECT * FROM (VALUES\n  {values}\n) AS inputs({columns})\nWHERE input IS NOT NULL;\n"
        )
    }

    fn input(&self, input: &StoredInput) -> String {
        let has_row_order =
            self.manifest.sources.iter().any(|source| source.name == input.source && source.has_row_order);
        let StoredInput { id, source, name, format, hash, rows_in, rejected, forgotten, .. } = input;
        let bytes = input.bytes.map_or("NULL".to_owned(), |bytes| bytes.to_string());
        let [source, name, format, hash] = [source, name, format, hash].map(|value| text(value));
        let rank = self.rank(input);
        format!(
            "{id}, {source}, {name}, {format}, {bytes}, {hash}, {rows_in}, {rejected}, {forgotten}, {has_row_order}, {rank}"
        )
    }

    /// How many inputs of its source come before it.
    fn rank(&self, input: &StoredInput) -> usize {
        let before = |other: &&StoredInput| natural::compare(&other.name, &input.name) == Ordering::Less;
        self.manifest.inputs.iter().filter(|other| other.source == input.source).filter(before).count()
    }

    /// Every row that counts, text columns decoded. The first part gives all columns their type and order.
    fn rows(&self) -> String {
        let fixed = |columns: &[(&str, &'static str)]| -> Vec<(String, &'static str)> {
            columns.iter().map(|(column, data_type)| (name(column), *data_type)).collect()
        };
        let texts = self.shown_in_order().into_iter().map(|shown| (name(shown), "VARCHAR"));
        let columns = fixed(&HEAD).into_iter().chain(texts).chain(fixed(&TAIL));
        let nulls: Vec<String> =
            columns.map(|(column, data_type)| format!("CAST(NULL AS {data_type}) AS {column}")).collect();
        let nothing = format!("SELECT {} WHERE false\n", nulls.join(", "));
        let runs = self.runs.iter().map(|run| run.rows(&self.shown));
        let parts: Vec<String> = std::iter::once(nothing).chain(runs).collect();
        format!("CREATE OR REPLACE VIEW kundresa_rows AS\n{};\n", parts.join("UNION ALL BY NAME\n"))
    }

    /// Reserved names as exports list them, then properties by name.
    fn shown_in_order(&self) -> Vec<&str> {
        let place = |column: &str| ALL.iter().position(|reserved| *reserved == column).unwrap_or(ALL.len());
        let mut columns: Vec<(&str, &str)> =
            self.shown.iter().map(|(column, shown)| (*column, shown.as_str())).collect();
        columns.sort_by_key(|(column, _)| place(column));
        columns.into_iter().map(|(_, shown)| shown).collect()
    }

    fn events(&self) -> String {
        if self.has_repeated_orders() {
            return format!("{REPEATED_ORDERS}{EVENTS_WITH_REPEATED_ORDERS}");
        }
        "CREATE OR REPLACE VIEW events AS\nSELECT * FROM kundresa_rows;\n".to_owned()
    }

    /// Whether repeated orders have to be found again, as rows of one actor may lie in several runs, or not count any more.
    fn has_repeated_orders(&self) -> bool {
        let is_settled = self.runs.iter().all(|run| run.stored.deleted_file.is_none() && !run.stored.unsorted);
        self.shown.contains_key(fields::ORDER_ID) && (self.runs.len() > 1 || !is_settled)
    }

    fn actors(&self) -> String {
        let nothing = "SELECT CAST(NULL AS VARCHAR) AS actor, CAST(NULL AS UTINYINT) AS actor_class, \
                       CAST(0 AS UBIGINT) AS events, CAST(NULL AS TIMESTAMPTZ) AS first_ts, \
                       CAST(NULL AS TIMESTAMPTZ) AS last_ts WHERE false\n";
        let parts = self.runs.iter().map(|run| format!("UNION ALL\n{}", run.actors()));
        format!(
            "CREATE OR REPLACE VIEW actors AS\n\
             SELECT actor, actor_class, CAST(sum(events) AS BIGINT) AS events, min(first_ts) AS first_ts, \
             max(last_ts) AS last_ts\nFROM (\n{nothing}{})\nGROUP BY actor, actor_class;\n",
            parts.collect::<String>()
        )
    }

    fn items(&self) -> String {
        let nothing = format!(
            "SELECT CAST(NULL AS BIGINT) AS run, CAST(NULL AS BIGINT) AS event_row, CAST(NULL AS UINTEGER) AS position, \
             CAST(NULL AS VARCHAR) AS id, CAST(NULL AS VARCHAR) AS name, CAST(NULL AS VARCHAR) AS category, \
             CAST(NULL AS VARCHAR) AS brand, CAST(NULL AS VARCHAR) AS variant, CAST(NULL AS {MONEY}) AS price, \
             CAST(NULL AS DOUBLE) AS quantity, CAST(NULL AS VARCHAR) AS rest WHERE false\n"
        );
        let parts = self.runs.iter().filter(|run| run.facts.has.items).map(ViewedRun::items);
        let parts: Vec<String> = std::iter::once(nothing).chain(parts).collect();
        format!("CREATE OR REPLACE VIEW items AS\n{};\n", parts.join("UNION ALL BY NAME\n"))
    }
}

const REPEATED_ORDERS: &str = "\
CREATE OR REPLACE VIEW kundresa_repeated_orders AS
SELECT run, event_row
FROM kundresa_rows JOIN (SELECT input, has_row_order, rank FROM inputs) USING (input)
WHERE event = 'purchase' AND order_id IS NOT NULL AND actor IS NOT NULL
QUALIFY row_number() OVER (
  PARTITION BY actor_class, actor, order_id, is_bot
  ORDER BY ts, is_day_precision, source_name, sequence_0 NULLS FIRST, sequence_1 NULLS FIRST, sequence_2 NULLS FIRST,
    CASE WHEN has_row_order THEN rank ELSE 0 END, row, coalesce(position, 0)
) > 1;
";

const EVENTS_WITH_REPEATED_ORDERS: &str = "\
CREATE OR REPLACE VIEW events AS
SELECT r.* REPLACE (o.run IS NOT NULL AS is_repeated_order)
FROM kundresa_rows AS r LEFT JOIN kundresa_repeated_orders AS o ON r.run = o.run AND r.event_row = o.event_row;
";

impl ViewedRun<'_> {
    /// Rows of the run that count.
    fn rows(&self, shown: &BTreeMap<&str, String>) -> String {
        let mut columns = vec!["actor".to_owned(), "actor_class".to_owned(), "ts".to_owned()];
        columns.extend(self.texts(shown));
        columns.extend(self.facts.has.value.then(|| format!("{} AS value", money("value"))));
        columns.extend(FLAGS.map(|(column, bit)| format!("(flags & {bit}) <> 0 AS {column}")));
        columns.push(format!("CAST({} AS BIGINT) AS run", self.stored.id));
        columns.push("file_row_number AS event_row".to_owned());
        columns.push(format!("e.* EXCLUDE ({})", self.consumed().join(", ")));
        format!(
            "SELECT {}\nFROM (\n{}) AS e\n{}{}",
            columns.join(",\n  "),
            self.files(),
            self.without_deleted("e.file_row_number"),
            self.few_texts(),
        )
    }

    /// Both files of rows, with the ordinal in place of the row's number in its file.
    fn files(&self) -> String {
        let names = self.by_place().join(", ");
        let file = |file: &str| format!("read_parquet({}, file_row_number = true) AS e({names})\n", self.path(file));
        let events = format!("  SELECT * FROM {}", file("events.parquet"));
        if self.facts.unidentified_rows == 0 {
            return events;
        }
        let ordinal = format!("file_row_number + {} AS file_row_number", self.facts.rows);
        format!("{events}  UNION ALL SELECT * REPLACE ({ordinal}) FROM {}", file("unidentified.parquet"))
    }

    /// Names for the first columns of the file, so that those named by data are known by their place.
    fn by_place(&self) -> Vec<String> {
        let mut names: Vec<String> = ["actor", "actor_class", "ts", "flags"].map(str::to_owned).to_vec();
        names.extend((0..self.facts.coded.len()).map(|index| format!("c{index}")));
        names.extend((0..self.wide().count()).map(|index| format!("w{index}")));
        names
    }

    /// Columns of the file that are shown otherwise; the others are shown as they are.
    fn consumed(&self) -> Vec<String> {
        let mut names = self.by_place();
        names.extend(self.facts.has.value.then(|| "value".to_owned()));
        names.push("file_row_number".to_owned());
        names
    }

    fn texts(&self, shown: &BTreeMap<&str, String>) -> Vec<String> {
        let shown = |column: &str| name(shown.get(column).map_or(column, String::as_str));
        let mut before = 0;
        let mut columns = Vec::new();
        for (index, column) in self.facts.coded.iter().enumerate() {
            let is_few = column.values <= FEW_VALUES;
            let values = if is_few { "t.few".to_owned() } else { self.dictionary(&column.name) };
            let offset = if is_few { before } else { 0 };
            columns.push(format!("{values}[nullif(c{index}, 0) + {offset}] AS {}", shown(&column.name)));
            before += if is_few { u64::from(column.values) } else { 0 };
        }
        columns.extend((0..).zip(self.wide()).map(|(index, column)| format!("w{index} AS {}", shown(column))));
        columns
    }

    /// Text columns stored as texts. Items are a file of their own.
    fn wide(&self) -> impl Iterator<Item = &String> {
        self.facts.wide.iter().filter(|column| *column != fields::ITEMS)
    }

    /// The values of a column as a list, which is not read unless the column is.
    fn dictionary(&self, column: &str) -> String {
        let path = self.path("texts.parquet");
        format!("(SELECT list(value ORDER BY code) FROM read_parquet({path}) WHERE \"column\" = {})", text(column))
    }

    /// The values of all columns with few of them as one list, column after column: DuckDB opens the file for each query
    /// within a view, and a run may have a hundred columns.
    fn few_texts(&self) -> String {
        let few = self.facts.coded.iter().filter(|column| column.values <= FEW_VALUES);
        let names: Vec<String> = few.map(|column| text(&column.name)).collect();
        if names.is_empty() {
            return String::new();
        }
        format!(
            "CROSS JOIN (SELECT list(value ORDER BY \"column\", code) AS few FROM read_parquet({}) WHERE \"column\" IN ({})) AS t\n",
            self.path("texts.parquet"),
            names.join(", ")
        )
    }

    fn actors(&self) -> String {
        if self.stored.deleted_file.is_none() {
            let path = self.path("actors.parquet");
            return format!("SELECT id, class, rows, first_ts, last_ts FROM read_parquet({path})\n");
        }
        format!(
            "SELECT actor, actor_class, count(*), min(ts), max(ts) FROM kundresa_rows\n\
             WHERE run = {} AND actor IS NOT NULL GROUP BY actor, actor_class\n",
            self.stored.id
        )
    }

    fn items(&self) -> String {
        format!(
            "SELECT CAST({} AS BIGINT) AS run, CAST(event_row AS BIGINT) AS event_row, {} AS price, \
             e.* EXCLUDE (event_row, price)\nFROM read_parquet({}) AS e\n{}",
            self.stored.id,
            money("price"),
            self.path("items.parquet"),
            self.without_deleted("CAST(e.event_row AS BIGINT)"),
        )
    }

    /// Leaves out the rows that do not count.
    fn without_deleted(&self, ordinal: &str) -> String {
        let Some(file) = &self.stored.deleted_file else { return String::new() };
        let deleted = format!("SELECT CAST(row AS BIGINT) AS ordinal FROM read_parquet({})", self.path(file));
        format!("ANTI JOIN ({deleted}) AS d ON {ordinal} = d.ordinal\n")
    }

    /// Where a file of the run lies, as an expression.
    fn path(&self, file: &str) -> String {
        let below = text(&format!("/runs/{:06}/{file}", self.stored.id));
        format!("coalesce(getvariable('kundresa_store'), '.') || {below}")
    }
}

/// Names of all text columns as the views show them: reserved ones as they are, properties under `p_…`. Names that differ
/// in case only are told apart by a number.
fn shown_names<'a>(runs: &[ViewedRun<'a>]) -> BTreeMap<&'a str, String> {
    let coded = runs.iter().flat_map(|run| &run.facts.coded).map(|column| column.name.as_str());
    let wide = runs.iter().flat_map(|run| &run.facts.wide).map(String::as_str);
    let columns: BTreeSet<&str> = coded.chain(wide).filter(|column| *column != fields::ITEMS).collect();
    let mut taken: BTreeSet<String> = BTreeSet::from([fields::EVENT, fields::SOURCE_NAME].map(str::to_owned));
    let mut shown: BTreeMap<&str, String> =
        [fields::EVENT, fields::SOURCE_NAME].map(|column| (column, column.to_owned())).into();
    for column in columns {
        shown.entry(column).or_insert_with(|| free_name(column, &mut taken));
    }
    shown
}

fn free_name(column: &str, taken: &mut BTreeSet<String>) -> String {
    let stem =
        if ALL.contains(&column) { column.to_owned() } else { format!("p_{}", column.replace('\0', "\u{2400}")) };
    let numbered = (2..).map(|number| format!("{stem}_{number}"));
    let mut names = std::iter::once(stem.clone()).chain(numbered);
    names.find(|name| taken.insert(name.to_lowercase())).unwrap_or(stem)
}

/// Micro-units as a decimal number, exactly.
fn money(column: &str) -> String {
    format!("CAST(CAST({column} AS DECIMAL(19,0)) * 0.000001 AS {MONEY})")
}

/// An SQL name, whatever its characters.
fn name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// An SQL text, whatever its characters.
fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''").replace('\0', "' || chr(0) || '"))
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::run::facts::{CodedColumn, Optional};

    fn manifest(runs: &[StoredRun]) -> Manifest {
        Manifest { generation: 7, runs: runs.to_vec(), next_run: 9, ..Manifest::empty() }
    }

    fn facts(coded: &[(&str, u32)]) -> RunFacts {
        let column = |(name, values): &(&str, u32)| CodedColumn {
            name: (*name).to_owned(),
            values: *values,
            ..CodedColumn::default()
        };
        RunFacts { rows: 100, coded: coded.iter().map(column).collect(), ..RunFacts::default() }
    }

    fn run(id: u64) -> StoredRun {
        StoredRun { id, ..StoredRun::default() }
    }

    #[test]
    fn views_of_an_empty_store_have_every_column_and_no_row() {
        let sql = views_sql(&manifest(&[]), &[]);
        assert!(sql.starts_with("-- Kundresa store, generation 7\n"), "{sql}");
        assert!(sql.contains("CAST(NULL AS VARCHAR) AS \"event\"") && !sql.contains("read_parquet"), "{sql}");
    }

    #[test]
    fn texts_of_data_stay_inside_their_quotes() {
        let facts = facts(&[("x'); DROP TABLE t; --", 5_000), ("y\"\n;", 3)]);
        let input = StoredInput { name: "it's.csv".to_owned(), ..StoredInput::default() };
        let sql = views_sql(&Manifest { inputs: vec![input], ..manifest(&[run(1)]) }, &[(1, &facts)]);
        assert!(
            sql.contains("\"column\" = 'x''); DROP TABLE t; --')[nullif(c0, 0) + 0] AS \"p_x'); DROP TABLE t; --\"")
        );
        assert!(sql.contains("t.few[nullif(c1, 0) + 0] AS \"p_y\"\"\n;\"") && sql.contains("'it''s.csv'"), "{sql}");
        assert_eq!(text("a\0b"), "'a' || chr(0) || 'b'");
    }

    #[test]
    fn columns_with_few_values_share_a_list_one_after_another() {
        let facts = facts(&[("channel", 8), ("page", 1 << 13), ("source", 3)]);
        let sql = views_sql(&manifest(&[run(1)]), &[(1, &facts)]);
        assert!(
            sql.contains("t.few[nullif(c0, 0) + 0] AS \"channel\"")
                && sql.contains("t.few[nullif(c2, 0) + 8] AS \"source\"")
        );
        assert!(sql.contains("\"column\" = 'page')[nullif(c1, 0) + 0] AS \"page\""), "{sql}");
        assert!(sql.contains("\"column\" IN ('channel', 'source')"), "{sql}");
    }

    #[test]
    fn names_that_differ_in_case_only_are_numbered() {
        let (first, second) = (facts(&[("Color", 1), ("color", 1)]), facts(&[("COLOR", 1)]));
        let manifest = manifest(&[run(1), run(2)]);
        let views = Views::new(&manifest, &[(1, &first), (2, &second)]);
        let shown: Vec<&str> = views.shown_in_order();
        assert_eq!(shown, ["event", "source_name", "p_COLOR", "p_Color_2", "p_color_3"]);
    }

    #[test]
    fn stored_flags_say_which_orders_repeat_only_where_one_run_holds_all_rows() {
        let facts = facts(&[("order_id", 5)]);
        let one = views_sql(&manifest(&[run(1)]), &[(1, &facts)]);
        let two = views_sql(&manifest(&[run(1), run(2)]), &[(1, &facts), (2, &facts)]);
        let deleted = StoredRun { deleted_file: Some("deleted-000002.parquet".to_owned()), ..run(1) };
        let fewer = views_sql(&manifest(&[deleted]), &[(1, &facts)]);
        let asks = [one, two, fewer].map(|sql| sql.contains("kundresa_repeated_orders"));
        assert_eq!(asks, [false, true, true]);
    }

    #[test]
    fn items_wait_in_their_own_file_and_unidentified_rows_count_on() {
        let has = Optional { items: true, value: true, ..Optional::default() };
        let wide = ["items", "page_url"].map(str::to_owned).to_vec();
        let facts = RunFacts { wide, has, unidentified_rows: 4, ..facts(&[("event", 2)]) };
        let sql = views_sql(&manifest(&[run(12)]), &[(12, &facts)]);
        assert!(
            sql.contains("AS e(actor, actor_class, ts, flags, c0, w0)") && sql.contains("w0 AS \"page_url\""),
            "{sql}"
        );
        assert!(sql.contains("file_row_number + 100 AS file_row_number"), "{sql}");
        assert!(sql.contains("|| '/runs/000012/items.parquet'"), "{sql}");
    }
}
