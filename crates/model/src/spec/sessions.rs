//! When does a new session start?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::{DAY_US, Duration, MINUTE_US};

/// Rules that cut an actor's activity into sessions. Source: `docs/semantics.md#sessions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SessionRules {
    /// A gap strictly greater than this starts a new session.
    pub timeout: Duration,
    /// Split at local midnight of the report zone.
    pub split_at_midnight: bool,
    /// Split on a filled, non-direct campaign that differs from the session's last.
    pub split_on_campaign: bool,
    /// Trust the vendor's session id instead of the gap; such sessions may overlap.
    pub use_vendor_id: bool,
    /// Caps on one session; `false` for comparing with engines that have none.
    pub caps: bool,
}

/// A session holds at most this many activity events while caps are on.
pub const CAP_EVENTS: u32 = 10_000;
/// A session lasts at most this long after its start while caps are on.
pub const CAP_SPAN_US: i64 = DAY_US;
/// A gap longer than this inside one vendor id starts a new session marked `id_reused`.
pub const ID_REUSE_GAP_US: i64 = DAY_US;

impl Default for SessionRules {
    fn default() -> Self {
        Self {
            timeout: Duration::from_us(30 * MINUTE_US),
            split_at_midnight: false,
            split_on_campaign: false,
            use_vendor_id: false,
            caps: true,
        }
    }
}
