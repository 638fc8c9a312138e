//! How are parts of a whole drawn so that they differ without colour?
//!
//! Going on is solid, stopping is hatched, ending after the goal is ruled, still open is dotted; a legend with the same
//! patterns stands beside every figure. Widths are per cent attributes of an SVG that fills its box.

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use maud::{Markup, PreEscaped, html};

use super::texts::common;
use crate::locale::{Locale, Text};

/// What became of a part of the units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Went on, solid.
    Went,
    /// Stopped, hatched.
    Stopped,
    /// Ended after reaching the goal, ruled.
    Ended,
    /// May still go on, dotted.
    Open,
}

impl Part {
    fn class(self) -> &'static str {
        match self {
            Self::Went => "went",
            Self::Stopped => "stopped",
            Self::Ended => "ended",
            Self::Open => "open",
        }
    }

    fn fill(self) -> Option<&'static str> {
        match self {
            Self::Went => None,
            Self::Stopped => Some("url(#fill-stopped)"),
            Self::Ended => Some("url(#fill-ended)"),
            Self::Open => Some("url(#fill-open)"),
        }
    }
}

/// Definitions of the patterns; once per page.
pub fn patterns() -> Markup {
    PreEscaped(include_str!("patterns.svg").trim_end().to_owned())
}

/// A bar of `parts` on a track of `full` units, described by `label`; empty where one of them is hidden.
pub fn bar<C: Into<Count> + Copy>(parts: &[(Part, C)], full: C, label: &str) -> Markup {
    let drawn: Option<Vec<(Part, u64)>> =
        parts.iter().map(|(part, units)| Some((*part, (*units).into().shown()?))).collect();
    let (parts, full) = full.into().shown().zip(drawn).map_or_else(Default::default, |(full, drawn)| (drawn, full));
    let mut start = 0;
    html! {
        svg.bar.mark role="img" aria-label=(label) data-tip=(label) {
            @for (part, units) in parts.iter().filter(|(_, units)| *units > 0) {
                rect class=(part.class()) fill=[part.fill()] x=(share(start, full)) width=(share(*units, full)) height="100%" {}
                ({ start += *units; "" })
            }
        }
    }
}

/// As [`bar`], where every part stands for a figure and says so in its sentence.
pub fn marked(parts: &[(Part, Count, String)], full: Count, label: &str) -> Markup {
    let full = full.drawn();
    let mut start = 0;
    html! {
        svg.bar role="img" aria-label=(label) {
            @for (part, units, told) in parts.iter().filter(|(_, units, _)| units.is_some()) {
                rect class={ "mark " (part.class()) } fill=[part.fill()] x=(share(start, full))
                    width=(share(units.drawn(), full)) height="100%" data-value=[units.shown()] data-tip=(told) {
                    title { (told) }
                }
                ({ start += units.drawn(); "" })
            }
        }
    }
}

/// The pattern of a part, beside its words.
pub fn swatch(part: Part) -> Markup {
    html! {
        svg.swatch aria-hidden="true" { rect class=(part.class()) fill=[part.fill()] width="100%" height="100%" {} }
    }
}

/// A small bar of one rate beside its number, for the eye only.
pub fn mini(part: Part, rate: Rate) -> Markup {
    html! {
        svg.mini aria-hidden="true" {
            rect class=(part.class()) fill=[part.fill()] width=(share(rate.numerator, rate.denominator)) height="100%" {}
        }
    }
}

/// The words for patterns, in the order of the bars.
pub fn legend(locale: Locale, entries: &[(Part, &str)]) -> Markup {
    html! {
        ul.legend aria-label=(locale.say(&common::LEGEND)) {
            @for (part, words) in entries {
                li {
                    svg.swatch aria-hidden="true" {
                        rect class=(part.class()) fill=[part.fill()] width="100%" height="100%" {}
                    }
                    (words)
                }
            }
        }
    }
}

/// `units` of `full` as an SVG length in per cent with three decimals, by whole-number arithmetic.
pub fn share(units: u64, full: u64) -> String {
    let thousandths = u128::from(units) * 100_000 / u128::from(full.max(1));
    format!("{}.{:03}%", thousandths / 1_000, thousandths % 1_000)
}

/// A sentence for readers of the bar who cannot see it: `went on 12, stopped 3`.
pub fn sentence(locale: Locale, name: &str, parts: &[(&Text, Count)]) -> String {
    let part = |(words, units): &(&Text, Count)| format!("{} {}", locale.say(words), locale.count(*units));
    let parts: Vec<String> = parts.iter().map(part).collect();
    format!("{name}: {}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_lie_side_by_side_and_empty_parts_are_left_out() {
        let drawn = bar(&[(Part::Went, 1u64), (Part::Stopped, 0), (Part::Open, 1)], 4, "x").into_string();
        assert_eq!(drawn.matches("<rect").count(), 2);
        assert!(drawn.contains(r#"x="25.000%" width="25.000%""#), "{drawn}");
    }

    #[test]
    fn a_track_of_nothing_draws_nothing() {
        assert_eq!(share(0, 0), "0.000%");
    }
}
