//! How sure is a share, and do two shares differ by more than chance?
//!
//! Given for actors only: sessions, attempts and visits repeat within actors, so such counts vary more than these
//! formulas know. Source: `docs/semantics.md#statistics-and-money`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::rate::Rate;

/// Wilson's score interval of a share, at 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    /// Lower bound, a fraction.
    pub low: f64,
    /// Upper bound, a fraction.
    pub high: f64,
}

/// A share compared with that of everybody else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// The share of all others.
    pub others: Rate,
    /// How the two were compared.
    pub method: Method,
    /// Two-sided probability of a difference at least this large by chance; null where there is nothing to compare.
    pub p_value: Option<f64>,
    /// The same after Benjamini and Hochberg over all comparisons of the table.
    pub p_adjusted: Option<f64>,
}

/// How two shares were compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Pooled z-test.
    PooledZ,
    /// Fisher's exact test, where fewer than 5 are expected in a cell.
    FisherExact,
    /// None: one of the groups is empty, or everybody or nobody in both succeeded.
    Undefined,
    /// None: the groups share actors, so they are not independent.
    NotIndependent,
}
