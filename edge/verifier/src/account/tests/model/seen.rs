//! What an onlooker has seen. It counts for itself, and takes no count from the account.

use std::rc::Rc;

use pbx_2fa_shared::{
    AuthenticatorId, ChallengeId, Kind, OneTimeCode, Purpose, RecoveryCode, SessionId, SubmittedCode,
};
use serde::{Serialize, Serializer};

use super::super::harness::AuthenticatorApp;
use super::action::Page;
use crate::bytes::Bytes;
use crate::claims::AssertionClaims;
use crate::handle::TransactionKey;
use crate::limits;
use crate::opening::Opening;

/// What is skipped here follows from the rest, or decides nothing.
#[derive(Clone, Default, Serialize)]
pub(super) struct Seen {
    pub(super) visits: [Option<Visit>; 2],
    /// Seconds since the start; counted where they are bounded.
    pub(super) elapsed: u64,
    /// Wrong codes since the last right one, and the wait that they earn.
    pub(super) wrong_in_a_row: u32,
    pub(super) locked_until: Option<u64>,
    /// When codes were sent since the last right one.
    pub(super) unanswered: Vec<u64>,
    pub(super) steps: Vec<Steps>,
    /// How often a back-up was put off.
    pub(super) put_off: u32,
    pub(super) letters: Vec<Letter>,
    /// Two of each ten: what can be done with the others is the same.
    pub(super) fallbacks: Vec<Fallback>,
    #[serde(skip)]
    pub(super) apps: Vec<(AuthenticatorId, Rc<AuthenticatorApp>)>,
}

/// A page and what was seen of its transaction.
#[derive(Clone, Serialize)]
pub(super) struct Visit {
    pub(super) transaction: TransactionKey,
    #[serde(skip)]
    pub(super) secret: Bytes<32>,
    /// The ticket it came with.
    #[serde(skip)]
    pub(super) opening: Rc<Opening>,
    pub(super) ticket_until: Option<u64>,
    pub(super) purpose: Purpose,
    /// When the last right code was given in it, and by what.
    pub(super) proven_at: Option<u64>,
    pub(super) proven_by: Option<AuthenticatorId>,
    #[serde(serialize_with = "whether")]
    pub(super) claims: Option<Rc<AssertionClaims>>,
    pub(super) redeemed: Option<Redemption>,
    pub(super) sent: u32,
    pub(super) judged: Vec<Judged>,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
pub(super) struct Redemption {
    pub(super) key: Option<u8>,
    #[serde(skip)]
    pub(super) sid: Option<SessionId>,
}

/// Codes judged for one authenticator, or for the enrollment of a kind.
#[derive(Clone, Serialize)]
pub(super) struct Judged {
    pub(super) of: Subject,
    pub(super) challenge: ChallengeId,
    pub(super) codes: u32,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
pub(super) enum Subject {
    Bound(AuthenticatorId),
    Pending(Kind),
}

/// The last step of an authenticator app of which a code was accepted.
#[derive(Clone, Serialize)]
pub(super) struct Steps {
    pub(super) of: AuthenticatorId,
    pub(super) last_step: u64,
}

/// A recovery code, or one of the help desk.
#[derive(Clone, Serialize)]
pub(super) struct Fallback {
    pub(super) of: AuthenticatorId,
    #[serde(skip)]
    pub(super) code: RecoveryCode,
    pub(super) used: bool,
    /// Whether others were made in its place, or the account was reset.
    pub(super) replaced: bool,
    pub(super) until: Option<u64>,
}

/// The newest code that was sent for an authenticator in a transaction.
#[derive(Clone, Serialize)]
pub(super) struct Letter {
    pub(super) transaction: TransactionKey,
    pub(super) to: AuthenticatorId,
    pub(super) challenge: ChallengeId,
    #[serde(skip)]
    pub(super) code: OneTimeCode,
    /// The code that it replaced.
    #[serde(serialize_with = "whether")]
    pub(super) before: Option<OneTimeCode>,
    pub(super) until: u64,
    pub(super) used: bool,
}

impl Seen {
    pub(super) const fn visit(&self, page: Page) -> Option<&Visit> {
        self.visits[page as usize].as_ref()
    }

    pub(super) const fn visit_mut(&mut self, page: Page) -> Option<&mut Visit> {
        self.visits[page as usize].as_mut()
    }

    pub(super) fn is_locked(&self, now: u64) -> bool {
        self.locked_until.is_some_and(|until| now < until)
    }

    pub(super) fn letter(&self, challenge: &ChallengeId) -> Option<&Letter> {
        self.letters.iter().find(|l| l.challenge == *challenge)
    }

    pub(super) fn app(&self, of: &AuthenticatorId) -> Option<&AuthenticatorApp> {
        self.apps.iter().find(|(id, _)| id == of).map(|(_, app)| &**app)
    }

    pub(super) fn note_wrong(&mut self, now: u64) {
        self.wrong_in_a_row += 1;
        let wait = limits::back_off(self.wrong_in_a_row);
        self.locked_until = (wait > 0).then_some(now + wait);
    }

    pub(super) fn note_right(&mut self) {
        self.wrong_in_a_row = 0;
        self.locked_until = None;
        self.unanswered.clear();
    }

    /// Codes that were given out, in place of earlier ones of that kind.
    pub(super) fn note_fallbacks(
        &mut self,
        of: &AuthenticatorId,
        codes: &[RecoveryCode],
        until: Option<u64>,
    ) {
        for known in &mut self.fallbacks {
            known.replaced |= known.until.is_some() == until.is_some();
        }
        // Of those that are worth nothing any more, one is enough to be tried.
        let mut spent = 0;
        self.fallbacks.retain(|f| {
            spent += usize::from(f.used || f.replaced);
            !(f.used || f.replaced) || spent <= 1
        });
        self.fallbacks.extend(codes.iter().take(2).map(|code| Fallback {
            of: of.clone(),
            code: code.clone(),
            used: false,
            replaced: false,
            until,
        }));
    }

    /// A fallback code that was accepted.
    pub(super) fn note_fallback(&mut self, code: &SubmittedCode, now: u64) -> Result<(), String> {
        let given = self
            .fallbacks
            .iter_mut()
            .find(|f| SubmittedCode::Recovery(f.code.clone()) == *code);
        let given = given.ok_or("I8: a fallback code was accepted that nobody was given")?;
        if given.used || given.replaced {
            return Err("I8: a fallback code was good twice, or after others were made".to_owned());
        }
        if given.until.is_some_and(|until| now >= until) {
            return Err("I8: an old code of the help desk was good".to_owned());
        }
        given.used = true;
        Ok(())
    }

    /// Whether there is a fallback code that could be asked for.
    pub(super) fn has_fallback(&self, now: u64) -> bool {
        let good = |f: &Fallback| !f.used && !f.replaced && f.until.is_none_or(|until| now < until);
        self.fallbacks.iter().any(good)
    }

    /// The help desk took an authenticator away, or all of them: what it has shown is worth nothing, unless it was redeemed.
    pub(super) fn end_proof_of(&mut self, which: impl Fn(&AuthenticatorId) -> bool) {
        for visit in self.visits.iter_mut().flatten() {
            if visit.redeemed.is_none() && visit.proven_by.as_ref().is_some_and(&which) {
                visit.proven_at = None;
                visit.proven_by = None;
                visit.claims = None;
            }
        }
    }

    pub(super) fn note_sent(&mut self, letter: Letter, now: u64) {
        self.unanswered.push(now);
        let same = |l: &Letter| l.transaction == letter.transaction && l.to == letter.to;
        let before = self.letters.iter().find(|l| same(l)).map(|l| l.code.clone());
        self.letters.retain(|l| !same(l));
        self.letters.push(Letter { before, ..letter });
    }

    /// The step, if it is later than any that was accepted before.
    pub(super) fn note_step(&mut self, of: &AuthenticatorId, step: u64) -> Result<(), String> {
        let last = match self.steps.iter_mut().find(|s| s.of == *of) {
            Some(last) => last,
            None => {
                let (of, last_step) = (of.clone(), 0);
                self.steps.push(Steps { of, last_step });
                self.steps.last_mut().expect("pushed")
            }
        };
        if step <= last.last_step {
            return Err("I5: a step was accepted that is not later than the last".to_owned());
        }
        last.last_step = step;
        Ok(())
    }
}

impl Visit {
    pub(super) fn is_fresh(&self, now: u64) -> bool {
        self.proven_at.is_some_and(|at| now < at + limits::FRESH_PROOF)
    }

    /// Counts a code that was judged; a new challenge goes on where the one it replaced had tries left.
    pub(super) fn note_judged(&mut self, of: Subject, challenge: &ChallengeId) -> Result<(), String> {
        let known = self.judged.iter_mut().find(|j| j.of == of);
        let codes = match known {
            Some(known) => {
                let dead = known.challenge != *challenge && known.codes >= limits::ATTEMPTS_PER_CHALLENGE;
                known.codes = if dead { 1 } else { known.codes + 1 };
                known.challenge = challenge.clone();
                known.codes
            }
            None => {
                let challenge = challenge.clone();
                self.judged.push(Judged {
                    of,
                    challenge,
                    codes: 1,
                });
                1
            }
        };
        if codes > limits::ATTEMPTS_PER_CHALLENGE {
            return Err(format!("I2: {codes} codes were judged for one challenge"));
        }
        Ok(())
    }

    /// An enrollment of this kind was begun: it inherits the used tries of one of the same kind that it replaces.
    pub(super) fn note_enrollment(&mut self, kind: Kind) {
        self.judged.retain(|j| match &j.of {
            Subject::Bound(_) => true,
            Subject::Pending(replaced) => *replaced == kind && j.codes < limits::ATTEMPTS_PER_CHALLENGE,
        });
    }

    pub(super) fn note_confirmed(&mut self) {
        self.judged.retain(|j| matches!(j.of, Subject::Bound(_)));
    }
}

fn whether<T, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bool(value.is_some())
}
