//! The custom element around the widget.

use js_sys::Function;
use wasm_bindgen::JsValue;

use crate::model::{Secret, Tell, Way};

/// The element's own function, called with a name and a detail; it tells the page.
#[derive(Clone)]
pub(super) struct Host(Function);

impl Host {
    pub(super) fn new(function: Function) -> Self {
        Self(function)
    }

    pub(super) fn tell(&self, tell: &Tell) {
        match tell {
            Tell::State(state) => self.call("state", state),
            Tell::Verified(assertion) => self.call("verified", assertion),
            Tell::Problem(problem) => self.call("problem", problem),
            Tell::Restart => self.call("restart", ""),
        }
    }

    /// The loader passes it to the whole widget, and keeps it nowhere.
    pub(super) fn hand_over(&self, secret: &Secret) {
        self.call("handover", secret.expose());
    }

    pub(super) fn keep(&self, way: Way, text: &Secret) {
        let name = match way {
            Way::Copy => "copy",
            #[cfg(feature = "manage")]
            Way::Print => "print",
            #[cfg(feature = "manage")]
            Way::Save => "save",
        };
        self.call(name, text.expose());
    }

    fn call(&self, name: &str, detail: &str) {
        // The element's function catches what the page's listeners throw.
        let _ = self.0.call2(
            &JsValue::NULL,
            &JsValue::from_str(name),
            &JsValue::from_str(detail),
        );
    }
}
