//! Which options does `by-page` have?

use clap::{Args, ValueEnum};
use kundresa_model::spec::calendar::CalendarUnit;

use super::common::AnalysisArguments;
use crate::quantity::whole_number;

/// Arguments of `by-page`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  kundresa by-page export/ hotjar.csv clarity.csv --heatmap /cart=cart-clicks.csv --period week\n\n\
    Sources of signals are those of Hotjar and Clarity, or those that --signals names. They are joined with the web's events \
    by page and period alone: a line tells what happened on a page, not that the same people did both."
)]
pub struct ByPageArguments {
    /// What all analyses have.
    #[command(flatten)]
    pub analysis: AnalysisArguments,
    /// Lines per period of the report zone [default: one for the whole time].
    #[arg(long, value_enum, value_name = "PERIOD", help_heading = "Scope")]
    pub period: Option<PeriodArgument>,
    /// Source whose events are signals; may be repeated [default: those of Hotjar and Clarity].
    #[arg(long, value_name = "SOURCE", help_heading = "Scope")]
    pub signals: Vec<String>,
    /// Exported heatmap to show beside; may be repeated. /PAGE=FILE says of which page it is, where the file does not.
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub heatmap: Vec<String>,
    /// Pages shown per period [default: 50].
    #[arg(long, value_name = "N", help_heading = "Output", value_parser = whole_number::<usize>)]
    pub rows: Option<usize>,
}

/// Periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PeriodArgument {
    /// A day.
    Day,
    /// An ISO week.
    Week,
    /// A month.
    Month,
}

impl PeriodArgument {
    /// The unit.
    pub fn unit(self) -> CalendarUnit {
        match self {
            Self::Day => CalendarUnit::Day,
            Self::Week => CalendarUnit::Week,
            Self::Month => CalendarUnit::Month,
        }
    }
}
