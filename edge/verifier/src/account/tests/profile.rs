//! What follows from the portal's profile without a click.

use pbx_2fa_shared::delivery::Message;
use pbx_2fa_shared::operator::ProfileMobile;
use pbx_2fa_shared::session::State;
use pbx_2fa_shared::{Kind, ProblemType};

use super::harness::{APP, APP_AND_MOBILE, MOBILE, NOTHING, World, refused};

const NO_APP: &str = r#"{"app":{"registered":false}}"#;
const OTHER_MOBILE: &str = r#"{"mobile":"+32470123499"}"#;

#[test]
fn the_app_is_primary_and_the_mobile_number_its_back_up() {
    let mut world = World::new();
    let page = world.login(APP_AND_MOBILE);
    let shown: Vec<_> = page
        .view
        .authenticators
        .iter()
        .map(|a| (a.kind, a.primary))
        .collect();
    assert_eq!(shown, [(Kind::App, true), (Kind::Mobile, false)]);
    assert!(page.view.authenticators.iter().all(|a| !a.removable));
    assert_eq!(page.view.authenticators[1].hint, "+32 ••• •• •• 56");
}

#[test]
fn following_the_same_profile_again_changes_nothing() {
    let mut world = World::new();
    world.login(APP_AND_MOBILE);
    let before = world.status();
    world.now += 700;
    world.login(APP_AND_MOBILE);
    assert_eq!(world.status(), before);
}

#[test]
fn an_app_that_is_no_longer_registered_goes_and_the_back_up_takes_its_place() {
    let mut world = World::new();
    world.login(APP_AND_MOBILE);
    let page = world.login(NO_APP);
    assert_eq!(world.primary(), Some(Kind::Mobile));
    assert_eq!(page.challenge().kind, Kind::Mobile);
    world.login(APP);
    assert_eq!(world.kinds(), [Kind::Mobile, Kind::App]);
}

#[test]
fn a_challenge_of_an_app_that_went_accepts_nothing() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    let code = world.code();
    world.login(NO_APP);
    assert_eq!(
        refused(world.attempt(&mut page, &code)),
        ProblemType::ChallengeDead
    );
}

#[test]
fn a_profile_that_says_nothing_removes_nothing() {
    let mut world = World::new();
    world.login(APP_AND_MOBILE);
    world.login(NOTHING);
    assert_eq!(world.kinds(), [Kind::App, Kind::Mobile]);
}

#[test]
fn pushes_go_to_the_newest_device() {
    let mut world = World::new();
    world.login(APP);
    let id = world.bound(Kind::App);
    world.login(r#"{"app":{"registered":true,"device_token":"device-2"}}"#);
    world.login(r#"{"app":{"registered":true}}"#);
    let devices = world.sent.iter().map(|m| match m {
        Message::Push(push) => push.device_token.as_ref().unwrap().as_str(),
        Message::Call(_) => panic!("the app is sent a push message"),
    });
    assert_eq!(devices.collect::<Vec<_>>(), ["device-1", "device-2", "device-2"]);
    assert_eq!(world.bound(Kind::App), id);
}

#[test]
fn a_mobile_number_is_unconfirmed_until_its_first_right_code() {
    let mut world = World::new();
    let mut page = world.login(MOBILE);
    assert!(!page.view.authenticators[0].confirmed);
    world.answer(&mut page, None).unwrap();
    assert!(page.view.authenticators[0].confirmed);
}

#[test]
fn a_changed_number_takes_the_place_of_the_old_one_unconfirmed() {
    let mut world = World::new();
    let mut page = world.login(MOBILE);
    world.answer(&mut page, None).unwrap();
    let old = world.bound(Kind::Mobile);
    let page = world.login(OTHER_MOBILE);
    assert_eq!(world.kinds(), [Kind::Mobile]);
    assert_ne!(world.bound(Kind::Mobile), old);
    assert!(!page.view.authenticators[0].confirmed);
    assert_eq!(page.challenge().hint, "+32 ••• •• •• 99");
}

#[test]
fn a_changed_number_stays_primary_where_the_old_one_was() {
    let mut world = World::new();
    world.login(APP_AND_MOBILE);
    let mut page = world.manage(NOTHING);
    world.step_up(&mut page, None);
    let mobile = world.bound(Kind::Mobile);
    world
        .act(
            &mut page,
            crate::account::Act::SetPrimary {
                authenticator: mobile,
            },
        )
        .unwrap();
    world.login(OTHER_MOBILE);
    assert_eq!(world.primary(), Some(Kind::Mobile));
}

#[test]
fn an_old_number_goes_even_if_the_user_had_set_up_the_new_one() {
    let mut world = World::new();
    let mut page = world.manage(MOBILE);
    world.step_up(&mut page, None);
    world.bind_number(&mut page, Kind::Mobile, "+32470123499");
    let page = world.login(OTHER_MOBILE);
    let hints: Vec<_> = page.view.authenticators.iter().map(|a| a.hint.as_str()).collect();
    assert_eq!(hints, ["+32 ••• •• •• 99"]);
    assert!(page.view.authenticators[0].primary && page.view.authenticators[0].confirmed);
}

#[test]
fn by_policy_a_mobile_number_is_only_suggested() {
    let mut world = World::with_policy(|p| p.profile_mobile = ProfileMobile::ConfirmFirst);
    let mut page = world.login(MOBILE);
    assert_eq!(page.view.state, State::Enroll);
    assert_eq!(page.view.suggestions[0].kind, Kind::Mobile);
    assert!(world.kinds().is_empty() && world.sent.is_empty());
    world
        .enroll(&mut page, r#"{"kind":"mobile","suggested":true}"#)
        .unwrap();
    let code = world.code();
    world.confirm(&mut page, &code).unwrap();
    assert_eq!(world.kinds(), [Kind::Mobile]);
    let page = world.login(MOBILE);
    assert!(page.view.suggestions.is_empty(), "not what is bound already");
}

#[test]
fn a_number_in_the_wrong_field_is_left_alone() {
    let mut world = World::new();
    let page = world.login(r#"{"mobile":"+3225551234","landline":"+32470123456"}"#);
    assert!(world.kinds().is_empty() && page.view.suggestions.is_empty());
}

#[test]
fn kinds_that_the_tenant_does_not_allow_are_not_bound() {
    let mut world = World::with_policy(|p| p.kinds = vec![Kind::Totp]);
    world.login(APP_AND_MOBILE);
    assert!(world.kinds().is_empty());
}

#[test]
fn the_rest_of_the_kinds_is_used_where_the_primary_is_no_longer_allowed() {
    let (mut world, _) = World::with_all_kinds();
    world.tenant.policy.kinds = vec![Kind::Landline, Kind::Mobile];
    let page = world.login(NOTHING);
    assert_eq!(page.challenge().kind, Kind::Mobile);
    assert_eq!(world.primary(), Some(Kind::App), "the choice is kept");
}

#[test]
fn where_policy_leaves_none_of_the_bound_methods_they_stay_usable_and_nothing_is_set_up_unproven() {
    let (mut world, app) = World::with_totp();
    world.tenant.policy.kinds = vec![Kind::Landline];
    world.now += 60;
    let mut page = world.login("{}");
    assert_eq!(page.view.state, State::Challenge);
    assert_eq!(page.view.challenge.as_ref().map(|c| c.kind), Some(Kind::Totp));
    let planted = world.enroll_number(&mut page, Kind::Landline, "+3225551234");
    assert_eq!(refused(planted), ProblemType::StepUpRequired);
    world.answer(&mut page, Some(&app)).unwrap();
    assert!(
        world
            .enroll_number(&mut page, Kind::Landline, "+3225551234")
            .is_ok()
    );
}

#[test]
fn a_number_that_is_bound_or_of_no_use_is_not_kept_as_a_suggestion() {
    const LANDLINE: &str = r#"{"landline":"+3225551234"}"#;
    let kept = |world: &World| {
        let last = world.account.transactions.last().unwrap();
        last.suggestions.len()
    };
    let (mut world, _) = World::with_all_kinds();
    world.login(LANDLINE);
    assert_eq!(kept(&world), 0, "bound");
    let mut world = World::with_policy(|p| p.kinds = vec![Kind::App, Kind::Totp]);
    world.login(LANDLINE);
    assert_eq!(kept(&world), 0, "not allowed");
    let mut world = World::new();
    world.login(LANDLINE);
    assert_eq!(kept(&world), 1);
}
