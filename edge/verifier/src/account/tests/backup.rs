//! The back-up: asked for after the code, put off, required.

use pbx_2fa_shared::operator::BackupGrace;
use pbx_2fa_shared::session::{Action, State};
use pbx_2fa_shared::{Kind, ProblemType};

use super::harness::{APP, APP_AND_MOBILE, NOTHING, START, World, refused};

#[test]
fn a_back_up_may_be_put_off_three_times_and_is_then_required() {
    let mut world = World::new();
    for skips_left in [3, 2, 1] {
        let mut page = world.login(APP);
        world.answer(&mut page, None).unwrap();
        assert_eq!(page.view.state, State::Backup);
        let backup = page.view.backup.clone().unwrap();
        assert_eq!((backup.required, backup.skips_left), (false, Some(skips_left)));
        assert!(page.view.actions.contains(&Action::SkipBackup));
        assert!(page.claims.is_none(), "no assertion before the choice");
        world.finish(&mut page).unwrap();
        assert_eq!(page.view.state, State::Verified);
        world.finish(&mut page).unwrap();
    }
    let mut page = world.login(APP);
    world.answer(&mut page, None).unwrap();
    let backup = page.view.backup.clone().unwrap();
    assert_eq!((backup.required, backup.skips_left), (true, Some(0)));
    assert!(!page.view.actions.contains(&Action::SkipBackup));
    assert_eq!(refused(world.finish(&mut page)), ProblemType::BackupRequired);
    world.bind_totp(&mut page);
    assert_eq!(page.view.state, State::Verified);
}

#[test]
fn a_back_up_may_be_put_off_until_a_date_to_the_second() {
    let until = START + 1_000;
    let mut world = World::with_policy(|p| p.backup = BackupGrace::Until(until));
    world.now = until - 1;
    let mut page = world.login(APP);
    world.answer(&mut page, None).unwrap();
    let backup = page.view.backup.clone().unwrap();
    assert_eq!((backup.required, backup.until), (false, Some(until)));
    world.now = until;
    assert_eq!(refused(world.finish(&mut page)), ProblemType::BackupRequired);
    world.now = until - 1;
    world.finish(&mut page).unwrap();
}

#[test]
fn without_grace_a_first_login_sets_up_two_methods() {
    let mut world = World::with_policy(|p| p.backup = BackupGrace::Skips(0));
    let mut page = world.login(NOTHING);
    world.bind_totp(&mut page);
    assert_eq!(refused(world.finish(&mut page)), ProblemType::BackupRequired);
    world.bind_number(&mut page, Kind::Landline, "+3225551234");
    assert!(page.claims.is_some());
}

#[test]
fn with_a_back_up_nothing_is_asked() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    world.answer(&mut page, None).unwrap();
    assert_eq!(page.view.state, State::Verified);
    assert!(!world.status().backup_due);
}

#[test]
fn where_nothing_can_be_set_up_nothing_is_asked() {
    let mut world = World::with_policy(|p| p.kinds = vec![Kind::App]);
    let mut page = world.login(APP);
    world.answer(&mut page, None).unwrap();
    assert_eq!(page.view.state, State::Verified);
}

#[test]
fn a_required_back_up_that_takes_long_is_no_dead_end() {
    let mut world = World::with_policy(|p| p.backup = BackupGrace::Skips(0));
    let mut page = world.login(APP);
    world.answer(&mut page, None).unwrap();
    world.now += 300;
    world.look(&mut page).unwrap();
    assert_eq!(page.view.state, State::Backup);
    assert_eq!(page.view.actions, [Action::StepUp]);
    assert_eq!(
        refused(world.enroll_totp(&mut page).map(drop)),
        ProblemType::StepUpRequired
    );
    world.ask(&mut page, None).unwrap();
    assert_eq!(page.view.state, State::Challenge);
    world.answer(&mut page, None).unwrap();
    assert_eq!(page.view.state, State::Backup);
    world.bind_totp(&mut page);
    assert_eq!(page.view.state, State::Verified);
}

#[test]
fn an_unproven_login_cannot_be_finished() {
    let mut world = World::new();
    let mut page = world.login(APP);
    assert_eq!(refused(world.finish(&mut page)), ProblemType::StepUpRequired);
    let mut page = world.login(NOTHING);
    assert_eq!(refused(world.finish(&mut page)), ProblemType::StepUpRequired);
}
