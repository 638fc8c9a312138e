//! How does an event of the shop become a row of the export?
//!
//! The row has the habits of real exports: campaign fields only where a visit lands, `(not set)` in places, numbers that
//! are sometimes text, identifiers that are missing without consent.

use kundresa_model::zone::ZoneTable;

use super::node::Node;
use crate::catalogue::{CATEGORIES, PRODUCTS, SEARCH_TERMS};
use crate::event::{Item, Kind, Page, ShopEvent};
use crate::world::Traffic;

/// Builds rows of one property.
pub(crate) struct RowBuilder {
    zone: ZoneTable,
}

type Members = Vec<(&'static str, Node)>;

impl RowBuilder {
    /// Rows of a property whose reporting zone is `zone`.
    pub(crate) fn new(zone: ZoneTable) -> Self {
        Self { zone }
    }

    /// Local day of the event, days since 1970.
    pub(crate) fn day(&self, event: &ShopEvent) -> i64 {
        self.zone.local_day(event.action.ts_us)
    }

    /// The row; members in schema order.
    pub(crate) fn row(&self, event: &ShopEvent) -> Members {
        let (visit, action, visitor) = (&event.visit, &event.action, &event.visit.visitor);
        let has_id = visitor.has_consent;
        let login = visitor.login.clone().filter(|_| visit.is_logged_in && has_id);
        vec![
            ("event_date", Node::text(date_text(self.day(event)))),
            ("event_timestamp", Node::Int(action.ts_us)),
            ("event_name", Node::text(action.kind.name())),
            ("event_params", Node::List(params(event))),
            ("event_bundle_sequence_id", Node::Int(sequence_id(event))),
            ("event_server_timestamp_offset", Node::Int(action.ts_us.rem_euclid(900_001))),
            ("user_id", Node::maybe(login)),
            ("user_pseudo_id", Node::maybe(has_id.then(|| visitor.client_id.clone()))),
            ("privacy_info", privacy(has_id)),
            ("user_properties", Node::List(user_properties(event))),
            ("user_first_touch_timestamp", if has_id { Node::Int(visitor.first_us) } else { Node::Null }),
            ("device", device(event)),
            ("geo", geo(event)),
            ("traffic_source", first_touch(visitor.first_traffic, has_id)),
            ("stream_id", Node::text("3206015529")),
            ("platform", Node::text("WEB")),
            ("ecommerce", ecommerce(event)),
            ("items", Node::List(items(event))),
            ("collected_traffic_source", collected(event)),
            ("is_active_user", Node::Bool(action.kind != Kind::FirstVisit)),
            ("batch_event_index", Node::Int(action.batch.index)),
            ("batch_page_id", Node::Int(action.batch.page)),
            ("batch_ordering_id", Node::Int(action.batch.request)),
            ("session_traffic_source_last_click", last_click(visit.traffic, visit.session_id)),
        ]
    }
}

/// `YYYYMMDD` of a day counted from 1970.
pub(crate) fn date_text(day: i64) -> String {
    let date = chrono::DateTime::from_timestamp(day * 86_400, 0).unwrap_or_default();
    date.format("%Y%m%d").to_string()
}

fn sequence_id(event: &ShopEvent) -> i64 {
    i64::from(event.visit.number) * 1000 + event.action.batch.request
}

/// Parameters differ from visit to visit in their encoding, as the tags of a shop do over the years.
fn is_odd(event: &ShopEvent) -> bool {
    event.visit.session_id % 2 == 1
}

fn param(key: &'static str, member: &'static str, value: Node) -> Node {
    Node::Record(vec![("key", Node::text(key)), ("value", Node::Record(vec![(member, value)]))])
}

fn text(key: &'static str, value: impl Into<std::borrow::Cow<'static, str>>) -> Node {
    param(key, "string_value", Node::text(value))
}

fn int(key: &'static str, value: i64) -> Node {
    param(key, "int_value", Node::Int(value))
}

/// Whole amounts are sent as integers, others as doubles.
fn amount(key: &'static str, cents: i64) -> Node {
    if cents % 100 == 0 { int(key, cents / 100) } else { param(key, "double_value", Node::Hundredths(cents)) }
}

fn params(event: &ShopEvent) -> Vec<Node> {
    let (visit, action) = (&event.visit, &event.action);
    let mut params = vec![text("page_location", page_location(event)), text("page_title", action.page.title())];
    if visit.visitor.has_consent {
        params.push(int("ga_session_id", visit.session_id));
        params.push(int("ga_session_number", i64::from(visit.number)));
    }
    params.push(if is_odd(event) { text("session_engaged", "1") } else { int("session_engaged", 1) });
    match action.came_from {
        Some(page) => params.push(text("page_referrer", page.url())),
        None => params.extend(visit.traffic.referrer.map(|referrer| text("page_referrer", referrer))),
    }
    if action.engagement_ms > 0 {
        params.push(int("engagement_time_msec", action.engagement_ms));
    }
    params.extend(traffic_params(event));
    params.extend(own_params(event));
    params
}

/// Whether the row belongs to the page on which the visit landed.
fn is_landing(event: &ShopEvent) -> bool {
    event.action.came_from.is_none()
}

/// Campaign fields of the landing page's rows, in one of three habits: collected, as parameters, in the address only.
#[derive(PartialEq)]
enum Habit {
    Collected,
    Params,
    AddressOnly,
}

fn habit(event: &ShopEvent) -> Habit {
    let traffic = event.visit.traffic;
    match event.visit.session_id % 10 {
        0..6 => Habit::Collected,
        9 if traffic.tagged => Habit::AddressOnly,
        _ => Habit::Params,
    }
}

fn traffic_params(event: &ShopEvent) -> Vec<Node> {
    let traffic = event.visit.traffic;
    if !is_landing(event) || habit(event) != Habit::Params {
        return Vec::new();
    }
    let mut params = vec![text("source", traffic.source), text("medium", traffic.medium)];
    params.extend(traffic.campaign.map(|campaign| text("campaign", campaign)));
    params.extend(traffic.term.map(|term| text("term", term)));
    params
}

fn own_params(event: &ShopEvent) -> Vec<Node> {
    let action = &event.action;
    let mut params = Vec::new();
    match (action.kind, action.page) {
        (Kind::Search, Page::SearchResults(term)) => params.push(text("search_term", SEARCH_TERMS[term].0)),
        (Kind::Scroll, _) => params.push(int("percent_scrolled", 90)),
        (Kind::Review, _) => params.extend(action.nps.map(|nps| int("nps", nps))),
        (Kind::ViewPromotion, _) => params.push(text("promotion_name", "Spring fair")),
        (Kind::ViewItemList, Page::Category(category)) => {
            params.push(text("item_list_name", CATEGORIES[category].name));
        }
        _ => {}
    }
    if let Some(cents) = event.cents() {
        params.push(text("currency", event.visit.visitor.place.currency.code()));
        params.push(amount("value", cents));
    }
    params.extend(event.order_id().map(|order| text("transaction_id", order)));
    params
}

fn page_location(event: &ShopEvent) -> String {
    let (url, traffic) = (event.action.page.url(), event.visit.traffic);
    if !is_landing(event) || !(traffic.tagged || traffic.click_id) {
        return url;
    }
    let mut query = vec![format!("utm_source={}&utm_medium={}", traffic.source, traffic.medium)];
    query.extend(traffic.campaign.map(|campaign| format!("utm_campaign={campaign}")));
    query.extend(traffic.term.map(|term| format!("utm_term={}", term.replace(' ', "%20"))));
    if traffic.click_id {
        query.push(format!("gclid=EAIaIQ{}", event.visit.session_id));
    }
    format!("{url}?{}", query.join("&"))
}

fn privacy(has_consent: bool) -> Node {
    let stored = if has_consent { "Yes" } else { "No" };
    Node::Record(vec![
        ("analytics_storage", Node::text(stored)),
        ("ads_storage", Node::text(stored)),
        ("uses_transient_token", Node::text("No")),
    ])
}

fn user_properties(event: &ShopEvent) -> Vec<Node> {
    let visit = &event.visit;
    if !visit.is_logged_in || !visit.visitor.has_consent {
        return Vec::new();
    }
    let set = Node::Int(visit.session_id * 1_000_000);
    let value = vec![("string_value", Node::text("member")), ("set_timestamp_micros", set)];
    vec![Node::Record(vec![("key", Node::text("customer_group")), ("value", Node::Record(value))])]
}

fn device(event: &ShopEvent) -> Node {
    let visitor = &event.visit.visitor;
    let machine = visitor.machine;
    Node::Record(vec![
        ("category", Node::text(visitor.device.name())),
        ("mobile_brand_name", Node::text(machine.brand)),
        ("mobile_model_name", Node::text(machine.model)),
        ("mobile_os_hardware_model", Node::text("(not set)")),
        ("operating_system", Node::text(machine.os)),
        ("operating_system_version", Node::text(machine.os_version)),
        ("language", Node::text(visitor.place.language)),
        ("is_limited_ad_tracking", Node::text("No")),
        (
            "web_info",
            Node::Record(vec![
                ("browser", Node::text(machine.browser)),
                ("browser_version", Node::text(machine.browser_version)),
                ("hostname", Node::text("shop.example")),
            ]),
        ),
    ])
}

fn geo(event: &ShopEvent) -> Node {
    let place = event.visit.visitor.place;
    Node::Record(vec![
        ("city", Node::text(place.city)),
        ("country", Node::text(place.country)),
        ("continent", Node::text("Europe")),
        ("region", Node::text(place.region)),
        ("sub_continent", Node::text(place.sub_continent)),
        ("metro", Node::text("(not set)")),
    ])
}

fn first_touch(traffic: &Traffic, has_id: bool) -> Node {
    if !has_id {
        return Node::Null;
    }
    let name = traffic.campaign.unwrap_or(if traffic.is_direct() { "(direct)" } else { "(organic)" });
    Node::Record(vec![
        ("name", Node::text(name)),
        ("medium", Node::text(traffic.medium)),
        ("source", Node::text(traffic.source)),
    ])
}

/// Filled on purchases; on other shop events only the placeholder that real exports carry.
fn ecommerce(event: &ShopEvent) -> Node {
    let action = &event.action;
    let (Some(cents), Some(order)) = (event.cents(), event.order_id()) else {
        let has_block = !action.items.is_empty() && is_odd(event);
        return if has_block { Node::Record(vec![("transaction_id", Node::text("(not set)"))]) } else { Node::Null };
    };
    let kinds = i64::try_from(action.items.len()).expect("a cart holds few articles");
    Node::Record(vec![
        ("total_item_quantity", Node::Int(action.items.iter().map(|item| item.quantity).sum())),
        ("purchase_revenue", Node::Hundredths(cents)),
        ("shipping_value", Node::Hundredths(0)),
        ("unique_items", Node::Int(kinds)),
        ("transaction_id", Node::text(order)),
    ])
}

fn items(event: &ShopEvent) -> Vec<Node> {
    event.action.items.iter().map(|item| Node::Record(item_members(event, *item))).collect()
}

fn item_members(event: &ShopEvent, item: Item) -> Members {
    let product = &PRODUCTS[item.product];
    let cents = product.cents(event.visit.visitor.place.currency);
    let is_sold = event.action.kind == Kind::Purchase;
    vec![
        ("item_id", Node::text(product.id)),
        ("item_name", Node::text(product.name)),
        ("item_brand", Node::text(product.brand)),
        ("item_variant", Node::text("(not set)")),
        ("item_category", Node::text(CATEGORIES[product.category].name)),
        ("price", Node::Hundredths(cents)),
        ("quantity", if is_odd(event) || item.quantity > 1 { Node::Int(item.quantity) } else { Node::Null }),
        ("item_revenue", if is_sold { Node::Hundredths(cents * item.quantity) } else { Node::Null }),
        ("item_list_index", Node::text("(not set)")),
        ("item_params", Node::List(Vec::new())),
    ]
}

fn collected(event: &ShopEvent) -> Node {
    let traffic = event.visit.traffic;
    if !is_landing(event) || traffic.is_direct() || habit(event) != Habit::Collected {
        return Node::Null;
    }
    let click = traffic.click_id.then(|| format!("EAIaIQ{}", event.visit.session_id));
    Node::Record(vec![
        ("manual_campaign_name", Node::maybe(traffic.campaign)),
        ("manual_source", Node::text(traffic.source)),
        ("manual_medium", Node::text(traffic.medium)),
        ("manual_term", Node::maybe(traffic.term)),
        ("gclid", Node::maybe(click)),
    ])
}

/// Present in two visits of three, as in properties that switched it on late.
fn last_click(traffic: &Traffic, session_id: i64) -> Node {
    if session_id % 3 == 0 {
        return Node::Null;
    }
    let manual = vec![
        ("campaign_name", Node::maybe(traffic.campaign)),
        ("source", Node::text(traffic.source)),
        ("medium", Node::text(traffic.medium)),
    ];
    let across = vec![
        ("campaign_name", Node::maybe(traffic.campaign)),
        ("source", Node::text(traffic.source)),
        ("medium", Node::text(traffic.medium)),
        ("default_channel_group", Node::text(traffic.channel)),
        ("primary_channel_group", Node::text(traffic.channel)),
    ];
    Node::Record(vec![("manual_campaign", Node::Record(manual)), ("cross_channel_campaign", Node::Record(across))])
}
