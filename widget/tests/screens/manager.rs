//! The method manager.

use pbx_2fa_shared::AuthenticatorId;
use pbx_2fa_widget::model::Event;

use crate::common::*;
use crate::drawing::*;
use crate::states::*;

#[test]
fn a_disabled_method_says_what_to_do_and_cannot_become_primary() {
    let (_, mut state) = screens().into_iter().find(|(name, _)| *name == "manage").unwrap();
    for authenticator in &mut state.view.as_mut().unwrap().authenticators {
        authenticator.disabled = !authenticator.primary;
    }
    let html = draw(&state, "nl");
    assert_eq!(html.matches("Geblokkeerd").count(), 2);
    assert_eq!(
        html.matches("Verwijder deze methode en stel ze opnieuw in.")
            .count(),
        2
    );
    assert_eq!(html.matches("Set as Primary").count(), 0);
}

#[test]
fn set_as_primary_is_a_button_in_every_language_and_not_for_the_primary() {
    let (_, state) = screens().into_iter().find(|(name, _)| *name == "manage").unwrap();
    for language in ["nl", "fr", "de", "en"] {
        let html = draw(&state, language).replace('\u{a0}', " ");
        assert_eq!(html.matches("Set as Primary").count(), 2, "{language}");
        let before = html.split("Set as Primary").next().unwrap();
        let button = before.rsplit('<').next().unwrap();
        assert!(
            button.starts_with("button ") && button.contains("class=\"link\""),
            "{button}"
        );
    }
}

#[test]
fn done_is_not_offered_beside_a_question() {
    let actions = ["finish", "remove", "issue_recovery_codes"];
    let mut widget = Widget::showing(and_codes(manage(&actions), 7));
    let done = |widget: &Widget| buttons(&widget.state).0 == ["Done"];
    assert!(done(&widget));
    widget.happen(Event::CodesPressed);
    assert!(draw(&widget.state, "en").contains("Make new codes?") && !done(&widget));
    widget.happen(Event::BackPressed);
    assert!(done(&widget));
    widget.happen(Event::RemovePressed(AuthenticatorId::parse(TOTP).unwrap()));
    assert!(draw(&widget.state, "en").contains("Remove this method?") && !done(&widget));
}

#[test]
fn the_manager_has_a_section_for_codes_that_lists_none_of_them_as_a_method() {
    let html = draw(&screen("manage, no codes"), "en");
    assert!(html.contains("You have none yet.") && html.contains("Make codes"));
    let html = draw(&screen("manage, few codes"), "en");
    assert!(html.contains("3 codes left") && html.contains("You are running out."));
    assert_eq!(html.matches("part=\"method\"").count(), 3, "the methods alone");
    let html = draw(&screen("replacing"), "en");
    assert!(html.contains("7 codes left") && !html.contains("You are running out."));
    assert!(html.contains("The old ones will stop working.") && html.contains("Keep the old ones"));
    let html = draw(&screen("manage"), "en");
    assert!(!html.contains("ecovery"), "where the portal has none");
}

#[test]
fn the_codes_are_on_the_screen_once_each() {
    let html = draw(&screen("codes"), "en");
    for code in ten() {
        assert_eq!(html.matches(&code.grouped()).count(), 1);
    }
    assert!(html.contains("We show them only once."));
    for way in ["Copy", "Print", "Download", "I have saved them"] {
        assert_eq!(html.matches(&format!(">{way}<")).count(), 1, "{way}");
    }
}
