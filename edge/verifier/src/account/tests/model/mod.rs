//! Every state of a small world, not a sample of them: breadth-first search over [`Account::apply`](super::Account::apply).
//!
//! Two pages, a handful of actions and a clock that ticks act on an account that starts in one of several ways. Each state
//! is reduced to a text without randomness and with times as distances to now ([`canonical`]), so that equal states meet;
//! each edge is judged by an onlooker that counts for itself and believes nothing the account says ([`seen`]). The search
//! is breadth-first, so what it reports is a shortest way to break a rule.
//!
//! The rules that are looked at, by the names they have in a report:
//!
//! - **I1** one assertion, one `jti` and at most one redemption for a transaction;
//! - **I2** no more codes judged for a challenge or an enrollment than [`limits::ATTEMPTS_PER_CHALLENGE`], and a code that
//!   replaces another inherits its used tries;
//! - **I3** what was judged changes what is stored; what was refused unjudged changes nothing;
//! - **I4** with a method bound there is one primary, bound and usable; no removal below what policy demands, no login with
//!   fewer methods than it demands;
//! - **I5** the last step of an authenticator app never goes down, and a step is accepted once;
//! - **I6** while the account waits, no code is judged or sent, no assertion is fixed, nothing is redeemed;
//! - **I7** codes sent stay within the limits of the transaction and of the window;
//! - **I8** an assertion needs a right code of its own transaction, of a method bound before (or of the first one, where
//!   none was); so does every change of methods, and there a fresh one.
//!
//! `PBX2FA_MODEL_DEPTH=9 cargo test -p pbx-2fa-verifier model -- --nocapture` searches each world that deep.

mod action;
mod canonical;
mod code;
mod edge;
mod node;
mod search;
mod seen;
mod setting;
mod settings;
