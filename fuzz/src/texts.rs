//! Every text that has a type: taken as it is or refused, the same by both ways in, and shown by `Debug` only where it is
//! no secret.

use pbx_2fa_shared::portal::DeviceToken;
use pbx_2fa_shared::trail::Reason;
use pbx_2fa_shared::{
    AuthenticatorId, ChallengeId, ClientId, DisplayName, E164, EnrollmentId, KeyId, Locale, Malformed, Nonce,
    OneTimeCode, Origin, Subject, TransactionId,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::json::written;
use crate::text;

pub fn texts(data: &[u8]) {
    let Some(text) = text(data) else { return };
    // Of these a piece of a path or a header is made without escaping.
    for one in [
        once(text, ClientId::parse, 40),
        once(text, TransactionId::parse, 160),
        once(text, AuthenticatorId::parse, 40),
        once(text, ChallengeId::parse, 40),
        once(text, EnrollmentId::parse, 40),
        once(text, KeyId::parse, 8),
        once(text, Nonce::parse, 128),
        once(text, Locale::parse, 35),
        once(text, OneTimeCode::parse, 6),
    ] {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        assert!(!one || text.chars().all(plain), "{text:?}");
    }
    // These are read by people, or end in a header: no line's end, and nothing that moves a cursor.
    for one in [
        once(text, Subject::parse, 128),
        once(text, DisplayName::parse, 320),
        once(text, Reason::parse, 800),
        once(text, Origin::parse, 300),
        once(text, E164::parse, 16),
        once(text, DeviceToken::parse, 4_096),
    ] {
        assert!(!one || !text.chars().any(char::is_control), "{text:?}");
    }
    if let Ok(code) = OneTimeCode::parse(text) {
        assert_eq!(format!("{code:?}"), "OneTimeCode(..)");
    }
    code(text);
}

/// Whether it is of the type; what must hold of any such type is asked here.
fn once<T>(text: &str, parse: impl Fn(String) -> Result<T, Malformed>, bytes: usize) -> bool
where
    T: Serialize + DeserializeOwned,
{
    let json = written(&text);
    match parse(text.to_owned()) {
        Ok(value) => {
            assert!(!text.is_empty() && text.len() <= bytes, "{} bytes", text.len());
            assert_eq!(written(&value), json, "taken as it is");
            assert!(serde_json::from_str::<T>(&json).is_ok(), "both ways in are one");
            true
        }
        Err(malformed) => {
            let Err(refused) = serde_json::from_str::<T>(&json) else {
                panic!("refused by parse, and read from JSON: {json}");
            };
            assert!(refused.to_string().starts_with(malformed.0), "{refused}");
            false
        }
    }
}

/// A code as people paste it.
fn code(text: &str) {
    let digits = OneTimeCode::digits_of(text);
    assert!(digits.len() <= OneTimeCode::DIGITS && digits.chars().all(|c| c.is_ascii_digit()));
    assert_eq!(OneTimeCode::digits_of(&digits), digits);
    match OneTimeCode::from_typed(text) {
        Some(code) => assert_eq!(code.as_str(), digits),
        None => assert!(digits.len() < OneTimeCode::DIGITS),
    }
}
