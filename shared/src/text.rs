//! The macro behind every string type that is parsed on arrival.

/// Why a string is not a value of its type. The text is fixed per type and never quotes the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Malformed {}

/// Declares a string newtype whose only way in is `parse`, used by `Deserialize` too.
macro_rules! parsed_text {
    ($(#[$meta:meta])* $name:ident, $expected:literal, $valid:expr) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Accepts exactly the strings that the type's documentation describes.
            ///
            /// # Errors
            /// [`Malformed`](crate::text::Malformed), with a sentence that never quotes the input.
            pub fn parse(text: impl Into<String>) -> Result<Self, $crate::text::Malformed> {
                let text = text.into();
                let valid: fn(&str) -> bool = $valid;
                if valid(&text) { Ok(Self(text)) } else { Err($crate::text::Malformed($expected)) }
            }

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::text::Malformed;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }
    };
}

/// As [`parsed_text!`], for values that may be shown: adds `Debug` and `Display`.
macro_rules! public_text {
    ($(#[$meta:meta])* $name:ident, $expected:literal, $valid:expr) => {
        $crate::text::parsed_text!($(#[$meta])* #[derive(Debug)] $name, $expected, $valid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

pub(crate) use {parsed_text, public_text};

pub(crate) fn is_base64url(text: &str) -> bool {
    text.bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
