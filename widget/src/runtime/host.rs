//! The custom element around the widget.

use js_sys::{Function, Promise};
use pbx_2fa_shared::session::View;
use pbx_2fa_shared::{FormOfAddress, Locale};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::model::{Secret, Tell, Way};

/// The element's own function, called with a name and a detail; it tells the page.
#[derive(Clone)]
pub(super) struct Host(Function);

impl Host {
    pub(super) fn new(function: Function) -> Self {
        Self(function)
    }

    pub(super) fn tell(&self, tell: &Tell) {
        let _: JsValue = match tell {
            Tell::State(state) => self.call("state", state),
            Tell::Verified(assertion) => self.call("verified", assertion),
            Tell::Problem(problem) => self.call("problem", problem),
            Tell::Restart => self.call("restart", ""),
        };
    }

    /// The loader passes it to the whole widget, and keeps it nowhere.
    pub(super) fn hand_over(&self, secret: &Secret) {
        let _: JsValue = self.call("handover", secret.expose());
    }

    pub(super) fn keep(&self, way: Way, text: &Secret) {
        let name = match way {
            Way::Copy => "copy",
            #[cfg(feature = "manage")]
            Way::Print => "print",
            #[cfg(feature = "manage")]
            Way::Save => "save",
        };
        let _: JsValue = self.call(name, text.expose());
    }

    /// Dresses the screens in the tenant's style sheet.
    pub(super) fn dress(&self, theme: &str) {
        let _: JsValue = self.call("theme", theme);
    }

    /// Has the element bring the words that the tenant wants. When it is over they are there, or could not be had.
    pub(super) async fn bring_words(&self, view: &View) {
        let form = match view.form_of_address {
            Some(FormOfAddress::Familiar) => "familiar",
            Some(FormOfAddress::Formal) => "formal",
            None => "",
        };
        let locale = view.locale.as_ref().map_or("", Locale::as_str);
        // The element catches what goes wrong, and then the words stay as they are.
        let _ = self.ask("words", &[form, " ", locale].concat()).await;
    }

    /// Asks the worker: what it answers, or nothing where it does not.
    pub(super) fn send(&self, request: &str) -> impl Future<Output = Option<String>> + use<> {
        self.ask("send", request)
    }

    /// Gives up what the worker was asked.
    pub(super) fn give_up(&self) {
        let _: JsValue = self.call("giveUp", "");
    }

    /// Calls at once; what it promises comes later.
    fn ask(&self, name: &str, detail: &str) -> impl Future<Output = Option<String>> + use<> {
        let coming = self.call(name, detail);
        async move {
            if !coming.is_object() {
                return None;
            }
            let come = JsFuture::from(coming.unchecked_into::<Promise>()).await;
            come.ok()?.as_string()
        }
    }

    fn call(&self, name: &str, detail: &str) -> JsValue {
        // The element's function catches what the page's listeners throw.
        self.0
            .call2(
                &JsValue::NULL,
                &JsValue::from_str(name),
                &JsValue::from_str(detail),
            )
            .unwrap_or(JsValue::UNDEFINED)
    }
}
