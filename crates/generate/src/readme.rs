//! What does the README of the sample say?

use std::fmt::Write as _;

use crate::rates::RATES;
use crate::sample::{CRM_FILE, SERVER_FILE, rows_by_source};
use crate::truth::{GeneratedTruth, StepTruth};

/// The whole README, from the generator's own books.
pub(crate) fn text(truth: &GeneratedTruth) -> String {
    let mut out = format!(
        "# Sample: a web shop whose truth is known\n\n\
         {} days of Fjällbua, an outdoor shop that does not exist. Nobody in here is real: every row is made up from a seed, and\n\
         `cargo run --release -- generate --as webshop --out sample_data/webshop` makes the same rows again. The figures below\n\
         are the generator's own books, kept while visitors were made up; they were not computed by Kundresa's analyses. The\n\
         same figures as JSON: `webshop.truth.json` beside this folder.\n\n",
        day_files(truth, ".json.gz") + day_files(truth, ".parquet")
    );
    files(&mut out, truth);
    figures(&mut out, truth);
    planted(&mut out);
    funnels(&mut out, truth);
    traps(&mut out, truth);
    out
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(out, "{text}").expect("writing to a string cannot fail");
}

/// Number of day files with that ending.
fn day_files(truth: &GeneratedTruth, ending: &str) -> usize {
    truth.rows.by_file.keys().filter(|file| file.ends_with(ending)).count()
}

fn files(out: &mut String, truth: &GeneratedTruth) {
    let rows = rows_by_source(&truth.rows);
    let count = |source| rows.get(source).copied().unwrap_or_default();
    line(out, format_args!("| files | what | rows |\n|---|---|---:|"));
    line(
        out,
        format_args!(
            "| `events_*.json.gz` | GA4 BigQuery export, newline-delimited JSON, one file per day | {} |",
            count("ga4 json")
        ),
    );
    line(
        out,
        format_args!(
            "| `events_*.parquet` | the same export as nested Parquet, the last {} days | {} |",
            day_files(truth, ".parquet"),
            count("ga4 parquet")
        ),
    );
    line(
        out,
        format_args!(
            "| `{SERVER_FILE}` | reviews, shares and newsletter sign-ups, logged by the shop's server under the same client ids | {} |",
            count("server")
        ),
    );
    line(
        out,
        format_args!(
            "| `{CRM_FILE}` | stages of the CRM, dates only, under contact and client ids | {} |",
            count("crm")
        ),
    );
    line(out, format_args!("| `kundresa.toml` | what the CRM's stages mean | |\n"));
}

fn figures(out: &mut String, truth: &GeneratedTruth) {
    let rows = &truth.rows;
    line(out, format_args!("## What happened\n\n| figure | count |\n|---|---:|"));
    line(out, format_args!("| rows, all files | {} |", rows.events));
    line(out, format_args!("| … without any identifier (no consent) | {} |", rows.unidentified));
    line(
        out,
        format_args!("| … made up by GA4 (`session_start`, `first_visit`, `user_engagement`) | {} |", rows.synthetic),
    );
    line(out, format_args!("| … equal to an earlier row in everything | {} |", rows.repeated_rows));
    line(out, format_args!("| actors (distinct client ids) | {} |", truth.actors));
    line(out, format_args!("| sessions (gap over 30 minutes) | {} |", truth.sessions));
    for (device, sessions) in &truth.sessions_by_device {
        line(out, format_args!("| … on {device} | {sessions} |"));
    }
    line(out, format_args!("| orders of identified visitors | {} |", truth.orders));
    line(out, format_args!("| … purchase rows that report one of them again | {} |", truth.repeated_orders));
    for (currency, cents) in &truth.revenue_cents {
        line(out, format_args!("| revenue in {currency}, each order once | {}.{:02} |", cents / 100, cents % 100));
    }
    line(out, format_args!("\n| event name | rows |\n|---|---:|"));
    for (name, count) in &rows.by_event {
        line(out, format_args!("| {name} | {count} |"));
    }
}

fn planted(out: &mut String) {
    line(
        out,
        format_args!(
            "\n## Planted behaviour\n\n\
             Chance in per cent that an ordinary visit takes a step, given the step before. **The shipping form is broken on\n\
             tablets.** A visit that returns to a cart left behind skips the first two steps. One heavy visitor looks at\n\
             products around the clock and never buys.\n\n\
             | device | of visitors | view_item | add_to_cart | begin_checkout | … on return | add_shipping_info | add_payment_info | purchase |\n\
             |---|---:|---:|---:|---:|---:|---:|---:|---:|"
        ),
    );
    for rate in &RATES {
        line(
            out,
            format_args!(
                "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
                rate.device,
                rate.visitors,
                rate.view_item,
                rate.add_to_cart,
                rate.begin_checkout,
                rate.begin_checkout_on_return,
                rate.add_shipping_info,
                rate.add_payment_info,
                rate.purchase
            ),
        );
    }
}

fn funnels(out: &mut String, truth: &GeneratedTruth) {
    line(
        out,
        format_args!(
            "\n## The funnel as it happened\n\n\
             Actors by the furthest step they reached within 7 days of a look at a product; *stopped* there for good, or *open*\n\
             because those 7 days were not over when the data ends. *Sessions* hold the step and all before it themselves."
        ),
    );
    funnel(out, "all devices", &truth.funnel);
    for (device, steps) in &truth.funnel_by_device {
        funnel(out, device, steps);
    }
}

fn funnel(out: &mut String, title: &str, steps: &[StepTruth]) {
    line(out, format_args!("\n| {title} | reached | stopped | open | sessions |\n|---|---:|---:|---:|---:|"));
    for step in steps {
        let StepTruth { name, reached, stopped, open, sessions } = step;
        line(out, format_args!("| {name} | {reached} | {stopped} | {open} | {sessions} |"));
    }
}

fn traps(out: &mut String, truth: &GeneratedTruth) {
    line(
        out,
        format_args!(
            "\n## Traps set on purpose\n\n\
             - {} pairs of neighbouring events of a session lie exactly 30 minutes apart, and {} sessions begin 30 minutes and one\n  microsecond after the one before.\n\
             - Rows of a day come in no order; many share a microsecond with another.\n\
             - Campaign fields stand only on the page where a visit landed, in one of three ways: collected, as parameters, or in the\n  address alone.\n\
             - `event_date` is a day in Stockholm, so files do not end at midnight UTC.\n\
             - Some people use two devices under one customer number (with leading zeros).\n\
             - Booleans are sometimes text, absent values sometimes `null`, amounts sometimes integers, order ids sometimes `(not set)`.",
            truth.gaps_of_exactly_30_minutes, truth.sessions_30_minutes_and_1_us_later
        ),
    );
}
