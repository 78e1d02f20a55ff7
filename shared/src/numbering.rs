//! The little that is known of national numbering plans: enough to type a number as people write it, and to tell a
//! mobile number from a landline where a country's plan does.
//!
//! Sources: ITU-T E.164 country codes; BIPT numbering plan (Belgium: mobile numbers begin with 4, after the trunk 0);
//! ACM (the Netherlands: 6); ARCEP (France: 6 and 7); BNetzA (Germany: 15, 16, 17); ILR (Luxembourg: 6, no trunk prefix);
//! Ofcom (United Kingdom: 7, of which 70 and 76 are not mobile).

use crate::phone::E164;

/// A country whose numbers can be typed in their national form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub iso: &'static str,
    /// ITU-T E.164 country code, without `+`.
    pub calling_code: &'static str,
    /// What people dial first inside the country, and not from outside.
    pub trunk_prefix: &'static str,
    /// What the national numbers of mobile telephones begin with, without the trunk prefix.
    mobile_prefixes: &'static [&'static str],
    /// What looks like a mobile prefix and is none.
    not_mobile: &'static [&'static str],
    /// Digits after the country code, fewest and most, of a mobile number.
    mobile_digits: (usize, usize),
    /// The same of a landline.
    landline_digits: (usize, usize),
}

/// Countries offered, the first users' first.
pub const COUNTRIES: [Country; 6] = [
    Country {
        iso: "BE",
        calling_code: "32",
        trunk_prefix: "0",
        mobile_prefixes: &["45", "46", "47", "48", "49"],
        not_mobile: &[],
        mobile_digits: (9, 9),
        landline_digits: (8, 8),
    },
    Country {
        iso: "NL",
        calling_code: "31",
        trunk_prefix: "0",
        mobile_prefixes: &["6"],
        not_mobile: &["66", "67", "69"],
        mobile_digits: (9, 9),
        landline_digits: (9, 9),
    },
    Country {
        iso: "FR",
        calling_code: "33",
        trunk_prefix: "0",
        mobile_prefixes: &["6", "7"],
        not_mobile: &[],
        mobile_digits: (9, 9),
        landline_digits: (9, 9),
    },
    Country {
        iso: "DE",
        calling_code: "49",
        trunk_prefix: "0",
        mobile_prefixes: &["15", "16", "17"],
        not_mobile: &[],
        mobile_digits: (10, 11),
        landline_digits: (5, 12),
    },
    Country {
        iso: "LU",
        calling_code: "352",
        trunk_prefix: "",
        mobile_prefixes: &["6"],
        not_mobile: &[],
        mobile_digits: (9, 9),
        landline_digits: (4, 11),
    },
    Country {
        iso: "GB",
        calling_code: "44",
        trunk_prefix: "0",
        mobile_prefixes: &["7"],
        not_mobile: &["70", "76"],
        mobile_digits: (10, 10),
        landline_digits: (9, 10),
    },
];

/// Which kind of line a number belongs to, as far as the country's plan says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineType {
    Mobile,
    Landline,
    /// A country this table does not hold.
    Unknown,
}

/// The country of a number, if this table holds it.
#[must_use]
pub fn country_of(number: &E164) -> Option<&'static Country> {
    let digits = number.as_str().trim_start_matches('+');
    COUNTRIES.iter().find(|c| digits.starts_with(c.calling_code))
}

/// The kind of line, or `None` where the number cannot exist in its country's plan.
#[must_use]
pub fn line_type(number: &E164) -> Option<LineType> {
    let Some(country) = country_of(number) else {
        return Some(LineType::Unknown);
    };
    let digits = number.as_str().trim_start_matches('+');
    country.line_type(digits.strip_prefix(country.calling_code).unwrap_or(digits))
}

/// A number as people type it: `0470 12 34 56`, `0032 470…`, `+32 (0)470 …`; `country` says what a national form means.
#[must_use]
pub fn from_typed(typed: &str, country: &Country) -> Option<E164> {
    let typed = typed.trim();
    let digits = digits_of(typed)?;
    let number = if typed.starts_with('+') {
        ["+", &digits].concat()
    } else if let Some(international) = digits.strip_prefix("00") {
        ["+", international].concat()
    } else {
        let national = digits.strip_prefix(country.trunk_prefix).unwrap_or(&digits);
        ["+", country.calling_code, national].concat()
    };
    let number = E164::parse(number).ok()?;
    line_type(&number).map(|_| number)
}

/// The digits of what was typed, without the `(0)` that is dialled inside the country alone; `None` where something
/// stands between them that separates no digits.
fn digits_of(typed: &str) -> Option<String> {
    let mut digits = String::new();
    let mut rest = typed;
    while let Some(next) = rest.chars().next() {
        rest = if let Some(after) = rest.strip_prefix("(0)") {
            after
        } else {
            match next {
                '0'..='9' => digits.push(next),
                ' ' | '+' | '-' | '.' | '/' | '(' | ')' | '\u{a0}' | '\u{202f}' => {}
                _ => return None,
            }
            rest.get(next.len_utf8()..)?
        };
    }
    Some(digits)
}

impl Country {
    fn line_type(&self, national: &str) -> Option<LineType> {
        // Dialled inside the country alone; no number of these plans begins with it.
        if !self.trunk_prefix.is_empty() && national.starts_with(self.trunk_prefix) {
            return None;
        }
        let begins = |prefixes: &[&str]| prefixes.iter().any(|p| national.starts_with(p));
        let within = |(fewest, most): (usize, usize)| (fewest..=most).contains(&national.len());
        if begins(self.mobile_prefixes) && !begins(self.not_mobile) {
            within(self.mobile_digits).then_some(LineType::Mobile)
        } else if within(self.landline_digits) {
            Some(LineType::Landline)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{COUNTRIES, LineType, from_typed, line_type};
    use crate::phone::E164;

    #[test]
    fn belgians_type_numbers_as_they_write_them() {
        for typed in [
            "0470 12 34 56",
            "0470/12.34.56",
            "+32 470 12 34 56",
            "0032470123456",
            "+32 (0)470 12 34 56",
            "470123456",
        ] {
            assert_eq!(
                from_typed(typed, &COUNTRIES[0]).unwrap().as_str(),
                "+32470123456",
                "{typed}"
            );
        }
    }

    #[test]
    fn what_cannot_be_a_number_is_refused() {
        for typed in [
            "",
            "047",
            "0470 12 34 5",
            "0470 12 34 567",
            "0470 12 34 5x",
            "1555,,9#",
            "sip:0470123456",
        ] {
            assert!(from_typed(typed, &COUNTRIES[0]).is_none(), "{typed}");
        }
    }

    #[test]
    fn a_number_that_keeps_its_trunk_prefix_is_none() {
        for kept in [
            "+310201234567",
            "+33014567890",
            "+49030231251",
            "+440207946012",
            "+32025551234",
        ] {
            assert_eq!(line_type(&E164::parse(kept).unwrap()), None, "{kept}");
        }
    }

    #[test]
    fn mobile_and_landline_are_told_apart() {
        let of = |n: &str| line_type(&E164::parse(n).unwrap());
        assert_eq!(of("+32470123456"), Some(LineType::Mobile));
        assert_eq!(of("+3225551234"), Some(LineType::Landline));
        assert_eq!(of("+3293334455"), Some(LineType::Landline));
        assert_eq!(of("+31612345678"), Some(LineType::Mobile));
        assert_eq!(of("+33145678901"), Some(LineType::Landline));
        assert_eq!(of("+4915112345678"), Some(LineType::Mobile));
        assert_eq!(of("+352621123456"), Some(LineType::Mobile));
        assert_eq!(of("+447012345678"), Some(LineType::Landline));
        assert_eq!(of("+324701234567"), None);
        assert_eq!(of("+8613812345678"), Some(LineType::Unknown));
    }
}
