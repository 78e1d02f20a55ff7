//! Which code is typed.

use pbx_2fa_shared::{AuthenticatorId, ChallengeId, Kind, OneTimeCode, RecoveryCode, SubmittedCode};

use super::super::harness::wrong;
use super::action::Guess;
use super::node::Node;
use super::seen::Fallback;
use crate::account::challenge::Challenge;
use crate::limits;

/// A code that somebody gives, and what is known of it.
pub(super) struct Typed {
    pub(super) challenge: ChallengeId,
    pub(super) authenticator: AuthenticatorId,
    pub(super) kind: Kind,
    pub(super) code: SubmittedCode,
    /// Of an authenticator app: of which step, where it is of one.
    pub(super) step: Option<u64>,
    /// Whether it confirms an enrollment.
    pub(super) enrolling: bool,
}

impl Node {
    /// `None` where there is no such code.
    pub(super) fn typed(&self, challenge: &Challenge, guess: Guess, enrolling: bool) -> Option<Typed> {
        let (code, step) = if challenge.kind == Kind::Totp {
            let (code, step) = self.of_app(&challenge.authenticator, guess)?;
            (code.into(), step)
        } else if challenge.kind.is_fallback() {
            let code = self.of_fallback(&challenge.authenticator, guess)?;
            (SubmittedCode::Recovery(code), None)
        } else {
            (self.of_letter(&challenge.id, guess)?.into(), None)
        };
        Some(Typed {
            challenge: challenge.id.clone(),
            authenticator: challenge.authenticator.clone(),
            kind: challenge.kind,
            code,
            step,
            enrolling,
        })
    }

    fn of_app(&self, id: &AuthenticatorId, guess: Guess) -> Option<(OneTimeCode, Option<u64>)> {
        let app = self.seen.app(id)?;
        let at = match guess {
            Guess::Wrong => return Some((app.wrong_at(self.now), None)),
            Guess::Right => self.now,
            Guess::Old => self.now - limits::TOTP_STEP,
            Guess::Ahead => self.now + limits::TOTP_STEP,
        };
        Some((app.code_at(at), Some(at / limits::TOTP_STEP)))
    }

    fn of_fallback(&self, id: &AuthenticatorId, guess: Guess) -> Option<RecoveryCode> {
        let good = |f: &&Fallback| f.of == *id && !f.used;
        let given = &self.seen.fallbacks;
        match guess {
            Guess::Right => given.iter().find(good).map(|f| f.code.clone()),
            Guess::Old => given.iter().find(|f| !good(f)).map(|f| f.code.clone()),
            Guess::Wrong => RecoveryCode::parse("0123456789ABCDEF").ok(),
            Guess::Ahead => None,
        }
    }

    fn of_letter(&self, challenge: &ChallengeId, guess: Guess) -> Option<OneTimeCode> {
        let Some(letter) = self.seen.letter(challenge) else {
            return (guess == Guess::Wrong).then(|| OneTimeCode::parse("000000").unwrap());
        };
        match guess {
            Guess::Right => Some(letter.code.clone()),
            Guess::Wrong => Some(wrong(&letter.code)),
            Guess::Old => letter.before.clone().or_else(|| {
                let others = self.seen.letters.iter().rev();
                let other = others
                    .filter(|l| l.challenge != *challenge)
                    .max_by_key(|l| l.to == letter.to);
                other.map(|l| l.code.clone())
            }),
            Guess::Ahead => None,
        }
    }
}
