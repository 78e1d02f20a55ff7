//! What the portal's help desk may do to an account. Each act is named, by whom and why, in the trail.

use pbx_2fa_shared::portal::BypassResponse;
use pbx_2fa_shared::trail::{EventType, HelpDeskRequest};
use pbx_2fa_shared::{AuthenticatorId, ProblemType};
use serde::{Deserialize, Serialize};

use super::{Account, Reply, trail};
use crate::context::Context;
use crate::refusal::Refusal;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HelpDeskAct {
    /// Unbinds one, whoever bound it and whatever policy asks: a lost telephone must go at once, with the sessions that it
    /// proved.
    Remove { authenticator: AuthenticatorId },
    /// Lifts the waits after wrong codes and after codes that nobody answered. What is disabled stays disabled.
    Unlock,
    /// Unbinds all and ends what is under way and every session: the next login sets up a first method.
    Reset,
}

impl Account {
    /// # Errors
    /// `not-found` for an authenticator that is not bound.
    pub(super) fn help(
        &mut self,
        by: &HelpDeskRequest,
        act: HelpDeskAct,
        context: &Context,
    ) -> Result<Reply, Refusal> {
        match act {
            HelpDeskAct::Remove { authenticator } => self.unbind(by, &authenticator, context)?,
            HelpDeskAct::Unlock => {
                self.throttle.clear();
                self.sends.answered();
                self.note_by(by, EventType::AccountUnlocked, None, context.now);
            }
            HelpDeskAct::Reset => {
                self.authenticators.clear();
                self.primary = None;
                self.recovery = None;
                self.bypass = None;
                self.transactions.clear();
                self.throttle.clear();
                self.sends.answered();
                self.backup_skips = 0;
                self.end_all_sessions(context.now);
                self.note_by(by, EventType::AccountReset, None, context.now);
            }
        }
        Ok(Reply::Status(self.status(context)))
    }

    /// A code for one login, to be read out to somebody whom the help desk has recognised.
    pub(super) fn give_bypass(
        &mut self,
        by: &HelpDeskRequest,
        context: &mut Context,
    ) -> Result<Reply, Refusal> {
        let (code, expires_at) = self.issue_bypass(by, context)?;
        Ok(Reply::Bypass(BypassResponse::new(&code, expires_at)))
    }

    fn unbind(
        &mut self,
        by: &HelpDeskRequest,
        id: &AuthenticatorId,
        context: &Context,
    ) -> Result<(), Refusal> {
        let bound = self.authenticator(id).ok_or(ProblemType::NotFound)?;
        let about = trail::about(bound);
        self.authenticators.retain(|a| a.id != *id);
        for transaction in &mut self.transactions {
            transaction.end_proof_of(id);
        }
        self.settle_primary();
        self.end_sessions_of(id, context.now);
        self.note_by(by, EventType::AuthenticatorRemoved, Some(about), context.now);
        Ok(())
    }
}
