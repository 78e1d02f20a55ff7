//! Numbers of the portal's own exchange: whoever is inside the portal can redirect them.

use pbx_2fa_shared::phone::NumberPrefix;
use pbx_2fa_shared::problem::Reason;
use pbx_2fa_shared::session::State;
use pbx_2fa_shared::{Kind, ProblemType};

use super::harness::{APP, NOTHING, World, refused};
use crate::account::{Act, Command, HelpDeskAct};

const OWN: &str = "+3225551234";
const OTHER: &str = "+3225561234";

fn world() -> World {
    World::with_policy(|p| p.own_numbers = vec![NumberPrefix::parse("+3225551").unwrap()])
}

/// The app, and an own number as back-up.
fn with_own() -> World {
    let mut world = world();
    let mut page = world.login(APP);
    world.answer(&mut page, None).unwrap();
    world.bind_number(&mut page, Kind::Landline, OWN);
    world.now += 3_600;
    world
}

#[test]
fn one_is_not_set_up_as_the_first_and_another_number_is() {
    let mut world = world();
    let mut page = world.login(NOTHING);
    let refusal = world.enroll_number(&mut page, Kind::Landline, OWN).unwrap_err();
    let problem = refusal.to_problem(world.now);
    assert_eq!(
        (problem.kind, problem.reason),
        (ProblemType::NumberNotAllowed, Some(Reason::OwnPbx))
    );
    assert!(world.sent.is_empty());
    world.bind_number(&mut page, Kind::Landline, OTHER);
    assert!(!page.view.authenticators[0].own_pbx);
}

#[test]
fn one_is_a_back_up_with_a_warning() {
    let mut world = world();
    let mut page = world.login(APP);
    world.answer(&mut page, None).unwrap();
    world.enroll_number(&mut page, Kind::Landline, OWN).unwrap();
    assert!(page.enrollment().own_pbx, "before it is confirmed");
    world.confirm(&mut page, &world.code()).unwrap();
    assert_eq!(page.view.state, State::Verified);
    let own = |a: &&pbx_2fa_shared::session::AuthenticatorView| a.own_pbx;
    let shown: Vec<_> = page
        .view
        .authenticators
        .iter()
        .filter(own)
        .map(|a| a.kind)
        .collect();
    assert_eq!(shown, [Kind::Landline]);
    assert!(!world.status().backup_due);
}

#[test]
fn what_stands_beside_it_cannot_be_removed_but_it_can() {
    let (mut world, app) = World::with_totp();
    world.tenant.policy.own_numbers = vec![NumberPrefix::parse("+3225551").unwrap()];
    let mut page = world.manage(NOTHING);
    world.step_up(&mut page, Some(&app));
    world.bind_number(&mut page, Kind::Landline, OWN);
    let authenticator = world.bound(Kind::Totp);
    assert_eq!(
        refused(world.act(&mut page, Act::Remove { authenticator })),
        ProblemType::BackupRequired
    );
    let authenticator = world.bound(Kind::Landline);
    world.act(&mut page, Act::Remove { authenticator }).unwrap();
    assert_eq!(world.kinds(), [Kind::Totp]);
}

#[test]
fn left_alone_it_still_logs_in_but_something_else_must_be_set_up_at_once() {
    let mut world = with_own();
    let authenticator = world.bound(Kind::App);
    let by = serde_json::from_str(r#"{"actor":"Mia","reason":"lost"}"#).unwrap();
    let act = HelpDeskAct::Remove { authenticator };
    world.apply(Command::HelpDesk { by, act }).reply.unwrap();
    let mut page = world.login(NOTHING);
    world.answer(&mut page, None).unwrap();
    assert!(page.view.backup.as_ref().unwrap().required);
    assert_eq!(refused(world.finish(&mut page)), ProblemType::BackupRequired);
    world.bind_totp(&mut page);
    assert_eq!(page.view.state, State::Verified);
}

#[test]
fn a_mobile_of_the_profile_that_is_one_is_not_bound_by_itself() {
    let mut world = World::with_policy(|p| p.own_numbers = vec![NumberPrefix::parse("+3247012").unwrap()]);
    let page = world.login(r#"{"app":{"registered":true},"mobile":"+32470123456"}"#);
    assert_eq!(world.kinds(), [Kind::App]);
    let mut page = page;
    world.answer(&mut page, None).unwrap();
    assert_eq!(page.view.suggestions.len(), 1, "but it is suggested");
}

#[test]
fn one_that_lost_its_companion_while_it_was_set_up_is_not_bound() {
    let mut world = world();
    let mut page = world.login(APP);
    world.answer(&mut page, None).unwrap();
    world.enroll_number(&mut page, Kind::Landline, OWN).unwrap();
    let code = world.code();
    world.login(r#"{"app":{"registered":false}}"#);
    assert_eq!(
        refused(world.confirm(&mut page, &code)),
        ProblemType::NumberNotAllowed
    );
    assert!(world.kinds().is_empty());
}
