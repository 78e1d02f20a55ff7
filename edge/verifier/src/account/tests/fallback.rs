//! Recovery codes, the help desk's codes, and first methods by invitation.

use pbx_2fa_shared::operator::FirstEnrollment;
use pbx_2fa_shared::session::{Action, BackupReason, State};
use pbx_2fa_shared::trail::{Event, EventType};
use pbx_2fa_shared::{Kind, ProblemType, RecoveryCode};

use super::harness::{APP, AuthenticatorApp, NOTHING, Page, World, refused};
use crate::account::{Act, Command, HelpDeskAct};
use crate::limits;

/// A login in which the user asks for a fallback of this kind.
fn login_by(world: &mut World, kind: Kind) -> Page {
    let mut page = world.login(NOTHING);
    let id = World::offered(&page, kind).expect("offered");
    world.ask(&mut page, Some(id)).unwrap();
    page
}

fn left(page: &Page) -> Option<u32> {
    let shown = page.view.authenticators.iter().find(|a| a.kind == Kind::Recovery);
    shown.and_then(|a| a.codes_left)
}

fn with_codes() -> (World, AuthenticatorApp, Vec<RecoveryCode>) {
    let (mut world, app) = World::with_all_kinds();
    let codes = world.recovery_codes(Some(&app));
    world.now += 3_600;
    (world, app, codes)
}

#[test]
fn ten_are_made_shown_once_and_each_logs_in_once() {
    let (mut world, _, codes) = with_codes();
    assert_eq!(codes.len(), limits::RECOVERY_CODES);
    let distinct: std::collections::BTreeSet<_> = codes.iter().collect();
    assert_eq!(distinct.len(), codes.len());
    for (used, code) in (0..).zip(&codes) {
        let mut page = login_by(&mut world, Kind::Recovery);
        assert_eq!(left(&page), Some(10 - used));
        assert!(page.view.recovery_codes.is_empty(), "shown once");
        world.attempt_with(&mut page, code).unwrap();
        let backup = page.view.backup.clone().unwrap();
        assert_eq!(
            (backup.reason, backup.required),
            (BackupReason::FallbackUsed, false)
        );
        world.finish(&mut page).unwrap();
        let claims = page.claims.clone().unwrap();
        assert_eq!(
            (claims.acr.as_str(), claims.amr),
            ("urn:pbx-2fa:recovery", vec!["otp".to_owned()])
        );
        world.redeem(&page, None).unwrap();
        world.now += 700;
    }
    let page = world.login(NOTHING);
    assert_eq!(World::offered(&page, Kind::Recovery), None, "none is left");
    assert_eq!(world.status().recovery_codes_left, Some(0));
}

#[test]
fn they_are_never_first_never_primary_and_no_back_up() {
    let mut world = World::new();
    let mut page = world.login(APP);
    world.answer(&mut page, None).unwrap();
    world.finish(&mut page).unwrap();
    world.now += 700;
    let mut page = world.manage(NOTHING);
    world.step_up(&mut page, None);
    world.act(&mut page, Act::IssueRecoveryCodes).unwrap();
    assert!(world.status().backup_due, "they are no back-up");
    assert!(!page.view.actions.contains(&Action::SetPrimary));
    let authenticator = World::offered(&page, Kind::Recovery).unwrap();
    for act in [
        Act::SetPrimary {
            authenticator: authenticator.clone(),
        },
        Act::Remove { authenticator },
    ] {
        assert_eq!(refused(world.act(&mut page, act)), ProblemType::NotFound);
    }
    world.now += 700;
    let page = world.login(NOTHING);
    assert_eq!(page.challenge().kind, Kind::App);
    assert_eq!(page.view.authenticators.last().unwrap().kind, Kind::Recovery);
}

#[test]
fn new_ones_end_the_old_and_need_a_fresh_code() {
    let (mut world, app, codes) = with_codes();
    let mut page = world.manage(NOTHING);
    assert_eq!(
        refused(world.act(&mut page, Act::IssueRecoveryCodes)),
        ProblemType::StepUpRequired
    );
    let mut login = login_by(&mut world, Kind::Recovery);
    assert_eq!(
        refused(world.act(&mut login, Act::IssueRecoveryCodes)),
        ProblemType::StepUpRequired,
        "a login makes none"
    );
    let challenge = login.challenge().id.clone();
    world.step_up(&mut page, Some(&app));
    world.act(&mut page, Act::IssueRecoveryCodes).unwrap();
    let act = Act::Attempt {
        challenge,
        code: pbx_2fa_shared::SubmittedCode::Recovery(codes[0].clone()),
    };
    assert_eq!(refused(world.act(&mut login, act)), ProblemType::NotFound);
    world.now += 700;
    let mut login = login_by(&mut world, Kind::Recovery);
    assert_eq!(
        refused(world.attempt_with(&mut login, &codes[0])),
        ProblemType::CodeInvalid
    );
    world
        .attempt_with(&mut login, &page.view.recovery_codes[0])
        .unwrap();
}

#[test]
fn a_tenant_may_have_none() {
    let (mut world, app) = World::with_all_kinds();
    world.tenant.policy.recovery_codes = false;
    let mut page = world.manage(NOTHING);
    world.step_up(&mut page, Some(&app));
    assert!(!page.view.actions.contains(&Action::IssueRecoveryCodes));
    assert_eq!(
        refused(world.act(&mut page, Act::IssueRecoveryCodes)),
        ProblemType::NotFound
    );
}

#[test]
fn wrong_ones_count_like_any_code_and_too_many_end_them() {
    let (mut world, _, codes) = with_codes();
    let wrong = RecoveryCode::parse("0123456789ABCDEF").unwrap();
    for n in 1..=limits::WRONG_CODES {
        let mut page = login_by(&mut world, Kind::Recovery);
        assert_eq!(
            refused(world.attempt_with(&mut page, &wrong)),
            ProblemType::CodeInvalid
        );
        if limits::back_off(n) > 0 {
            assert_eq!(
                refused(world.attempt_with(&mut page, &codes[0])),
                if n == limits::WRONG_CODES {
                    ProblemType::NotFound
                } else {
                    ProblemType::AccountThrottled
                },
                "after {n}"
            );
        }
        world.now += 901;
    }
    let mut page = world.login(NOTHING);
    assert_eq!(World::offered(&page, Kind::Recovery), None);
    world.now += limits::SEND_DAY;
    page = world.login(NOTHING);
    world.answer(&mut page, None).unwrap();
    assert_eq!(page.view.state, State::Verified, "the methods are not touched");
}

#[test]
fn a_code_of_the_other_form_is_a_wrong_one() {
    let (mut world, app, codes) = with_codes();
    let mut page = world.login(NOTHING);
    assert_eq!(
        refused(world.attempt_with(&mut page, &codes[0])),
        ProblemType::CodeInvalid
    );
    let totp = world.bound(Kind::Totp);
    world.ask(&mut page, Some(totp)).unwrap();
    assert_eq!(
        refused(world.attempt_with(&mut page, &codes[0])),
        ProblemType::CodeInvalid
    );
    let recovery = World::offered(&page, Kind::Recovery);
    world.ask(&mut page, recovery).unwrap();
    let code = app.code_at(world.now);
    assert_eq!(refused(world.attempt(&mut page, &code)), ProblemType::CodeInvalid);
    world.attempt_with(&mut page, &codes[0]).unwrap();
}

#[test]
fn they_lead_out_where_every_method_is_disabled_and_something_must_be_set_up_then() {
    let (mut world, app) = World::with_totp();
    let codes = world.recovery_codes(Some(&app));
    for _ in 0..limits::WRONG_CODES {
        let mut page = world.login(NOTHING);
        let wrong = app.wrong_at(world.now);
        assert_eq!(
            refused(world.attempt(&mut page, &wrong)),
            ProblemType::CodeInvalid
        );
        world.now += 901;
    }
    assert!(world.is_disabled(Kind::Totp));
    let mut page = world.login(NOTHING);
    assert_eq!(
        (page.view.state, page.challenge().kind),
        (State::Challenge, Kind::Recovery)
    );
    world.attempt_with(&mut page, &codes[0]).unwrap();
    assert!(page.view.backup.as_ref().unwrap().required);
    assert_eq!(refused(world.finish(&mut page)), ProblemType::BackupRequired);
    world.bind_totp(&mut page);
    world.finish(&mut page).unwrap();
    assert_eq!(page.view.state, State::Verified);
}

#[test]
fn without_a_method_they_are_asked_before_one_is_set_up() {
    let (mut world, app) = World::with_totp();
    let codes = world.recovery_codes(Some(&app));
    let authenticator = world.bound(Kind::Totp);
    let by = serde_json::from_str(r#"{"actor":"Mia","reason":"lost"}"#).unwrap();
    let act = HelpDeskAct::Remove { authenticator };
    world.apply(Command::HelpDesk { by, act }).reply.unwrap();
    let mut page = world.login(NOTHING);
    assert_eq!(page.challenge().kind, Kind::Recovery);
    assert_eq!(
        refused(world.enroll_totp(&mut page).map(drop)),
        ProblemType::StepUpRequired
    );
    world.attempt_with(&mut page, &codes[0]).unwrap();
    world.bind_totp(&mut page);
}

#[test]
fn a_code_of_the_help_desk_is_good_for_one_login_within_an_hour() {
    let (mut world, _) = World::with_all_kinds();
    let first = world.bypass();
    let until = world.status().bypass_until;
    assert_eq!(until, Some(world.now + limits::BYPASS_LIFETIME));
    let second = world.bypass();
    let mut page = login_by(&mut world, Kind::Bypass);
    assert_eq!(
        refused(world.attempt_with(&mut page, &first)),
        ProblemType::CodeInvalid,
        "a new one ends the old"
    );
    world.attempt_with(&mut page, &second).unwrap();
    world.finish(&mut page).unwrap();
    assert_eq!(page.claims.as_ref().unwrap().acr, "urn:pbx-2fa:bypass");
    assert_eq!(world.status().bypass_until, None);
    assert_eq!(World::offered(&world.login(NOTHING), Kind::Bypass), None);

    let third = world.bypass();
    world.now += limits::BYPASS_LIFETIME - 1;
    let mut page = login_by(&mut world, Kind::Bypass);
    world.now += 1;
    assert!(world.attempt_with(&mut page, &third).is_err(), "an hour is over");
    assert_eq!(page.claims, None);
}

#[test]
fn by_invitation_a_first_method_needs_a_code_of_the_help_desk() {
    let mut world = World::with_policy(|p| p.first_enrollment = FirstEnrollment::ByInvitation);
    for mut page in [world.login(NOTHING), world.manage(NOTHING)] {
        assert_eq!((page.view.state, page.view.locked_until), (State::Locked, None));
        assert_eq!(
            refused(world.enroll_totp(&mut page).map(drop)),
            ProblemType::StepUpRequired
        );
    }
    let code = world.bypass();
    let mut page = world.login(NOTHING);
    assert_eq!(page.challenge().kind, Kind::Bypass);
    assert_eq!(
        refused(world.enroll_totp(&mut page).map(drop)),
        ProblemType::StepUpRequired
    );
    world.attempt_with(&mut page, &code).unwrap();
    assert_eq!(refused(world.finish(&mut page)), ProblemType::BackupRequired);
    world.bind_totp(&mut page);
    world.finish(&mut page).unwrap();
    assert_eq!(page.view.state, State::Verified);
}

#[test]
fn an_invitation_that_becomes_policy_ends_an_enrollment_begun_without() {
    let mut world = World::new();
    let mut page = world.login(NOTHING);
    let app = world.enroll_totp(&mut page).unwrap();
    world.tenant.policy.first_enrollment = FirstEnrollment::ByInvitation;
    assert_eq!(
        refused(world.confirm(&mut page, &app.code_at(world.now))),
        ProblemType::StepUpRequired
    );
}

#[test]
fn a_reset_ends_both() {
    let (mut world, _, _) = with_codes();
    world.bypass();
    let by = serde_json::from_str(r#"{"actor":"Mia","reason":"lost"}"#).unwrap();
    let act = HelpDeskAct::Reset;
    world.apply(Command::HelpDesk { by, act }).reply.unwrap();
    let status = world.status();
    assert_eq!((status.recovery_codes_left, status.bypass_until), (None, None));
    assert_eq!(world.login(NOTHING).view.state, State::Enroll);
}

#[test]
fn the_trail_tells_a_recovery_code_from_one_of_the_help_desk() {
    let (mut world, _, codes) = with_codes();
    for (kind, told) in [
        (Kind::Recovery, EventType::RecoveryCodeUsed),
        (Kind::Bypass, EventType::BypassUsed),
    ] {
        let code = if kind == Kind::Bypass {
            world.bypass()
        } else {
            codes[0].clone()
        };
        let mut page = login_by(&mut world, kind);
        let before = world.trail.len();
        world.attempt_with(&mut page, &code).unwrap();
        let since = world.trail[before..].iter();
        let kinds: Vec<EventType> = since
            .map(|row| serde_json::from_str::<Event>(&row.body).unwrap().kind)
            .collect();
        assert!(kinds.contains(&told), "{kinds:?}");
        assert!(
            !kinds
                .iter()
                .any(|k| *k != told && [EventType::RecoveryCodeUsed, EventType::BypassUsed].contains(k))
        );
        world.now += 600;
    }
}

#[test]
fn a_code_of_the_help_desk_is_not_kept_beyond_its_use_or_its_hour() {
    let mut world = World::new();
    world.login(APP);
    world.bypass();
    world.now += limits::BYPASS_LIFETIME - 1;
    assert!(world.snapshot().bypass.is_some());
    world.now += 1;
    assert!(world.snapshot().bypass.is_none());
    let code = world.bypass();
    let mut page = login_by(&mut world, Kind::Bypass);
    world.attempt_with(&mut page, &code).unwrap();
    assert!(world.account.bypass.is_none());
}

#[test]
fn a_recovery_code_and_one_of_the_help_desk_stand_side_by_side_and_neither_is_the_other() {
    let (mut world, _, codes) = with_codes();
    let bypass = world.bypass();
    let mut page = login_by(&mut world, Kind::Recovery);
    assert_eq!(
        refused(world.attempt_with(&mut page, &bypass)),
        ProblemType::CodeInvalid
    );
    world.attempt_with(&mut page, &codes[0]).unwrap();
    let mut page = login_by(&mut world, Kind::Bypass);
    assert_eq!(
        refused(world.attempt_with(&mut page, &codes[1])),
        ProblemType::CodeInvalid
    );
    world.attempt_with(&mut page, &bypass).unwrap();
}
