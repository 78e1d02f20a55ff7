//! The claims of both tokens (RFC 7519). The signature is made by the caller, with a key that this crate never sees.

use pbx_2fa_shared::{ClientId, Nonce, Purpose, SessionId, Subject, TransactionId, UnixSeconds};
use serde::{Deserialize, Serialize};

/// `typ` of the assertion (RFC 8725 §3.11: explicit typing, so that neither token is taken for the other).
pub const ASSERTION_TYPE: &str = "pbx-2fa+jwt";
/// `typ` of the session token.
pub const SESSION_TYPE: &str = "pbx-2fa-session+jwt";

/// For the portal's backend, by way of the page: this subject has just proven a second factor in this transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssertionClaims {
    pub iss: String,
    pub aud: ClientId,
    pub sub: Subject,
    pub txn: TransactionId,
    pub nonce: Nonce,
    pub jti: String,
    pub iat: UnixSeconds,
    pub nbf: UnixSeconds,
    pub exp: UnixSeconds,
    pub auth_time: UnixSeconds,
    pub amr: Vec<String>,
    pub acr: String,
    pub purpose: Purpose,
}

/// What services behind the portal accept as proof of the completed login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionClaims {
    pub iss: String,
    pub aud: ClientId,
    pub sub: Subject,
    pub sid: SessionId,
    pub jti: String,
    pub iat: UnixSeconds,
    pub nbf: UnixSeconds,
    pub exp: UnixSeconds,
    pub auth_time: UnixSeconds,
    pub amr: Vec<String>,
    pub acr: String,
}

impl SessionClaims {
    /// Whether this issuer made them for this tenant; asked before anybody is asked about the session.
    #[must_use]
    pub fn are_of(&self, issuer: &str, client_id: &ClientId) -> bool {
        self.iss == issuer && self.aud == *client_id
    }
}
