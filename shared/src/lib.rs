//! The wire vocabulary of pbx-2fa: what a portal, the widget and the worker say to each other.
//!
//! Nothing here decides anything. Every value that arrives from outside is parsed once, by the `Deserialize`
//! of its type; code behind the wire takes the parsed type and never looks again.

pub mod address;
pub mod code;
pub mod delivery;
pub mod ids;
pub mod kind;
pub mod maintenance;
pub mod numbering;
mod object;
pub mod operator;
pub mod origin;
pub mod phone;
pub mod portal;
pub mod problem;
pub mod return_to;
pub mod routes;
pub mod session;
pub mod signing_keys;
mod text;
pub mod theme;
pub mod trail;

pub use address::FormOfAddress;
pub use code::{OneTimeCode, RecoveryCode, SubmittedCode};
pub use ids::{
    AuthenticatorId, ChallengeId, ClientId, DisplayName, EnrollmentId, KeyId, Locale, Nonce, SessionId,
    SigningKeyId, Subject, TransactionId,
};
pub use kind::{Kind, Purpose};
pub use origin::Origin;
pub use phone::E164;
pub use problem::{Problem, ProblemType};
pub use return_to::ReturnTo;
pub use text::Malformed;

/// Seconds since 1970-01-01T00:00:00Z. Always the worker's clock, never the browser's.
pub type UnixSeconds = u64;
