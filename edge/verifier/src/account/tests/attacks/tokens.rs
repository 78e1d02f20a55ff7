//! Stolen tickets and crossed assertions, and locking others out: T27 to T36.

use pbx_2fa_shared::{ProblemType, Purpose};

use crate::account::tests::harness::{APP_AND_MOBILE, Page, World, origin, refused, wrong};
use crate::account::{Act, Command};
use crate::bytes::Bytes;

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
                code: wrong(&world.code()).into(),
            },
        });
        assert_eq!(refused(outcome.reply), ProblemType::Unauthorized);
    }
    assert_eq!(world.account, before);
    world.answer(&mut page, None).unwrap();
}
