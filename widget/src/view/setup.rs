//! An authenticator app, in three steps on one screen.

use pbx_2fa_shared::session::{TotpSetup, View};
use yew::{Html, html};

use super::Draw;
use super::code::form;
use super::parts::{head, link, press};
use super::qr::qr;
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
    let scan = match totp {
        Some(totp) => html! { <>{ step(draw, "2", Text::TotpStepScan) }{ key(draw, totp) }</> },
        None => html! {
            <>
                { step(draw, "2", Text::TotpStepScan) }
                <p class="hint">{ say(Text::TotpHidden) }</p>
                { link(draw, Text::TotpAgain, Event::NewKeyPressed) }
            </>
        },
    };
    html! {
        <>
            { head(draw, Some(Text::Back), Text::TotpTitle, Html::default()) }
            <ol class="steps">
                <li>{ step(draw, "1", Text::TotpStepGet) }<p class="hint">{ say(Text::TotpStepGetNote) }</p></li>
                <li>{ scan }</li>
                <li>{ step(draw, "3", Text::TotpStepCode) }{ form(draw, &awaited) }</li>
            </ol>
        </>
    }
}

fn step(draw: Draw<'_>, number: &'static str, text: Text) -> Html {
    html! {
        <p class="step"><span class="count" aria-hidden="true">{ number }</span>{ draw.words.say(text) }</p>
    }
}

/// The same key three ways: to scan, to open on this telephone, to type.
fn key(draw: Draw<'_>, totp: &TotpSetup) -> Html {
    let groups = totp.secret.as_bytes().chunks(4).map(|group| {
        html! { <span>{ String::from_utf8_lossy(group).into_owned() }</span> }
    });
    let copy = if draw.state.copied {
        Text::TotpCopied
    } else {
        Text::TotpCopy
    };
    html! {
        <>
            { qr(&totp.uri, draw.words.say(Text::TotpQr)) }
            <p><a class="link" part="link" href={totp.uri.clone()}>{ draw.words.say(Text::TotpSamePhone) }</a></p>
            <p class="hint" id="key-hint">{ draw.words.say(Text::TotpKey) }</p>
            <div class="key">
                <code part="key" aria-describedby="key-hint">{ for groups }</code>
                <button type="button" class="secondary" part="button" onclick={press(draw, Event::KeyCopied)}>
                    { draw.words.say(copy) }<span class="hidden">{ " " }{ draw.words.say(Text::TotpKeyLabel) }</span>
                </button>
            </div>
        </>
    }
}
