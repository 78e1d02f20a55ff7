//! What the portal's backend does: open with an `Idempotency-Key`, renew a ticket, redeem, look.

use pbx_2fa_shared::portal::{RedeemResponse, SubjectAuthenticator, SubjectResponse};
use pbx_2fa_shared::trail::{Actor, EventType};
use pbx_2fa_shared::{ProblemType, Purpose, SessionId, UnixSeconds};
use serde::{Deserialize, Serialize};

use super::transaction::{Issued, Progress, Redeemed, Transaction};
use super::{Account, Opened, Reply, fallback, trail};
use crate::bytes::{Bytes, encode};
use crate::claims::{AssertionClaims, SessionClaims};
use crate::context::Context;
use crate::handle::{AccountKey, TransactionHandle, TransactionKey};
use crate::limits;
use crate::opening::Opening;
use crate::refusal::Refusal;

/// An opening that was asked for with an `Idempotency-Key`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RememberedOpening {
    key: Bytes<32>,
    request: Bytes<32>,
    opened: Opened,
}

impl RememberedOpening {
    pub(super) const fn is_forgotten(&self, now: UnixSeconds) -> bool {
        now >= self.opened.opened_at.saturating_add(limits::IDEMPOTENCY_LIFETIME)
    }
}

impl Account {
    /// The same key and request get the first opening back; the same key with another request is refused.
    pub(super) fn remember(
        &mut self,
        key: Bytes<32>,
        request: Bytes<32>,
        opened: Opened,
    ) -> Result<Reply, Refusal> {
        if let Some(first) = self.remembered.iter().find(|r| r.key == key) {
            if first.request != request {
                return Err(ProblemType::IdempotencyMismatch.into());
            }
            return Ok(Reply::Opened(first.opened));
        }
        while self.remembered.len() >= limits::IDEMPOTENT_OPENINGS {
            self.remembered.remove(0);
        }
        self.remembered.push(RememberedOpening { key, request, opened });
        Ok(Reply::Opened(opened))
    }

    /// A fresh ticket for the same transaction. Earlier tickets are worth nothing from now on; the earlier page's secret
    /// is worth nothing once this one is exchanged.
    pub(super) fn renew(&mut self, key: TransactionKey, context: &mut Context) -> Result<Reply, Refusal> {
        let now = context.now;
        let ticket = context.entropy.token_id()?;
        let transaction = self
            .transactions
            .iter_mut()
            .find(|t| t.key == key)
            .ok_or(ProblemType::NotFound)?;
        if now >= transaction.expires_at() {
            return Err(ProblemType::Expired.into());
        }
        if matches!(transaction.progress, Progress::Redeemed(_)) {
            return Err(ProblemType::AlreadyRedeemed.into());
        }
        transaction.awaited_ticket = Some(ticket);
        Ok(Reply::Renewed(Box::new(Opening {
            client_id: self.owner.client_id.clone(),
            transaction: key,
            ticket,
            ticket_expires_at: now
                .saturating_add(limits::TICKET_LIFETIME)
                .min(transaction.expires_at()),
            opened_at: transaction.opened_at,
            subject: self.owner.subject.clone(),
            origin: transaction.origin.clone(),
            nonce: transaction.nonce.clone(),
            return_to: transaction.return_to.clone(),
            purpose: transaction.purpose,
            minimum_acr: transaction.minimum_acr,
            locale: transaction.locale.clone(),
            profile: None,
            renewed: true,
        })))
    }

    /// Once. The claims must be, to the letter, those that were handed out, and still be valid; the account must not be
    /// waiting out wrong codes, nor the session have ended before it began. A repetition with the same key gets the first
    /// answer.
    pub(super) fn redeem(
        &mut self,
        key: TransactionKey,
        claims: &AssertionClaims,
        idempotency: Option<Bytes<32>>,
        context: &mut Context,
    ) -> Result<Reply, Refusal> {
        let now = context.now;
        let (sid, jti) = (context.entropy.token_id()?, context.entropy.token_id()?);
        let transaction = self
            .transactions
            .iter()
            .find(|t| t.key == key)
            .ok_or(ProblemType::NotFound)?;
        let issued = match &transaction.progress {
            Progress::Open => return Err(ProblemType::NotFound.into()),
            Progress::Issued(issued) => issued,
            Progress::Redeemed(redeemed) => &redeemed.issued,
        };
        if self.claims(transaction, issued, context)? != *claims {
            return Err(ProblemType::NotFound.into());
        }
        let redeemed = match &transaction.progress {
            Progress::Redeemed(redeemed) if idempotency.is_some() && redeemed.key == idempotency => {
                redeemed.clone()
            }
            Progress::Redeemed(_) => return Err(ProblemType::AlreadyRedeemed.into()),
            _ if now >= claims.exp => return Err(ProblemType::Expired.into()),
            _ => {
                self.throttle.admit(now)?;
                Redeemed {
                    issued: issued.clone(),
                    at: now,
                    sid,
                    jti,
                    key: idempotency,
                }
            }
        };
        let repeated = matches!(&transaction.progress, Progress::Redeemed(_));
        let proof = transaction
            .proof
            .as_ref()
            .ok_or(Refusal::Internal("redeemed without a proof"))?;
        let (kind, by) = (proof.kind(), proof.authenticator());
        let sid = self.session_id(redeemed.sid, by, context.keys)?;
        if claims.purpose == Purpose::Login && self.has_ended(&sid, proof.at(), context.keys)? {
            return Err(ProblemType::NotFound.into());
        }
        let fallback = || kind.is_fallback().then(|| fallback::about(kind, by));
        let about = self.authenticator(by).map(trail::about).or_else(fallback);
        if !repeated && claims.purpose == Purpose::Login {
            self.note(EventType::LoginCompleted, Actor::User, about, now);
        }
        let transaction = self.transaction_mut(key)?;
        transaction.progress = Progress::Redeemed(redeemed.clone());
        transaction.shrink();
        Ok(redeemed_reply(claims, &redeemed, sid, context))
    }

    /// The claims of an issued assertion: always the same for the same transaction.
    pub(super) fn claims(
        &self,
        transaction: &Transaction,
        issued: &Issued,
        context: &Context,
    ) -> Result<AssertionClaims, Refusal> {
        let proof = transaction
            .proof
            .as_ref()
            .ok_or(Refusal::Internal("an assertion without a proof"))?;
        let account = AccountKey::of(&self.owner.client_id, &self.owner.subject);
        let handle = TransactionHandle {
            account,
            transaction: transaction.key,
        };
        Ok(AssertionClaims {
            iss: context.issuer.to_owned(),
            aud: self.owner.client_id.clone(),
            sub: self.owner.subject.clone(),
            txn: handle.encode(context.keys, &self.owner.client_id)?,
            nonce: transaction.nonce.clone(),
            jti: encode(&issued.jti.0),
            iat: issued.at,
            nbf: issued.at,
            exp: issued.at.saturating_add(limits::ASSERTION_LIFETIME),
            auth_time: proof.at(),
            amr: proof.kind().amr().iter().map(|v| (*v).to_owned()).collect(),
            acr: proof.kind().acr().to_owned(),
            purpose: transaction.purpose,
        })
    }

    pub(super) fn status(&self, context: &Context) -> SubjectResponse {
        let authenticators = self.authenticators.iter().map(|a| SubjectAuthenticator {
            id: a.id.clone(),
            kind: a.method.kind(),
            hint: a.method.hint(),
            primary: self.primary.as_ref() == Some(&a.id),
            confirmed: a.confirmed_at.is_some(),
            bound_at: a.bound_at,
            disabled_at: a.disabled_at,
        });
        SubjectResponse {
            subject: self.owner.subject.clone(),
            authenticators: authenticators.collect(),
            backup_due: self.backup_due(context),
            throttled_until: self.throttle.waiting_until(context.now),
            recovery_codes_left: self.recovery_codes_left(),
            bypass_until: self.bypass_until(context.now),
        }
    }
}

fn redeemed_reply(claims: &AssertionClaims, redeemed: &Redeemed, sid: SessionId, context: &Context) -> Reply {
    let lifetime = context.tenant.policy.session_lifetime;
    let lifetime = lifetime.clamp(limits::SESSION_LIFETIME_MIN, limits::SESSION_LIFETIME_MAX);
    let session = (claims.purpose == Purpose::Login).then(|| SessionClaims {
        iss: claims.iss.clone(),
        aud: claims.aud.clone(),
        sub: claims.sub.clone(),
        sid,
        jti: encode(&redeemed.jti.0),
        iat: redeemed.at,
        nbf: redeemed.at,
        exp: redeemed.at.saturating_add(lifetime),
        auth_time: claims.auth_time,
        amr: claims.amr.clone(),
        acr: claims.acr.clone(),
    });
    let response = RedeemResponse {
        transaction: claims.txn.clone(),
        subject: claims.sub.clone(),
        nonce: claims.nonce.clone(),
        purpose: claims.purpose,
        amr: claims.amr.clone(),
        acr: claims.acr.clone(),
        auth_time: claims.auth_time,
        jti: claims.jti.clone(),
        session_token: None,
        session_expires_at: session.as_ref().map(|s| s.exp),
    };
    Reply::Redeemed {
        response: Box::new(response),
        session: session.map(Box::new),
    }
}
