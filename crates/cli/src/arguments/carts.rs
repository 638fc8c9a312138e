//! Which options does `carts` have?

use clap::Args;

use super::common::AnalysisArguments;
use crate::quantity::whole_number;

/// Arguments of `carts`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  kundresa carts shop.store --abandon-after 30m --by device\n\n\
    Which events fill a cart is set under [carts] in kundresa.toml; the names of GA4 and their usual synonyms are known.")]
pub struct CartsArguments {
    /// A cart without activity for longer than this is abandoned (30m, 1h) [default: 1h].
    #[arg(long, value_name = "DURATION", help_heading = "Carts")]
    pub abandon_after: Option<String>,
    /// A purchase at most this long after an abandoned cart's last activity recovers it (24h, 7d) [default: 7d].
    #[arg(long, value_name = "DURATION", help_heading = "Carts")]
    pub recover_within: Option<String>,
    /// Items listed; the rest becomes (other) [default: 20].
    #[arg(long, value_name = "N", help_heading = "Carts", value_parser = whole_number::<usize>)]
    pub items: Option<usize>,
    /// What all analyses have.
    #[command(flatten)]
    pub analysis: AnalysisArguments,
}
