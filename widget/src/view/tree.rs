//! Elements by calls of one function, which all screens share: a third less code than the macro writes out for each.
//! `html!` stays where an element is special: a field, a list's keys.

use std::rc::Rc;

use yew::html::onclick;
use yew::html::onsubmit;
use yew::virtual_dom::{AttributeOrProperty, Attributes, Listener, VTag, VText};
use yew::{AttrValue, Html};

use super::Draw;
use super::parts::{press, submit};
use crate::model::Event;

/// Attributes of an element: see [`with!`].
pub(super) struct With<'a> {
    pub(super) names: &'static [&'static str],
    pub(super) values: &'a [&'a str],
}

/// Names and values, as in a tag. The names are a constant, by which two drawings of an element are compared.
macro_rules! with {
    ($($name:literal = $value:expr),*) => {
        &$crate::view::tree::With { names: &[$($name),*], values: &[$($value),*] }
    };
}
pub(super) use with;

/// An element.
pub(super) fn el(tag: &'static str, attributes: &With<'_>, children: Vec<Html>) -> Html {
    element(tag, attributes, children).into()
}

/// An element that holds nothing but a text.
pub(super) fn says(tag: &'static str, attributes: &With<'_>, text: &str) -> Html {
    el(tag, attributes, vec![self::text(text)])
}

/// A text, escaped by being one.
pub(super) fn text(text: &str) -> Html {
    VText::new(text.to_owned()).into()
}

/// A button that is this event; its attributes say `type="button"`, or it would submit the form around it.
pub(super) fn button(draw: Draw<'_>, attributes: &With<'_>, event: Event, children: Vec<Html>) -> Html {
    let listener = Rc::new(onclick::Wrapper::new(press(draw, event)));
    listening("button", attributes, listener, children)
}

/// A form that is this event when it is submitted.
pub(super) fn form(draw: Draw<'_>, class: &'static str, event: Event, children: Vec<Html>) -> Html {
    let listener = Rc::new(onsubmit::Wrapper::new(submit(draw, event)));
    listening(
        "form",
        with!["class" = class, "novalidate" = ""],
        listener,
        children,
    )
}

fn listening(
    tag: &'static str,
    attributes: &With<'_>,
    listener: Rc<dyn Listener>,
    children: Vec<Html>,
) -> Html {
    let mut element = element(tag, attributes, children);
    element.set_listeners([Some(listener)].into());
    element.into()
}

fn element(tag: &'static str, attributes: &With<'_>, children: Vec<Html>) -> VTag {
    let value = |value: &&str| {
        Some(AttributeOrProperty::Attribute(AttrValue::from(
            (*value).to_owned(),
        )))
    };
    let mut element = VTag::new(tag);
    element.attributes = Attributes::Dynamic {
        keys: attributes.names,
        values: attributes.values.iter().map(value).collect(),
    };
    element.add_children(children);
    element
}
