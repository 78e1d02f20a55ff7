//! Wrong codes of one authenticator, over days and years. The account's back-off (`throttle`) slows guessing down; this ends it.

use pbx_2fa_shared::UnixSeconds;
use serde::{Deserialize, Serialize};

use crate::limits;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Failures {
    /// Since the last right code.
    consecutive: u32,
    /// Not yet forgiven, whatever came between.
    unforgiven: u32,
    /// When the oldest of those began to be forgiven.
    since: UnixSeconds,
}

impl Failures {
    pub(super) fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// A wrong code.
    pub(super) fn note(&mut self, now: UnixSeconds) {
        self.forgive(now);
        if self.unforgiven == 0 {
            self.since = now;
        }
        self.unforgiven = self.unforgiven.saturating_add(1);
        self.consecutive = self.consecutive.saturating_add(1);
    }

    /// A right code ends the row. It forgives nothing.
    pub(super) const fn end_row(&mut self) {
        self.consecutive = 0;
    }

    /// Whether the authenticator has had all that it is allowed.
    pub(super) const fn are_too_many(&self) -> bool {
        self.unforgiven >= limits::WRONG_CODES || self.consecutive >= limits::DISABLED_AFTER
    }

    fn forgive(&mut self, now: UnixSeconds) {
        let whole = now
            .saturating_sub(self.since)
            .checked_div(limits::WRONG_CODE_FORGIVEN)
            .unwrap_or_default();
        self.unforgiven = self
            .unforgiven
            .saturating_sub(u32::try_from(whole).unwrap_or(u32::MAX));
        self.since = self
            .since
            .saturating_add(whole.saturating_mul(limits::WRONG_CODE_FORGIVEN));
    }
}

#[cfg(test)]
mod tests {
    use super::Failures;
    use crate::limits::{DISABLED_AFTER, WRONG_CODE_FORGIVEN as DAY, WRONG_CODES};

    #[test]
    fn the_thirtieth_at_once_is_too_many() {
        let mut failures = Failures::default();
        for _ in 1..WRONG_CODES {
            failures.note(1_000);
            assert!(!failures.are_too_many());
        }
        failures.note(1_000);
        assert!(failures.are_too_many());
    }

    #[test]
    fn one_is_forgiven_each_day_and_success_forgives_none() {
        let mut failures = Failures::default();
        for _ in 1..WRONG_CODES {
            failures.note(1_000);
        }
        for day in 1..1_000 {
            failures.end_row();
            failures.note(1_000 + day * DAY);
            assert!(!failures.are_too_many(), "day {day}");
        }
        failures.note(1_000 + 1_000 * DAY - 1);
        assert!(failures.are_too_many());
    }

    #[test]
    fn fifty_in_a_row_are_too_many_however_slow() {
        let mut failures = Failures::default();
        for n in 1..=u64::from(DISABLED_AFTER) {
            assert!(!failures.are_too_many(), "before the {n}th");
            failures.note(n * 10 * DAY);
        }
        assert!(failures.are_too_many());
    }

    #[test]
    fn a_clock_that_goes_back_forgives_nothing() {
        let mut failures = Failures::default();
        failures.note(10 * DAY);
        failures.note(DAY);
        assert_eq!(failures.unforgiven, 2);
    }
}
