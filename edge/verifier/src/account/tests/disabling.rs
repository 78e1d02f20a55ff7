//! An authenticator that had too many wrong codes proves nothing any more.

use pbx_2fa_shared::session::State;
use pbx_2fa_shared::{Kind, ProblemType};

use super::harness::{APP, APP_AND_MOBILE, AuthenticatorApp, NOTHING, Page, World, refused};
use crate::account::{Act, Command, HelpDeskAct};
use crate::limits;

/// Guesses at the authenticator app, as fast as the account's waits allow, until it is disabled.
fn disable_totp(world: &mut World, app: &AuthenticatorApp) {
    for _ in 0..limits::WRONG_CODES {
        assert!(!world.is_disabled(Kind::Totp));
        let mut page = world.login(NOTHING);
        let totp = world.bound(Kind::Totp);
        if page.challenge().kind != Kind::Totp {
            world.ask(&mut page, Some(totp)).unwrap();
        }
        guess(world, &mut page, app);
        world.now += 901;
    }
    assert!(world.is_disabled(Kind::Totp));
    // The codes that were sent on the way and that nobody answered are forgotten.
    world.now += limits::SEND_DAY;
}

fn guess(world: &mut World, page: &mut Page, app: &AuthenticatorApp) {
    let wrong = app.wrong_at(world.now);
    assert_eq!(refused(world.attempt(page, &wrong)), ProblemType::CodeInvalid);
}

#[test]
fn it_is_neither_asked_nor_accepted_while_the_others_are() {
    let (mut world, app) = World::with_all_kinds();
    let mut earlier = world.login(NOTHING);
    let totp = world.bound(Kind::Totp);
    disable_totp(&mut world, &app);
    assert!(world.look(&mut earlier).is_err(), "long expired");

    let mut page = world.login(NOTHING);
    assert_eq!(page.challenge().kind, Kind::App);
    assert_eq!(
        refused(world.ask(&mut page, Some(totp.clone()))),
        ProblemType::NotFound
    );
    let shown = page.view.authenticators.iter().find(|a| a.id == totp).unwrap();
    assert!(shown.disabled && !shown.primary);
    world.answer(&mut page, None).unwrap();
    assert_eq!(page.view.state, State::Verified);
}

#[test]
fn its_challenge_in_another_window_dies_with_it() {
    let (mut world, app) = World::with_all_kinds();
    let totp = world.bound(Kind::Totp);
    for _ in 1..limits::WRONG_CODES {
        let mut page = world.login(NOTHING);
        world.ask(&mut page, Some(totp.clone())).unwrap();
        guess(&mut world, &mut page, &app);
        world.now += 901;
    }
    let mut one = world.login(NOTHING);
    world.ask(&mut one, Some(totp.clone())).unwrap();
    let mut other = world.login(NOTHING);
    world.ask(&mut other, Some(totp)).unwrap();
    let challenge = other.challenge().id.clone();
    guess(&mut world, &mut one, &app);
    world.now += 900;
    let right = app.code_at(world.now);
    assert!(world.attempt_at(&mut other, challenge, &right).is_err());
    assert_eq!(other.claims, None);
}

#[test]
fn with_all_disabled_nobody_gets_in_and_nothing_is_set_up() {
    let (mut world, app) = World::with_totp();
    let (mut first, mut manage) = (world.login(NOTHING), world.manage(NOTHING));
    world.now += 1;
    disable_totp(&mut world, &app);
    for page in [&mut first, &mut manage] {
        assert!(world.look(page).is_err(), "long expired");
    }
    for mut page in [world.login(NOTHING), world.manage(NOTHING)] {
        assert_eq!((page.view.state, page.view.locked_until), (State::Locked, None));
        assert!(page.view.actions.is_empty());
        assert_eq!(
            refused(world.enroll_totp(&mut page).map(drop)),
            ProblemType::StepUpRequired
        );
        assert_eq!(refused(world.ask(&mut page, None)), ProblemType::NotFound);
        assert_eq!(refused(world.finish(&mut page)), ProblemType::StepUpRequired);
    }
}

#[test]
fn it_is_no_back_up_and_cannot_be_primary_but_may_be_removed_and_set_up_anew() {
    let (mut world, app) = World::with_all_kinds();
    disable_totp(&mut world, &app);
    let totp = world.bound(Kind::Totp);
    let mut page = world.manage(NOTHING);
    world.step_up(&mut page, None);
    let authenticator = totp.clone();
    assert_eq!(
        refused(world.act(&mut page, Act::SetPrimary { authenticator })),
        ProblemType::NotFound
    );
    let authenticator = totp;
    world.act(&mut page, Act::Remove { authenticator }).unwrap();
    world.bind_totp(&mut page);
    assert!(!world.is_disabled(Kind::Totp));
}

#[test]
fn as_the_only_back_up_it_leaves_one_to_be_set_up() {
    let mut world = World::new();
    let mut page = world.login(APP);
    world.answer(&mut page, None).unwrap();
    let app = world.bind_totp(&mut page);
    world.now += 3_600;
    disable_totp(&mut world, &app);
    let mut page = world.login(NOTHING);
    world.answer(&mut page, None).unwrap();
    assert_eq!(page.view.state, State::Backup);
}

#[test]
fn another_device_in_the_profile_is_another_authenticator() {
    let mut world = World::new();
    let mut guesses = 0;
    while !world.is_disabled(Kind::App) {
        let mut page = world.login(APP_AND_MOBILE);
        if page.challenge().attempts_left > 0 {
            world.miss(&mut page);
            guesses += 1;
        }
        world.now += 7_200 + 901;
    }
    assert!(guesses >= limits::WRONG_CODES);
    let page = world.login(APP_AND_MOBILE);
    assert_eq!(
        page.challenge().kind,
        Kind::Mobile,
        "the same device stays disabled"
    );
    world.now += 7_200;
    let replaced = r#"{"app":{"registered":true,"device_token":"device-2"}}"#;
    world.login(replaced);
    assert!(!world.is_disabled(Kind::App));
}

#[test]
fn the_primary_s_place_goes_to_one_that_is_enabled_even_if_it_is_weaker() {
    let (mut world, app) = World::with_all_kinds();
    disable_totp(&mut world, &app);
    let act = HelpDeskAct::Remove {
        authenticator: world.bound(Kind::App),
    };
    let by = serde_json::from_str(r#"{"actor":"Mia","reason":"lost telephone"}"#).unwrap();
    world.apply(Command::HelpDesk { by, act }).reply.unwrap();
    assert!(world.is_disabled(Kind::Totp));
    assert_eq!(world.primary(), Some(Kind::Mobile));
}
