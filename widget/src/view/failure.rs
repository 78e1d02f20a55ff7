//! Where it ends: verified, locked, or something in the way.

use pbx_2fa_shared::UnixSeconds;
use pbx_2fa_shared::session::Action;
use yew::{Html, html};

use super::Draw;
use super::icon::{Icon, icon};
use super::parts::{head_with, link, primary};
use crate::i18n::{Message, Text, Value};
use crate::model::{Event, Failure};

pub(super) fn verified(draw: Draw<'_>) -> Html {
    ending(
        draw,
        "good",
        Icon::Done,
        Text::VerifiedTitle,
        Text::VerifiedLead.into(),
        Html::default(),
    )
}

pub(super) fn locked(draw: Draw<'_>, until: Option<UnixSeconds>) -> Html {
    let another = draw.state.may(Action::UseAnother);
    let message = match until {
        Some(until) => {
            let text = if another {
                Text::LockedLeadOr
            } else {
                Text::LockedLead
            };
            Message::new(text).with("time", Value::Time(until))
        }
        None => Text::LockedLeadNoTime.into(),
    };
    let over = until.is_some_and(|until| draw.state.clock.left(until) == 0);
    let next = html! {
        <>
            if over { { primary(draw, Text::Retry, Event::RetryPressed) } }
            if another { <div class="quiet">{ link(draw, Text::UseAnother, Event::OtherMethodsPressed) }</div> }
        </>
    };
    ending(draw, "bad", Icon::Lock, Text::LockedTitle, message, next)
}

pub(super) fn failed(draw: Draw<'_>, failure: Failure) -> Html {
    let again = |draw| primary(draw, Text::Retry, Event::RetryPressed);
    let restart = |draw| primary(draw, Text::Restart, Event::RestartPressed);
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
            (Icon::Alert, Text::OriginTitle, message, Html::default())
        }
        Failure::Framed => (
            Icon::Window,
            Text::FramedTitle,
            Text::FramedLead.into(),
            Html::default(),
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
    next: Html,
) -> Html {
    let picture = html! { <div class={mood}>{ icon(picture) }</div> };
    html! { <>{ head_with(draw, None, picture, title, draw.words.tell(&message).into()) }{ next }</> }
}
