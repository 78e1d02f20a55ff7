//! Typing recovery codes and codes of the help desk.

#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "what stops a test fails it"
)]

mod common;

use common::*;
use pbx_2fa_shared::SubmittedCode;
use pbx_2fa_widget::model::{CodeError, CodeForm, Effect, Event, Focus, Request};

const CODE: &str = "0A1B2C3D4E5F6G7H";

fn codes_sent(widget: &Widget) -> Vec<String> {
    let code = |request: &Request| match request {
        Request::Attempt { code, .. } => Some(code.clone().into()),
        _ => None,
    };
    widget.calls().iter().filter_map(code).collect()
}

fn caret(text: &str, caret: u32) -> Option<u32> {
    let mut widget = Widget::showing(fallback("recovery"));
    widget.happen(Event::CodeTyped {
        text: text.into(),
        caret,
    });
    widget.effects.iter().find_map(|effect| match effect {
        Effect::Caret(at) => Some(*at),
        _ => None,
    })
}

#[test]
fn sixteen_characters_of_any_grouping_and_case_are_one_code_and_the_last_sends_it() {
    for kind in ["recovery", "bypass"] {
        for pasted in [
            "0A1B-2C3D-4E5F-6G7H",
            "0a1b2c3d4e5f6g7h",
            " oAlB 2c3d 4E5F 6G7H\n",
            "OaiB/2C3D/4E5F/6G7Hxyz",
        ] {
            let mut widget = Widget::showing(fallback(kind));
            assert_eq!(codes_sent(widget.type_code(pasted)), [CODE], "{pasted:?}");
            assert_eq!(
                CodeForm::Characters.write(&widget.state.code.typed),
                "0A1B-2C3D-4E5F-6G7H"
            );
            assert!(widget.happen(Event::CodeSubmitted).calls().is_empty(), "once");
        }
    }
    let mut widget = Widget::showing(fallback("recovery"));
    assert!(codes_sent(widget.type_code("0A1B-2C3D-4E5F-6G7")).is_empty());
}

#[test]
fn the_caret_stays_behind_its_character() {
    assert_eq!(caret("0A1B", 4), None);
    assert_eq!(caret("0a", 2), Some(2));
    assert_eq!(caret("0A1B2", 5), Some(6), "behind the hyphen that came in");
    assert_eq!(caret("0A1B-X2C3D-4E5F", 6), Some(6), "in the middle");
    assert_eq!(
        caret("0A1B2C3D", 4),
        Some(4),
        "the hyphen is back, the caret before it"
    );
    assert_eq!(caret("0A1BU-2C3D", 5), Some(4), "a letter that no code has");
    assert_eq!(caret("0A1B-2C3D-4E5F-6G7HXX", 21), Some(19));
}

#[test]
fn a_short_one_is_not_sent_and_a_wrong_one_stays_selected() {
    let mut widget = Widget::showing(fallback("recovery"));
    widget.type_code("123456");
    assert!(widget.happen(Event::CodeSubmitted).calls().is_empty());
    assert_eq!(
        widget.state.code.error,
        Some(CodeError::Short(CodeForm::Characters))
    );
    assert_eq!(widget.said(), "Type all 16 letters and digits of the code.");
    widget.type_code(CODE).wrong(4);
    assert_eq!(widget.said(), "That code is not right. You can try 4 more times.");
    assert_eq!(widget.state.code.typed.0, CODE);
    assert!(widget.effects.iter().any(|e| matches!(
        e,
        Effect::Focus {
            on: Focus::CodeSelected,
            insist: true
        }
    )));
}

#[test]
fn a_short_code_field_takes_no_letters_after_a_long_one() {
    let mut widget = Widget::showing(fallback("recovery"));
    widget.type_code("12345").happen(Event::OtherMethodsPressed);
    widget.happen(Event::MethodPicked(
        pbx_2fa_shared::AuthenticatorId::parse(TOTP).unwrap(),
    ));
    let mut other = awaiting("totp", "not_needed");
    other.challenge.as_mut().unwrap().id = pbx_2fa_shared::ChallengeId::parse("chl_2").unwrap();
    widget.view(other);
    assert_eq!(widget.state.code.typed.0, "");
    widget.type_code("1a2b3c4d5e6f");
    assert!(
        matches!(&widget.calls()[..], [Request::Attempt { code: SubmittedCode::OneTime(code), .. }]
        if code.as_str() == "123456")
    );
}

#[test]
fn a_code_ends_what_was_said_of_it() {
    for (kind, said) in [
        (
            "recovery",
            "Type a code from your list of recovery codes. Each code works once.",
        ),
        ("bypass", "Type the code that the help desk gave you."),
    ] {
        assert_eq!(Widget::showing(fallback(kind)).said(), said);
    }
}
