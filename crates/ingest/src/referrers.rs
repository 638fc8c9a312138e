//! Which hosts are known as search engines, social networks or assistants?
//!
//! The shipped list restates which hosts Matomo's list of search engines, social networks and assistants names
//! (`matomo-org/searchengine-and-social-list`, given to the public domain, CC0), without portals that only had a search box and
//! without hosts that the names of `channels.json` stand for already. A host is itself, not its subdomains.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::channel::{Site, SourceCategory};
use crate::error::IngestError;

const SHIPPED: &str = include_str!("../data/referrers.json");

/// Shape of the shipped data.
#[derive(Deserialize)]
struct Shipped {
    /// Hosts of an engine by its name.
    search: BTreeMap<String, Vec<String>>,
    social: Vec<String>,
    assistant: Vec<String>,
}

/// The shipped hosts, without `www.`.
///
/// # Errors
/// When the shipped list is none.
pub(crate) fn shipped() -> Result<BTreeMap<String, Site>, IngestError> {
    let shipped: Shipped = serde_json::from_str(SHIPPED).map_err(|error| IngestError::BadConfig {
        key: "channels".to_owned(),
        value: "the shipped list of hosts".to_owned(),
        reason: error.to_string(),
    })?;
    let mut hosts = BTreeMap::new();
    for (category, names) in [(SourceCategory::Social, shipped.social), (SourceCategory::Assistant, shipped.assistant)]
    {
        hosts.extend(names.into_iter().map(|host| (host, Site { category, name: None })));
    }
    for (name, engines) in shipped.search {
        let site = Site { category: SourceCategory::Search, name: Some(name) };
        hosts.extend(engines.into_iter().map(|host| (host, site.clone())));
    }
    Ok(hosts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_hosts_of_one_category() {
        let shipped: Shipped = serde_json::from_str(SHIPPED).unwrap();
        let listed: Vec<&String> =
            shipped.search.values().flatten().chain(&shipped.social).chain(&shipped.assistant).collect();
        for host in &listed {
            let is_host = host.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'));
            assert!(is_host && host.contains('.') && !host.starts_with("www."), "{host}");
        }
        assert_eq!(super::shipped().unwrap().len(), listed.len(), "a host is listed once");
    }
}
