//! Access log of a load balancer of AWS: application (ALB) and classic (ELB).
//!
//! Fields separated by blanks, in an order that the documentation fixes: `https 2018-07-02T22:23:00.186641Z app/shop/50dc
//! 192.168.131.39:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "GET https://shop.example:443/ HTTP/1.1" "curl/7.46"
//! …`; a classic one begins with the time. Newer logs have more fields at the end, older ones fewer. Times are UTC and
//! those of the answer. The request has a whole address with its port, and there is no referrer.

use std::borrow::Cow;

use super::fields::{Odd, all_fields, next_field, unescaped};
use super::request::{COLUMNS, PRESET, Request, filled};
use super::{Evidence, Vendor};
use crate::config::KindName;
use crate::json::flatten::Flat;
use crate::sample::{Sample, Shape};
use crate::translate::{NoRow, Raw, Rows, Translator};
use kundresa_model::quality::RejectReason;

pub(super) static ALB: Vendor = Vendor {
    kind: KindName::Alb,
    evidence: Evidence::Documented,
    recognizes,
    preset: PRESET,
    translator: Some(|_| Box::new(LoadBalancer)),
    synthetic: &[],
};

fn recognizes(sample: &Sample) -> bool {
    let Shape::Lines(lines) = &sample.shape else { return false };
    !lines.has_directives && lines.lines.iter().take(20).any(|line| parse(line).is_some())
}

/// Fields of both, from the time on.
const COMMON: usize = 15;
/// Names of those that are no part of a request, by their place from the time on.
const OTHERS: [(usize, &str); 8] = [
    (1, "elb"),
    (3, "target"),
    (4, "request_processing_time"),
    (5, "target_processing_time"),
    (6, "response_processing_time"),
    (8, "target_status"),
    (9, "received_bytes"),
    (13, "ssl_cipher"),
];
/// Names of what follows.
const MORE: [&str; 16] = [
    "ssl_protocol",
    "target_group_arn",
    "trace_id",
    "domain_name",
    "chosen_cert_arn",
    "matched_rule_priority",
    "request_creation_time",
    "actions_executed",
    "redirect_url",
    "error_reason",
    "target_port_list",
    "target_status_code_list",
    "classification",
    "classification_reason",
    "conn_trace_id",
    "transformed_host",
];

/// Kind of connection, which a classic one doesn't say, and the fields from the time on.
fn parse(line: &str) -> Option<(&str, Vec<&str>)> {
    let mut rest = line;
    let is_classic = line.starts_with(|first: char| first.is_ascii_digit());
    let connection = if is_classic { "" } else { next_field(&mut rest)?.text };
    let mut fields = Vec::with_capacity(COMMON + MORE.len());
    fields.extend(all_fields(rest).map(|field| field.text));
    let is_time = fields.first()?.as_bytes().get(10) == Some(&b'T');
    let is_status = |text: &str| text == "-" || text.bytes().all(|byte| byte.is_ascii_digit());
    (is_time && fields.len() >= COMMON && is_status(fields[7])).then_some((connection, fields))
}

struct LoadBalancer;

impl Translator for LoadBalancer {
    fn columns(&self) -> Vec<String> {
        COLUMNS.map(str::to_owned).into()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        let (connection, fields) = parse(record.text).ok_or_else(|| {
            let expected = "a time, a name, two addresses, three durations, two states, two sizes, \"a request\" and \
                            \"a user agent\" were expected";
            NoRow::new(RejectReason::BadLine, expected)
        })?;
        let mut request = Request {
            time: fields[0].into(),
            ip: fields[2],
            status: fields[7],
            bytes: fields[10],
            agent: unescaped(fields[12], Odd::Escape),
            ..Request::default()
        };
        request.set_line(fields[11]);
        if let Cow::Borrowed(target) = request.target {
            request.target = without_usual_port(unescaped(target, Odd::Percent));
        }
        request.write(rows);
        rows.other("connection", Flat::Text(connection));
        for (place, name) in OTHERS {
            rows.other(name, Flat::Text(filled(fields[place])));
        }
        for (place, value) in fields[COMMON - 1..].iter().enumerate() {
            match MORE.get(place) {
                Some(name) => rows.other(name, Flat::Text(filled(value))),
                None => rows.other(&format!("extra_{}", place + 1), Flat::Text(filled(value))),
            }
        }
        Ok(())
    }
}

/// `https://shop.example:443/` without the port that goes without saying.
fn without_usual_port(target: Cow<'_, str>) -> Cow<'_, str> {
    for (scheme, port) in [("https://", ":443"), ("http://", ":80")] {
        let Some(rest) = target.strip_prefix(scheme) else { continue };
        let host = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
        if let Some(name) = host.strip_suffix(port) {
            return [scheme, name, &rest[host.len()..]].concat().into();
        }
    }
    target
}
