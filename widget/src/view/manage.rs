//! The method manager: which methods there are, which comes first, adding and removing.

use pbx_2fa_shared::AuthenticatorId;
use pbx_2fa_shared::session::{Action, AuthenticatorView, View};
use yew::{Html, html};

use super::Draw;
use super::icon::{Icon, icon};
use super::parts::{head, primary, secondary, small, unseen};
use super::tree::{With, button, el, says, text, with};
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
    let mut all = vec![
        head(draw, None, Text::ManageTitle, text(draw.words.say(lead))),
        el("ul", with!["class" = "methods"], rows.collect()),
    ];
    if stuck {
        all.push(small("help", draw.words.say(Text::RemoveNeeds)));
    }
    if !view.enrollable.is_empty() {
        all.push(secondary(draw, Text::Add, Event::AddPressed));
    }
    if draw.state.may(Action::Finish) {
        all.push(primary(draw, Text::Done, Event::DonePressed));
    }
    all.into_iter().collect()
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
    let mut what = vec![small("name", &name)];
    if !authenticator.hint.is_empty() {
        what.push(small("note", &authenticator.hint));
    }
    if authenticator.primary {
        what.push(badge("badge", draw.words.say(Text::BadgePrimary)));
    }
    if authenticator.disabled {
        let next = if authenticator.removable {
            Text::DisabledRemove
        } else {
            Text::LockedLeadNoTime
        };
        what.push(badge("badge blocked", draw.words.say(Text::BadgeDisabled)));
        what.push(small("note", draw.words.say(next)));
    } else if !authenticator.confirmed {
        what.push(badge("badge plain", draw.words.say(Text::BadgeUnconfirmed)));
    }
    what.push(if removing {
        remove_ask(draw, &name, id)
    } else {
        actions(draw, &name, authenticator)
    });
    let inside = vec![
        icon(Icon::of(authenticator.kind)),
        el("div", with!["class" = "what"], what),
    ];
    html! { <li key={id.as_str()} class={if moved { "method moved" } else { "method" }} part="method">{ for inside }</li> }
}

fn badge(class: &'static str, words: &str) -> Html {
    says("p", with!["class" = class, "part" = "badge"], words)
}

fn actions(draw: Draw<'_>, name: &str, authenticator: &AuthenticatorView) -> Html {
    let id = &authenticator.id;
    let mut actions = Vec::new();
    if !authenticator.primary && !authenticator.disabled && may(draw, Action::SetPrimary) {
        actions.push(act(
            draw,
            Text::SetPrimary,
            name,
            Event::PrimaryPressed(id.clone()),
        ));
    }
    if authenticator.removable && may(draw, Action::Remove) {
        actions.push(act(draw, Text::Remove, name, Event::RemovePressed(id.clone())));
    }
    el("div", with!["class" = "actions"], actions)
}

/// Its words, and for somebody who hears them alone, the method that they are about.
fn act(draw: Draw<'_>, words: Text, name: &str, event: Event) -> Html {
    let words = vec![text(draw.words.say(words)), unseen(": "), unseen(name)];
    button(
        draw,
        with!["type" = "button", "class" = "link", "part" = "link"],
        event,
        words,
    )
}

fn remove_ask(draw: Draw<'_>, name: &str, id: &AuthenticatorId) -> Html {
    let ask = Message::new(Text::RemoveAsk).with("method", Value::Text(name.to_owned()));
    let choose = |attributes: &With<'_>, words, event| {
        button(draw, attributes, event, vec![text(draw.words.say(words))])
    };
    let remove = choose(
        with!["type" = "button", "class" = "secondary danger", "part" = "button"],
        Text::RemoveYes,
        Event::RemoveConfirmed(id.clone()),
    );
    let keep = choose(
        with![
            "type" = "button",
            "id" = "keep",
            "class" = "secondary",
            "part" = "button"
        ],
        Text::RemoveKeep,
        Event::BackPressed,
    );
    let inside = vec![
        says("p", with!["id" = "ask"], &draw.words.tell(&ask)),
        el("div", with!["class" = "pair"], vec![remove, keep]),
    ];
    el(
        "div",
        with!["class" = "ask", "role" = "group", "aria-labelledby" = "ask"],
        inside,
    )
}
