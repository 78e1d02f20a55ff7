//! What stands in the code field, of either form: six digits, or the sixteen characters of a recovery code.

use pbx_2fa_shared::{Kind, OneTimeCode, RecoveryCode, SubmittedCode};

/// How a code is written, and so how its field reads what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeForm {
    /// `123 456`: two groups are easier to compare.
    Digits,
    /// `XXXX-XXXX-XXXX-XXXX`, as it was shown and printed.
    Characters,
}

impl CodeForm {
    #[must_use]
    pub const fn of(kind: Kind) -> Self {
        if kind.is_fallback() {
            Self::Characters
        } else {
            Self::Digits
        }
    }

    /// How long a group is, and what parts it from the next.
    const fn group(self) -> (usize, char) {
        match self {
            Self::Digits => (3, ' '),
            Self::Characters => (4, '-'),
        }
    }

    /// What counts of a text that was typed or pasted.
    #[must_use]
    pub fn read(self, text: &str) -> TypedCode {
        TypedCode(match self {
            Self::Digits => OneTimeCode::digits_of(text),
            Self::Characters => RecoveryCode::characters_of(text),
        })
    }

    /// In groups, as it stands in the field.
    #[must_use]
    pub fn write(self, code: &TypedCode) -> String {
        let (length, gap) = self.group();
        let mut written = String::with_capacity(24);
        for (at, letter) in code.0.chars().enumerate() {
            if at > 0 && at.is_multiple_of(length) {
                written.push(gap);
            }
            written.push(letter);
        }
        written
    }

    /// The code, once it is whole.
    pub(super) fn submitted(self, code: &TypedCode) -> Option<SubmittedCode> {
        let text = code.0.clone();
        match self {
            Self::Digits => OneTimeCode::parse(text).ok().map(SubmittedCode::OneTime),
            Self::Characters => RecoveryCode::parse(text).ok().map(SubmittedCode::Recovery),
        }
    }

    /// Where the caret stands in what is written when it stood after `caret` UTF-16 units of `text`: behind the same letter.
    pub(super) fn caret(self, text: &str, caret: u32) -> u32 {
        let mut units = 0_usize;
        let before = text.chars().take_while(|letter| {
            units = units.saturating_add(letter.len_utf16());
            units <= caret as usize
        });
        let letters = self.read(&before.collect::<String>()).0.len();
        let gaps = letters.saturating_sub(1).checked_div(self.group().0);
        u32::try_from(letters.saturating_add(gaps.unwrap_or_default())).unwrap_or_default()
    }
}

/// Digits or characters of a code, without what parts their groups; never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct TypedCode(pub String);

impl std::fmt::Debug for TypedCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TypedCode(..)")
    }
}
