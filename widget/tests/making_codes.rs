//! Making recovery codes in the manager, and keeping what is shown once.

#![cfg(feature = "manage")]
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "what stops a test fails it"
)]

mod common;

use common::*;
use pbx_2fa_shared::ProblemType;
use pbx_2fa_shared::session::View;
use pbx_2fa_widget::model::{Effect, Event, Failure, Focus, Request, Screen, Way};

/// The manager, with so many recovery codes left.
fn manager(left: Option<u32>, actions: &[&str]) -> View {
    let mut view = manage(actions);
    view.authenticators
        .extend(left.map(|left| serde_json::from_value(recovery(left)).unwrap()));
    view
}

fn issued(actions: &[&str]) -> View {
    let mut view = manager(Some(10), actions);
    view.recovery_codes = ten();
    view
}

const MAY: [&str; 2] = ["issue_recovery_codes", "finish"];

#[test]
fn the_first_are_made_at_once_and_new_ones_after_a_question() {
    let mut widget = Widget::showing(manager(None, &MAY));
    widget.happen(Event::CodesPressed);
    assert!(matches!(widget.calls()[..], [Request::IssueRecoveryCodes]));

    let mut widget = Widget::showing(manager(Some(2), &MAY));
    assert!(widget.happen(Event::CodesPressed).calls().is_empty());
    assert!(widget.effects.iter().any(|e| matches!(
        e,
        Effect::Focus {
            on: Focus::Keep,
            insist: true
        }
    )));
    assert!(widget.happen(Event::BackPressed).calls().is_empty());
    assert_eq!(widget.state.screen(), Screen::Manage);
    widget.happen(Event::CodesPressed);
    assert!(matches!(
        widget.happen(Event::CodesConfirmed).calls()[..],
        [Request::IssueRecoveryCodes]
    ));
}

#[test]
fn the_code_that_it_takes_is_asked_in_its_place_and_the_offer_outlives_a_change_of_mind() {
    let mut widget = Widget::showing(manager(None, &["step_up", "issue_recovery_codes"]));
    widget.happen(Event::CodesPressed);
    assert!(matches!(widget.calls()[..], [Request::Challenge(None)]));
    let mut asked = awaiting("app", "sent");
    asked.purpose = pbx_2fa_shared::Purpose::Manage;
    widget.view(asked.clone());
    assert_eq!(widget.state.screen(), Screen::Code);
    widget.happen(Event::BackPressed);
    assert_eq!(widget.state.screen(), Screen::Manage);
    assert!(widget.state.makes_codes, "the offer is still there");
    assert!(widget.happen(Event::CodesPressed).calls().is_empty());
    assert_eq!(
        widget.state.screen(),
        Screen::Code,
        "the code that is awaited already"
    );
    widget.type_code("123456").view(manager(None, &MAY));
    assert!(matches!(widget.calls()[..], [Request::IssueRecoveryCodes]));
    widget.view(issued(&MAY));
    assert_eq!(widget.state.screen(), Screen::Codes);
}

#[test]
fn a_proof_that_got_too_old_is_asked_again() {
    let mut widget = Widget::showing(manager(None, &MAY));
    widget
        .happen(Event::CodesPressed)
        .refuse(ProblemType::StepUpRequired);
    assert!(matches!(widget.calls()[..], [Request::Challenge(None)]));
}

#[test]
fn a_tenant_without_them_offers_none() {
    let widget = Widget::showing(manager(None, &["step_up"]));
    assert!(!widget.state.makes_codes);
}

#[test]
fn what_is_shown_once_stays_until_it_is_kept_and_is_never_printed() {
    let mut widget = Widget::showing(manager(None, &MAY));
    widget.happen(Event::CodesPressed).view(issued(&MAY));
    assert_eq!(widget.state.issued, ten());
    assert!(!format!("{:?}", widget.state).contains(ten()[0].as_str()));
    assert!(widget.state.view.as_ref().unwrap().recovery_codes.is_empty());

    for way in [Way::Copy, Way::Print, Way::Save] {
        widget.happen(Event::CodesTaken(way, "the sheet".into()));
        assert!(
            widget
                .effects
                .iter()
                .any(|e| matches!(e, Effect::Keep(to, text) if *to == way && text.expose() == "the sheet"))
        );
        assert!(!format!("{:?}", widget.effects).contains("the sheet"));
    }
    assert_eq!(widget.said(), "The recovery codes have been copied.");

    widget.happen(Event::CodesKept);
    assert_eq!(widget.state.screen(), Screen::Manage);
    assert!(widget.state.issued.is_empty());
}

#[test]
fn the_end_of_the_visit_waits_until_they_are_kept() {
    let mut widget = Widget::showing(manager(None, &MAY));
    widget.happen(Event::CodesPressed).view(issued(&MAY));
    widget.wait(700_000);
    assert_eq!(widget.state.screen(), Screen::Codes);
    widget.happen(Event::CodesKept);
    assert_eq!(widget.state.screen(), Screen::Failed(Failure::Expired));
}
