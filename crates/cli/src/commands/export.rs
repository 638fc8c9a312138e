//! Writes every event, or every session, with the labels that the analyses use.

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;

use anyhow::Result;
use arrow_array::RecordBatch;
use arrow_schema::Schema;
use kundresa_engine::RunOptions;
use kundresa_frames::TableWriter;
use kundresa_model::actor_source::{ActorSource, Projection};
use kundresa_model::chunk::ActorChunk;
use kundresa_model::event_table::EventFlags;
use kundresa_model::field::text;
use kundresa_model::source::Wanted;
use kundresa_model::spec::request::{AnalysisSpec, Bots, Request};
use kundresa_model::spec::scope::Scope;
use kundresa_model::time::DataEnd;

use crate::arguments::{ExportArgument, ExportArguments, ExportFormat};
use crate::labelled::Names;
use crate::output;
use crate::pipeline;
use crate::process_log::{XesWriter, as_cases, case_schema};
use crate::progress::Progress;
use crate::settings::{Reading, Running};

type Sink<'a> = Box<dyn Write + Send + 'a>;

/// Where rows go.
enum Writer<'a> {
    Table(TableWriter<Sink<'a>>),
    Cases(TableWriter<Sink<'a>>),
    Xes(XesWriter<Sink<'a>>),
}

impl Writer<'_> {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        match self {
            Self::Table(table) => Ok(table.write(batch)?),
            Self::Cases(table) => Ok(table.write(&as_cases(batch)?)?),
            Self::Xes(log) => log.write(batch),
        }
    }

    fn finish(self) -> Result<()> {
        match self {
            Self::Table(table) | Self::Cases(table) => Ok(table.finish()?),
            Self::Xes(log) => log.finish(),
        }
    }
}

/// Runs `export`.
pub fn command(arguments: &ExportArguments) -> Result<()> {
    let mut reading = Reading::of_input(&arguments.input)?;
    arguments.phases.apply(&mut reading.config);
    let running = Running::of(&arguments.run, &reading.config)?;
    refuse_scopes(arguments, &running)?;
    let out = arguments.out.as_deref();
    let format = format_of(arguments);
    output::check_spreadsheet(arguments.spreadsheet, matches!(format, ExportFormat::Csv | ExportFormat::Cases))?;
    if arguments.what == ExportArgument::Sessions && matches!(format, ExportFormat::Cases | ExportFormat::Xes) {
        anyhow::bail!("process-mining tools read events, not sessions\nhint: kundresa export events");
    }
    output::check(out, &reading.inputs)?;
    let progress = Progress::new();
    let loaded = pipeline::load(&reading, &running, wanted(arguments.what, &running)?, &progress)?;
    progress.stage("writing");
    let names = names(&*loaded.events, &running)?;
    let schema = match arguments.what {
        ExportArgument::Events => names.event_schema(),
        ExportArgument::Sessions => names.session_schema(),
    };
    let written = output::whole(out, |writer| {
        let mut table = open(arguments, writer, &schema)?;
        let written = write(&*loaded.events, &running, &names, arguments.what, &mut table)?;
        table.finish()?;
        Ok(written)
    })?;
    progress.finish();
    output::note(&format!("{written} rows written to {}", output::shown(out)));
    Ok(())
}

/// An export is the log with its labels; only options that change those apply.
fn refuse_scopes(arguments: &ExportArguments, running: &Running) -> Result<()> {
    let run = &arguments.run;
    let given = [
        ("--from", run.from.is_some()),
        ("--where", run.filter.is_some()),
        ("--persona", run.persona.is_some()),
        ("--by", run.by.is_some()),
    ];
    running.refuse_threshold("export", "it writes every row of everybody")?;
    match given.iter().find(|(_, given)| *given) {
        Some((option, _)) => {
            anyhow::bail!("{option} does not apply to export, which writes every row\nhint: filter the exported table")
        }
        None => Ok(()),
    }
}

fn wanted(what: ExportArgument, running: &Running) -> Result<Wanted> {
    let everything = what == ExportArgument::Events;
    // Phases are labelled as `phases` labels them: with every column that a rule reads.
    let phases = Request { analysis: AnalysisSpec::Phases, scope: Scope::default() };
    let mut text = kundresa_engine::text_columns(&running.spec, &[phases])?;
    text.insert(text::EVENT.to_owned());
    Ok(Wanted { text, everything })
}

fn names<'a>(store: &'a dyn ActorSource, running: &Running) -> Result<Names<'a>> {
    let columns = store.text_columns().iter().enumerate();
    let rules = kundresa_engine::phase_rules(store, &running.spec)?;
    Ok(Names {
        columns: columns.map(|(index, name)| (name.as_str(), store.dictionary(index))).collect(),
        rules: rules.into_iter().map(|rule| rule.name).collect(),
        taxonomy: running.spec.phases.taxonomy.taxonomy(),
    })
}

fn format_of(arguments: &ExportArguments) -> ExportFormat {
    let ending = arguments.out.as_deref().and_then(Path::extension);
    let by_ending = match ending.and_then(OsStr::to_str) {
        Some("parquet") => ExportFormat::Parquet,
        Some("xes") => ExportFormat::Xes,
        _ => ExportFormat::Csv,
    };
    arguments.format.unwrap_or(by_ending)
}

fn open<'a>(arguments: &ExportArguments, writer: &'a mut (dyn Write + Send), schema: &Schema) -> Result<Writer<'a>> {
    let sink = |writer: &'a mut (dyn Write + Send)| -> Sink<'a> { Box::new(writer) };
    Ok(match format_of(arguments) {
        ExportFormat::Csv => Writer::Table(TableWriter::csv(output::for_csv(writer, arguments.spreadsheet), schema)?),
        ExportFormat::Cases => {
            let writer = output::for_csv(writer, arguments.spreadsheet);
            Writer::Cases(TableWriter::csv(writer, &case_schema(schema))?)
        }
        ExportFormat::Parquet => Writer::Table(TableWriter::parquet(sink(writer), schema)?),
        ExportFormat::Xes => Writer::Xes(XesWriter::new(sink(writer))?),
    })
}

/// Writes all rows and gives their number.
fn write(
    store: &dyn ActorSource,
    running: &Running,
    names: &Names<'_>,
    what: ExportArgument,
    table: &mut Writer<'_>,
) -> Result<u64> {
    let mut written = 0;
    let mut append = |batch: RecordBatch| -> Result<()> {
        written += batch.num_rows() as u64;
        table.write(&batch)
    };
    let mut visit = |chunk: &ActorChunk<'_>| {
        let batch = match what {
            ExportArgument::Events => names.events(chunk),
            ExportArgument::Sessions => names.sessions(chunk),
        };
        batch.and_then(&mut append).map_err(Into::into)
    };
    let options = RunOptions { threads: running.resources.threads, ..RunOptions::default() };
    let labelled = kundresa_engine::label_events(store, &running.spec, &options, &mut visit)?;
    labelled.warnings.iter().for_each(|warning| output::warn(warning));
    if what == ExportArgument::Events {
        unidentified(store, running.spec.bots, labelled.data_end, names, &mut append)?;
    }
    Ok(written)
}

/// Events without an actor come last, with an empty actor.
fn unidentified(
    store: &dyn ActorSource,
    bots: Bots,
    end: Option<DataEnd>,
    names: &Names<'_>,
    append: &mut dyn FnMut(RecordBatch) -> Result<()>,
) -> Result<()> {
    let cut = end.map_or(i64::MAX, |end| end.cut);
    let takes_part = |ts: i64, flags: u8| {
        let is_bot = EventFlags(flags).has(EventFlags::BOT);
        ts < cut && (bots == Bots::Include || is_bot == (bots == Bots::Only))
    };
    let projection = Projection { text: (0..store.text_columns().len()).collect(), value: true, actor_ids: false };
    let mut result = Ok(());
    store
        .visit_unidentified(&projection, &mut |batch| {
            if result.is_ok() {
                result = names.unidentified(batch, takes_part).and_then(&mut *append);
            }
        })
        .map_err(|error| anyhow::anyhow!(error))?;
    result
}
