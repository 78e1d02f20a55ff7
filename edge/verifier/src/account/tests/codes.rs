//! Sending codes and giving them.

use pbx_2fa_shared::delivery::{CodePurpose, DeliveryReport, Message};
use pbx_2fa_shared::session::{Action, Delivery, State};
use pbx_2fa_shared::{ChallengeId, FormOfAddress, Kind, Locale, ProblemType};

use super::harness::{APP, APP_AND_MOBILE, MOBILE, NOTHING, World, refused, wrong};
use crate::refusal::Refusal;

fn wait(problem: ProblemType, until: u64) -> Refusal {
    Refusal::Wait { problem, until }
}

#[test]
fn a_push_carries_the_code_and_the_device_and_a_call_says_it() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    let Message::Push(push) = world.sent[0].clone() else {
        panic!("the app is sent a push message")
    };
    assert_eq!(push.device_token.unwrap().as_str(), "device-1");
    assert_eq!(push.code.purpose, CodePurpose::Login);
    assert_eq!(push.code.challenge, page.challenge().id);
    let mobile = world.bound(Kind::Mobile);
    world.ask(&mut page, Some(mobile)).unwrap();
    let Message::Call(call) = world.sent[1].clone() else {
        panic!("a telephone is called")
    };
    assert_eq!((call.number.as_str(), call.line), ("+32470123456", Kind::Mobile));
    let spoken: Vec<String> = call.code.code.as_str().chars().map(String::from).collect();
    assert!(call.script.iter().any(|s| s.contains(&spoken.join(", "))));
    assert_eq!(call.code.expires_at, world.now + 300);
}

#[test]
fn switching_and_back_keeps_the_live_challenges_and_sends_nothing_more() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    let by_app = page.challenge().id.clone();
    let (app, mobile) = (world.bound(Kind::App), world.bound(Kind::Mobile));
    world.ask(&mut page, Some(mobile.clone())).unwrap();
    let by_mobile = page.challenge().id.clone();
    world.ask(&mut page, Some(app)).unwrap();
    assert_eq!(page.challenge().id, by_app);
    world.ask(&mut page, Some(mobile)).unwrap();
    assert_eq!(page.challenge().id, by_mobile);
    assert_eq!(world.sent.len(), 2);
    world.answer(&mut page, None).unwrap();
    assert_eq!(page.view.state, State::Verified);
}

#[test]
fn the_code_of_the_method_that_was_switched_from_still_counts() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    let (by_app, code) = (page.challenge().id.clone(), world.code());
    let mobile = world.bound(Kind::Mobile);
    world.ask(&mut page, Some(mobile)).unwrap();
    world.attempt_at(&mut page, by_app, &code).unwrap();
    assert_eq!(page.claims.unwrap().acr, "urn:pbx-2fa:app");
}

#[test]
fn a_resend_waits_thirty_seconds_then_sixty_and_the_third_code_is_the_last() {
    let mut world = World::new();
    let mut page = world.login(APP);
    let start = world.now;
    assert_eq!(page.challenge().resend_at, Some(start + 30));
    world.now = start + 29;
    assert_eq!(
        world.ask(&mut page, None),
        Err(wait(ProblemType::SendThrottled, start + 30))
    );
    world.now = start + 30;
    world.ask(&mut page, None).unwrap();
    assert_eq!(page.challenge().resend_at, Some(start + 90));
    world.now = start + 89;
    assert_eq!(refused(world.ask(&mut page, None)), ProblemType::SendThrottled);
    world.now = start + 90;
    world.ask(&mut page, None).unwrap();
    assert_eq!(page.challenge().resend_at, None);
    assert!(!page.view.actions.contains(&Action::Resend));
    world.now = start + 400;
    assert_eq!(
        world.ask(&mut page, None),
        Err(wait(ProblemType::SendThrottled, start + 600))
    );
    assert_eq!(world.sent.len(), 3);
}

#[test]
fn three_codes_a_transaction_whatever_the_method() {
    let (mut world, _) = World::with_all_kinds();
    let before = world.sent.len();
    let mut page = world.login(APP_AND_MOBILE);
    for kind in [Kind::Mobile, Kind::Landline] {
        let by = world.bound(kind);
        world.ask(&mut page, Some(by)).unwrap();
    }
    world.now += 300;
    let landline = world.bound(Kind::Landline);
    assert_eq!(
        refused(world.ask(&mut page, Some(landline))),
        ProblemType::SendThrottled
    );
    assert_eq!(world.sent.len(), before + 3);
}

#[test]
fn after_five_unanswered_codes_a_login_opens_without_one_and_says_when() {
    let mut world = World::new();
    let start = world.now;
    for n in 0..5 {
        world.now = start + n * 10;
        world.login(APP);
    }
    world.now = start + 100;
    let mut page = world.login(APP);
    assert_eq!(world.sent.len(), 5);
    assert_eq!(page.view.state, State::Challenge);
    let challenge = page.challenge().clone();
    assert_eq!(challenge.delivery, Delivery::Throttled);
    assert_eq!(challenge.resend_at, Some(start + 600));
    assert_eq!(challenge.attempts_left, 0);
    assert_eq!(page.view.actions, [Action::Resend]);
    assert_eq!(
        refused(Err::<(), _>(world.miss(&mut page))),
        ProblemType::ChallengeDead
    );
    world.now = start + 599;
    assert_eq!(
        world.ask(&mut page, None),
        Err(wait(ProblemType::SendThrottled, start + 600))
    );
    world.now = start + 600;
    world.ask(&mut page, None).unwrap();
    assert_eq!(world.sent.len(), 6);
    world.answer(&mut page, None).unwrap();
}

#[test]
fn a_right_code_shows_that_the_codes_are_wanted() {
    let mut world = World::new();
    for _ in 0..8 {
        let mut page = world.login(APP_AND_MOBILE);
        world.answer(&mut page, None).unwrap();
        world.now += 5;
    }
    assert_eq!(world.sent.len(), 8);
}

#[test]
fn wrong_codes_count_down_and_the_fifth_ends_the_challenge() {
    let mut world = World::new();
    let mut page = world.login(APP);
    for attempts_left in (0..5).rev() {
        assert_eq!(world.miss(&mut page), Refusal::CodeInvalid { attempts_left });
    }
    let right = world.code();
    assert_eq!(
        refused(world.attempt(&mut page, &right)),
        ProblemType::ChallengeDead
    );
    world.look(&mut page).unwrap();
    assert_eq!(page.view.state, State::Locked);
    assert_eq!(page.view.locked_until, Some(world.now + 30));
    world.now += 30;
    world.look(&mut page).unwrap();
    assert_eq!(
        refused(world.attempt(&mut page, &right)),
        ProblemType::ChallengeDead
    );
    assert_eq!(page.challenge().attempts_left, 0);
    assert!(!page.view.actions.contains(&Action::Attempt));
}

#[test]
fn attempts_are_carried_over_to_the_code_that_is_sent_again() {
    let mut world = World::new();
    let mut page = world.login(APP);
    world.miss(&mut page);
    world.miss(&mut page);
    world.now += 30;
    world.ask(&mut page, None).unwrap();
    assert_eq!(page.challenge().attempts_left, 3);
    assert_eq!(world.miss(&mut page), Refusal::CodeInvalid { attempts_left: 2 });
}

#[test]
fn the_wait_grows_with_every_wrong_code_over_methods_and_transactions() {
    let (mut world, app) = World::with_all_kinds();
    let mut page = world.login(APP_AND_MOBILE);
    let totp = world.bound(Kind::Totp);
    for _ in 0..2 {
        world.miss(&mut page);
    }
    world.ask(&mut page, Some(totp.clone())).unwrap();
    for _ in 0..2 {
        assert_eq!(
            refused(world.attempt(&mut page, &app.wrong_at(world.now))),
            ProblemType::CodeInvalid
        );
    }
    let mut waits = Vec::new();
    for _ in 0..8 {
        let mut page = world.manage(APP_AND_MOBILE);
        world.ask(&mut page, Some(totp.clone())).unwrap();
        assert_eq!(
            refused(world.attempt(&mut page, &app.wrong_at(world.now))),
            ProblemType::CodeInvalid
        );
        let until = world.status().throttled_until.unwrap();
        waits.push(until - world.now);
        world.now = until - 1;
        let mut page = world.manage(APP_AND_MOBILE);
        assert_eq!(
            world.ask(&mut page, Some(totp.clone())),
            Err(wait(ProblemType::AccountThrottled, until))
        );
        world.now = until;
    }
    assert_eq!(waits, [30, 60, 120, 300, 600, 900, 900, 900]);
}

#[test]
fn a_login_during_a_wait_shows_until_when_and_sends_nothing() {
    let mut world = World::new();
    let mut page = world.login(APP);
    for _ in 0..5 {
        world.miss(&mut page);
    }
    let until = world.now + 30;
    let mut page = world.login(APP);
    assert_eq!(page.view.state, State::Locked);
    assert_eq!(page.view.locked_until, Some(until));
    assert!(page.view.actions.is_empty());
    assert_eq!(
        world.ask(&mut page, None),
        Err(wait(ProblemType::AccountThrottled, until))
    );
    assert_eq!(world.sent.len(), 1);
    world.now = until;
    world.look(&mut page).unwrap();
    assert_eq!(page.view.state, State::Challenge);
    assert_eq!(page.view.actions, [Action::Resend]);
    world.ask(&mut page, None).unwrap();
    world.answer(&mut page, None).unwrap();
}

#[test]
fn a_right_code_ends_the_count() {
    let mut world = World::new();
    for _ in 0..3 {
        let mut page = world.login(APP_AND_MOBILE);
        for _ in 0..4 {
            world.miss(&mut page);
        }
        world.answer(&mut page, None).unwrap();
        assert_eq!(page.view.state, State::Verified);
    }
}

#[test]
fn a_code_is_good_for_five_minutes_to_the_second() {
    let mut world = World::new();
    let mut page = world.login(APP);
    assert_eq!(page.challenge().expires_at, world.now + 300);
    world.now += 300;
    let right = world.code();
    assert_eq!(refused(world.attempt(&mut page, &right)), ProblemType::Expired);
    world.now -= 1;
    world.attempt(&mut page, &right).unwrap();
}

#[test]
fn an_expired_code_costs_no_attempt() {
    let mut world = World::new();
    let mut page = world.login(APP);
    world.now += 300;
    let before = world.snapshot();
    assert_eq!(refused(Err::<(), _>(world.miss(&mut page))), ProblemType::Expired);
    assert_eq!(world.account, before);
}

#[test]
fn a_code_does_not_outlive_its_transaction() {
    let mut world = World::new();
    let mut page = world.login(APP);
    world.now += 400;
    world.ask(&mut page, None).unwrap();
    assert_eq!(page.challenge().expires_at, page.view.expires_at);
}

/// What is on the screen of a new call after these reports.
fn shown_after(reports: &[DeliveryReport]) -> Delivery {
    let mut world = World::new();
    let mut page = world.login(MOBILE);
    for report in reports {
        world.report(&page.challenge().id.clone(), *report).unwrap();
    }
    world.look(&mut page).unwrap();
    page.challenge().delivery
}

#[test]
fn what_the_gateway_says_is_shown_and_never_goes_back() {
    use DeliveryReport::{Answered, Declined, Failed, NoAnswer, Ringing, Sent};
    let steps = [
        (Sent, Delivery::Sent),
        (Ringing, Delivery::Ringing),
        (Answered, Delivery::Answered),
    ];
    let ends = [
        (Declined, Delivery::Declined),
        (NoAnswer, Delivery::NoAnswer),
        (Failed, Delivery::Failed),
    ];
    assert_eq!(shown_after(&[]), Delivery::Sending);
    for (place, (report, shown)) in steps.into_iter().enumerate() {
        assert_eq!(shown_after(&[report]), shown);
        for (earlier, _) in &steps[..=place] {
            assert_eq!(shown_after(&[report, *earlier]), shown);
        }
        for (end, ended) in ends {
            assert_eq!(shown_after(&[report, end]), ended);
        }
    }
    for (end, ended) in ends {
        for (later, _) in steps.into_iter().chain(ends) {
            assert_eq!(shown_after(&[end, later]), ended);
        }
    }
}

#[test]
fn a_code_that_could_not_be_delivered_may_be_asked_for_at_once() {
    let mut world = World::new();
    let mut page = world.login(MOBILE);
    for report in [DeliveryReport::Ringing, DeliveryReport::Failed] {
        world.report(&page.challenge().id.clone(), report).unwrap();
    }
    world.look(&mut page).unwrap();
    assert_eq!(page.challenge().resend_at, Some(world.now));
    world.ask(&mut page, None).unwrap();
    assert_eq!(world.sent.len(), 2);
    world
        .report(&page.challenge().id.clone(), DeliveryReport::NoAnswer)
        .unwrap();
    world.look(&mut page).unwrap();
    assert!(
        page.challenge().resend_at.is_some_and(|at| at > world.now),
        "the telephone rang"
    );
}

#[test]
fn a_number_that_is_being_set_up_is_told_of_its_call() {
    let mut world = World::new();
    let mut page = world.login(NOTHING);
    world
        .enroll_number(&mut page, Kind::Mobile, "+32470123456")
        .unwrap();
    let challenge = world.sent[0].code().challenge.clone();
    world.report(&challenge, DeliveryReport::Ringing).unwrap();
    world.look(&mut page).unwrap();
    assert_eq!(page.enrollment().delivery, Delivery::Ringing);
}

#[test]
fn a_report_of_something_unknown_or_unfit_changes_nothing() {
    let (mut world, _) = World::with_all_kinds();
    let page = world.login(NOTHING);
    let push = page.challenge().id.clone();
    let before = world.snapshot();
    let other = ChallengeId::try_from("chl_AAAAAAAAAAAAAAAA".to_owned()).unwrap();
    assert_eq!(
        refused(world.report(&other, DeliveryReport::Failed)),
        ProblemType::NotFound
    );
    for of_calls in [
        DeliveryReport::Ringing,
        DeliveryReport::Answered,
        DeliveryReport::NoAnswer,
    ] {
        assert_eq!(
            refused(world.report(&push, of_calls)),
            ProblemType::InvalidRequest
        );
    }
    assert_eq!(world.account, before);
    world.report(&push, DeliveryReport::Declined).unwrap();
}

#[test]
fn nothing_is_delivered_of_an_authenticator_app() {
    let (mut world, _) = World::with_totp();
    let page = world.login(NOTHING);
    let challenge = page.challenge().id.clone();
    for report in [
        DeliveryReport::Sent,
        DeliveryReport::Declined,
        DeliveryReport::Failed,
    ] {
        assert_eq!(
            refused(world.report(&challenge, report)),
            ProblemType::InvalidRequest
        );
    }
}

#[test]
fn an_unknown_challenge_is_not_found_and_costs_nothing() {
    let mut world = World::new();
    let mut page = world.login(APP);
    let before = world.snapshot();
    let other = "chl_AAAAAAAAAAAAAAAA".to_owned().try_into().unwrap();
    let code = wrong(&world.code());
    assert_eq!(
        refused(world.attempt_at(&mut page, other, &code)),
        ProblemType::NotFound
    );
    assert_eq!(world.account, before);
}

#[test]
fn a_code_by_a_method_that_is_not_bound_or_not_allowed_is_not_found() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    let other = "aut_AAAAAAAAAAAAAAAA".to_owned().try_into().unwrap();
    assert_eq!(refused(world.ask(&mut page, Some(other))), ProblemType::NotFound);
    let mobile = world.bound(Kind::Mobile);
    world.tenant.policy.kinds = vec![Kind::App];
    assert_eq!(refused(world.ask(&mut page, Some(mobile))), ProblemType::NotFound);
    assert_eq!(page.view.authenticators.len(), 2);
    world.look(&mut page).unwrap();
    assert_eq!(page.view.authenticators.len(), 1);
}

#[test]
fn the_speech_follows_the_transaction_s_language() {
    let mut world = World::new();
    let mut opening = world.open(pbx_2fa_shared::Purpose::Login, MOBILE);
    opening.locale = Some("fr-BE".to_owned().try_into().unwrap());
    world.exchange(&opening).unwrap();
    let Message::Call(call) = &world.sent[0] else {
        panic!("a telephone is called")
    };
    assert_eq!(call.code.locale.as_str(), "fr-BE");
    assert!(call.script[0].starts_with("Bonjour"));
}

#[test]
fn without_a_language_of_the_transaction_the_tenant_s_counts_and_without_that_dutch() {
    for (tenant, spoken, hello) in [
        (Some("de-BE"), "de-BE", "Guten Tag"),
        (None, "nl-BE", "Goedendag"),
    ] {
        let mut world = World::new();
        world.tenant.locale = tenant.map(|tag| tag.to_owned().try_into().unwrap());
        let opening = world.open(pbx_2fa_shared::Purpose::Login, MOBILE);
        let page = world.exchange(&opening).unwrap();
        assert_eq!(page.view.locale.as_ref().map(Locale::as_str), tenant);
        let Message::Call(call) = &world.sent[0] else {
            panic!("a telephone is called")
        };
        assert_eq!(call.code.locale.as_str(), spoken);
        assert!(call.script[0].starts_with(hello));
    }
}

#[test]
fn the_tenant_s_form_of_address_is_in_the_view_the_message_and_the_speech_at_once() {
    let mut world = World::new();
    let opening = world.open(pbx_2fa_shared::Purpose::Login, MOBILE);
    let mut page = world.exchange(&opening).unwrap();
    assert_eq!(page.view.form_of_address, None);
    world.tenant.form_of_address = Some(FormOfAddress::Formal);
    world.now += 60;
    world.ask(&mut page, None).unwrap();
    assert_eq!(page.view.form_of_address, Some(FormOfAddress::Formal));
    let Message::Call(call) = &world.sent[1] else {
        panic!("a telephone is called")
    };
    assert_eq!(call.code.form_of_address, Some(FormOfAddress::Formal));
    assert!(call.script.concat().contains("Uw code is:"));
}
