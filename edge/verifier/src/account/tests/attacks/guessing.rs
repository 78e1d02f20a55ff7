//! Guessing codes and using them twice: T1 to T7.

use pbx_2fa_shared::delivery::DeliveryReport;
use pbx_2fa_shared::session::State;
use pbx_2fa_shared::{Kind, OneTimeCode, ProblemType};

use crate::account::tests::harness::{APP, APP_AND_MOBILE, NOTHING, World, problem, refused};
use crate::refusal::Refusal;

/// Codes that are not this one.
fn others(than: &OneTimeCode) -> impl Iterator<Item = OneTimeCode> {
    let than = than.clone();
    let codes = (0..).map(|n| OneTimeCode::parse(format!("{n:06}")).unwrap());
    codes.filter(move |code| *code != than)
}

#[test]
fn t01_a_code_cannot_be_guessed_online() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    let (challenge, right) = (page.challenge().id.clone(), world.code());
    for code in others(&right).take(5) {
        let result = world.attempt_at(&mut page, challenge.clone(), &code);
        assert_eq!(refused(result), ProblemType::CodeInvalid);
    }
    for _ in 0..3 {
        let result = world.attempt_at(&mut page, challenge.clone(), &right);
        assert_eq!(refused(result), ProblemType::ChallengeDead);
        world.now += 31;
    }
    world.look(&mut page).unwrap();
    assert!(page.claims.is_none());
}

#[test]
fn t02_of_two_hundred_guesses_five_are_judged() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    let (challenge, right) = (page.challenge().id.clone(), world.code());
    let mut judged = 0;
    let guesses = others(&right).take(199).collect::<Vec<_>>();
    let (early, late) = guesses.split_at(5);
    for code in early.iter().chain([&right]).chain(late) {
        match world.attempt_at(&mut page, challenge.clone(), code) {
            Err(Refusal::CodeInvalid { .. }) => judged += 1,
            other => assert_eq!(refused(other), ProblemType::ChallengeDead),
        }
    }
    assert_eq!(judged, 5);
}

#[test]
fn t03_a_hundred_right_codes_are_one_login() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    let (challenge, right) = (page.challenge().id.clone(), world.code());
    let results: Vec<_> = (0..100)
        .map(|_| world.attempt_at(&mut page, challenge.clone(), &right))
        .collect();
    assert!(results[0].is_ok());
    for late in &results[1..] {
        assert_eq!(problem(late.as_ref().unwrap_err()), ProblemType::ChallengeDead);
    }
    let first = page.claims.clone().unwrap();
    for _ in 0..10 {
        world.look(&mut page).unwrap();
        world.finish(&mut page).unwrap();
        assert_eq!(page.claims, Some(first.clone()));
    }
    let redeemed = (0..100).filter(|_| world.redeem(&page, None).is_ok());
    assert_eq!(redeemed.count(), 1);
}

#[test]
fn t04_new_transactions_bring_no_new_guesses() {
    let mut world = World::new();
    let mut judged = 0;
    let mut throttled = 0;
    for _ in 0..10 {
        let mut page = world.login(APP);
        let Some(challenge) = page.view.challenge.clone() else {
            throttled += 1;
            continue;
        };
        for code in others(&world.code()).take(4) {
            match world.attempt_at(&mut page, challenge.id.clone(), &code) {
                Err(Refusal::CodeInvalid { .. }) => judged += 1,
                other => assert_eq!(refused(other), ProblemType::AccountThrottled),
            }
        }
    }
    assert_eq!((judged, throttled), (5, 8));
}

#[test]
fn t04_nothing_but_a_right_code_ends_the_count() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    for _ in 0..4 {
        world.miss(&mut page);
    }
    world.finish(&mut page).unwrap_err();
    world
        .report(&page.challenge().id.clone(), DeliveryReport::Sent)
        .unwrap();
    let opening = world.renew(page.transaction).unwrap();
    world.exchange(&opening).unwrap();
    let mut other = world.manage(NOTHING);
    let mobile = world.bound(Kind::Mobile);
    world.ask(&mut other, Some(mobile)).unwrap();
    world.miss(&mut other);
    assert_eq!(world.status().throttled_until, Some(world.now + 30));
}

#[test]
fn t05_guessing_between_one_s_own_successes_comes_to_an_end() {
    let mut world = World::new();
    let mut guesses = 0;
    'years: for day in 1.. {
        for misses in [4, 5] {
            let mut page = world.login(APP_AND_MOBILE);
            for _ in 0..misses {
                world.miss(&mut page);
                guesses += 1;
                if world.is_disabled(Kind::App) {
                    assert_eq!((day, guesses), (4, 33), "30, and one more for each day");
                    break 'years;
                }
            }
            world.now += 700;
            let mut page = world.login(APP_AND_MOBILE);
            world.answer(&mut page, None).unwrap();
        }
        world.now += 85_000;
    }
    world.now += 700;
    let mut page = world.login(APP_AND_MOBILE);
    assert_eq!(
        page.challenge().kind,
        Kind::Mobile,
        "the other one is not touched"
    );
    world.answer(&mut page, None).unwrap();
    world.finish(&mut page).unwrap();
    assert_eq!(page.view.state, State::Verified);
}

#[test]
fn t06_a_totp_code_is_good_once_in_any_transaction() {
    let (mut world, app) = World::with_totp();
    let code = app.code_at(world.now);
    let mut first = world.login(NOTHING);
    let mut second = world.login(NOTHING);
    let challenge = first.challenge().id.clone();
    world.attempt(&mut first, &code).unwrap();
    let repeated = world.attempt_at(&mut first, challenge, &code);
    assert_eq!(refused(repeated), ProblemType::ChallengeDead);
    assert_eq!(
        world.attempt(&mut second, &code),
        Err(Refusal::CodeInvalid { attempts_left: 4 })
    );
    world.now += 30;
    assert_eq!(
        refused(world.attempt(&mut second, &code)),
        ProblemType::CodeInvalid
    );
    let next = app.code_at(world.now);
    world.attempt(&mut second, &next).unwrap();
}

#[test]
fn t06_the_code_of_the_enrollment_does_not_log_in() {
    let mut world = World::new();
    let mut page = world.login(NOTHING);
    let app = world.enroll_totp(&mut page).unwrap();
    let code = app.code_at(world.now);
    world.confirm(&mut page, &code).unwrap();
    let mut login = world.login(NOTHING);
    assert_eq!(
        refused(world.attempt(&mut login, &code)),
        ProblemType::CodeInvalid
    );
    let next = app.code_at(world.now + 30);
    world.attempt(&mut login, &next).unwrap();
}

#[test]
fn t06_an_older_code_is_refused_after_a_newer_one() {
    let (mut world, app) = World::with_totp();
    let (older, newer) = (app.code_at(world.now), app.code_at(world.now + 30));
    let mut page = world.login(NOTHING);
    world.attempt(&mut page, &newer).unwrap();
    let mut page = world.login(NOTHING);
    assert_eq!(
        refused(world.attempt(&mut page, &older)),
        ProblemType::CodeInvalid
    );
}

#[test]
fn t07_the_totp_window_is_one_step_either_way() {
    for drift in [-3_i64, -2, -1, 0, 1, 2, 3] {
        let (mut world, app) = World::with_totp();
        let code = app.code_at(world.now.saturating_add_signed(drift * 30));
        let mut page = world.login(NOTHING);
        let result = world.attempt(&mut page, &code);
        assert_eq!(result.is_ok(), drift.abs() <= 1, "{drift} steps");
    }
}
