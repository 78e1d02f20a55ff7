//! The states that the screens are drawn from.

use pbx_2fa_shared::session::View;
use pbx_2fa_shared::{AuthenticatorId, Kind, Problem, ProblemType};
use pbx_2fa_widget::model::{self, Answer, Event, State};
use serde_json::{Value, from_value, json};

use crate::common::*;

pub(crate) fn with(event: Event, view: View) -> State {
    let mut widget = Widget::showing(view);
    widget.happen(event);
    widget.state
}

pub(crate) fn refused(problem: ProblemType) -> State {
    let mut widget = Widget::starting();
    widget.answer(Answer::Refused(Problem::new(problem).with_retry_after(900)));
    widget.state
}

/// With so many recovery codes, and a code of the help desk.
pub(crate) fn and_codes(mut view: View, left: u32) -> View {
    let bypass = json!({"id": "aut_bypass", "kind": "bypass", "hint": "", "primary": false, "confirmed": true,
        "removable": false});
    for more in [bypass, recovery(left)] {
        view.authenticators.push(from_value(more).unwrap());
    }
    view
}

pub(crate) fn issued() -> View {
    let mut view = manage(&["issue_recovery_codes"]);
    view.recovery_codes = ten();
    view
}

/// A number of the exchange itself in the manager, and one that is being set up.
pub(crate) fn own_number() -> View {
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
pub(crate) fn mixed_up(enroll: View) -> State {
    let mut widget = Widget::showing(enroll);
    widget
        .happen(Event::KindChosen(Kind::Landline))
        .happen(Event::NumberTyped("0470123456".into()));
    widget.happen(Event::NumberSubmitted);
    widget.state
}

pub(crate) fn screens() -> Vec<(&'static str, State)> {
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
pub(crate) fn manages(state: &State) -> bool {
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

pub(crate) fn screen(name: &str) -> State {
    let (_, state) = screens().into_iter().find(|(known, _)| *known == name).unwrap();
    state
}
