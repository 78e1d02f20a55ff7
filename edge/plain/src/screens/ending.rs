//! Where it ends: verified, locked, or something in the way.

use pbx_2fa_shared::Origin;

use super::Screen;
use super::parts::{Head, hidden, minutes, page, primary, primary_link};
use crate::html::{Html, el, says};
use crate::icon::{Icon, icon};
use crate::page::Page;
use crate::path::PLAIN;
use crate::words::{Words, say};

/// What keeps a login from going on. Each is a page of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure<'a> {
    /// The request is none that a form of ours makes.
    NotUnderstood,
    /// A page that is not the portal's brought the ticket.
    OriginNotAllowed(&'a Origin),
    /// The portal did not say where the response goes.
    NotOffered,
    ManageNeedsScript,
    /// There is no login that this browser is in.
    Unknown,
    /// The ticket was used before, or a newer page took over.
    Elsewhere,
    Expired,
    /// The portal has the response already.
    Done,
    Unavailable,
}

/// The assertion goes to the portal by the person's own press: without script nothing can press for them.
pub(super) fn verified(screen: Screen<'_>) -> Page {
    let words = screen.words;
    let assertion = screen.view.assertion.as_deref().unwrap_or_default();
    let attributes = [("method", "post"), ("action", screen.return_to.as_str())];
    let inside = vec![
        hidden("pbx-2fa-response", assertion),
        primary(words.say(say::CONTINUE)),
    ];
    let lead = words.tell(
        say::VERIFIED_PRESS,
        &[("portal", screen.view.portal_name.as_str())],
    );
    let head = Head {
        picture: Some(picture("good", Icon::Done)),
        ..Head::new(words.say(say::VERIFIED_TITLE), &lead)
    };
    page(
        screen,
        head,
        vec![el("form", &attributes, inside)],
        Some(screen.portal),
    )
}

/// With a time, wrong codes have to be waited out; without one, only the portal can help.
pub(super) fn locked(screen: Screen<'_>) -> Page {
    let words = screen.words;
    let (title, lead) = match screen.view.locked_until {
        Some(until) => {
            let left = until.saturating_sub(screen.view.server_time);
            let lead = minutes(words, left, (say::LOCKED_MINUTES_ONE, say::LOCKED_MINUTES_OTHER));
            (say::LOCKED_TITLE, lead)
        }
        None => (say::STUCK_TITLE, words.say(say::STUCK_LEAD).to_owned()),
    };
    let head = Head {
        picture: Some(picture("bad", Icon::Lock)),
        ..Head::new(words.say(title), &lead)
    };
    page(
        screen,
        head,
        vec![primary_link(words.say(say::RETRY), PLAIN)],
        None,
    )
}

/// A page for a request that is refused; with the portal's origin, where it is known, to begin again there.
#[must_use]
pub fn failure(words: &Words, failure: Failure<'_>, portal: Option<&Origin>) -> Page {
    let (sign, title, lead) = match failure {
        Failure::NotUnderstood => (Icon::Alert, say::NOT_UNDERSTOOD_TITLE, say::NOT_UNDERSTOOD),
        Failure::OriginNotAllowed(_) => (Icon::Alert, say::ORIGIN_TITLE, say::ORIGIN_LEAD),
        Failure::NotOffered => (Icon::Alert, say::ORIGIN_TITLE, say::NOT_OFFERED),
        Failure::ManageNeedsScript => (
            Icon::Window,
            say::MANAGE_NEEDS_SCRIPT_TITLE,
            say::MANAGE_NEEDS_SCRIPT,
        ),
        Failure::Unknown => (Icon::Clock, say::RESTART, say::UNKNOWN_PAGE),
        Failure::Elsewhere => (Icon::Window, say::ELSEWHERE_TITLE, say::ELSEWHERE_LEAD),
        Failure::Expired => (Icon::Clock, say::EXPIRED_TITLE, say::EXPIRED_LEAD),
        Failure::Done => (Icon::Done, say::VERIFIED_TITLE, say::ALREADY_DONE),
        Failure::Unavailable => (Icon::Cloud, say::UNAVAILABLE_TITLE, say::UNAVAILABLE_LEAD),
    };
    let origin = match failure {
        Failure::OriginNotAllowed(origin) => origin.as_str(),
        _ => "",
    };
    let next = match (failure, portal) {
        (Failure::Unavailable, _) => Some(primary_link(words.say(say::RETRY), PLAIN)),
        (Failure::ManageNeedsScript, Some(portal)) => Some(to(words.say(say::BACK), portal)),
        (Failure::Done, Some(portal)) => Some(to(words.say(say::CONTINUE), portal)),
        (Failure::Unknown | Failure::Elsewhere | Failure::Expired | Failure::NotUnderstood, Some(portal)) => {
            Some(to(words.say(say::RESTART), portal))
        }
        _ => None,
    };
    let title = words.say(title);
    let inside = vec![
        picture(if failure == Failure::Done { "good" } else { "bad" }, sign),
        says("h1", &[], title),
        says(
            "p",
            &[("class", "lead")],
            &words.tell(lead, &[("origin", origin)]),
        ),
        Html::from(next),
    ];
    Page::new(words, title, el("main", &[("class", "card")], inside), None, None)
}

fn to(words: &str, portal: &Origin) -> Html {
    primary_link(words, &[portal.as_str(), "/"].concat())
}

fn picture(mood: &str, picture: Icon) -> Html {
    el("div", &[("class", mood)], vec![icon(picture)])
}
