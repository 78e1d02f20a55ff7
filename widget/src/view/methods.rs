//! Another bound method for the code.

use pbx_2fa_shared::Kind;
use pbx_2fa_shared::session::{AuthenticatorView, View};
use yew::Html;

use super::Draw;
use super::icon::Icon;
use super::parts::{choice, choices, head};
use super::tree::text;
use crate::i18n::{Message, Text, Value};
use crate::model::Event;

pub(super) fn methods(draw: Draw<'_>, view: &View) -> Html {
    let back = draw
        .state
        .view
        .as_ref()
        .and_then(|view| (view.challenge.is_some() || view.locked_until.is_some()).then_some(Text::Back));
    let lead = text(draw.words.say(Text::MethodsLead));
    [
        head(draw, back, Text::MethodsTitle, lead),
        choices(others(draw, view)),
    ]
    .into_iter()
    .collect()
}

/// Each that can be used; the one that is in use is not offered again.
pub(super) fn others(draw: Draw<'_>, view: &View) -> Vec<Html> {
    let current = view.challenge.as_ref().map(|challenge| &challenge.authenticator);
    let offered = view.authenticators.iter();
    offered
        .filter(|other| !other.disabled && Some(&other.id) != current)
        .map(|other| row(draw, view, other))
        .collect()
}

fn row(draw: Draw<'_>, view: &View, authenticator: &AuthenticatorView) -> Html {
    let name = draw.words.method(authenticator.kind, view.app_name.as_str());
    let note = match authenticator.kind {
        Kind::Bypass => draw.words.say(Text::KindBypassNote).to_owned(),
        Kind::Recovery => left(draw, authenticator.codes_left),
        _ => authenticator.hint.clone(),
    };
    let picked = Event::MethodPicked(authenticator.id.clone());
    choice(draw, Icon::of(authenticator.kind), &name, &note, picked)
}

/// How many recovery codes are left.
pub(super) fn left(draw: Draw<'_>, codes: Option<u32>) -> String {
    let Some(left) = codes else {
        return String::new();
    };
    let words = if left == 1 {
        Text::CodesLeftOne
    } else {
        Text::CodesLeftOther
    };
    draw.words
        .tell(&Message::new(words).with("count", Value::Count(u64::from(left))))
}
