//! The method manager: which methods there are, which comes first, adding and removing.

use pbx_2fa_shared::session::{Action, AuthenticatorView, View};
use yew::{Html, html};

use super::Draw;
use super::icon::{Icon, icon};
use super::parts::{head, press, primary};
use crate::i18n::{Message, Text, Value};
use crate::model::{Event, Panel};

pub(super) fn manage(draw: Draw<'_>, view: &View) -> Html {
    let rows = view
        .authenticators
        .iter()
        .map(|authenticator| row(draw, view, authenticator));
    let lead = if view.authenticators.is_empty() {
        Text::ManageNone
    } else {
        Text::ManageLead
    };
    let stuck = view.authenticators.len() == 1 && !view.authenticators.iter().any(|a| a.removable);
    html! {
        <>
            { head(draw, None, Text::ManageTitle, draw.words.say(lead).into()) }
            <ul class="methods">{ for rows }</ul>
            if stuck { <p class="help">{ draw.words.say(Text::RemoveNeeds) }</p> }
            if !view.enrollable.is_empty() {
                <button type="button" class="secondary" part="button" onclick={press(draw, Event::AddPressed)}>
                    { draw.words.say(Text::Add) }
                </button>
            }
            if draw.state.may(Action::Finish) { { primary(draw, Text::Done, Event::DonePressed) } }
        </>
    }
}

/// A change that needs a code first is offered like any other: the code is asked for when it is wanted.
fn may(draw: Draw<'_>, action: Action) -> bool {
    draw.state.may(action) || draw.state.may(Action::StepUp) || draw.state.may(Action::Attempt)
}

fn row(draw: Draw<'_>, view: &View, authenticator: &AuthenticatorView) -> Html {
    let name = draw.words.method(authenticator.kind, view.app_name.as_str());
    let id = &authenticator.id;
    let removing = matches!(&draw.state.panel, Panel::Removing(removing) if removing == id);
    let moved = draw.state.moved.as_ref() == Some(id);
    let buttons = if removing {
        remove_ask(draw, &name, authenticator)
    } else {
        html! {
            <div class="actions">
                if !authenticator.primary && may(draw, Action::SetPrimary) {
                    { act(draw, Text::SetPrimary, &name, Event::PrimaryPressed(id.clone())) }
                }
                if authenticator.removable && may(draw, Action::Remove) {
                    { act(draw, Text::Remove, &name, Event::RemovePressed(id.clone())) }
                }
            </div>
        }
    };
    html! {
        <li key={id.as_str()} class={if moved { "method moved" } else { "method" }} part="method">
            { icon(Icon::of(authenticator.kind)) }
            <div class="what">
                <p class="name">{ &name }</p>
                if !authenticator.hint.is_empty() { <p class="note">{ &authenticator.hint }</p> }
                if authenticator.primary { <p class="badge" part="badge">{ draw.words.say(Text::BadgePrimary) }</p> }
                if !authenticator.confirmed { <p class="badge plain">{ draw.words.say(Text::BadgeUnconfirmed) }</p> }
                { buttons }
            </div>
        </li>
    }
}

/// Its words, and for somebody who hears them alone, the method that they are about.
fn act(draw: Draw<'_>, text: Text, name: &str, event: Event) -> Html {
    html! {
        <button type="button" class="link" part="link" onclick={press(draw, event)}>
            { draw.words.say(text) }<span class="hidden">{ ": " }{ name }</span>
        </button>
    }
}

fn remove_ask(draw: Draw<'_>, name: &str, authenticator: &AuthenticatorView) -> Html {
    let ask = Message::new(Text::RemoveAsk).with("method", Value::Text(name.to_owned()));
    html! {
        <div class="ask" role="group" aria-labelledby="ask">
            <p id="ask">{ draw.words.tell(&ask) }</p>
            <div class="pair">
                <button type="button" class="secondary danger" part="button"
                    onclick={press(draw, Event::RemoveConfirmed(authenticator.id.clone()))}>
                    { draw.words.say(Text::RemoveYes) }
                </button>
                <button type="button" id="keep" class="secondary" part="button" onclick={press(draw, Event::BackPressed)}>
                    { draw.words.say(Text::RemoveKeep) }
                </button>
            </div>
        </div>
    }
}
