//! One code, sent or awaited, and the only place where a code is compared.

use pbx_2fa_shared::delivery::CodePurpose;
use pbx_2fa_shared::session::Delivery;
use pbx_2fa_shared::{
    AuthenticatorId, ChallengeId, Kind, OneTimeCode, ProblemType, SubmittedCode, UnixSeconds,
};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::Owner;
use super::fallback::FallbackCodes;
use super::throttle::Charged;
use crate::bytes::Bytes;
use crate::context::Context;
use crate::handle::TransactionKey;
use crate::keyring::MacUse;
use crate::limits;
use crate::refusal::Refusal;
use crate::secret::Secret;
use crate::totp;

/// A challenge of one authenticator, within one transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Challenge {
    pub(super) id: ChallengeId,
    pub(super) authenticator: AuthenticatorId,
    pub(super) kind: Kind,
    pub(super) delivery: Delivery,
    pub(super) expires_at: UnixSeconds,
    /// From when a new code may be asked for; `None`: never in this transaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) resend_at: Option<UnixSeconds>,
    attempts: u32,
    purpose: CodePurpose,
    answer: Answer,
}

/// What is right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    /// What the authenticator app shows.
    Totp,
    /// One of the codes that were given out beforehand.
    Fallback,
    /// The code with this MAC, made by the root key of that version.
    Code { version: u8, mac: Bytes<32> },
    /// Nothing any more: it was answered, or was never sent.
    Nothing,
}

/// The witness that a code was right. Only this module makes one.
#[must_use]
pub(super) struct Possession {
    authenticator: AuthenticatorId,
    kind: Kind,
    at: UnixSeconds,
    spent: Spent,
}

/// What must not be accepted again, besides the challenge itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spent {
    /// A code that was sent: it is gone with its challenge.
    Nothing,
    /// The time step of an authenticator app, and all before it.
    Step(u64),
    /// The fallback code with this MAC.
    Fallback(Bytes<32>),
}

/// What became of an attempt.
#[must_use]
pub(super) enum Verdict {
    Accepted(Possession),
    Rejected { attempts_left: u32 },
}

/// What a code is judged by, besides what the challenge holds itself.
pub(super) enum JudgedBy<'a> {
    /// Nothing: the code was sent.
    Challenge,
    /// The key that an authenticator app holds too.
    Totp {
        secret: Secret<Vec<u8>>,
        last_step: u64,
    },
    Fallback(&'a FallbackCodes),
}

/// Where a code is valid, bound into its MAC so that it is worth nothing elsewhere.
pub(super) struct Binding<'a> {
    pub(super) owner: &'a Owner,
    pub(super) transaction: TransactionKey,
}

/// Whom a challenge is for, and until when.
pub(super) struct Addressee {
    pub(super) authenticator: AuthenticatorId,
    pub(super) kind: Kind,
    pub(super) purpose: CodePurpose,
    pub(super) transaction_ends: UnixSeconds,
}

impl Challenge {
    /// Awaits a code that the person has already: of an authenticator app, or one that was given out beforehand.
    pub(super) fn awaiting(to: Addressee, context: &mut Context) -> Result<Self, Refusal> {
        let expires_at = to.transaction_ends;
        let answer = if to.kind.is_fallback() {
            Answer::Fallback
        } else {
            Answer::Totp
        };
        Self::new(to, answer, Delivery::NotNeeded, expires_at, context)
    }

    /// Makes a code. The caller sends it, and sets when the next may be asked for.
    pub(super) fn with_code(
        to: Addressee,
        binding: &Binding,
        context: &mut Context,
    ) -> Result<(Self, OneTimeCode), Refusal> {
        let code = OneTimeCode::parse(format!("{:06}", context.entropy.six_digits()?))
            .map_err(|_| Refusal::Internal("six digits"))?;
        let expires_at = context
            .now
            .saturating_add(limits::CODE_LIFETIME)
            .min(to.transaction_ends);
        let mut challenge = Self::new(to, Answer::Nothing, Delivery::Sending, expires_at, context)?;
        let version = context.keys.current();
        let mac = challenge.mac(version, binding, &code, context)?;
        challenge.answer = Answer::Code { version, mac };
        Ok((challenge, code))
    }

    /// Stands for a code that was not sent, because too many went unanswered.
    pub(super) fn held_back(
        to: Addressee,
        resend_at: UnixSeconds,
        context: &mut Context,
    ) -> Result<Self, Refusal> {
        let expires_at = to.transaction_ends;
        let mut challenge = Self::new(to, Answer::Nothing, Delivery::Throttled, expires_at, context)?;
        challenge.resend_at = Some(resend_at);
        Ok(challenge)
    }

    fn new(
        to: Addressee,
        answer: Answer,
        delivery: Delivery,
        expires_at: UnixSeconds,
        context: &mut Context,
    ) -> Result<Self, Refusal> {
        let id =
            ChallengeId::parse(context.entropy.id("chl_")?).map_err(|_| Refusal::Internal("challenge id"))?;
        Ok(Self {
            id,
            authenticator: to.authenticator,
            kind: to.kind,
            delivery,
            expires_at,
            resend_at: None,
            attempts: 0,
            purpose: to.purpose,
            answer,
        })
    }

    /// Carries the attempts of the challenge that this one replaces, so that a new code brings no new guesses.
    pub(super) fn carry_attempts_of(&mut self, replaced: &Self) {
        if replaced.attempts_left() > 0 {
            self.attempts = replaced.attempts;
        }
    }

    /// Of the root key that the code at rest was made with.
    pub(super) const fn version(&self) -> Option<u8> {
        match &self.answer {
            Answer::Code { version, .. } => Some(*version),
            Answer::Totp | Answer::Fallback | Answer::Nothing => None,
        }
    }

    pub(super) const fn attempts_left(&self) -> u32 {
        limits::ATTEMPTS_PER_CHALLENGE.saturating_sub(self.attempts)
    }

    /// Whether a code can still be right.
    pub(super) fn is_live(&self, now: UnixSeconds) -> bool {
        now < self.expires_at && self.attempts_left() > 0 && self.answer != Answer::Nothing
    }

    /// Whether codes may be tried now; asked before the attempt is charged.
    ///
    /// # Errors
    /// `expired`, `challenge-dead`.
    pub(super) fn admit(&self, now: UnixSeconds) -> Result<(), Refusal> {
        if self.answer == Answer::Nothing || self.attempts_left() == 0 {
            Err(ProblemType::ChallengeDead.into())
        } else if now >= self.expires_at {
            Err(ProblemType::Expired.into())
        } else {
            Ok(())
        }
    }

    /// Compares, in constant time. The attempt was charged to the account before (`Charged`), and is charged to the
    /// challenge first thing here. A code of another form than is awaited is a wrong one.
    pub(super) fn judge(
        &mut self,
        _charged: Charged,
        code: &SubmittedCode,
        by: &JudgedBy,
        binding: &Binding,
        context: &Context,
    ) -> Result<Verdict, Refusal> {
        self.admit(context.now)?;
        self.attempts = self.attempts.saturating_add(1);
        let Some(spent) = self.right(code, by, binding, context)? else {
            return Ok(Verdict::Rejected {
                attempts_left: self.attempts_left(),
            });
        };
        self.answer = Answer::Nothing;
        Ok(Verdict::Accepted(Possession {
            authenticator: self.authenticator.clone(),
            kind: self.kind,
            at: context.now,
            spent,
        }))
    }

    /// What a right code uses up; nothing for a wrong one.
    fn right(
        &self,
        code: &SubmittedCode,
        by: &JudgedBy,
        binding: &Binding,
        context: &Context,
    ) -> Result<Option<Spent>, Refusal> {
        match (&self.answer, by, code) {
            (Answer::Code { version, mac }, JudgedBy::Challenge, SubmittedCode::OneTime(code)) => {
                let presented = self.mac(*version, binding, code, context)?;
                Ok(bool::from(presented.0.ct_eq(&mac.0)).then_some(Spent::Nothing))
            }
            (Answer::Totp, JudgedBy::Totp { secret, last_step }, SubmittedCode::OneTime(code)) => {
                let window = context.tenant.policy.totp_window;
                let step = totp::accepted_step(secret, code, context.now, window, *last_step)?;
                Ok(step.map(Spent::Step))
            }
            (Answer::Fallback, JudgedBy::Fallback(codes), SubmittedCode::Recovery(code)) => {
                let found = codes.find(code, binding.owner, context)?;
                Ok(found.map(Spent::Fallback))
            }
            (Answer::Code { .. }, JudgedBy::Challenge, SubmittedCode::Recovery(_))
            | (Answer::Totp, JudgedBy::Totp { .. }, SubmittedCode::Recovery(_))
            | (Answer::Fallback, JudgedBy::Fallback(_), SubmittedCode::OneTime(_)) => Ok(None),
            _ => Err(Refusal::Internal("a challenge without what it is judged by")),
        }
    }

    fn mac(
        &self,
        version: u8,
        binding: &Binding,
        code: &OneTimeCode,
        context: &Context,
    ) -> Result<Bytes<32>, Refusal> {
        let purpose: &[u8] = match self.purpose {
            CodePurpose::Login => b"login",
            CodePurpose::Enroll => b"enroll",
            CodePurpose::StepUp => b"step_up",
        };
        let parts: [&[u8]; 7] = [
            binding.owner.client_id.as_str().as_bytes(),
            binding.owner.subject.as_str().as_bytes(),
            &binding.transaction.0,
            self.id.as_str().as_bytes(),
            purpose,
            self.authenticator.as_str().as_bytes(),
            code.as_str().as_bytes(),
        ];
        context.keys.mac(version, MacUse::Code, &parts).map(Bytes)
    }
}

impl Possession {
    pub(super) const fn authenticator(&self) -> &AuthenticatorId {
        &self.authenticator
    }

    pub(super) const fn spent(&self) -> Spent {
        self.spent
    }

    /// What is kept of it.
    pub(super) fn into_proof(self) -> Proof {
        Proof {
            authenticator: self.authenticator,
            kind: self.kind,
            at: self.at,
        }
    }
}

/// A possession that was shown in this transaction: the only thing that claims are made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Proof {
    authenticator: AuthenticatorId,
    kind: Kind,
    at: UnixSeconds,
}

impl Proof {
    pub(super) const fn authenticator(&self) -> &AuthenticatorId {
        &self.authenticator
    }

    pub(super) const fn kind(&self) -> Kind {
        self.kind
    }

    pub(super) const fn at(&self) -> UnixSeconds {
        self.at
    }

    /// Whether it still lets the user change methods.
    pub(super) const fn is_fresh(&self, now: UnixSeconds) -> bool {
        now < self.at.saturating_add(limits::FRESH_PROOF)
    }
}

#[cfg(test)]
mod tests {
    use pbx_2fa_shared::delivery::CodePurpose;
    use pbx_2fa_shared::ids::{DisplayName, Locale};
    use pbx_2fa_shared::operator::Policy;
    use pbx_2fa_shared::{AuthenticatorId, ClientId, Kind, Subject, SubmittedCode};

    use super::super::Owner;
    use super::super::throttle::Throttle;
    use super::{Addressee, Answer, Binding, Challenge, JudgedBy, Verdict};
    use crate::bytes::Bytes;
    use crate::context::{Context, Tenant};
    use crate::entropy::Entropy;
    use crate::keyring::tests::keyring;

    const NOW: u64 = 1_800_000_000;

    fn owner(client: &str, subject: &str) -> Owner {
        Owner {
            client_id: ClientId::parse(client).unwrap(),
            subject: Subject::parse(subject).unwrap(),
        }
    }

    fn tenant() -> Tenant {
        Tenant {
            client_id: ClientId::parse("portal").unwrap(),
            portal_name: DisplayName::parse("Portal").unwrap(),
            app_name: DisplayName::parse("Qaller").unwrap(),
            locale: Some(Locale::parse("nl-BE").unwrap()),
            form_of_address: None,
            policy: Policy::default(),
        }
    }

    fn addressee(authenticator: &str, purpose: CodePurpose) -> Addressee {
        Addressee {
            authenticator: AuthenticatorId::parse(authenticator).unwrap(),
            kind: Kind::App,
            purpose,
            transaction_ends: NOW + 600,
        }
    }

    /// A challenge whose stored answer was moved to another place: the same digits are right in its own place alone.
    #[test]
    fn a_stored_answer_is_right_in_its_own_place_alone() {
        let (keys, tenant) = (keyring(), tenant());
        let context = |entropy: u8| Context {
            now: NOW,
            entropy: Entropy::new([entropy; Entropy::BYTES]),
            keys: &keys,
            tenant: &tenant,
            issuer: "https://edge.example",
            restored_at: None,
        };
        let an = owner("portal", "an");
        let here = Binding {
            owner: &an,
            transaction: Bytes([1; 16]),
        };
        let to = || addressee("aut_AAAA", CodePurpose::Login);
        let (home, code) = Challenge::with_code(to(), &here, &mut context(1)).unwrap();
        let code = SubmittedCode::OneTime(code);
        let accepts = |mut challenge: Challenge, binding: &Binding| {
            let charged = Throttle::default().charge(NOW).unwrap();
            let verdict = challenge.judge(charged, &code, &JudgedBy::Challenge, binding, &context(2));
            matches!(verdict, Ok(Verdict::Accepted(_)))
        };
        let moved_to = |to: Addressee, entropy: u8| {
            let (mut challenge, _) = Challenge::with_code(to, &here, &mut context(entropy)).unwrap();
            challenge.answer = home.answer.clone();
            challenge
        };
        assert!(accepts(home.clone(), &here));
        assert!(accepts(moved_to(to(), 1), &here), "an identical place");
        assert!(!accepts(moved_to(to(), 3), &here), "another challenge");
        let other = addressee("aut_BBBB", CodePurpose::Login);
        assert!(!accepts(moved_to(other, 1), &here), "another authenticator");
        for purpose in [CodePurpose::Enroll, CodePurpose::StepUp] {
            let other = addressee("aut_AAAA", purpose);
            assert!(!accepts(moved_to(other, 1), &here), "purpose {purpose:?}");
        }
        for other in [owner("portal", "bea"), owner("other", "an")] {
            let there = Binding {
                owner: &other,
                ..here
            };
            assert!(!accepts(home.clone(), &there), "another account");
        }
        let there = Binding {
            transaction: Bytes([2; 16]),
            ..here
        };
        assert!(!accepts(home.clone(), &there), "another transaction");
        let mut answered = home;
        answered.answer = Answer::Nothing;
        assert!(!accepts(answered, &here));
    }
}
