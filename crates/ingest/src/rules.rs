//! Which rules of the configuration turn raw values of a source into marks and derived columns?

use std::collections::BTreeMap;

use globset::{Glob, GlobSet, GlobSetBuilder};
use kundresa_model::event_table::EventFlags;

use crate::bots::Bots;
use crate::channel::Channels;
use crate::config::{IngestConfig, SourceConfig};
use crate::error::IngestError;
use crate::page::{PageTemplates, is_same_site};

/// Events in which nobody acted: deliveries, identity rows, app housekeeping and CRM changes.
/// Source: `docs/semantics.md#sessions`.
pub const PASSIVE: [&str; 39] = [
    "app_remove",
    "app_update",
    "app_clear_data",
    "os_update",
    "notification_receive",
    "notification_dismiss",
    "push_sent",
    "push_delivered",
    "push_received",
    "push_bounced",
    "email_processed",
    "email_sent",
    "email_delivered",
    "email_bounced",
    "email_deferred",
    "email_dropped",
    "sms_sent",
    "sms_delivered",
    "identify",
    "alias",
    "group",
    "$identify",
    "$create_alias",
    "$merge",
    "$set",
    "$groupidentify",
    "stage_changed",
    "lifecycle_stage_changed",
    "contact_created",
    "deal_created",
    "lead_created",
    "lead_converted",
    "opportunity_created",
    "property_changed",
    "record_disappeared",
    "record_reappeared",
    "fulfillment",
    "order_closed",
    "checkout_closed",
];

/// Rows that GA4 makes up.
pub const GA4_SYNTHETIC: [&str; 3] = ["session_start", "first_visit", "user_engagement"];

/// Lists that hold where the configuration gives none.
#[derive(Clone, Copy, Debug)]
pub struct Defaults<'a> {
    /// Events in which nobody acted.
    pub passive: &'a [&'a str],
    /// Events the vendor made up.
    pub synthetic: &'a [&'a str],
}

/// The compiled rules of one source.
#[derive(Debug)]
pub struct Rules {
    pub(crate) pages: PageTemplates,
    pub(crate) channels: Channels,
    pub(crate) bots: Bots,
    passive: GlobSet,
    synthetic: GlobSet,
    events: BTreeMap<String, String>,
    own_hosts: Vec<String>,
}

impl Rules {
    /// The rules of a source.
    ///
    /// # Errors
    /// When a pattern or template is malformed.
    pub fn try_new(source: &SourceConfig, config: &IngestConfig, defaults: Defaults<'_>) -> Result<Self, IngestError> {
        Ok(Self {
            pages: PageTemplates::try_new(&config.pages.templates)?,
            channels: Channels::try_new(&config.channels)?,
            bots: Bots::try_new(&config.bots)?,
            passive: globs(source.passive_events.as_deref(), defaults.passive)?,
            synthetic: globs(source.synthetic_events.as_deref(), defaults.synthetic)?,
            events: source.events.clone(),
            own_hosts: source.own_hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
        })
    }

    /// What an event is called that the source calls so.
    pub(crate) fn event_name<'a>(&'a self, name: &'a str) -> &'a str {
        self.events.get(name).map_or(name, String::as_str)
    }

    /// Whether a host is of the own site, as far as the configuration or the sample says.
    pub(crate) fn is_own_host(&self, host: &str) -> bool {
        self.own_hosts.iter().any(|own| is_same_site(host, own))
    }

    /// Flags that the event's name gives: activity unless passive, vendor-made where listed.
    pub(crate) fn event_flags(&self, name: &str) -> u8 {
        let activity = if self.passive.is_match(name) { 0 } else { EventFlags::ACTIVITY };
        let synthetic = if self.synthetic.is_match(name) { EventFlags::SYNTHETIC } else { 0 };
        activity | synthetic
    }
}

fn globs(configured: Option<&[String]>, default: &[&str]) -> Result<GlobSet, IngestError> {
    let default: Vec<String> = default.iter().map(|name| globset::escape(name)).collect();
    glob_set(configured.unwrap_or(&default))
}

/// A set of patterns with `*`, `?` and `{a,b}`.
pub(crate) fn glob_set(patterns: &[String]) -> Result<GlobSet, IngestError> {
    let bad = |pattern: &str, error: globset::Error| IngestError::BadPattern {
        pattern: pattern.to_owned(),
        reason: error.kind().to_string(),
    };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(|error| bad(pattern, error))?);
    }
    set.build().map_err(|error| bad("", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configured_lists_replace_the_shipped_ones() {
        let defaults = Defaults { passive: &PASSIVE, synthetic: &GA4_SYNTHETIC };
        let shipped = Rules::try_new(&SourceConfig::default(), &IngestConfig::default(), defaults).unwrap();
        assert_eq!(shipped.event_flags("purchase"), EventFlags::ACTIVITY);
        assert_eq!(shipped.event_flags("email_sent"), 0);
        assert_eq!(shipped.event_flags("session_start"), EventFlags::ACTIVITY | EventFlags::SYNTHETIC);
        let own = SourceConfig { passive_events: Some(vec!["crm_*".into()]), ..SourceConfig::default() };
        let own = Rules::try_new(&own, &IngestConfig::default(), defaults).unwrap();
        assert_eq!(own.event_flags("crm_note"), 0);
        assert_eq!(own.event_flags("email_sent"), EventFlags::ACTIVITY);
    }
}
