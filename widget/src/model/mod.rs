//! What the widget knows and what happens next: `update(state, event)` gives the next state and what is to be done.
//!
//! Pure: no clock, no network, no document. The time arrives as a value, requests leave as values, and every
//! request has a number, so that an answer to an earlier one is not mistaken for the answer to the last.

mod answer;
mod arrival;
mod code;
mod event;
mod handover;
mod methods;
#[cfg(feature = "manage")]
mod number;
#[cfg(feature = "manage")]
mod recovery;
mod refusal;
mod screen;
mod state;
mod tick;
mod typing;
mod update;

pub use arrival::delivery_message;
pub use code::{CodeForm, TypedCode};
pub use event::{Answer, Effect, Event, Request, Tell, Way};
pub use handover::Part;
pub use screen::{Focus, Screen};
pub use state::{
    Clock, CodeError, CodeField, Credential, Failure, NumberError, NumberForm, Page, Panel, Said, Secret,
    State, Waiting, Watch,
};
pub use tick::Awaited;
pub use update::update;
