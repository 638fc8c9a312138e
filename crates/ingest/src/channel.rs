//! Which channel group brought an event, by its source, medium and campaign?
//!
//! Rules are data: an ordered list, first match wins, own rules before the shipped ones. The shipped list follows the
//! order of GA4's default channel grouping; a source belongs to a category (search, social, video, shopping, assistant)
//! by its name or by the host it is. Without source and medium there is no channel; what no rule matches is `Unassigned`.

use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::IngestError;
use crate::referrers;

const SHIPPED: &str = include_str!("../data/channels.json");

/// How source, medium and campaign become a channel group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ChannelConfig {
    /// Whether the shipped rules follow the own ones.
    pub shipped: bool,
    /// Own rules, tried in order before the shipped ones.
    pub rules: Vec<ChannelRule>,
    /// Source or host → category, before the shipped list: `"shop-blog.example" = "social"`.
    pub sources: BTreeMap<String, SourceCategory>,
}

impl Default for ChannelConfig {
    fn default() -> Self {
        Self { shipped: true, rules: Vec::new(), sources: BTreeMap::new() }
    }
}

/// One rule. All conditions given must hold; patterns are regular expressions for the whole value, without regard to case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelRule {
    /// Channel group assigned.
    pub channel: String,
    /// Pattern of the source; an absent source is empty text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Pattern of the medium; an absent medium is empty text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub medium: Option<String>,
    /// Pattern of the campaign; an absent campaign is empty text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// Category of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<SourceCategory>,
}

/// What kind of site a traffic source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceCategory {
    /// Assistants that answer questions and link to what they read. No shipped rule asks for them: they refer.
    Assistant,
    /// Search engines.
    Search,
    /// Market places and price comparisons.
    Shopping,
    /// Social networks and messengers.
    Social,
    /// Video sites.
    Video,
}

/// First labels of hosts of search engines where nobody searches.
const SERVICES: [&str; 12] = [
    "mail",
    "webmail",
    "docs",
    "drive",
    "accounts",
    "groups",
    "translate",
    "classroom",
    "meet",
    "calendar",
    "sites",
    "support",
];

/// Compiled channel rules.
#[derive(Debug)]
pub struct Channels {
    rules: Vec<CompiledRule>,
    categories: BTreeMap<String, SourceCategory>,
    hosts: BTreeMap<String, Site>,
}

/// What a host is known as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    pub(crate) category: SourceCategory,
    /// The name that its visits go by, if not the host.
    pub(crate) name: Option<String>,
}

#[derive(Debug)]
struct CompiledRule {
    channel: String,
    source: Option<Regex>,
    medium: Option<Regex>,
    campaign: Option<Regex>,
    category: Option<SourceCategory>,
}

/// Shape of the shipped data.
#[derive(Deserialize)]
struct Shipped {
    rules: Vec<ChannelRule>,
    sources: BTreeMap<SourceCategory, Vec<String>>,
}

impl Channels {
    /// The rules of the configuration, followed by the shipped ones unless it says otherwise.
    ///
    /// # Errors
    /// When a pattern is not a regular expression.
    pub fn try_new(config: &ChannelConfig) -> Result<Self, IngestError> {
        let mut rules = compile(&config.rules)?;
        let (mut categories, mut hosts) = (BTreeMap::new(), BTreeMap::new());
        if config.shipped {
            let shipped: Shipped = serde_json::from_str(SHIPPED).map_err(|error| bad_config(SHIPPED, &error))?;
            rules.extend(compile(&shipped.rules)?);
            let names =
                |(category, names): (SourceCategory, Vec<String>)| names.into_iter().map(move |name| (name, category));
            categories.extend(shipped.sources.into_iter().flat_map(names));
            hosts = referrers::shipped()?;
        }
        for (name, category) in &config.sources {
            hosts.remove(&name.to_lowercase());
            categories.insert(name.to_lowercase(), *category);
        }
        Ok(Self { rules, categories, hosts })
    }

    /// The channel group of the first rule that matches; `None` if there is neither a source nor a medium, or no rule
    /// matches (only without the shipped rules).
    pub fn group(&self, source: Option<&str>, medium: Option<&str>, campaign: Option<&str>) -> Option<&str> {
        if source.is_none() && medium.is_none() {
            return None;
        }
        let category = source.and_then(|source| self.category(source));
        let values = [source, medium, campaign].map(Option::unwrap_or_default);
        self.rules.iter().find(|rule| rule.matches(values, category)).map(|rule| rule.channel.as_str())
    }

    /// Category of a source: of its name, else of the host it is. A listed host with its `www.` comes first; a listed name
    /// with a dot also stands for its subdomains; one without stands for that label under any ending (`google` for
    /// `www.google.co.uk`).
    fn category(&self, source: &str) -> Option<SourceCategory> {
        self.listed(source).map(|(_, category)| category)
    }

    /// Source and medium of visits from a host: a search engine is called by its name.
    pub(crate) fn origin<'a>(&'a self, host: &'a str) -> (&'a str, &'static str) {
        match self.listed(host) {
            Some((name, SourceCategory::Search)) => (name, "organic"),
            _ => (host.strip_prefix("www.").unwrap_or(host), "referral"),
        }
    }

    fn listed(&self, source: &str) -> Option<(&str, SourceCategory)> {
        let source = source.trim().to_lowercase();
        let host = source.strip_prefix("www.").unwrap_or(&source);
        if let Some((host, site)) = self.hosts.get_key_value(host) {
            return Some((site.name.as_deref().unwrap_or(host), site.category));
        }
        let suffixes = std::iter::successors(Some(source.as_str()), |rest| rest.split_once('.').map(|(_, rest)| rest));
        let hosts = suffixes.filter(|suffix| *suffix == source || suffix.contains('.'));
        let is_service = source.split_once('.').is_some_and(|(first, _)| SERVICES.contains(&first));
        let labels = source.rsplit('.').skip(1).filter(|_| !is_service);
        let found = hosts.chain(labels).find_map(|name| self.categories.get_key_value(name));
        found.map(|(name, category)| (name.as_str(), *category))
    }
}

impl CompiledRule {
    fn matches(&self, values: [&str; 3], category: Option<SourceCategory>) -> bool {
        let patterns = [&self.source, &self.medium, &self.campaign];
        let is_match =
            |(pattern, value): (&Option<Regex>, &str)| pattern.as_ref().is_none_or(|regex| regex.is_match(value));
        (self.category.is_none() || self.category == category) && patterns.into_iter().zip(values).all(is_match)
    }
}

fn compile(rules: &[ChannelRule]) -> Result<Vec<CompiledRule>, IngestError> {
    let compiled = rules.iter().map(|rule| {
        Ok(CompiledRule {
            channel: rule.channel.clone(),
            source: pattern(rule.source.as_deref())?,
            medium: pattern(rule.medium.as_deref())?,
            campaign: pattern(rule.campaign.as_deref())?,
            category: rule.category,
        })
    });
    compiled.collect()
}

fn pattern(text: Option<&str>) -> Result<Option<Regex>, IngestError> {
    let build = |text: &str| {
        let whole = RegexBuilder::new(&format!("^(?:{text})$")).case_insensitive(true).build();
        whole.map_err(|error| bad_config(text, &error))
    };
    text.map(build).transpose()
}

fn bad_config(value: &str, error: &dyn std::error::Error) -> IngestError {
    IngestError::BadConfig { key: "channels".to_owned(), value: value.to_owned(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Channels {
        Channels::try_new(&ChannelConfig::default()).unwrap()
    }

    #[test]
    fn the_shipped_rules_follow_the_order_of_the_default_grouping() {
        let channels = shipped();
        for (source, medium, campaign, expected) in [
            ("(direct)", "(none)", "", "Direct"),
            ("(direct)", "(not set)", "", "Direct"),
            ("(direct)", "", "", "Direct"),
            ("google", "cpc", "pmax cross-network", "Cross-network"),
            ("amazon", "cpc", "", "Paid Shopping"),
            ("google", "cpc", "eshop spring", "Paid Shopping"),
            ("google", "cpc", "workshop", "Paid Search"),
            ("google", "cpc", "", "Paid Search"),
            ("Bing", "PPC", "", "Paid Search"),
            ("m.facebook.com", "paid", "", "Paid Social"),
            ("youtube.com", "cpv", "", "Paid Video"),
            ("some-network", "cpm", "", "Display"),
            ("some-network", "cpa", "", "Paid Other"),
            ("idealo.de", "referral", "", "Organic Shopping"),
            ("l.instagram.com", "referral", "", "Organic Social"),
            ("forum.example", "social", "", "Organic Social"),
            ("vimeo.com", "referral", "", "Organic Video"),
            ("www.google.co.uk", "referral", "", "Organic Search"),
            ("unknown", "organic", "", "Organic Search"),
            ("blog.example", "referral", "", "Referral"),
            ("newsletter", "email", "", "Email"),
            ("e-mail", "", "", "Email"),
            ("partner", "affiliate", "", "Affiliates"),
            ("radio", "audio", "", "Audio"),
            ("sms", "text", "", "SMS"),
            ("firebase", "", "", "Mobile Push Notifications"),
            ("app", "web-push", "", "Mobile Push Notifications"),
            ("partner", "qr", "", "Unassigned"),
        ] {
            let some = |text: &'static str| Some(text).filter(|text| !text.is_empty());
            let group = channels.group(some(source), some(medium), some(campaign));
            assert_eq!(group, Some(expected), "{source} / {medium} / {campaign}");
        }
    }

    #[test]
    fn a_host_is_a_search_engine_or_refers() {
        let channels = shipped();
        for (host, expected) in [
            ("www.google.co.uk", ("google", "organic")),
            ("duckduckgo.com", ("duckduckgo", "organic")),
            ("mail.google.com", ("mail.google.com", "referral")),
            ("www.garden-forum.example", ("garden-forum.example", "referral")),
            ("m.facebook.com", ("m.facebook.com", "referral")),
            ("suche.t-online.de", ("t-online", "organic")),
            ("www.t-online.de", ("t-online.de", "referral")),
            ("com.google.android.googlequicksearchbox", ("google", "organic")),
            ("gemini.google.com", ("gemini.google.com", "referral")),
        ] {
            assert_eq!(channels.origin(host), expected, "{host}");
        }
    }

    #[test]
    fn assistants_refer_and_can_have_a_channel_of_their_own() {
        assert_eq!(shipped().group(Some("chatgpt.com"), Some("referral"), None), Some("Referral"));
        let rule = ChannelRule {
            channel: "Assistants".to_owned(),
            category: Some(SourceCategory::Assistant),
            ..ChannelRule::default()
        };
        let own = Channels::try_new(&ChannelConfig { rules: vec![rule], ..ChannelConfig::default() }).unwrap();
        assert_eq!(own.group(Some("www.perplexity.ai"), Some("referral"), None), Some("Assistants"));
        assert_eq!(own.group(Some("www.google.com"), Some("organic"), None), Some("Organic Search"));
    }

    #[test]
    fn without_source_and_medium_there_is_no_channel() {
        assert_eq!(shipped().group(None, None, Some("spring")), None);
        assert_eq!(shipped().group(None, Some("organic"), None), Some("Organic Search"));
    }

    #[test]
    fn a_label_is_not_found_in_the_ending_or_inside_another_label() {
        let channels = shipped();
        assert_eq!(channels.category("ted.com"), Some(SourceCategory::Video));
        assert_eq!(channels.category("united.com"), None);
        assert_eq!(channels.category("shop.alice"), None);
        assert_eq!(channels.category("x.com"), Some(SourceCategory::Social));
        assert_eq!(channels.category("netflix.x.com.example"), Some(SourceCategory::Video));
        assert_eq!(channels.category("x.example"), None);
    }

    #[test]
    fn own_rules_and_sources_come_before_the_shipped_ones() {
        let config = ChannelConfig {
            shipped: true,
            rules: vec![ChannelRule {
                channel: "Partner".to_owned(),
                medium: Some("qr|affiliate".to_owned()),
                ..ChannelRule::default()
            }],
            sources: BTreeMap::from([
                ("Forum.example".to_owned(), SourceCategory::Social),
                ("Stackoverflow.com".to_owned(), SourceCategory::Search),
            ]),
        };
        let channels = Channels::try_new(&config).unwrap();
        assert_eq!(channels.group(Some("x"), Some("QR"), None), Some("Partner"));
        assert_eq!(channels.group(Some("www.forum.example"), Some("referral"), None), Some("Organic Social"));
        assert_eq!(channels.group(Some("stackoverflow.com"), Some("referral"), None), Some("Organic Search"));
        let only = Channels::try_new(&ChannelConfig { shipped: false, ..config }).unwrap();
        assert_eq!(only.group(Some("google"), Some("organic"), None), None);
    }

    #[test]
    fn a_broken_pattern_names_itself() {
        let rule = ChannelRule { channel: "X".to_owned(), medium: Some("(".to_owned()), ..ChannelRule::default() };
        let error = Channels::try_new(&ChannelConfig { rules: vec![rule], ..ChannelConfig::default() });
        assert!(error.unwrap_err().to_string().contains('('));
    }
}
