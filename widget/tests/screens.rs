//! Every screen in every language, drawn as HTML. Without the feature `manage`, those that a login needs.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "what stops a test fails it"
)]

mod common;
mod lint;

use std::rc::Rc;

use common::*;
use futures::executor::block_on;
use pbx_2fa_shared::session::View;
use pbx_2fa_shared::{AuthenticatorId, Kind, Problem, ProblemType};
use pbx_2fa_widget::i18n::Words;
use pbx_2fa_widget::model::{self, Answer, Event, State};
use pbx_2fa_widget::view::{Draw, page};
use serde_json::{Value, from_value, json};
use yew::virtual_dom::VNode;
use yew::{Callback, Html, LocalServerRenderer, Properties, component};

#[derive(Clone, Properties)]
struct Shown {
    state: Rc<State>,
    words: Rc<Words>,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.state, &other.state)
    }
}

#[component]
fn Screen(shown: &Shown) -> Html {
    page(Draw {
        state: &shown.state,
        words: &shown.words,
        link: &Callback::noop(),
    })
}

fn nodes(state: &State) -> Html {
    page(Draw {
        state,
        words: &words("nl"),
        link: &Callback::noop(),
    })
}

fn draw(state: &State, language: &str) -> String {
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

fn with(event: Event, view: View) -> State {
    let mut widget = Widget::showing(view);
    widget.happen(event);
    widget.state
}

fn refused(problem: ProblemType) -> State {
    let mut widget = Widget::starting();
    widget.answer(Answer::Refused(Problem::new(problem).with_retry_after(900)));
    widget.state
}

/// With so many recovery codes, and a code of the help desk.
fn and_codes(mut view: View, left: u32) -> View {
    let bypass = json!({"id": "aut_bypass", "kind": "bypass", "hint": "", "primary": false, "confirmed": true,
        "removable": false});
    for more in [bypass, recovery(left)] {
        view.authenticators.push(from_value(more).unwrap());
    }
    view
}

fn issued() -> View {
    let mut view = manage(&["issue_recovery_codes"]);
    view.recovery_codes = ten();
    view
}

/// A number of the exchange itself in the manager, and one that is being set up.
fn own_number() -> View {
    let mut view = view(
        json!({"state": "manage", "purpose": "manage", "actions": ["confirm"], "enrollment": {"id": "enr_1", "kind": "landline",
        "hint": "+32 ••• •• •• 34", "delivery": "sent", "expires_at": NOW + 300, "attempts_left": 5, "own_pbx": true}}),
    );
    view.authenticators
        .iter_mut()
        .for_each(|a| a.own_pbx = a.kind == Kind::Mobile);
    view
}

/// A mobile number, typed for a landline.
#[cfg(feature = "manage")]
fn mixed_up(enroll: View) -> State {
    let mut widget = Widget::showing(enroll);
    widget
        .happen(Event::KindChosen(Kind::Landline))
        .happen(Event::NumberTyped("0470123456".into()));
    widget.happen(Event::NumberSubmitted);
    widget.state
}

fn screens() -> Vec<(&'static str, State)> {
    let show = |view| Widget::showing(view).state;
    let id = |text| AuthenticatorId::parse(text).unwrap();
    let enroll = || view(json!({"state": "enroll", "authenticators": [], "actions": ["enroll"]}));
    let backup = |backup: Value, actions: Value| {
        view(json!({"state": "backup", "actions": actions, "backup": backup}))
    };
    let confirm = view(
        json!({"state": "enroll", "actions": ["confirm"], "enrollment": {"id": "enr_1", "kind": "mobile",
        "hint": "+32 ••• •• •• 56", "delivery": "sent", "expires_at": NOW + 300, "resend_at": NOW, "attempts_left": 5}}),
    );
    let mut wrong = Widget::showing(awaiting("totp", "not_needed"));
    wrong.type_code("111111").wrong(4).type_code("111112").wrong(3);
    let mut late = Widget::showing(awaiting("mobile", "sent"));
    late.wait(301_000);
    let mut offline = Widget::showing(awaiting("app", "sent"));
    offline.type_code("123456").answer(Answer::Unreachable);
    vec![
        ("app", show(awaiting("app", "sent"))),
        ("app sending", show(awaiting("app", "sending"))),
        ("mobile", show(awaiting("mobile", "sent"))),
        ("landline failed", show(awaiting("landline", "failed"))),
        ("ringing", show(awaiting("mobile", "ringing"))),
        ("answered", show(awaiting("mobile", "answered"))),
        ("no answer", show(awaiting("landline", "no_answer"))),
        ("declined", show(awaiting("mobile", "declined"))),
        ("app declined", show(awaiting("app", "declined"))),
        ("throttled", show(awaiting("mobile", "throttled"))),
        ("totp", show(awaiting("totp", "not_needed"))),
        ("wrong", wrong.state),
        ("late", late.state),
        ("notice", offline.state),
        (
            "methods",
            with(Event::OtherMethodsPressed, awaiting("app", "sent")),
        ),
        ("enroll", show(enroll())),
        ("number", with(Event::KindChosen(Kind::Mobile), enroll())),
        #[cfg(feature = "manage")]
        ("mixed up", mixed_up(enroll())),
        ("confirm", show(confirm)),
        ("setup", show(setup("enroll"))),
        (
            "backup",
            show(backup(
                json!({"required": false, "skips_left": 2}),
                json!(["enroll", "skip_backup"]),
            )),
        ),
        (
            "backup by date",
            show(backup(
                json!({"required": false, "until": NOW}),
                json!(["enroll", "skip_backup"]),
            )),
        ),
        (
            "backup now",
            show(backup(json!({"required": true}), json!(["enroll"]))),
        ),
        (
            "manage",
            show(manage(&["enroll", "set_primary", "remove", "finish"])),
        ),
        (
            "removing",
            with(Event::RemovePressed(id(TOTP)), manage(&["remove"])),
        ),
        (
            "verified",
            show(view(json!({"state": "verified", "assertion": "a.b.c"}))),
        ),
        (
            "locked",
            show(view(
                json!({"state": "locked", "locked_until": NOW + 9, "actions": ["use_another"]}),
            )),
        ),
        ("recovery", show(fallback("recovery"))),
        ("bypass", show(fallback("bypass"))),
        (
            "methods and codes",
            with(Event::OtherMethodsPressed, and_codes(awaiting("app", "sent"), 7)),
        ),
        (
            "fallback used",
            show(and_codes(
                backup(
                    json!({"reason": "fallback_used", "required": false, "skips_left": 2}),
                    json!(["enroll", "skip_backup"]),
                ),
                1,
            )),
        ),
        (
            "too weak",
            show(backup(
                json!({"reason": "too_weak", "required": true}),
                json!(["enroll"]),
            )),
        ),
        ("manage, no codes", show(manage(&["issue_recovery_codes"]))),
        (
            "manage, few codes",
            show(and_codes(manage(&["issue_recovery_codes"]), 3)),
        ),
        #[cfg(feature = "manage")]
        (
            "replacing",
            with(
                Event::CodesPressed,
                and_codes(manage(&["issue_recovery_codes"]), 7),
            ),
        ),
        ("codes", show(issued())),
        ("own number", show(own_number())),
        ("stuck", show(view(json!({"state": "locked"})))),
        ("expired", refused(ProblemType::Expired)),
        ("elsewhere", refused(ProblemType::TicketUsed)),
        ("origin", refused(ProblemType::OriginNotAllowed)),
        ("unavailable", refused(ProblemType::Unavailable)),
        ("locked out", refused(ProblemType::Locked)),
    ]
    .into_iter()
    .filter(|(_, state)| cfg!(feature = "manage") || !manages(state))
    .collect()
}

/// Whether the screen is one that a login hands over for.
fn manages(state: &State) -> bool {
    matches!(
        state.screen(),
        model::Screen::Kinds
            | model::Screen::Number(_)
            | model::Screen::Confirm
            | model::Screen::Setup
            | model::Screen::Manage
            | model::Screen::Codes
    )
}

/// What is inside each element of this name.
fn insides<'a>(html: &'a str, element: &str) -> Vec<&'a str> {
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
fn text(html: &str) -> String {
    html.split('<')
        .map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text))
        .collect()
}

/// The tags that have this in them.
fn tags<'a>(html: &'a str, having: &'a str) -> impl Iterator<Item = &'a str> {
    html.split('<')
        .filter_map(|piece| piece.split('>').next())
        .filter(move |tag| tag.contains(having))
}

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

#[cfg(feature = "manage")]
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

#[cfg(feature = "manage")]
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

#[cfg(feature = "manage")]
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

/// What its buttons say: those for the next step, and the quiet ones.
fn buttons(state: &State) -> (Vec<String>, Vec<String>) {
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

#[test]
fn an_app_that_is_the_only_method_comes_with_where_to_get_help() {
    let help = "Ask your administrator for help.";
    let alone = view(json!({"challenge": challenge("totp", "not_needed"), "actions": ["attempt"]}));
    assert!(draw(&Widget::showing(alone).state, "en").contains(help));
    assert!(!draw(&screen("totp"), "en").contains(help));
}

#[cfg(feature = "manage")]
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

#[cfg(feature = "manage")]
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

fn screen(name: &str) -> State {
    let (_, state) = screens().into_iter().find(|(known, _)| *known == name).unwrap();
    state
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

#[cfg(feature = "manage")]
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

#[cfg(feature = "manage")]
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

#[cfg(feature = "manage")]
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

#[cfg(feature = "manage")]
#[test]
fn a_number_of_the_exchange_itself_comes_with_a_warning() {
    let warning = "This number belongs to the phone system itself.";
    assert_eq!(draw(&screen("own number"), "en").matches(warning).count(), 1);
    let mut list = screen("own number");
    list.view.as_mut().unwrap().enrollment = None;
    assert_eq!(draw(&list, "en").matches(warning).count(), 1, "on one row");
    assert!(!draw(&screen("manage"), "en").contains(warning));
}
