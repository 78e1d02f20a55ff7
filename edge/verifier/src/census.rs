//! How many accounts an object owns, under a MAC: an account that was taken out of the database, with all that is about it, is
//! missed. (One who puts back an older count together with the older database is not found out: nothing outside of it knows.)

use serde::{Deserialize, Serialize};

use crate::bytes::Bytes;
use crate::keyring::{Keyring, MacUse};
use crate::refusal::Refusal;

/// The count of one object, by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Census {
    count: u64,
    /// Of the root key that made the MAC.
    pub version: u8,
    mac: Bytes<32>,
}

impl Census {
    /// # Errors
    /// [`Refusal::Internal`] without a current key.
    pub fn new(object: &str, count: u64, keys: &Keyring) -> Result<Self, Refusal> {
        let version = keys.current();
        let mac = mac(object, count, version, keys)?;
        Ok(Self { count, version, mac })
    }

    /// The same count under the current key, or the next one. A count that is not right stays as it is, to be found.
    ///
    /// # Errors
    /// [`Refusal::NoRootKey`].
    pub fn raised(self, object: &str, by: u64, keys: &Keyring) -> Result<Self, Refusal> {
        if self.mac == mac(object, self.count, self.version, keys)? {
            Self::new(object, self.count.saturating_add(by), keys)
        } else {
            Ok(self)
        }
    }

    /// Whether it is right, and there are so many.
    ///
    /// # Errors
    /// [`Refusal::NoRootKey`].
    pub fn is(&self, object: &str, count: u64, keys: &Keyring) -> Result<bool, Refusal> {
        Ok(self.count == count && self.mac == mac(object, count, self.version, keys)?)
    }
}

fn mac(object: &str, count: u64, version: u8, keys: &Keyring) -> Result<Bytes<32>, Refusal> {
    let parts: [&[u8]; 2] = [object.as_bytes(), &count.to_be_bytes()];
    keys.mac(version, MacUse::Census, &parts).map(Bytes)
}

#[cfg(test)]
mod tests {
    use super::Census;
    use crate::keyring::Keyring;
    use crate::keyring::tests::{keyring, two_keys};
    use crate::refusal::Refusal;

    fn is(census: &Census, object: &str, count: u64, keys: &Keyring) -> bool {
        census.is(object, count, keys).unwrap()
    }

    #[test]
    fn a_count_is_of_its_object_and_cannot_be_written_by_hand() {
        let keys = keyring();
        let census = Census::new("shard-1", 2, &keys).unwrap();
        assert!(is(&census, "shard-1", 2, &keys));
        assert!(!is(&census, "shard-1", 1, &keys));
        assert!(!is(&census, "shard-2", 2, &keys));
        let mut forged = census.clone();
        forged.count = 1;
        assert!(!is(&forged, "shard-1", 1, &keys));
        let raised = forged.clone().raised("shard-1", 1, &keys).unwrap();
        assert_eq!(
            raised, forged,
            "a forged count is not made right by the next account"
        );
    }

    #[test]
    fn it_is_raised_and_made_anew_under_the_current_key() {
        let old = Census::new("shard-1", 2, &keyring()).unwrap();
        let raised = old.clone().raised("shard-1", 1, &two_keys()).unwrap();
        assert!(is(&raised, "shard-1", 3, &two_keys()));
        let alone = Keyring::parse("2:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE").unwrap();
        assert!(is(&raised, "shard-1", 3, &alone));
        assert_eq!(old.is("shard-1", 2, &alone), Err(Refusal::NoRootKey(1)));
    }
}
