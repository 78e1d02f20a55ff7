//! Setting up authenticators.

use pbx_2fa_shared::delivery::{CodePurpose, DeliveryReport, Message};
use pbx_2fa_shared::session::{Action, Delivery, State};
use pbx_2fa_shared::{Kind, ProblemType};

use super::harness::{APP, APP_AND_MOBILE, MOBILE, NOTHING, START, World, refused, wrong};
use crate::limits;
use crate::refusal::Refusal;

#[test]
fn a_first_method_completes_the_login_in_one_flow() {
    let mut world = World::new();
    let mut page = world.login(NOTHING);
    assert_eq!(page.view.state, State::Enroll);
    let app = world.enroll_totp(&mut page).unwrap();
    assert_eq!(page.view.state, State::Enroll);
    assert_eq!(page.enrollment().delivery, Delivery::NotNeeded);
    assert!(page.view.actions.contains(&Action::Confirm));
    world.confirm(&mut page, &app.code_at(world.now)).unwrap();
    assert_eq!(page.view.state, State::Backup);
    world.bind_number(&mut page, Kind::Mobile, "+32470123456");
    assert_eq!(page.view.state, State::Verified);
    assert_eq!(page.claims.as_ref().unwrap().acr, "urn:pbx-2fa:pstn");
    assert_eq!(world.primary(), Some(Kind::Totp));
    world.redeem(&page, None).unwrap();
}

#[test]
fn the_key_of_an_authenticator_app_is_shown_once() {
    let mut world = World::new();
    let mut page = world.login(r#"{"display_name":"An: Peeters"}"#);
    world.enroll_totp(&mut page).unwrap();
    let setup = page.enrollment().totp.clone().unwrap();
    assert_eq!(setup.secret.len(), 32, "160 bits in base32");
    assert!(setup.uri.starts_with("otpauth://totp/Portal:An"), "{}", setup.uri);
    assert!(setup.uri.contains(&format!("secret={}", setup.secret)));
    world.look(&mut page).unwrap();
    assert!(page.enrollment().totp.is_none());
}

#[test]
fn a_number_is_called_and_its_code_binds_it() {
    let mut world = World::new();
    for (kind, number) in [(Kind::Mobile, "+32470123456"), (Kind::Landline, "+3225551234")] {
        let mut page = world.login(NOTHING);
        if page.view.state != State::Enroll {
            world.answer(&mut page, None).unwrap();
        }
        world.enroll_number(&mut page, kind, number).unwrap();
        let Some(Message::Call(call)) = world.sent.last().cloned() else {
            panic!("a telephone is called")
        };
        assert_eq!((call.number.as_str(), call.line), (number, kind));
        assert_eq!(call.code.purpose, CodePurpose::Enroll);
        assert_eq!(page.enrollment().expires_at, world.now + 300);
        let code = world.code();
        world.confirm(&mut page, &code).unwrap();
        let bound = world.status().authenticators;
        assert!(bound.iter().any(|a| a.kind == kind && a.confirmed));
    }
    assert_eq!(world.kinds(), [Kind::Mobile, Kind::Landline]);
}

#[test]
fn a_number_that_the_portal_knows_is_set_up_by_one_click() {
    let mut world = World::new();
    let mut page = world.login(r#"{"landline":"+3225551234"}"#);
    assert_eq!(page.view.state, State::Enroll);
    assert_eq!(page.view.suggestions.len(), 1);
    assert_eq!(page.view.suggestions[0].hint, "+32 ••• •• •• 34");
    world
        .enroll(&mut page, r#"{"kind":"landline","suggested":true}"#)
        .unwrap();
    let code = world.code();
    world.confirm(&mut page, &code).unwrap();
    assert_eq!(world.kinds(), [Kind::Landline]);
    assert_eq!(
        refused(world.enroll(&mut page, r#"{"kind":"mobile","suggested":true}"#)),
        ProblemType::NotFound
    );
}

#[test]
fn a_number_of_the_other_sort_or_of_no_sort_is_refused_before_any_call() {
    let mut world = World::new();
    let mut page = world.login(NOTHING);
    for (kind, number) in [
        (Kind::Landline, "+32470123456"),
        (Kind::Mobile, "+3225551234"),
        (Kind::Mobile, "+3247012345"),
        (Kind::Landline, "+324701234567"),
    ] {
        assert_eq!(
            refused(world.enroll_number(&mut page, kind, number)),
            ProblemType::NumberNotAllowed,
            "{number}"
        );
    }
    assert!(world.sent.is_empty());
}

#[test]
fn a_number_that_is_bound_is_not_bound_again() {
    let mut world = World::new();
    let mut page = world.login(MOBILE);
    world.answer(&mut page, None).unwrap();
    assert_eq!(
        refused(world.enroll_number(&mut page, Kind::Mobile, "+32470123456")),
        ProblemType::NumberNotAllowed
    );
}

#[test]
fn a_number_that_was_bound_elsewhere_meanwhile_is_not_bound_twice() {
    let mut world = World::new();
    let mut page = world.manage(APP);
    world.step_up(&mut page, None);
    world
        .enroll_number(&mut page, Kind::Mobile, "+32470123456")
        .unwrap();
    let code = world.code();
    world.manage(APP_AND_MOBILE);
    assert_eq!(
        refused(world.confirm(&mut page, &code)),
        ProblemType::NumberNotAllowed
    );
    assert_eq!(world.kinds(), [Kind::App, Kind::Mobile]);
}

#[test]
fn asking_again_for_the_same_number_waits_and_for_another_one_does_not() {
    let mut world = World::new();
    let mut page = world.login(NOTHING);
    world
        .enroll_number(&mut page, Kind::Mobile, "+32470123456")
        .unwrap();
    let first = world.code();
    assert_eq!(
        world.enroll_number(&mut page, Kind::Mobile, "+32470123456"),
        Err(Refusal::Wait {
            problem: ProblemType::SendThrottled,
            until: world.now + 30
        })
    );
    world
        .enroll_number(&mut page, Kind::Mobile, "+32470123457")
        .unwrap();
    assert_eq!(
        refused(world.confirm(&mut page, &first)),
        ProblemType::CodeInvalid
    );
    let second = world.code();
    world.confirm(&mut page, &second).unwrap();
    assert_eq!(page.view.authenticators[0].hint, "+32 ••• •• •• 57");
}

#[test]
fn wrong_codes_are_carried_over_when_a_number_is_called_again() {
    let mut world = World::new();
    let mut page = world.login(NOTHING);
    world
        .enroll_number(&mut page, Kind::Mobile, "+32470123456")
        .unwrap();
    for _ in 0..3 {
        let miss = wrong(&world.code());
        assert_eq!(refused(world.confirm(&mut page, &miss)), ProblemType::CodeInvalid);
    }
    world.now += 30;
    world
        .enroll_number(&mut page, Kind::Mobile, "+32470123456")
        .unwrap();
    assert_eq!(page.enrollment().attempts_left, 2);
}

#[test]
fn a_call_that_failed_is_made_again_at_once() {
    let mut world = World::new();
    let mut page = world.login(NOTHING);
    world
        .enroll_number(&mut page, Kind::Mobile, "+32470123456")
        .unwrap();
    let challenge = world.sent[0].code().challenge.clone();
    world.report(&challenge, DeliveryReport::Failed).unwrap();
    world.look(&mut page).unwrap();
    assert_eq!(page.enrollment().delivery, Delivery::Failed);
    world
        .enroll_number(&mut page, Kind::Mobile, "+32470123456")
        .unwrap();
    assert_eq!(world.sent.len(), 2);
}

#[test]
fn five_wrong_codes_end_an_enrollment() {
    let mut world = World::new();
    let mut page = world.login(NOTHING);
    world
        .enroll_number(&mut page, Kind::Mobile, "+32470123456")
        .unwrap();
    let right = world.code();
    for attempts_left in (0..5).rev() {
        let refusal = world.confirm(&mut page, &wrong(&right)).unwrap_err();
        assert_eq!(refusal, Refusal::CodeInvalid { attempts_left });
    }
    world.now += 30;
    assert_eq!(refused(world.confirm(&mut page, &right)), ProblemType::NotFound);
    world.look(&mut page).unwrap();
    assert!(page.view.enrollment.is_none());
    assert!(world.kinds().is_empty());
}

#[test]
fn the_code_of_an_enrollment_is_good_for_five_minutes_to_the_second() {
    let mut world = World::new();
    let mut page = world.login(NOTHING);
    world
        .enroll_number(&mut page, Kind::Mobile, "+32470123456")
        .unwrap();
    let right = world.code();
    world.now += 300;
    assert_eq!(refused(world.confirm(&mut page, &right)), ProblemType::Expired);
    world.now -= 1;
    world.confirm(&mut page, &right).unwrap();
}

#[test]
fn an_enrollment_goes_with_its_transaction() {
    let mut world = World::new();
    let mut page = world.login(NOTHING);
    let app = world.enroll_totp(&mut page).unwrap();
    world.now += 600;
    let code = app.code_at(world.now);
    assert_eq!(refused(world.confirm(&mut page, &code)), ProblemType::Expired);
    assert!(world.kinds().is_empty());
}

#[test]
fn another_transaction_s_enrollment_is_not_found() {
    let mut world = World::new();
    let mut one = world.login(NOTHING);
    let app = world.enroll_totp(&mut one).unwrap();
    let mut two = world.login(NOTHING);
    world.enroll_totp(&mut two).unwrap();
    two.view.enrollment = one.view.enrollment.clone();
    let code = app.code_at(world.now);
    assert_eq!(refused(world.confirm(&mut two, &code)), ProblemType::NotFound);
}

#[test]
fn a_ninth_authenticator_is_refused_with_advice() {
    let mut world = World::new();
    let mut page = world.login(NOTHING);
    let app = world.bind_totp(&mut page);
    for n in 0..7 {
        world.now += limits::NEW_NUMBERS_WINDOW;
        let mut page = world.manage(NOTHING);
        world.step_up(&mut page, Some(&app));
        world.bind_number(&mut page, Kind::Mobile, &format!("+3247012345{n}"));
    }
    world.now += 601;
    let mut page = world.manage(NOTHING);
    world.step_up(&mut page, Some(&app));
    assert!(page.view.enrollable.is_empty());
    let refusal = world.enroll_totp(&mut page).err().unwrap();
    assert!(matches!(refusal, Refusal::Explained { detail, .. } if detail.contains("at most 8")));
    assert_eq!(world.kinds().len(), 8);
}

#[test]
fn the_last_free_place_is_not_taken_twice() {
    let mut world = World::new();
    let mut page = world.login(NOTHING);
    let app = world.bind_totp(&mut page);
    for n in 0..6 {
        world.now += limits::NEW_NUMBERS_WINDOW;
        let mut page = world.manage(NOTHING);
        world.step_up(&mut page, Some(&app));
        world.bind_number(&mut page, Kind::Mobile, &format!("+3247012345{n}"));
    }
    world.now += 601;
    let mut one = world.manage(NOTHING);
    world.step_up(&mut one, Some(&app));
    world.now += 30;
    let mut two = world.manage(NOTHING);
    world.step_up(&mut two, Some(&app));
    let first = world.enroll_totp(&mut one).unwrap();
    let second = world.enroll_totp(&mut two).unwrap();
    world.confirm(&mut one, &first.code_at(world.now)).unwrap();
    let code = second.code_at(world.now);
    assert_eq!(
        refused(world.confirm(&mut two, &code)),
        ProblemType::InvalidRequest
    );
    assert_eq!(world.kinds().len(), 8);
}

#[test]
fn a_kind_that_the_tenant_does_not_allow_is_neither_offered_nor_set_up() {
    let mut world = World::with_policy(|p| p.kinds = vec![Kind::App, Kind::Totp]);
    let mut page = world.login(r#"{"mobile":"+32470123456","landline":"+3225551234"}"#);
    assert_eq!(page.view.enrollable, [Kind::Totp]);
    assert!(page.view.suggestions.is_empty());
    assert_eq!(
        refused(world.enroll_number(&mut page, Kind::Mobile, "+32470123456")),
        ProblemType::InvalidRequest
    );
    assert!(world.sent.is_empty());
}

#[test]
fn a_sixth_new_number_in_a_month_is_not_called() {
    let mut world = World::new();
    for n in 0..limits::NEW_NUMBERS {
        let mut page = world.login(NOTHING);
        world
            .enroll_number(&mut page, Kind::Mobile, &format!("+3247012345{n}"))
            .unwrap();
        world.now += 601;
    }
    let called = world.sent.len();
    let mut page = world.login(NOTHING);
    assert_eq!(
        world.enroll_number(&mut page, Kind::Mobile, "+32470123459"),
        Err(Refusal::Wait {
            problem: ProblemType::SendThrottled,
            until: START + limits::NEW_NUMBERS_WINDOW
        })
    );
    assert_eq!(world.sent.len(), called);
    world.now += limits::SEND_DAY;
    let mut page = world.login(NOTHING);
    world
        .enroll_number(&mut page, Kind::Mobile, "+32470123450")
        .unwrap();
    assert_eq!(
        world.sent.len(),
        called + 1,
        "one that was called before may be called again"
    );
    world.now = START + limits::NEW_NUMBERS_WINDOW;
    let mut page = world.login(NOTHING);
    world
        .enroll_number(&mut page, Kind::Mobile, "+32470123459")
        .unwrap();
}
