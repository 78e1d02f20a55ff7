//! The code that a person types.

use crate::text::parsed_text;

parsed_text!(
    /// Exactly six ASCII digits. Leading zeros count, so it is text and never a number.
    ///
    /// Spaces and hyphens, as in `123 456`, are taken out by [`OneTimeCode::from_typed`]; on the wire there are none.
    OneTimeCode,
    "expected six digits",
    |t| t.len() == 6 && t.bytes().all(|b| b.is_ascii_digit())
);

impl OneTimeCode {
    /// How many digits a code has (NIST SP 800-63B-4 §3.1.3.2: at least six).
    pub const DIGITS: usize = 6;

    /// What a person typed or pasted: groups may be parted by spaces, hyphens or full stops.
    #[must_use]
    pub fn from_typed(typed: &str) -> Option<Self> {
        Self::parse(Self::digits_of(typed)).ok()
    }

    /// The digits of a text, at most [`Self::DIGITS`], for a field that is still being filled.
    #[must_use]
    pub fn digits_of(typed: &str) -> String {
        typed
            .chars()
            .filter(char::is_ascii_digit)
            .take(Self::DIGITS)
            .collect()
    }
}

impl std::fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OneTimeCode(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::OneTimeCode;

    #[test]
    fn leading_zeros_count() {
        assert_eq!(OneTimeCode::parse("007081").unwrap().as_str(), "007081");
    }

    #[test]
    fn grouped_digits_are_what_people_paste() {
        for typed in ["123456", "123 456", "123-456", " 123.456 ", "1 2 3 4 5 6"] {
            assert_eq!(OneTimeCode::from_typed(typed).unwrap().as_str(), "123456");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "12345",
            "1234567",
            "12345a",
            "١٢٣٤٥٦",
            "-12345",
            "1e5000",
            "123 456",
        ] {
            assert!(OneTimeCode::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn debug_shows_no_digit() {
        assert!(!format!("{:?}", OneTimeCode::parse("123456").unwrap()).contains('1'));
    }
}
