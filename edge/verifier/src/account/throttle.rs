//! Wrong codes, counted on the account: across authenticators, challenges, transactions and tickets
//! (NIST SP 800-63B-4 §3.1.3.2: a new code does not reset the count).

use pbx_2fa_shared::{ProblemType, UnixSeconds};
use serde::{Deserialize, Serialize};

use crate::limits;
use crate::refusal::Refusal;

/// Consecutive wrong codes, and the wait they earned.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Throttle {
    consecutive: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<UnixSeconds>,
}

/// An attempt that has been counted. Only with it can a code be compared, so nothing is ever compared for free.
#[must_use]
pub(super) struct Charged(());

impl Throttle {
    pub(super) const NONE: Self = Self {
        consecutive: 0,
        until: None,
    };

    /// # Errors
    /// `account-throttled` while a wait lasts; then nothing is counted.
    pub(super) fn admit(&self, now: UnixSeconds) -> Result<(), Refusal> {
        match self.waiting_until(now) {
            Some(until) => Err(Refusal::Wait {
                problem: ProblemType::AccountThrottled,
                until,
            }),
            None => Ok(()),
        }
    }

    /// Counts an attempt as wrong before it is looked at.
    ///
    /// # Errors
    /// As [`Self::admit`].
    pub(super) fn charge(&mut self, now: UnixSeconds) -> Result<Charged, Refusal> {
        self.admit(now)?;
        self.consecutive = self.consecutive.saturating_add(1);
        let wait = limits::back_off(self.consecutive);
        self.until = (wait > 0).then(|| now.saturating_add(wait));
        Ok(Charged(()))
    }

    /// After a right code.
    pub(super) fn clear(&mut self) {
        *self = Self::NONE;
    }

    /// The end of the wait, while it lasts.
    pub(super) fn waiting_until(&self, now: UnixSeconds) -> Option<UnixSeconds> {
        self.until.filter(|until| now < *until)
    }
}

#[cfg(test)]
mod tests {
    use super::Throttle;

    #[test]
    fn the_fifth_wrong_code_in_a_row_earns_a_wait_and_each_next_one_a_longer() {
        let mut throttle = Throttle::default();
        let mut now = 1_000;
        for wait in [0, 0, 0, 0, 30, 60, 120, 300, 600, 900, 900] {
            assert!(throttle.charge(now).is_ok());
            assert_eq!(throttle.waiting_until(now).unwrap_or(now) - now, wait);
            if wait > 0 {
                assert!(throttle.charge(now + wait - 1).is_err());
            }
            now += wait;
        }
        throttle.clear();
        assert_eq!(throttle.waiting_until(now), None);
    }
}
