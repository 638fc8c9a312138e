//! Which options does `reconcile` have?

use std::path::PathBuf;

use clap::Args;

use super::common::AnalysisArguments;

/// Arguments of `reconcile`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  kundresa reconcile export/ --reference Events_Event_name.csv --time-zone Europe/Stockholm\n\n\
    References are CSV exports of GA4's interface: reports, overviews, explorations. Only the days of the report are counted, \
    unless --from or --to says otherwise. docs/why-it-differs-from-ga4.md says more of the reasons. Differences are no \
    failure: the exit code is 0."
)]
pub struct ReconcileArguments {
    /// What all analyses have.
    #[command(flatten)]
    pub analysis: AnalysisArguments,
    /// Reports to set beside our figures; several if they span the same days.
    #[arg(long = "reference", value_name = "FILE", required = true, num_args = 1.., help_heading = "Input")]
    pub references: Vec<PathBuf>,
}
