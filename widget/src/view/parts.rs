//! What several screens are made of.

use yew::{Callback, Html, MouseEvent, SubmitEvent};

use super::Draw;
use super::icon::{Icon, icon};
#[cfg(feature = "manage")]
use super::tree::With;
use super::tree::{button, el, says, text, with};
use crate::i18n::{Message, Text};
use crate::model::Event;

/// A press that is this event.
pub(super) fn press(draw: Draw<'_>, event: Event) -> Callback<MouseEvent> {
    draw.link.reform(move |_| event.clone())
}

/// A submitted form that is this event, and goes nowhere.
pub(super) fn submit(draw: Draw<'_>, event: Event) -> Callback<SubmitEvent> {
    draw.link.reform(move |submitted: SubmitEvent| {
        submitted.prevent_default();
        event.clone()
    })
}

/// Who asks, the way back, the title, and one sentence about what happens.
pub(super) fn head(draw: Draw<'_>, back: Option<Text>, title: Text, lead: Html) -> Html {
    head_with(draw, back, Html::default(), title, lead)
}

/// The same, with a picture above the title.
pub(super) fn head_with(draw: Draw<'_>, back: Option<Text>, picture: Html, title: Text, lead: Html) -> Html {
    let say = |text| draw.words.say(text);
    let brand = draw
        .state
        .view
        .as_ref()
        .map_or("", |view| view.portal_name.as_str());
    let back = back.map_or_else(Html::default, |back| {
        let words = vec![icon(Icon::Back), text(say(back))];
        button(
            draw,
            with!["type" = "button", "class" = "link back", "part" = "link"],
            Event::BackPressed,
            words,
        )
    });
    let top = vec![back, says("p", with!["class" = "brand", "part" = "brand"], brand)];
    let notice = match &draw.state.notice {
        Some(message) => {
            let words = vec![icon(Icon::Alert), text(&draw.words.tell(message))];
            el("p", with!["class" = "notice", "part" = "error"], words)
        }
        None => Html::default(),
    };
    el(
        "header",
        with![],
        vec![
            if draw.state.view.is_some() {
                el("div", with!["class" = "top"], top)
            } else {
                Html::default()
            },
            picture,
            says(
                "h2",
                with!["id" = "title", "part" = "title", "tabindex" = "-1"],
                say(title),
            ),
            el(
                "p",
                with!["id" = "lead", "class" = "lead", "part" = "lead"],
                vec![lead],
            ),
            notice,
        ],
    )
}

/// What is wrong with a field, in words and with a sign.
pub(super) fn error(draw: Draw<'_>, message: Option<Message>) -> Html {
    let inside = message.map(|message| vec![icon(Icon::Alert), text(&draw.words.tell(&message))]);
    el(
        "p",
        with!["id" = "error", "class" = "error", "part" = "error"],
        inside.unwrap_or_default(),
    )
}

/// The one obvious next step.
pub(super) fn primary(draw: Draw<'_>, words: Text, event: Event) -> Html {
    let attributes = with![
        "type" = "button",
        "class" = "primary",
        "part" = "button",
        "aria-disabled" = busy(draw)
    ];
    button(draw, attributes, event, vec![text(draw.words.say(words))])
}

/// The same, of a form.
pub(super) fn submit_button(draw: Draw<'_>, words: Text) -> Html {
    let words = if draw.state.busy() {
        Text::CodeChecking
    } else {
        words
    };
    let attributes = with![
        "type" = "submit",
        "class" = "primary",
        "part" = "button",
        "aria-disabled" = busy(draw)
    ];
    says("button", attributes, draw.words.say(words))
}

/// A step that is not the next one.
#[cfg(feature = "manage")]
pub(super) fn secondary(draw: Draw<'_>, words: Text, event: Event) -> Html {
    button(
        draw,
        with!["type" = "button", "class" = "secondary", "part" = "button"],
        event,
        vec![text(draw.words.say(words))],
    )
}

/// A question before something that cannot be taken back: the one answer does it, the other keeps what there is. `label` are the ids
/// of what is heard when it is asked: its own, `ask`, and that of a thing among several that it is asked of.
#[cfg(feature = "manage")]
pub(super) fn ask(
    draw: Draw<'_>,
    label: &'static str,
    question: Text,
    (yes, event): (Text, Event),
    keep: Text,
) -> Html {
    let choose = |attributes: &With<'_>, words, event| {
        button(draw, attributes, event, vec![text(draw.words.say(words))])
    };
    let yes = choose(
        with!["type" = "button", "class" = "secondary danger", "part" = "button"],
        yes,
        event,
    );
    let keep = choose(
        with![
            "type" = "button",
            "id" = "keep",
            "class" = "secondary",
            "part" = "button"
        ],
        keep,
        Event::BackPressed,
    );
    let inside = vec![
        says("p", with!["id" = "ask"], draw.words.say(question)),
        el("div", with!["class" = "pair"], vec![yes, keep]),
    ];
    el(
        "div",
        with!["class" = "ask", "role" = "group", "aria-labelledby" = label],
        inside,
    )
}

/// A button that looks like a link.
pub(super) fn link(draw: Draw<'_>, words: Text, event: Event) -> Html {
    button(
        draw,
        with!["type" = "button", "class" = "link", "part" = "link"],
        event,
        vec![text(draw.words.say(words))],
    )
}

/// Quieter steps, below the next one.
pub(super) fn quiet(steps: Vec<Html>) -> Html {
    el("div", with!["class" = "quiet"], steps)
}

/// A sentence in one of the small styles.
pub(super) fn small(class: &'static str, sentence: &str) -> Html {
    says("p", with!["class" = class], sentence)
}

/// Something to know before going on, in words and with a sign.
#[cfg(feature = "manage")]
pub(super) fn caution(draw: Draw<'_>, words: Text) -> Html {
    let inside = vec![icon(Icon::Alert), says("span", with![], draw.words.say(words))];
    el("p", with!["class" = "caution"], inside)
}

/// For somebody who hears the words alone.
#[cfg(feature = "manage")]
pub(super) fn unseen(words: &str) -> Html {
    says("span", with!["class" = "hidden"], words)
}

/// A way to choose: a picture, a name, what it means, all of it one button.
pub(super) fn choice(draw: Draw<'_>, picture: Icon, name: &str, note: &str, event: Event) -> Html {
    let note = if note.is_empty() {
        Html::default()
    } else {
        says("span", with!["class" = "note"], note)
    };
    let what = el(
        "span",
        with!["class" = "what"],
        vec![says("span", with!["class" = "name"], name), note],
    );
    let inside = vec![icon(picture), what, icon(Icon::Next)];
    el(
        "li",
        with![],
        vec![button(
            draw,
            with!["type" = "button", "class" = "choice", "part" = "choice"],
            event,
            inside,
        )],
    )
}

/// Ways to choose.
pub(super) fn choices(choices: Vec<Html>) -> Html {
    el("ul", with!["class" = "choices"], choices)
}

/// A button under way stays where it is and keeps the focus, so it is marked and not disabled.
fn busy(draw: Draw<'_>) -> &'static str {
    yes(draw.state.busy())
}

/// As ARIA has it.
pub(super) const fn yes(yes: bool) -> &'static str {
    if yes { "true" } else { "false" }
}
