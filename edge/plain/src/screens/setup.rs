//! An authenticator app, in three steps on one screen.

use pbx_2fa_shared::session::{EnrollmentView, TotpSetup};

use super::Screen;
use super::code::{Awaited, entry};
use super::parts::{Head, form, hidden, link_button, page, small};
use crate::html::{Html, el, says};
use crate::page::Page;
use crate::path::{Form, Panel};
use crate::qr::qr;
use crate::words::{Sentence, say};

pub(super) fn setup(screen: Screen<'_>, enrollment: &EnrollmentView) -> Page {
    let words = screen.words;
    let get = vec![
        step(screen, "1", say::TOTP_STEP_GET),
        small("hint", words.say(say::TOTP_STEP_GET_NOTE)),
    ];
    let mut scan = vec![step(screen, "2", say::TOTP_STEP_SCAN)];
    match &enrollment.totp {
        Some(totp) => scan.extend(key(screen, totp)),
        None => scan.extend(hidden_key(screen)),
    }
    let id = hidden("enrollment", enrollment.id.as_str());
    let entry = entry(
        screen,
        Awaited::from(enrollment),
        Form::Confirm,
        id,
        say::CODE_SUBMIT,
    );
    let code = vec![step(screen, "3", say::TOTP_STEP_CODE), entry];
    let steps = [get, scan, code]
        .into_iter()
        .map(|step| el("li", &[], step))
        .collect();
    let head = Head {
        back: Some(Panel::Kinds),
        wrong: screen.notice != crate::Notice::Nothing,
        ..Head::new(words.say(say::TOTP_TITLE), "")
    };
    page(screen, head, vec![el("ol", &[("class", "steps")], steps)], None)
}

fn step(screen: Screen<'_>, number: &str, sentence: Sentence) -> Html {
    let count = says("span", &[("class", "count"), ("aria-hidden", "true")], number);
    el(
        "p",
        &[("class", "step")],
        vec![count, says("span", &[], screen.words.say(sentence))],
    )
}

/// The same key three ways: to scan, to open on this telephone, to type.
fn key(screen: Screen<'_>, totp: &TotpSetup) -> Vec<Html> {
    let words = screen.words;
    let groups = totp.secret.as_bytes().chunks(4);
    let groups = groups.map(|group| says("span", &[], std::str::from_utf8(group).unwrap_or_default()));
    vec![
        qr(&totp.uri, words.say(say::TOTP_QR)),
        says(
            "a",
            &[("class", "link"), ("href", &totp.uri)],
            words.say(say::TOTP_SAME_PHONE),
        ),
        says(
            "p",
            &[("id", "key-hint"), ("class", "hint")],
            words.say(say::TOTP_KEY),
        ),
        el(
            "p",
            &[("class", "key")],
            vec![el("code", &[("aria-describedby", "key-hint")], groups.collect())],
        ),
    ]
}

/// It is shown once; who has not scanned it begins with a new one.
fn hidden_key(screen: Screen<'_>) -> Vec<Html> {
    let inside = vec![
        hidden("kind", "totp"),
        link_button(screen.words.say(say::TOTP_AGAIN)),
    ];
    vec![
        small("hint", screen.words.say(say::TOTP_HIDDEN)),
        form(screen, Form::Enroll, "", inside),
    ]
}
