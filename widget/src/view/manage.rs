//! The method manager: which methods there are, which comes first, adding and removing.

use pbx_2fa_shared::session::{Action, AuthenticatorView, View};
use yew::{Html, html};

use super::Draw;
use super::icon::{Icon, icon};
use super::parts::{ask, caution, head, primary, secondary, small, unseen};
use super::recovery::section;
use super::tree::{button, el, says, text, with};
use crate::i18n::Text;
use crate::model::{Event, Panel};

pub(super) fn manage(draw: Draw<'_>, view: &View) -> Html {
    let methods: Vec<_> = view
        .authenticators
        .iter()
        .filter(|authenticator| !authenticator.kind.is_fallback())
        .collect();
    let rows = methods.iter().map(|authenticator| row(draw, view, authenticator));
    let lead = if methods.is_empty() {
        Text::ManageNone
    } else {
        Text::ManageLead
    };
    let stuck = methods.len() == 1 && !methods.iter().any(|a| a.removable);
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
    if draw.state.makes_codes {
        all.push(section(draw));
    }
    // Beside a question it would be taken for its answer.
    if draw.state.may(Action::Finish) && !matches!(draw.state.panel, Panel::Removing(_) | Panel::Replacing) {
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
    let mut what = vec![if removing {
        says("p", with!["id" = "asked", "class" = "name"], &name)
    } else {
        small("name", &name)
    }];
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
    if authenticator.own_pbx {
        what.push(caution(draw, Text::OwnPbx));
    }
    what.push(if removing {
        let remove = (Text::RemoveYes, Event::RemoveConfirmed(id.clone()));
        ask(draw, "asked ask", Text::RemoveAsk, remove, Text::RemoveKeep)
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
