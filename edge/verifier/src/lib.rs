//! The rules of pbx-2fa.
//!
//! [`Account::apply`](account::Account::apply) is a pure function: a command, the time and a pool of random bytes go in; a
//! reply and effects (codes to deliver) come out, and the account has changed. The caller stores the account in the same
//! synchronous step, and runs the effects after the commit. There is no clock, no generator of random numbers and no I/O
//! in this crate, so every rule is tested natively with exact times.

#![forbid(unsafe_code)]

pub mod account;
pub mod api_key;
mod bytes;
pub mod carried;
pub mod census;
pub mod claims;
pub mod context;
pub mod entropy;
pub mod handle;
pub mod idempotency;
pub mod keyring;
pub mod limits;
pub mod opening;
pub mod refusal;
mod script;
pub mod secret;
pub mod signing_keys;
pub mod tenant;
pub mod test_keys;
pub mod theme;
mod totp;

pub use account::{Account, Command, Outcome, Reply};
pub use context::{Context, Tenant};
pub use entropy::Entropy;
pub use keyring::Keyring;
pub use opening::Opening;
pub use refusal::Refusal;
