//! How many codes an account is sent. A code that was answered right costs nothing; those that nobody answered add up.

use pbx_2fa_shared::{Kind, ProblemType, UnixSeconds};
use serde::{Deserialize, Serialize};

use crate::limits;
use crate::refusal::Refusal;

/// The codes of the last day that no right code has answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Sends(Vec<Sent>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Sent {
    at: UnixSeconds,
    way: Way,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Way {
    Push,
    Call,
}

impl Way {
    const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Mobile | Kind::Landline => Self::Call,
            _ => Self::Push,
        }
    }

    const fn a_day(self) -> usize {
        match self {
            Self::Push => limits::UNANSWERED_PUSHES_A_DAY,
            Self::Call => limits::UNANSWERED_CALLS_A_DAY,
        }
    }
}

impl Sends {
    pub(super) const NONE: Self = Self(Vec::new());

    /// # Errors
    /// `send-throttled`, with the time from which another code may be sent this way.
    pub(super) fn admit(&self, kind: Kind, now: UnixSeconds) -> Result<(), Refusal> {
        let way = Way::of(kind);
        let all = self.0.iter().map(|s| s.at);
        let of_this_way = self.0.iter().filter(|s| s.way == way).map(|s| s.at);
        let now_full = full_until(all, now, limits::SEND_WINDOW, limits::UNANSWERED_SENDS);
        let today_full = full_until(of_this_way, now, limits::SEND_DAY, way.a_day());
        match now_full.max(today_full) {
            None => Ok(()),
            Some(until) => Err(Refusal::Wait {
                problem: ProblemType::SendThrottled,
                until,
            }),
        }
    }

    pub(super) fn note(&mut self, kind: Kind, now: UnixSeconds) {
        let way = Way::of(kind);
        self.0.push(Sent { at: now, way });
    }

    /// A right code: the person is there, and wants the codes.
    pub(super) fn answered(&mut self) {
        self.0.clear();
    }

    pub(super) fn forget(&mut self, now: UnixSeconds) {
        self.0.retain(|s| now < s.at.saturating_add(limits::SEND_DAY));
    }
}

/// When a window that holds at most so many has room again, if it has none now.
fn full_until(
    sent: impl Iterator<Item = UnixSeconds>,
    now: UnixSeconds,
    window: u64,
    most: usize,
) -> Option<UnixSeconds> {
    let mut recent: Vec<UnixSeconds> = sent.filter(|at| now < at.saturating_add(window)).collect();
    recent.sort_unstable();
    let over = recent.len().checked_sub(most)?;
    recent.get(over).map(|at| at.saturating_add(window))
}

#[cfg(test)]
mod tests {
    use super::Sends;
    use crate::limits::{SEND_DAY, UNANSWERED_CALLS_A_DAY, UNANSWERED_PUSHES_A_DAY};
    use crate::refusal::Refusal;
    use pbx_2fa_shared::{Kind, ProblemType};

    fn waits_until(until: u64) -> Result<(), Refusal> {
        Err(Refusal::Wait {
            problem: ProblemType::SendThrottled,
            until,
        })
    }

    #[test]
    fn the_sixth_unanswered_code_waits_for_the_first_to_be_ten_minutes_old() {
        let mut sends = Sends::NONE;
        for (at, kind) in [
            (100, Kind::App),
            (110, Kind::Mobile),
            (120, Kind::App),
            (130, Kind::Landline),
            (140, Kind::App),
        ] {
            assert_eq!(sends.admit(kind, at), Ok(()));
            sends.note(kind, at);
        }
        assert_eq!(sends.admit(Kind::App, 699), waits_until(700));
        assert_eq!(sends.admit(Kind::App, 700), Ok(()));
        sends.answered();
        assert_eq!(sends.admit(Kind::App, 150), Ok(()));
    }

    #[test]
    fn a_day_has_so_many_of_each_way_and_no_more() {
        for (kind, other, a_day) in [
            (Kind::Mobile, Kind::App, UNANSWERED_CALLS_A_DAY),
            (Kind::Landline, Kind::App, UNANSWERED_CALLS_A_DAY),
            (Kind::App, Kind::Mobile, UNANSWERED_PUSHES_A_DAY),
        ] {
            let mut sends = Sends::NONE;
            let mut now = 1_000;
            for _ in 0..a_day {
                assert_eq!(sends.admit(kind, now), Ok(()));
                sends.note(kind, now);
                now += 601;
                sends.forget(now);
            }
            assert_eq!(sends.admit(kind, now), waits_until(1_000 + SEND_DAY));
            assert_eq!(sends.admit(other, now), Ok(()), "the other way is open");
            sends.forget(1_000 + SEND_DAY);
            assert_eq!(sends.admit(kind, 1_000 + SEND_DAY), Ok(()));
        }
    }
}
