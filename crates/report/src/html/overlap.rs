//! Which persons do the sources share?

use kundresa_model::document::SourceFacts;
use kundresa_model::result::overlap::{OverlapResult, SourcePair};
use maud::{Markup, html};

use super::texts::overlap as texts;
use super::{View, cell};
use crate::facts;
use crate::locale::{DASH, Locale};

/// Most pairs that are named again in words, below the table that has them all.
const MOST_TOLD: usize = 3;

/// Persons by source and by pair; nothing where there is one source alone.
pub fn part(view: &View<'_>) -> Markup {
    let (locale, document) = (view.locale, view.document);
    let all = document.results.overlap.iter().flat_map(|overlap| &overlap.source_pairs);
    let apart: Vec<&SourcePair> = all.filter(|pair| pair.shares_nobody()).collect();
    html! {
        @if let Some(overlap) = &document.results.overlap {
            h3 #overlap { (locale.say(&texts::TITLE)) }
            p.rules { (locale.say(&texts::LEAD)) }
            (persons(locale, overlap, &document.provenance.sources))
            @if !overlap.source_pairs.is_empty() { (pairs(locale, &overlap.source_pairs)) }
            (advice(locale, &apart))
        }
    }
}

fn persons(locale: Locale, overlap: &OverlapResult, sources: &[SourceFacts]) -> Markup {
    let identifiers = |name: &str| {
        let known = sources.iter().find(|source| source.name == name).map(facts::identifiers).unwrap_or_default();
        if known.is_empty() { DASH.to_owned() } else { known.join(", ") }
    };
    let caption = html! { (locale.say(&texts::SOURCES_CAPTION)) };
    cell::narrow_table(
        locale,
        &caption,
        &html! {
            thead { tr {
                th scope="col" { (locale.say(&texts::SOURCE)) }
                th scope="col" { (locale.say(&texts::IDENTIFIERS)) }
                th.n scope="col" { (locale.say(&texts::PERSONS)) }
                th.n scope="col" { (locale.say(&texts::OF_NOBODY)) }
            } }
            tbody {
                @for source in &overlap.source_persons {
                    tr {
                        th scope="row" { (cell::name(locale, &source.source)) }
                        td { (identifiers(&source.source)) }
                        (cell::count_cell(locale, source.persons))
                        (cell::count_cell(locale, source.unidentified_events))
                    }
                }
            }
        },
    )
}

fn pairs(locale: Locale, pairs: &[SourcePair]) -> Markup {
    let caption = html! { (locale.say(&texts::PAIRS_CAPTION)) };
    cell::narrow_table(
        locale,
        &caption,
        &html! {
            thead { tr {
                th scope="col" { (locale.say(&texts::FIRST)) }
                th scope="col" { (locale.say(&texts::SECOND)) }
                th.n scope="col" { (locale.say(&texts::BOTH)) }
                th.n scope="col" { (locale.say(&texts::OF_FIRST)) }
                th.n scope="col" { (locale.say(&texts::OF_SECOND)) }
            } }
            tbody {
                @for pair in pairs {
                    tr {
                        th scope="row" { (cell::name(locale, &pair.one)) }
                        td { (cell::name(locale, &pair.other)) }
                        (cell::count_cell(locale, pair.both))
                        (cell::rate_cell(locale, pair.of_one))
                        (cell::rate_cell(locale, pair.of_other))
                    }
                }
            }
        },
    )
}

/// What it means that pairs share nobody. The table has them all; few are named again.
fn advice(locale: Locale, apart: &[&SourcePair]) -> Markup {
    html! {
        @if apart.len() > MOST_TOLD {
            p.rules { (locale.markup(&texts::MANY_APART, &[&cell::count(locale, apart.len() as u64)])) }
        } @else {
            @for pair in apart { (told(locale, pair)) }
        }
    }
}

/// What a pair that shares nobody means, and what can be done.
fn told(locale: Locale, pair: &SourcePair) -> Markup {
    let (one, other) = (cell::name(locale, &pair.one), cell::name(locale, &pair.other));
    let (of_one, of_other) =
        (cell::count(locale, pair.of_one.denominator), cell::count(locale, pair.of_other.denominator));
    html! { p.rules { (locale.markup(&texts::APART, &[&of_one, &one, &of_other, &other])) } }
}
