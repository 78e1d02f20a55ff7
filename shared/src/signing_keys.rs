//! What the operator and the worker say about the keys that sign tokens.

use serde::{Deserialize, Serialize};

use crate::operator::SignatureAlgorithm;
use crate::{SigningKeyId, UnixSeconds};

/// `POST /v1/signing-keys/rotate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotateSigningKeyRequest {
    pub alg: SignatureAlgorithm,
    /// After a leak: the next key signs now, whether or not others have had time to read it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_once: bool,
}

/// All three are published; only the active one signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SigningKeyStatus {
    Next,
    Active,
    Retired,
}

/// One key, and its four times as far as they are known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKeyView {
    pub kid: SigningKeyId,
    pub alg: SignatureAlgorithm,
    pub status: SigningKeyStatus,
    pub published_from: UnixSeconds,
    pub signs_from: UnixSeconds,
    /// Known once there is a key after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signs_until: Option<UnixSeconds>,
    /// Known with `signs_until`. From then on its tokens are refused, and none of them is alive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_until: Option<UnixSeconds>,
}

/// Answer to `GET /v1/signing-keys` and `POST /v1/signing-keys/rotate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKeysResponse {
    pub keys: Vec<SigningKeyView>,
}
