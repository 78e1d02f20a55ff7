//! The root keys' text: refused with a sentence that is always one of a few, or all keys taken, the newest for new values.

use base64ct::{Base64UrlUnpadded, Encoding};
use pbx_2fa_verifier::Keyring;

use crate::text;

const REFUSALS: [&str; 5] = [
    "expected <version>:<base64url of 32 bytes>",
    "a key's version is a number from 0 to 255",
    "a root key is base64url of exactly 32 bytes",
    "two root keys have the same version",
    "at least one root key is needed",
];

pub fn keyring(data: &[u8]) {
    let Some(text) = text(data) else { return };
    match Keyring::parse(text) {
        Ok(keyring) => {
            let mut versions: Vec<u8> = text.split(',').map(version).collect();
            assert_eq!(
                versions.iter().max(),
                Some(&keyring.current()),
                "the newest makes new values"
            );
            let all = versions.len();
            versions.sort_unstable();
            versions.dedup();
            assert_eq!(versions.len(), all, "each version once");
            assert_eq!(
                format!("{keyring:?}"),
                format!("Keyring {{ current: {}, .. }}", keyring.current())
            );
        }
        Err(sentence) => assert!(REFUSALS.contains(&sentence), "{sentence}"),
    }
}

/// A version, where exactly 32 bytes follow it.
fn version(part: &str) -> u8 {
    let (version, key) = part.trim().split_once(':').expect("a version and a key");
    assert_eq!(Base64UrlUnpadded::decode_vec(key).map(|key| key.len()), Ok(32));
    version.parse().expect("a number up to 255")
}
