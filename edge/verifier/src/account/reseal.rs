//! Rotation of the root key: what an older version has made is made anew under the current one.
//!
//! What cannot be made anew ends by itself: codes and tickets within minutes, numbers that were called to be set up within a
//! month, rows of the trail within their time; recovery codes when their owner makes others.

use std::collections::BTreeMap;

use pbx_2fa_shared::UnixSeconds;

use super::authenticator::{Method, version_of};
use super::fallback::FallbackCodes;
use super::profile::suggestion_slot;
use super::{Account, Owner};
use crate::entropy::Entropy;
use crate::keyring::Keyring;
use crate::refusal::Refusal;

/// How many stored values need which version of the root key.
pub type Versions = BTreeMap<u8, u64>;

impl Account {
    /// Whether there is nothing in it that could be made anew. Cheap: no value is opened.
    #[must_use]
    pub fn is_current(&self, keys: &Keyring) -> bool {
        let mut current = true;
        self.each_sealed(|version| current &= version == keys.current());
        current
    }

    /// Seals anew what an older version has sealed, and drops what time has ended. What does not open stays as it is, and is
    /// still counted by [`Self::versions`].
    ///
    /// # Errors
    /// Only faults: the pool must be a fresh one (8 authenticators, and in each of 3 transactions two suggestions and an
    /// enrollment, draw 204 bytes).
    pub fn reseal(&mut self, keys: &Keyring, entropy: &mut Entropy, now: UnixSeconds) -> Result<(), Refusal> {
        self.forget_the_past(now);
        let owner = &self.owner;
        for bound in &mut self.authenticators {
            reseal_method(&mut bound.method, owner, bound.id.as_str(), keys, entropy)?;
        }
        for transaction in &mut self.transactions {
            let slot = suggestion_slot(transaction.key);
            for suggested in &mut transaction.suggestions {
                suggested.number.reseal(owner, &slot, keys, entropy)?;
            }
            if let Some(pending) = &mut transaction.enrollment {
                let slot = pending.challenge.authenticator.as_str();
                reseal_method(&mut pending.method, owner, slot, keys, entropy)?;
            }
        }
        Ok(())
    }

    /// What it needs; the trail's rows, which are not part of it, apart.
    #[must_use]
    pub fn versions(&self) -> Versions {
        let mut versions = Versions::new();
        let mut count = |version| {
            let values = versions.entry(version).or_insert(0_u64);
            *values = values.saturating_add(1);
        };
        self.each_sealed(&mut count);
        let challenges = self.transactions.iter().flat_map(|t| {
            let enrolled = t.enrollment.iter().map(|e| &e.challenge);
            t.challenges.iter().chain(enrolled)
        });
        challenges.filter_map(|c| c.version()).for_each(&mut count);
        self.new_numbers.iter().map(|n| n.version()).for_each(&mut count);
        let fallbacks = [&self.recovery, &self.bypass].into_iter().flatten();
        fallbacks.map(FallbackCodes::version).for_each(count);
        versions
    }

    fn each_sealed(&self, mut each: impl FnMut(u8)) {
        for transaction in &self.transactions {
            let numbers = transaction.suggestions.iter().map(|s| &s.number);
            numbers.flat_map(|n| n.versions()).for_each(&mut each);
        }
        let pending = self.transactions.iter().filter_map(|t| t.enrollment.as_ref());
        let methods = pending.map(|e| &e.method);
        for method in self.authenticators.iter().map(|a| &a.method).chain(methods) {
            match method {
                Method::App { device_token } => device_token.iter().map(version_of).for_each(&mut each),
                Method::Totp { secret, .. } => each(version_of(secret)),
                Method::Mobile(number) | Method::Landline(number) => {
                    number.versions().into_iter().for_each(&mut each);
                }
            }
        }
    }
}

fn reseal_method(
    method: &mut Method,
    owner: &Owner,
    slot: &str,
    keys: &Keyring,
    entropy: &mut Entropy,
) -> Result<(), Refusal> {
    match method {
        Method::App { device_token } => match device_token {
            Some(token) => keys
                .reseal(&owner.place("device", slot), token, entropy)
                .map(drop),
            None => Ok(()),
        },
        Method::Totp { secret, .. } => keys.reseal(&owner.place("totp", slot), secret, entropy).map(drop),
        Method::Mobile(number) | Method::Landline(number) => number.reseal(owner, slot, keys, entropy),
    }
}
