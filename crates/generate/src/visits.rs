//! Which kinds of visits are there, and how far towards a purchase does each get?

use crate::catalogue::{CATEGORIES, PRODUCTS, SEARCH_TERMS};
use crate::dice::Dice;
use crate::event::{Action, Item, Kind, Page};
use crate::rates::PlantedRates;
use crate::script::Script;

/// Why somebody comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Errand {
    /// Looks around, perhaps buys.
    Shop,
    /// Comes back to a cart left behind, without looking at products again.
    ReturnToCart(Vec<Item>),
    /// Comes back after a purchase to review it.
    Review(usize),
    /// Looks at very many products and never buys; the number of pages.
    Patrol(u64),
}

/// What came of a visit.
pub(crate) struct Outcome {
    pub(crate) actions: Vec<Action>,
    /// Furthest funnel step whose steps all lie in this visit.
    pub(crate) level_in_visit: usize,
    /// Furthest funnel step with those of the visit that left the cart.
    pub(crate) level: usize,
    /// What is still in the cart.
    pub(crate) cart: Vec<Item>,
    /// What was bought first, if anything.
    pub(crate) bought: Option<usize>,
}

/// The circumstances of one visit.
pub(crate) struct Circumstances {
    pub(crate) start_us: i64,
    /// From 0.
    pub(crate) turn: u32,
    pub(crate) rates: &'static PlantedRates,
    pub(crate) order: u64,
}

/// Plays one visit.
pub(crate) fn play(errand: &Errand, dice: &mut Dice, at: &Circumstances) -> Outcome {
    match errand {
        Errand::Shop => shop(dice, at),
        Errand::ReturnToCart(cart) => return_to_cart(dice, at, cart),
        Errand::Review(product) => review(dice, at, *product),
        Errand::Patrol(pages) => patrol(dice, at, *pages),
    }
}

fn shop(dice: &mut Dice, at: &Circumstances) -> Outcome {
    let looks = dice.percent(at.rates.view_item);
    let landing = landing_page(dice);
    let mut script = Script::land(dice, at.start_us, landing, at.turn == 0);
    wander(&mut script, landing);
    if !looks {
        return end(script, 0, 0, Vec::new());
    }
    let product = look_at_products(&mut script);
    if !script.dice.percent(at.rates.add_to_cart) {
        return end(script, 1, 1, Vec::new());
    }
    let cart = fill_cart(&mut script, product);
    script.go(Page::Cart);
    script.show(Kind::ViewCart, &cart);
    if !script.dice.percent(at.rates.begin_checkout) {
        let cart = if script.dice.percent(20) { empty_cart(&mut script, &cart) } else { cart };
        return end(script, 2, 2, cart);
    }
    let level = check_out(&mut script, at, &cart);
    end(script, level, level, cart)
}

fn return_to_cart(dice: &mut Dice, at: &Circumstances, cart: &[Item]) -> Outcome {
    let mut script = Script::land(dice, at.start_us, Page::Cart, false);
    script.show(Kind::ViewCart, cart);
    if !script.dice.percent(at.rates.begin_checkout_on_return) {
        return end(script, 0, 2, cart.to_vec());
    }
    let level = check_out(&mut script, at, cart);
    end(script, 0, level, cart.to_vec())
}

fn review(dice: &mut Dice, at: &Circumstances, product: usize) -> Outcome {
    let mut script = Script::land(dice, at.start_us, Page::Orders, false);
    script.go(Page::WriteReview(product));
    script.wait(30, 300);
    script.act(Kind::Review, &[]);
    let nps = script.dice.between(3, 10);
    script.last().nps = Some(nps);
    if script.dice.percent(25) {
        script.act(Kind::Share, &[]);
    }
    end(script, 0, 0, Vec::new())
}

fn patrol(dice: &mut Dice, at: &Circumstances, pages: u64) -> Outcome {
    let mut script = Script::land(dice, at.start_us, Page::Home, at.turn == 0);
    let mut level = 0;
    for _ in 0..pages {
        let category = script.dice.index(CATEGORIES.len());
        script.go(Page::Category(category));
        script.tie(Kind::ViewItemList, &[]);
        let product = script.dice.index(PRODUCTS.len());
        script.go(Page::Product(product));
        script.tie(Kind::ViewItem, &[Item { product, quantity: 1 }]);
        level = 1;
    }
    end(script, level, level, Vec::new())
}

fn end(script: Script<'_>, level_in_visit: usize, level: usize, cart: Vec<Item>) -> Outcome {
    let bought = (level == crate::rates::FUNNEL_STEPS.len()).then(|| cart.first().map(|item| item.product)).flatten();
    let cart = if bought.is_some() { Vec::new() } else { cart };
    Outcome { actions: script.actions, level_in_visit, level, cart, bought }
}

fn landing_page(dice: &mut Dice) -> Page {
    match dice.below(10) {
        0..4 => Page::Home,
        4..7 => Page::Category(dice.index(CATEGORIES.len())),
        7 => Page::Guide,
        _ => Page::Reviews(dice.index(PRODUCTS.len())),
    }
}

/// Home, lists, searches and guides before a product is looked at; many visits end here.
fn wander(script: &mut Script<'_>, landing: Page) {
    match landing {
        Page::Category(_) => script.show(Kind::ViewItemList, &[]),
        Page::Home if script.dice.percent(60) => script.act(Kind::ViewPromotion, &[]),
        _ => {}
    }
    for _ in 0..script.dice.below(4) {
        match script.dice.below(10) {
            0..5 => {
                let category = script.dice.index(CATEGORIES.len());
                script.go(Page::Category(category));
                script.show(Kind::ViewItemList, &[]);
            }
            5..8 => {
                let term = script.dice.index(SEARCH_TERMS.len());
                script.go(Page::SearchResults(term));
                script.show(Kind::Search, &[]);
            }
            8 => script.go(Page::Guide),
            _ => script.go(Page::Home),
        }
    }
    if script.dice.percent(4) {
        script.act(Kind::NewsletterSignup, &[]);
    }
}

/// Looks at one to four products; the last one is returned.
fn look_at_products(script: &mut Script<'_>) -> usize {
    let mut product = 0;
    for round in 0..=script.dice.below(4) {
        product = script.dice.index(PRODUCTS.len());
        let item = [Item { product, quantity: 1 }];
        if script.dice.percent(55) {
            script.act(Kind::SelectItem, &item);
        }
        script.go(Page::Product(product));
        script.show(Kind::ViewItem, &item);
        match script.dice.below(20) {
            0..3 => script.go(Page::Reviews(product)),
            3 => script.act(Kind::AddToWishlist, &item),
            4 => script.act(Kind::Share, &[]),
            5..8 if round > 0 => {
                script.go(Page::Compare);
                script.show(Kind::Compare, &[]);
            }
            _ => {}
        }
    }
    product
}

fn fill_cart(script: &mut Script<'_>, product: usize) -> Vec<Item> {
    let quantity = if script.dice.percent(15) { 2 } else { 1 };
    let mut cart = vec![Item { product, quantity }];
    script.act(Kind::AddToCart, &cart);
    if script.dice.percent(25) {
        let more =
            Item { product: (product + 1 + script.dice.index(PRODUCTS.len() - 1)) % PRODUCTS.len(), quantity: 1 };
        script.go(Page::Product(more.product));
        script.show(Kind::ViewItem, &[more]);
        script.act(Kind::AddToCart, &[more]);
        cart.push(more);
    }
    cart
}

fn empty_cart(script: &mut Script<'_>, cart: &[Item]) -> Vec<Item> {
    for item in cart {
        script.act(Kind::RemoveFromCart, std::slice::from_ref(item));
    }
    Vec::new()
}

/// From the first checkout page as far as the planted rates allow; the step reached is returned.
fn check_out(script: &mut Script<'_>, at: &Circumstances, cart: &[Item]) -> usize {
    script.go(Page::Checkout);
    script.show(Kind::BeginCheckout, cart);
    script.go(Page::Shipping);
    if !script.dice.percent(at.rates.add_shipping_info) {
        return 3;
    }
    script.act(Kind::AddShippingInfo, cart);
    script.go(Page::Payment);
    if !script.dice.percent(at.rates.add_payment_info) {
        return 4;
    }
    script.act(Kind::AddPaymentInfo, cart);
    if !script.dice.percent(at.rates.purchase) {
        return 5;
    }
    buy(script, at, cart);
    6
}

/// The purchase, sometimes reported again when the confirmation is loaded again, and what follows it.
fn buy(script: &mut Script<'_>, at: &Circumstances, cart: &[Item]) {
    script.go(Page::Confirmation);
    script.show(Kind::Purchase, cart);
    script.last().order = Some(at.order);
    if script.dice.percent(5) {
        script.go(Page::Confirmation);
        script.act(Kind::Purchase, cart);
        script.last().order = Some(at.order);
    }
    if script.dice.percent(35) {
        script.go(Page::Orders);
    }
    if script.dice.percent(6) {
        script.act(Kind::Share, &[]);
    }
}
