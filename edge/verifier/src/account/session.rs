//! What the widget does in a login: exchange the ticket, get a code, give it, finish.

use pbx_2fa_shared::delivery::{CodePurpose, Message};
use pbx_2fa_shared::session::TotpSetup;
use pbx_2fa_shared::trail::{Actor, EventAuthenticator, EventType};
use pbx_2fa_shared::{
    AuthenticatorId, ChallengeId, Kind, Origin, ProblemType, Purpose, RecoveryCode, SubmittedCode,
    UnixSeconds,
};
use subtle::ConstantTimeEq;

use super::authenticator::{Authenticator, Method, open_totp};
use super::challenge::{Addressee, Binding, Challenge, JudgedBy, Possession, Spent, Verdict};
use super::restored::is_from_before;
use super::transaction::{Issued, Progress, SpentTicket, Transaction};
use super::view::Shown;
use super::{Account, Act, Owner, Reply, fallback, trail};
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
        match self.first_choice(opening.minimum_acr, context) {
            Some((first, kind))
                if opening.purpose == Purpose::Login && self.throttle.admit(context.now).is_ok() =>
            {
                self.challenge_unasked(key, &first, kind, context, deliver)
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
        let mut shown_once = ShownOnce::Nothing;
        match act {
            Act::Look => {}
            Act::Challenge { authenticator } => self.challenge(key, authenticator, context, deliver)?,
            Act::Attempt { challenge, code } => self.attempt(key, &challenge, &code, context)?,
            Act::Finish => self.finish(key, context)?,
            Act::Enroll(request) => {
                let setup = self.enroll(key, request, context, deliver)?;
                shown_once = setup.map_or(ShownOnce::Nothing, ShownOnce::Totp);
            }
            Act::Confirm { enrollment, code } => self.confirm(key, &enrollment, &code, context)?,
            Act::SetPrimary { authenticator } => self.set_primary(key, authenticator, context.now)?,
            Act::Remove { authenticator } => self.remove(key, &authenticator, context)?,
            Act::IssueRecoveryCodes => {
                shown_once = ShownOnce::RecoveryCodes(self.issue_recovery_codes(key, context)?);
            }
        }
        let (mut view, claims) = self.settle(key, context)?;
        match (shown_once, view.enrollment.as_mut()) {
            (ShownOnce::RecoveryCodes(codes), _) => view.recovery_codes = codes,
            (ShownOnce::Totp(setup), Some(enrollment)) => enrollment.totp = Some(setup),
            _ => {}
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
        kind: Kind,
        context: &mut Context,
        deliver: &mut Deliveries,
    ) -> Result<(), Refusal> {
        let held_back = match self.admit_send(key, kind, context.now) {
            Err(Refusal::Wait { until, .. }) if kind.is_out_of_band() => until,
            _ => return self.issue(key, authenticator, kind, context, deliver),
        };
        let to = self.addressee(key, authenticator.clone(), kind)?;
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
            Some(id) => self.choice(&id, context).map(|kind| (id, kind)),
            None => self.first_choice(transaction.minimum_acr, context),
        };
        let (wanted, kind) = wanted.ok_or(ProblemType::NotFound)?;
        let on_screen = transaction
            .current_challenge()
            .is_some_and(|c| c.authenticator == wanted);
        let existing = transaction
            .challenges
            .iter()
            .find(|c| c.authenticator == wanted && c.is_live(now));
        if let Some(existing) = existing {
            if !on_screen || !existing.kind.is_out_of_band() {
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
        self.issue(key, &wanted, kind, context, deliver)
    }

    /// The kind of one that may be asked for.
    fn choice(&self, id: &AuthenticatorId, context: &Context) -> Option<Kind> {
        let method = self.usable(context).find(|a| a.id == *id);
        let fallback = || self.fallbacks(context.now).find(|(_, codes)| codes.id == *id);
        method
            .map(|a| a.method.kind())
            .or_else(|| fallback().map(|(kind, _)| kind))
    }

    /// Makes a challenge and puts it on the screen.
    fn issue(
        &mut self,
        key: TransactionKey,
        authenticator: &AuthenticatorId,
        kind: Kind,
        context: &mut Context,
        deliver: &mut Deliveries,
    ) -> Result<(), Refusal> {
        let to = self.addressee(key, authenticator.clone(), kind)?;
        let challenge = if kind.is_out_of_band() {
            let chosen = self.authenticator(authenticator).ok_or(ProblemType::NotFound)?;
            let method = chosen.method.clone();
            self.send_code(key, to, &method, context, deliver)?
        } else {
            Challenge::awaiting(to, context)?
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

    fn addressee(
        &self,
        key: TransactionKey,
        authenticator: AuthenticatorId,
        kind: Kind,
    ) -> Result<Addressee, Refusal> {
        let transaction = self.transaction(key)?;
        let purpose = match transaction.purpose {
            Purpose::Login => CodePurpose::Login,
            Purpose::Manage => CodePurpose::StepUp,
        };
        Ok(Addressee {
            authenticator,
            kind,
            purpose,
            transaction_ends: transaction.expires_at(),
        })
    }

    /// A code. Counted as wrong before it is looked at.
    fn attempt(
        &mut self,
        key: TransactionKey,
        challenge: &ChallengeId,
        code: &SubmittedCode,
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
        let wanted = |id: &AuthenticatorId| *id == challenge.authenticator;
        let bound = self
            .authenticators
            .iter()
            .find(|a| wanted(&a.id) && a.is_enabled());
        let fallback = [&self.bypass, &self.recovery].into_iter().flatten();
        let fallback = fallback
            .into_iter()
            .find(|codes| wanted(&codes.id) && codes.is_usable(context.now));
        let by = match (bound, fallback) {
            (Some(bound), _) => judged_by(bound, &self.owner, context)?,
            (None, Some(codes)) => JudgedBy::Fallback(codes),
            (None, None) => return Err(ProblemType::ChallengeDead.into()),
        };
        let charged = self.throttle.charge(context.now)?;
        let binding = Binding {
            owner: &self.owner,
            transaction: key,
        };
        match challenge.judge(charged, code, &by, &binding, context)? {
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
        let Some((about, disabled)) = self.count_failure(id, now) else {
            return false;
        };
        self.note_refused_code(about.clone(), now);
        if !disabled {
            return false;
        }
        self.note(EventType::AuthenticatorDisabled, Actor::User, Some(about), now);
        self.drop_challenges_of(id);
        self.settle_primary();
        true
    }

    fn count_failure(
        &mut self,
        id: &AuthenticatorId,
        now: UnixSeconds,
    ) -> Option<(EventAuthenticator, bool)> {
        if let Some((kind, codes)) = self.fallback_mut(id) {
            codes.failures.note(now);
            let ended = codes.failures.are_too_many();
            self.forget_bypass(now);
            return Some((fallback::about(kind, id), ended));
        }
        let authenticator = self.authenticators.iter_mut().find(|a| a.id == *id)?;
        authenticator.failures.note(now);
        let disabled = authenticator.failures.are_too_many();
        if disabled {
            authenticator.disabled_at = Some(now);
        }
        Some((trail::about(authenticator), disabled))
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
            if let (Method::Totp { last_step, .. }, Spent::Step(step)) =
                (&mut authenticator.method, possession.spent())
            {
                *last_step = step;
            }
        }
        if let Spent::Fallback(mac) = possession.spent() {
            self.spend_fallback(possession.authenticator(), &mac, context.now);
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
        if open && let Some(prompt) = self.backup_prompt(transaction, context) {
            if prompt.required {
                return Err(ProblemType::BackupRequired.into());
            }
            if self.backup_due(context) {
                self.backup_skips = self.backup_skips.saturating_add(1);
            }
        }
        self.issue_assertion(key, context)
    }

    /// Ends a login that has been proven and has nothing left to ask, unless the account waits out wrong codes that were
    /// given elsewhere meanwhile; then shows where the transaction stands.
    fn settle(&mut self, key: TransactionKey, context: &mut Context) -> Result<Shown, Refusal> {
        let transaction = self.transaction(key)?;
        let proven = transaction.purpose == Purpose::Login && transaction.proof.is_some();
        let waiting = self.throttle.waiting_until(context.now).is_some();
        if proven && !waiting && self.backup_prompt(transaction, context).is_none() {
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
}

/// What leaves in one answer, and never again.
enum ShownOnce {
    Nothing,
    Totp(TotpSetup),
    RecoveryCodes(Vec<RecoveryCode>),
}

fn judged_by<'a>(
    authenticator: &Authenticator,
    owner: &Owner,
    context: &Context,
) -> Result<JudgedBy<'a>, Refusal> {
    match &authenticator.method {
        Method::Totp { secret, last_step } => Ok(JudgedBy::Totp {
            secret: open_totp(secret, owner, authenticator.id.as_str(), context)?,
            last_step: *last_step,
        }),
        _ => Ok(JudgedBy::Challenge),
    }
}
