//! The keys that sign tokens: which are published, which one signs, and what is due.
//!
//! A key is next, then active, then retired, then gone. Nobody has to move it from one to the other: when it is published
//! and when it signs is fixed as it is taken, and it signs until the key after it does. So isolates that know the same keys
//! change over at the same second, and one that was not asked for a month has missed nothing.

mod jwk;
mod key;
#[cfg(test)]
mod tests;

use pbx_2fa_shared::operator::SignatureAlgorithm;
use pbx_2fa_shared::signing_keys::{SigningKeyStatus, SigningKeyView, SigningKeysResponse};
use pbx_2fa_shared::{ProblemType, SigningKeyId, UnixSeconds};
use serde::{Deserialize, Serialize};

use crate::entropy::Entropy;
use crate::keyring::Keyring;
use crate::limits;
use crate::refusal::Refusal;

pub use jwk::{PrivateJwk, PublicJwk};
pub use key::{Offer, SigningKey};

/// All keys that are published, each algorithm's in the order in which they sign. One place keeps them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKeys {
    keys: Vec<SigningKey>,
}

/// When the key after the active one signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rotation {
    /// When everybody has had time to read it.
    AfterPublication,
    /// Now: who has kept the published keys may not know it until he reads them again.
    AtOnce,
}

const ALGORITHMS: [SignatureAlgorithm; 2] = [SignatureAlgorithm::Es256, SignatureAlgorithm::EdDsa];

impl SigningKeys {
    #[must_use]
    pub fn published(&self) -> &[SigningKey] {
        &self.keys
    }

    /// Seals anew, under the current root key, what an older one has sealed; what does not open stays as it is. How many changed.
    ///
    /// # Errors
    /// Only faults: the pool must be a fresh one, of which each key takes 12 bytes.
    pub fn reseal(&mut self, keys: &Keyring, entropy: &mut Entropy) -> Result<u64, Refusal> {
        let mut changed = 0_u64;
        for key in &mut self.keys {
            changed = changed.saturating_add(u64::from(key.reseal(keys, entropy)?));
        }
        Ok(changed)
    }

    /// Of each key, the version of the root key that it needs.
    pub fn root_versions(&self) -> impl Iterator<Item = (&SigningKeyId, u8)> {
        self.keys.iter().map(|key| (&key.kid, key.root_version()))
    }

    /// The key that signs: the last one whose time has come. By a clock that runs behind the one that took the first key,
    /// that is the first.
    #[must_use]
    pub fn active(&self, alg: SignatureAlgorithm, now: UnixSeconds) -> Option<&SigningKey> {
        let come = self.of(alg).rfind(|key| key.signs_from <= now);
        come.or_else(|| self.of(alg).next())
    }

    /// Drops the keys of which no token is alive. True where there were any.
    pub fn drop_gone(&mut self, now: UnixSeconds) -> bool {
        let gone = |key: &SigningKey| self.published_until(key).is_some_and(|end| end <= now);
        let kept: Vec<SigningKey> = self.keys.iter().filter(|key| !gone(key)).cloned().collect();
        let dropped = kept.len() < self.keys.len();
        self.keys = kept;
        dropped
    }

    /// The algorithms of which a key has to be made now. Of each there is always one, whether or not a tenant has chosen it:
    /// a tenant that changes over gets tokens by a key that everybody has had time to read.
    #[must_use]
    pub fn wanted(&self, now: UnixSeconds) -> Vec<SignatureAlgorithm> {
        ALGORITHMS
            .into_iter()
            .filter(|alg| self.wants(*alg, now))
            .collect()
    }

    /// Takes a key where one is wanted, and leaves it otherwise: of two that are offered at the same time the first is
    /// taken. True where it was.
    pub fn take(&mut self, offer: Offer, now: UnixSeconds) -> bool {
        if !self.wants(offer.alg, now) {
            return false;
        }
        let signs_from = match self.of(offer.alg).next_back() {
            // The first of all: nobody keeps a set without it.
            None => now,
            Some(last) => {
                let turn = last.signs_from.saturating_add(limits::SIGNING_KEY_ROTATION);
                turn.max(now.saturating_add(limits::SIGNING_KEY_PUBLISHED_BEFORE))
            }
        };
        self.keys.push(offer.take(now, signs_from));
        true
    }

    /// Brings on the next key: the one that is published already, or else the one that is offered.
    ///
    /// # Errors
    /// `invalid-request` where too many are published.
    pub fn rotate(&mut self, offer: Offer, rotation: Rotation, now: UnixSeconds) -> Result<(), Refusal> {
        let alg = offer.alg;
        let next = self
            .keys
            .iter_mut()
            .rfind(|key| key.alg == alg && key.signs_from > now);
        if let Some(next) = next {
            next.signs_from = begin(rotation, next.published_from, now).min(next.signs_from);
            return Ok(());
        }
        if self.of(alg).count() >= limits::SIGNING_KEYS_PER_ALGORITHM {
            return Err(invalid(format!(
                "alg: {} keys are published; remove one first",
                limits::SIGNING_KEYS_PER_ALGORITHM
            )));
        }
        self.keys.push(offer.take(now, begin(rotation, now, now)));
        Ok(())
    }

    /// Ends a key at once: its tokens are refused from now on. Where it stood between two, the one before is taken to have
    /// signed until the one after began, and is published longer than it must be, never shorter.
    ///
    /// # Errors
    /// `not-found`; `invalid-request` for the key that signs.
    pub fn remove(&mut self, kid: &SigningKeyId, now: UnixSeconds) -> Result<(), Refusal> {
        let at = self.keys.iter().position(|key| key.kid == *kid);
        let at = at.ok_or(ProblemType::NotFound)?;
        if self.is_active(kid, now) {
            return Err(invalid("kid: this key signs; rotate at once first".to_owned()));
        }
        self.keys.remove(at);
        Ok(())
    }

    #[must_use]
    pub fn to_response(&self, now: UnixSeconds) -> SigningKeysResponse {
        let view = |key: &SigningKey| SigningKeyView {
            kid: key.kid.clone(),
            alg: key.alg,
            status: self.status(key, now),
            published_from: key.published_from,
            signs_from: key.signs_from,
            signs_until: self.signs_until(key),
            published_until: self.published_until(key),
        };
        SigningKeysResponse {
            keys: self.keys.iter().map(view).collect(),
        }
    }

    fn of(&self, alg: SignatureAlgorithm) -> impl DoubleEndedIterator<Item = &SigningKey> {
        self.keys.iter().filter(move |key| key.alg == alg)
    }

    /// No key yet, or the last one's time to sign ends as soon as a new one may begin.
    fn wants(&self, alg: SignatureAlgorithm, now: UnixSeconds) -> bool {
        const UNTIL_THE_NEXT: u64 = limits::SIGNING_KEY_ROTATION - limits::SIGNING_KEY_PUBLISHED_BEFORE;
        let last = self.of(alg).next_back();
        last.is_none_or(|last| last.signs_from.saturating_add(UNTIL_THE_NEXT) <= now)
    }

    fn is_active(&self, kid: &SigningKeyId, now: UnixSeconds) -> bool {
        let active = |alg| self.active(alg, now).is_some_and(|key| key.kid == *kid);
        ALGORITHMS.into_iter().any(active)
    }

    fn status(&self, key: &SigningKey, now: UnixSeconds) -> SigningKeyStatus {
        if self.is_active(&key.kid, now) {
            SigningKeyStatus::Active
        } else if key.signs_from > now {
            SigningKeyStatus::Next
        } else {
            SigningKeyStatus::Retired
        }
    }

    fn signs_until(&self, key: &SigningKey) -> Option<UnixSeconds> {
        let mut following = self.of(key.alg).skip_while(|other| other.kid != key.kid).skip(1);
        following.next().map(|successor| successor.signs_from)
    }

    fn published_until(&self, key: &SigningKey) -> Option<UnixSeconds> {
        let until = self.signs_until(key)?;
        Some(until.saturating_add(limits::SIGNING_KEY_PUBLISHED_AFTER))
    }
}

fn begin(rotation: Rotation, published_from: UnixSeconds, now: UnixSeconds) -> UnixSeconds {
    match rotation {
        Rotation::AfterPublication => {
            let known = published_from.saturating_add(limits::SIGNING_KEY_PUBLISHED_BEFORE);
            known.max(now)
        }
        Rotation::AtOnce => now,
    }
}

fn invalid(detail: String) -> Refusal {
    Refusal::Explained {
        problem: ProblemType::InvalidRequest,
        detail,
    }
}
