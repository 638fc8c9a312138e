//! Are the currencies of the log currencies? What is none counts as a currency of its own, and a warning names it.

use kundresa_model::actor_source::ActorSource;
use kundresa_model::field::text;

/// Active codes of ISO 4217, funds and metals included.
const CODES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD \
    CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CUC CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD \
    GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD \
    LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN \
    PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD \
    TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XTS \
    XUA XXX YER ZAR ZMW ZWG ZWL";
/// Names in one warning.
const MOST_NAMED: usize = 5;

/// A warning that names what is no currency; nothing without a column of currencies, or where all of them are.
pub fn doubt(log: &dyn ActorSource) -> Option<String> {
    let column = log.text_columns().iter().position(|name| name == text::CURRENCY)?;
    let dictionary = log.dictionary(column);
    let mut unknown: Vec<&str> =
        dictionary.values().iter().map(String::as_str).filter(|value| !is_code(value)).collect();
    unknown.sort_unstable();
    let more = unknown.len().saturating_sub(MOST_NAMED);
    let named: Vec<String> = unknown.iter().take(MOST_NAMED).map(|value| format!("`{value}`")).collect();
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!named.is_empty()).then(|| {
        format!(
            "currency: {}{rest} is no code of ISO 4217 such as EUR; its amounts are kept as a currency of its own",
            named.join(", ")
        )
    })
}

fn is_code(value: &str) -> bool {
    CODES.split_ascii_whitespace().any(|code| code == value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_from_other_texts() {
        assert_eq!(["EUR", "SEK", "ZZZ", "eur", "", "EUR SEK"].map(is_code), [true, true, false, false, false, false]);
    }
}
