//! What is known of an actor, while its events are seen?

/// What is known of an actor.
#[derive(Clone, Copy, Debug, Default)]
pub(in super::super) struct Journey {
    pub(super) has_begun: bool,
    pub(super) is_user: bool,
    pub(super) is_active: bool,
    pub(in super::super) has_engaged_session: [bool; 2],
    /// Day on which it is new, by the vendor's word and by its first event.
    pub(super) new_on: [Option<i64>; 2],
    pub(in super::super) is_returning: bool,
    pub(super) has_key_event: bool,
    pub(super) has_purchase: bool,
    pub(super) last_day: Option<i64>,
    pub(in super::super) last_click: Option<(i64, u32)>,
}

impl Journey {
    /// Notes a plain event on that day; whether it is the first of that day.
    #[inline]
    pub(in super::super) fn begin_plain(&mut self, day: i64) -> bool {
        let is_first_of_day = self.last_day != Some(day);
        self.last_day = Some(day);
        self.is_user = true;
        if !self.has_begun {
            self.has_begun = true;
            self.new_on[1] = self.new_on[1].or(Some(day));
        }
        is_first_of_day
    }
}
