//! A login's part of the widget, and the whole that goes on where a view asks for more.

#![allow(clippy::unwrap_used, reason = "what stops a test fails it")]

mod common;

use common::*;
use pbx_2fa_shared::session::View;
use pbx_2fa_widget::model::{
    Credential, Effect, Event, Failure, Page, Part, Request, Screen, Secret, State, Tell, update,
};
use serde_json::json;

fn login() -> Widget {
    Widget::on(Page {
        part: Part::Login,
        ..Page::default()
    })
}

fn handed_over(widget: &Widget) -> bool {
    matches!(&widget.effects[..], [Effect::HandOver(secret)] if secret.expose() == "secret")
}

fn backup() -> View {
    view(json!({"state": "backup", "actions": ["enroll", "skip_backup"], "backup": {"required": false}}))
}

#[test]
fn what_a_login_has_no_screen_for_goes_to_the_whole_with_the_secret() {
    let enroll = view(json!({"state": "enroll", "authenticators": [], "actions": ["enroll"]}));
    for beyond in [enroll, backup(), manage(&["set_primary"])] {
        let mut widget = login();
        widget.open(beyond);
        assert!(handed_over(&widget));
        assert_eq!(widget.state.screen(), Screen::Opening);
    }
}

#[test]
fn a_login_needs_nothing_more() {
    let locked = view(json!({"state": "locked", "locked_until": NOW + 9, "actions": ["use_another"]}));
    let verified = view(json!({"state": "verified", "assertion": "a.b.c"}));
    for enough in [
        awaiting("app", "sent"),
        awaiting("totp", "not_needed"),
        locked,
        verified,
    ] {
        let mut widget = login();
        widget.open(enough);
        assert!(
            !widget
                .effects
                .iter()
                .any(|effect| matches!(effect, Effect::HandOver(_)))
        );
        assert_ne!(widget.state.screen(), Screen::Opening);
    }
}

#[test]
fn after_the_code_the_screen_stays_until_the_whole_draws_and_the_page_hears_nothing_twice() {
    let mut widget = login();
    widget.open(awaiting("app", "sent"));
    widget.type_code("123456").view(backup());
    assert!(handed_over(&widget));
    assert_eq!((widget.state.screen(), widget.state.busy()), (Screen::Code, true));
}

#[test]
fn where_the_rest_cannot_be_fetched_trying_again_asks_for_the_view_and_hands_over_again() {
    let mut widget = login();
    widget.open(awaiting("app", "sent"));
    widget.type_code("123456").view(backup()).happen(Event::Stranded);
    assert_eq!(widget.state.screen(), Screen::Failed(Failure::Offline));
    assert_eq!(widget.told(), [Tell::Problem("unreachable")]);
    assert!(matches!(
        widget.happen(Event::RetryPressed).calls()[..],
        [Request::Refresh]
    ));
    assert!(handed_over(widget.view(backup())));
}

#[test]
fn the_whole_goes_on_with_the_session_and_never_hands_over() {
    let state = State::new(Credential::Session(Secret::new("secret".into())), Page::default());
    let (state, effects) = update(state, Event::Started { now: START });
    assert!(matches!(calls(&effects)[..], [Request::Refresh]));
    let mut whole = Widget {
        state,
        now: START,
        effects,
    };
    whole.view(backup());
    assert_eq!(whole.state.screen(), Screen::Kinds);
    assert_eq!(whole.told(), [Tell::State("backup")]);
}
