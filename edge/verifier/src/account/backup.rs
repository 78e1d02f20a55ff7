//! When a login asks for one more method before it ends, and whether that can wait.

use pbx_2fa_shared::operator::BackupGrace;
use pbx_2fa_shared::session::BackupReason;
use pbx_2fa_shared::{E164, Kind, Purpose};

use super::Account;
use super::authenticator::{Authenticator, Method};
use super::transaction::Transaction;
use crate::context::Context;

/// What a proven login still asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BackupPrompt {
    pub(super) reason: BackupReason,
    pub(super) required: bool,
}

impl Account {
    /// Nothing, where the login can end; and before it is proven.
    pub(super) fn backup_prompt(&self, transaction: &Transaction, context: &Context) -> Option<BackupPrompt> {
        let proof = transaction.proof.as_ref()?;
        if transaction.purpose != Purpose::Login {
            return None;
        }
        let due = self.backup_due(context);
        let overdue = due && self.backup_required(context);
        if !transaction.is_satisfied_by(proof.kind()) {
            return Some(BackupPrompt {
                reason: BackupReason::TooWeak,
                required: true,
            });
        }
        if proof.kind().is_fallback() && self.can_enroll(context) {
            return Some(BackupPrompt {
                reason: BackupReason::FallbackUsed,
                required: overdue || self.usable(context).next().is_none(),
            });
        }
        due.then_some(BackupPrompt {
            reason: BackupReason::NoBackup,
            required: overdue,
        })
    }

    /// Whether the user has nothing to fall back on, and something can be set up.
    pub(super) fn backup_due(&self, context: &Context) -> bool {
        let lacking = self.usable(context).count() < 2 || self.independent(context).next().is_none();
        lacking && self.can_enroll(context)
    }

    /// Whether it can no longer be put off: the tenant's grace is over, or nothing is left but the portal's own numbers.
    pub(super) fn backup_required(&self, context: &Context) -> bool {
        let over = match context.tenant.policy.backup {
            BackupGrace::Skips(allowed) => self.backup_skips >= allowed,
            BackupGrace::Until(until) => context.now >= until,
        };
        let only_own = || self.independent(context).next().is_none() && self.usable(context).next().is_some();
        over || only_own()
    }

    /// Usable ones that nobody inside the portal can redirect.
    pub(super) fn independent<'a>(
        &'a self,
        context: &'a Context<'_>,
    ) -> impl Iterator<Item = &'a Authenticator> {
        self.usable(context)
            .filter(|a| !self.is_own_pbx(&a.method, a.id.as_str(), context))
    }

    /// Whether it is a number of the portal's own exchange; its sealed parts stand in `slot`. One that does not open is taken
    /// for one.
    pub(super) fn is_own_pbx(&self, method: &Method, slot: &str, context: &Context) -> bool {
        let own = || match method.number().map(|n| n.open(&self.owner, slot, context)) {
            Some(Ok(number)) => is_own_number(&number, context),
            Some(Err(_)) => true,
            None => false,
        };
        !context.tenant.policy.own_numbers.is_empty() && own()
    }

    fn can_enroll(&self, context: &Context) -> bool {
        context.tenant.policy.kinds.iter().any(|k| *k != Kind::App)
    }
}

pub(super) fn is_own_number(number: &E164, context: &Context) -> bool {
    context
        .tenant
        .policy
        .own_numbers
        .iter()
        .any(|own| own.begins(number))
}
