//! `Idempotency-Key`: the portal's own name for one request, so that a repetition is recognised.

use pbx_2fa_shared::{ClientId, ProblemType};

use crate::bytes::Bytes;
use crate::keyring::{Keyring, MacUse};
use crate::refusal::Refusal;

/// A key as it is kept: by MAC, within its tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdempotencyKey(pub Bytes<32>);

impl IdempotencyKey {
    /// # Errors
    /// `invalid-request` unless it is 1 to 128 printable ASCII characters.
    pub fn of(keys: &Keyring, client_id: &ClientId, text: &str) -> Result<Self, Refusal> {
        if !(1..=128).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_graphic()) {
            let detail = "Idempotency-Key: expected 1 to 128 printable ASCII characters".to_owned();
            return Err(Refusal::Explained {
                problem: ProblemType::InvalidRequest,
                detail,
            });
        }
        let parts: [&[u8]; 3] = [b"key", client_id.as_str().as_bytes(), text.as_bytes()];
        keys.mac(keys.current(), MacUse::Idempotency, &parts)
            .map(|mac| Self(Bytes(mac)))
    }
}

/// What a request is recognised by.
///
/// # Errors
/// [`Refusal::Internal`] without a current key.
pub fn request_digest(keys: &Keyring, body: &str) -> Result<Bytes<32>, Refusal> {
    keys.mac(keys.current(), MacUse::Idempotency, &[b"body", body.as_bytes()])
        .map(Bytes)
}
