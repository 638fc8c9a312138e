//! Who is visitor number n?

use crate::dice::Dice;
use crate::rates::{Device, RATES};
use crate::world::{FIRST_TRAFFIC, Machine, PLACES, Place, Traffic, machines};

/// One visitor on one device. A pure function of seed, number and first visit, so nobody is kept in memory.
pub(crate) struct Visitor {
    pub(crate) client_id: String,
    /// Customer number of visitors that have an account; leading zeros matter.
    pub(crate) login: Option<String>,
    pub(crate) device: Device,
    pub(crate) machine: &'static Machine,
    pub(crate) place: &'static Place,
    pub(crate) first_traffic: &'static Traffic,
    pub(crate) first_us: i64,
    /// Visitors who decline tracking send rows without any identifier.
    pub(crate) has_consent: bool,
}

impl Visitor {
    /// Visitor `index`, who comes for the first time at `first_us`.
    pub(crate) fn meet(seed: u64, index: u64, first_us: i64) -> Self {
        let mut dice = Dice::new(seed, index, 0);
        let device = device(&mut dice);
        Self {
            client_id: client_id(seed, index, first_us),
            login: login(&mut dice, index),
            device,
            machine: dice.weighted(machines(device)),
            place: dice.weighted(&PLACES),
            first_traffic: dice.weighted(&FIRST_TRAFFIC),
            first_us,
            has_consent: !dice.percent(4),
        }
    }
}

fn device(dice: &mut Dice) -> Device {
    let [desktop, mobile, tablet] = &RATES;
    *dice.weighted(&[
        (desktop.visitors, Device::Desktop),
        (mobile.visitors, Device::Mobile),
        (tablet.visitors, Device::Tablet),
    ])
}

/// `<ten digits>.<seconds of the first visit>`. The digits are a one-to-one function of the number, so no two visitors
/// of one seed share an id (below 2³⁰ visitors).
fn client_id(seed: u64, index: u64, first_us: i64) -> String {
    const BITS: u64 = (1 << 30) - 1;
    let mixed = index.wrapping_mul(2_654_435_761).wrapping_add(seed) & BITS;
    format!("{}.{}", 1_000_000_000 + mixed, first_us.div_euclid(1_000_000))
}

/// One visitor in five has an account; numbers 20·n + 10 and 20·n + 11 are one person on two devices.
fn login(dice: &mut Dice, index: u64) -> Option<String> {
    let has_own = dice.percent(20);
    match index % 20 {
        10 => Some(index),
        11 => Some(index - 1),
        _ => has_own.then_some(index),
    }
    .map(|account| format!("{account:08}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_devices_of_one_person_share_a_login_and_nothing_else() {
        let (left, right) = (Visitor::meet(7, 30, 5), Visitor::meet(7, 31, 5));
        assert_eq!(left.login, right.login);
        assert!(left.login.is_some());
        assert_ne!(left.client_id, right.client_id);
    }
}
