//! Every screen in every language, drawn as HTML. Without the feature `manage`, those that a login needs.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "what stops a test fails it"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../lint/mod.rs"]
mod lint;

mod code;
mod drawing;
mod every;
#[cfg(feature = "manage")]
mod manager;
#[cfg(feature = "manage")]
mod setup;
mod states;
