//! Another bound method for the code.

use pbx_2fa_shared::Kind;

use super::Screen;
use super::parts::{Head, choice, choices, form, page};
use crate::icon::Icon;
use crate::page::Page;
use crate::path::{Form, Panel};
use crate::words::say;

/// The one that is in use is not offered again.
pub(super) fn methods(screen: Screen<'_>) -> Page {
    let Screen { view, words, .. } = screen;
    let current = view.challenge.as_ref().map(|challenge| &challenge.authenticator);
    let offered = view
        .authenticators
        .iter()
        .filter(|a| !a.disabled && Some(&a.id) != current);
    let rows = offered.map(|authenticator| {
        let name = words.method(authenticator.kind, view.app_name.as_str());
        let note = match (authenticator.kind, authenticator.codes_left) {
            (Kind::Bypass, _) => words.say(say::KIND_BYPASS_NOTE).to_owned(),
            (Kind::Recovery, Some(left)) => {
                words.count(u64::from(left), say::CODES_LEFT_ONE, say::CODES_LEFT_OTHER)
            }
            _ => authenticator.hint.clone(),
        };
        let pressed = [
            ("type", "submit"),
            ("name", "authenticator"),
            ("value", authenticator.id.as_str()),
        ];
        choice("button", &pressed, Icon::of(authenticator.kind), &name, &note)
    });
    let rows = form(screen, Form::Challenge, "", vec![choices(rows.collect())]);
    let head = Head {
        back: view.challenge.is_some().then_some(Panel::Due),
        ..Head::new(words.say(say::METHODS_TITLE), words.say(say::METHODS_LEAD))
    };
    page(screen, head, vec![rows], None)
}
