//! Problem details (RFC 9457): the closed list of everything that can be refused.

use serde::{Deserialize, Serialize};

use crate::UnixSeconds;

macro_rules! problem_types {
    ($($(#[$meta:meta])* $variant:ident = $name:literal, $status:literal, $title:literal;)*) => {
        /// The closed list. `urn:pbx-2fa:problem:<name>` on the wire; names and statuses are stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ProblemType { $($(#[$meta])* $variant,)* }

        impl ProblemType {
            /// Every type, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name after `urn:pbx-2fa:problem:`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The HTTP status it is sent with.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            /// One English sentence for developers. People read the widget's own words.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }
        }
    };
}

problem_types! {
    /// Wrong, unknown, replayed and other-purpose codes share this body.
    CodeInvalid = "code-invalid", 422, "The code is not right.";
    ChallengeDead = "challenge-dead", 409, "This challenge accepts no more codes; ask for a new one.";
    Expired = "expired", 410, "This has expired; begin again.";
    Locked = "locked", 423, "This authenticator is locked.";
    AccountThrottled = "account-throttled", 429, "Too many wrong codes for this account; wait.";
    SendThrottled = "send-throttled", 429, "A code was sent a short while ago; wait before asking for another.";
    TenantBudget = "tenant-budget", 429, "The tenant's budget for deliveries is spent.";
    NumberNotAllowed = "number-not-allowed", 422, "This telephone number cannot be used.";
    NumberBlocked = "number-blocked", 403, "The owner of this number has blocked calls.";
    AuthenticatorPending = "authenticator-pending", 409, "This authenticator is not confirmed yet.";
    BackupRequired = "backup-required", 409, "A back-up authenticator is required.";
    StepUpRequired = "step-up-required", 403, "Prove the second factor again first.";
    OriginNotAllowed = "origin-not-allowed", 403, "This page's origin is not one of the tenant's.";
    BrowserNotAllowed = "browser-not-allowed", 403, "This call is for the portal's backend, never for a browser.";
    TicketUsed = "ticket-used", 409, "This ticket was exchanged already; ask for a new one.";
    AlreadyRedeemed = "already-redeemed", 409, "This assertion was redeemed already.";
    IdempotencyMismatch = "idempotency-mismatch", 422, "This Idempotency-Key was used with another request.";
    NotFound = "not-found", 404, "There is no such thing here.";
    Unauthorized = "unauthorized", 401, "Missing or wrong credentials.";
    InvalidRequest = "invalid-request", 400, "The request is not what this call expects.";
    PayloadTooLarge = "payload-too-large", 413, "The body is too large.";
    MethodNotAllowed = "method-not-allowed", 405, "This path does not take that method.";
    UnsupportedMediaType = "unsupported-media-type", 415, "The body must be application/json.";
    DeliveryUnavailable = "delivery-unavailable", 503, "The code could not be sent; use another authenticator or try later.";
    Unavailable = "unavailable", 503, "The service cannot answer now; try again.";
}

impl ProblemType {
    const PREFIX: &'static str = "urn:pbx-2fa:problem:";

    /// The `type` member: `urn:pbx-2fa:problem:<name>`.
    #[must_use]
    pub fn uri(self) -> String {
        format!("{}{}", Self::PREFIX, self.name())
    }
}

impl Serialize for ProblemType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.uri())
    }
}

impl<'de> Deserialize<'de> for ProblemType {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let uri = String::deserialize(deserializer)?;
        let name = uri.strip_prefix(Self::PREFIX).unwrap_or(&uri);
        Self::ALL
            .iter()
            .copied()
            .find(|t| t.name() == name)
            .ok_or_else(|| serde::de::Error::custom("not a problem type of this service"))
    }
}

/// Why in particular, where a program has to say something else than the type alone would have it say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// With `number-not-allowed`: it is one of the portal's own exchange, and cannot be the only method.
    OwnPbx,
}

/// The body of every refusal, `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    #[serde(rename = "type")]
    pub kind: ProblemType,
    pub title: String,
    pub status: u16,
    /// What in particular: names the field, never quotes a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// A client ignores one that it does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Seconds to wait; the same as the `Retry-After` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// With `code-invalid`: how many codes the challenge still takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts_left: Option<u32>,
    /// The worker's clock, for a page whose own is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_time: Option<UnixSeconds>,
}

impl Problem {
    #[must_use]
    pub fn new(kind: ProblemType) -> Self {
        Self {
            kind,
            title: kind.title().to_owned(),
            status: kind.status(),
            detail: None,
            reason: None,
            retry_after: None,
            attempts_left: None,
            server_time: None,
        }
    }

    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    #[must_use]
    pub fn with_retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{Problem, ProblemType};

    #[test]
    fn every_type_survives_the_wire() {
        for kind in ProblemType::ALL {
            let json = serde_json::to_string(&Problem::new(*kind)).unwrap();
            assert_eq!(serde_json::from_str::<Problem>(&json).unwrap().kind, *kind);
        }
    }
}
