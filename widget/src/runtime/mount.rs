//! What the custom element calls.

use js_sys::Function;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;
use yew::{AppHandle, Renderer};

use super::app::{App, Given, Input};
use super::clock;
use super::host::Host;
use crate::i18n::Words;
use crate::model::{Credential, Event, Page, Part, Secret};

const PART: Part = if cfg!(feature = "manage") {
    Part::Whole
} else {
    Part::Login
};

/// A widget on a page.
#[wasm_bindgen]
pub struct Mounted {
    app: AppHandle<App>,
}

/// Puts a widget into `root`: `credential` is a ticket, or the secret of a session that goes on; `origin` is the page's, `sentences` the catalogue in the
/// order of its keys, one on each line, as it came, `locale` for times, `host` the element's function. `None` where the catalogue is of another version.
#[wasm_bindgen]
#[must_use]
#[allow(
    clippy::too_many_arguments,
    reason = "one call across the border instead of an object that is taken apart there"
)]
pub fn mount(
    root: Element,
    credential: String,
    goes_on: bool,
    origin: String,
    framed: bool,
    sentences: &[u8],
    locale: String,
    host: Function,
) -> Option<Mounted> {
    let region = locale
        .rsplit_once('-')
        .map(|(_, region)| region.to_owned())
        .unwrap_or_default();
    let given = Given {
        root: root.clone(),
        host: Host::new(host),
        credential: if goes_on {
            Credential::Session(Secret::new(credential))
        } else {
            Credential::Ticket(Secret::new(credential))
        },
        page: Page {
            origin,
            framed,
            region,
            part: PART,
        },
        words: Words::new(sentences, locale, clock::write)?,
    };
    let app = Renderer::<App>::with_root_and_props(root, given).render();
    Some(Mounted { app })
}

#[wasm_bindgen]
impl Mounted {
    /// Another language; the conversation goes on.
    pub fn speak(&self, sentences: &[u8], locale: String) {
        if let Some(words) = Words::new(sentences, locale, clock::write) {
            self.app.send_message(Input::Words(words));
        }
    }

    /// The connection came back, or the page is looked at again.
    pub fn wake(&self) {
        self.app.send_message(Input::Event(Event::Woken));
    }

    /// The rest of the widget could not be fetched.
    pub fn stranded(&self) {
        self.app.send_message(Input::Event(Event::Stranded));
    }

    /// Takes everything down: timers, requests, listeners, the secret.
    pub fn remove(self) {
        self.app.destroy();
    }
}
