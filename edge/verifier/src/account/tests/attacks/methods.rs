//! Changing methods, and pushes: T15 to T19.

use pbx_2fa_shared::{Kind, ProblemType, SubmittedCode};

use crate::account::Act;
use crate::account::tests::harness::{APP, NOTHING, Page, World, refused, wrong};

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
fn t18_a_recovery_code_is_no_way_around_the_rules() {
    let (mut world, app) = World::with_all_kinds();
    let codes = world.recovery_codes(Some(&app));
    // Of two pages that give the same code, one goes on.
    let mut pages = [world.login(NOTHING), world.login(NOTHING)];
    let results = pages.each_mut().map(|page| {
        let recovery = World::offered(page, Kind::Recovery);
        world.ask(page, recovery).unwrap();
        page.challenge().id.clone()
    });
    let mut attempt = |page: &mut Page, challenge| {
        let code = SubmittedCode::Recovery(codes[0].clone());
        world.act(page, Act::Attempt { challenge, code })
    };
    let [first, second] = &mut pages;
    let [one, other] = results;
    attempt(first, one).unwrap();
    assert!(attempt(second, other).is_err());
    assert!(second.claims.is_none() && second.view.assertion.is_none());
    // Another account's codes are worth nothing here.
    let mut other = World::of("portal", "bea");
    let mut page = other.login(APP);
    other.answer(&mut page, None).unwrap();
    other.finish(&mut page).unwrap();
    other.now += 700;
    other.recovery_codes(None);
    let mut page = other.login(APP);
    let recovery = World::offered(&page, Kind::Recovery);
    other.ask(&mut page, recovery).unwrap();
    assert_eq!(
        refused(other.attempt_with(&mut page, &codes[1])),
        ProblemType::CodeInvalid
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
    assert_eq!(
        sent,
        5,
        "in {} seconds",
        world.now - crate::account::tests::harness::START
    );
}
