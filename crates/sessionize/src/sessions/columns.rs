//! Which text columns do session rules read, and which of their values mean "direct"?

use std::collections::BTreeSet;

use kundresa_model::dictionary::{Dictionary, NULL};
use kundresa_model::field::text;
use kundresa_model::mask::Columns;
use kundresa_model::spec::sessions::SessionRules;

/// The three columns whose values together are a campaign.
const CAMPAIGN: [&str; 3] = [text::SOURCE, text::MEDIUM, text::CAMPAIGN];

/// Values that name no campaign, in lower case.
const DIRECT: [&str; 6] = ["(direct)", "direct", "(none)", "none", "(not set)", ""];

/// The source, medium and campaign of an event; null where there is none or it says "direct".
pub(super) type Campaign = [u32; 3];

/// No source, medium or campaign.
pub(super) const NO_CAMPAIGN: Campaign = [NULL; 3];

/// Names of the text columns that the rules read.
pub fn session_columns(rules: &SessionRules) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if rules.split_on_campaign {
        names.extend(CAMPAIGN.map(str::to_owned));
    }
    if rules.use_vendor_id {
        names.insert(text::SESSION_HINT.to_owned());
    }
    names
}

/// Where the columns that session rules read lie in a batch.
#[derive(Clone, Debug, Default)]
pub struct SessionColumns {
    campaign: [Option<CampaignColumn>; 3],
    session_hint: Option<usize>,
}

#[derive(Clone, Debug)]
struct CampaignColumn {
    slot: usize,
    /// The code itself, or null for values that mean "direct".
    meaning: Vec<u32>,
}

impl CampaignColumn {
    fn new(slot: usize, dictionary: &Dictionary) -> Self {
        let is_direct = |value: &str| DIRECT.contains(&value.trim().to_lowercase().as_str());
        let meanings =
            (1u32..).zip(dictionary.values()).map(|(code, value)| if is_direct(value) { NULL } else { code });
        Self { slot, meaning: std::iter::once(NULL).chain(meanings).collect() }
    }
}

impl SessionColumns {
    /// The columns that `rules` read, as far as any input has them; a column that none has is null throughout.
    pub fn new(rules: &SessionRules, columns: &dyn Columns) -> Self {
        let campaign = if rules.split_on_campaign {
            CAMPAIGN.map(|name| columns.text(name).map(|(slot, dictionary)| CampaignColumn::new(slot, dictionary)))
        } else {
            [None, None, None]
        };
        let hint = if rules.use_vendor_id { columns.text(text::SESSION_HINT) } else { None };
        Self { campaign, session_hint: hint.map(|(slot, _)| slot) }
    }

    pub(super) fn campaign(&self, columns: &[&[u32]], event: usize) -> Campaign {
        self.campaign
            .each_ref()
            .map(|column| column.as_ref().map_or(NULL, |column| column.meaning[columns[column.slot][event] as usize]))
    }

    pub(super) fn session_hint(&self, columns: &[&[u32]], event: usize) -> u32 {
        self.session_hint.map_or(NULL, |slot| columns[slot][event])
    }
}
