//! A state as HTML, and what is read from it.

use std::rc::Rc;

use futures::executor::block_on;
use pbx_2fa_widget::i18n::Words;
use pbx_2fa_widget::model::State;
use pbx_2fa_widget::view::{Draw, page};
use yew::{Callback, Html, LocalServerRenderer, Properties, component};

use crate::common::*;

#[derive(Clone, Properties)]
pub(crate) struct Shown {
    state: Rc<State>,
    words: Rc<Words>,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.state, &other.state)
    }
}

#[component]
pub(crate) fn Screen(shown: &Shown) -> Html {
    page(Draw {
        state: &shown.state,
        words: &shown.words,
        link: &Callback::noop(),
    })
}

pub(crate) fn nodes(state: &State) -> Html {
    page(Draw {
        state,
        words: &words("nl"),
        link: &Callback::noop(),
    })
}

pub(crate) fn draw(state: &State, language: &str) -> String {
    let shown = Shown {
        state: Rc::new(state.clone()),
        words: Rc::new(words(language)),
    };
    block_on(
        LocalServerRenderer::<Screen>::with_props(shown)
            .hydratable(false)
            .render(),
    )
}

/// What is inside each element of this name.
pub(crate) fn insides<'a>(html: &'a str, element: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{element} "), format!("</{element}>"));
    html.split(&open)
        .skip(1)
        .filter_map(|rest| {
            rest.split(&close)
                .next()?
                .split_once('>')
                .map(|(_, inside)| inside)
        })
        .collect()
}

/// Without the tags.
pub(crate) fn text(html: &str) -> String {
    html.split('<')
        .map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text))
        .collect()
}

/// The tags that have this in them.
pub(crate) fn tags<'a>(html: &'a str, having: &'a str) -> impl Iterator<Item = &'a str> {
    html.split('<')
        .filter_map(|piece| piece.split('>').next())
        .filter(move |tag| tag.contains(having))
}

/// What its buttons say: those for the next step, and the quiet ones.
pub(crate) fn buttons(state: &State) -> (Vec<String>, Vec<String>) {
    let html = draw(state, "en");
    let of = |class: &str| {
        let mut all = Vec::new();
        for rest in html.split("<button ").skip(1) {
            let (tag, rest) = rest.split_once('>').unwrap();
            if tag.contains(class) {
                all.push(text(rest.split("</button>").next().unwrap()));
            }
        }
        all
    };
    (of("\"primary\""), of("\"link\""))
}
