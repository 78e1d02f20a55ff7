//! A back-up was put back: what may have been used since then is void, and what counts stays counted.

use pbx_2fa_shared::trail::{Actor, Event, EventType};
use pbx_2fa_shared::{Kind, ProblemType, Purpose};

use super::harness::{APP, APP_AND_MOBILE, NOTHING, World, refused};
use crate::account::{Command, Opened, Reply};
use crate::bytes::Bytes;

fn last_event(world: &World) -> Event {
    serde_json::from_str(&world.trail.last().unwrap().body).unwrap()
}

/// Puts the account back to what it was, as somebody who restores a back-up does, and says so.
fn restore(world: &mut World, back_up: &World) {
    world.account = back_up.account.clone();
    world.trail.clone_from(&back_up.trail);
    world.restored_at = Some(world.now);
}

fn copy(world: &World) -> World {
    let mut copy = World::new();
    copy.account = world.account.clone();
    copy.trail.clone_from(&world.trail);
    copy
}

#[test]
fn t35_a_code_that_was_used_after_the_back_up_is_not_accepted_again() {
    let (mut world, app) = World::with_totp();
    let back_up = copy(&world);
    let code = app.code_at(world.now);
    let mut page = world.login(NOTHING);
    world.attempt(&mut page, &code).unwrap();

    world.account = back_up.account.clone();
    let mut page = world.login(NOTHING);
    world.attempt(&mut page, &code).unwrap();

    restore(&mut world, &back_up);
    world.now += 1;
    let mut page = world.login(NOTHING);
    assert_eq!(refused(world.attempt(&mut page, &code)), ProblemType::CodeInvalid);
    world.now += 30;
    world.attempt(&mut page, &app.code_at(world.now)).unwrap();
}

#[test]
fn t35_what_was_under_way_in_the_back_up_is_void() {
    let mut world = World::new();
    let mut waiting = world.login(APP_AND_MOBILE);
    let mut verified = world.login(NOTHING);
    world.answer(&mut verified, None).unwrap();
    let spent = world.open(Purpose::Login, NOTHING);
    world.exchange(&spent).unwrap();
    let unseen = world.open(Purpose::Login, NOTHING);
    let back_up = copy(&world);
    restore(&mut world, &back_up);
    world.now += 1;
    assert_eq!(refused(world.redeem(&verified, None)), ProblemType::NotFound);
    assert_eq!(refused(world.look(&mut waiting)), ProblemType::Unauthorized);
    for ticket in [spent, unseen] {
        assert_eq!(refused(world.exchange(&ticket)), ProblemType::Expired);
    }
    let page = world.login(NOTHING);
    assert!(page.view.challenge.is_some());
}

#[test]
fn codes_of_the_back_up_that_may_have_been_used_since_are_void() {
    let (mut world, app) = World::with_totp();
    world.recovery_codes(Some(&app));
    world.bypass();
    let page = world.login(NOTHING);
    for kind in [Kind::Recovery, Kind::Bypass] {
        assert!(World::offered(&page, kind).is_some());
    }
    world.restored_at = Some(world.now);
    world.now += 1;
    let page = world.login(NOTHING);
    for kind in [Kind::Recovery, Kind::Bypass] {
        assert_eq!(World::offered(&page, kind), None);
    }
    assert!(
        world
            .account
            .recovery
            .is_some_and(|codes| codes.unused.is_empty())
    );
}

#[test]
fn an_opening_that_was_remembered_is_forgotten() {
    let mut world = World::new();
    world.login(APP);
    let remember = |world: &mut World, byte: u8| {
        let opened = Opened {
            transaction: Bytes([byte; 16]),
            ticket: Bytes([byte; 16]),
            opened_at: world.now,
        };
        let (key, request) = (Bytes([9; 32]), Bytes([8; 32]));
        match world.apply(Command::Remember { key, request, opened }).reply {
            Ok(Reply::Opened(first)) => first.transaction.0[0],
            other => panic!("{other:?}"),
        }
    };
    assert_eq!((remember(&mut world, 1), remember(&mut world, 2)), (1, 1));
    world.restored_at = Some(world.now);
    world.now += 1;
    assert_eq!(remember(&mut world, 3), 3);
}

#[test]
fn counts_stay_and_it_is_noted_once() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    for _ in 0..5 {
        world.miss(&mut page);
    }
    let (throttle, sends) = (world.account.throttle.clone(), world.account.sends.clone());
    world.restored_at = Some(world.now);
    world.now += 1;
    let rows = world.trail.len();
    world.status();
    let event = last_event(&world);
    assert_eq!(
        (event.kind, event.actor),
        (EventType::AccountRestored, Actor::Operator)
    );
    assert_eq!(
        (&world.account.throttle, &world.account.sends),
        (&throttle, &sends)
    );
    assert_eq!(world.kinds(), [Kind::App, Kind::Mobile]);
    world.status();
    world.login(NOTHING);
    assert_eq!(
        world.trail.len(),
        rows + 1,
        "once, and what comes after it is left alone"
    );
    world.restored_at = Some(world.now);
    world.now += 1;
    let outcome = world.apply(Command::Status);
    assert_eq!(
        (world.trail.len(), outcome.news.len()),
        (rows + 2, 0),
        "another back-up"
    );
}

#[test]
fn an_account_that_is_made_after_it_is_not_restored() {
    let mut world = World::new();
    world.restored_at = Some(world.now);
    world.now += 1;
    let mut page = world.login(APP_AND_MOBILE);
    world.now += 1;
    world.answer(&mut page, None).unwrap();
    world.redeem(&page, None).unwrap();
    let kinds = world
        .trail
        .iter()
        .map(|row| serde_json::from_str::<Event>(&row.body).unwrap().kind);
    assert!(kinds.into_iter().all(|kind| kind != EventType::AccountRestored));
}
