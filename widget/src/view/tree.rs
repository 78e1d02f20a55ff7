//! Elements by calls of one function, which all screens share: a third less code than the macro writes out for each.
//! `html!` stays where an element is special: a field, a list's keys.

use std::rc::Rc;

use yew::html::onclick;
use yew::virtual_dom::{VTag, VText};
use yew::{Html, html::onsubmit};

use super::Draw;
use super::parts::{press, submit};
use crate::model::Event;

/// Names and values, as in a tag.
type Attributes<'a> = &'a [(&'static str, &'a str)];

/// An element.
pub(super) fn el(tag: &'static str, attributes: Attributes<'_>, children: Vec<Html>) -> Html {
    element(tag, attributes, children).into()
}

/// An element that holds nothing but a text.
pub(super) fn says(tag: &'static str, attributes: Attributes<'_>, text: &str) -> Html {
    el(tag, attributes, vec![self::text(text)])
}

/// A text, escaped by being one.
pub(super) fn text(text: &str) -> Html {
    VText::new(text.to_owned()).into()
}

/// A button that is this event.
pub(super) fn button(draw: Draw<'_>, attributes: Attributes<'_>, event: Event, children: Vec<Html>) -> Html {
    let mut button = element("button", attributes, children);
    button.add_attribute("type", "button");
    button.add_listener(Rc::new(onclick::Wrapper::new(press(draw, event))));
    button.into()
}

/// A form that is this event when it is submitted.
pub(super) fn form(draw: Draw<'_>, class: &'static str, event: Event, children: Vec<Html>) -> Html {
    let mut form = element("form", &[("class", class), ("novalidate", "")], children);
    form.add_listener(Rc::new(onsubmit::Wrapper::new(submit(draw, event))));
    form.into()
}

fn element(tag: &'static str, attributes: Attributes<'_>, children: Vec<Html>) -> VTag {
    let mut element = VTag::new(tag);
    for (name, value) in attributes {
        element.add_attribute(name, (*value).to_owned());
    }
    element.add_children(children);
    element
}
