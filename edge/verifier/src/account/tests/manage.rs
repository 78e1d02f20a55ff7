//! The method manager.

use pbx_2fa_shared::operator::BackupGrace;
use pbx_2fa_shared::session::{Action, State};
use pbx_2fa_shared::{Kind, ProblemType};

use super::harness::{APP, MOBILE, NOTHING, World, refused};
use crate::account::Act;

#[test]
fn set_as_primary_of_every_pair_and_the_next_login_opens_with_it() {
    let (mut world, app) = World::with_all_kinds();
    for from in Kind::METHODS {
        for to in Kind::METHODS.into_iter().filter(|to| *to != from) {
            for chosen in [from, to] {
                world.now += 700;
                let mut page = world.manage(NOTHING);
                world.step_up(&mut page, Some(&app));
                let authenticator = world.bound(chosen);
                world.act(&mut page, Act::SetPrimary { authenticator }).unwrap();
                assert_eq!(page.view.authenticators[0].kind, chosen);
                assert!(page.view.authenticators[0].primary);
                world.now += 30;
                let sent = world.sent.len();
                let mut login = world.login(NOTHING);
                assert_eq!(login.challenge().kind, chosen);
                let expected = sent + usize::from(chosen.is_out_of_band());
                assert_eq!(world.sent.len(), expected, "one code by the primary alone");
                world.answer(&mut login, Some(&app)).unwrap();
                assert_eq!(login.claims.unwrap().acr, chosen.acr());
            }
        }
    }
}

#[test]
fn changes_need_a_code_of_this_visit_at_most_five_minutes_old_to_the_second() {
    let (mut world, app) = World::with_all_kinds();
    let (mobile, totp) = (world.bound(Kind::Mobile), world.bound(Kind::Totp));
    let mut page = world.manage(NOTHING);
    assert!(page.view.actions.contains(&Action::StepUp));
    let set = |id: &pbx_2fa_shared::AuthenticatorId| Act::SetPrimary {
        authenticator: id.clone(),
    };
    let remove = Act::Remove { authenticator: totp };
    assert_eq!(
        refused(world.act(&mut page, set(&mobile))),
        ProblemType::StepUpRequired
    );
    assert_eq!(
        refused(world.act(&mut page, remove.clone())),
        ProblemType::StepUpRequired
    );
    assert_eq!(
        refused(world.enroll_totp(&mut page).map(drop)),
        ProblemType::StepUpRequired
    );
    world.step_up(&mut page, Some(&app));
    assert_eq!(page.view.state, State::Manage);
    assert!(!page.view.actions.contains(&Action::StepUp));
    assert_eq!(refused(world.ask(&mut page, None)), ProblemType::ChallengeDead);
    world.now += 299;
    world.act(&mut page, set(&mobile)).unwrap();
    world.now += 1;
    assert_eq!(
        refused(world.act(&mut page, set(&mobile))),
        ProblemType::StepUpRequired
    );
    assert_eq!(refused(world.act(&mut page, remove)), ProblemType::StepUpRequired);
    assert_eq!(
        refused(world.enroll_totp(&mut page).map(drop)),
        ProblemType::StepUpRequired
    );
    world.look(&mut page).unwrap();
    assert!(page.view.actions.contains(&Action::StepUp));
    world.step_up(&mut page, Some(&app));
    world.act(&mut page, set(&mobile)).unwrap();
}

#[test]
fn the_code_of_a_login_opens_no_door_in_the_method_manager() {
    let (mut world, app) = World::with_all_kinds();
    let mut login = world.login(NOTHING);
    world.answer(&mut login, Some(&app)).unwrap();
    let mut page = world.manage(NOTHING);
    let authenticator = world.bound(Kind::Mobile);
    assert_eq!(
        refused(world.act(&mut page, Act::SetPrimary { authenticator })),
        ProblemType::StepUpRequired
    );
}

#[test]
fn what_the_user_set_up_can_be_removed_and_what_the_portal_knows_cannot() {
    let (mut world, app) = World::with_all_kinds();
    let mut page = world.manage(NOTHING);
    world.step_up(&mut page, Some(&app));
    let removable: Vec<_> = page.view.authenticators.iter().filter(|a| a.removable).collect();
    let removable: Vec<_> = removable.iter().map(|a| a.kind).collect();
    assert_eq!(removable, [Kind::Totp, Kind::Landline]);
    for kind in [Kind::App, Kind::Mobile] {
        let authenticator = world.bound(kind);
        assert_eq!(
            refused(world.act(&mut page, Act::Remove { authenticator })),
            ProblemType::BackupRequired
        );
    }
    for kind in [Kind::Landline, Kind::Totp] {
        let authenticator = world.bound(kind);
        world.act(&mut page, Act::Remove { authenticator }).unwrap();
    }
    assert_eq!(world.kinds(), [Kind::App, Kind::Mobile]);
    assert!(!page.view.actions.contains(&Action::Remove));
}

#[test]
fn the_last_method_stays_and_where_a_back_up_is_required_the_last_two() {
    for (grace, fewest) in [(BackupGrace::Skips(3), 1), (BackupGrace::Skips(0), 2)] {
        let mut world = World::with_policy(|p| p.backup = grace);
        let mut page = world.login(NOTHING);
        world.bind_totp(&mut page);
        world.bind_number(&mut page, Kind::Landline, "+3225551234");
        let mut page = world.manage(NOTHING);
        let landline = world.bound(Kind::Landline);
        world.ask(&mut page, Some(landline.clone())).unwrap();
        world.answer(&mut page, None).unwrap();
        world.bind_number(&mut page, Kind::Mobile, "+32470123456");
        let mut results = Vec::new();
        for kind in [Kind::Mobile, Kind::Totp, Kind::Landline] {
            let authenticator = world.bound(kind);
            results.push(world.act(&mut page, Act::Remove { authenticator }));
        }
        let removed = results.iter().filter(|r| r.is_ok()).count();
        assert_eq!(3 - removed, fewest);
        let last = results.pop().unwrap();
        assert_eq!(refused(last), ProblemType::BackupRequired);
        assert!(world.primary().is_some());
    }
}

#[test]
fn removing_the_primary_makes_the_strongest_of_the_others_primary() {
    let (mut world, app) = World::with_all_kinds();
    let mut page = world.manage(NOTHING);
    world.step_up(&mut page, Some(&app));
    let authenticator = world.bound(Kind::Landline);
    world
        .act(
            &mut page,
            Act::SetPrimary {
                authenticator: authenticator.clone(),
            },
        )
        .unwrap();
    world.act(&mut page, Act::Remove { authenticator }).unwrap();
    assert_eq!(world.primary(), Some(Kind::App));
}

#[test]
fn a_challenge_of_a_removed_method_is_gone() {
    let (mut world, app) = World::with_all_kinds();
    let mut login = world.login(NOTHING);
    let landline = world.bound(Kind::Landline);
    world.ask(&mut login, Some(landline.clone())).unwrap();
    let code = world.code();
    let mut page = world.manage(NOTHING);
    let totp = world.bound(Kind::Totp);
    world.ask(&mut page, Some(totp)).unwrap();
    world.answer(&mut page, Some(&app)).unwrap();
    world
        .act(
            &mut page,
            Act::Remove {
                authenticator: landline,
            },
        )
        .unwrap();
    assert_eq!(refused(world.attempt(&mut login, &code)), ProblemType::NotFound);
    world.ask(&mut login, None).unwrap();
    assert_eq!(login.challenge().kind, Kind::App);
}

#[test]
fn what_is_not_bound_is_not_found() {
    let mut world = World::new();
    let mut page = world.manage(MOBILE);
    world.step_up(&mut page, None);
    let other: pbx_2fa_shared::AuthenticatorId = "aut_AAAAAAAAAAAAAAAA".to_owned().try_into().unwrap();
    let set = Act::SetPrimary {
        authenticator: other.clone(),
    };
    assert_eq!(refused(world.act(&mut page, set)), ProblemType::NotFound);
    let remove = Act::Remove { authenticator: other };
    assert_eq!(refused(world.act(&mut page, remove)), ProblemType::NotFound);
}

#[test]
fn the_manager_of_an_account_without_methods_sets_up_the_first() {
    let mut world = World::new();
    let mut page = world.manage(NOTHING);
    assert_eq!(page.view.state, State::Manage);
    assert!(page.view.actions.contains(&Action::Enroll));
    world.bind_totp(&mut page);
    assert_eq!(world.primary(), Some(Kind::Totp));
}

#[test]
fn a_finished_visit_changes_nothing_more_though_its_code_is_fresh() {
    let (mut world, app) = World::with_all_kinds();
    let mut page = world.manage(NOTHING);
    world.step_up(&mut page, Some(&app));
    world.finish(&mut page).unwrap();
    let (session, claims) = (page.clone(), page.claims.clone().unwrap());
    assert_eq!(claims.purpose, pbx_2fa_shared::Purpose::Manage);
    let authenticator = world.bound(Kind::Totp);
    let remove = Act::Remove { authenticator };
    let before = world.snapshot();
    assert_eq!(
        refused(world.act(&mut page, remove.clone())),
        ProblemType::StepUpRequired
    );
    assert_eq!(world.account, before);
    let (_, token) = world.redeem(&session, None).unwrap();
    assert!(token.is_none(), "a visit to the manager is no login");
    let before = world.snapshot();
    assert_eq!(
        refused(world.act(&mut page, remove)),
        ProblemType::AlreadyRedeemed
    );
    assert_eq!(
        refused(world.enroll_totp(&mut page).map(drop)),
        ProblemType::AlreadyRedeemed
    );
    assert_eq!(world.account, before);
}

#[test]
fn a_login_without_a_back_up_can_add_one_but_not_change_the_rest() {
    let mut world = World::new();
    let mut page = world.login(APP);
    world.answer(&mut page, None).unwrap();
    let authenticator = world.bound(Kind::App);
    let set = Act::SetPrimary { authenticator };
    assert_eq!(refused(world.act(&mut page, set)), ProblemType::StepUpRequired);
    world.bind_totp(&mut page);
}
