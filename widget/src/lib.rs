//! The screen of pbx-2fa, in the portal's own page.
//!
//! [`model`] decides what happens next, from values alone. [`view`] draws a state. [`wire`] puts the model's requests
//! and the worker's answers into HTTP and JSON. Only `runtime` touches the browser.

#[cfg(target_family = "wasm")]
#[global_allocator]
static MEMORY: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

pub mod i18n;
pub mod model;
pub mod runtime;
pub mod view;
pub mod wire;
