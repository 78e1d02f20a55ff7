//! The code field: what is typed, sent, refused, awaited.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "what stops a test fails it"
)]

mod common;

use common::*;
use pbx_2fa_shared::session::Delivery;
use pbx_2fa_shared::{AuthenticatorId, ProblemType};
use pbx_2fa_widget::model::{
    Answer, CodeError, CodeForm, Credential, Effect, Event, Failure, Focus, Request, Screen, Tell,
};
use serde_json::json;

fn codes_sent(widget: &Widget) -> Vec<String> {
    let code = |request: &Request| match request {
        Request::Attempt { code, .. } => Some(code.clone().into()),
        _ => None,
    };
    widget.calls().iter().filter_map(code).collect()
}

#[test]
fn the_ticket_is_exchanged_and_the_secret_carries_what_follows() {
    let mut widget = Widget::starting();
    assert!(matches!(widget.calls()[..], [Request::Exchange]));
    assert!(matches!(widget.state.credential, Credential::Ticket(_)));
    widget.open(awaiting("app", "sent"));
    assert_eq!(widget.state.screen(), Screen::Code);
    assert_eq!(widget.told(), [Tell::State("challenge")]);
    assert!(matches!(&widget.state.credential, Credential::Session(secret) if secret.expose() == "secret"));
    assert!(!format!("{:?}", widget.state).contains("secret\""));
}

#[test]
fn the_first_screen_takes_the_focus_only_from_nobody() {
    let widget = Widget::showing(awaiting("app", "sent"));
    assert!(widget.effects.iter().any(|e| matches!(
        e,
        Effect::Focus {
            on: Focus::Code,
            insist: false
        }
    )));
}

#[test]
fn the_sixth_digit_sends_the_code_once() {
    let mut widget = Widget::showing(awaiting("app", "sent"));
    assert!(codes_sent(widget.type_code("00708")).is_empty());
    assert_eq!(codes_sent(widget.type_code("007 081")), ["007081"]);
    assert!(widget.type_code("007 081").calls().is_empty());
    assert!(widget.happen(Event::CodeSubmitted).calls().is_empty());
}

#[test]
fn pasted_groups_are_one_code() {
    for pasted in ["123 456", "123-456", " 123456 ", "123456\n", "1 2 3 4 5 6 7"] {
        let mut widget = Widget::showing(awaiting("app", "sent"));
        assert_eq!(codes_sent(widget.type_code(pasted)), ["123456"], "{pasted:?}");
        assert_eq!(CodeForm::Digits.write(&widget.state.code.typed), "123 456");
    }
}

#[test]
fn the_caret_stays_behind_its_digit() {
    let caret = |text: &str, caret: u32| {
        let mut widget = Widget::showing(awaiting("app", "sent"));
        widget.happen(Event::CodeTyped {
            text: text.into(),
            caret,
        });
        widget.effects.iter().find_map(|e| {
            if let Effect::Caret(at) = e {
                Some(*at)
            } else {
                None
            }
        })
    };
    assert_eq!(caret("123", 3), None);
    assert_eq!(caret("1234", 4), Some(5));
    assert_eq!(caret("12 34", 2), Some(2));
    assert_eq!(caret("12a", 3), Some(2));
    assert_eq!(caret("1234567890", 10), Some(7));
}

#[test]
fn a_wrong_code_stays_selected_and_says_how_many_tries_are_left() {
    let mut widget = Widget::showing(awaiting("app", "sent"));
    widget.type_code("111111");
    widget.wrong(4);
    assert_eq!(widget.state.code.error, Some(CodeError::Wrong(Some(4))));
    assert_eq!(widget.state.code.typed.0, "111111");
    assert!(widget.effects.iter().any(|e| matches!(
        e,
        Effect::Focus {
            on: Focus::CodeSelected,
            insist: true
        }
    )));
    assert_eq!(widget.said(), "That code is not right. You can try 4 more times.");
    assert!(
        widget.told().is_empty(),
        "a slip of the finger is not the page's business"
    );

    assert!(
        widget.happen(Event::CodeSubmitted).calls().is_empty(),
        "a press on the code that was just refused costs no attempt"
    );
    assert_eq!(widget.said(), "That code is not right. You can try 4 more times.");

    let said = widget.state.said.serial;
    assert!(
        widget.type_code("111112").calls().len() == 1,
        "another code goes by itself"
    );
    widget.wrong(3);
    assert_ne!(widget.state.said.serial, said, "the same sentence is said again");
    widget.type_code("11111");
    assert_eq!(widget.state.code.error, None);
    assert!(
        widget.type_code("111112").calls().is_empty(),
        "the same code does not go by itself again"
    );
    assert_eq!(
        widget.happen(Event::CodeSubmitted).calls().len(),
        1,
        "a press sends it"
    );
    widget.wrong(1);
    assert_eq!(widget.said(), "That code is not right. You can try 1 more time.");
}

#[test]
fn a_short_code_is_not_sent() {
    let mut widget = Widget::showing(awaiting("app", "sent"));
    widget.type_code("123");
    assert!(widget.happen(Event::CodeSubmitted).calls().is_empty());
    assert_eq!(widget.state.code.error, Some(CodeError::Short(CodeForm::Digits)));
}

#[test]
fn the_last_wrong_code_asks_what_comes_next() {
    let mut widget = Widget::showing(awaiting("app", "sent"));
    widget.type_code("111111");
    widget.wrong(0);
    assert!(matches!(widget.calls()[..], [Request::Refresh]));
    widget.view(view(json!({"state": "locked", "locked_until": NOW + 900})));
    assert_eq!(widget.state.screen(), Screen::Locked);
}

#[test]
fn an_answer_to_an_earlier_request_is_nothing() {
    let mut widget = Widget::showing(awaiting("app", "sent"));
    widget.type_code("111111");
    let stale = widget.state.waiting.as_ref().unwrap().id - 1;
    let answer = Answer::View(Box::new(view(json!({"state": "verified", "assertion": "a.b.c"}))));
    widget.happen(Event::Answered {
        id: stale,
        now: START,
        answer: answer.clone(),
    });
    assert_eq!(widget.state.screen(), Screen::Code);
    assert!(widget.told().is_empty() && widget.state.busy());
    widget.wrong(4);
    let late = widget.state.last_request;
    widget.happen(Event::Answered {
        id: late,
        now: START,
        answer,
    });
    assert!(widget.told().is_empty(), "an answer counts once");
}

#[test]
fn the_right_code_hands_over_the_assertion() {
    let mut widget = Widget::showing(awaiting("totp", "not_needed"));
    widget.type_code("123456");
    widget.view(view(json!({"state": "verified", "assertion": "a.b.c"})));
    assert_eq!(
        widget.told(),
        [Tell::State("verified"), Tell::Verified("a.b.c".into())]
    );
    assert!(widget.wait(700_000).is_empty(), "nothing expires after the end");
}

#[test]
fn verified_without_an_assertion_finishes_by_itself() {
    let mut widget = Widget::showing(awaiting("totp", "not_needed"));
    widget.type_code("123456");
    widget.view(view(json!({"state": "verified", "actions": ["finish"]})));
    assert!(matches!(widget.calls()[..], [Request::Finish]));
}

/// Lets time pass until the worker is asked, and returns how long that took, and what the page knew.
fn until_watched(widget: &mut Widget) -> (u64, Delivery) {
    let from = widget.now;
    while widget.state.waiting.is_none() {
        widget.wait(500);
        assert!(widget.now - from < 20_000, "it is not watched");
    }
    assert!(!widget.state.busy(), "nobody waits for it");
    match widget.state.waiting.as_ref().map(|waiting| &waiting.request) {
        Some(Request::Watch(known)) => (widget.now - from, *known),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_delivery_is_watched_from_one_piece_of_news_to_the_next() {
    let mut widget = Widget::showing(awaiting("mobile", "sending"));
    let told = [
        (Delivery::Sending, "sent", "We are calling"),
        (Delivery::Sent, "ringing", "Your phone"),
        (Delivery::Ringing, "no_answer", "Nobody answered."),
    ];
    widget.type_code("12");
    for (known, news, words) in told {
        assert_eq!(until_watched(&mut widget), (500, known));
        widget.wait(14_000);
        widget.view(awaiting("mobile", news));
        assert!(widget.said().starts_with(words), "{}", widget.said());
    }
    assert_eq!(widget.state.code.typed.0, "12", "what is typed stays");
    assert!(calls(&widget.wait(60_000)).is_empty(), "it is over");
}

#[test]
fn where_no_news_comes_none_is_asked_for_after_a_while() {
    let mut widget = Widget::showing(awaiting("app", "sent"));
    let mut waited = Vec::new();
    for _ in 0..6 {
        waited.push(until_watched(&mut widget).0);
        widget.wait(20_000);
        let said = widget.state.said.serial;
        widget.view(awaiting("app", "sent"));
        assert_eq!(widget.state.said.serial, said, "nothing new is said");
    }
    assert_eq!(waited, [500, 1_000, 1_000, 1_000, 1_000, 1_000]);
    assert!(calls(&widget.wait(60_000)).is_empty());
    widget
        .happen(Event::ResendPressed)
        .view(awaiting("app", "sending"));
    assert_eq!(until_watched(&mut widget), (500, Delivery::Sending));
}

#[test]
fn a_watch_that_fails_goes_on_and_disturbs_nobody() {
    let mut widget = Widget::showing(awaiting("app", "sending"));
    widget.wait(500);
    widget.answer(Answer::Unreachable);
    assert!(widget.told().is_empty() && widget.state.notice.is_none());
    assert_eq!(until_watched(&mut widget), (1_000, Delivery::Sending));
    widget.wait(30_000);
    assert_eq!(
        until_watched(&mut widget).1,
        Delivery::Sending,
        "one without an answer is given up"
    );
    widget.type_code("123456");
    assert!(widget.state.busy(), "a code does not wait for the watch");
}

#[test]
fn a_watch_hears_that_the_login_is_over_or_went_elsewhere() {
    let refused = |kind: ProblemType| {
        let mut widget = Widget::showing(awaiting("app", "sent"));
        until_watched(&mut widget);
        widget.refuse(kind);
        widget.state.failure
    };
    assert!(matches!(refused(ProblemType::Expired), Some(Failure::Expired)));
    assert!(matches!(
        refused(ProblemType::Unauthorized),
        Some(Failure::Elsewhere)
    ));
}

#[test]
fn a_countdown_follows_the_worker_s_clock() {
    let mut widget = Widget::showing(awaiting("app", "sent"));
    assert_eq!(widget.state.clock.left(NOW + 30), 30);
    widget.wait(29_000);
    assert_eq!(widget.state.clock.left(NOW + 30), 1);
    widget.wait(5_000);
    assert!(
        matches!(&widget.happen(Event::ResendPressed).calls()[..], [Request::Challenge(Some(id))] if id.as_str() == APP)
    );
}

#[test]
fn expiry_is_said_at_sixty_thirty_ten_and_none() {
    let mut widget = Widget::showing(awaiting("app", "sent"));
    let mut heard = Vec::new();
    for _ in 0..620 {
        let serial = widget.state.said.serial;
        widget.wait(500);
        if widget.state.said.serial != serial {
            heard.push(widget.said());
        }
    }
    let left = |n: u32| format!("{n} seconds left to type the code.");
    assert_eq!(
        heard,
        [
            left(60),
            left(30),
            left(10),
            "This code has expired. Ask for a new one.".into()
        ]
    );
    assert!(
        widget.type_code("123456").calls().is_empty(),
        "a code that is too late is not sent"
    );
}

#[test]
fn the_transaction_ends_with_its_time() {
    let mut widget = Widget::showing(awaiting("app", "sent"));
    let effects = widget.wait(601_000);
    assert_eq!(widget.state.screen(), Screen::Failed(Failure::Expired));
    assert!(
        effects
            .iter()
            .any(|e| matches!(e, Effect::Tell(Tell::Problem("expired"))))
    );
    assert_eq!(widget.happen(Event::RestartPressed).told(), [Tell::Restart]);
}

#[test]
fn without_a_connection_what_is_typed_stays_and_can_be_sent_again() {
    let mut widget = Widget::showing(awaiting("app", "sent"));
    widget.type_code("123456").answer(Answer::Unreachable);
    assert_eq!(widget.told(), [Tell::Problem("unreachable")]);
    assert_eq!(
        (widget.state.screen(), widget.notice().as_str()),
        (Screen::Code, "No connection. Check your internet.")
    );
    assert_eq!(codes_sent(widget.happen(Event::CodeSubmitted)), ["123456"]);
    widget.answer(Answer::Unreachable);
    assert!(matches!(
        widget.happen(Event::Woken).calls()[..],
        [Request::Refresh]
    ));
    widget.view(awaiting("app", "sent"));
    assert_eq!(widget.notice(), "");
}

#[test]
fn the_look_when_the_connection_is_back_holds_no_press_up() {
    let mut widget = Widget::showing(awaiting("app", "sent"));
    widget.type_code("123456").answer(Answer::Unreachable);
    widget.happen(Event::Woken);
    assert_eq!(codes_sent(widget.happen(Event::CodeSubmitted)), ["123456"]);
}

#[test]
fn an_answer_is_not_waited_for_for_ever() {
    let mut widget = Widget::showing(awaiting("app", "sent"));
    widget.type_code("123456");
    let effects = widget.wait(15_000);
    assert!(effects.iter().any(|e| matches!(e, Effect::Cancel)));
    assert!(!widget.state.busy());
}

#[test]
fn an_answer_that_waits_for_its_words_is_there() {
    let mut widget = Widget::showing(awaiting("app", "sent"));
    widget.type_code("123456");
    widget.wait(14_000);
    let id = widget.state.waiting.as_ref().unwrap().id;
    widget.happen(Event::Arrived { id: id - 1 });
    widget.happen(Event::Arrived { id });
    let effects = widget.wait(14_500);
    assert!(!effects.iter().any(|e| matches!(e, Effect::Cancel)));
    widget.view(view(json!({"state": "verified", "assertion": "a.b.c"})));
    assert_eq!(
        widget.told(),
        [Tell::State("verified"), Tell::Verified("a.b.c".into())]
    );
}

#[test]
fn a_code_by_another_method_is_news() {
    let mut widget = Widget::showing(awaiting("app", "sent"));
    let of_the_app = widget.said();
    widget.happen(Event::MethodPicked(AuthenticatorId::parse(MOBILE).unwrap()));
    widget.view(awaiting("mobile", "sent"));
    assert_ne!(widget.said(), of_the_app);
    let to_the_code = |e: &Effect| {
        matches!(
            e,
            Effect::Focus {
                on: Focus::Code,
                insist: true
            }
        )
    };
    assert!(widget.effects.iter().any(to_the_code));
}

#[test]
fn what_was_said_of_a_screen_is_not_found_on_the_next() {
    let mut widget = Widget::showing(awaiting("app", "sent"));
    assert_ne!(widget.said(), "");
    widget.happen(Event::CodeSubmitted);
    let of_the_code = widget.said();
    widget.happen(Event::Woken);
    assert_eq!(widget.said(), of_the_code, "the screen is still the same");
    widget.happen(Event::OtherMethodsPressed);
    assert_eq!(widget.said(), "");
    let state = view(json!({"state": "locked", "locked_until": NOW + 900}));
    widget.happen(Event::BackPressed);
    widget.type_code("111111");
    widget.wrong(0);
    widget.view(state);
    assert_eq!(
        (widget.state.screen(), widget.said().as_str()),
        (Screen::Locked, "")
    );
}

#[test]
fn a_problem_on_opening_has_a_screen_of_its_own() {
    for (problem, failure) in [
        (ProblemType::OriginNotAllowed, Failure::OriginNotAllowed),
        (ProblemType::TicketUsed, Failure::Elsewhere),
        (ProblemType::Expired, Failure::Expired),
        (ProblemType::NotFound, Failure::Expired),
        (ProblemType::Unauthorized, Failure::Expired),
        (ProblemType::Unavailable, Failure::Unavailable),
        (ProblemType::InvalidRequest, Failure::Unavailable),
    ] {
        let mut widget = Widget::starting();
        widget.refuse(problem);
        assert_eq!(widget.state.screen(), Screen::Failed(failure), "{problem:?}");
        assert_eq!(widget.told(), [Tell::Problem(problem.name())]);
    }
    let mut widget = Widget::starting();
    widget.answer(Answer::Unreachable);
    assert_eq!(widget.state.screen(), Screen::Failed(Failure::Offline));
    assert!(matches!(
        widget.happen(Event::RetryPressed).calls()[..],
        [Request::Exchange]
    ));
    widget.open(awaiting("app", "sent"));
    assert_eq!(widget.state.screen(), Screen::Code);
}

#[test]
fn every_problem_leaves_a_screen_that_says_something() {
    for problem in ProblemType::ALL {
        let mut widget = Widget::showing(awaiting("app", "sent"));
        widget.type_code("123456").refuse(*problem);
        let said = widget.state.failure.is_some()
            || widget.state.notice.is_some()
            || widget.state.code.error.is_some();
        assert!(said || widget.state.number.error.is_some(), "{problem:?}");
    }
}

#[test]
fn another_page_taking_over_ends_this_one() {
    let mut widget = Widget::showing(awaiting("app", "sent"));
    widget.type_code("123456").refuse(ProblemType::Unauthorized);
    assert_eq!(widget.state.screen(), Screen::Failed(Failure::Elsewhere));
}

#[test]
fn another_method_is_two_presses_away() {
    let mut widget = Widget::showing(awaiting("app", "sent"));
    widget.happen(Event::OtherMethodsPressed);
    assert_eq!(widget.state.screen(), Screen::Methods);
    let id = AuthenticatorId::parse(TOTP).unwrap();
    widget.happen(Event::MethodPicked(id));
    assert!(matches!(&widget.calls()[..], [Request::Challenge(Some(id))] if id.as_str() == TOTP));
    widget.view(awaiting("totp", "not_needed"));
    assert_eq!(widget.state.screen(), Screen::Code);
    widget
        .happen(Event::OtherMethodsPressed)
        .happen(Event::BackPressed);
    assert_eq!(widget.state.screen(), Screen::Code);
}

#[test]
fn a_lock_ends_by_itself() {
    let mut widget = Widget::showing(view(json!({"state": "locked", "locked_until": NOW + 60})));
    let effects = widget.wait(61_000);
    assert!(matches!(calls(&effects)[..], [Request::Refresh]));
    widget.view(awaiting("app", "sent"));
    assert_eq!(widget.state.screen(), Screen::Code);
}
