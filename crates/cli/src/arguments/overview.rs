//! Which options does `overview` have?

use clap::Args;

use super::common::AnalysisArguments;
use crate::quantity::whole_number;

/// Arguments of `overview`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  kundresa overview export/ --time-zone Europe/Stockholm --by device\n\n\
    Figures follow GA4's definitions. Which events are views, key events, purchases and refunds is set under [overview] in \
    kundresa.toml. docs/why-it-differs-from-ga4.md tells why figures still differ from those of the GA4 interface, by how \
    much, and what to set to come closer.")]
pub struct OverviewArguments {
    /// What all analyses have.
    #[command(flatten)]
    pub analysis: AnalysisArguments,
    /// Events, pages and channels shown; the rest becomes (other) [default: 10].
    #[arg(long, value_name = "N", help_heading = "Output", value_parser = whole_number::<usize>)]
    pub rows: Option<usize>,
}
