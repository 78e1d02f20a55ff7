//! Codes for when no method is at hand: the user's own recovery codes, and one that the help desk gave out. Each is good once,
//! they are never the primary, and nothing but the account's own waits and limits stands between them and somebody who
//! guesses, so they have 80 bits.

use pbx_2fa_shared::session::AuthenticatorView;
use pbx_2fa_shared::trail::{Actor, EventAuthenticator, EventType, HelpDeskRequest};
use pbx_2fa_shared::{AuthenticatorId, Kind, ProblemType, RecoveryCode, UnixSeconds};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::failures::Failures;
use super::{Account, Owner};
use crate::bytes::Bytes;
use crate::context::Context;
use crate::handle::TransactionKey;
use crate::keyring::MacUse;
use crate::limits;
use crate::refusal::Refusal;

/// What is kept of codes that were given out together: their MACs, of those that were not used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FallbackCodes {
    pub(super) id: AuthenticatorId,
    /// Of the root key that made the MACs.
    version: u8,
    pub(super) unused: Vec<Bytes<32>>,
    /// Absent for codes that live until they are replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) expires_at: Option<UnixSeconds>,
    #[serde(default, skip_serializing_if = "Failures::is_none")]
    pub(super) failures: Failures,
}

impl FallbackCodes {
    /// Draws so many codes; they exist in the clear in this answer only.
    fn draw(
        count: usize,
        expires_at: Option<UnixSeconds>,
        owner: &Owner,
        context: &mut Context,
    ) -> Result<(Self, Vec<RecoveryCode>), Refusal> {
        let id = Account::new_authenticator_id(context)?;
        let mut drawn = Self {
            id,
            version: context.keys.current(),
            unused: Vec::with_capacity(count),
            expires_at,
            failures: Failures::default(),
        };
        let mut codes = Vec::with_capacity(count);
        for _ in 0..count {
            let code = context.entropy.recovery_code()?;
            drawn.unused.push(drawn.mac(&code, owner, context)?);
            codes.push(code);
        }
        Ok((drawn, codes))
    }

    /// Bound to the account and to these codes, so that the same code is worth nothing elsewhere.
    fn mac(&self, code: &RecoveryCode, owner: &Owner, context: &Context) -> Result<Bytes<32>, Refusal> {
        let parts: [&[u8]; 4] = [
            owner.client_id.as_str().as_bytes(),
            owner.subject.as_str().as_bytes(),
            self.id.as_str().as_bytes(),
            code.as_str().as_bytes(),
        ];
        context
            .keys
            .mac(self.version, MacUse::Fallback, &parts)
            .map(Bytes)
    }

    /// Which of the unused codes it is. All are compared, in constant time, whichever matches.
    pub(super) fn find(
        &self,
        code: &RecoveryCode,
        owner: &Owner,
        context: &Context,
    ) -> Result<Option<Bytes<32>>, Refusal> {
        let presented = self.mac(code, owner, context)?;
        let mut found = None;
        for unused in &self.unused {
            if bool::from(unused.0.ct_eq(&presented.0)) {
                found = Some(presented);
            }
        }
        Ok(found)
    }

    /// A code that was right is good no more.
    pub(super) fn spend(&mut self, mac: &Bytes<32>) {
        self.unused.retain(|unused| unused != mac);
        self.failures.end_row();
    }

    /// None of them is good any more.
    pub(super) fn void(&mut self) {
        self.unused.clear();
    }

    /// Of the root key that made the MACs. They are not made anew, for nobody knows the codes.
    pub(super) const fn version(&self) -> u8 {
        self.version
    }

    pub(super) fn is_usable(&self, now: UnixSeconds) -> bool {
        let expired = self.expires_at.is_some_and(|at| now >= at);
        !self.unused.is_empty() && !expired && !self.failures.are_too_many()
    }

    fn left(&self) -> u32 {
        u32::try_from(self.unused.len()).unwrap_or(u32::MAX)
    }
}

impl Account {
    /// Those that can be used now. The help desk's comes first: it was just asked for.
    pub(super) fn fallbacks(&self, now: UnixSeconds) -> impl Iterator<Item = (Kind, &FallbackCodes)> {
        let bypass = self.bypass.as_ref().map(|codes| (Kind::Bypass, codes));
        let recovery = self.recovery.as_ref().map(|codes| (Kind::Recovery, codes));
        let both = bypass.into_iter().chain(recovery);
        both.filter(move |(_, codes)| codes.is_usable(now))
    }

    pub(super) fn fallback_mut(&mut self, id: &AuthenticatorId) -> Option<(Kind, &mut FallbackCodes)> {
        let bypass = self.bypass.as_mut().map(|codes| (Kind::Bypass, codes));
        let recovery = self.recovery.as_mut().map(|codes| (Kind::Recovery, codes));
        bypass
            .into_iter()
            .chain(recovery)
            .find(|(_, codes)| codes.id == *id)
    }

    /// Makes the user's recovery codes, in place of earlier ones.
    ///
    /// # Errors
    /// `step-up-required` without a fresh code; `not-found` where the tenant has none.
    pub(super) fn issue_recovery_codes(
        &mut self,
        key: TransactionKey,
        context: &mut Context,
    ) -> Result<Vec<RecoveryCode>, Refusal> {
        if !context.tenant.policy.recovery_codes {
            return Err(ProblemType::NotFound.into());
        }
        self.admit_change(key, context.now)?;
        let (issued, codes) = FallbackCodes::draw(limits::RECOVERY_CODES, None, &self.owner, context)?;
        let about = about(Kind::Recovery, &issued.id);
        if let Some(replaced) = self.recovery.replace(issued) {
            self.drop_challenges_of(&replaced.id);
        }
        self.note(
            EventType::RecoveryCodesIssued,
            Actor::User,
            Some(about),
            context.now,
        );
        Ok(codes)
    }

    /// A code for the help desk to read out, in place of an earlier one.
    pub(super) fn issue_bypass(
        &mut self,
        by: &HelpDeskRequest,
        context: &mut Context,
    ) -> Result<(RecoveryCode, UnixSeconds), Refusal> {
        let expires_at = context.now.saturating_add(limits::BYPASS_LIFETIME);
        let (issued, codes) = FallbackCodes::draw(1, Some(expires_at), &self.owner, context)?;
        let about = about(Kind::Bypass, &issued.id);
        if let Some(replaced) = self.bypass.replace(issued) {
            self.drop_challenges_of(&replaced.id);
        }
        self.note_by(by, EventType::BypassIssued, Some(about), context.now);
        let code = codes.into_iter().next();
        Ok((code.ok_or(Refusal::Internal("one code was drawn"))?, expires_at))
    }

    /// Takes a code that was right out of those that can be used.
    pub(super) fn spend_fallback(&mut self, id: &AuthenticatorId, mac: &Bytes<32>, now: UnixSeconds) {
        let Some((kind, codes)) = self.fallback_mut(id) else {
            return;
        };
        codes.spend(mac);
        let used = if kind == Kind::Bypass {
            EventType::BypassUsed
        } else {
            EventType::RecoveryCodeUsed
        };
        self.drop_challenges_of(id);
        self.forget_bypass(now);
        self.note(used, Actor::User, Some(about(kind, id)), now);
    }

    /// Drops the help desk's code once it was used, has expired or has had too many wrong ones beside it.
    pub(super) fn forget_bypass(&mut self, now: UnixSeconds) {
        self.bypass.take_if(|b| !b.is_usable(now));
    }

    /// As the widget shows them, after the methods.
    pub(super) fn fallback_views(&self, now: UnixSeconds) -> impl Iterator<Item = AuthenticatorView> {
        self.fallbacks(now).map(|(kind, codes)| AuthenticatorView {
            id: codes.id.clone(),
            kind,
            hint: String::new(),
            primary: false,
            confirmed: true,
            removable: false,
            disabled: false,
            own_pbx: false,
            codes_left: (kind == Kind::Recovery).then(|| codes.left()),
        })
    }

    /// How many recovery codes have not been used, where there are any at all.
    pub(super) fn recovery_codes_left(&self) -> Option<u32> {
        self.recovery.as_ref().map(FallbackCodes::left)
    }

    pub(super) fn bypass_until(&self, now: UnixSeconds) -> Option<UnixSeconds> {
        self.bypass
            .as_ref()
            .filter(|b| b.is_usable(now))
            .and_then(|b| b.expires_at)
    }
}

/// As an event names them.
pub(super) fn about(kind: Kind, id: &AuthenticatorId) -> EventAuthenticator {
    EventAuthenticator {
        id: id.clone(),
        kind,
        hint: String::new(),
    }
}
