//! The code field, and the screens that are made of it.

use pbx_2fa_shared::Kind;
use pbx_2fa_shared::session::{Action, Delivery, View};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::{Html, InputEvent, html};

use super::Draw;
use super::icon::{Icon, icon};
use super::methods::others;
#[cfg(feature = "manage")]
use super::parts::caution;
use super::parts::{choices, error, head, link, primary, quiet, small, submit_button, yes};
use super::tree::{self, el, says, with};
use crate::i18n::{Message, Text, Value};
use crate::model::{Awaited, CodeError, CodeForm, Event, Screen, delivery_message};

/// A code is awaited: for the login, before a change, or to prove a number.
pub(super) fn code(draw: Draw<'_>, view: &View) -> Html {
    let state = draw.state;
    let Some(awaited) = state.awaited() else {
        return Html::default();
    };
    let manage = view.purpose == pbx_2fa_shared::Purpose::Manage;
    let (title, back) = match state.screen() {
        Screen::Confirm => (Text::ConfirmTitle, Some(Text::Back)),
        _ if manage => (Text::StepUpTitle, Some(Text::Cancel)),
        _ => (Text::CodeTitle, None),
    };
    let confirm = state.screen() == Screen::Confirm;
    let another = !confirm && state.may(Action::UseAnother);
    let mut others = if another && brought_none(&awaited) {
        others(draw, view)
    } else {
        Vec::new()
    };
    let other = if confirm {
        link(draw, Text::ChangeNumber, Event::KindChosen(awaited.kind))
    } else if another && others.len() != 1 {
        link(draw, Text::UseAnother, Event::OtherMethodsPressed)
    } else {
        Html::default()
    };
    let next = if others.is_empty() {
        Html::default()
    } else {
        others.truncate(1);
        choices(others)
    };
    let mut all = vec![
        head(draw, back, title, lead(draw, &awaited)),
        next,
        form(draw, &awaited),
        quiet(vec![resend(draw, &awaited), other]),
    ];
    if awaited.kind.is_out_of_band() && !confirm {
        all.push(small("help", draw.words.say(Text::NotMe)));
    } else if awaited.kind == Kind::Totp && !another {
        all.push(small("help", draw.words.say(Text::TotpHelp)));
    }
    #[cfg(feature = "manage")]
    if view
        .enrollment
        .as_ref()
        .is_some_and(|enrollment| enrollment.own_pbx)
    {
        all.push(caution(draw, Text::OwnPbx));
    }
    all.into_iter().collect()
}

fn lead(draw: Draw<'_>, awaited: &Awaited<'_>) -> Html {
    let app = draw.state.view.as_ref().map_or("", |view| view.app_name.as_str());
    let another = draw.state.may(Action::UseAnother);
    let message = match awaited.delivery {
        Delivery::Throttled => Some(match awaited.resend_at {
            Some(at) => Message::new(Text::DeliveryThrottled).with("time", Value::Time(at)),
            None => Text::NoticeBudget.into(),
        }),
        delivery => delivery_message(awaited.kind, delivery, awaited.hint, app),
    };
    let picture = Icon::of(awaited.kind);
    let (mark, picture) = match awaited.delivery {
        Delivery::NotNeeded => ("delivery still", picture),
        Delivery::Sending => ("delivery sending", picture),
        Delivery::Sent => ("delivery sent", picture),
        Delivery::Ringing => ("delivery ringing", picture),
        Delivery::Answered => ("delivery answered", picture),
        Delivery::Declined | Delivery::NoAnswer | Delivery::Failed | Delivery::Throttled => {
            ("delivery failed", Icon::Alert)
        }
    };
    let message = message.map_or_else(String::new, |message| {
        draw.words.tell(&message.or_another(another))
    });
    let inside = vec![icon(picture), says("span", with![], &message)];
    el("span", with!["class" = mark], inside)
}

/// One field with a label, its error, and the step that follows: checking the code, or asking for a new one.
pub(super) fn form(draw: Draw<'_>, awaited: &Awaited<'_>) -> Html {
    let state = draw.state;
    let next = if asks_again(draw, awaited) {
        primary(draw, resend_text(awaited.kind), Event::ResendPressed)
    } else if awaited.alive(&state.clock) {
        submit_button(draw, Text::CodeSubmit)
    } else {
        Html::default()
    };
    let label = match state.code_form() {
        CodeForm::Digits => Text::CodeLabel,
        CodeForm::Characters => Text::RecoveryLabel,
    };
    let label = says("label", with!["for" = "code"], draw.words.say(label));
    let inside = vec![
        label,
        field(draw),
        error(draw, trouble(draw, awaited)),
        clock_hint(draw, awaited),
        next,
    ];
    tree::form(draw, "code", Event::CodeSubmitted, inside)
}

/// One input. The six places of a short code are drawn behind it; a long one has a plain field, for letters.
fn field(draw: Draw<'_>) -> Html {
    let code = &draw.state.code;
    let form = draw.state.code_form();
    let wrong = code.error.is_some();
    let (places, autocomplete, inputmode, capitals, class) = match (form, wrong) {
        (CodeForm::Digits, false) => (6_usize, "one-time-code", "numeric", "off", "field"),
        (CodeForm::Digits, true) => (6, "one-time-code", "numeric", "off", "field wrong"),
        (CodeForm::Characters, false) => (0, "off", "text", "characters", "field long"),
        (CodeForm::Characters, true) => (0, "off", "text", "characters", "field long wrong"),
    };
    let typed = code.typed.0.len();
    let cells = (0..places).map(|index| {
        let now = index == typed.min(5);
        el(
            "span",
            with!["class" = if now { "cell now" } else { "cell" }],
            Vec::new(),
        )
    });
    let oninput = draw.link.reform(|event: InputEvent| {
        let field = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let text = field.as_ref().map(HtmlInputElement::value).unwrap_or_default();
        let caret = field
            .and_then(|field| field.selection_end().ok().flatten())
            .unwrap_or_default();
        Event::CodeTyped { text, caret }
    });
    let input = html! {
        <input id="code" part="input" type="text" name="one-time-code" {autocomplete} {inputmode}
            maxlength="64" autocapitalize={capitals} autocorrect="off" spellcheck="false"
            enterkeyhint="go" aria-describedby="lead error" aria-invalid={yes(wrong)}
            value={form.write(&code.typed)} {oninput} />
    };
    let cells = el(
        "div",
        with!["class" = "cells", "aria-hidden" = "true"],
        cells.collect(),
    );
    el(
        "div",
        with!["class" = class, "part" = "field"],
        vec![cells, input],
    )
}

/// Why the code cannot be used, the most pressing reason first.
fn trouble(draw: Draw<'_>, awaited: &Awaited<'_>) -> Option<Message> {
    if awaited.attempts_left == 0 {
        let own = !awaited.kind.is_out_of_band();
        let text = if own { Text::CodeDeadOwn } else { Text::CodeDead };
        return Some(Message::new(text).or_another(draw.state.may(Action::UseAnother)));
    }
    if awaited.expired(&draw.state.clock) {
        return Some(Text::CodeExpired.into());
    }
    draw.state.code.error.as_ref().map(CodeError::message)
}

/// An authenticator app's codes are wrong when its telephone's clock is.
fn clock_hint(draw: Draw<'_>, awaited: &Awaited<'_>) -> Html {
    if awaited.kind == Kind::Totp && draw.state.code.wrong >= 2 {
        small("hint", draw.words.say(Text::ClockHint))
    } else {
        Html::default()
    }
}

/// Again, or when again.
fn resend(draw: Draw<'_>, awaited: &Awaited<'_>) -> Html {
    let Some(at) = awaited.resend_at else {
        return Html::default();
    };
    let left = draw.state.clock.left(at);
    if left > 0 {
        let text = if awaited.kind == Kind::App {
            Text::ResendAppIn
        } else {
            Text::ResendCallIn
        };
        let message = Message::new(text).with("time", Value::Countdown(left));
        small("wait", &draw.words.tell(&message))
    } else if asks_again(draw, awaited) {
        Html::default()
    } else {
        link(draw, resend_text(awaited.kind), Event::ResendPressed)
    }
}

/// Whether a new code is the next step: there is none to be typed, and nothing is being typed.
fn asks_again(draw: Draw<'_>, awaited: &Awaited<'_>) -> bool {
    let none = brought_none(awaited) && draw.state.code.typed.0.is_empty();
    (none || !awaited.alive(&draw.state.clock)) && may_resend(draw, awaited)
}

/// Whether the code is known not to have come.
const fn brought_none(awaited: &Awaited<'_>) -> bool {
    matches!(
        awaited.delivery,
        Delivery::Declined | Delivery::NoAnswer | Delivery::Failed
    )
}

/// A code that was never sent, as of an authenticator app, can be asked for again at once when it is spent.
fn may_resend(draw: Draw<'_>, awaited: &Awaited<'_>) -> bool {
    match awaited.resend_at {
        Some(at) => draw.state.clock.left(at) == 0,
        None => !awaited.kind.is_out_of_band(),
    }
}

const fn resend_text(kind: Kind) -> Text {
    match kind {
        Kind::App => Text::ResendApp,
        Kind::Totp | Kind::Recovery | Kind::Bypass => Text::Retry,
        Kind::Mobile | Kind::Landline => Text::ResendCall,
    }
}
