//! How does an event become a line of a flat CSV log?

use crate::event::{Page, ShopEvent};
use crate::variety::Variety;

/// Header of `events.csv`.
const HEADER: &str =
    "client_id,event_time,event_name,page_location,source,medium,campaign,device,country,value,currency,order_id";

/// Header of `events.csv`, with the columns that variety adds.
pub(crate) fn header(variety: Variety) -> String {
    format!("{HEADER}{}\n", if variety.channels > 0 { ",channel" } else { "" })
}

/// Appends the event as one line.
pub(crate) fn write_line(event: &ShopEvent, variety: Variety, out: &mut Vec<u8>) {
    let (visit, visitor) = (&event.visit, &event.visit.visitor);
    let cents = event.cents();
    let mut fields = vec![
        if visitor.has_consent { visitor.client_id.clone() } else { String::new() },
        time_text(event.action.ts_us),
        event.action.kind.name().to_owned(),
        variety.url(event),
        visit.traffic.source.to_owned(),
        visit.traffic.medium.to_owned(),
        visit.traffic.campaign.unwrap_or_default().to_owned(),
        visitor.device.name().to_owned(),
        visitor.place.country.to_owned(),
        cents.map(|cents| format!("{}.{:02}", cents / 100, cents % 100)).unwrap_or_default(),
        cents.map(|_| visitor.place.currency.code().to_owned()).unwrap_or_default(),
        event.order_id().unwrap_or_default(),
    ];
    if variety.channels > 0 {
        fields.push(variety.channel(visit));
    }
    write_fields(&fields, out);
}

/// Header of the shop server's own log in the sample.
pub(crate) const SERVER_HEADER: &str = "client_id,event_time,event_name,product,nps\n";

/// Appends the event as one line of the shop server's own log.
pub(crate) fn write_server_line(event: &ShopEvent, out: &mut Vec<u8>) {
    let product = match event.action.page {
        Page::Product(product) | Page::WriteReview(product) => crate::catalogue::PRODUCTS[product].name,
        _ => "",
    };
    let visitor = &event.visit.visitor;
    let fields = [
        if visitor.has_consent { visitor.client_id.clone() } else { String::new() },
        time_text(event.action.ts_us),
        event.action.kind.name().to_owned(),
        product.to_owned(),
        event.action.nps.map(|nps| nps.to_string()).unwrap_or_default(),
    ];
    write_fields(&fields, out);
}

/// Appends one line; fields with separators or quotes are quoted.
pub(crate) fn write_fields(fields: &[String], out: &mut Vec<u8>) {
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        if field.contains([',', '"', '\n', '\r']) {
            out.extend_from_slice(format!("\"{}\"", field.replace('"', "\"\"")).as_bytes());
        } else {
            out.extend_from_slice(field.as_bytes());
        }
    }
    out.push(b'\n');
}

/// `2024-03-01T10:00:00.000001Z`.
fn time_text(ts_us: i64) -> String {
    let time = chrono::DateTime::from_timestamp_micros(ts_us).unwrap_or_default();
    time.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc_with_microseconds_and_fields_are_quoted_only_where_needed() {
        assert_eq!(time_text(1_709_287_200_000_001), "2024-03-01T10:00:00.000001Z");
        let mut out = Vec::new();
        write_fields(&["a,b".to_owned(), "c\"d".to_owned(), "e f".to_owned()], &mut out);
        assert_eq!(out, b"\"a,b\",\"c\"\"d\",e f\n");
    }
}
