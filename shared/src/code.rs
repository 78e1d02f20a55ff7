//! The codes that a person types.

use serde::{Deserialize, Serialize};

use crate::text::{Malformed, parsed_text};

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

parsed_text!(
    /// Exactly sixteen characters of Crockford's base 32, 80 bits: no I, L, O or U, which are misread.
    ///
    /// Shown in groups ([`RecoveryCode::grouped`]); what a person types of it is read by [`RecoveryCode::from_typed`].
    RecoveryCode,
    "expected sixteen letters and digits of a recovery code",
    |t| t.len() == RecoveryCode::CHARACTERS && t.bytes().all(|b| RecoveryCode::ALPHABET.contains(&b))
);

impl RecoveryCode {
    /// How many characters a code has, 5 bits each (NIST SP 800-63B-4 §3.1.2.2: below 112 bits, keyed and throttled).
    pub const CHARACTERS: usize = 16;

    /// Crockford's base 32.
    pub const ALPHABET: [u8; 32] = *b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// What a person typed or pasted: in either case, in groups or not, O for 0, I and L for 1.
    #[must_use]
    pub fn from_typed(typed: &str) -> Option<Self> {
        Self::parse(Self::characters_of(typed)).ok()
    }

    /// What counts of a text, at most [`Self::CHARACTERS`], for a field that is still being filled.
    #[must_use]
    pub fn characters_of(typed: &str) -> String {
        let meant = typed.chars().map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        });
        meant
            .filter(|c| u8::try_from(*c).is_ok_and(|b| Self::ALPHABET.contains(&b)))
            .take(Self::CHARACTERS)
            .collect()
    }

    /// `XXXX-XXXX-XXXX-XXXX`, as it is shown and printed.
    #[must_use]
    pub fn grouped(&self) -> String {
        let mut grouped = String::with_capacity(Self::CHARACTERS.saturating_add(3));
        for (at, character) in self.0.chars().enumerate() {
            if at > 0 && at.is_multiple_of(4) {
                grouped.push('-');
            }
            grouped.push(character);
        }
        grouped
    }
}

impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(..)")
    }
}

/// A code of either form, told apart by its length.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum SubmittedCode {
    OneTime(OneTimeCode),
    Recovery(RecoveryCode),
}

impl TryFrom<String> for SubmittedCode {
    type Error = Malformed;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        const EXPECTED: Malformed = Malformed("expected six digits, or sixteen letters and digits");
        if text.len() == RecoveryCode::CHARACTERS {
            RecoveryCode::parse(text)
                .map(Self::Recovery)
                .map_err(|_| EXPECTED)
        } else {
            OneTimeCode::parse(text).map(Self::OneTime).map_err(|_| EXPECTED)
        }
    }
}

impl From<OneTimeCode> for SubmittedCode {
    fn from(code: OneTimeCode) -> Self {
        Self::OneTime(code)
    }
}

impl From<SubmittedCode> for String {
    fn from(code: SubmittedCode) -> Self {
        match code {
            SubmittedCode::OneTime(code) => code.into(),
            SubmittedCode::Recovery(code) => code.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{OneTimeCode, RecoveryCode, SubmittedCode};

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
    fn a_recovery_code_is_read_as_people_write_it() {
        let code = RecoveryCode::parse("01ABCDEFGH23JKMN").unwrap();
        assert_eq!(code.grouped(), "01AB-CDEF-GH23-JKMN");
        for typed in [
            "01AB-CDEF-GH23-JKMN",
            "01ab cdef gh23 jkmn",
            " oiabcdefgh23jkmn ",
            "OLAB–CDEF–GH23–JKMN",
        ] {
            assert_eq!(RecoveryCode::from_typed(typed).as_ref(), Some(&code), "{typed}");
        }
        for text in [
            "01ab-cdef-gh23-jkmn",
            "01ABCDEFGH23JKM",
            "01ABCDEFGH23JKMU",
            "01ABCDEFGH23JKMNP",
        ] {
            assert!(RecoveryCode::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_submitted_code_is_of_one_form_or_refused() {
        let read = |text: &str| serde_json::from_value::<SubmittedCode>(text.into());
        assert!(matches!(read("123456"), Ok(SubmittedCode::OneTime(_))));
        assert!(matches!(read("0123456789ABCDEF"), Ok(SubmittedCode::Recovery(_))));
        for text in [
            "",
            "12345",
            "1234567",
            "0123456789abcdef",
            "012345678901234U",
            "123456 ",
        ] {
            let refused = read(text).unwrap_err().to_string();
            assert_eq!(
                refused, "expected six digits, or sixteen letters and digits",
                "{text}"
            );
        }
    }

    #[test]
    fn debug_shows_no_character() {
        assert!(!format!("{:?}", OneTimeCode::parse("123456").unwrap()).contains('1'));
        let code = RecoveryCode::parse("0123456789ABCDEF").unwrap();
        assert!(!format!("{:?}", SubmittedCode::Recovery(code)).contains('1'));
    }
}
