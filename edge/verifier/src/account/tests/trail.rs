//! What happened, in order, and what the help desk does.

use pbx_2fa_shared::session::State;
use pbx_2fa_shared::trail::{Actor, Event, EventType, EventsResponse, HelpDeskRequest};
use pbx_2fa_shared::{Kind, ProblemType};

use super::harness::{APP, APP_AND_MOBILE, MOBILE, NOTHING, World, refused};
use crate::account::{Act, Command, Fault, HelpDeskAct, Record};
use crate::limits;
use crate::refusal::Refusal;

fn events(world: &World) -> Vec<Event> {
    let bodies = world.trail.iter().map(|row| row.body.as_str());
    bodies.map(|body| serde_json::from_str(body).unwrap()).collect()
}

/// What happened since the trail had so many rows.
fn since(world: &World, rows: usize) -> Vec<(EventType, Option<Kind>)> {
    let events = events(world);
    let named = |e: &Event| (e.kind, e.authenticator.as_ref().map(|a| a.kind));
    events.iter().skip(rows).map(named).collect()
}

fn read(world: &World, rows: Vec<Record>, after: u64) -> EventsResponse {
    world.account.read_trail(rows, after, &world.keys).unwrap()
}

fn by() -> HelpDeskRequest {
    serde_json::from_str(r#"{"actor":"Mia","reason":"lost telephone, called back on the office line"}"#)
        .unwrap()
}

fn help(world: &mut World, act: HelpDeskAct) -> Result<(), Refusal> {
    world.apply(Command::HelpDesk { by: by(), act }).reply.map(drop)
}

#[test]
fn a_login_is_told_from_the_profile_to_the_redemption() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    world.miss(&mut page);
    world.answer(&mut page, None).unwrap();
    world.redeem(&page, None).unwrap();
    assert_eq!(
        since(&world, 0),
        [
            (EventType::AuthenticatorBound, Some(Kind::App)),
            (EventType::AuthenticatorBound, Some(Kind::Mobile)),
            (EventType::SecondFactorFailed, Some(Kind::App)),
            (EventType::LoginCompleted, Some(Kind::App)),
        ]
    );
    let actors: Vec<Actor> = events(&world).into_iter().map(|e| e.actor).collect();
    assert_eq!(actors, [Actor::Portal, Actor::Portal, Actor::User, Actor::User]);
}

#[test]
fn the_portal_is_told_of_all_but_the_login_that_it_completes_itself() {
    let mut world = World::new();
    let opening = world.open(pbx_2fa_shared::Purpose::Login, APP);
    let opening = Box::new(opening);
    let origin = super::harness::origin();
    let outcome = world.apply(Command::Exchange { opening, origin });
    let told: Vec<_> = outcome
        .news
        .iter()
        .map(|n| (n.subject.as_str(), n.event.kind))
        .collect();
    assert_eq!(told, [("an", EventType::AuthenticatorBound)]);
    let mut page = world.login(APP_AND_MOBILE);
    world.answer(&mut page, None).unwrap();
    let command = Command::Redeem {
        transaction: page.transaction,
        claims: Box::new(page.claims.clone().unwrap()),
        key: None,
    };
    let outcome = world.apply(command);
    assert_eq!((outcome.news.len(), outcome.records.len()), (0, 1));
}

#[test]
fn a_redemption_that_is_repeated_is_one_login() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    world.answer(&mut page, None).unwrap();
    world.redeem(&page, Some(7)).unwrap();
    let rows = world.trail.len();
    world.redeem(&page, Some(7)).unwrap();
    assert_eq!(world.trail.len(), rows);
}

#[test]
fn changes_of_methods_and_waits_are_told() {
    let (mut world, app) = World::with_all_kinds();
    let mut page = world.manage(NOTHING);
    world.step_up(&mut page, Some(&app));
    let rows = world.trail.len();
    let landline = world.bound(Kind::Landline);
    for _ in 0..2 {
        let authenticator = landline.clone();
        world.act(&mut page, Act::SetPrimary { authenticator }).unwrap();
    }
    let authenticator = landline;
    world.act(&mut page, Act::Remove { authenticator }).unwrap();
    assert_eq!(
        since(&world, rows),
        [
            (EventType::PrimaryChanged, Some(Kind::Landline)),
            (EventType::AuthenticatorRemoved, Some(Kind::Landline)),
        ]
    );
    world.now += 700;
    let mut page = world.login(r#"{"app":{"registered":false},"mobile":"+32470999999"}"#);
    let profile = world.trail.len() - 3;
    assert_eq!(
        since(&world, profile),
        [
            (EventType::AuthenticatorRemoved, Some(Kind::App)),
            (EventType::AuthenticatorRemoved, Some(Kind::Mobile)),
            (EventType::AuthenticatorBound, Some(Kind::Mobile)),
        ]
    );
    let totp = world.bound(Kind::Totp);
    world.ask(&mut page, Some(totp)).unwrap();
    for _ in 0..5 {
        let wrong = app.wrong_at(world.now);
        world.attempt(&mut page, &wrong).unwrap_err();
    }
    assert_eq!(
        since(&world, world.trail.len() - 1),
        [(EventType::AccountThrottled, None)]
    );
}

#[test]
fn a_method_that_is_set_up_and_its_wrong_code_are_told() {
    let mut world = World::new();
    let mut page = world.login(NOTHING);
    let app = world.enroll_totp(&mut page).unwrap();
    let wrong = app.wrong_at(world.now);
    world.confirm(&mut page, &wrong).unwrap_err();
    world.confirm(&mut page, &app.code_at(world.now)).unwrap();
    assert_eq!(
        since(&world, 0),
        [
            (EventType::SecondFactorFailed, Some(Kind::Totp)),
            (EventType::AuthenticatorBound, Some(Kind::Totp)),
        ]
    );
}

#[test]
fn an_altered_swapped_or_missing_row_is_found() {
    let mut world = World::new();
    for _ in 0..3 {
        let mut page = world.login(APP_AND_MOBILE);
        world.miss(&mut page);
        world.answer(&mut page, None).unwrap();
        world.redeem(&page, None).unwrap();
        world.now += 60;
    }
    let rows = world.trail.clone();
    let intact = |rows: Vec<Record>| read(&world, rows, 0).intact;
    assert!(intact(rows.clone()));
    for at in 0..rows.len() {
        let mut missing = rows.clone();
        missing.remove(at);
        assert!(!intact(missing), "without row {at}");

        let mut altered = rows.clone();
        altered[at].body = altered[at].body.replace("\"at\":18", "\"at\":17");
        assert_ne!(altered, rows);
        assert!(!intact(altered), "row {at} altered");

        let mut renumbered = rows.clone();
        renumbered[at].sequence += 1;
        assert!(!intact(renumbered), "row {at} renumbered");

        let mut dated = rows.clone();
        dated[at].at += 1;
        assert!(!intact(dated), "row {at} dated otherwise");

        let mut again = rows.clone();
        again.insert(at, rows[at].clone());
        assert!(!intact(again), "row {at} twice");
    }
    let mut swapped = rows.clone();
    swapped.swap(1, 2);
    assert!(!intact(swapped));
    assert!(!intact(Vec::new()), "all missing");
    let mut other = World::of("portal", "bea");
    other.login(APP_AND_MOBILE);
    assert!(!intact(other.trail), "another account's");
}

#[test]
fn what_was_dropped_after_its_time_is_not_missing() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    world.miss(&mut page);
    world.answer(&mut page, None).unwrap();
    let rows = world.trail.clone();
    world.account.forgot_events(2);
    assert!(read(&world, rows[2..].to_vec(), 0).intact);
    assert!(
        !read(&world, rows[3..].to_vec(), 0).intact,
        "one more than were dropped"
    );
    assert!(!read(&world, Vec::new(), 0).intact);
    world.account.forgot_events(rows.len() as u64 + 9);
    assert!(
        read(&world, Vec::new(), 0).intact,
        "a quiet account has none left"
    );
    world.login(NOTHING);
    help(&mut world, HelpDeskAct::Unlock).unwrap();
    let next = world.trail.last().cloned().unwrap();
    assert_eq!(next.sequence, rows.len() as u64 + 1);
    assert!(read(&world, vec![next], 0).intact);
}

#[test]
fn rows_of_two_histories_are_not_one() {
    let begun = || {
        let mut world = World::new();
        world.login(APP_AND_MOBILE);
        world
    };
    let (mut one, mut other) = (begun(), begun());
    assert_eq!(one.trail, other.trail);
    let common = one.trail.len();
    help(&mut one, HelpDeskAct::Unlock).unwrap();
    other.now += 60;
    for _ in 0..2 {
        help(&mut other, HelpDeskAct::Unlock).unwrap();
    }
    let mut mixed = one.trail.clone();
    mixed.extend_from_slice(&other.trail[common + 1..]);
    let mut reader = other.account.trail_reader(0, &other.keys);
    assert_eq!(reader.take(&mixed), Err(Fault::Altered));
}

#[test]
fn a_gap_is_a_missing_row_and_a_repetition_an_altered_one() {
    let mut world = World::new();
    world.login(APP_AND_MOBILE);
    let rows = world.trail.clone();
    let taken = |rows: &[Record]| world.account.trail_reader(0, &world.keys).take(rows);
    assert_eq!(taken(&rows), Ok(()));
    assert_eq!(taken(&rows[1..]), Err(Fault::Missing));
    assert_eq!(taken(&[rows[0].clone(), rows[0].clone()]), Err(Fault::Altered));
}

#[test]
fn a_page_begins_where_the_one_before_it_ended() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    world.miss(&mut page);
    world.answer(&mut page, None).unwrap();
    let rows = world.trail.clone();
    assert!(read(&world, rows[1..].to_vec(), 1).intact);
    assert!(!read(&world, rows[2..].to_vec(), 1).intact);
}

#[test]
fn a_row_whose_key_is_gone_is_a_fault_and_not_an_altered_one() {
    let mut world = World::new();
    world.login(APP_AND_MOBILE);
    world.keys = crate::keyring::Keyring::parse("2:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE").unwrap();
    let rows = world.trail.clone();
    let read = world.account.read_trail(rows.clone(), 0, &world.keys);
    assert_eq!(read.unwrap_err(), Refusal::NoRootKey(1));
    let mut reader = world.account.trail_reader(0, &world.keys);
    assert_eq!(reader.take(&rows), Err(Fault::NoRootKey(1)));
}

#[test]
fn a_page_says_whether_there_is_a_next_one() {
    let mut world = World::new();
    world.login(APP_AND_MOBILE);
    while world.trail.len() <= limits::EVENTS_PER_PAGE {
        help(&mut world, HelpDeskAct::Unlock).unwrap();
    }
    let one_too_many = world.trail.clone();
    let just_full = read(&world, one_too_many[1..].to_vec(), 1);
    assert_eq!(
        (just_full.events.len(), just_full.next),
        (limits::EVENTS_PER_PAGE, None)
    );
    let first = read(&world, one_too_many.clone(), 0);
    assert_eq!(first.events.len(), limits::EVENTS_PER_PAGE);
    assert!(first.intact);
    let after = first.next.unwrap();
    let rest: Vec<Record> = one_too_many.into_iter().filter(|r| r.sequence > after).collect();
    let last = read(&world, rest, after);
    assert_eq!((last.events.len(), last.next, last.intact), (1, None, true));
    let beyond = read(&world, Vec::new(), after + 1);
    assert!(beyond.events.is_empty() && beyond.intact);
}

#[test]
fn the_help_desk_unbinds_any_one_and_what_it_had_proven() {
    let mut world = World::new();
    let mut waiting = world.login(APP_AND_MOBILE);
    let mut proven = world.login(NOTHING);
    world.answer(&mut proven, None).unwrap();
    assert_eq!(proven.view.state, State::Verified);
    let authenticator = world.bound(Kind::App);
    help(&mut world, HelpDeskAct::Remove { authenticator }).unwrap();
    assert_eq!(world.kinds(), [Kind::Mobile]);
    assert_eq!(world.primary(), Some(Kind::Mobile));
    assert_eq!(refused(world.redeem(&proven, None)), ProblemType::NotFound);
    let challenge = waiting.challenge().id.clone();
    let code = world.code();
    assert_eq!(
        refused(world.attempt_at(&mut waiting, challenge, &code)),
        ProblemType::NotFound
    );
    let event = events(&world).pop().unwrap();
    assert_eq!(event.kind, EventType::AuthenticatorRemoved);
    assert!(matches!(event.actor, Actor::HelpDesk { name } if name.as_str() == "Mia"));
    assert_eq!(event.reason, Some(by().reason));
}

#[test]
fn the_help_desk_finds_nothing_of_what_is_not_there() {
    let mut world = World::new();
    world.login(MOBILE);
    let authenticator = pbx_2fa_shared::AuthenticatorId::parse("aut_AAAAAAAAAAAAAAAA").unwrap();
    let rows = world.trail.len();
    let refusal = help(&mut world, HelpDeskAct::Remove { authenticator });
    assert_eq!(refused(refusal), ProblemType::NotFound);
    assert_eq!(world.trail.len(), rows);
}

#[test]
fn unlocking_lifts_waits_and_nothing_else() {
    let mut world = World::new();
    let mut page = world.login(APP_AND_MOBILE);
    for _ in 0..5 {
        world.miss(&mut page);
    }
    world.look(&mut page).unwrap();
    assert_eq!(page.view.state, State::Locked);
    help(&mut world, HelpDeskAct::Unlock).unwrap();
    world.look(&mut page).unwrap();
    assert_eq!(page.view.state, State::Challenge);
    assert_eq!(page.challenge().attempts_left, 0, "the code is as dead as before");
    assert_eq!(world.kinds().len(), 2);
}

#[test]
fn a_reset_account_begins_anew() {
    let mut world = World::new();
    let mut page = world.login(APP);
    world.answer(&mut page, None).unwrap();
    help(&mut world, HelpDeskAct::Reset).unwrap();
    assert!(world.kinds().is_empty());
    assert_eq!(refused(world.look(&mut page)), ProblemType::Unauthorized);
    let page = world.login(NOTHING);
    assert_eq!(page.view.state, State::Enroll);
}
