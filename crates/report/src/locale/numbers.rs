//! How do counts, rates, money and sizes look in a language?

use kundresa_model::count::Count;
use kundresa_model::money::MICROS;
use kundresa_model::rate::Rate;
use kundresa_model::result::statistics::Interval;

use super::signs::{self, DASH};
use super::{Locale, Text};

impl Locale {
    /// The word for what the privacy threshold hides.
    pub fn hidden(self) -> String {
        self.say(&signs::HIDDEN).to_owned()
    }

    /// A whole number with its digits grouped: `31,106`; [`Locale::hidden`] if it is.
    pub fn count<C: Into<Count>>(self, number: C) -> String {
        number.into().shown().map_or_else(|| self.hidden(), |number| self.grouped(u128::from(number)))
    }

    /// The text for one thing, or that for any other number of things.
    pub fn plural<C: Into<Count>>(self, number: C, one: &'static Text, many: &'static Text) -> &'static Text {
        if number.into() == 1 { one } else { many }
    }

    /// The number and the noun in the right form: `1 row`, `2,000 rows`.
    pub fn counted<C: Into<Count>>(self, number: C, one: &Text, many: &Text) -> String {
        self.counted_words(number, self.say(one), self.say(many))
    }

    /// As [`Locale::counted`], with the noun as words of this language.
    pub fn counted_words<C: Into<Count>>(self, number: C, one: &str, many: &str) -> String {
        let number = number.into();
        let shown = if number.is_hidden() { self.say(&signs::HIDDEN_NUMBER).to_owned() } else { self.count(number) };
        self.with_unit(&shown, if number == 1 { one } else { many })
    }

    /// A rate as per cent with one decimal: `42.1 %`; [`DASH`] for a zero base.
    ///
    /// Rounded half up from the exact counts. What is neither nothing nor everything is never shown as 0 or 100:
    /// it reads `<0.1 %` or `>99.9 %`.
    pub fn per_cent(self, rate: Rate) -> String {
        self.defined(rate, |part, base| {
            let tenths = (part * 2_000 + base) / (2 * base);
            let (sign, tenths) = match tenths {
                0 if part > 0 => ("<", 1),
                1_000 if part < base => (">", 999),
                _ => ("", tenths),
            };
            sign.to_owned() + &self.with_unit(&self.decimal(tenths, 1), "%")
        })
    }

    /// A rate with its base: `42.1 % of 3,605`; `– of 0` for a zero base.
    pub fn per_cent_of(self, rate: Rate) -> String {
        if rate.is_hidden() {
            return self.hidden();
        }
        self.fill(&signs::OF, &[&self.per_cent(rate), &self.count(rate.denominator)])
    }

    /// How many per base, with two decimals: `5.42`; [`DASH`] for a zero base.
    pub fn ratio(self, rate: Rate) -> String {
        self.defined(rate, |part, base| self.decimal((part * 200 + base) / (2 * base), 2))
    }

    /// How far one rate lies above another, in percentage points: `51.3 points`; [`DASH`] if either is undefined.
    pub fn points(self, rate: Rate, other: Rate) -> String {
        if rate.is_hidden() || other.is_hidden() {
            return self.hidden();
        }
        match (rate.value(), other.value()) {
            (Some(rate), Some(other)) => self.fill(&signs::POINTS, &[&self.float((rate - other) * 100.0, 1)]),
            _ => DASH.to_owned(),
        }
    }

    /// An interval of a share: `10.1 to 15.0 %`.
    pub fn interval(self, interval: Interval) -> String {
        let (low, high) = (self.float(interval.low * 100.0, 1), self.float(interval.high * 100.0, 1));
        self.with_unit(&self.range(&low, &high), "%")
    }

    /// From one figure to another: `4 min to 2 h`.
    pub fn range(self, low: &str, high: &str) -> String {
        self.fill(&signs::TO, &[&low, &high])
    }

    /// A p-value to three decimals: `p = 0.042`; `p < 0.001` below.
    pub fn p_value(self, p: f64) -> String {
        if p < 0.001 { format!("p < {}", self.float(0.001, 3)) } else { format!("p = {}", self.float(p, 3)) }
    }

    /// A decimal number that has been computed in floats, with so many decimals and without groups: `0.042`.
    pub fn float(self, number: f64, decimals: usize) -> String {
        format!("{number:.decimals$}").replace('.', self.signs().decimal)
    }

    /// Micro-units of money with at least two decimals and no more than it has: `1,234.50 EUR`.
    pub fn money(self, micros: i128, currency: &str) -> String {
        let unit = u128::from(MICROS.unsigned_abs());
        let (whole, fraction) = (micros.unsigned_abs() / unit, micros.unsigned_abs() % unit);
        let decimals = format!("{fraction:06}");
        let kept = decimals.trim_end_matches('0').len().max(2);
        let sign = if micros < 0 { "−" } else { "" };
        let amount = format!("{sign}{}{}{}", self.grouped(whole), self.signs().decimal, &decimals[..kept]);
        if currency.is_empty() { amount } else { self.with_unit(&amount, currency) }
    }

    /// A mean of money to the hundredth of its unit, rounded half up: `2,159.27 EUR`.
    pub fn mean_money(self, micros: i128, currency: &str) -> String {
        let hundredth = i128::from(MICROS / 100);
        let rounded = (micros.abs() + hundredth / 2) / hundredth * hundredth;
        self.money(rounded * micros.signum(), currency)
    }

    /// A size in decimal units: `512 B`, `1.2 MB`.
    pub fn bytes(self, size: u64) -> String {
        const UNITS: [(&str, u64); 4] =
            [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
        match UNITS.iter().find(|(_, scale)| size >= *scale) {
            None => self.with_unit(&size.to_string(), "B"),
            Some((name, scale)) => self.with_unit(&self.decimal((u128::from(size) * 10) / u128::from(*scale), 1), name),
        }
    }

    /// Words as a list: `a, b and c`.
    pub fn list(self, words: &[String]) -> String {
        self.joined(words, &signs::AND)
    }

    /// Words as a choice: `a, b or c`.
    pub fn choice(self, words: &[String]) -> String {
        self.joined(words, &signs::OR)
    }

    fn joined(self, words: &[String], last_two: &Text) -> String {
        match words.split_last() {
            None => String::new(),
            Some((only, [])) => only.clone(),
            Some((last, before)) => self.fill(last_two, &[&before.join(", "), last]),
        }
    }

    /// A figure and its unit, on one line where the language has the sign for that.
    pub fn with_unit(self, figure: &str, unit: &str) -> String {
        format!("{figure}{}{unit}", self.signs().space)
    }

    /// `scaled` divided by ten to the power of `decimals`, with its digits grouped.
    pub(super) fn decimal(self, scaled: u128, decimals: u32) -> String {
        let unit = 10_u128.pow(decimals);
        let width = decimals as usize;
        format!("{}{}{:0width$}", self.grouped(scaled / unit), self.signs().decimal, scaled % unit)
    }

    fn defined(self, rate: Rate, shown: impl Fn(u128, u128) -> String) -> String {
        match (rate.is_hidden(), rate.denominator) {
            (true, _) => self.hidden(),
            (false, 0) => DASH.to_owned(),
            (false, base) => shown(u128::from(rate.numerator), u128::from(base)),
        }
    }

    fn grouped(self, number: u128) -> String {
        let digits = number.to_string();
        let mut text = String::with_capacity(digits.len() * 2);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push_str(self.signs().group);
            }
            text.push(digit);
        }
        text
    }
}
