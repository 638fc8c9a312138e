//! Do the analyses agree with slow, obvious versions of themselves, and do their parts add up to the whole?

#![expect(clippy::unwrap_used, reason = "a panic in a test's helper is a failed test")]

mod any_order;
mod attempts;
mod bridge;
mod carts;
mod conformance;
mod funnel;
mod funnel_options;
mod funnel_value;
mod kernel;
mod kernel_cases;
mod kernel_random;
mod kernel_search;
mod many_steps;
mod merging;
mod overlap;
mod overview;
mod overview_privacy;
mod paths;
mod paths_slow;
mod phases;
mod privacy;
mod sessions;
mod support;
mod transitions;
mod transitions_privacy;
