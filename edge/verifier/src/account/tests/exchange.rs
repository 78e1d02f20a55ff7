//! Tickets, pages and reloads.

use pbx_2fa_shared::session::{Delivery, State};
use pbx_2fa_shared::{Kind, ProblemType, Purpose};

use super::harness::{APP, APP_AND_MOBILE, NOTHING, World, elsewhere, origin, refused};
use crate::account::{Act, Command};

#[test]
fn the_primary_is_sent_its_code_by_itself_exactly_once() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    assert_eq!(page.view.state, State::Challenge);
    assert_eq!(page.challenge().kind, Kind::App);
    assert_eq!(page.challenge().delivery, Delivery::Sending);
    assert_eq!(world.sent.len(), 1);
    for _ in 0..3 {
        world.now += 20;
        world.look(&mut page).unwrap();
    }
    assert_eq!(world.sent.len(), 1, "looking sends nothing");
}

#[test]
fn a_visit_to_the_method_manager_sends_nothing_by_itself() {
    let mut world = World::new();
    let page = world.manage(APP);
    assert_eq!(page.view.state, State::Manage);
    assert!(world.sent.is_empty());
}

#[test]
fn a_ticket_handed_in_twice_ends_the_transaction_for_both_pages() {
    let mut world = World::new();
    let opening = world.open(Purpose::Login, APP);
    let mut page = world.exchange(&opening).unwrap();
    assert_eq!(refused(world.exchange(&opening)), ProblemType::TicketUsed);
    assert_eq!(refused(world.look(&mut page)), ProblemType::Unauthorized);
    assert_eq!(refused(world.exchange(&opening)), ProblemType::TicketUsed);
    assert_eq!(world.sent.len(), 1);
}

#[test]
fn a_ticket_lives_two_minutes_to_the_second() {
    let mut world = World::new();
    let opening = world.open(Purpose::Login, APP);
    world.now += 120;
    assert_eq!(refused(world.exchange(&opening)), ProblemType::Expired);
    world.now -= 1;
    assert!(world.exchange(&opening).is_ok());
}

#[test]
fn a_ticket_is_worth_nothing_on_another_origin_and_still_good_on_its_own() {
    let mut world = World::new();
    let opening = world.open(Purpose::Login, APP);
    assert_eq!(
        refused(world.exchange_at(&opening, elsewhere())),
        ProblemType::OriginNotAllowed
    );
    assert!(world.sent.is_empty());
    assert!(world.exchange(&opening).is_ok());
}

#[test]
fn a_page_acts_from_its_own_origin_only() {
    let mut world = World::new();
    let page = world.login(APP);
    let before = world.snapshot();
    let command = Command::Session {
        transaction: page.transaction,
        secret: page.secret,
        origin: elsewhere(),
        act: Act::Finish,
    };
    assert_eq!(refused(world.apply(command).reply), ProblemType::OriginNotAllowed);
    assert_eq!(world.account, before);
}

#[test]
fn a_reloaded_page_finds_its_live_challenge_and_nothing_is_sent_again() {
    let mut world = World::new();
    let mut first = world.login(APP);
    world.now += 40;
    let opening = world.renew(first.transaction).unwrap();
    assert!(opening.renewed && opening.profile.is_none());
    let mut second = world.exchange(&opening).unwrap();
    assert_eq!(second.challenge().id, first.challenge().id);
    assert_eq!(world.sent.len(), 1);
    assert_eq!(refused(world.look(&mut first)), ProblemType::Unauthorized);
    world.answer(&mut second, None).unwrap();
    assert_eq!(second.view.state, State::Backup);
}

#[test]
fn until_the_renewed_ticket_is_exchanged_the_earlier_page_goes_on() {
    let mut world = World::new();
    let mut page = world.login(APP);
    world.renew(page.transaction).unwrap();
    assert!(world.look(&mut page).is_ok());
}

#[test]
fn a_renewed_ticket_handed_in_twice_ends_the_transaction() {
    let mut world = World::new();
    let first = world.login(APP);
    let opening = world.renew(first.transaction).unwrap();
    let mut second = world.exchange(&opening).unwrap();
    assert_eq!(refused(world.exchange(&opening)), ProblemType::TicketUsed);
    assert_eq!(refused(world.look(&mut second)), ProblemType::Unauthorized);
    assert_eq!(refused(world.renew(first.transaction)), ProblemType::NotFound);
    assert_eq!(refused(world.exchange(&opening)), ProblemType::TicketUsed);
}

#[test]
fn the_first_ticket_does_not_serve_as_the_renewed_one() {
    let mut world = World::new();
    let opening = world.open(Purpose::Login, APP);
    let page = world.exchange(&opening).unwrap();
    let renewed = world.renew(page.transaction).unwrap();
    assert_eq!(refused(world.exchange(&opening)), ProblemType::TicketUsed);
    assert_eq!(refused(world.exchange(&renewed)), ProblemType::TicketUsed);
}

#[test]
fn only_the_newest_renewed_ticket_counts_and_it_ends_with_the_transaction() {
    let mut world = World::new();
    let page = world.login(APP);
    let older = world.renew(page.transaction).unwrap();
    world.now += 550;
    let newer = world.renew(page.transaction).unwrap();
    assert_eq!(newer.ticket_expires_at, page.view.expires_at);
    assert_eq!(refused(world.exchange(&older)), ProblemType::Expired);
    assert!(world.exchange(&newer).is_ok());
    world.now += 50;
    assert_eq!(refused(world.renew(page.transaction)), ProblemType::Expired);
}

#[test]
fn a_fourth_transaction_ends_the_oldest_and_no_other() {
    let mut world = World::new();
    let mut pages: Vec<_> = (0..4).map(|_| world.login(APP)).collect();
    let results: Vec<bool> = pages.iter_mut().map(|p| world.look(p).is_ok()).collect();
    assert_eq!(results, [false, true, true, true]);
}

#[test]
fn a_ticket_whose_transaction_was_pushed_out_does_not_begin_it_again() {
    let mut world = World::new();
    let opening = world.open(Purpose::Login, APP);
    world.exchange(&opening).unwrap();
    for _ in 0..3 {
        world.login(NOTHING);
    }
    assert_eq!(refused(world.exchange(&opening)), ProblemType::TicketUsed);
}

#[test]
fn a_transaction_ends_after_ten_minutes_to_the_second() {
    let mut world = World::new();
    let mut page = world.login(APP);
    world.now += 599;
    assert!(world.look(&mut page).is_ok());
    world.now += 1;
    assert_eq!(refused(world.look(&mut page)), ProblemType::Expired);
    world.now += 600;
    assert_eq!(refused(world.look(&mut page)), ProblemType::Unauthorized);
}

#[test]
fn a_page_without_a_bound_method_is_offered_to_set_one_up() {
    let mut world = World::new();
    let page = world.login(NOTHING);
    assert_eq!(page.view.state, State::Enroll);
    assert_eq!(page.view.enrollable, [Kind::Totp, Kind::Mobile, Kind::Landline]);
    assert!(page.view.challenge.is_none());
    assert_eq!(page.view.portal_name.as_str(), "Portal");
    let opening = world.open(Purpose::Login, NOTHING);
    assert_eq!(opening.origin, origin());
}
