//! A method is being set up.

use pbx_2fa_shared::Kind;
use pbx_2fa_widget::model::Event;
use serde_json::json;

use crate::common::*;
use crate::drawing::*;
use crate::states::*;

#[test]
fn the_key_is_in_the_link_the_picture_and_the_text_and_nowhere_else() {
    let (_, state) = screens().into_iter().find(|(name, _)| *name == "setup").unwrap();
    let html = draw(&state, "nl");
    assert_eq!(html.matches(KEY).count(), 1, "in the link");
    assert!(html.contains(&format!("href=\"otpauth://totp/Qaller:an?secret={KEY}")));
    assert!(html.contains("<span>JBSW</span><span>Y3DP</span>"));
    assert!(
        tags(&html, "\"dark\"").any(|tag| tag.contains("d=\"M4 4h7v1h-7z")),
        "a finder pattern behind four quiet modules"
    );
}

#[test]
fn a_number_of_the_other_kind_is_one_press_from_being_that() {
    let enroll = || view(json!({"state": "enroll", "authenticators": [], "actions": ["enroll"]}));
    let mut widget = Widget::showing(enroll());
    widget.state = mixed_up(enroll());
    assert_eq!(buttons(&widget.state).0, ["Set up as a mobile"]);
    widget.happen(Event::NumberTyped("02555".into()));
    assert_eq!(buttons(&widget.state).0, ["Call me now"]);
    let mut landlines = enroll();
    landlines.enrollable.retain(|kind| *kind != Kind::Mobile);
    assert_eq!(buttons(&mixed_up(landlines)).0, ["Call me now"]);
}

#[test]
fn one_more_method_is_asked_for_by_its_reason() {
    let html = draw(&screen("fallback used"), "en");
    assert!(html.contains("Set up a method that you have at hand") && html.contains("Not now"));
    assert!(html.contains("You have 1 recovery code left.") && !html.contains("put this off"));
    let html = draw(&screen("too weak"), "en");
    assert!(html.contains("This portal asks for a safer method") && !html.contains("Not now"));
    let html = draw(&screen("backup"), "en");
    assert!(html.contains("Set up a back-up method") && html.contains("2 more times"));
}

#[test]
fn a_number_of_the_exchange_itself_comes_with_a_warning() {
    let warning = "This number belongs to the phone system itself.";
    assert_eq!(draw(&screen("own number"), "en").matches(warning).count(), 1);
    let mut list = screen("own number");
    list.view.as_mut().unwrap().enrollment = None;
    assert_eq!(draw(&list, "en").matches(warning).count(), 1, "on one row");
    assert!(!draw(&screen("manage"), "en").contains(warning));
}
