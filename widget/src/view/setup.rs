//! An authenticator app, in three steps on one screen.

use pbx_2fa_shared::session::{TotpSetup, View};
use yew::Html;

use super::Draw;
use super::code::form;
use super::parts::{head, link, small, unseen};
use super::qr::qr;
use super::tree::{button, el, says, text, with};
use crate::i18n::Text;
use crate::model::Event;

pub(super) fn setup(draw: Draw<'_>, view: &View) -> Html {
    let Some(awaited) = draw.state.awaited() else {
        return Html::default();
    };
    let totp = view
        .enrollment
        .as_ref()
        .and_then(|enrollment| enrollment.totp.as_ref());
    let say = |text| draw.words.say(text);
    let get = vec![
        step(draw, "1", Text::TotpStepGet),
        small("hint", say(Text::TotpStepGetNote)),
    ];
    let mut scan = vec![step(draw, "2", Text::TotpStepScan)];
    match totp {
        Some(totp) => scan.extend(key(draw, totp)),
        None => scan.extend([
            small("hint", say(Text::TotpHidden)),
            link(draw, Text::TotpAgain, Event::NewKeyPressed),
        ]),
    }
    let code = vec![step(draw, "3", Text::TotpStepCode), form(draw, &awaited)];
    let steps = [get, scan, code]
        .into_iter()
        .map(|step| el("li", with![], step))
        .collect();
    let head = head(draw, Some(Text::Back), Text::TotpTitle, Html::default());
    [head, el("ol", with!["class" = "steps"], steps)]
        .into_iter()
        .collect()
}

fn step(draw: Draw<'_>, number: &'static str, words: Text) -> Html {
    let count = says("span", with!["class" = "count", "aria-hidden" = "true"], number);
    el(
        "p",
        with!["class" = "step"],
        vec![count, says("span", with![], draw.words.say(words))],
    )
}

/// The same key three ways: to scan, to open on this telephone, to type.
fn key(draw: Draw<'_>, totp: &TotpSetup) -> [Html; 4] {
    let say = |text| draw.words.say(text);
    let groups = totp.secret.as_bytes().chunks(4);
    let groups = groups
        .map(|group| says("span", with![], str::from_utf8(group).unwrap_or_default()))
        .collect();
    let copy = if draw.state.copied {
        Text::TotpCopied
    } else {
        Text::TotpCopy
    };
    let copy = vec![text(say(copy)), unseen(" "), unseen(say(Text::TotpKeyLabel))];
    [
        qr(&totp.uri, say(Text::TotpQr)),
        says(
            "a",
            with!["class" = "link", "part" = "link", "href" = &totp.uri],
            say(Text::TotpSamePhone),
        ),
        says(
            "p",
            with!["id" = "key-hint", "class" = "hint"],
            say(Text::TotpKey),
        ),
        el(
            "div",
            with!["class" = "key"],
            vec![
                el(
                    "code",
                    with!["part" = "key", "aria-describedby" = "key-hint"],
                    groups,
                ),
                button(
                    draw,
                    with!["type" = "button", "class" = "secondary", "part" = "button"],
                    Event::KeyCopied,
                    copy,
                ),
            ],
        ),
    ]
}
