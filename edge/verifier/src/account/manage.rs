//! The method manager: Set as Primary, and removal. Each needs a code given in this visit, at most five minutes ago.

use pbx_2fa_shared::trail::{Actor, EventType};
use pbx_2fa_shared::{AuthenticatorId, ProblemType, Purpose, UnixSeconds};

use super::authenticator::{Authenticator, Source};
use super::{Account, trail};
use crate::context::Context;
use crate::handle::TransactionKey;
use crate::refusal::Refusal;

impl Account {
    /// From the next login on, this one is asked first. Any authenticator that is bound and enabled may be.
    pub(super) fn set_primary(
        &mut self,
        key: TransactionKey,
        authenticator: AuthenticatorId,
        now: UnixSeconds,
    ) -> Result<(), Refusal> {
        self.admit_change(key, now)?;
        let chosen = self.authenticator(&authenticator).filter(|a| a.is_enabled());
        let about = trail::about(chosen.ok_or(ProblemType::NotFound)?);
        let authenticator = Some(authenticator);
        if self.primary != authenticator {
            self.primary = authenticator;
            self.note(EventType::PrimaryChanged, Actor::User, Some(about), now);
        }
        Ok(())
    }

    /// Unbinds; where it was the primary, the strongest of the others takes its place.
    pub(super) fn remove(
        &mut self,
        key: TransactionKey,
        authenticator: &AuthenticatorId,
        context: &Context,
    ) -> Result<(), Refusal> {
        self.admit_change(key, context.now)?;
        let bound = self.authenticator(authenticator).ok_or(ProblemType::NotFound)?;
        if !self.is_removable(bound, context) {
            return Err(ProblemType::BackupRequired.into());
        }
        let about = trail::about(bound);
        self.authenticators.retain(|a| a.id != *authenticator);
        self.note(
            EventType::AuthenticatorRemoved,
            Actor::User,
            Some(about),
            context.now,
        );
        self.drop_challenges_of(authenticator);
        self.settle_primary();
        self.end_sessions_by_policy(authenticator, context);
        Ok(())
    }

    /// The portal's own (they are in the user's profile) go when the profile says so; the last that policy needs stays. One
    /// that is disabled is of no use, and may always go.
    pub(super) fn is_removable(&self, authenticator: &Authenticator, context: &Context) -> bool {
        let needed = if self.backup_required(context) { 2 } else { 1 };
        let enough = self.usable(context).count() > needed;
        let others = self.independent(context).filter(|a| a.id != authenticator.id);
        let spare = !authenticator.is_enabled() || (enough && others.count() > 0);
        authenticator.source == Source::User && spare
    }

    /// Whether methods may be changed now.
    ///
    /// # Errors
    /// `step-up-required`.
    pub(super) fn admit_change(&self, key: TransactionKey, now: UnixSeconds) -> Result<(), Refusal> {
        let transaction = self.transaction(key)?;
        if transaction.purpose == Purpose::Manage && transaction.has_fresh_proof(now) {
            Ok(())
        } else {
            Err(ProblemType::StepUpRequired.into())
        }
    }
}
