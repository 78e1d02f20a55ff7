//! Identifiers. Opaque to everybody but the worker; portals and the widget pass them back as they came.

use crate::text::{is_base64url, public_text};

public_text!(
    /// The tenant (one per portal) as an OAuth-like client id: 3 to 40 of `a-z 0-9 -`, beginning with a letter.
    /// It is the `aud` of every token.
    ClientId,
    "expected 3 to 40 characters of a-z, 0-9 and '-', beginning with a letter",
    |t| (3..=40).contains(&t.len())
        && t.starts_with(|c: char| c.is_ascii_lowercase())
        && t.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
);

public_text!(
    /// The portal's own stable name of the user, the `sub` of every token: 1 to 128 bytes without control
    /// characters. Never shown on a screen.
    Subject,
    "expected 1 to 128 bytes without control characters",
    |t| (1..=128).contains(&t.len()) && !t.chars().any(char::is_control)
);

public_text!(
    /// The portal's own random value of one login, at least 128 bits: 22 to 128 base64url characters. It comes
    /// back in the assertion, and ties it to the browser session that started the login (OIDC Core, `nonce`).
    Nonce,
    "expected 22 to 128 base64url characters (at least 128 random bits)",
    |t| (22..=128).contains(&t.len()) && is_base64url(t)
);

public_text!(
    /// One login or one visit to the method manager.
    TransactionId,
    "expected a transaction id as this service issued it",
    |t| t.len() <= 160 && t.strip_prefix("txn_").is_some_and(|rest| !rest.is_empty() && is_base64url(rest))
);

public_text!(
    /// One authenticator of one account.
    AuthenticatorId,
    "expected an authenticator id as this service issued it",
    |t| t.len() <= 40 && t.strip_prefix("aut_").is_some_and(|rest| !rest.is_empty() && is_base64url(rest))
);

public_text!(
    /// One challenge: one code, sent or awaited.
    ChallengeId,
    "expected a challenge id as this service issued it",
    |t| t.len() <= 40 && t.strip_prefix("chl_").is_some_and(|rest| !rest.is_empty() && is_base64url(rest))
);

public_text!(
    /// One enrollment that awaits its confirmation.
    EnrollmentId,
    "expected an enrollment id as this service issued it",
    |t| t.len() <= 40 && t.strip_prefix("enr_").is_some_and(|rest| !rest.is_empty() && is_base64url(rest))
);

public_text!(
    /// One session, the `sid` of its token: 32 base64url characters. It opens nothing without the token's signature.
    SessionId,
    "expected a session id as this service issued it",
    |t| t.len() == 32 && is_base64url(t)
);

public_text!(
    /// The public part of an API key: 8 lower-case hexadecimal digits.
    KeyId,
    "expected 8 lower-case hexadecimal digits",
    |t| t.len() == 8 && t.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
);

public_text!(
    /// The `kid` of a key that signs tokens: its JWK thumbprint (RFC 7638, SHA-256), 43 base64url characters.
    SigningKeyId,
    "expected a JWK thumbprint of 43 base64url characters",
    |t| t.len() == 43 && is_base64url(t)
);

public_text!(
    /// A BCP 47 language tag, such as `nl-BE`: 2 to 35 of letters, digits and `-`.
    Locale,
    "expected a BCP 47 language tag, such as nl-BE",
    |t| (2..=35).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
);

/// What calls are in where nobody names a language: Dutch as in Belgium.
impl Default for Locale {
    fn default() -> Self {
        Self("nl-BE".to_owned())
    }
}

public_text!(
    /// A name that people read (of a tenant, an app or a user): 1 to 80 characters without control characters.
    DisplayName,
    "expected 1 to 80 characters without control characters",
    |t| (1..=80).contains(&t.chars().count()) && !t.chars().any(char::is_control)
);
