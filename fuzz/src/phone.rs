//! Telephone numbers: a digit that says in which country it is typed, and what is typed.

use pbx_2fa_shared::E164;
use pbx_2fa_shared::numbering::{COUNTRIES, LineType, country_of, from_typed, line_type};

use crate::text;

pub fn phone(data: &[u8]) {
    let Some((country, typed)) = data.split_first() else {
        return;
    };
    let Some(typed) = text(typed) else { return };
    let country = &COUNTRIES[usize::from(*country) % COUNTRIES.len()];
    if let Ok(number) = E164::parse(typed) {
        shown(&number);
        assert_eq!(
            from_typed(typed, country).is_some(),
            line_type(&number).is_some(),
            "an international number is what it is anywhere"
        );
    }
    let Some(number) = from_typed(typed, country) else {
        return;
    };
    shown(&number);
    assert!(line_type(&number).is_some(), "it exists in its country's plan");
    for country in &COUNTRIES {
        assert_eq!(
            from_typed(number.as_str(), country).as_ref(),
            Some(&number),
            "its international form means the same everywhere"
        );
    }
    let digits = &number.as_str()[1..];
    let national = digits.strip_prefix(country.calling_code).unwrap_or(digits);
    assert!(
        but_zeros(typed).ends_with(&but_zeros(national)),
        "no digit is made up"
    );
    let international = country_of(&number).map(|of| (of, &digits[of.calling_code.len()..]));
    if let Some((of, national)) = international {
        assert!(
            of.trunk_prefix.is_empty() || !national.starts_with(of.trunk_prefix),
            "{} keeps what is dialled inside the country alone",
            of.iso
        );
    }
    assert_eq!(
        international.is_none(),
        line_type(&number) == Some(LineType::Unknown)
    );
}

/// The digits, without zeros: any of those may have been a `(0)`.
fn but_zeros(text: &str) -> String {
    text.chars().filter(|c| ('1'..='9').contains(c)).collect()
}

/// Somebody with the password alone sees the country and two digits.
fn shown(number: &E164) {
    let mask = number.masked();
    let digits: String = mask.chars().filter(char::is_ascii_digit).collect();
    let country = country_of(number).map_or("", |country| country.calling_code);
    assert_eq!(digits.len(), country.len() + 2, "{mask}");
    assert!(number.as_str()[1..].starts_with(country) && number.as_str().ends_with(&digits[country.len()..]));
    assert_eq!(format!("{number:?}"), "E164(..)");
}
