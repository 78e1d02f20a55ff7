//! The root key is replaced while people log in: nothing is lost, equal numbers stay equal, and the old key can go.

use pbx_2fa_shared::{Kind, ProblemType};

use super::harness::{APP, APP_AND_MOBILE, MOBILE, NOTHING, World, refused};
use crate::account::Act;
use crate::account::authenticator::Method;
use crate::keyring::Keyring;
use crate::keyring::tests::{keyring, two_keys};
use crate::refusal::Refusal;

fn second_alone() -> Keyring {
    Keyring::parse("2:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE").unwrap()
}

fn versions(world: &World) -> Vec<u8> {
    world.account.versions().into_keys().collect()
}

#[test]
fn an_account_lives_through_a_rotation_and_the_end_of_the_first_key() {
    let (mut world, app) = World::with_all_kinds();
    assert_eq!(versions(&world), [1]);
    world.keys = two_keys();
    let mut page = world.login(NOTHING);
    world.answer(&mut page, None).unwrap();
    world.redeem(&page, None).unwrap();
    world.now += 3_600;
    world.reseal();
    world.keys = second_alone();
    for kind in [Kind::App, Kind::Mobile, Kind::Landline, Kind::Totp] {
        let id = world.bound(kind);
        let mut page = world.login(APP_AND_MOBILE);
        if page.challenge().authenticator != id {
            world.ask(&mut page, Some(id)).unwrap();
        }
        world.answer(&mut page, Some(&app)).unwrap();
        world.redeem(&page, None).unwrap();
        world.now += 3_600;
    }
    assert_eq!(world.kinds().len(), 4, "no number was taken for another one");
}

#[test]
fn what_is_sealed_anew_needs_the_current_key_alone_and_is_done_once() {
    let (mut world, _) = World::with_all_kinds();
    world.manage(r#"{"mobile":"+32470123456","landline":"+3225550000"}"#);
    assert!(world.account.is_current(&world.keys));
    world.keys = two_keys();
    assert!(!world.account.is_current(&world.keys));
    world.reseal();
    assert!(world.account.is_current(&world.keys));
    // Six values of the four methods (a number has an index, too), two of the suggestion; one landline was called.
    assert_eq!(
        world.account.versions().into_iter().collect::<Vec<_>>(),
        [(1, 1), (2, 8)]
    );
    let once = world.account.clone();
    world.reseal();
    assert_eq!(world.account, once, "a second time changes nothing");
    world.now += crate::limits::NEW_NUMBERS_WINDOW;
    world.reseal();
    assert_eq!(
        versions(&world),
        [2],
        "what cannot be made anew is forgotten in its time"
    );
}

#[test]
fn equal_numbers_are_known_across_versions() {
    let mut world = World::new();
    let mut page = world.manage(MOBILE);
    world.step_up(&mut page, None);
    world.bind_number(&mut page, Kind::Landline, "+3225551234");
    world
        .enroll_number(&mut page, Kind::Landline, "+3225559999")
        .unwrap();
    world.keys = two_keys();
    // Nothing is sealed anew here: old indexes stand beside new values.
    let again = world.enroll_number(&mut page, Kind::Landline, "+3225551234");
    assert_eq!(refused(again), ProblemType::NumberNotAllowed);
    let again = world.enroll_number(&mut page, Kind::Landline, "+3225559999");
    assert_eq!(
        refused(again),
        ProblemType::SendThrottled,
        "the same number, a moment ago"
    );
    world.now += 3_600;
    let mut page = world.manage(r#"{"mobile":"+32470123456","landline":"+3225551234"}"#);
    assert_eq!(
        world.kinds(),
        [Kind::Mobile, Kind::Landline],
        "the profile's number is the one that is bound"
    );
    world.step_up(&mut page, None);
    assert!(page.view.suggestions.is_empty(), "what is bound is not suggested");
    assert_eq!(world.account.new_numbers.len(), 2);
    world
        .enroll_number(&mut page, Kind::Landline, "+3225559999")
        .unwrap();
    assert_eq!(
        world.account.new_numbers.len(),
        2,
        "a number that was called before is no new one"
    );
}

#[test]
fn a_suggestion_of_one_version_is_compared_with_a_number_of_the_other() {
    let mut world = World::new();
    let mut page = world.manage(r#"{"mobile":"+32470123456","landline":"+3225551234"}"#);
    world.step_up(&mut page, None);
    assert_eq!(page.view.suggestions.len(), 1);
    world.keys = two_keys();
    world.bind_number(&mut page, Kind::Landline, "+3225551234");
    assert!(
        page.view.suggestions.is_empty(),
        "the index of the suggestion is of version 1, of the number of 2"
    );
}

#[test]
fn a_number_that_was_bound_under_the_new_key_meanwhile_is_not_bound_twice() {
    let mut world = World::new();
    let (mut one, mut two) = (world.manage(MOBILE), world.manage(NOTHING));
    world.step_up(&mut one, None);
    world.step_up(&mut two, None);
    world
        .enroll_number(&mut one, Kind::Landline, "+3225551234")
        .unwrap();
    let code = world.code();
    world.keys = two_keys();
    world.bind_number(&mut two, Kind::Landline, "+3225551234");
    let confirmed = world.confirm(&mut one, &code);
    assert_eq!(refused(confirmed), ProblemType::NumberNotAllowed);
}

#[test]
fn without_a_key_that_is_needed_requests_fail_and_nothing_is_lost() {
    let (mut world, app) = World::with_all_kinds();
    let before = world.account.authenticators.clone();
    world.keys = second_alone();
    for kind in [Kind::App, Kind::Mobile, Kind::Totp] {
        let id = world.bound(kind);
        let mut page = world.manage(NOTHING);
        let asked = world.ask(&mut page, Some(id));
        let failed = asked.and_then(|()| world.answer(&mut page, Some(&app)));
        assert_eq!(failed, Err(Refusal::NoRootKey(1)), "{kind:?}");
    }
    // A profile must not take a device that does not open for another one, nor a number.
    for profile in [APP, MOBILE] {
        let opening = world.open(pbx_2fa_shared::Purpose::Login, profile);
        assert_eq!(
            world.exchange(&opening).unwrap_err(),
            Refusal::NoRootKey(1),
            "{profile}"
        );
    }
    world.reseal();
    assert_eq!(world.account.authenticators, before, "as it was");
    world.keys = two_keys();
    let mut page = world.login(APP_AND_MOBILE);
    world.answer(&mut page, None).unwrap();
}

#[test]
fn a_fault_says_which_key_is_missing_and_the_caller_is_told_nothing() {
    let fault = Refusal::NoRootKey(7).fault().unwrap();
    assert!(fault.contains("version 7"), "{fault}");
    let problem = Refusal::NoRootKey(7).to_problem(0);
    assert_eq!((problem.kind, problem.detail), (ProblemType::Unavailable, None));
    assert_eq!(Refusal::from(ProblemType::NotFound).fault(), None);
}

#[test]
fn moved_values_open_nowhere_after_a_rotation_either() {
    let account = |subject: &str| {
        let mut world = World::of("portal", subject);
        let mut page = world.manage(APP_AND_MOBILE);
        world.step_up(&mut page, None);
        world.bind_totp(&mut page);
        world
    };
    let (an, mut bea) = (account("an"), account("bea"));
    bea.account.authenticators.clone_from(&an.account.authenticators);
    let moved = bea.account.authenticators.clone();
    bea.keys = two_keys();
    bea.reseal();
    assert!(!bea.account.is_current(&bea.keys), "they are still counted");
    let same = |kind: Kind| {
        let sealed = |list: &[crate::account::authenticator::Authenticator]| {
            list.iter()
                .find(|a| a.method.kind() == kind)
                .map(|a| a.method.clone())
        };
        assert_eq!(sealed(&bea.account.authenticators), sealed(&moved), "{kind:?}");
    };
    [Kind::App, Kind::Mobile, Kind::Totp].into_iter().for_each(same);
    bea.now += 3_600;
    let mobile = bea.bound(Kind::Mobile);
    let mut page = bea.manage(NOTHING);
    let asked = bea.act(
        &mut page,
        Act::Challenge {
            authenticator: Some(mobile),
        },
    );
    assert!(matches!(asked, Err(Refusal::Internal(_))));
}

#[test]
fn a_row_without_versions_is_of_the_first() {
    let mut world = World::new();
    world.login(MOBILE);
    let stored = crate::account::StoredAccount::write(&world.account).unwrap();
    let older = stored.replace(r#","index_version":1"#, "");
    assert_ne!(older, stored);
    assert_eq!(crate::account::StoredAccount::read(&older), Ok(world.account));
}

#[test]
fn the_step_of_an_authenticator_app_survives() {
    let (mut world, _) = World::with_totp();
    let step = |world: &World| match &world.account.authenticators[0].method {
        Method::Totp { last_step, .. } => *last_step,
        other => panic!("{other:?}"),
    };
    let before = step(&world);
    assert!(before > 0);
    world.keys = two_keys();
    world.reseal();
    assert_eq!((step(&world), versions(&world)), (before, vec![2]));
    world.keys = keyring();
    assert!(
        !world.account.is_current(&world.keys),
        "the older key alone does not do"
    );
}
