//! Setting up, putting off, changing and removing methods.

#![cfg(feature = "manage")]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "what stops a test fails it"
)]

mod common;

use common::*;
use pbx_2fa_shared::problem::Reason;
use pbx_2fa_shared::session::{EnrollRequest, NumberToEnroll};
use pbx_2fa_shared::{AuthenticatorId, Kind, Problem, ProblemType};
use pbx_2fa_widget::model::{Answer, Event, Failure, NumberError, Page, Panel, Request, Screen, Tell};
use serde_json::json;

fn id(text: &str) -> AuthenticatorId {
    AuthenticatorId::parse(text).unwrap()
}

fn enroll() -> pbx_2fa_shared::session::View {
    view(
        json!({"state": "enroll", "authenticators": [], "actions": ["enroll"],
        "suggestions": [{"kind": "landline", "hint": "+32 ••• •• •• 34"}]}),
    )
}

#[test]
fn a_number_is_typed_as_people_write_it() {
    let mut widget = Widget::showing(enroll());
    widget.happen(Event::KindChosen(Kind::Mobile));
    assert_eq!(widget.state.screen(), Screen::Number(Kind::Mobile));
    widget
        .happen(Event::NumberTyped("0470/12.34.56".into()))
        .happen(Event::NumberSubmitted);
    assert!(
        matches!(&widget.calls()[..], [Request::Enroll(EnrollRequest::Mobile(NumberToEnroll::Typed(typed)))]
        if typed.number.as_str() == "+32470123456")
    );
}

#[test]
fn a_number_that_cannot_be_one_is_not_sent() {
    let mut widget = Widget::showing(enroll());
    widget
        .happen(Event::KindChosen(Kind::Mobile))
        .happen(Event::NumberTyped("12".into()));
    assert!(widget.happen(Event::NumberSubmitted).calls().is_empty());
    assert_eq!(widget.state.number.error, Some(NumberError::Invalid));
    widget.happen(Event::NumberTyped("123".into()));
    assert_eq!(widget.state.number.error, None);
}

#[test]
fn a_mobile_number_typed_as_landline_is_one_press_from_right() {
    let mut widget = Widget::showing(enroll());
    widget
        .happen(Event::KindChosen(Kind::Landline))
        .happen(Event::NumberTyped("0470 12 34 56".into()));
    assert!(widget.happen(Event::NumberSubmitted).calls().is_empty());
    assert_eq!(widget.said(), "This is a mobile number, not a landline.");
    widget.happen(Event::NumberSavedAs(Kind::Mobile));
    assert!(matches!(
        &widget.calls()[..],
        [Request::Enroll(EnrollRequest::Mobile(_))]
    ));

    widget = Widget::showing(enroll());
    widget
        .happen(Event::KindChosen(Kind::Mobile))
        .happen(Event::NumberTyped("02 555 12 34".into()));
    widget.happen(Event::NumberSubmitted);
    assert_eq!(widget.said(), "This is a landline number, not a mobile number.");
}

#[test]
fn a_number_that_the_worker_refuses_keeps_its_screen() {
    let mut widget = Widget::showing(enroll());
    widget
        .happen(Event::KindChosen(Kind::Mobile))
        .happen(Event::NumberTyped("0470123456".into()));
    widget
        .happen(Event::NumberSubmitted)
        .refuse(ProblemType::NumberBlocked);
    assert_eq!(widget.state.number.error, Some(NumberError::Blocked));
    assert_eq!(widget.state.screen(), Screen::Number(Kind::Mobile));
}

#[test]
fn a_number_of_the_exchange_itself_is_explained() {
    let mut widget = Widget::showing(view(
        json!({"state": "enroll", "authenticators": [], "actions": ["enroll"]}),
    ));
    widget
        .happen(Event::KindChosen(Kind::Landline))
        .happen(Event::NumberTyped("02 555 12 34".into()))
        .happen(Event::NumberSubmitted)
        .answer(Answer::Refused(Problem {
            reason: Some(Reason::OwnPbx),
            ..Problem::new(ProblemType::NumberNotAllowed)
        }));
    assert_eq!(widget.state.number.error, Some(NumberError::OwnPbx));
    assert!(widget.said().ends_with("Set up another method first."));
}

#[test]
fn a_suggested_number_is_one_press() {
    let mut widget = Widget::showing(enroll());
    widget.happen(Event::SuggestionTaken(Kind::Landline));
    assert!(matches!(
        &widget.calls()[..],
        [Request::Enroll(EnrollRequest::Landline(
            NumberToEnroll::Suggested(_)
        ))]
    ));
}

#[test]
fn the_country_of_the_page_is_offered_first() {
    let widget = Widget::on(Page {
        region: "NL".into(),
        ..Page::default()
    });
    assert_eq!(
        pbx_2fa_shared::numbering::COUNTRIES[widget.state.number.country].iso,
        "NL"
    );
}

#[test]
fn the_key_of_an_authenticator_app_stays_while_its_code_is_typed() {
    let mut widget = Widget::showing(enroll());
    widget.happen(Event::KindChosen(Kind::Totp)).view(setup("enroll"));
    assert_eq!(widget.state.screen(), Screen::Setup);
    widget.type_code("111111").wrong(4);
    widget.happen(Event::RetryPressed);
    let mut again = setup("enroll");
    again.enrollment.as_mut().unwrap().totp = None;
    widget.view(again);
    let key = widget
        .state
        .view
        .as_ref()
        .and_then(|v| v.enrollment.as_ref()?.totp.clone());
    assert_eq!(key.unwrap().secret, KEY);
    assert!(!format!("{:?}", widget.state).contains(KEY));
    widget.type_code("123456");
    assert!(matches!(&widget.calls()[..], [Request::Confirm { .. }]));
    widget.view(view(json!({"state": "verified", "assertion": "a.b.c"})));
    assert!(widget.told().contains(&Tell::Verified("a.b.c".into())));
}

#[test]
fn a_number_under_way_is_called_again_with_the_same_request() {
    let mut widget = Widget::showing(enroll());
    widget
        .happen(Event::KindChosen(Kind::Mobile))
        .happen(Event::NumberTyped("0470123456".into()));
    widget.happen(Event::NumberSubmitted);
    widget.view(view(json!({"state": "enroll", "authenticators": [], "actions": ["enroll", "confirm"], "enrollment": {
        "id": "enr_1", "kind": "mobile", "hint": "+32 ••• •• •• 56", "delivery": "sent", "expires_at": NOW + 300,
        "resend_at": NOW + 30, "attempts_left": 5}})));
    assert_eq!(widget.state.screen(), Screen::Confirm);
    assert!(matches!(
        &widget.happen(Event::ResendPressed).calls()[..],
        [Request::Enroll(EnrollRequest::Mobile(_))]
    ));
}

#[test]
fn a_back_up_may_be_put_off() {
    let mut widget = Widget::showing(view(
        json!({"state": "backup", "actions": ["enroll", "skip_backup"],
        "backup": {"required": false, "skips_left": 2}}),
    ));
    assert_eq!(widget.state.screen(), Screen::Kinds);
    assert!(matches!(
        widget.happen(Event::BackupPutOff).calls()[..],
        [Request::Finish]
    ));
    widget.view(view(json!({"state": "verified", "assertion": "a.b.c"})));
    assert!(widget.told().contains(&Tell::Verified("a.b.c".into())));
}

#[test]
fn a_method_becomes_primary() {
    let mut widget = Widget::showing(manage(&["enroll", "set_primary", "remove"]));
    widget.happen(Event::PrimaryPressed(id(MOBILE)));
    assert!(matches!(&widget.calls()[..], [Request::SetPrimary(asked)] if asked.as_str() == MOBILE));
    widget.view(manage(&["enroll", "set_primary", "remove"]));
    assert_eq!(widget.said(), "Call to your mobile is now your primary method.");
    assert_eq!(widget.state.moved, Some(id(MOBILE)));
}

#[test]
fn a_change_that_needs_a_code_waits_for_it_and_goes_on_by_itself() {
    let mut step_up = awaiting("app", "sent");
    step_up.purpose = pbx_2fa_shared::Purpose::Manage;
    let all = ["enroll", "set_primary", "remove"];

    let asked_before = |widget: &mut Widget| {
        widget.happen(Event::PrimaryPressed(id(TOTP)));
    };
    let asked_after = |widget: &mut Widget| {
        widget
            .happen(Event::PrimaryPressed(id(TOTP)))
            .refuse(ProblemType::StepUpRequired);
    };
    for (actions, ask) in [
        (&["step_up"][..], &asked_before as &dyn Fn(&mut Widget)),
        (&all[..], &asked_after),
    ] {
        let mut widget = Widget::showing(manage(actions));
        ask(&mut widget);
        assert!(
            matches!(widget.calls()[..], [Request::Challenge(None)]),
            "{actions:?}"
        );
        widget.view(step_up.clone());
        assert_eq!(widget.state.screen(), Screen::Code);
        widget.type_code("123456").view(manage(&all));
        assert!(matches!(&widget.calls()[..], [Request::SetPrimary(asked)] if asked.as_str() == TOTP));
        widget.view(manage(&all));
        assert!(widget.calls().is_empty() && widget.state.wanted.is_none());
    }
}

#[test]
fn a_step_up_can_be_left() {
    let mut step_up = awaiting("app", "sent");
    step_up.purpose = pbx_2fa_shared::Purpose::Manage;
    let mut widget = Widget::showing(manage(&["step_up"]));
    widget
        .happen(Event::RemovePressed(id(TOTP)))
        .happen(Event::RemoveConfirmed(id(TOTP)))
        .view(step_up);
    widget.happen(Event::BackPressed);
    assert_eq!(widget.state.screen(), Screen::Manage);
    assert!(widget.state.wanted.is_none());
    widget.happen(Event::PrimaryPressed(id(TOTP)));
    assert!(widget.calls().is_empty(), "the code that was sent still counts");
    assert_eq!(widget.state.screen(), Screen::Code);
}

#[test]
fn a_number_that_was_never_proven_is_proven_before_it_is_primary() {
    let mut widget = Widget::showing(manage(&["set_primary"]));
    widget
        .happen(Event::PrimaryPressed(id(MOBILE)))
        .refuse(ProblemType::AuthenticatorPending);
    assert!(matches!(&widget.calls()[..], [Request::Challenge(Some(asked))] if asked.as_str() == MOBILE));
}

#[test]
fn a_removal_asks_first() {
    let mut widget = Widget::showing(manage(&["remove"]));
    assert!(widget.happen(Event::RemovePressed(id(TOTP))).calls().is_empty());
    assert_eq!(widget.state.panel, Panel::Removing(id(TOTP)));
    widget.happen(Event::BackPressed);
    assert_ne!(widget.state.panel, Panel::Removing(id(TOTP)));
    widget
        .happen(Event::RemovePressed(id(TOTP)))
        .happen(Event::RemoveConfirmed(id(TOTP)));
    assert!(matches!(&widget.calls()[..], [Request::Remove(asked)] if asked.as_str() == TOTP));
    widget.refuse(ProblemType::BackupRequired);
    assert_eq!(
        widget.notice(),
        "You still need this method. Add another one first."
    );
}

#[test]
fn a_locked_method_says_until_when_and_asks_what_is_left() {
    let mut widget = Widget::showing(awaiting("app", "sent"));
    widget
        .happen(Event::OtherMethodsPressed)
        .happen(Event::MethodPicked(id(MOBILE)));
    widget.answer(Answer::Refused(
        Problem::new(ProblemType::Locked).with_retry_after(900),
    ));
    assert_eq!(
        widget.notice(),
        "Too many attempts. Try again at 14:35, or use another method."
    );
    assert!(matches!(widget.calls()[..], [Request::Refresh]));
}

#[test]
fn a_method_manager_inside_another_site_stays_shut() {
    let mut widget = Widget::on(Page {
        framed: true,
        ..Page::default()
    });
    widget.open(manage(&["set_primary"]));
    assert_eq!(widget.state.screen(), Screen::Failed(Failure::Framed));
    let mut login = Widget::on(Page {
        framed: true,
        ..Page::default()
    });
    login.open(awaiting("app", "sent"));
    assert_eq!(login.state.screen(), Screen::Code);
}
