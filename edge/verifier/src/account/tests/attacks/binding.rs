//! Codes in the wrong place or at the wrong time: T8 to T12.

use pbx_2fa_shared::session::State;
use pbx_2fa_shared::{ChallengeId, EnrollmentId, Kind, OneTimeCode, ProblemType, Purpose};

use crate::account::sends::Sends;
use crate::account::tests::harness::{
    APP, APP_AND_MOBILE, MOBILE, NOTHING, Page, World, elsewhere, origin, refused,
};
use crate::account::{Act, Command};
use crate::bytes::Bytes;
use crate::refusal::Refusal;

#[test]
fn t08_a_code_belongs_to_its_user() {
    let mut victim = World::of("portal", "an");
    let mut attacker = World::of("portal", "bea");
    attacker.drawn = 1_000;
    let mut page = victim.login(APP);
    attacker.login(APP);
    assert_eq!(
        refused(victim.attempt(&mut page, &attacker.code())),
        ProblemType::CodeInvalid
    );
}

#[test]
fn t08_a_challenge_is_looked_up_in_its_own_transaction() {
    let mut world = World::new();
    let one = world.login(APP);
    let code = world.code();
    let mut two = world.login(APP);
    let before = world.snapshot();
    let swapped = world.attempt_at(&mut two, one.challenge().id.clone(), &code);
    assert_eq!(refused(swapped), ProblemType::NotFound);
    assert_eq!(world.account, before);
}

#[test]
fn t08_foreign_secrets_and_origins_leave_the_account_as_it_was() {
    let mut world = World::new();
    let page = world.login(APP);
    let other = world.login(MOBILE);
    let code = world.code();
    let challenge = page.challenge().id.clone();
    let before = world.snapshot();
    let acts = [
        Act::Look,
        Act::Challenge { authenticator: None },
        Act::Attempt {
            challenge,
            code: code.into(),
        },
        Act::Finish,
    ];
    let cases = [
        (
            page.transaction,
            Bytes([7; 32]),
            origin(),
            ProblemType::Unauthorized,
        ),
        (
            page.transaction,
            other.secret,
            origin(),
            ProblemType::Unauthorized,
        ),
        (Bytes([7; 16]), page.secret, origin(), ProblemType::Unauthorized),
        (
            page.transaction,
            page.secret,
            elsewhere(),
            ProblemType::OriginNotAllowed,
        ),
    ];
    for act in acts {
        for (transaction, secret, origin, expected) in cases.clone() {
            let act = act.clone();
            let outcome = world.apply(Command::Session {
                transaction,
                secret,
                origin,
                act,
            });
            assert_eq!(refused(outcome.reply), expected);
            assert_eq!(world.account, before);
        }
    }
}

/// Somewhere to give a code.
#[derive(Debug, Clone)]
enum Place {
    Challenge(ChallengeId),
    Enrollment(EnrollmentId),
}

fn give(world: &mut World, page: &mut Page, place: &Place, code: &OneTimeCode) -> Result<(), Refusal> {
    let code = code.clone();
    let act = match place.clone() {
        Place::Challenge(challenge) => Act::Attempt {
            challenge,
            code: code.into(),
        },
        Place::Enrollment(enrollment) => Act::Confirm { enrollment, code },
    };
    world.act(page, act)
}

#[test]
fn t09_a_code_is_good_for_its_own_purpose_and_method_only() {
    for enrolling in [Kind::Mobile, Kind::Landline, Kind::Totp] {
        let (mut world, app) = World::with_all_kinds();
        let mut places = Vec::new();
        for purpose in [Purpose::Login, Purpose::Manage] {
            let opening = world.open(purpose, NOTHING);
            let mut page = world.exchange(&opening).unwrap();
            for kind in [Kind::App, Kind::Mobile, Kind::Landline] {
                world.account.sends = Sends::NONE;
                let by = world.bound(kind);
                if page.view.challenge.as_ref().is_none_or(|c| c.kind != kind) {
                    world.ask(&mut page, Some(by)).unwrap();
                }
                let place = Place::Challenge(page.challenge().id.clone());
                places.push((page.clone(), place, world.code()));
            }
        }
        let mut page = world.manage(NOTHING);
        let totp = world.bound(Kind::Totp);
        world.ask(&mut page, Some(totp)).unwrap();
        let bound_code = app.code_at(world.now + 30);
        let place = Place::Challenge(page.challenge().id.clone());
        places.push((page.clone(), place.clone(), bound_code.clone()));
        let unproven = world.account.clone();
        world.answer(&mut page, Some(&app)).unwrap();
        let code = match enrolling {
            Kind::Totp => world.enroll_totp(&mut page).unwrap().code_at(world.now),
            kind => {
                let number = if kind == Kind::Mobile {
                    "+32470999999"
                } else {
                    "+3225559999"
                };
                world.enroll_number(&mut page, kind, number).unwrap();
                world.code()
            }
        };
        let enrollment = Place::Enrollment(page.enrollment().id.clone());
        places.push((page.clone(), enrollment.clone(), code));
        let proven = world.account.clone();
        let last = places.len() - 1;
        for (to, (page, place, _)) in places.clone().into_iter().enumerate() {
            for (from, (_, _, code)) in places.iter().enumerate() {
                world.account = if to == last {
                    proven.clone()
                } else {
                    unproven.clone()
                };
                let result = give(&mut world, &mut page.clone(), &place, code);
                if from == to {
                    assert_eq!(result, Ok(()), "{place:?}");
                } else {
                    assert_eq!(refused(result), ProblemType::CodeInvalid, "{from} at {place:?}");
                }
            }
        }
    }
}

#[test]
fn t10_a_code_dies_when_the_next_is_sent_and_its_attempts_stay_counted() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    let (old_challenge, old) = (page.challenge().id.clone(), world.code());
    world.miss(&mut page);
    world.now += 30;
    world.ask(&mut page, None).unwrap();
    let new = world.code();
    assert_eq!(
        world.attempt(&mut page, &old),
        Err(Refusal::CodeInvalid { attempts_left: 3 })
    );
    assert_eq!(
        refused(world.attempt_at(&mut page, old_challenge, &old)),
        ProblemType::NotFound
    );
    world.attempt(&mut page, &new).unwrap();
}

#[test]
fn t11_nothing_expired_completes() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    world.now += 300;
    assert_eq!(refused(world.answer(&mut page, None)), ProblemType::Expired);
    world.now += 299;
    world.ask(&mut page, None).unwrap();
    let late = page.clone();
    world.now += 1;
    assert_eq!(refused(world.answer(&mut page, None)), ProblemType::Expired);
    world.now -= 1;
    world.answer(&mut page, None).unwrap();
    assert_eq!(late.challenge().expires_at, late.view.expires_at);
    world.now += 60;
    assert_eq!(refused(world.redeem(&page, None)), ProblemType::Expired);
}

#[test]
fn t12_a_wait_earned_elsewhere_holds_for_a_code_under_way() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    let right = world.code();
    let mut other = world.login(APP_AND_MOBILE);
    for _ in 0..5 {
        world.miss(&mut other);
    }
    let before = world.snapshot();
    let until = world.now + 30;
    let problem = ProblemType::AccountThrottled;
    assert_eq!(
        world.attempt(&mut page, &right),
        Err(Refusal::Wait { problem, until })
    );
    assert_eq!(world.account, before, "and costs no attempt");
    world.now = until;
    world.attempt(&mut page, &right).unwrap();
}

#[test]
fn t12_a_wait_earned_after_the_right_code_holds_for_its_redemption() {
    let mut world = World::new();
    let mut other = world.login(APP_AND_MOBILE);
    let mut page = world.login(APP_AND_MOBILE);
    world.answer(&mut page, None).unwrap();
    for _ in 0..5 {
        world.miss(&mut other);
    }
    assert_eq!(refused(world.redeem(&page, None)), ProblemType::AccountThrottled);
    world.now += 30;
    world.redeem(&page, None).unwrap();
}

#[test]
fn t12_a_wait_earned_elsewhere_holds_for_the_end_of_a_login_under_way() {
    let mut world = World::new();
    let mut page = world.login(APP);
    world.answer(&mut page, None).unwrap();
    let mut other = world.login(NOTHING);
    for _ in 0..5 {
        world.miss(&mut other);
    }
    let before = world.snapshot();
    assert_eq!(refused(world.finish(&mut page)), ProblemType::AccountThrottled);
    assert_eq!(world.account, before, "and puts off no back-up");
    world.look(&mut page).unwrap();
    assert_eq!((page.view.state, page.claims.is_none()), (State::Locked, true));
    world.now += 30;
    world.finish(&mut page).unwrap();
    assert_eq!(page.view.state, State::Verified);
    world.redeem(&page, None).unwrap();
}

#[test]
fn t12_a_wait_holds_for_a_login_whose_back_up_was_set_up_meanwhile() {
    let mut world = World::new();
    let mut page = world.login(APP);
    world.answer(&mut page, None).unwrap();
    assert_eq!(page.view.state, State::Backup);
    let mut manager = world.manage(NOTHING);
    world.step_up(&mut manager, None);
    world.bind_totp(&mut manager);
    let mut other = world.login(NOTHING);
    for _ in 0..5 {
        world.miss(&mut other);
    }
    world.look(&mut page).unwrap();
    assert_eq!((page.view.state, page.claims.is_none()), (State::Locked, true));
    world.now += 30;
    world.look(&mut page).unwrap();
    assert_eq!(page.view.state, State::Verified);
    world.redeem(&page, None).unwrap();
}

#[test]
fn t12_an_enrollment_begun_without_proof_is_not_confirmed_once_proof_could_be_given() {
    let mut world = World::new();
    let mut attacker = world.login(NOTHING);
    let planted = world.enroll_totp(&mut attacker).unwrap();
    let mut user = world.login(NOTHING);
    let app = world.bind_totp(&mut user);
    let before = world.snapshot();
    let code = planted.code_at(world.now);
    assert_eq!(
        refused(world.confirm(&mut attacker, &code)),
        ProblemType::StepUpRequired
    );
    assert_eq!(world.account, before);
    assert_eq!(world.kinds(), [Kind::Totp]);
    world.now += 30;
    world.ask(&mut attacker, None).unwrap();
    assert_eq!(attacker.view.state, State::Challenge);
    let foreign = planted.code_at(world.now);
    assert_eq!(
        refused(world.attempt(&mut attacker, &foreign)),
        ProblemType::CodeInvalid
    );
    world.answer(&mut attacker, Some(&app)).unwrap();
}
