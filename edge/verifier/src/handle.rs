//! The opaque strings that name a transaction and carry the right to act in it.
//!
//! Both hold where the account lives, and both are authenticated before anything is looked up: a made-up one creates no
//! object and no file, and is refused without touching storage.

use pbx_2fa_shared::{ClientId, Subject, TransactionId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::bytes::{Bytes, decode, encode};
use crate::keyring::{Keyring, MacUse};
use crate::refusal::Refusal;

/// Names the owner of one account: a digest of tenant and subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountKey(pub Bytes<16>);

/// The random part of a transaction's id.
pub type TransactionKey = Bytes<16>;

/// A transaction id, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransactionHandle {
    pub account: AccountKey,
    pub transaction: TransactionKey,
}

/// A session secret, taken apart. The widget holds it in memory and shows it with every call.
pub struct SessionHandle {
    pub client_id: ClientId,
    pub account: AccountKey,
    pub transaction: TransactionKey,
    /// Compared, hashed, with what the account stored.
    pub secret: Bytes<32>,
}

impl AccountKey {
    /// The same tenant and subject always give the same key.
    #[must_use]
    pub fn of(client_id: &ClientId, subject: &Subject) -> Self {
        let mut digest = Sha256::new();
        digest.update(b"pbx-2fa account v1\0");
        digest.update(client_id.as_str().as_bytes());
        digest.update(b"\0");
        digest.update(subject.as_str().as_bytes());
        let digest: [u8; 32] = digest.finalize().into();
        let mut key = [0; 16];
        key.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        Self(Bytes(key))
    }

    /// The key as text: the account's row, and the name of its object where every account has one.
    #[must_use]
    pub fn as_text(&self) -> String {
        encode(&self.0.0)
    }

    /// Which of `shards` objects owns it. The same in every version, or accounts would be lost.
    #[must_use]
    pub fn shard(&self, shards: u16) -> u16 {
        let [a, b, ..] = self.0.0;
        u16::from_be_bytes([a, b]).checked_rem(shards).unwrap_or(0)
    }
}

impl TransactionHandle {
    /// # Errors
    /// [`Refusal::Internal`] without a current key.
    pub fn encode(&self, keys: &Keyring, client_id: &ClientId) -> Result<TransactionId, Refusal> {
        let version = keys.current();
        let mac = self.mac(keys, version, client_id)?;
        let mut bytes = vec![version];
        bytes.extend_from_slice(&self.account.0.0);
        bytes.extend_from_slice(&self.transaction.0);
        bytes.extend_from_slice(&mac);
        TransactionId::parse(format!("txn_{}", encode(&bytes)))
            .map_err(|_| Refusal::Internal("transaction id"))
    }

    /// `None` where it was not made here for this tenant.
    #[must_use]
    pub fn decode(keys: &Keyring, client_id: &ClientId, id: &TransactionId) -> Option<Self> {
        let bytes = decode(id.as_str().strip_prefix("txn_")?)?;
        let mut rest = Reader(&bytes);
        let [version] = rest.take()?;
        let handle = Self {
            account: AccountKey(Bytes(rest.take()?)),
            transaction: Bytes(rest.take()?),
        };
        let mac: [u8; 16] = rest.last()?;
        bool::from(handle.mac(keys, version, client_id).ok()?.ct_eq(&mac)).then_some(handle)
    }

    fn mac(&self, keys: &Keyring, version: u8, client_id: &ClientId) -> Result<[u8; 16], Refusal> {
        let parts: [&[u8]; 4] = [
            b"txn",
            client_id.as_str().as_bytes(),
            &self.account.0.0,
            &self.transaction.0,
        ];
        keys.mac(version, MacUse::Handle, &parts).map(half)
    }
}

impl SessionHandle {
    /// # Errors
    /// [`Refusal::Internal`] without a current key.
    pub fn encode(&self, keys: &Keyring) -> Result<String, Refusal> {
        let version = keys.current();
        let mut bytes = vec![version];
        bytes.extend_from_slice(&self.account.0.0);
        bytes.extend_from_slice(&self.transaction.0);
        bytes.extend_from_slice(&self.secret.0);
        bytes.extend_from_slice(&self.mac(keys, version)?);
        bytes.extend_from_slice(self.client_id.as_str().as_bytes());
        Ok(format!("ses_{}", encode(&bytes)))
    }

    /// `None` where it was not made here.
    #[must_use]
    pub fn decode(keys: &Keyring, text: &str) -> Option<Self> {
        let text = text.strip_prefix("ses_").filter(|t| t.len() <= 200)?;
        let bytes = decode(text)?;
        let mut rest = Reader(&bytes);
        let [version] = rest.take()?;
        let account = AccountKey(Bytes(rest.take()?));
        let transaction = Bytes(rest.take()?);
        let secret = Bytes(rest.take()?);
        let mac: [u8; 16] = rest.take()?;
        let client_id = ClientId::parse(std::str::from_utf8(rest.0).ok()?).ok()?;
        let handle = Self {
            client_id,
            account,
            transaction,
            secret,
        };
        bool::from(handle.mac(keys, version).ok()?.ct_eq(&mac)).then_some(handle)
    }

    fn mac(&self, keys: &Keyring, version: u8) -> Result<[u8; 16], Refusal> {
        let parts: [&[u8]; 5] = [
            b"ses",
            self.client_id.as_str().as_bytes(),
            &self.account.0.0,
            &self.transaction.0,
            &self.secret.0,
        ];
        keys.mac(version, MacUse::Handle, &parts).map(half)
    }
}

impl std::fmt::Debug for SessionHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionHandle")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

/// The first 128 bits of a MAC (RFC 2104 §5: no less than half).
fn half(mac: [u8; 32]) -> [u8; 16] {
    let mut out = [0; 16];
    out.iter_mut().zip(mac).for_each(|(to, from)| *to = from);
    out
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    fn last<const N: usize>(&self) -> Option<[u8; N]> {
        <[u8; N]>::try_from(self.0).ok()
    }
}

#[cfg(test)]
mod tests {
    use pbx_2fa_shared::{ClientId, Subject, TransactionId};

    use super::{AccountKey, SessionHandle, TransactionHandle};
    use crate::bytes::Bytes;
    use crate::keyring::tests::keyring;

    fn client(id: &str) -> ClientId {
        ClientId::parse(id).unwrap()
    }

    fn handle() -> TransactionHandle {
        let account = AccountKey::of(&client("portal"), &Subject::parse("an").unwrap());
        TransactionHandle {
            account,
            transaction: Bytes([9; 16]),
        }
    }

    #[test]
    fn a_transaction_id_belongs_to_its_tenant() {
        let keys = keyring();
        let id = handle().encode(&keys, &client("portal")).unwrap();
        assert_eq!(
            TransactionHandle::decode(&keys, &client("portal"), &id),
            Some(handle())
        );
        assert_eq!(TransactionHandle::decode(&keys, &client("other"), &id), None);
    }

    #[test]
    fn a_changed_handle_is_refused_at_every_character() {
        let keys = keyring();
        let id = String::from(handle().encode(&keys, &client("portal")).unwrap());
        let secret = SessionHandle {
            client_id: client("portal"),
            account: handle().account,
            transaction: Bytes([9; 16]),
            secret: Bytes([5; 32]),
        };
        let secret = secret.encode(&keys).unwrap();
        assert!(SessionHandle::decode(&keys, &secret).is_some());
        for at in 4..id.len() {
            let changed = TransactionId::parse(flip(&id, at)).unwrap();
            assert_eq!(
                TransactionHandle::decode(&keys, &client("portal"), &changed),
                None,
                "at {at}"
            );
        }
        for at in 4..secret.len() {
            assert!(
                SessionHandle::decode(&keys, &flip(&secret, at)).is_none(),
                "at {at}"
            );
        }
    }

    #[test]
    fn a_handle_of_one_sort_is_not_of_the_other() {
        let keys = keyring();
        let id = String::from(handle().encode(&keys, &client("portal")).unwrap());
        assert!(SessionHandle::decode(&keys, &id.replace("txn_", "ses_")).is_none());
    }

    #[test]
    fn tenant_and_subject_cannot_run_into_each_other() {
        let of = |c: &str, s: &str| AccountKey::of(&client(c), &Subject::parse(s).unwrap());
        assert_ne!(of("portal", "1an"), of("portal1", "an"));
        assert_eq!(of("portal", "an"), of("portal", "an"));
    }

    fn flip(text: &str, at: usize) -> String {
        let mut bytes = text.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    }
}
