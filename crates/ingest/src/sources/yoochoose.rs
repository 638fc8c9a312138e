//! YooChoose's challenge of 2015: clicks on items of a shop, and items that were bought.
//!
//! The files have no header, so they are recognised by the shape of their first lines: a number of the visit, a time with
//! milliseconds and `Z`, an item of nine or ten digits, then a category (`S`, `0`, a number) or price and quantity. Visitors
//! are not named; a visit stands for one. A line of purchases is one item; those of one order lie milliseconds apart. Price
//! and quantity are often 0, which says that the shop did not give them: such a purchase has no money, and both stay as they
//! are in its properties. Tables that were prepared for recommenders (`SessionId`, `ItemId`, `Time` in seconds) hold the
//! clicks too. Documented: the challenge's description.

use super::{Evidence, Preset, Vendor, columns, items};
use crate::config::KindName;
use crate::field::Field;
use crate::lines::without_end;
use crate::sample::Shape;
use crate::translate::{NoRow, Raw, Rows, Translator};

const CLICK_COLUMNS: [&str; 4] = ["SessionId", "Timestamp", "ItemId", "Category"];
const BUY_COLUMNS: [&str; 5] = ["SessionId", "Timestamp", "ItemId", "Price", "Quantity"];
const PREPARED: [&str; 3] = ["SessionId", "ItemId", "Time"];

pub(super) static CLICKS: Vendor = Vendor {
    kind: KindName::YoochooseClicks,
    evidence: Evidence::Documented,
    recognizes: |sample| {
        let are = |names: &[&str]| columns::names(sample).len() == names.len() && columns::has_all(sample, names);
        matches!(sample.shape, Shape::Delimited(_)) && (are(&CLICK_COLUMNS) || are(&PREPARED))
    },
    preset: Preset { event: Some("view_item"), ..VISITS },
    translator: None,
    synthetic: &[],
};

pub(super) static BUYS: Vendor = Vendor {
    kind: KindName::YoochooseBuys,
    evidence: Evidence::Documented,
    recognizes: |sample| {
        let is_width = columns::names(sample).len() == BUY_COLUMNS.len();
        matches!(sample.shape, Shape::Delimited(_)) && is_width && columns::has_all(sample, &BUY_COLUMNS)
    },
    preset: Preset { event: Some("purchase"), ..VISITS },
    translator: Some(|sample| Box::new(Buys { names: columns::names(sample).to_vec() })),
    synthetic: &[],
};

const VISITS: Preset = Preset {
    columns: &[
        (Field::Time, &["Timestamp", "Time"]),
        (Field::AnonymousId, &["SessionId"]),
        (Field::SessionHint, &["SessionId"]),
        (Field::Value, &["value"]),
        (Field::Items, &["items"]),
        (Field::UserId, &[]),
        (Field::EventId, &[]),
    ],
    zone: Some("UTC"),
    ..Preset::NONE
};

/// Lines that all must have the shape, and how many there must be at least.
const MOST_LINES: usize = 200;
const FEWEST_LINES: usize = 3;

/// The columns of a text without a header whose lines are clicks or purchases.
pub(crate) fn columns_of(text: &[u8]) -> Option<Vec<String>> {
    let lines = text.split_inclusive(|byte| *byte == b'\n').map(|line| without_end(line).trim_ascii());
    let lines: Vec<&[u8]> = lines.filter(|line| !line.is_empty()).take(MOST_LINES).collect();
    if lines.len() < FEWEST_LINES {
        return None;
    }
    let are = |is_it: fn(&[&[u8]]) -> bool| {
        lines.iter().all(|line| is_it(&line.split(|byte| *byte == b',').collect::<Vec<_>>()))
    };
    let names: &[&str] = match () {
        () if are(is_click) => &CLICK_COLUMNS,
        () if are(is_buy) => &BUY_COLUMNS,
        () => return None,
    };
    Some(names.iter().map(|name| (*name).to_owned()).collect())
}

fn is_click(fields: &[&[u8]]) -> bool {
    let [visit, time, item, category] = fields else { return false };
    is_start(visit, time, item) && (*category == b"S" || is_number(category, 1, 12))
}

fn is_buy(fields: &[&[u8]]) -> bool {
    let [visit, time, item, price, quantity] = fields else { return false };
    is_start(visit, time, item) && is_number(price, 1, 8) && is_number(quantity, 1, 4)
}

fn is_start(visit: &[u8], time: &[u8], item: &[u8]) -> bool {
    const TIME: &[u8] = b"0000-00-00T00:00:00.000Z";
    let is_like = |(byte, like): (&u8, &u8)| if *like == b'0' { byte.is_ascii_digit() } else { byte == like };
    is_number(visit, 1, 9) && time.len() == TIME.len() && time.iter().zip(TIME).all(is_like) && is_number(item, 9, 10)
}

fn is_number(text: &[u8], fewest: usize, most: usize) -> bool {
    (fewest..=most).contains(&text.len()) && text.iter().all(u8::is_ascii_digit)
}

/// Reads purchases.
struct Buys {
    names: Vec<String>,
}

/// Cells before those of the line.
const OWN: usize = 2;

impl Translator for Buys {
    fn columns(&self) -> Vec<String> {
        ["value", "items"].into_iter().map(str::to_owned).chain(self.names.iter().cloned()).collect()
    }

    fn translate(&mut self, record: Raw<'_>, rows: &mut Rows) -> Result<(), NoRow> {
        let get = |wanted: &str| {
            let place = self.names.iter().position(|name| name == wanted);
            place.map_or("", |place| record.field(place))
        };
        let filled = |text: &str| text.parse::<u64>().ok().filter(|number| *number > 0);
        let (price, quantity) = (get("Price"), get("Quantity"));
        let money = filled(price).zip(filled(quantity)).and_then(|(price, quantity)| price.checked_mul(quantity));
        let members = [("item_id", get("ItemId")), ("price", price), ("quantity", quantity)];
        let is_given = |member: &(&str, &str)| member.0 == "item_id" || member.1.parse::<u64>() != Ok(0);
        rows.begin();
        if let Some(money) = money {
            rows.write(0, money);
        }
        if let Some(items) = items::of_one(members.into_iter().filter(is_given)) {
            rows.set(1, &items);
        }
        (0..self.names.len()).for_each(|index| rows.set(OWN + index, record.field(index)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLICKS: &str = "1,2014-04-07T10:51:09.277Z,214536502,0\n1,2014-04-07T10:54:09.868Z,214536500,S\r\n\
        2,2014-04-07T13:56:37.614Z,1178837797,2089042098\n";

    #[test]
    fn only_lines_of_one_shape_are_recognised() {
        assert_eq!(columns_of(CLICKS.as_bytes()).unwrap(), CLICK_COLUMNS);
        let buys = "420374,2014-04-06T18:44:58.314Z,214537888,12462,1\n".repeat(3);
        assert_eq!(columns_of(buys.as_bytes()).unwrap(), BUY_COLUMNS);
        for other in [
            buys.replace("214537888", "21453"),
            buys.replace(".314Z", "Z"),
            buys.replace("T18", " 18"),
            buys.replace(",1\n", ",1.5\n"),
            format!("{CLICKS}{buys}"),
            format!("a,b,c,d\n{CLICKS}"),
            CLICKS.lines().take(2).collect::<Vec<_>>().join("\n"),
            CLICKS.replace(",S", ",shoes"),
        ] {
            assert_eq!(columns_of(other.as_bytes()), None, "{other}");
        }
    }
}
