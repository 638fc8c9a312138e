//! The renderers for the terminal.

use kundresa_model::language::Language;
use kundresa_report::terminal::{self, Style};

use crate::fixture::{self, results};

const ASCII: Style = Style { color: false, width: 80, unicode: false, language: Language::En };
const COLORED: Style = Style { color: true, width: 80, unicode: true, language: Language::En };

fn provenance() -> kundresa_model::document::Provenance {
    fixture::rich().provenance
}

fn all(
    document: &kundresa_model::document::Document<kundresa_model::document::ReportFigures>,
    style: &Style,
) -> Vec<String> {
    let whole = &document.results;
    let figures = whole.figures.clone();
    let same = |text: String| text;
    let mut shown = vec![
        terminal::report_summary(whole, &document.provenance, style),
        terminal::report(whole, &document.provenance, style),
        same(terminal::sessions(&results(figures.sessions), &document.provenance, style)),
        terminal::phases(&results(figures.phases), &document.provenance, style),
        terminal::transitions(&results(figures.transitions), &document.provenance, style),
        terminal::transitions(&results(figures.event_transitions), &document.provenance, style),
    ];
    shown.extend(figures.signals.map(|signals| terminal::signals(&whole.with(signals), &document.provenance, style)));
    shown.extend(
        figures.funnels.into_iter().map(|funnel| terminal::funnel(&results(funnel), &document.provenance, style)),
    );
    shown
}

#[test]
fn signals_and_shared_persons_at_eighty_columns() {
    let document = fixture::rich();
    let shown = document.results.with(document.results.figures.signals.clone().expect("signals"));
    insta::assert_snapshot!(terminal::signals(&shown, &document.provenance, &Style::default()));
}

#[test]
fn funnel_at_eighty_columns() {
    insta::assert_snapshot!(terminal::funnel(&results(fixture::checkout()), &provenance(), &Style::default()));
}

#[test]
fn funnel_in_ascii() {
    insta::assert_snapshot!(terminal::funnel(&results(fixture::checkout()), &provenance(), &ASCII));
}

#[test]
fn sessions_at_eighty_columns() {
    insta::assert_snapshot!(terminal::sessions(&results(fixture::sessions()), &provenance(), &Style::default()));
}

#[test]
fn phases_at_eighty_columns() {
    insta::assert_snapshot!(terminal::phases(&results(fixture::phases()), &provenance(), &Style::default()));
}

#[test]
fn transitions_at_eighty_columns() {
    insta::assert_snapshot!(terminal::transitions(
        &results(fixture::phase_transitions()),
        &provenance(),
        &Style::default()
    ));
}

#[test]
fn summary_at_eighty_columns() {
    let document = fixture::rich();
    insta::assert_snapshot!(terminal::report_summary(&document.results, &document.provenance, &Style::default()));
}

#[test]
fn summary_of_nothing() {
    let document = fixture::empty();
    insta::assert_snapshot!(terminal::report_summary(&document.results, &document.provenance, &Style::default()));
}

#[test]
fn hostile_names_at_eighty_columns() {
    let document = fixture::hostile();
    let funnel = document.results.figures.funnels[0].clone();
    insta::assert_snapshot!(terminal::funnel(&results(funnel), &document.provenance, &Style::default()));
}

#[test]
fn no_name_reaches_the_terminal_as_a_control_character() {
    for shown in all(&fixture::hostile(), &Style::default()) {
        let control = shown.chars().find(|character| character.is_control() && *character != '\n');
        assert_eq!(control, None);
        assert!(!shown.contains('\u{202e}'));
    }
}

#[test]
fn nothing_is_wider_than_the_screen() {
    for width in [60, 80, 120, 200] {
        for shown in all(&fixture::rich(), &Style { width, ..Style::default() }) {
            let longest = shown.lines().map(|line| line.chars().count()).max().unwrap_or_default();
            assert!(longest <= width, "{longest} of {width} columns:\n{shown}");
        }
    }
}

#[test]
fn color_changes_nothing_but_color() {
    let colored = all(&fixture::rich(), &COLORED);
    for (plain, colored) in all(&fixture::rich(), &Style::default()).iter().zip(&colored) {
        assert_ne!(plain, colored);
        assert_eq!(*plain, without_escapes(colored));
    }
}

#[test]
fn ascii_is_ascii() {
    for shown in all(&fixture::rich(), &ASCII).iter().chain(&all(&fixture::empty(), &ASCII)) {
        assert!(shown.is_ascii(), "{shown}");
    }
}

#[test]
fn transitions_beyond_the_list_are_counted() {
    let shown = terminal::transitions(&results(fixture::hostile_transitions()), &provenance(), &Style::default());
    assert!(shown.contains("… and 275 more, use --format csv"), "{shown}");
}

#[test]
fn sum_of_the_load_is_always_printed() {
    for shown in all(&fixture::rich(), &Style::default()) {
        assert!(shown.contains("rows in 31,146 = events 31,106 + duplicates 12 + rejected 28"), "{shown}");
    }
}

fn without_escapes(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').map_or("", |(_, rest)| rest))
}

#[test]
fn report_as_text_for_mail() {
    let rich = fixture::rich();
    let text = terminal::report(&rich.results, &rich.provenance, &ASCII);
    assert!(text.is_ascii(), "{text}");
    insta::assert_snapshot!(text);
}
