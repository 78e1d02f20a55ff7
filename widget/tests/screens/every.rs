//! What is true of every screen.

use pbx_2fa_shared::ProblemType;
use pbx_2fa_widget::model::{self, Answer};
use yew::virtual_dom::VNode;

use crate::common::*;
use crate::drawing::*;
use crate::lint;
use crate::states::*;

#[test]
fn every_screen_has_a_title_and_no_hole_in_its_words() {
    for language in CATALOGUES {
        for (name, state) in screens() {
            let html = draw(&state, language);
            let shown = text(&html);
            let found = lint::of_the_other_form(&shown, language);
            assert!(found.is_empty(), "{name} {language}: {found:?}");
            assert_eq!(html.matches("<h2").count(), 1, "{name} {language}");
            assert!(
                !html.contains('{') && !html.contains('}'),
                "{name} {language}: a placeholder is left"
            );
            for element in ["h2", "button", "label", "option", "a"] {
                for inside in insides(&html, element) {
                    assert!(
                        !text(inside).trim().is_empty(),
                        "{name} {language}: an empty {element}"
                    );
                }
            }
            assert_eq!(html.matches("role=\"status\"").count(), 1, "{name}");
        }
    }
}

/// What the nodes of a screen are, and which elements are followed by a key.
fn look_at(node: &VNode, keyed: &mut Vec<String>) {
    match node {
        VNode::VTag(tag) => {
            assert_ne!(tag.tag(), "textarea");
            if node.has_key() {
                keyed.push(tag.tag().to_owned());
            }
            if let Some(children) = tag.children() {
                look_at(children, keyed);
            }
        }
        VNode::VList(list) => {
            assert!(!node.has_key(), "a list with a key");
            list.iter().for_each(|child| look_at(child, keyed));
        }
        VNode::VText(_) => {}
        other => panic!("neither an element nor a text: {other:?}"),
    }
}

/// What else yew can draw need not be downloaded. What is followed by a key are the manager's rows, and what is said.
#[test]
fn a_screen_is_made_of_elements_and_texts_alone() {
    for (name, state) in screens() {
        let mut keyed = Vec::new();
        look_at(&nodes(&state), &mut keyed);
        let said = keyed.pop();
        assert_eq!(said.as_deref(), Some("p"), "{name}: what is said");
        let rows = cfg!(feature = "manage") && state.screen() == model::Screen::Manage;
        assert!(
            keyed.iter().all(|element| rows && element == "li"),
            "{name}: {keyed:?}"
        );
    }
}

/// Before the first view nothing is known of the tenant.
#[test]
fn what_can_be_shown_before_the_tenant_is_known_addresses_nobody() {
    let mut unreachable = Widget::starting();
    unreachable.answer(Answer::Unreachable);
    let mut states = vec![unreachable.state];
    for problem in ProblemType::ALL {
        states.push(refused(*problem));
    }
    for state in states.into_iter().filter(|state| state.view.is_none()) {
        for name in CATALOGUES {
            let shown = text(&draw(&state, name));
            let found = lint::of_any_form(&shown, lint::form_of(name).0);
            assert!(
                found.is_empty(),
                "{name}, {:?}: {found:?} in {shown}",
                state.failure
            );
        }
    }
}

#[test]
fn what_went_wrong_has_its_sign() {
    let alert = "M12 8v5M12 16.5v.01";
    for (delivery, signs) in [
        ("no_answer", 1),
        ("declined", 1),
        ("failed", 1),
        ("throttled", 1),
        ("ringing", 0),
    ] {
        let html = draw(&Widget::showing(awaiting("mobile", delivery)).state, "nl");
        assert_eq!(html.matches(alert).count(), signs, "{delivery}");
    }
}
