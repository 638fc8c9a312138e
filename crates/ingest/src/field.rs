//! Which canonical fields can a source fill, and what may the configuration call them?

use kundresa_model::field::{IdentifierClass, text};

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident => $name:expr,)*) => {
        /// A canonical field of an event, as named in `columns = { … }` of the configuration.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Field { $($(#[$doc])* $variant,)* }

        impl Field {
            /// All fields, in the order in which inspection lists them.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];

            /// Name in the configuration and, for text fields, of the column.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

fields! {
    /// Event time.
    Time => "time",
    /// Event name.
    Event => text::EVENT,
    /// Device identifier.
    AnonymousId => "anonymous_id",
    /// Login identifier.
    UserId => "user_id",
    /// CRM contact identifier.
    CrmId => "crm_id",
    /// E-mail address.
    Email => "email",
    /// Native event id.
    EventId => "event_id",
    /// Page path.
    Page => text::PAGE,
    /// Page address.
    PageUrl => text::PAGE_URL,
    /// Page title.
    PageTitle => text::PAGE_TITLE,
    /// Referring address.
    Referrer => text::REFERRER,
    /// Traffic source.
    Source => text::SOURCE,
    /// Traffic medium.
    Medium => text::MEDIUM,
    /// Campaign.
    Campaign => text::CAMPAIGN,
    /// Campaign term.
    Term => text::TERM,
    /// Campaign content.
    Content => text::CONTENT,
    /// Channel group.
    Channel => text::CHANNEL,
    /// Device category.
    Device => text::DEVICE,
    /// Operating system.
    Os => text::OS,
    /// Browser.
    Browser => text::BROWSER,
    /// Country.
    Country => text::COUNTRY,
    /// Region.
    Region => text::REGION,
    /// City.
    City => text::CITY,
    /// Language.
    Language => text::LANGUAGE,
    /// Platform.
    Platform => text::PLATFORM,
    /// User agent.
    UserAgent => text::USER_AGENT,
    /// CRM stage.
    Stage => text::STAGE,
    /// Money.
    Value => "value",
    /// Currency.
    Currency => text::CURRENCY,
    /// Order id.
    OrderId => text::ORDER_ID,
    /// Cart id.
    CartId => text::CART_ID,
    /// Vendor session id.
    SessionHint => text::SESSION_HINT,
    /// Items as JSON.
    Items => text::ITEMS,
    /// The export's own part that the row belongs to; only kinds that are exported in parts fill it.
    Partition => text::PARTITION,
    /// Unmapped properties as JSON.
    Props => text::PROPS,
    /// The source's own bot mark: true, 1 or yes.
    Bot => "bot",
}

/// Number of canonical fields.
pub const FIELDS: usize = Field::ALL.len();

impl Field {
    /// The field of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// The field of that name, if the configuration may say what fills it.
    pub fn configurable(name: &str) -> Option<Self> {
        Self::from_name(name).filter(|field| *field != Self::Partition)
    }

    /// Names of the fields that the configuration may fill.
    pub fn configurable_names() -> impl Iterator<Item = &'static str> {
        Self::ALL.into_iter().filter(|field| *field != Self::Partition).map(Self::name)
    }

    /// Whether the field is a text column of the event table.
    pub fn is_text(self) -> bool {
        !matches!(self, Self::Time | Self::EventId | Self::Value | Self::Bot) && self.identifier().is_none()
    }

    /// The identifier class the field fills, if it is one.
    pub fn identifier(self) -> Option<IdentifierClass> {
        match self {
            Self::AnonymousId => Some(IdentifierClass::Device),
            Self::UserId => Some(IdentifierClass::Login),
            Self::CrmId => Some(IdentifierClass::Crm),
            Self::Email => Some(IdentifierClass::Email),
            _ => None,
        }
    }
}
