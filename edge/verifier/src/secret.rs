//! A value that must not be printed.

use zeroize::{Zeroize, Zeroizing};

/// Holds a secret: no `Debug` of its content, no `Display`, no `Serialize`; wiped when dropped.
#[derive(Clone)]
pub struct Secret<T: Zeroize>(Zeroizing<T>);

impl<T: Zeroize> Secret<T> {
    pub fn new(value: T) -> Self {
        Self(Zeroizing::new(value))
    }

    /// The value. `reason` is for the reader of the call: what it is needed for, and where it goes.
    pub fn expose(&self, reason: &'static str) -> &T {
        debug_assert!(!reason.is_empty());
        &self.0
    }
}

impl<T: Zeroize> std::fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}
