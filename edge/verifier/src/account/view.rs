//! What the widget shows now.

use pbx_2fa_shared::operator::BackupGrace;
use pbx_2fa_shared::session::{
    Action, AuthenticatorView, BackupView, ChallengeView, Delivery, EnrollmentView, State, Suggestion, View,
};
use pbx_2fa_shared::{Kind, ProblemType, Purpose};

use super::Account;
use super::authenticator::Authenticator;
use super::backup::BackupPrompt;
use super::challenge::Challenge;
use super::profile::suggestion_slot;
use super::transaction::{Progress, Transaction};
use crate::claims::AssertionClaims;
use crate::context::Context;
use crate::handle::TransactionKey;
use crate::refusal::Refusal;

/// A view, and the claims of its assertion where it has one.
pub(super) type Shown = (Box<View>, Option<Box<AssertionClaims>>);

impl Account {
    /// # Errors
    /// `expired` where the assertion was not fetched in its time; `already-redeemed` where the portal has it.
    pub(super) fn view(&self, key: TransactionKey, context: &Context) -> Result<Shown, Refusal> {
        let transaction = self.transaction(key)?;
        let claims = self.claims_to_hand_out(transaction, context)?;
        let state = self.state(transaction, claims.is_some(), context);
        let mut view = View {
            state,
            purpose: transaction.purpose,
            portal_name: context.tenant.portal_name.clone(),
            app_name: context.tenant.app_name.clone(),
            locale: transaction
                .locale
                .as_ref()
                .or(context.tenant.locale.as_ref())
                .cloned(),
            form_of_address: context.tenant.form_of_address,
            authenticators: self.authenticator_views(context),
            challenge: None,
            enrollment: None,
            backup: None,
            enrollable: Vec::new(),
            suggestions: Vec::new(),
            recovery_codes: Vec::new(),
            assertion: None,
            locked_until: None,
            actions: Vec::new(),
            expires_at: transaction.expires_at(),
            server_time: context.now,
        };
        match state {
            State::Challenge => self.show_challenge(&mut view, transaction),
            State::Enroll => self.show_enrollment(&mut view, transaction, context)?,
            State::Backup => self.show_backup(&mut view, transaction, context)?,
            State::Manage => self.show_manager(&mut view, transaction, context)?,
            State::Locked => view.locked_until = self.throttle.waiting_until(context.now),
            State::Verified => {}
        }
        Ok((Box::new(view), claims.map(Box::new)))
    }

    fn claims_to_hand_out(
        &self,
        transaction: &Transaction,
        context: &Context,
    ) -> Result<Option<AssertionClaims>, Refusal> {
        match &transaction.progress {
            Progress::Open => Ok(None),
            Progress::Redeemed(_) => Err(ProblemType::AlreadyRedeemed.into()),
            Progress::Issued(issued) => {
                let claims = self.claims(transaction, issued, context)?;
                if context.now < claims.exp {
                    Ok(Some(claims))
                } else {
                    Err(ProblemType::Expired.into())
                }
            }
        }
    }

    fn state(&self, transaction: &Transaction, issued: bool, context: &Context) -> State {
        let proven = transaction.proof.is_some();
        let first = self.may_enroll_unproven(context);
        if issued {
            State::Verified
        } else if self.throttle.waiting_until(context.now).is_some() || self.is_stuck(transaction, context) {
            State::Locked
        } else if transaction.current.is_some() {
            State::Challenge
        } else if transaction.purpose == Purpose::Manage {
            State::Manage
        } else if proven {
            State::Backup
        } else if first {
            State::Enroll
        } else {
            State::Challenge
        }
    }

    /// Whether only the portal can help: there is nothing that could be asked for or set up, or what was given is not enough for
    /// this login and nothing that is may be set up.
    fn is_stuck(&self, transaction: &Transaction, context: &Context) -> bool {
        if transaction.proof.is_some() {
            let prompt = self.backup_prompt(transaction, context);
            return prompt.is_some_and(|p| p.required) && self.enrollable(transaction, context).is_empty();
        }
        let askable = self.usable(context).next().is_some() || self.fallbacks(context.now).next().is_some();
        !askable && !self.may_enroll_unproven(context)
    }

    /// The one that is asked first, first.
    fn authenticator_views(&self, context: &Context) -> Vec<AuthenticatorView> {
        let mut bound: Vec<&Authenticator> = self.allowed(context).collect();
        bound.sort_by_key(|a| (self.primary.as_ref() != Some(&a.id), super::rank(a), a.bound_at));
        let view = |a: &&Authenticator| AuthenticatorView {
            id: a.id.clone(),
            kind: a.method.kind(),
            hint: a.method.hint(),
            primary: self.primary.as_ref() == Some(&a.id),
            confirmed: a.confirmed_at.is_some(),
            removable: self.is_removable(a, context),
            disabled: !a.is_enabled(),
            own_pbx: self.is_own_pbx(&a.method, a.id.as_str(), context),
            codes_left: None,
        };
        bound
            .iter()
            .map(view)
            .chain(self.fallback_views(context.now))
            .collect()
    }

    fn show_challenge(&self, view: &mut View, transaction: &Transaction) {
        let challenge = transaction.current_challenge();
        view.challenge = challenge.map(|c| self.challenge_view(c));
        if challenge.is_some_and(|c| c.is_live(view.server_time)) {
            view.actions.push(Action::Attempt);
        }
        if challenge.is_none_or(|c| c.resend_at.is_some() || !c.kind.is_out_of_band()) {
            view.actions.push(Action::Resend);
        }
        if view.authenticators.iter().filter(|a| !a.disabled).count() > 1 {
            view.actions.push(Action::UseAnother);
        }
    }

    fn challenge_view(&self, challenge: &Challenge) -> ChallengeView {
        let bound = self.authenticator(&challenge.authenticator);
        ChallengeView {
            id: challenge.id.clone(),
            authenticator: challenge.authenticator.clone(),
            kind: challenge.kind,
            hint: bound.map(|a| a.method.hint()).unwrap_or_default(),
            delivery: challenge.delivery,
            expires_at: challenge.expires_at,
            resend_at: challenge.resend_at,
            attempts_left: if challenge.delivery == Delivery::Throttled {
                0
            } else {
                challenge.attempts_left()
            },
        }
    }

    /// What an enrollment needs, wherever one may be made.
    fn show_enrollment(
        &self,
        view: &mut View,
        transaction: &Transaction,
        context: &Context,
    ) -> Result<(), Refusal> {
        view.enrollable = self.enrollable(transaction, context);
        let offered = |kind: Kind| view.enrollable.contains(&kind);
        let slot = suggestion_slot(transaction.key);
        for suggested in transaction.suggestions.iter().filter(|s| offered(s.kind)) {
            if !self.binds(&suggested.number, &slot, context)? {
                view.suggestions.push(Suggestion {
                    kind: suggested.kind,
                    hint: suggested.number.hint.clone(),
                });
            }
        }
        if !view.enrollable.is_empty() {
            view.actions.push(Action::Enroll);
        }
        if let Some(pending) = &transaction.enrollment {
            view.actions.push(Action::Confirm);
            view.enrollment = Some(EnrollmentView {
                id: pending.id.clone(),
                kind: pending.method.kind(),
                hint: pending.method.hint(),
                delivery: pending.challenge.delivery,
                expires_at: pending.challenge.expires_at,
                resend_at: pending.challenge.resend_at,
                attempts_left: pending.challenge.attempts_left(),
                own_pbx: self.enrolls_own_pbx(pending, context),
                totp: None,
            });
        }
        Ok(())
    }

    fn show_backup(
        &self,
        view: &mut View,
        transaction: &Transaction,
        context: &Context,
    ) -> Result<(), Refusal> {
        if transaction.has_fresh_proof(context.now) {
            self.show_enrollment(view, transaction, context)?;
        } else {
            view.enrollable = self.enrollable(transaction, context);
            view.actions.push(Action::StepUp);
        }
        let Some(BackupPrompt { reason, required }) = self.backup_prompt(transaction, context) else {
            return Ok(());
        };
        let (skips_left, until) = match context.tenant.policy.backup {
            BackupGrace::Skips(allowed) => (Some(allowed.saturating_sub(self.backup_skips)), None),
            BackupGrace::Until(until) => (None, Some(until)),
        };
        view.backup = Some(BackupView {
            reason,
            required,
            skips_left,
            until,
        });
        if !required {
            view.actions.push(Action::SkipBackup);
        }
        Ok(())
    }

    fn show_manager(
        &self,
        view: &mut View,
        transaction: &Transaction,
        context: &Context,
    ) -> Result<(), Refusal> {
        let proven = transaction.has_fresh_proof(view.server_time);
        if proven || self.may_enroll_unproven(context) {
            self.show_enrollment(view, transaction, context)?;
        } else {
            view.enrollable = self.enrollable(transaction, context);
            view.actions.push(Action::StepUp);
        }
        let methods = || view.authenticators.iter().filter(|a| !a.kind.is_fallback());
        if methods().filter(|a| !a.disabled).count() > 1 {
            view.actions.push(Action::SetPrimary);
        }
        if context.tenant.policy.recovery_codes && methods().next().is_some() {
            view.actions.push(Action::IssueRecoveryCodes);
        }
        if view.authenticators.iter().any(|a| a.removable) {
            view.actions.push(Action::Remove);
        }
        if transaction.proof.is_some() {
            view.actions.push(Action::Finish);
        }
        Ok(())
    }
}
