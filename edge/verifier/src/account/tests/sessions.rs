//! Sessions after their login: alive, until something ends them.

use pbx_2fa_shared::trail::{Actor, Event, EventType, HelpDeskRequest};
use pbx_2fa_shared::{AuthenticatorId, Kind, ProblemType, SessionId};
use proptest::collection::vec;
use proptest::prelude::*;

use super::harness::{APP_AND_MOBILE, AuthenticatorApp, NOTHING, Page, World, problem, refused};
use crate::account::{Act, Command, HelpDeskAct, Reply, StoredAccount};
use crate::claims::SessionClaims;
use crate::keyring::Keyring;
use crate::limits;
use crate::refusal::Refusal;

const BOTH_KEYS: &str =
    "1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA,2:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";

/// A login that has been proven, and not yet redeemed.
fn proven(world: &mut World, kind: Kind, app: &AuthenticatorApp) -> Page {
    world.now += 30;
    let mut page = world.login(NOTHING);
    let by = world.bound(kind);
    if page.challenge().authenticator != by {
        world.ask(&mut page, Some(by)).unwrap();
    }
    world.answer(&mut page, Some(app)).unwrap();
    page
}

fn session(world: &mut World, kind: Kind, app: &AuthenticatorApp) -> SessionClaims {
    let page = proven(world, kind, app);
    world.redeem(&page, None).unwrap().1.unwrap()
}

/// One session each, by the app, a call and an authenticator app.
fn three_sessions() -> (World, AuthenticatorApp, [SessionClaims; 3]) {
    let (mut world, app) = World::with_all_kinds();
    let sessions = [Kind::App, Kind::Landline, Kind::Totp].map(|kind| session(&mut world, kind, &app));
    world.now += 1;
    (world, app, sessions)
}

fn is_active(world: &mut World, claims: &SessionClaims) -> bool {
    let claims = Box::new(claims.clone());
    match world.apply(Command::Introspect { claims }).reply.unwrap() {
        Reply::Introspected { active } => active,
        other => panic!("{other:?}"),
    }
}

fn active<const N: usize>(world: &mut World, sessions: &[SessionClaims; N]) -> [bool; N] {
    sessions.each_ref().map(|claims| is_active(world, claims))
}

fn revoke(world: &mut World, sid: Option<&SessionId>) {
    let sid = sid.cloned();
    let reply = world.apply(Command::Revoke { sid }).reply;
    assert!(matches!(reply, Ok(Reply::Status(_))));
}

fn help(world: &mut World, act: HelpDeskAct) {
    let by: HelpDeskRequest = serde_json::from_str(r#"{"actor":"Mia","reason":"stolen"}"#).unwrap();
    world.apply(Command::HelpDesk { by, act }).reply.unwrap();
}

fn remove(world: &mut World, authenticator: AuthenticatorId) -> Page {
    let mut page = world.manage(NOTHING);
    world.step_up(&mut page, None);
    world.act(&mut page, Act::Remove { authenticator }).unwrap();
    page
}

/// A session that nobody has.
fn made_up(n: usize) -> SessionId {
    SessionId::parse(format!("{n:A<32}")).unwrap()
}

#[test]
fn a_session_lives_from_its_login_until_it_expires() {
    let (mut world, app) = World::with_all_kinds();
    let claims = session(&mut world, Kind::App, &app);
    assert!(is_active(&mut world, &claims));
    world.now = claims.exp - 1;
    assert!(is_active(&mut world, &claims));
    world.now = claims.exp;
    assert!(!is_active(&mut world, &claims));
    world.now = claims.nbf - 1;
    assert!(!is_active(&mut world, &claims));
}

#[test]
fn a_session_of_another_subject_or_tenant_is_not_one_of_this_account() {
    let (mut world, _, [claims, ..]) = three_sessions();
    let sub = "bea".to_owned().try_into().unwrap();
    let other = SessionClaims {
        sub,
        ..claims.clone()
    };
    assert!(!is_active(&mut world, &other));
    let aud = "other".to_owned().try_into().unwrap();
    let other = SessionClaims {
        aud,
        ..claims.clone()
    };
    assert!(!is_active(&mut world, &other));
    let portal = &world.tenant.client_id;
    assert!(claims.are_of(super::harness::ISSUER, portal));
    assert!(!claims.are_of("https://staging.example", portal));
    assert!(!other.are_of(super::harness::ISSUER, portal));
}

#[test]
fn asking_changes_nothing_not_even_what_time_has_ended() {
    let (mut world, _, [claims, ..]) = three_sessions();
    revoke(&mut world, Some(&made_up(1)));
    world.now += 2 * limits::SESSION_LIFETIME_MAX;
    let before = StoredAccount::write(&world.account).unwrap();
    let outcome = world.apply(Command::Introspect {
        claims: Box::new(claims),
    });
    assert!(outcome.records.is_empty() && outcome.news.is_empty());
    assert_eq!(StoredAccount::write(&world.account).unwrap(), before);
    assert_ne!(world.snapshot(), world.account, "time had something to end");
}

#[test]
fn one_session_is_revoked_and_no_other() {
    let (mut world, _, sessions) = three_sessions();
    revoke(&mut world, Some(&sessions[1].sid));
    assert_eq!(active(&mut world, &sessions), [true, false, true]);
}

#[test]
fn all_sessions_are_revoked_and_none_that_comes_after() {
    let (mut world, app, sessions) = three_sessions();
    revoke(&mut world, None);
    assert_eq!(active(&mut world, &sessions), [false; 3]);
    let later = session(&mut world, Kind::App, &app);
    assert!(is_active(&mut world, &later));
    world.now = later.exp - 1;
    world.status();
    assert_eq!(active(&mut world, &sessions), [false; 3]);
    assert!(is_active(&mut world, &later));
}

#[test]
fn revoking_is_told_once_and_names_the_session() {
    let (mut world, _, sessions) = three_sessions();
    let rows = world.trail.len();
    let one = &sessions[0].sid;
    for _ in 0..2 {
        revoke(&mut world, Some(one));
    }
    revoke(&mut world, Some(&made_up(1)));
    let outcome = world.apply(Command::Revoke { sid: None });
    assert_eq!(outcome.news.len(), 1);
    let events = world.trail.iter().skip(rows);
    let events: Vec<Event> = events.map(|r| serde_json::from_str(&r.body).unwrap()).collect();
    assert!(events.iter().all(|e| e.kind == EventType::SessionsRevoked));
    assert!(events.iter().all(|e| e.actor == Actor::Portal));
    let named: Vec<_> = events.into_iter().map(|e| e.sid).collect();
    assert_eq!(named, [Some(one.clone()), Some(made_up(1)), None]);
}

#[test]
fn a_reset_ends_every_session() {
    let (mut world, _, sessions) = three_sessions();
    help(&mut world, HelpDeskAct::Reset);
    assert_eq!(active(&mut world, &sessions), [false; 3]);
}

#[test]
fn what_the_help_desk_takes_away_ends_what_it_proved_whatever_policy_says() {
    for removal_ends_sessions in [true, false] {
        let (mut world, _, sessions) = three_sessions();
        world.tenant.policy.removal_ends_sessions = removal_ends_sessions;
        let authenticator = world.bound(Kind::App);
        help(&mut world, HelpDeskAct::Remove { authenticator });
        assert_eq!(active(&mut world, &sessions), [false, true, true]);
    }
}

#[test]
fn what_an_authenticator_proved_in_the_manager_is_worth_nothing_once_the_help_desk_took_it_away() {
    let (mut world, app) = World::with_all_kinds();
    let finished = |world: &mut World, kind: Kind| {
        world.now += 31;
        let mut page = world.manage(NOTHING);
        let by = world.bound(kind);
        world.ask(&mut page, Some(by)).unwrap();
        world.answer(&mut page, Some(&app)).unwrap();
        world.finish(&mut page).unwrap();
        page
    };
    let redeemed = finished(&mut world, Kind::App);
    world.redeem(&redeemed, Some(1)).unwrap();
    let by_app = finished(&mut world, Kind::App);
    let by_totp = finished(&mut world, Kind::Totp);
    let authenticator = world.bound(Kind::App);
    help(&mut world, HelpDeskAct::Remove { authenticator });
    assert_eq!(refused(world.redeem(&by_app, None)), ProblemType::NotFound);
    assert!(world.redeem(&by_totp, None).is_ok());
    let again = world.redeem(&redeemed, Some(1));
    assert!(again.is_ok(), "asked again after an answer that was lost");
}

#[test]
fn what_the_user_or_the_profile_takes_away_ends_what_it_proved_where_policy_says_so() {
    for ends in [true, false] {
        let (mut world, _, sessions) = three_sessions();
        world.tenant.policy.removal_ends_sessions = ends;
        let landline = world.bound(Kind::Landline);
        remove(&mut world, landline);
        assert_eq!(active(&mut world, &sessions), [true, !ends, true]);
        world.login(r#"{"app":{"registered":false}}"#);
        assert_eq!(active(&mut world, &sessions), [!ends, !ends, true]);
    }
}

#[test]
fn unlocking_and_disabling_end_no_session() {
    let (mut world, _, sessions) = three_sessions();
    while !world.is_disabled(Kind::App) {
        let mut page = world.login(NOTHING);
        world.miss(&mut page);
        help(&mut world, HelpDeskAct::Unlock);
    }
    assert_eq!(active(&mut world, &sessions), [true; 3]);
}

#[test]
fn a_login_that_was_proven_before_its_session_ended_is_not_redeemed_after() {
    type End = fn(&mut World);
    let ends: [End; 2] = [
        |world| revoke(world, None),
        |world| {
            let landline = world.bound(Kind::Landline);
            remove(world, landline);
        },
    ];
    for end in ends {
        let (mut world, app) = World::with_all_kinds();
        let page = proven(&mut world, Kind::Landline, &app);
        let before = world.trail.len();
        end(&mut world);
        let told = world.trail.len();
        assert!(told > before);
        assert_eq!(refused(world.redeem(&page, Some(1))), ProblemType::NotFound);
        assert_eq!(world.trail.len(), told, "no login was completed");
    }
}

#[test]
fn a_redemption_is_not_repeated_for_a_session_that_has_ended() {
    let (mut world, app) = World::with_all_kinds();
    let page = proven(&mut world, Kind::App, &app);
    let claims = world.redeem(&page, Some(1)).unwrap().1.unwrap();
    revoke(&mut world, Some(&claims.sid));
    assert_eq!(refused(world.redeem(&page, Some(1))), ProblemType::NotFound);
}

#[test]
fn a_visit_to_the_method_manager_is_redeemed_though_it_removed_its_own_proof() {
    let (mut world, app) = World::with_all_kinds();
    let totp = world.bound(Kind::Totp);
    let mut page = world.manage(NOTHING);
    world.ask(&mut page, Some(totp.clone())).unwrap();
    world.answer(&mut page, Some(&app)).unwrap();
    let authenticator = totp;
    world.act(&mut page, Act::Remove { authenticator }).unwrap();
    world.finish(&mut page).unwrap();
    assert!(world.redeem(&page, None).unwrap().1.is_none());
}

#[test]
fn the_list_is_bounded_and_ends_a_session_too_many_rather_than_one_too_few() {
    let (mut world, app, sessions) = three_sessions();
    revoke(&mut world, Some(&sessions[0].sid));
    for n in 1..limits::ENDED_SESSIONS {
        world.now += 1;
        revoke(&mut world, Some(&made_up(n)));
    }
    assert_eq!(active(&mut world, &sessions), [false, true, true], "full");
    let late = session(&mut world, Kind::App, &app);
    for n in 0..100 {
        world.now += 1;
        revoke(&mut world, Some(&made_up(1_000 + n)));
        let stored = StoredAccount::write(&world.account).unwrap();
        assert_eq!(stored.matches("\"before\"").count(), limits::ENDED_SESSIONS);
        assert_eq!(
            active(&mut world, &sessions),
            [false; 3],
            "merged into all before"
        );
        assert_eq!(
            is_active(&mut world, &late),
            n < limits::ENDED_SESSIONS - 1,
            "{n}"
        );
    }
}

#[test]
fn what_has_ended_is_forgotten_once_its_last_token_has_expired_and_no_earlier() {
    let (mut world, app) = World::with_all_kinds();
    world.tenant.policy.session_lifetime = limits::SESSION_LIFETIME_MAX;
    let claims = session(&mut world, Kind::Totp, &app);
    revoke(&mut world, None);
    let is_listed = |world: &mut World| {
        world.status();
        StoredAccount::write(&world.account)
            .unwrap()
            .contains("\"ended\"")
    };
    world.now = claims.exp - 1;
    assert!(is_listed(&mut world));
    assert!(!is_active(&mut world, &claims));
    world.now = claims.exp;
    assert!(!is_listed(&mut world));
    assert!(!is_active(&mut world, &claims));
}

#[test]
fn a_token_is_asked_who_proved_it_under_every_root_key() {
    let (mut world, app, sessions) = three_sessions();
    world.keys = Keyring::parse(BOTH_KEYS).unwrap();
    let newer = session(&mut world, Kind::Totp, &app);
    assert_ne!(tag(&newer), tag(&sessions[2]), "made under another key");
    let authenticator = world.bound(Kind::Totp);
    help(&mut world, HelpDeskAct::Remove { authenticator });
    assert_eq!(active(&mut world, &sessions), [true, true, false]);
    assert!(!is_active(&mut world, &newer));
}

#[test]
fn the_tag_of_an_authenticator_is_the_same_in_one_account_alone() {
    let (mut world, app, sessions) = three_sessions();
    let again = session(&mut world, Kind::App, &app);
    assert_ne!(again.sid, sessions[0].sid);
    assert_eq!(tag(&again), tag(&sessions[0]));
    assert_ne!(tag(&sessions[1]), tag(&sessions[0]));
    let mut tags = ["an", "bea"].map(|subject| {
        let mut world = World::of("portal", subject);
        let mut page = world.login(APP_AND_MOBILE);
        world.answer(&mut page, None).unwrap();
        let claims = world.redeem(&page, None).unwrap().1.unwrap();
        (world.bound(Kind::App), tag(&claims))
    });
    assert_eq!(tags[0].0, tags[1].0, "the same randomness, the same id");
    tags.sort();
    assert_ne!(tags[0].1, tags[1].1);
}

fn tag(claims: &SessionClaims) -> Vec<u8> {
    crate::bytes::decode(claims.sid.as_str()).unwrap().split_off(16)
}

#[derive(Debug, Clone)]
enum Step {
    Login(bool),
    RevokeOne(usize),
    RevokeUnknown,
    RevokeAll,
    RemoveTotp,
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => any::<bool>().prop_map(Step::Login),
        4 => (0..16_usize).prop_map(Step::RevokeOne),
        4 => Just(Step::RevokeUnknown),
        1 => Just(Step::RevokeAll),
        1 => Just(Step::RemoveTotp),
        3 => prop_oneof![0..120_u64, 80_000..90_000_u64].prop_map(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Against somebody who remembers every session: what was ended is never alive again, and what was not is alive until it
    /// expires, as long as the list was not full.
    #[test]
    fn no_session_comes_back_and_none_ends_by_itself(steps in vec(step(), 1..50)) {
        let (mut world, mut app) = World::with_all_kinds();
        let mut known: Vec<(SessionClaims, bool, bool)> = Vec::new();
        let mut singles = 0;
        for (n, step) in steps.into_iter().enumerate() {
            match step {
                Step::Login(by_totp) => {
                    let kind = if by_totp { Kind::Totp } else { Kind::App };
                    known.push((session(&mut world, kind, &app), by_totp, false));
                }
                Step::RevokeOne(which) => {
                    let Some(at) = which.checked_rem(known.len()) else { continue };
                    revoke(&mut world, Some(&known[at].0.sid.clone()));
                    known[at].2 = true;
                    singles += 1;
                }
                Step::RevokeUnknown => {
                    revoke(&mut world, Some(&made_up(n)));
                    singles += 1;
                }
                Step::RevokeAll => {
                    revoke(&mut world, None);
                    known.iter_mut().for_each(|k| k.2 = true);
                }
                Step::RemoveTotp => {
                    let authenticator = world.bound(Kind::Totp);
                    let mut page = remove(&mut world, authenticator);
                    app = world.bind_totp(&mut page);
                    known.iter_mut().filter(|k| k.1).for_each(|k| k.2 = true);
                    singles += 1;
                }
                Step::Wait(seconds) => world.now += seconds,
            }
            for (claims, _, ended) in &known {
                let expired = world.now >= claims.exp;
                let active = is_active(&mut world, claims);
                prop_assert!(!active || !(*ended || expired), "an ended session is alive");
                prop_assert!(active || *ended || expired || singles > limits::ENDED_SESSIONS, "a session ended by itself");
            }
            world.now += 1;
        }
    }
}

#[test]
fn a_session_id_is_read_strictly() {
    let right = made_up(7);
    for text in [
        "",
        "x",
        &right.as_str()[1..],
        &format!("{}A", right.as_str()),
        &format!("{}=", &right.as_str()[1..]),
        &format!("{}+", &right.as_str()[1..]),
    ] {
        assert!(SessionId::parse(text).is_err(), "{text}");
    }
    let mut world = World::new();
    world.login(APP_AND_MOBILE);
    let outcome: Result<(), Refusal> = world.apply(Command::Revoke { sid: Some(right) }).reply.map(drop);
    assert!(outcome.map_err(|r| problem(&r)).is_ok(), "unknown, and no error");
}

#[test]
fn a_clock_that_goes_back_revives_no_session() {
    let (mut world, app) = World::with_all_kinds();
    let claims = session(&mut world, Kind::App, &app);
    world.now += 10;
    revoke(&mut world, None);
    world.now = claims.auth_time - 5;
    revoke(&mut world, None);
    assert!(!is_active(&mut world, &claims));
}

#[test]
fn the_end_of_all_takes_the_place_of_what_it_covers() {
    let (mut world, _, sessions) = three_sessions();
    let listed = |world: &World| {
        let stored = StoredAccount::write(&world.account).unwrap();
        stored.matches("\"before\"").count()
    };
    revoke(&mut world, Some(&sessions[0].sid));
    revoke(&mut world, Some(&sessions[1].sid));
    assert_eq!(listed(&world), 2);
    revoke(&mut world, None);
    assert_eq!(listed(&world), 1, "in the same second");
    revoke(&mut world, Some(&made_up(1)));
    world.now += 1;
    revoke(&mut world, None);
    assert_eq!(listed(&world), 1);
}
