//! The browser: the only part that touches the document, the network and the clock.

mod app;
mod clock;
mod fetch;
mod host;
pub mod mount;
