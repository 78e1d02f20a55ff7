//! How many codes an account is sent. A code that was answered right costs nothing; those that nobody answered add up.

use pbx_2fa_shared::{ProblemType, UnixSeconds};
use serde::{Deserialize, Serialize};

use crate::limits;
use crate::refusal::Refusal;

/// When the codes were sent that no right code has answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Sends(Vec<UnixSeconds>);

impl Sends {
    pub(super) const NONE: Self = Self(Vec::new());

    /// # Errors
    /// `send-throttled`, with the time from which another code may be sent.
    pub(super) fn admit(&self, now: UnixSeconds) -> Result<(), Refusal> {
        let recent = self
            .0
            .iter()
            .filter(|at| now < at.saturating_add(limits::SEND_WINDOW));
        if recent.clone().count() < limits::UNANSWERED_SENDS {
            return Ok(());
        }
        let oldest = recent.min().copied().unwrap_or(now);
        let until = oldest.saturating_add(limits::SEND_WINDOW);
        Err(Refusal::Wait {
            problem: ProblemType::SendThrottled,
            until,
        })
    }

    pub(super) fn note(&mut self, now: UnixSeconds) {
        self.0.push(now);
    }

    /// A right code: the person is there, and wants the codes.
    pub(super) fn answered(&mut self) {
        self.0.clear();
    }

    pub(super) fn forget(&mut self, now: UnixSeconds) {
        self.0.retain(|at| now < at.saturating_add(limits::SEND_WINDOW));
    }
}

#[cfg(test)]
mod tests {
    use super::Sends;
    use crate::refusal::Refusal;
    use pbx_2fa_shared::ProblemType;

    #[test]
    fn the_sixth_unanswered_code_waits_for_the_first_to_be_ten_minutes_old() {
        let mut sends = Sends::NONE;
        for at in [100, 110, 120, 130, 140] {
            assert_eq!(sends.admit(at), Ok(()));
            sends.note(at);
        }
        assert_eq!(
            sends.admit(699),
            Err(Refusal::Wait {
                problem: ProblemType::SendThrottled,
                until: 700
            })
        );
        assert_eq!(sends.admit(700), Ok(()));
        sends.answered();
        assert_eq!(sends.admit(150), Ok(()));
    }
}
