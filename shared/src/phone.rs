//! Telephone numbers.

use crate::text::{parsed_text, public_text};

parsed_text!(
    /// An international number in the form of ITU-T E.164: `+`, a digit 1 to 9, then 6 to 14 digits.
    ///
    /// Nothing else ever reaches a delivery provider: no spaces, letters, extensions or dial pauses.
    E164,
    "expected an international number such as +32470123456",
    |t| t.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0')
    })
);

impl E164 {
    /// What may be shown to somebody who has only the password: the country code, as far as it is known, and the
    /// last two digits, in the rhythm of a number: `+32 ••• •• •• 56`.
    #[must_use]
    pub fn masked(&self) -> String {
        let country = crate::numbering::country_of(self).map_or("", |c| c.calling_code);
        let digits = self.as_str().trim_start_matches('+');
        let last: String = digits.chars().skip(digits.len().saturating_sub(2)).collect();
        if country.is_empty() {
            format!("+•• ••• •• •• {last}")
        } else {
            format!("+{country} ••• •• •• {last}")
        }
    }
}

impl std::fmt::Debug for E164 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("E164(..)")
    }
}

public_text!(
    /// The beginning of international numbers, such as `+3225551`: `+`, a digit 1 to 9, then 3 to 14 digits. A whole number is
    /// one too.
    NumberPrefix,
    "expected the beginning of international numbers, such as +3225551",
    |t| t.strip_prefix('+').is_some_and(|digits| {
        (4..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0')
    })
);

impl NumberPrefix {
    #[must_use]
    pub fn begins(&self, number: &E164) -> bool {
        number.as_str().starts_with(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{E164, NumberPrefix};

    #[test]
    fn a_prefix_names_the_numbers_that_begin_with_it() {
        let begins = |prefix: &str, number: &str| {
            NumberPrefix::parse(prefix)
                .unwrap()
                .begins(&E164::parse(number).unwrap())
        };
        assert!(begins("+3225551", "+3225551234"));
        assert!(begins("+3225551234", "+3225551234"));
        assert!(!begins("+3225552", "+3225551234"));
        assert!(!begins("+32255512345", "+3225551234"));
        for bad in [
            "",
            "+",
            "+322",
            "3225551",
            "+0225551",
            "+32 2555",
            "+1234567890123456",
        ] {
            assert!(NumberPrefix::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_canonical_numbers_pass() {
        for good in ["+32470123456", "+3225551234", "+1234567", "+123456789012345"] {
            assert!(E164::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "+",
            "32470123456",
            "0470123456",
            "+0470123456",
            "+32 470 12 34 56",
            "+1555,,9#",
            "+3247;ext=1",
            "sip:+32470123456",
            "+1234567890123456",
            "+123456",
            "+3247012345a",
            "+٣٢٤٧٠١٢٣٤٥",
        ] {
            assert!(E164::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_mask_shows_country_and_two_digits() {
        assert_eq!(E164::parse("+32470123456").unwrap().masked(), "+32 ••• •• •• 56");
        assert_eq!(E164::parse("+99912345678").unwrap().masked(), "+•• ••• •• •• 78");
    }
}
