//! One login, or one visit to the method manager.

use pbx_2fa_shared::portal::MinimumAcr;
use pbx_2fa_shared::{
    AuthenticatorId, ChallengeId, DisplayName, Kind, Locale, Nonce, Origin, Purpose, ReturnTo, UnixSeconds,
};
use serde::{Deserialize, Serialize};

use super::authenticator::Number;
use super::challenge::{Challenge, Proof};
use super::enroll::Enrollment;
use crate::bytes::Bytes;
use crate::handle::TransactionKey;
use crate::limits;
use crate::opening::Opening;

/// A transaction that a page has exchanged a ticket for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Transaction {
    pub(super) key: TransactionKey,
    pub(super) purpose: Purpose,
    /// Of the page; every call must come from it.
    pub(super) origin: Origin,
    pub(super) nonce: Nonce,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) minimum_acr: Option<MinimumAcr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) locale: Option<Locale>,
    /// Only kept for tickets to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) return_to: Option<ReturnTo>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) display_name: Option<DisplayName>,
    pub(super) opened_at: UnixSeconds,
    /// Hash of the page's secret. A new page brings a new secret, and the earlier page's is worth nothing.
    pub(super) secret: Bytes<32>,
    /// The only ticket that may still be exchanged for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) awaited_ticket: Option<Bytes<16>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) suggestions: Vec<SuggestedNumber>,
    /// At most one for each authenticator.
    pub(super) challenges: Vec<Challenge>,
    /// The one on the screen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) current: Option<ChallengeId>,
    /// Codes sent in it.
    pub(super) sends: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) enrollment: Option<Enrollment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) proof: Option<Proof>,
    pub(super) progress: Progress,
}

/// How far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Progress {
    Open,
    /// An assertion was handed out.
    Issued(Issued),
    /// It was redeemed.
    Redeemed(Redeemed),
}

/// What an assertion is made from; asked again, the same assertion comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Issued {
    pub(super) jti: Bytes<16>,
    pub(super) at: UnixSeconds,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Redeemed {
    pub(super) issued: Issued,
    pub(super) at: UnixSeconds,
    pub(super) sid: Bytes<16>,
    pub(super) jti: Bytes<16>,
    /// The `Idempotency-Key` it was redeemed with: the same one gets the same answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<Bytes<32>>,
}

/// A number that the portal knows, and that one click sets up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SuggestedNumber {
    pub(super) kind: Kind,
    pub(super) number: Number,
}

/// A ticket that was exchanged for the first time, remembered for as long as it lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SpentTicket {
    pub(super) ticket: Bytes<16>,
    pub(super) expires_at: UnixSeconds,
}

impl Transaction {
    /// What an authenticator that the help desk took away has begun or shown here is worth nothing any more, an assertion
    /// that was not yet redeemed included.
    pub(super) fn end_proof_of(&mut self, authenticator: &AuthenticatorId) {
        self.drop_challenges_of(authenticator);
        let shown = self
            .proof
            .as_ref()
            .is_some_and(|p| p.authenticator() == authenticator);
        if shown && !matches!(self.progress, Progress::Redeemed(_)) {
            self.proof = None;
            self.progress = Progress::Open;
        }
    }

    /// Those of an authenticator that is gone or disabled.
    pub(super) fn drop_challenges_of(&mut self, authenticator: &AuthenticatorId) {
        self.challenges.retain(|c| c.authenticator != *authenticator);
        if self.current_challenge().is_none() {
            self.current = None;
        }
    }

    pub(super) fn new(opening: &Opening, secret: Bytes<32>) -> Self {
        Self {
            key: opening.transaction,
            purpose: opening.purpose,
            origin: opening.origin.clone(),
            nonce: opening.nonce.clone(),
            minimum_acr: opening.minimum_acr,
            locale: opening.locale.clone(),
            return_to: opening.return_to.clone(),
            display_name: opening.display_name().cloned(),
            opened_at: opening.opened_at,
            secret,
            awaited_ticket: None,
            suggestions: Vec::new(),
            challenges: Vec::new(),
            current: None,
            sends: 0,
            enrollment: None,
            proof: None,
            progress: Progress::Open,
        }
    }

    pub(super) const fn expires_at(&self) -> UnixSeconds {
        self.opened_at.saturating_add(limits::TRANSACTION_LIFETIME)
    }

    /// Expired ones are kept as long again, so that a late page is told `expired` and not "unknown".
    pub(super) const fn is_forgotten(&self, now: UnixSeconds) -> bool {
        now >= self.expires_at().saturating_add(limits::TRANSACTION_LIFETIME)
    }

    pub(super) fn current_challenge(&self) -> Option<&Challenge> {
        self.current
            .as_ref()
            .and_then(|id| self.challenges.iter().find(|c| c.id == *id))
    }

    /// Puts a challenge on the screen, in place of an earlier one of the same authenticator.
    pub(super) fn present(&mut self, challenge: Challenge) {
        self.current = Some(challenge.id.clone());
        self.challenges
            .retain(|c| c.authenticator != challenge.authenticator);
        self.challenges.push(challenge);
    }

    /// Whether a login that ends with this kind is what the portal asked for.
    pub(super) fn is_satisfied_by(&self, kind: Kind) -> bool {
        self.minimum_acr.is_none_or(|floor| floor.is_reached_by(kind))
    }

    pub(super) fn has_fresh_proof(&self, now: UnixSeconds) -> bool {
        self.proof.as_ref().is_some_and(|p| p.is_fresh(now))
    }

    /// What remains of it once nothing more can happen in it.
    pub(super) fn shrink(&mut self) {
        self.suggestions.clear();
        self.challenges.clear();
        self.current = None;
        self.enrollment = None;
        self.awaited_ticket = None;
        self.display_name = None;
        self.return_to = None;
    }
}
