//! What a page without script carries from one request to the next, sealed: it lies in a browser meanwhile.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::entropy::Entropy;
use crate::keyring::{Keyring, Sealed};
use crate::refusal::Refusal;

const PAGE: &[u8] = b"page without script";

/// The longest that is looked at: browsers keep no more than 4,096 bytes in a cookie.
const LONGEST: usize = 4_096;

/// # Errors
/// [`Refusal::Internal`] where it cannot be written, or the keys or the entropy fail.
pub fn seal<T: Serialize>(keys: &Keyring, state: &T, entropy: &mut Entropy) -> Result<String, Refusal> {
    let plain =
        serde_json::to_vec(state).map_err(|_| Refusal::Internal("cannot write what a page carries"))?;
    Ok(keys.seal(PAGE, &plain, entropy)?.into_text())
}

/// `None` where it was not made here, for this, to the letter.
#[must_use]
pub fn open<T: DeserializeOwned>(keys: &Keyring, text: &str) -> Option<T> {
    let text = Some(text).filter(|text| text.len() <= LONGEST)?;
    let plain = keys.open(PAGE, &Sealed::from_text(text.to_owned()))?;
    serde_json::from_slice(&plain).ok()
}

#[cfg(test)]
mod tests {
    use super::{open, seal};
    use crate::entropy::Entropy;
    use crate::keyring::tests::keyring;

    #[test]
    fn what_is_carried_comes_back_and_a_changed_one_is_nothing() {
        let keys = keyring();
        let mut entropy = Entropy::new([3; Entropy::BYTES]);
        let sealed = seal(&keys, &"hidden", &mut entropy).unwrap();
        assert_eq!(open::<String>(&keys, &sealed).as_deref(), Some("hidden"));
        assert!(!sealed.contains("hidden"));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(
                changed == sealed || open::<String>(&keys, &changed).is_none(),
                "{at}"
            );
        }
        for not_ours in ["", "A", &"A".repeat(5_000)] {
            assert!(open::<String>(&keys, not_ours).is_none());
        }
    }

    #[test]
    fn a_value_that_was_sealed_for_something_else_is_nothing() {
        let keys = keyring();
        let mut entropy = Entropy::new([3; Entropy::BYTES]);
        let ticket = keys
            .seal(b"ticket", b"\"hidden\"", &mut entropy)
            .unwrap()
            .into_text();
        assert!(open::<String>(&keys, &ticket).is_none());
    }
}
