//! Answers many questions in one pass over the log.

use anyhow::{Context, Result};
use kundresa_model::document::{Answers, Document, Results};
use kundresa_model::result::AnalysisResult;
use kundresa_model::source::Wanted;
use kundresa_report::{json, terminal::Style};

use crate::arguments::ask::{AnswerFormat, AskArguments};
use crate::arguments::common::OutputFormat;
use crate::commands::analysis;
use crate::pipeline;
use crate::progress::Progress;
use crate::question::Question;
use crate::settings::{Reading, Running};
use crate::{asked_columns, output, pipeline::Finished};

/// Runs `ask`.
pub fn command(arguments: &AskArguments) -> Result<()> {
    let out = arguments.out.as_deref();
    let mut reading = Reading::of(std::slice::from_ref(&arguments.input), &arguments.reading)?;
    arguments.phases.apply(&mut reading.config);
    arguments.language.apply(&mut reading.config);
    let running = Running::of(&arguments.run, &reading.config)?;
    let questions = questions(arguments, &reading)?;
    output::check(out, &reading.inputs)?;
    let answers = answers(&reading, &running, questions)?;
    match format_of(arguments) {
        AnswerFormat::Json => output::text(out, &json::answers(&answers)?),
        AnswerFormat::Table => {
            output::text(out, &tables(&answers, &output::table_style(OutputFormat::Table, out, &reading.config)))
        }
        AnswerFormat::Text => output::text(out, &tables(&answers, &output::mail_style(&reading.config))),
    }
}

/// The form asked for: `--format`, else the ending of `--out`, else tables.
fn format_of(arguments: &AskArguments) -> AnswerFormat {
    let ending = arguments.out.as_deref().and_then(|out| out.extension()?.to_str());
    arguments.format.unwrap_or(match ending {
        Some("json") => AnswerFormat::Json,
        Some("txt") => AnswerFormat::Text,
        _ => AnswerFormat::Table,
    })
}

/// All questions, or the first that is none.
fn questions(arguments: &AskArguments, reading: &Reading) -> Result<Vec<Question>> {
    let understood = |(index, text): (usize, &String)| {
        Question::of(text, reading, &arguments.run).with_context(|| named(index + 1, text))
    };
    arguments.questions.iter().enumerate().map(understood).collect()
}

/// How messages name a question.
fn named(number: usize, text: &str) -> String {
    format!("question {number} (`{text}`)")
}

/// Asks everything at once.
fn answers(reading: &Reading, running: &Running, questions: Vec<Question>) -> Result<Answers<AnalysisResult>> {
    let requests: Vec<_> = questions.iter().map(Question::request).collect();
    let text = kundresa_engine::text_columns(&running.spec, &requests)?;
    let progress = Progress::new();
    let loaded = pipeline::load(reading, running, Wanted { text, everything: false }, &progress)?;
    for (number, (question, request)) in (1..).zip(questions.iter().zip(&requests)) {
        asked_columns::check(reading, &loaded, &running.spec.personas, std::slice::from_ref(request))
            .with_context(|| named(number, &question.text))?;
    }
    let mut finished = pipeline::analyze(loaded, reading, running, &requests, &progress)?;
    let results = std::mem::take(&mut finished.outcome.results);
    if results.len() != questions.len() {
        return Err(anyhow::anyhow!("the engine gave {} results for {} questions", results.len(), questions.len()));
    }
    let answered = questions.iter().zip(results).map(|(question, result)| answer(reading, &finished, question, result));
    let results = answered.collect();
    Ok(Answers {
        questions: questions.into_iter().map(|question| question.text).collect(),
        results,
        provenance: pipeline::provenance(reading, running, &finished.loaded)?,
    })
}

/// What the command of the question would give as its results.
fn answer(
    reading: &Reading,
    finished: &Finished,
    question: &Question,
    result: AnalysisResult,
) -> Results<AnalysisResult> {
    analysis::tell_cut(&result);
    let mut results = pipeline::results(reading, &question.running, finished, result);
    results.settings.filter_scope = analysis::filter_scope(&question.running.scope, &question.analysis);
    results
}

/// One table after another, each under its question.
fn tables(answers: &Answers<AnalysisResult>, style: &Style) -> String {
    let numbered = answers.questions.iter().zip(&answers.results).zip(1..);
    let shown = numbered.map(|((question, results), number)| {
        let document = Document { results: results.clone(), provenance: answers.provenance.clone() };
        format!("[{number}] {question}\n\n{}", analysis::table(&document, style))
    });
    shown.collect::<Vec<_>>().join("\n")
}
