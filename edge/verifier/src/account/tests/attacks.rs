//! One test for each attack of the threat model that the rules can stop by themselves, by its number.

use pbx_2fa_shared::session::State;
use pbx_2fa_shared::{ChallengeId, EnrollmentId, Kind, OneTimeCode, ProblemType, Purpose};

use super::harness::{
    APP, APP_AND_MOBILE, MOBILE, NOTHING, Page, World, elsewhere, origin, problem, refused, wrong,
};
use crate::account::sends::Sends;
use crate::account::{Act, Command};
use crate::bytes::Bytes;
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
    world.report(&page.challenge().id.clone(), true);
    let opening = world.renew(page.transaction).unwrap();
    world.exchange(&opening).unwrap();
    let mut other = world.manage(NOTHING);
    let mobile = world.bound(Kind::Mobile);
    world.ask(&mut other, Some(mobile)).unwrap();
    world.miss(&mut other);
    assert_eq!(world.status().throttled_until, Some(world.now + 30));
}

#[test]
fn t05_one_s_own_success_gives_back_no_more_than_the_count_since_the_last() {
    let mut world = World::new();
    for _ in 0..60 {
        let mut page = world.login(APP_AND_MOBILE);
        for _ in 0..4 {
            world.miss(&mut page);
        }
        world.answer(&mut page, None).unwrap();
        let mut page = world.login(APP_AND_MOBILE);
        for _ in 0..5 {
            world.miss(&mut page);
        }
        assert_eq!(world.status().throttled_until, Some(world.now + 30));
        world.now += 700;
        let mut page = world.login(APP_AND_MOBILE);
        world.answer(&mut page, None).unwrap();
        world.now += 86_400;
    }
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
        Act::Attempt { challenge, code },
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
        Place::Challenge(challenge) => Act::Attempt { challenge, code },
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

#[test]
fn t15_the_password_alone_changes_no_method() {
    let (mut world, app) = World::with_all_kinds();
    let authenticator = world.bound(Kind::Totp);
    let proven_login = {
        let mut page = world.login(NOTHING);
        world.ask(&mut page, Some(authenticator.clone())).unwrap();
        world.answer(&mut page, Some(&app)).unwrap();
        page
    };
    for mut page in [world.login(NOTHING), world.manage(NOTHING), proven_login] {
        let before = world.snapshot();
        for act in [
            Act::SetPrimary {
                authenticator: authenticator.clone(),
            },
            Act::Remove {
                authenticator: authenticator.clone(),
            },
            Act::Enroll(pbx_2fa_shared::session::EnrollRequest::Totp {}),
        ] {
            assert_eq!(refused(world.act(&mut page, act)), ProblemType::StepUpRequired);
        }
        assert_eq!(world.account, before);
    }
}

#[test]
fn t16_what_is_not_confirmed_is_worth_nothing() {
    let (mut world, app) = World::with_all_kinds();
    let mut page = world.manage(NOTHING);
    world.step_up(&mut page, Some(&app));
    world
        .enroll_number(&mut page, Kind::Mobile, "+32470999999")
        .unwrap();
    let pending = world
        .account
        .transactions
        .last()
        .unwrap()
        .enrollment
        .clone()
        .unwrap();
    let authenticator = pending.challenge.authenticator.clone();
    let set = Act::SetPrimary {
        authenticator: authenticator.clone(),
    };
    assert_eq!(refused(world.act(&mut page, set)), ProblemType::NotFound);
    let mut login = world.login(NOTHING);
    assert_eq!(
        refused(world.ask(&mut login, Some(authenticator))),
        ProblemType::NotFound
    );
    assert_eq!(login.view.authenticators.len(), 4);
    let right = world.sent[world.sent.len() - 2].code().code.clone();
    for _ in 0..5 {
        assert_eq!(
            refused(world.confirm(&mut page, &wrong(&right))),
            ProblemType::CodeInvalid
        );
    }
    world.now += 30;
    assert_eq!(refused(world.confirm(&mut page, &right)), ProblemType::NotFound);
    assert_eq!(world.kinds().len(), 4);
}

#[test]
fn t17_the_last_back_up_that_policy_demands_cannot_be_removed() {
    let mut world = World::with_policy(|p| p.backup = pbx_2fa_shared::operator::BackupGrace::Skips(0));
    let mut page = world.login(APP);
    world.answer(&mut page, None).unwrap();
    world.bind_totp(&mut page);
    let mut page = world.manage(NOTHING);
    world.step_up(&mut page, None);
    let authenticator = world.bound(Kind::Totp);
    assert!(page.view.authenticators.iter().all(|a| !a.removable));
    assert_eq!(
        refused(world.act(&mut page, Act::Remove { authenticator })),
        ProblemType::BackupRequired
    );
}

#[test]
fn t19_pushes_cannot_be_spammed() {
    let mut world = World::new();
    for _ in 0..20 {
        let mut page = world.login(APP);
        for _ in 0..5 {
            let _refused_or_not = world.ask(&mut page, None);
            world.now += 5;
        }
    }
    let sent = world.sent.len();
    assert_eq!(sent, 5, "in {} seconds", world.now - super::harness::START);
}

#[test]
fn t27_a_stolen_ticket_ends_the_login_and_a_page_secret_is_bound_to_its_origin() {
    let mut world = World::new();
    let opening = world.open(Purpose::Login, APP_AND_MOBILE);
    let mut thief = world.exchange(&opening).unwrap();
    let code = world.code();
    assert_eq!(refused(world.exchange(&opening)), ProblemType::TicketUsed);
    assert_eq!(
        refused(world.attempt(&mut thief, &code)),
        ProblemType::Unauthorized
    );
    assert_eq!(refused(world.renew(thief.transaction)), ProblemType::NotFound);
}

#[test]
fn t28_assertions_of_two_honest_logins_cannot_be_crossed() {
    let mut world = World::new();
    let mut pages: Vec<Page> = Vec::new();
    for _ in 0..2 {
        let mut page = world.login(APP_AND_MOBILE);
        world.answer(&mut page, None).unwrap();
        pages.push(page);
    }
    let [one, two] = [0, 1].map(|n| pages[n].claims.clone().unwrap());
    assert_ne!(one.nonce, two.nonce);
    assert_ne!(one.jti, two.jti);
    for (page, claims) in [(&pages[0], &two), (&pages[1], &one)] {
        assert_eq!(
            refused(world.redeem_in(page.transaction, claims, None)),
            ProblemType::NotFound
        );
    }
    let mut mixed = one.clone();
    mixed.nonce = two.nonce;
    assert_eq!(
        refused(world.redeem_in(pages[0].transaction, &mixed, None)),
        ProblemType::NotFound
    );
}

#[test]
fn t31_an_assertion_is_good_once_for_one_tenant_in_one_environment() {
    let mut world = World::of("portal", "an");
    let mut other = World::of("other", "an");
    let mut pages = Vec::new();
    for world in [&mut world, &mut other] {
        let mut page = world.login(APP_AND_MOBILE);
        world.answer(&mut page, None).unwrap();
        pages.push(page);
    }
    let claims = pages[0].claims.clone().unwrap();
    assert_eq!(pages[0].transaction, pages[1].transaction, "the same randomness");
    assert_eq!(
        refused(other.redeem_in(pages[1].transaction, &claims, None)),
        ProblemType::NotFound
    );
    let mut staging = claims.clone();
    staging.iss = "https://staging.example".to_owned();
    assert_eq!(
        refused(world.redeem_in(pages[0].transaction, &staging, None)),
        ProblemType::NotFound
    );
    world.redeem(&pages[0], None).unwrap();
    assert_eq!(
        refused(world.redeem(&pages[0], None)),
        ProblemType::AlreadyRedeemed
    );
}

#[test]
fn t36_who_has_no_page_cannot_lock_anybody_out() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    let challenge = page.challenge().id.clone();
    let before = world.snapshot();
    for n in 0..=255 {
        let outcome = world.apply(Command::Session {
            transaction: page.transaction,
            secret: Bytes([n; 32]),
            origin: origin(),
            act: Act::Attempt {
                challenge: challenge.clone(),
                code: wrong(&world.code()),
            },
        });
        assert_eq!(refused(outcome.reply), ProblemType::Unauthorized);
    }
    assert_eq!(world.account, before);
    world.answer(&mut page, None).unwrap();
}
