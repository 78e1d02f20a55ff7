//! The second factor as plain HTML, for browsers that do without script or WebAssembly.
//!
//! A [`View`](pbx_2fa_shared::session::View), the very one that the widget draws, goes in with a language; a page comes out,
//! whose forms ask the same as the widget's buttons do. Nothing here decides, remembers or fetches anything, and the worker that
//! serves the pages makes none of their markup.

#![forbid(unsafe_code)]

mod form;
mod html;
mod icon;
mod notice;
mod page;
mod path;
mod qr;
mod screens;
mod words;

pub use form::{Enrolling, Fields, Filled, NotThisForm, NumberError, Step, TypedForm};
pub use notice::Notice;
pub use page::Page;
pub use path::{Form, PLAIN, Panel, Path};
pub use screens::{Failure, Screen, failure};
pub use words::Words;
