//! What does the shop sell, and at what price?

/// A currency of the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Currency {
    Eur,
    Nok,
    Sek,
}

impl Currency {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Eur => "EUR",
            Self::Nok => "NOK",
            Self::Sek => "SEK",
        }
    }
}

/// A group of products with a page of its own.
pub(crate) struct Category {
    pub(crate) slug: &'static str,
    pub(crate) name: &'static str,
}

pub(crate) const CATEGORIES: [Category; 6] = [
    Category { slug: "tents", name: "Tents" },
    Category { slug: "sleeping-bags", name: "Sleeping bags" },
    Category { slug: "stoves", name: "Stoves" },
    Category { slug: "backpacks", name: "Backpacks" },
    Category { slug: "jackets", name: "Jackets" },
    Category { slug: "boots", name: "Boots" },
];

/// One article.
pub(crate) struct Product {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// `(not set)` where the shop's data layer forgot it, as real exports have it.
    pub(crate) brand: &'static str,
    pub(crate) category: usize,
    /// Price in cents of a euro.
    euro_cents: i64,
}

impl Product {
    /// Price in hundredths of the currency; crowns are whole.
    pub(crate) fn cents(&self, currency: Currency) -> i64 {
        match currency {
            Currency::Eur => self.euro_cents,
            Currency::Nok => self.euro_cents * 12 / 100 * 100,
            Currency::Sek => self.euro_cents * 11 / 100 * 100,
        }
    }
}

const fn product(
    id: &'static str,
    name: &'static str,
    brand: &'static str,
    category: usize,
    euro_cents: i64,
) -> Product {
    Product { id, name, brand, category, euro_cents }
}

pub(crate) const PRODUCTS: [Product; 24] = [
    product("1001", "Ridge 1 tent", "Norrvind", 0, 24_900),
    product("1002", "Ridge 2 tent", "Norrvind", 0, 32_950),
    product("1003", "Shore family tent", "Havsro", 0, 54_900),
    product("1004", "Alder tarp", "(not set)", 0, 6_995),
    product("1101", "Frost -10 sleeping bag", "Norrvind", 1, 27_900),
    product("1102", "Summer 10 sleeping bag", "Havsro", 1, 8_990),
    product("1103", "Silk liner", "Havsro", 1, 4_950),
    product("1104", "Air mat", "Lättfot", 1, 11_900),
    product("1201", "Gas stove", "Glöd", 2, 5_999),
    product("1202", "Wood stove", "Glöd", 2, 8_450),
    product("1203", "Titanium pot", "Glöd", 2, 4_499),
    product("1204", "Gas canister 230", "(not set)", 2, 795),
    product("1301", "Day pack 20", "Lättfot", 3, 7_900),
    product("1302", "Trek pack 45", "Lättfot", 3, 17_900),
    product("1303", "Trek pack 65", "Lättfot", 3, 21_900),
    product("1304", "Rain cover", "Lättfot", 3, 1_950),
    product("1401", "Shell jacket", "Norrvind", 4, 29_900),
    product("1402", "Down jacket", "Norrvind", 4, 24_500),
    product("1403", "Fleece", "Havsro", 4, 6_990),
    product("1404", "Wind vest", "Havsro", 4, 5_495),
    product("1501", "Trail boots", "Stigen", 5, 15_900),
    product("1502", "Winter boots", "Stigen", 5, 19_950),
    product("1503", "Approach shoes", "Stigen", 5, 12_900),
    product("1504", "Wool socks", "(not set)", 5, 1_490),
];

/// What people search for, and how it looks in an address.
pub(crate) const SEARCH_TERMS: [(&str, &str); 8] = [
    ("light tent", "light+tent"),
    ("tält", "t%C3%A4lt"),
    ("winter boots", "winter+boots"),
    ("sovsäck -10", "sovs%C3%A4ck+-10"),
    ("rain cover", "rain+cover"),
    ("gas", "gas"),
    ("down jacket, women", "down+jacket%2C+women"),
    ("45 l \"trek\"", "45+l+%22trek%22"),
];
