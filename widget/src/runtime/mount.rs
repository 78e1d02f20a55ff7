//! What the custom element calls.

use std::cell::RefCell;
use std::sync::Once;

use js_sys::Function;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;
use yew::{AppHandle, Renderer};

use super::app::{App, Given, Input};
use super::clock;
use super::host::Host;
use crate::i18n::Words;
use crate::model::{Event, Page};

thread_local! {
    /// Everybody who must hear of it when this instance breaks.
    static HOSTS: RefCell<Vec<Host>> = const { RefCell::new(Vec::new()) };
}

/// A widget on a page.
#[wasm_bindgen]
pub struct Mounted {
    app: AppHandle<App>,
    host: Host,
}

/// Puts a widget into `root`: `edge` is the worker's address without a trailing slash, `sentences` the catalogue in the
/// order of its keys, `locale` for times, `host` the element's function. `None` where the catalogue is of another version.
#[wasm_bindgen]
#[must_use]
pub fn mount(
    root: Element,
    ticket: String,
    edge: String,
    framed: bool,
    sentences: Vec<String>,
    locale: String,
    host: Function,
) -> Option<Mounted> {
    tell_when_broken();
    let host = Host::new(host);
    let region = locale
        .rsplit_once('-')
        .map(|(_, region)| region.to_owned())
        .unwrap_or_default();
    let origin = web_sys::window()
        .and_then(|window| window.location().origin().ok())
        .unwrap_or_default();
    let given = Given {
        root: root.clone(),
        edge,
        host: host.clone(),
        ticket,
        page: Page {
            origin,
            framed,
            region,
        },
        words: Words::new(sentences, locale, clock::write)?,
    };
    HOSTS.with_borrow_mut(|hosts| hosts.push(host.clone()));
    let app = Renderer::<App>::with_root_and_props(root, given).render();
    Some(Mounted { app, host })
}

#[wasm_bindgen]
impl Mounted {
    /// Another language; the conversation goes on.
    pub fn speak(&self, sentences: Vec<String>, locale: String) {
        if let Some(words) = Words::new(sentences, locale, clock::write) {
            self.app.send_message(Input::Words(words));
        }
    }

    /// The connection came back, or the page is looked at again.
    pub fn wake(&self) {
        self.app.send_message(Input::Event(Event::Woken));
    }

    /// Takes everything down: timers, requests, listeners, the secret.
    pub fn remove(self) {
        HOSTS.with_borrow_mut(|hosts| hosts.retain(|host| *host != self.host));
        self.app.destroy();
    }
}

/// After a panic the instance is dead, and only the element can still draw.
fn tell_when_broken() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        yew::set_custom_panic_hook(Box::new(|_| {
            HOSTS.with(|hosts| {
                if let Ok(hosts) = hosts.try_borrow() {
                    hosts.iter().for_each(Host::broken);
                }
            });
        }));
    });
}
