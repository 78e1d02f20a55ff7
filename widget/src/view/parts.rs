//! What several screens are made of.

use yew::{Callback, Html, MouseEvent, SubmitEvent, html};

use super::Draw;
use super::icon::{Icon, icon};
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
    let brand = draw
        .state
        .view
        .as_ref()
        .map_or("", |view| view.portal_name.as_str());
    let back = back.map(|text| {
        html! {
            <button type="button" class="link back" onclick={press(draw, Event::BackPressed)}>
                { icon(Icon::Back) }{ draw.words.say(text) }
            </button>
        }
    });
    html! {
        <header>
            if back.is_some() || !brand.is_empty() {
                <div class="top">{ back }<p class="brand" part="brand">{ brand }</p></div>
            }
            { picture }
            <h2 id="title" part="title" tabindex="-1">{ draw.words.say(title) }</h2>
            <p id="lead" class="lead" part="lead">{ lead }</p>
            { notice(draw) }
        </header>
    }
}

fn notice(draw: Draw<'_>) -> Html {
    match &draw.state.notice {
        Some(message) => {
            html! { <p class="notice" part="error">{ icon(Icon::Alert) }{ draw.words.tell(message) }</p> }
        }
        None => Html::default(),
    }
}

/// What is wrong with a field, in words and with a sign.
pub(super) fn error(draw: Draw<'_>, message: Option<Message>) -> Html {
    let inside = message.map(|message| html! { <>{ icon(Icon::Alert) }{ draw.words.tell(&message) }</> });
    html! { <p id="error" class="error" part="error">{ inside }</p> }
}

/// The one obvious next step.
pub(super) fn primary(draw: Draw<'_>, text: Text, event: Event) -> Html {
    html! {
        <button type="button" class="primary" part="button" aria-disabled={busy(draw)} onclick={press(draw, event)}>
            { draw.words.say(text) }
        </button>
    }
}

/// The same, of a form.
pub(super) fn submit_button(draw: Draw<'_>, text: Text) -> Html {
    let text = if draw.state.busy() {
        Text::CodeChecking
    } else {
        text
    };
    html! {
        <button type="submit" class="primary" part="button" aria-disabled={busy(draw)}>{ draw.words.say(text) }</button>
    }
}

/// A button that looks like a link.
pub(super) fn link(draw: Draw<'_>, text: Text, event: Event) -> Html {
    html! {
        <button type="button" class="link" part="link" onclick={press(draw, event)}>{ draw.words.say(text) }</button>
    }
}

/// A way to choose: a picture, a name, what it means, all of it one button.
pub(super) fn choice(draw: Draw<'_>, picture: Icon, name: String, note: &str, event: Event) -> Html {
    let note = (!note.is_empty()).then(|| html! { <span class="note">{ note }</span> });
    html! {
        <li>
            <button type="button" class="choice" part="choice" onclick={press(draw, event)}>
                { icon(picture) }
                <span class="what"><span class="name">{ name }</span>{ note }</span>
                { icon(Icon::Next) }
            </button>
        </li>
    }
}

/// A button under way stays where it is and keeps the focus, so it is marked and not disabled.
fn busy(draw: Draw<'_>) -> &'static str {
    if draw.state.busy() { "true" } else { "false" }
}
