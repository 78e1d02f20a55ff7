//! Small things that a rule depends on: the order of methods, the second at which something is forgotten, what is not written.

use pbx_2fa_shared::Kind;
use pbx_2fa_shared::session::Action;

use super::harness::{APP, APP_AND_MOBILE, ISSUER, MOBILE, NOTHING, Page, START, World};
use crate::account::StoredAccount;
use crate::account::authenticator::Method;
use crate::account::sends::Sends;
use crate::context::Context;
use crate::keyring::tests::two_keys;
use crate::limits;

#[test]
fn behind_the_primary_the_strongest_comes_first() {
    let (mut world, _) = World::with_all_kinds();
    let shown = |world: &mut World| {
        let page = world.manage(NOTHING);
        page.view
            .authenticators
            .iter()
            .map(|a| a.kind)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        shown(&mut world),
        [Kind::App, Kind::Totp, Kind::Mobile, Kind::Landline]
    );
    world.account.primary = Some(world.bound(Kind::Landline));
    assert_eq!(
        shown(&mut world),
        [Kind::Landline, Kind::App, Kind::Totp, Kind::Mobile]
    );
}

#[test]
fn a_used_ticket_is_remembered_for_as_long_as_it_would_be_good() {
    let mut world = World::new();
    world.login(NOTHING);
    world.now = START + limits::TICKET_LIFETIME - 1;
    assert_eq!(world.snapshot().spent_tickets.len(), 1);
    world.now += 1;
    assert!(world.snapshot().spent_tickets.is_empty());
}

#[test]
fn what_never_happened_is_not_written() {
    let mut world = World::new();
    let empty = StoredAccount::write(&world.account).unwrap();
    assert!(!empty.contains("trail") && !empty.contains("ended"));
    let mut page = world.login(APP);
    let stored = StoredAccount::write(&world.account).unwrap();
    assert!(stored.contains("\"kind\":\"app\""));
    for absent in ["failures", "restored_at", "forgotten"] {
        assert!(!stored.contains(absent), "{absent}");
    }
    world.miss(&mut page);
    let stored = StoredAccount::write(&world.account).unwrap();
    assert!(
        stored.contains("failures") && !stored.contains("\"until\""),
        "one wrong code is no wait"
    );
    world.restored_at = Some(START + 60);
    world.now = START + 3_600;
    world.login(NOTHING);
    assert!(
        StoredAccount::write(&world.account)
            .unwrap()
            .contains(&format!("\"restored_at\":{}", START + 60))
    );
}

#[test]
fn equal_numbers_of_one_version_are_known_without_opening_them() {
    let world = |subject: &str| {
        let mut world = World::of("portal", subject);
        world.login(MOBILE);
        world
    };
    let (mut an, bea) = (world("an"), world("bea"));
    let [theirs] = bea.account.authenticators.as_slice() else {
        panic!("one method");
    };
    let Method::Mobile(number) = &theirs.method else {
        panic!("a number");
    };
    let entropy = an.entropy();
    let context = Context {
        now: an.now,
        entropy,
        keys: &an.keys,
        tenant: &an.tenant,
        issuer: ISSUER,
        restored_at: None,
    };
    // Sealed for another account, it does not open here.
    assert_eq!(an.account.binds(number, theirs.id.as_str(), &context), Ok(true));
}

#[test]
fn a_code_is_dead_in_the_second_in_which_it_expires() {
    let mut world = World::new();
    let mut page = world.login(APP);
    world.now = page.challenge().expires_at - 1;
    world.look(&mut page).unwrap();
    assert!(page.view.actions.contains(&Action::Attempt));
    world.now += 1;
    world.look(&mut page).unwrap();
    assert!(!page.view.actions.contains(&Action::Attempt));
}

#[test]
fn after_five_wrong_codes_a_new_one_can_be_tried_again_once_the_wait_is_over() {
    let mut world = World::new();
    let mut page = world.login(APP);
    for _ in 0..limits::ATTEMPTS_PER_CHALLENGE {
        world.miss(&mut page);
    }
    world.now += limits::back_off(limits::ATTEMPTS_PER_CHALLENGE);
    world.ask(&mut page, None).unwrap();
    assert_eq!(page.challenge().attempts_left, limits::ATTEMPTS_PER_CHALLENGE);
    world.answer(&mut page, None).unwrap();
}

#[test]
fn a_code_at_rest_needs_the_root_key_that_made_it() {
    let mut world = World::new();
    let mut page = world.login(r#"{"app":{"registered":true}}"#);
    world.answer(&mut page, None).unwrap();
    world.now += 3_600;
    let before = world.account.versions();
    world.keys = two_keys();
    world.login(NOTHING);
    let needed = |version: u8| world.account.versions().get(&version).copied();
    assert_eq!(needed(1), before.get(&1).copied());
    assert_eq!(needed(2), Some(1));
}

#[test]
fn a_number_that_is_being_set_up_needs_the_root_key_four_times() {
    let (mut world, app) = World::with_totp();
    world.keys = two_keys();
    let mut page = world.manage(NOTHING);
    world.step_up(&mut page, Some(&app));
    let needed = |world: &World| world.account.versions().get(&2).copied().unwrap_or_default();
    let before = needed(&world);
    world
        .enroll_number(&mut page, Kind::Landline, "+3225551234")
        .unwrap();
    // Its ciphertext, its index, its code, and the memory that it was called.
    assert_eq!(needed(&world), before + 4);
}

#[test]
fn recovery_codes_need_the_root_key_that_made_them() {
    let (mut world, app) = World::with_totp();
    world.keys = two_keys();
    world.recovery_codes(Some(&app));
    // The app has its key from the first.
    assert_eq!(
        world.account.versions().into_iter().collect::<Vec<_>>(),
        [(1, 1), (2, 1)]
    );
}

#[test]
fn a_code_that_was_sent_is_remembered_for_a_day() {
    let mut world = World::new();
    world.login(APP);
    world.now += limits::SEND_DAY - 1;
    assert_ne!(world.snapshot().sends, Sends::NONE);
    world.now += 1;
    assert_eq!(world.snapshot().sends, Sends::NONE);
}

#[test]
fn codes_that_went_unanswered_hold_back_no_authenticator_app() {
    let (mut world, app) = World::with_all_kinds();
    for _ in 0..limits::UNANSWERED_SENDS {
        world.login(NOTHING);
    }
    let sent = world.sent.len();
    let held_back = world.login(NOTHING);
    assert!(world.sent.len() == sent && !held_back.view.actions.contains(&Action::Attempt));
    world.account.primary = Some(world.bound(Kind::Totp));
    let mut page = world.login(NOTHING);
    assert_eq!(page.challenge().kind, Kind::Totp);
    world.answer(&mut page, Some(&app)).unwrap();
}

#[test]
fn a_choice_is_offered_between_two_that_take_a_code() {
    let offers = |page: &Page| {
        let actions = &page.view.actions;
        (
            actions.contains(&Action::UseAnother),
            actions.contains(&Action::SetPrimary),
        )
    };
    let (mut alone, _) = World::with_totp();
    assert_eq!(offers(&alone.login(NOTHING)), (false, false));
    assert_eq!(offers(&alone.manage(NOTHING)), (false, false));
    let mut world = World::new();
    assert_eq!(offers(&world.login(APP_AND_MOBILE)), (true, false));
    assert_eq!(offers(&world.manage(NOTHING)), (false, true));
    world.now += 60;
    let mobile = world.bound(Kind::Mobile);
    let mobile = world.account.authenticators.iter_mut().find(|a| a.id == mobile);
    mobile.unwrap().disabled_at = Some(world.now);
    assert_eq!(
        offers(&world.login(NOTHING)),
        (false, false),
        "the other is disabled"
    );
    assert_eq!(offers(&world.manage(NOTHING)), (false, false));
}
