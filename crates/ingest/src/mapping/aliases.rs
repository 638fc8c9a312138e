//! By which names do vendors call the canonical fields?
//!
//! Names are compared without regard to case, `_`, `-`, `$` and blanks. Prefixes such as `properties.` or `param_` are
//! taken off; a name that fits without that is better. Order within a list is preference.

use crate::field::Field;

/// A canonical field and the names it goes by, the best first.
type Aliases = (Field, &'static [&'static str]);

/// In order of choice: a column that one field has taken is not offered to those below.
pub(crate) const ALIASES: [Aliases; 34] = [
    (
        Field::Time,
        &[
            "eventtimestamp",
            "eventtime",
            "derivedtstamp",
            "timestamp",
            "ts",
            "time",
            "clienteventtime",
            "eventdatetime",
            "datetime",
            "occurredat",
            "happenedat",
            "hittime",
            "hittimegmt",
            "actiontime",
            "visittime",
            "starttime",
            "originaltimestamp",
            "createdat",
            "createdate",
            "created",
            "changedat",
            "changedate",
            "stagedate",
            "stageenteredat",
            "entereddate",
            "enteredat",
            "modifiedat",
            "updatedat",
            "receivedat",
            "collectortstamp",
            "servertimestamp",
            "date",
            "eventdate",
            "day",
            "timeframe",
            "tid",
            "tidspunkt",
            "datum",
            "zeitpunkt",
            "zeitstempel",
            "horodatage",
            "dateetheure",
            "dateheure",
            "fecha",
            "fechayhora",
            "fechahora",
            "dataehora",
            "datahora",
            "dataeora",
            "dataora",
            "tijdstip",
            "tidsstempel",
        ],
    ),
    (
        Field::Event,
        &[
            "eventname",
            "event",
            "eventtype",
            "eventaction",
            "activity",
            "activityname",
            "activitytype",
            "action",
            "actionname",
            "actiontype",
            "interaction",
            "interactiontype",
            "eventlabel",
            "name",
            "type",
            "handelse",
            "aktivitet",
            "ereignis",
            "ereignisname",
            "evenement",
            "evento",
            "gebeurtenis",
            "hendelse",
            "begivenhed",
            "concept:name",
        ],
    ),
    (
        Field::AnonymousId,
        &[
            "userpseudoid",
            "anonymousid",
            "anonid",
            "visitorid",
            "domainuserid",
            "distinctid",
            "cookieid",
            "cookie",
            "clientid",
            "deviceid",
            "amplitudeid",
            "fullvisitorid",
            "browserid",
            "visitor",
            "fingerprint",
            "postcustvisid",
            "mcvisid",
            "besokarid",
            "deviceuuid",
            "idfa",
            "gaid",
        ],
    ),
    (
        Field::UserId,
        &[
            "userid",
            "customerid",
            "custid",
            "loginid",
            "login",
            "accountuserid",
            "memberid",
            "personid",
            "profileid",
            "uid",
            "username",
            "user",
            "customer",
            "member",
            "actor",
            "actorid",
            "case:concept:name",
            "caseid",
            "anvandare",
            "anvandarid",
            "kundid",
            "kund",
            "kundnummer",
            "kundennummer",
            "kunde",
            "kundenid",
            "benutzer",
            "benutzerid",
            "nutzer",
            "nutzerid",
            "utilisateur",
            "idutilisateur",
            "idclient",
            "usuario",
            "idusuario",
            "utente",
            "idutente",
            "gebruiker",
            "klantnummer",
            "bruker",
            "brukerid",
            "bruger",
            "shopperid",
        ],
    ),
    (Field::CrmId, &["contactid", "leadid", "crmid", "crmcontactid", "hubspotid", "salesforceid", "kontaktid"]),
    (
        Field::Email,
        &[
            "email",
            "emailaddress",
            "useremail",
            "customeremail",
            "contactemail",
            "emailhash",
            "hashedemail",
            "epost",
            "mail",
        ],
    ),
    (Field::EventId, &["messageid", "insertid", "eventuuid", "hitid", "eventguid", "eventid", "uuid"]),
    (
        Field::SessionHint,
        &["gasessionid", "sessionid", "usersession", "session", "visitid", "domainsessionid", "sid", "sessid"],
    ),
    (
        Field::PageUrl,
        &[
            "pagelocation",
            "pageurl",
            "currenturl",
            "context.page.url",
            "url",
            "fullurl",
            "documenturl",
            "documentlocation",
            "href",
            "location",
            "page",
        ],
    ),
    (
        Field::Page,
        &[
            "pagepath",
            "page",
            "path",
            "pathname",
            "urlpath",
            "pageurlpath",
            "context.page.path",
            "screenname",
            "screen",
            "sida",
        ],
    ),
    (Field::PageTitle, &["pagetitle", "title", "context.page.title", "documenttitle"]),
    (Field::Referrer, &["pagereferrer", "referrer", "referer", "context.page.referrer", "referrerurl", "httpreferrer"]),
    (
        Field::Source,
        &[
            "collectedtrafficsourcemanualsource",
            "utmsource",
            "mktsource",
            "context.campaign.source",
            "campaignsource",
            "source",
            "sessionsource",
            "trafficsource",
            "acquisitionsource",
        ],
    ),
    (
        Field::Medium,
        &[
            "collectedtrafficsourcemanualmedium",
            "utmmedium",
            "mktmedium",
            "context.campaign.medium",
            "campaignmedium",
            "medium",
            "sessionmedium",
            "trafficmedium",
            "acquisitionmedium",
        ],
    ),
    (
        Field::Campaign,
        &[
            "collectedtrafficsourcemanualcampaignname",
            "utmcampaign",
            "mktcampaign",
            "context.campaign.name",
            "campaignname",
            "campaign",
            "sessioncampaign",
            "trafficcampaign",
        ],
    ),
    (
        Field::Term,
        &["collectedtrafficsourcemanualterm", "utmterm", "mktterm", "context.campaign.term", "term", "keyword"],
    ),
    (Field::Content, &["collectedtrafficsourcemanualcontent", "utmcontent", "mktcontent", "context.campaign.content"]),
    (
        Field::Channel,
        &[
            "channel",
            "channelgroup",
            "channelgrouping",
            "defaultchannelgroup",
            "defaultchannelgrouping",
            "sessiondefaultchannelgroup",
            "acquisitionchannel",
            "marketingchannel",
            "kanal",
        ],
    ),
    (
        Field::Device,
        &["devicecategory", "device", "devicetype", "dvcetype", "devicefamily", "deviceclass", "platform", "enhet"],
    ),
    (Field::Platform, &["platform", "apptype", "plattform"]),
    (Field::Os, &["os", "osname", "operatingsystem", "osfamily", "deviceoperatingsystem"]),
    (Field::Browser, &["browser", "browsername", "brname", "brfamily", "browserfamily"]),
    (
        Field::Country,
        &["country", "geocountry", "countrycode", "geoipcountrycode", "geoipcountryname", "mpcountrycode", "land"],
    ),
    (Field::Region, &["region", "georegion", "georegionname", "subdivision", "state"]),
    (Field::City, &["city", "geocity", "geoipcityname", "stad"]),
    (Field::Language, &["language", "locale", "lang", "brlang", "browserlanguage", "context.locale", "sprak"]),
    (Field::UserAgent, &["useragent", "useragentoriginal", "ua", "context.useragent", "httpuseragent"]),
    (
        Field::Stage,
        &[
            "lifecyclestage",
            "stage",
            "dealstage",
            "stagename",
            "crmstage",
            "pipelinestage",
            "tostage",
            "newstage",
            "fas",
            "steg",
        ],
    ),
    (
        Field::Value,
        &[
            "ecommercepurchaserevenue",
            "ecommercepurchaserevenueinusd",
            "purchaserevenue",
            "revenue",
            "value",
            "eventvalue",
            "amount",
            "totalprice",
            "total",
            "ordervalue",
            "ordertotal",
            "trtotal",
            "valueinusd",
            "price",
            "belopp",
            "varde",
            "pris",
            "betrag",
            "umsatz",
            "montant",
            "importe",
            "importo",
            "bedrag",
        ],
    ),
    (Field::Currency, &["currency", "currencycode", "trcurrency", "valuta", "wahrung", "devise", "moneda", "moeda"]),
    (
        Field::OrderId,
        &[
            "ecommercetransactionid",
            "transactionid",
            "orderid",
            "ordernumber",
            "orderno",
            "trorderid",
            "purchaseid",
            "postpurchaseid",
            "ordernummer",
        ],
    ),
    (Field::CartId, &["cartid", "carttoken", "basketid", "kundvagnid", "checkoutid"]),
    (Field::Items, &["items", "products", "lineitems", "productlist"]),
    (Field::Bot, &["isbot", "bot", "botflag"]),
];

/// Prefixes under which exports nest or flatten properties.
const PREFIXES: [&str; 15] = [
    "properties.",
    "eventproperties.",
    "eventparams.",
    "params.",
    "param",
    "props.",
    "data.",
    "payload.",
    "event.",
    "context.",
    "contextpage",
    "contextcampaign",
    "attributes.",
    "property",
    "ecommerce.",
];

/// A name as it is compared: lower case without separators and without marks on letters; dots stay.
pub(crate) fn normalised(name: &str) -> String {
    name.chars()
        .filter(|character| !matches!(character, '_' | '-' | '$' | ' ' | '[' | ']'))
        .flat_map(char::to_lowercase)
        .map(|character| match character {
            'å' | 'ä' | 'á' | 'à' | 'â' | 'ã' | 'æ' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'í' | 'î' | 'ï' => 'i',
            'ö' | 'ø' | 'ó' | 'ô' | 'õ' => 'o',
            'ü' | 'ú' | 'ù' => 'u',
            'ç' => 'c',
            'ñ' => 'n',
            other => other,
        })
        .collect()
}

/// How well a normalised name fits a field: the place in its list, and whether a prefix had to be taken off.
pub(crate) fn fit(field: Field, normalised: &str) -> Option<(bool, usize)> {
    let aliases = ALIASES.iter().find(|(known, _)| *known == field).map_or(&[][..], |(_, aliases)| aliases);
    let place = |name: &str| aliases.iter().position(|alias| *alias == name);
    if let Some(place) = place(normalised) {
        return Some((false, place));
    }
    let stripped = PREFIXES.iter().filter_map(|prefix| normalised.strip_prefix(prefix)).filter_map(place);
    stripped.min().map(|place| (true, place))
}

/// How many of the cells are names by which some field is known.
pub(crate) fn known_names(cells: &[String]) -> usize {
    let known = |cell: &&String| {
        let name = normalised(cell.trim());
        !name.is_empty() && ALIASES.iter().any(|(_, aliases)| aliases.contains(&name.as_str()))
    };
    cells.iter().filter(known).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_and_prefix_make_no_difference_but_plain_names_are_better() {
        for (name, field, prefixed) in [
            ("userId", Field::UserId, false),
            ("User ID", Field::UserId, false),
            ("properties.$current_url", Field::PageUrl, true),
            ("param_ga_session_id", Field::SessionHint, true),
            ("context.page.url", Field::PageUrl, false),
            ("Händelse", Field::Event, false),
        ] {
            assert_eq!(fit(field, &normalised(name)).map(|(prefixed, _)| prefixed), Some(prefixed), "{name}");
        }
        assert_eq!(fit(Field::Source, &normalised("traffic_source_source")), None);
    }

    #[test]
    fn aliases_are_written_as_they_are_compared() {
        for (field, aliases) in ALIASES {
            for alias in aliases {
                assert_eq!(normalised(alias), *alias, "{field:?}");
            }
        }
    }
}
