//! What must hold of everything that reads what comes from outside.
//!
//! Each target takes any bytes, and panics where a rule does not hold. With the feature `libfuzzer` each is a program of
//! its own (`fuzz_targets/`, the layout of cargo-fuzz) that looks for such bytes; without, `tests/replay.rs` gives all of
//! them the kept inputs (`corpus/`). A finding becomes a test beside the code that it is about, and an input here.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a panic here is what the crate is for"
)]

mod account_row;
mod answer;
mod bodies;
mod forms;
mod handles;
mod json;
mod keyring;
mod origin;
mod phone;
/// The worker's own module, from its file: its crate brings a platform along that has nothing to read.
#[path = "../../edge/src/http/request.rs"]
#[allow(dead_code, reason = "the worker uses all of it")]
mod read;
mod request;
mod sequence;
mod tenant;
mod texts;
mod totp_uri;
mod world;

pub use account_row::account_row;
pub use answer::answer;
pub use bodies::bodies;
pub use forms::forms;
pub use handles::handles;
pub use keyring::keyring;
pub use origin::origin;
pub use phone::phone;
pub use request::request;
pub use sequence::sequence;
pub use tenant::tenant;
pub use texts::texts;
pub use totp_uri::totp_uri;

/// Takes any bytes; panics where something does not hold.
pub type Target = fn(&[u8]);

/// All of them, by the name of their program and of their folder in `corpus/`.
pub const TARGETS: [(&str, Target); 13] = [
    ("account_row", account_row),
    ("answer", answer),
    ("bodies", bodies),
    ("forms", forms),
    ("handles", handles),
    ("keyring", keyring),
    ("origin", origin),
    ("phone", phone),
    ("request", request),
    ("sequence", sequence),
    ("tenant", tenant),
    ("texts", texts),
    ("totp_uri", totp_uri),
];

/// The bytes as text; a text is all that any of the readers ever gets.
fn text(data: &[u8]) -> Option<&str> {
    std::str::from_utf8(data).ok()
}
