//! Do the analyses agree with slow, obvious versions of themselves, and do their parts add up to the whole?

#![expect(clippy::unwrap_used, reason = "a panic in a test's helper is a failed test")]

mod conformance;
mod funnel;
mod kernel;
mod merging;
mod phases;
mod sessions;
mod support;
mod transitions;
