//! Where it ends: verified, locked, or something in the way.

use pbx_2fa_shared::UnixSeconds;
use pbx_2fa_shared::session::Action;
use yew::Html;

use super::Draw;
use super::icon::{Icon, icon};
use super::parts::{head_with, link, primary, quiet};
use super::tree::{el, text, with};
use crate::i18n::{Message, Text, Value};
use crate::model::{Event, Failure};

pub(super) fn verified(draw: Draw<'_>) -> Html {
    ending(
        draw,
        "good",
        Icon::Done,
        Text::VerifiedTitle,
        Text::VerifiedLead.into(),
        Vec::new(),
    )
}

/// With a time, wrong codes have to be waited out; without one, only the portal can help.
pub(super) fn locked(draw: Draw<'_>, until: Option<UnixSeconds>) -> Html {
    let another = draw.state.may(Action::UseAnother);
    let (title, message) = match until {
        Some(until) => {
            let words = if another {
                Text::LockedLeadOr
            } else {
                Text::LockedLead
            };
            let message = Message::new(words).with("time", Value::Time(end_of_minute(until)));
            (Text::LockedTitle, message)
        }
        None => (Text::StuckTitle, Text::StuckLead.into()),
    };
    let mut next = Vec::new();
    if until.is_none_or(|until| draw.state.clock.left(until) == 0) {
        next.push(primary(draw, Text::Retry, Event::RetryPressed));
    }
    if another {
        next.push(quiet(vec![link(
            draw,
            Text::UseAnother,
            Event::OtherMethodsPressed,
        )]));
    }
    ending(draw, "bad", Icon::Lock, title, message, next)
}

pub(super) fn failed(draw: Draw<'_>, failure: Failure) -> Html {
    let again = |draw| vec![primary(draw, Text::Retry, Event::RetryPressed)];
    let restart = |draw| vec![primary(draw, Text::Restart, Event::RestartPressed)];
    let (picture, title, message, next) = match failure {
        Failure::Expired => (
            Icon::Clock,
            Text::ExpiredTitle,
            Text::ExpiredLead.into(),
            restart(draw),
        ),
        Failure::Elsewhere => (
            Icon::Window,
            Text::ElsewhereTitle,
            Text::ElsewhereLead.into(),
            restart(draw),
        ),
        Failure::OriginNotAllowed => {
            let origin = Value::Text(draw.state.page.origin.clone());
            let message = Message::new(Text::OriginLead).with("origin", origin);
            (Icon::Alert, Text::OriginTitle, message, Vec::new())
        }
        Failure::Framed => (
            Icon::Window,
            Text::FramedTitle,
            Text::FramedLead.into(),
            Vec::new(),
        ),
        Failure::Offline => (
            Icon::Cloud,
            Text::OfflineTitle,
            Text::OfflineLead.into(),
            again(draw),
        ),
        Failure::Unavailable => (
            Icon::Cloud,
            Text::UnavailableTitle,
            Text::UnavailableLead.into(),
            again(draw),
        ),
        Failure::Locked { until } => return locked(draw, until),
    };
    ending(draw, "bad", picture, title, message, next)
}

/// A large picture, a title, a sentence, and at most one step.
fn ending(
    draw: Draw<'_>,
    mood: &'static str,
    picture: Icon,
    title: Text,
    message: Message,
    next: Vec<Html>,
) -> Html {
    let picture = el("div", with!["class" = mood], vec![icon(picture)]);
    let mut all = vec![head_with(
        draw,
        None,
        picture,
        title,
        text(&draw.words.tell(&message)),
    )];
    all.extend(next);
    all.into_iter().collect()
}

/// Times are shown in minutes; what is shown must not be over before the wait is.
const fn end_of_minute(at: UnixSeconds) -> UnixSeconds {
    at.div_ceil(60).saturating_mul(60)
}
