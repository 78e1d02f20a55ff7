//! A back-up that was put back knows nothing of what happened after it: codes that were used, tickets that were exchanged,
//! assertions that were redeemed. The operator says when it was put back, and at its first touch after that an account ends
//! everything that could be used a second time. Counts of wrong codes and of codes sent stay as they are.

use pbx_2fa_shared::UnixSeconds;
use pbx_2fa_shared::trail::{Actor, EventType};

use super::Account;
use super::authenticator::{Authenticator, Method};
use crate::context::Context;
use crate::limits;

impl Account {
    /// Once for each restored back-up.
    pub(super) fn void_if_restored(&mut self, context: &Context) {
        let Some(restored_at) = context.restored_at.filter(|at| *at > self.restored_at) else {
            return;
        };
        let is_new = *self == Self::new(self.owner.client_id.clone(), self.owner.subject.clone());
        self.restored_at = restored_at;
        if is_new {
            return;
        }
        self.transactions.clear();
        self.remembered.clear();
        // Tickets from before are refused by their time (`is_from_before`), those that nobody remembers as spent included.
        self.spent_tickets.clear();
        for bound in &mut self.authenticators {
            spend_codes(bound, context.now);
        }
        if let Some(recovery) = self.recovery.as_mut() {
            recovery.void();
        }
        self.bypass = None;
        // Which of them were revoked since is not known any more.
        self.end_all_sessions(context.now);
        self.note(EventType::AccountRestored, Actor::Operator, None, context.now);
    }
}

/// Whether a ticket was made before the back-up was put back, and may have been exchanged since.
pub(super) fn is_from_before(opened_at: UnixSeconds, context: &Context) -> bool {
    context.restored_at.is_some_and(|at| opened_at <= at)
}

/// No code of an authenticator app that was shown up to now is accepted any more.
fn spend_codes(bound: &mut Authenticator, now: UnixSeconds) {
    if let Method::Totp { last_step, .. } = &mut bound.method {
        let present = now.checked_div(limits::TOTP_STEP).unwrap_or_default();
        *last_step = present.max(*last_step);
    }
}
