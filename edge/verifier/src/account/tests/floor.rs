//! A login that the portal wants completed with no less than it says.

use pbx_2fa_shared::portal::MinimumAcr;
use pbx_2fa_shared::session::{BackupReason, State};
use pbx_2fa_shared::{Kind, ProblemType, Purpose};

use super::harness::{AuthenticatorApp, MOBILE, NOTHING, Page, World, refused};
use crate::account::Act;

fn login(world: &mut World, floor: MinimumAcr) -> Page {
    let opening = world.open_for(Purpose::Login, NOTHING, Some(floor));
    world.exchange(&opening).unwrap()
}

fn with_mobile() -> World {
    let mut world = World::new();
    let mut page = world.login(MOBILE);
    world.answer(&mut page, None).unwrap();
    world.now += 3_600;
    world
}

fn primary_is(world: &mut World, app: &AuthenticatorApp, kind: Kind) {
    let mut page = world.manage(NOTHING);
    world.step_up(&mut page, Some(app));
    let authenticator = world.bound(kind);
    world.act(&mut page, Act::SetPrimary { authenticator }).unwrap();
    world.now += 3_600;
}

#[test]
fn what_is_asked_first_reaches_it_where_anything_does() {
    let (mut world, app) = World::with_all_kinds();
    primary_is(&mut world, &app, Kind::Landline);
    for (floor, first) in [(MinimumAcr::Pstn, Kind::Landline), (MinimumAcr::Totp, Kind::App)] {
        let mut page = login(&mut world, floor);
        assert_eq!(page.challenge().kind, first);
        world.answer(&mut page, Some(&app)).unwrap();
        assert_eq!(page.claims.unwrap().acr, first.acr());
        world.now += 700;
    }
}

#[test]
fn a_weaker_code_is_followed_by_setting_up_a_stronger_method() {
    let mut world = with_mobile();
    let mut page = login(&mut world, MinimumAcr::Totp);
    assert_eq!(page.challenge().kind, Kind::Mobile);
    world.answer(&mut page, None).unwrap();
    let backup = page.view.backup.clone().unwrap();
    assert_eq!(
        (page.view.state, backup.reason),
        (State::Backup, BackupReason::TooWeak)
    );
    assert!(backup.required);
    assert_eq!(page.view.enrollable, [Kind::Totp]);
    assert_eq!(refused(world.finish(&mut page)), ProblemType::BackupRequired);
    assert_eq!(
        refused(world.enroll_number(&mut page, Kind::Landline, "+3225551234")),
        ProblemType::InvalidRequest
    );
    world.bind_totp(&mut page);
    assert_eq!(page.claims.unwrap().acr, "urn:pbx-2fa:totp");
}

#[test]
fn where_nothing_stronger_may_be_set_up_only_the_portal_can_help() {
    let mut world = with_mobile();
    world.tenant.policy.kinds = vec![Kind::App, Kind::Mobile, Kind::Landline];
    let mut page = login(&mut world, MinimumAcr::Totp);
    world.answer(&mut page, None).unwrap();
    assert_eq!((page.view.state, page.view.locked_until), (State::Locked, None));
    assert_eq!(refused(world.finish(&mut page)), ProblemType::BackupRequired);
    assert_eq!(page.claims, None);
}

#[test]
fn a_fallback_reaches_no_floor() {
    let (mut world, app) = World::with_totp();
    let codes = world.recovery_codes(Some(&app));
    for floor in [MinimumAcr::Pstn, MinimumAcr::Totp] {
        let mut page = login(&mut world, floor);
        let recovery = World::offered(&page, Kind::Recovery);
        world.ask(&mut page, recovery).unwrap();
        let code = if floor == MinimumAcr::Pstn {
            &codes[0]
        } else {
            &codes[1]
        };
        world.attempt_with(&mut page, code).unwrap();
        assert_eq!(page.view.backup.as_ref().unwrap().reason, BackupReason::TooWeak);
        assert_eq!(refused(world.finish(&mut page)), ProblemType::BackupRequired);
        world.now += 700;
    }
}

#[test]
fn it_outlives_the_page() {
    let mut world = with_mobile();
    let page = login(&mut world, MinimumAcr::Totp);
    let renewed = world.renew(page.transaction).unwrap();
    let mut page = world.exchange(&renewed).unwrap();
    world.answer(&mut page, None).unwrap();
    assert_eq!(refused(world.finish(&mut page)), ProblemType::BackupRequired);
}
