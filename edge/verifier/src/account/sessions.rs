//! Sessions that end before their time. Nothing is kept of a session that lives: the account keeps what has ended, for as
//! long as a token of it could still be valid, and each token is held against that.
//!
//! So that a token can be asked who proved it, its `sid` says so: 128 random bits, which are the session, and after them a
//! tag of the authenticator that only this service can make or read.

use pbx_2fa_shared::trail::{Actor, EventType};
use pbx_2fa_shared::{AuthenticatorId, SessionId, UnixSeconds};
use serde::{Deserialize, Serialize};

use super::{Account, Owner, Reply};
use crate::bytes::{Bytes, decode, encode};
use crate::claims::SessionClaims;
use crate::context::Context;
use crate::keyring::{Keyring, MacUse};
use crate::limits;
use crate::refusal::Refusal;

/// What has ended, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct EndedSessions(Vec<Ended>);

/// Sessions whose code was given at `before` or earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Ended {
    which: Which,
    before: UnixSeconds,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Which {
    All,
    One(Bytes<16>),
    ProvenBy(AuthenticatorId),
}

/// A `sid`, taken apart.
struct Parts {
    session: Bytes<16>,
    proof: Bytes<8>,
}

impl EndedSessions {
    pub(super) const NONE: Self = Self(Vec::new());

    pub(super) const fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// A token lives no longer than this, so what ended earlier concerns none that is still valid.
    pub(super) fn forget(&mut self, now: UnixSeconds) {
        self.0
            .retain(|e| now < e.before.saturating_add(limits::SESSION_LIFETIME_MAX));
    }

    fn knows(&self, which: &Which) -> bool {
        self.0.iter().any(|e| e.which == *which)
    }

    /// Adds to the list, in the place of what it covers.
    fn add(&mut self, which: Which, now: UnixSeconds) {
        self.0
            .retain(|e| e.before > now || (which != Which::All && e.which != which));
        self.0.push(Ended { which, before: now });
        while self.0.len() > limits::ENDED_SESSIONS {
            self.merge_oldest();
        }
    }

    /// The two oldest become one that ends every session before the later of them.
    fn merge_oldest(&mut self) {
        let oldest = self.0.remove(0);
        if let Some(next) = self.0.first_mut() {
            next.which = Which::All;
            next.before = next.before.max(oldest.before);
        }
    }
}

impl Account {
    /// The `sid` of a session: the same for the same random part and authenticator.
    pub(super) fn session_id(
        &self,
        session: Bytes<16>,
        proven_by: &AuthenticatorId,
        keys: &Keyring,
    ) -> Result<SessionId, Refusal> {
        let proof = self.owner.proof_tag(proven_by, keys.current(), keys)?;
        let sid = [session.0.as_slice(), &proof.0].concat();
        SessionId::parse(encode(&sid)).map_err(|_| Refusal::Internal("a session id"))
    }

    /// Whether a session that was proven then is one of those that have ended.
    pub(super) fn has_ended(
        &self,
        sid: &SessionId,
        proven_at: UnixSeconds,
        keys: &Keyring,
    ) -> Result<bool, Refusal> {
        let parts = Parts::of(sid)?;
        for ended in self.ended.0.iter().filter(|e| proven_at <= e.before) {
            let concerns = match &ended.which {
                Which::All => true,
                Which::One(session) => *session == parts.session,
                Which::ProvenBy(authenticator) => self.owner.proved(authenticator, &parts, keys)?,
            };
            if concerns {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn end_all_sessions(&mut self, now: UnixSeconds) {
        self.ended.add(Which::All, now);
    }

    pub(super) fn end_sessions_of(&mut self, authenticator: &AuthenticatorId, now: UnixSeconds) {
        self.ended.add(Which::ProvenBy(authenticator.clone()), now);
    }

    /// Where the user or the profile removes an authenticator, the tenant's policy decides.
    pub(super) fn end_sessions_by_policy(&mut self, authenticator: &AuthenticatorId, context: &Context) {
        if context.tenant.policy.removal_ends_sessions {
            self.end_sessions_of(authenticator, context.now);
        }
    }

    /// One session or all. One that is revoked again, or that nobody knows, is no error: it is ended all the same.
    pub(super) fn revoke(&mut self, sid: Option<SessionId>, context: &Context) -> Result<Reply, Refusal> {
        let which = match &sid {
            Some(sid) => Which::One(Parts::of(sid)?.session),
            None => Which::All,
        };
        if sid.is_none() || !self.ended.knows(&which) {
            self.ended.add(which, context.now);
            self.note(EventType::SessionsRevoked, Actor::Portal, None, context.now);
            if let Some(noted) = self.noted.last_mut() {
                noted.sid = sid;
            }
        }
        Ok(Reply::Status(self.status(context)))
    }

    /// Whether a session is alive: of this account, in its time, and not ended.
    pub(super) fn introspect(&self, claims: &SessionClaims, context: &Context) -> Result<Reply, Refusal> {
        let own = self.belongs_to(&claims.aud, Some(&claims.sub));
        let in_time = claims.nbf <= context.now && context.now < claims.exp;
        let ended = self.has_ended(&claims.sid, claims.auth_time, context.keys)?;
        Ok(Reply::Introspected {
            active: own && in_time && !ended,
        })
    }
}

impl Owner {
    /// Tokens may have been made with an older root key.
    fn proved(&self, authenticator: &AuthenticatorId, sid: &Parts, keys: &Keyring) -> Result<bool, Refusal> {
        for version in keys.versions() {
            if self.proof_tag(authenticator, version, keys)? == sid.proof {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn proof_tag(
        &self,
        authenticator: &AuthenticatorId,
        version: u8,
        keys: &Keyring,
    ) -> Result<Bytes<8>, Refusal> {
        let parts: [&[u8]; 3] = [
            self.client_id.as_str().as_bytes(),
            self.subject.as_str().as_bytes(),
            authenticator.as_str().as_bytes(),
        ];
        let mac = keys.mac(version, MacUse::SessionProof, &parts)?;
        mac.first_chunk()
            .map(|tag| Bytes(*tag))
            .ok_or(Refusal::Internal("a tag is shorter than its MAC"))
    }
}

impl Parts {
    fn of(sid: &SessionId) -> Result<Self, Refusal> {
        let bytes = decode(sid.as_str()).unwrap_or_default();
        let parts = bytes.split_first_chunk().and_then(|(session, rest)| {
            Some(Self {
                session: Bytes(*session),
                proof: Bytes(rest.try_into().ok()?),
            })
        });
        parts.ok_or(Refusal::Internal("a session id has 24 bytes"))
    }
}
