//! What the widget does in a login: exchange the ticket, get a code, give it, finish.

use pbx_2fa_shared::delivery::{CodePurpose, Message};
use pbx_2fa_shared::operator::BackupGrace;
use pbx_2fa_shared::trail::{Actor, EventAuthenticator, EventType};
use pbx_2fa_shared::{
    AuthenticatorId, ChallengeId, Kind, OneTimeCode, Origin, ProblemType, Purpose, UnixSeconds,
};
use subtle::ConstantTimeEq;

use super::authenticator::{Authenticator, Method, open_totp};
use super::challenge::{Addressee, Binding, Challenge, Possession, TotpKey, Verdict};
use super::restored::is_from_before;
use super::transaction::{Issued, Progress, SpentTicket, Transaction};
use super::view::Shown;
use super::{Account, Act, Reply, trail};
use crate::bytes::Bytes;
use crate::context::Context;
use crate::handle::TransactionKey;
use crate::keyring::hash;
use crate::limits;
use crate::opening::Opening;
use crate::refusal::Refusal;

/// Codes to send, collected while a command is carried out.
pub(super) type Deliveries = Vec<Message>;

impl Account {
    /// A page hands in its ticket: the transaction begins (and the primary is sent its code, the only time it is sent
    /// without being asked for), or, with a renewed ticket, moves to the new page.
    pub(super) fn exchange(
        &mut self,
        opening: Opening,
        origin: &Origin,
        context: &mut Context,
        deliver: &mut Deliveries,
    ) -> Result<Reply, Refusal> {
        let now = context.now;
        if opening.origin != *origin {
            return Err(ProblemType::OriginNotAllowed.into());
        }
        if now >= opening.ticket_expires_at
            || now >= opening.expires_at()
            || is_from_before(opening.opened_at, context)
        {
            return Err(ProblemType::Expired.into());
        }
        let key = opening.transaction;
        let secret: Bytes<32> = Bytes(context.entropy.take()?);
        if self.transactions.iter().any(|t| t.key == key) {
            self.exchange_renewed(&opening, secret)?;
        } else {
            self.exchange_first(&opening, secret, context, deliver)?;
        }
        let (view, claims) = self.settle(key, context)?;
        Ok(Reply::Exchanged { secret, view, claims })
    }

    fn exchange_first(
        &mut self,
        opening: &Opening,
        secret: Bytes<32>,
        context: &mut Context,
        deliver: &mut Deliveries,
    ) -> Result<(), Refusal> {
        if opening.renewed || self.spent_tickets.iter().any(|t| t.ticket == opening.ticket) {
            return Err(ProblemType::TicketUsed.into());
        }
        let (ticket, expires_at) = (opening.ticket, opening.ticket_expires_at);
        self.spent_tickets.push(SpentTicket { ticket, expires_at });
        while self.transactions.len() >= limits::TRANSACTIONS_PER_ACCOUNT {
            self.transactions.remove(0);
        }
        self.transactions.push(Transaction::new(opening, hash(&secret.0)));
        let key = opening.transaction;
        if let Some(profile) = &opening.profile {
            self.follow_profile(profile, key, context)?;
        }
        let first = self.first_choice(context).map(|a| a.id.clone());
        match first {
            Some(first) if opening.purpose == Purpose::Login && self.throttle.admit(context.now).is_ok() => {
                self.challenge_unasked(key, &first, context, deliver)
            }
            _ => Ok(()),
        }
    }

    /// A ticket that is handed in twice has been seen by somebody else: neither page goes on.
    fn exchange_renewed(&mut self, opening: &Opening, secret: Bytes<32>) -> Result<(), Refusal> {
        let transaction = self.transaction_mut(opening.transaction)?;
        if transaction.awaited_ticket == Some(opening.ticket) {
            transaction.awaited_ticket = None;
            transaction.secret = hash(&secret.0);
            return Ok(());
        }
        self.transactions.retain(|t| t.key != opening.transaction);
        Err(ProblemType::TicketUsed.into())
    }

    /// Whether this secret, from this origin, may act in this transaction now.
    ///
    /// # Errors
    /// `unauthorized` for an unknown transaction and for a secret that is not (or no longer) the page's;
    /// `origin-not-allowed`; `expired`.
    pub(super) fn admit(
        &self,
        key: TransactionKey,
        secret: &Bytes<32>,
        origin: &Origin,
        now: UnixSeconds,
    ) -> Result<(), Refusal> {
        let transaction = self
            .transactions
            .iter()
            .find(|t| t.key == key)
            .ok_or(ProblemType::Unauthorized)?;
        if !bool::from(transaction.secret.0.ct_eq(&hash(&secret.0).0)) {
            return Err(ProblemType::Unauthorized.into());
        }
        if transaction.origin != *origin {
            return Err(ProblemType::OriginNotAllowed.into());
        }
        if now >= transaction.expires_at() {
            return Err(ProblemType::Expired.into());
        }
        Ok(())
    }

    pub(super) fn act(
        &mut self,
        key: TransactionKey,
        act: Act,
        context: &mut Context,
        deliver: &mut Deliveries,
    ) -> Result<Reply, Refusal> {
        self.admit_act(key, &act, context)?;
        let mut shown_once = None;
        match act {
            Act::Look => {}
            Act::Challenge { authenticator } => self.challenge(key, authenticator, context, deliver)?,
            Act::Attempt { challenge, code } => self.attempt(key, &challenge, &code, context)?,
            Act::Finish => self.finish(key, context)?,
            Act::Enroll(request) => shown_once = self.enroll(key, request, context, deliver)?,
            Act::Confirm { enrollment, code } => self.confirm(key, &enrollment, &code, context)?,
            Act::SetPrimary { authenticator } => self.set_primary(key, authenticator, context.now)?,
            Act::Remove { authenticator } => self.remove(key, &authenticator, context)?,
        }
        let (mut view, claims) = self.settle(key, context)?;
        if let Some(enrollment) = view.enrollment.as_mut() {
            enrollment.totp = shown_once;
        }
        Ok(Reply::View { view, claims })
    }

    /// Once an assertion was handed out, it is all that the transaction still gives: what it was made from stays as it is.
    fn admit_act(&self, key: TransactionKey, act: &Act, context: &Context) -> Result<(), Refusal> {
        let open = self.transaction(key)?.progress == Progress::Open;
        if open || matches!(act, Act::Look | Act::Finish) {
            return Ok(());
        }
        self.view(key, context)?;
        Err(match act {
            Act::Challenge { .. } | Act::Attempt { .. } | Act::Confirm { .. } => ProblemType::ChallengeDead,
            _ => ProblemType::StepUpRequired,
        }
        .into())
    }

    /// The first code of a login. Where too many went unanswered none is sent, and the view says when one can be.
    fn challenge_unasked(
        &mut self,
        key: TransactionKey,
        authenticator: &AuthenticatorId,
        context: &mut Context,
        deliver: &mut Deliveries,
    ) -> Result<(), Refusal> {
        let chosen = self
            .authenticator(authenticator)
            .ok_or(Refusal::Internal("the first choice is bound"))?;
        let kind = chosen.method.kind();
        let held_back = match self.admit_send(key, kind, context.now) {
            Err(Refusal::Wait { until, .. }) if kind.is_out_of_band() => until,
            _ => return self.issue(key, authenticator, context, deliver),
        };
        let to = self.addressee(key, chosen)?;
        let challenge = Challenge::held_back(to, held_back, context)?;
        self.transaction_mut(key)?.present(challenge);
        Ok(())
    }

    /// A code by the named authenticator or the first choice: its live challenge comes back to the screen, or a new code
    /// is made.
    fn challenge(
        &mut self,
        key: TransactionKey,
        wanted: Option<AuthenticatorId>,
        context: &mut Context,
        deliver: &mut Deliveries,
    ) -> Result<(), Refusal> {
        let now = context.now;
        self.throttle.admit(now)?;
        let transaction = self.transaction(key)?;
        if transaction.has_fresh_proof(now) {
            return Err(ProblemType::ChallengeDead.into());
        }
        let wanted = match wanted {
            Some(id) => self.usable(context).find(|a| a.id == id),
            None => self.first_choice(context),
        };
        let wanted = wanted.ok_or(ProblemType::NotFound)?.id.clone();
        let on_screen = transaction
            .current_challenge()
            .is_some_and(|c| c.authenticator == wanted);
        let existing = transaction
            .challenges
            .iter()
            .find(|c| c.authenticator == wanted && c.is_live(now));
        if let Some(existing) = existing {
            if !on_screen || existing.kind == Kind::Totp {
                let id = existing.id.clone();
                self.transaction_mut(key)?.current = Some(id);
                return Ok(());
            }
            let resend_at = existing.resend_at.unwrap_or_else(|| transaction.expires_at());
            if now < resend_at {
                return Err(Refusal::Wait {
                    problem: ProblemType::SendThrottled,
                    until: resend_at,
                });
            }
        }
        self.issue(key, &wanted, context, deliver)
    }

    /// Makes a challenge and puts it on the screen.
    fn issue(
        &mut self,
        key: TransactionKey,
        authenticator: &AuthenticatorId,
        context: &mut Context,
        deliver: &mut Deliveries,
    ) -> Result<(), Refusal> {
        let chosen = self.authenticator(authenticator).ok_or(ProblemType::NotFound)?;
        let to = self.addressee(key, chosen)?;
        let challenge = if to.kind.is_out_of_band() {
            let method = chosen.method.clone();
            self.send_code(key, to, &method, context, deliver)?
        } else {
            Challenge::awaiting_totp(to, context)?
        };
        self.present(key, challenge)
    }

    fn present(&mut self, key: TransactionKey, mut challenge: Challenge) -> Result<(), Refusal> {
        let transaction = self.transaction_mut(key)?;
        if let Some(replaced) = transaction
            .challenges
            .iter()
            .find(|c| c.authenticator == challenge.authenticator)
        {
            challenge.carry_attempts_of(replaced);
        }
        transaction.present(challenge);
        Ok(())
    }

    fn addressee(&self, key: TransactionKey, chosen: &Authenticator) -> Result<Addressee, Refusal> {
        let transaction = self.transaction(key)?;
        let purpose = match transaction.purpose {
            Purpose::Login => CodePurpose::Login,
            Purpose::Manage => CodePurpose::StepUp,
        };
        Ok(Addressee {
            authenticator: chosen.id.clone(),
            kind: chosen.method.kind(),
            purpose,
            transaction_ends: transaction.expires_at(),
        })
    }

    /// A code. Counted as wrong before it is looked at.
    fn attempt(
        &mut self,
        key: TransactionKey,
        challenge: &ChallengeId,
        code: &OneTimeCode,
        context: &Context,
    ) -> Result<(), Refusal> {
        let transaction = self.transactions.iter_mut().find(|t| t.key == key);
        let transaction = transaction.ok_or(Refusal::Internal("the transaction was admitted"))?;
        let challenge = transaction
            .challenges
            .iter_mut()
            .find(|c| c.id == *challenge)
            .ok_or(ProblemType::NotFound)?;
        challenge.admit(context.now)?;
        let bound = self
            .authenticators
            .iter()
            .find(|a| a.id == challenge.authenticator && a.is_enabled());
        let totp = totp_key(bound.ok_or(ProblemType::ChallengeDead)?, &self.owner, context)?;
        let charged = self.throttle.charge(context.now)?;
        let binding = Binding {
            owner: &self.owner,
            transaction: key,
        };
        match challenge.judge(charged, code, totp.as_ref(), &binding, context)? {
            Verdict::Accepted(possession) => self.accept(key, possession, context),
            Verdict::Rejected { attempts_left } => {
                let authenticator = challenge.authenticator.clone();
                let disabled = self.note_failure(&authenticator, context.now);
                let attempts_left = if disabled { 0 } else { attempts_left };
                Err(Refusal::CodeInvalid { attempts_left })
            }
        }
    }

    /// A wrong code of an authenticator; after too many it is disabled. True where it now is.
    fn note_failure(&mut self, id: &AuthenticatorId, now: UnixSeconds) -> bool {
        let Some(authenticator) = self.authenticators.iter_mut().find(|a| a.id == *id) else {
            return false;
        };
        authenticator.failures.note(now);
        let disabled = authenticator.failures.are_too_many();
        if disabled {
            authenticator.disabled_at = Some(now);
        }
        let about = trail::about(authenticator);
        self.note_refused_code(about.clone(), now);
        if !disabled {
            return false;
        }
        self.note(EventType::AuthenticatorDisabled, Actor::User, Some(about), now);
        for transaction in &mut self.transactions {
            transaction.drop_challenges_of(id);
        }
        self.settle_primary();
        true
    }

    /// A wrong code, and the wait that it may have earned.
    pub(super) fn note_refused_code(&mut self, about: EventAuthenticator, now: UnixSeconds) {
        self.note(EventType::SecondFactorFailed, Actor::User, Some(about), now);
        if self.throttle.waiting_until(now).is_some() {
            self.note(EventType::AccountThrottled, Actor::User, None, now);
        }
    }

    /// What a right code brings.
    pub(super) fn accept(
        &mut self,
        key: TransactionKey,
        possession: Possession,
        context: &Context,
    ) -> Result<(), Refusal> {
        self.throttle.clear();
        self.sends.answered();
        if let Some(authenticator) = self
            .authenticators
            .iter_mut()
            .find(|a| a.id == *possession.authenticator())
        {
            authenticator.confirmed_at.get_or_insert(context.now);
            authenticator.failures.end_row();
            if let (Method::Totp { last_step, .. }, Some(step)) =
                (&mut authenticator.method, possession.totp_step())
            {
                *last_step = step;
            }
        }
        let transaction = self.transaction_mut(key)?;
        transaction.current = None;
        transaction.proof = Some(possession.into_proof());
        Ok(())
    }

    /// Ends a proven login; a back-up that may be put off is put off.
    fn finish(&mut self, key: TransactionKey, context: &mut Context) -> Result<(), Refusal> {
        let transaction = self.transaction(key)?;
        if transaction.proof.is_none() {
            return Err(ProblemType::StepUpRequired.into());
        }
        let open = transaction.progress == Progress::Open;
        if open {
            self.throttle.admit(context.now)?;
        }
        if open && transaction.purpose == Purpose::Login && self.backup_due(context) {
            if self.backup_required(context) {
                return Err(ProblemType::BackupRequired.into());
            }
            self.backup_skips = self.backup_skips.saturating_add(1);
        }
        self.issue_assertion(key, context)
    }

    /// Ends a login that has been proven and has nothing left to ask, unless the account waits out wrong codes that were
    /// given elsewhere meanwhile; then shows where the transaction stands.
    fn settle(&mut self, key: TransactionKey, context: &mut Context) -> Result<Shown, Refusal> {
        let transaction = self.transaction(key)?;
        let proven = transaction.purpose == Purpose::Login && transaction.proof.is_some();
        let waiting = self.throttle.waiting_until(context.now).is_some();
        if proven && !waiting && !self.backup_due(context) {
            self.issue_assertion(key, context)?;
        }
        self.view(key, context)
    }

    /// Fixes the assertion of a transaction, once.
    fn issue_assertion(&mut self, key: TransactionKey, context: &mut Context) -> Result<(), Refusal> {
        let transaction = self.transaction_mut(key)?;
        if transaction.progress == Progress::Open {
            let jti = context.entropy.token_id()?;
            transaction.progress = Progress::Issued(Issued { jti, at: context.now });
        }
        Ok(())
    }

    /// Whether the user has nothing to fall back on, and something can be set up.
    pub(super) fn backup_due(&self, context: &Context) -> bool {
        self.usable(context).count() < 2 && context.tenant.policy.kinds.iter().any(|k| *k != Kind::App)
    }

    /// Whether it can no longer be put off.
    pub(super) const fn backup_required(&self, context: &Context) -> bool {
        match context.tenant.policy.backup {
            BackupGrace::Skips(allowed) => self.backup_skips >= allowed,
            BackupGrace::Until(until) => context.now >= until,
        }
    }
}

fn totp_key(
    authenticator: &Authenticator,
    owner: &super::Owner,
    context: &Context,
) -> Result<Option<TotpKey>, Refusal> {
    match &authenticator.method {
        Method::Totp { secret, last_step } => {
            let secret = open_totp(secret, owner, authenticator.id.as_str(), context)?;
            Ok(Some(TotpKey {
                secret,
                last_step: *last_step,
            }))
        }
        _ => Ok(None),
    }
}
