//! A code is awaited, or cannot be.

use pbx_2fa_shared::{Kind, Problem, ProblemType};
use pbx_2fa_widget::model::{Answer, Event};
use serde_json::json;

use crate::common::*;
use crate::drawing::*;
use crate::states::*;

#[test]
fn a_code_is_typed_into_exactly_one_labelled_field() {
    let with_a_field = [
        "app",
        "app sending",
        "mobile",
        "landline failed",
        "totp",
        "wrong",
        "confirm",
        "setup",
    ];
    for (name, state) in screens()
        .into_iter()
        .filter(|(name, _)| with_a_field.contains(name))
    {
        let html = draw(&state, "nl");
        assert_eq!(html.matches("<input").count(), 1, "{name}");
        assert_eq!(
            html.matches("<label for=\"code\">Code van 6 cijfers</label>")
                .count(),
            1,
            "{name}"
        );
        for attribute in [
            "autocomplete=\"one-time-code\"",
            "inputmode=\"numeric\"",
            "aria-describedby=\"lead error\"",
        ] {
            assert!(html.contains(attribute), "{name}: {attribute}");
        }
        assert!(
            !html.contains("disabled=") || html.contains("aria-disabled="),
            "{name}"
        );
        assert!(
            tags(&html, "\"cells\"").all(|tag| tag.contains("aria-hidden=\"true\"")),
            "{name}"
        );
    }
}

#[test]
fn a_wrong_code_is_marked_and_explained() {
    let (_, state) = screens().into_iter().find(|(name, _)| *name == "wrong").unwrap();
    let html = draw(&state, "nl");
    assert!(html.contains("aria-invalid=\"true\""));
    assert!(html.contains("Die code klopt niet. Je kan nog 3 keer proberen."));
    assert!(html.contains("Klopt de tijd op je telefoon?"));
}

/// A code that did not come, when another may be asked for.
fn not_come(kind: &str, delivery: &str, actions: &[&str]) -> Widget {
    let mut view = view(json!({"challenge": challenge(kind, delivery), "actions": actions}));
    view.challenge.as_mut().unwrap().resend_at = Some(NOW);
    Widget::showing(view)
}

#[test]
fn where_there_is_no_other_method_no_sentence_speaks_of_one() {
    let alone = ["attempt", "resend"];
    let both = ["attempt", "resend", "use_another"];
    for (kind, delivery) in [
        ("mobile", "no_answer"),
        ("mobile", "declined"),
        ("mobile", "failed"),
        ("app", "declined"),
        ("app", "failed"),
        ("app", "throttled"),
    ] {
        let another = |actions| {
            let mut widget = not_come(kind, delivery, actions);
            widget
                .state
                .view
                .as_mut()
                .unwrap()
                .challenge
                .as_mut()
                .unwrap()
                .resend_at = None;
            let html = draw(&widget.state, "en");
            (widget.said(), html.contains("another method"))
        };
        let (said, shown) = another(&alone);
        assert!(!said.contains("another method") && !shown, "{kind} {delivery}");
        let (said, shown) = another(&both);
        assert_eq!(
            said.contains("another method"),
            delivery != "throttled",
            "{kind} {delivery}"
        );
        assert!(shown, "{kind} {delivery}");
    }
    for problem in [ProblemType::TenantBudget, ProblemType::DeliveryUnavailable] {
        let notice = |actions| {
            let mut widget = not_come("mobile", "no_answer", actions);
            widget.happen(Event::ResendPressed).refuse(problem);
            widget.notice()
        };
        assert!(notice(&alone).ends_with("Try again later."));
        assert!(notice(&both).ends_with("Try again later or use another method."));
    }
    let notice = |actions| {
        let mut widget = not_come("mobile", "no_answer", actions);
        let refused = Problem::new(ProblemType::Locked).with_retry_after(900);
        widget.type_code("123456").answer(Answer::Refused(refused));
        widget.notice()
    };
    assert!(notice(&alone).ends_with("Try again at 14:35."));
    assert!(notice(&both).ends_with("Try again at 14:35, or use another method."));
    let mut spent = view(json!({"challenge": challenge("totp", "not_needed"), "actions": ["attempt"]}));
    spent.challenge.as_mut().unwrap().attempts_left = 0;
    assert!(draw(&Widget::showing(spent).state, "en").contains("Start again."));
}

#[test]
fn where_no_code_came_another_is_the_next_step_until_something_is_typed() {
    let both = ["attempt", "resend", "use_another"];
    let shown = |widget: &Widget| buttons(&widget.state);
    for delivery in ["no_answer", "declined", "failed"] {
        let mut widget = not_come("mobile", delivery, &both);
        let words = |primary: &str, links: &[&str]| {
            let links = links.iter().map(|link| (*link).to_owned()).collect();
            (vec![primary.to_owned()], links)
        };
        assert_eq!(shown(&widget), words("Call me again", &["Use another method"]));
        widget.type_code("1");
        assert_eq!(
            shown(&widget),
            words("Confirm", &["Call me again", "Use another method"])
        );
        widget.type_code("");
        let view = widget.state.view.as_mut().unwrap();
        view.authenticators.retain(|a| a.kind != Kind::Totp);
        assert_eq!(
            shown(&widget),
            words("Call me again", &[]),
            "the card is the other method"
        );
        let waits = Widget::showing(awaiting("mobile", delivery));
        assert_eq!(
            shown(&waits),
            words("Confirm", &["Use another method"]),
            "the wait is not over"
        );
    }
    let came = not_come("mobile", "sent", &both);
    assert_eq!(shown(&came).0, ["Confirm"]);
}

#[test]
fn an_app_that_is_the_only_method_comes_with_where_to_get_help() {
    let help = "Ask your administrator for help.";
    let alone = view(json!({"challenge": challenge("totp", "not_needed"), "actions": ["attempt"]}));
    assert!(draw(&Widget::showing(alone).state, "en").contains(help));
    assert!(!draw(&screen("totp"), "en").contains(help));
}

#[test]
fn only_bound_methods_that_are_not_in_use_are_offered() {
    let (_, state) = screens()
        .into_iter()
        .find(|(name, _)| *name == "methods")
        .unwrap();
    let html = draw(&state, "en");
    assert_eq!(html.matches("class=\"choice\"").count(), 2);
    assert!(!html.contains("Code in the Qaller app") && html.contains("+32 ••• •• •• 56"));
}

#[test]
fn a_late_code_offers_a_new_one() {
    let (_, state) = screens().into_iter().find(|(name, _)| *name == "late").unwrap();
    let html = draw(&state, "en");
    assert!(html.contains("This code has expired.") && html.contains("Call me again"));
    assert!(!html.contains(">Confirm<"));
}

#[test]
fn a_long_code_is_typed_into_one_labelled_field_for_letters() {
    for name in ["recovery", "bypass"] {
        let html = draw(&screen(name), "nl");
        assert_eq!(html.matches("<input").count(), 1, "{name}");
        assert!(
            html.contains("<label for=\"code\">Code van 16 tekens</label>"),
            "{name}"
        );
        for attribute in [
            "autocomplete=\"off\"",
            "inputmode=\"text\"",
            "autocapitalize=\"characters\"",
            "spellcheck=\"false\"",
        ] {
            assert!(html.contains(attribute), "{name}: {attribute}");
        }
        assert!(!html.contains("cell now"), "{name}: no places for digits");
    }
}

#[test]
fn codes_are_offered_after_the_methods_and_say_what_they_are() {
    let html = draw(&screen("methods and codes"), "en");
    let at = |words: &str| html.find(words).unwrap_or_else(|| panic!("{words} in {html}"));
    assert!(at("Authenticator app") < at("Help desk code"));
    assert!(at("Help desk code") < at("If your help desk gave you a code."));
    assert!(at("Recovery code") < at("7 codes left"));
}

#[test]
fn where_only_the_portal_can_help_the_screen_says_so_and_can_be_tried_again() {
    let html = draw(&screen("stuck"), "en");
    assert!(html.contains("Only your administrator can solve that.") && html.contains("Try again"));
    assert!(!html.contains("Too many"), "it need not be that");
}
