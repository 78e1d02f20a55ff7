//! What the worker sends to the vendor's webhook (Standard Webhooks 1.0: `webhook-id`, `webhook-timestamp`,
//! `webhook-signature: v1,…` over `id.timestamp.body`). `webhook-id` is the challenge id, so a repeated request is
//! the same code for the same person, and must be delivered once.

use serde::{Deserialize, Serialize};

use crate::ids::{ChallengeId, DisplayName, Locale, Subject};
use crate::portal::DeviceToken;
use crate::{ClientId, E164, FormOfAddress, Kind, OneTimeCode, UnixSeconds};

/// One code to deliver: the body of the webhook.
#[derive(Clone, Serialize, Deserialize)]
pub struct WebhookEvent {
    #[serde(flatten)]
    pub message: Message,
    /// When it was made, RFC 3339, as Standard Webhooks recommends.
    pub timestamp: String,
}

/// `PUT /v1/subjects/{subject}/challenges/{challenge}/delivery`: the gateway's news of a code that it has taken.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryRequest {
    #[serde(deserialize_with = "crate::object::word")]
    pub delivery: DeliveryReport,
}

/// How far a gateway has come with a code. One that is not further than what is known already changes nothing, and
/// after `declined`, `no_answer` and `failed` there is no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryReport {
    /// Taken, and on its way.
    Sent,
    /// Calls only.
    Ringing,
    /// Calls only.
    Answered,
    Declined,
    /// Calls only.
    NoAnswer,
    Failed,
}

impl DeliveryReport {
    /// Whether only a telephone does this.
    #[must_use]
    pub const fn is_of_calls(self) -> bool {
        matches!(self, Self::Ringing | Self::Answered | Self::NoAnswer)
    }
}

/// The one outgoing message. `type` tells a push from a call.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub enum Message {
    #[serde(rename = "code.push")]
    Push(Push),
    #[serde(rename = "code.call")]
    Call(Call),
}

/// Show the code in the vendor's app.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Push {
    #[serde(flatten)]
    pub code: CodeToDeliver,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_token: Option<DeviceToken>,
}

/// Call a number and read the code aloud.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    #[serde(flatten)]
    pub code: CodeToDeliver,
    pub number: E164,
    /// `mobile` or `landline`.
    pub line: Kind,
    /// What to say, sentence by sentence, in `locale`; the digits are parted so that a voice reads them one by one.
    pub script: Vec<String>,
}

/// What both carry.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeToDeliver {
    pub challenge: ChallengeId,
    pub client_id: ClientId,
    pub subject: Subject,
    pub portal_name: DisplayName,
    pub locale: Locale,
    /// The tenant's. Without it each language has its own: nl *je*, fr *vous*, de *Sie*.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_of_address: Option<FormOfAddress>,
    pub purpose: CodePurpose,
    pub code: OneTimeCode,
    /// Deliver nothing after this.
    pub expires_at: UnixSeconds,
}

/// Why the person gets the code; to be shown or said with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodePurpose {
    /// Completing a login.
    Login,
    /// Proving a number that is being set up.
    Enroll,
    /// Before a change of methods.
    StepUp,
}

impl Message {
    #[must_use]
    pub const fn code(&self) -> &CodeToDeliver {
        match self {
            Self::Push(push) => &push.code,
            Self::Call(call) => &call.code,
        }
    }
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message")
            .field("challenge", &self.code().challenge)
            .finish_non_exhaustive()
    }
}
