//! Which parts of a request do the values of a record hold, where a log names each of them?

use super::request::Request;
use crate::mapping::aliases::normalised;

/// What a value says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Time,
    Ip,
    Forwarded,
    User,
    Scheme,
    Site,
    Method,
    Target,
    Line,
    Protocol,
    Status,
    Bytes,
    Referrer,
    Agent,
}

/// Number of parts.
pub(super) const PARTS: usize = Part::Agent as usize + 1;

/// Whether a log is one of requests: address, status, and a method with a path or both in a request line. None of the
/// names may already say what happened.
pub(super) fn are_requests(has: impl Fn(Part) -> bool, names: &[String]) -> bool {
    let is_event = |name: &String| ["event", "eventname", "eventtype", "action"].contains(&normalised(name).as_str());
    let is_request = has(Part::Line) || (has(Part::Method) && has(Part::Target));
    let is_answer = has(Part::Ip) && has(Part::Time) && has(Part::Status);
    is_request && is_answer && !names.iter().any(is_event)
}

/// The request without its time. What stands alone is believed before the request line.
pub(super) fn request<'a>(text: impl Fn(Part) -> &'a str) -> Request<'a> {
    let mut request = Request {
        ip: text(Part::Ip),
        forwarded: text(Part::Forwarded),
        user: text(Part::User).into(),
        scheme: text(Part::Scheme),
        host: text(Part::Site),
        status: text(Part::Status),
        bytes: text(Part::Bytes),
        referrer: text(Part::Referrer).into(),
        agent: text(Part::Agent).into(),
        ..Request::default()
    };
    request.set_line(text(Part::Line));
    if !text(Part::Target).is_empty() {
        request.target = text(Part::Target).into();
    }
    if !text(Part::Method).is_empty() {
        request.method = text(Part::Method);
    }
    if !text(Part::Protocol).is_empty() {
        request.protocol = text(Part::Protocol);
    }
    request
}
