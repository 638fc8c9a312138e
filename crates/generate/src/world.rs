//! Where do visitors come from, with which machines, and by which links?

use crate::catalogue::Currency;
use crate::rates::Device;

/// A place that visitors live in.
pub(crate) struct Place {
    pub(crate) sub_continent: &'static str,
    pub(crate) country: &'static str,
    pub(crate) region: &'static str,
    pub(crate) city: &'static str,
    pub(crate) language: &'static str,
    pub(crate) currency: Currency,
}

const fn place(
    sub_continent: &'static str,
    country: &'static str,
    region: &'static str,
    city: &'static str,
    language: &'static str,
    currency: Currency,
) -> Place {
    Place { sub_continent, country, region, city, language, currency }
}

pub(crate) const PLACES: [(u32, Place); 9] = [
    (30, place("Northern Europe", "Sweden", "Stockholm County", "Stockholm", "sv-se", Currency::Sek)),
    (14, place("Northern Europe", "Sweden", "Vastra Gotaland County", "Gothenburg", "sv-se", Currency::Sek)),
    (8, place("Northern Europe", "Sweden", "(not set)", "(not set)", "en-gb", Currency::Sek)),
    (14, place("Northern Europe", "Norway", "Oslo", "Oslo", "nb-no", Currency::Nok)),
    (6, place("Northern Europe", "Norway", "Vestland", "Bergen", "nb-no", Currency::Nok)),
    (12, place("Western Europe", "Germany", "Hamburg", "Hamburg", "de-de", Currency::Eur)),
    (8, place("Western Europe", "Germany", "Berlin", "Berlin", "de-de", Currency::Eur)),
    (5, place("Northern Europe", "Finland", "Uusimaa", "Helsinki", "fi-fi", Currency::Eur)),
    (3, place("Northern Europe", "Denmark", "Capital Region of Denmark", "Copenhagen", "da-dk", Currency::Eur)),
];

/// A machine and its browser.
pub(crate) struct Machine {
    pub(crate) brand: &'static str,
    pub(crate) model: &'static str,
    pub(crate) os: &'static str,
    pub(crate) os_version: &'static str,
    pub(crate) browser: &'static str,
    pub(crate) browser_version: &'static str,
}

const fn machine(
    brand: &'static str,
    model: &'static str,
    os: &'static str,
    os_version: &'static str,
    browser: &'static str,
    browser_version: &'static str,
) -> Machine {
    Machine { brand, model, os, os_version, browser, browser_version }
}

const DESKTOPS: [(u32, Machine); 4] = [
    (50, machine("(not set)", "(not set)", "Windows", "10", "Chrome", "122.0")),
    (15, machine("(not set)", "(not set)", "Windows", "11", "Edge", "121.0")),
    (25, machine("Apple", "(not set)", "Macintosh", "Intel 10.15", "Safari", "17.3")),
    (10, machine("(not set)", "(not set)", "Linux", "x86_64", "Firefox", "123.0")),
];
const MOBILES: [(u32, Machine); 3] = [
    (52, machine("Apple", "iPhone", "iOS", "17.3", "Safari", "17.3")),
    (40, machine("Samsung", "SM-S911B", "Android", "14", "Chrome", "122.0")),
    (8, machine("Google", "Pixel 8", "Android", "14", "Firefox", "123.0")),
];
const TABLETS: [(u32, Machine); 2] = [
    (75, machine("Apple", "iPad", "iOS", "17.2", "Safari", "17.2")),
    (25, machine("Samsung", "SM-X710", "Android", "13", "Chrome", "121.0")),
];

/// The machines of one kind of device.
pub(crate) fn machines(device: Device) -> &'static [(u32, Machine)] {
    match device {
        Device::Desktop => &DESKTOPS,
        Device::Mobile => &MOBILES,
        Device::Tablet => &TABLETS,
    }
}

/// Where a visit comes from.
pub(crate) struct Traffic {
    pub(crate) source: &'static str,
    pub(crate) medium: &'static str,
    pub(crate) campaign: Option<&'static str>,
    pub(crate) term: Option<&'static str>,
    pub(crate) referrer: Option<&'static str>,
    /// Default channel group as the vendor's own report names it.
    pub(crate) channel: &'static str,
    /// Whether the link carries `utm_` parameters.
    pub(crate) tagged: bool,
    /// Whether it carries a click id of an advertisement.
    pub(crate) click_id: bool,
}

impl Traffic {
    pub(crate) fn is_direct(&self) -> bool {
        self.source == "(direct)"
    }
}

const fn untagged(
    source: &'static str,
    medium: &'static str,
    referrer: Option<&'static str>,
    channel: &'static str,
) -> Traffic {
    Traffic { source, medium, campaign: None, term: None, referrer, channel, tagged: false, click_id: false }
}

const fn tagged(
    source: &'static str,
    medium: &'static str,
    campaign: &'static str,
    referrer: Option<&'static str>,
    channel: &'static str,
) -> Traffic {
    Traffic { source, medium, campaign: Some(campaign), term: None, referrer, channel, tagged: true, click_id: false }
}

const SEARCH_AD: Traffic = Traffic {
    source: "google",
    medium: "cpc",
    campaign: Some("spring_tents"),
    term: Some("buy tent"),
    referrer: Some("https://www.google.com/"),
    channel: "Paid Search",
    tagged: true,
    click_id: true,
};

/// What brings people for the first time.
pub(crate) const FIRST_TRAFFIC: [(u32, Traffic); 10] = [
    (20, untagged("(direct)", "(none)", None, "Direct")),
    (26, untagged("google", "organic", Some("https://www.google.com/"), "Organic Search")),
    (6, untagged("bing", "organic", Some("https://www.bing.com/"), "Organic Search")),
    (16, SEARCH_AD),
    (10, tagged("instagram", "paid_social", "spring_tents", Some("https://l.instagram.com/"), "Paid Social")),
    (6, untagged("facebook.com", "referral", Some("https://m.facebook.com/"), "Organic Social")),
    (4, untagged("youtube.com", "referral", Some("https://www.youtube.com/"), "Organic Video")),
    (6, untagged("trail-blog.example", "referral", Some("https://trail-blog.example/best-tents"), "Referral")),
    (3, tagged("bonus-club", "affiliate", "cashback", Some("https://bonus-club.example/"), "Affiliates")),
    (3, tagged("partner", "qr", "fair_2024", None, "Unassigned")),
];

/// What brings them back.
pub(crate) const RETURN_TRAFFIC: [(u32, Traffic); 4] = [
    (52, untagged("(direct)", "(none)", None, "Direct")),
    (22, untagged("google", "organic", Some("https://www.google.com/"), "Organic Search")),
    (18, tagged("newsletter", "email", "march_news", None, "Email")),
    (8, SEARCH_AD),
];
