//! What several screens are made of.

use pbx_2fa_shared::Origin;

use super::Screen;
use crate::html::{Attributes, Html, el, says, text, void};
use crate::icon::{Icon, icon};
use crate::notice::Notice;
use crate::page::Page;
use crate::path::{Form, Panel};
use crate::words::{Sentence, Words, say};

/// The beginning of a screen.
pub(super) struct Head<'a> {
    pub(super) title: &'a str,
    pub(super) lead: Html,
    pub(super) back: Option<Panel>,
    pub(super) picture: Option<Html>,
    /// At a field of this screen there is an error.
    pub(super) wrong: bool,
}

impl<'a> Head<'a> {
    pub(super) fn new(title: &'a str, lead: &str) -> Self {
        Self {
            title,
            lead: text(lead),
            back: None,
            picture: None,
            wrong: false,
        }
    }
}

/// A page of a login: who asks, the title, one sentence, what the last request brought, and the rest. A title that begins with
/// a word for it says that there is an error, for that is what is read first.
pub(super) fn page(screen: Screen<'_>, head: Head<'_>, rest: Vec<Html>, to: Option<&Origin>) -> Page {
    let words = screen.words;
    let brand = screen.view.portal_name.as_str();
    let notice = screen.notice.sentence().map(|sentence| {
        let inside = vec![
            icon(Icon::Alert),
            says(
                "span",
                &[],
                &words.tell(sentence, &[("or", &screen.or_another())]),
            ),
        ];
        el("p", &[("class", "notice"), ("role", "alert")], inside)
    });
    let back = head.back.map(|panel| {
        let inside = vec![icon(Icon::Back), text(words.say(say::BACK))];
        el("a", &[("class", "link back"), ("href", panel.address())], inside)
    });
    let top = vec![Html::from(back), says("p", &[("class", "brand")], brand)];
    let title = if head.wrong || (notice.is_some() && screen.notice != Notice::StepUp) {
        [words.say(say::ERROR_PREFIX), ": ", head.title].concat()
    } else {
        head.title.to_owned()
    };
    let header = vec![
        el("div", &[("class", "top")], top),
        Html::from(head.picture),
        says("h1", &[], head.title),
        el("p", &[("id", "lead"), ("class", "lead")], vec![head.lead]),
        Html::from(notice),
    ];
    let inside = std::iter::once(el("header", &[], header)).chain(rest).collect();
    let main = el("main", &[("class", "card")], inside);
    Page::new(words, &[&title, " · ", brand].concat(), main, to, screen.theme)
}

/// A form of this login.
pub(super) fn form(screen: Screen<'_>, form: Form, class: &str, inside: Vec<Html>) -> Html {
    let attributes = [
        ("method", "post"),
        ("action", form.address()),
        ("class", class),
        ("novalidate", ""),
    ];
    let mark = hidden("form", screen.mark);
    el("form", &attributes, std::iter::once(mark).chain(inside).collect())
}

pub(super) fn hidden(name: &str, value: &str) -> Html {
    void("input", &[("type", "hidden"), ("name", name), ("value", value)])
}

/// The one obvious next step.
pub(super) fn primary(words: &str) -> Html {
    says("button", &[("type", "submit"), ("class", "primary")], words)
}

/// The same, where it only leads somewhere.
pub(super) fn primary_link(words: &str, address: &str) -> Html {
    says("a", &[("class", "primary"), ("href", address)], words)
}

/// A quieter one.
pub(super) fn link_button(words: &str) -> Html {
    says("button", &[("type", "submit"), ("class", "link")], words)
}

pub(super) fn link(words: &str, address: &str) -> Html {
    says("a", &[("class", "link"), ("href", address)], words)
}

/// Quieter steps, below the next one.
pub(super) fn quiet(steps: Vec<Html>) -> Html {
    el("div", &[("class", "quiet")], steps)
}

pub(super) fn small(class: &str, words: &str) -> Html {
    says("p", &[("class", class)], words)
}

/// What is wrong with a field, in words and with a sign.
pub(super) fn error(words: &str) -> Html {
    let inside = vec![icon(Icon::Alert), says("span", &[], words)];
    el("p", &[("id", "error"), ("class", "error")], inside)
}

/// A way to choose: a picture, a name, what it means, all of it one button or link with these attributes.
pub(super) fn choice(
    tag: &'static str,
    attributes: Attributes<'_>,
    picture: Icon,
    name: &str,
    note: &str,
) -> Html {
    let note = (!note.is_empty()).then(|| says("span", &[("class", "note")], note));
    let what = vec![says("span", &[("class", "name")], name), Html::from(note)];
    let inside = vec![
        icon(picture),
        el("span", &[("class", "what")], what),
        icon(Icon::Next),
    ];
    let attributes: Vec<_> = [("class", "choice")]
        .into_iter()
        .chain(attributes.iter().copied())
        .collect();
    el("li", &[], vec![el(tag, &attributes, inside)])
}

pub(super) fn choices(choices: Vec<Html>) -> Html {
    el("ul", &[("class", "choices")], choices)
}

/// The word for a number of minutes, those that have begun included.
pub(super) fn minutes(words: &Words, seconds: u64, (one, other): (Sentence, Sentence)) -> String {
    words.count(seconds.div_ceil(60).max(1), one, other)
}
