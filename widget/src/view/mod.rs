//! A state as HTML. Nothing here decides or remembers anything; every press and every letter becomes an [`Event`].

mod code;
mod failure;
mod icon;
#[cfg(feature = "manage")]
mod kinds;
#[cfg(feature = "manage")]
mod manage;
mod methods;
#[cfg(feature = "manage")]
mod number;
mod parts;
#[cfg(feature = "manage")]
mod qr;
#[cfg(feature = "manage")]
mod recovery;
#[cfg(feature = "manage")]
mod setup;
mod tree;

use yew::{Callback, Html, html};

use crate::i18n::Words;
use crate::model::{Event, Screen, State};

/// What a screen is drawn from, and where its events go.
#[derive(Clone, Copy)]
pub struct Draw<'a> {
    pub state: &'a State,
    pub words: &'a Words,
    pub link: &'a Callback<Event>,
}

/// The whole widget: the screen, and a live region that outlives it.
pub fn page(draw: Draw<'_>) -> Html {
    let state = draw.state;
    let screen = state.screen();
    let body = match (screen, &state.view) {
        (Screen::Failed(failure), _) => failure::failed(draw, failure),
        (_, None) | (Screen::Opening, _) => return Html::default(),
        (Screen::Code | Screen::Confirm, Some(view)) => code::code(draw, view),
        (Screen::Methods, Some(view)) => methods::methods(draw, view),
        #[cfg(feature = "manage")]
        (Screen::Kinds, Some(view)) => kinds::kinds(draw, view),
        #[cfg(feature = "manage")]
        (Screen::Number(kind), Some(view)) => number::number(draw, view, kind),
        #[cfg(feature = "manage")]
        (Screen::Setup, Some(view)) => setup::setup(draw, view),
        #[cfg(feature = "manage")]
        (Screen::Manage, Some(view)) => manage::manage(draw, view),
        #[cfg(feature = "manage")]
        (Screen::Codes, Some(view)) => recovery::codes(draw, view),
        // The model hands over before it comes to these.
        #[cfg(not(feature = "manage"))]
        (Screen::Kinds | Screen::Number(_) | Screen::Setup | Screen::Manage | Screen::Codes, _) => {
            return Html::default();
        }
        (Screen::Verified, Some(_)) => failure::verified(draw),
        (Screen::Locked, Some(view)) => failure::locked(draw, view.locked_until),
    };
    let said = state
        .said
        .message
        .as_ref()
        .map(|message| draw.words.tell(message));
    html! {
        <>
            <div class="card" part="card" aria-busy={if state.busy() { "true" } else { "false" }}>{ body }</div>
            <div class="hidden" role="status"><p key={state.said.serial}>{ said }</p></div>
        </>
    }
}
