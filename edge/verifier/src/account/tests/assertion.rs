//! From the right code to the session: finish, redeem, renew.

use pbx_2fa_shared::session::State;
use pbx_2fa_shared::{ClientId, Kind, Nonce, ProblemType, Purpose, Subject};

use super::harness::{APP, APP_AND_MOBILE, ISSUER, Page, World, refused};
use crate::account::{Command, Opened, Reply};
use crate::bytes::Bytes;
use crate::claims::AssertionClaims;

fn verified(world: &mut World) -> Page {
    let mut page = world.login(APP_AND_MOBILE);
    world.answer(&mut page, None).unwrap();
    assert_eq!(page.view.state, State::Verified);
    page
}

#[test]
fn the_claims_say_what_was_proven_here_and_no_more() {
    let mut world = World::new();
    let opening = world.open(Purpose::Login, APP_AND_MOBILE);
    let mut page = world.exchange(&opening).unwrap();
    world.now += 7;
    world.answer(&mut page, None).unwrap();
    let claims = page.claims.clone().unwrap();
    assert_eq!(claims.iss, ISSUER);
    assert_eq!((claims.aud.as_str(), claims.sub.as_str()), ("portal", "an"));
    assert_eq!(claims.nonce, opening.nonce);
    assert_eq!(
        (claims.iat, claims.nbf, claims.auth_time),
        (world.now, world.now, world.now)
    );
    assert_eq!(claims.exp, world.now + 60);
    assert_eq!(
        (claims.amr, claims.acr.as_str()),
        (vec!["swk".into(), "mca".into()], "urn:pbx-2fa:app")
    );
    assert_eq!(claims.jti.len(), 22, "128 bits");
    assert_eq!(page.view.assertion, None, "the caller signs");
}

#[test]
fn asked_again_the_same_assertion_comes_until_it_expires() {
    let mut world = World::new();
    let mut page = verified(&mut world);
    let first = page.claims.clone();
    world.now += 59;
    world.finish(&mut page).unwrap();
    assert_eq!(page.claims, first);
    world.look(&mut page).unwrap();
    assert_eq!(page.claims, first);
    world.now += 1;
    assert_eq!(refused(world.look(&mut page)), ProblemType::Expired);
    assert_eq!(refused(world.finish(&mut page)), ProblemType::Expired);
}

#[test]
fn a_page_reloaded_after_the_right_code_gets_the_same_assertion() {
    let mut world = World::new();
    let page = verified(&mut world);
    let opening = world.renew(page.transaction).unwrap();
    let second = world.exchange(&opening).unwrap();
    assert_eq!(second.claims, page.claims);
}

#[test]
fn a_login_is_redeemed_once_for_a_session() {
    let mut world = World::new();
    let page = verified(&mut world);
    let claims = page.claims.clone().unwrap();
    world.now += 3;
    let (response, session) = world.redeem(&page, None).unwrap();
    assert_eq!((response.jti, response.nonce), (claims.jti.clone(), claims.nonce));
    let session = session.unwrap();
    assert_eq!((session.iat, session.exp), (world.now, world.now + 8 * 3_600));
    assert_eq!(response.session_expires_at, Some(session.exp));
    assert_eq!(
        (session.sub, session.aud, session.acr),
        (claims.sub, claims.aud, claims.acr)
    );
    assert_eq!(session.auth_time, claims.auth_time);
    assert_ne!(session.sid.as_str(), session.jti);
    assert_ne!(session.jti, claims.jti);
    assert_eq!(refused(world.redeem(&page, None)), ProblemType::AlreadyRedeemed);
    assert_eq!(
        refused(world.redeem(&page, Some(1))),
        ProblemType::AlreadyRedeemed
    );
}

#[test]
fn a_session_s_life_is_held_within_its_bounds() {
    for (asked, given) in [(0, 300), (301, 301), (1_000_000, 86_400)] {
        let mut world = World::with_policy(|p| p.session_lifetime = asked);
        let page = verified(&mut world);
        let (_, session) = world.redeem(&page, None).unwrap();
        assert_eq!(session.unwrap().exp, world.now + given);
    }
}

#[test]
fn a_repeated_redemption_with_the_same_key_gets_the_first_answer() {
    let mut world = World::new();
    let page = verified(&mut world);
    let (first, first_session) = world.redeem(&page, Some(1)).unwrap();
    world.now += 50;
    let (again, again_session) = world.redeem(&page, Some(1)).unwrap();
    assert_eq!((again.jti, again_session), (first.jti, first_session));
    assert_eq!(
        refused(world.redeem(&page, Some(2))),
        ProblemType::AlreadyRedeemed
    );
    assert_eq!(refused(world.redeem(&page, None)), ProblemType::AlreadyRedeemed);
}

#[test]
fn an_assertion_is_redeemed_within_sixty_seconds_to_the_second() {
    let mut world = World::new();
    let page = verified(&mut world);
    world.now += 60;
    assert_eq!(refused(world.redeem(&page, None)), ProblemType::Expired);
    world.now -= 1;
    world.redeem(&page, None).unwrap();
}

#[test]
fn claims_that_differ_in_anything_are_not_found_and_spoil_nothing() {
    let mut world = World::new();
    let page = verified(&mut world);
    let right = page.claims.clone().unwrap();
    let changes: [fn(&mut AssertionClaims); 13] = [
        |c| c.iss.push('/'),
        |c| c.aud = ClientId::parse("other").unwrap(),
        |c| c.sub = Subject::parse("bea").unwrap(),
        |c| c.txn = "txn_AAAA".to_owned().try_into().unwrap(),
        |c| c.nonce = Nonce::parse("AAAAAAAAAAAAAAAAAAAAAA").unwrap(),
        |c| c.jti.push('A'),
        |c| c.iat += 1,
        |c| c.nbf -= 1,
        |c| c.exp += 3_600,
        |c| c.auth_time += 1,
        |c| c.amr.push("mfa".into()),
        |c| c.acr = Kind::Totp.acr().to_owned(),
        |c| c.purpose = Purpose::Manage,
    ];
    for (n, change) in changes.into_iter().enumerate() {
        let mut claims = right.clone();
        change(&mut claims);
        assert_ne!(claims, right);
        let result = world.redeem_in(page.transaction, &claims, None);
        assert_eq!(refused(result), ProblemType::NotFound, "change {n}");
    }
    world.redeem(&page, None).unwrap();
}

#[test]
fn an_assertion_is_redeemed_in_its_own_transaction_only() {
    let mut world = World::new();
    let page = verified(&mut world);
    let other = verified(&mut world);
    let claims = page.claims.clone().unwrap();
    assert_eq!(
        refused(world.redeem_in(other.transaction, &claims, None)),
        ProblemType::NotFound
    );
    assert_eq!(
        refused(world.redeem_in(Bytes([0; 16]), &claims, None)),
        ProblemType::NotFound
    );
    world.redeem(&page, None).unwrap();
    world.redeem(&other, None).unwrap();
}

#[test]
fn nothing_is_redeemed_before_it_was_handed_out() {
    let mut world = World::new();
    let claims = verified(&mut world).claims.unwrap();
    let mut page = world.login(APP);
    assert_eq!(
        refused(world.redeem_in(page.transaction, &claims, None)),
        ProblemType::NotFound
    );
    world.look(&mut page).unwrap();
    assert_eq!(page.view.state, State::Challenge);
}

#[test]
fn a_redeemed_transaction_gives_no_ticket_no_assertion_and_takes_no_code() {
    let mut world = World::new();
    let mut page = verified(&mut world);
    world.redeem(&page, None).unwrap();
    assert_eq!(
        refused(world.renew(page.transaction)),
        ProblemType::AlreadyRedeemed
    );
    assert_eq!(refused(world.look(&mut page)), ProblemType::AlreadyRedeemed);
    assert_eq!(refused(world.finish(&mut page)), ProblemType::AlreadyRedeemed);
    assert_eq!(refused(world.ask(&mut page, None)), ProblemType::AlreadyRedeemed);
}

#[test]
fn a_ticket_renewed_before_redemption_is_worth_nothing_after_it() {
    let mut world = World::new();
    let page = verified(&mut world);
    let opening = world.renew(page.transaction).unwrap();
    world.redeem(&page, None).unwrap();
    assert_eq!(refused(world.exchange(&opening)), ProblemType::TicketUsed);
}

#[test]
fn a_second_live_challenge_does_not_change_an_assertion_that_was_handed_out() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    let (by_app, app_code) = (page.challenge().id.clone(), world.code());
    let mobile = world.bound(Kind::Mobile);
    world.ask(&mut page, Some(mobile)).unwrap();
    world.answer(&mut page, None).unwrap();
    let first = page.clone();
    assert_eq!(
        refused(world.attempt_at(&mut page, by_app, &app_code)),
        ProblemType::ChallengeDead
    );
    world.redeem(&first, None).unwrap();
}

#[test]
fn the_first_opening_with_a_key_wins_and_another_request_with_it_is_refused() {
    let mut world = World::new();
    let opened = |n: u8, at: u64| Opened {
        transaction: Bytes([n; 16]),
        ticket: Bytes([n; 16]),
        opened_at: at,
    };
    let start = world.now;
    let remember = |key: u8, request: u8, opened| Command::Remember {
        key: Bytes([key; 32]),
        request: Bytes([request; 32]),
        opened,
    };
    let first_of = |world: &mut World, command| match world.apply(command).reply {
        Ok(Reply::Opened(opened)) => Ok(opened),
        Ok(other) => panic!("{other:?}"),
        Err(refusal) => Err(refusal),
    };
    assert_eq!(
        first_of(&mut world, remember(1, 1, opened(1, start))),
        Ok(opened(1, start))
    );
    assert_eq!(
        first_of(&mut world, remember(1, 1, opened(2, start))),
        Ok(opened(1, start))
    );
    let other = first_of(&mut world, remember(1, 2, opened(3, start)));
    assert_eq!(refused(other), ProblemType::IdempotencyMismatch);
    world.now += 600;
    let later = opened(4, world.now);
    assert_eq!(first_of(&mut world, remember(1, 2, later)), Ok(later));
}
