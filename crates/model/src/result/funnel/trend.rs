//! How does a funnel change from one day, week or month to the next?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::StepCounts;
use crate::rate::Rate;
use crate::spec::calendar::CalendarUnit;

/// The funnel by the time of entry. The buckets add up to the total.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunnelTrend {
    /// What a bucket is.
    pub bucket: CalendarUnit,
    /// Buckets in order, from the first to the last with an entry; those between without one have zeros.
    pub buckets: Vec<TrendBucket>,
}

/// Units that entered in one bucket.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrendBucket {
    /// First day of the bucket in the report zone (`2024-03-04`).
    pub start: String,
    /// Whether somebody who entered in it may still get further, or still enter: its end and the window are not over.
    pub is_incomplete: bool,
    /// Steps in order.
    pub steps: Vec<StepCounts>,
    /// Reached the last step out of reached the first.
    pub conversion: Rate,
}
