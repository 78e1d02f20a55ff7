//! The stored form: what stands in it, what does not, and how large it gets.

use pbx_2fa_shared::Kind;

use super::harness::{APP_AND_MOBILE, NOTHING, World};
use crate::account::authenticator::Method;
use crate::account::{Account, StoredAccount};
use crate::refusal::Refusal;

#[test]
fn no_secret_is_readable_in_a_stored_account() {
    let mut world = World::new();
    let mut page = world.manage(APP_AND_MOBILE);
    world.step_up(&mut page, None);
    world.enroll_totp(&mut page).unwrap();
    let key = page.enrollment().totp.clone().unwrap().secret;
    let login = world.login(r#"{"landline":"+3225551234"}"#);
    let stored = StoredAccount::write(&world.account).unwrap();
    let debug = format!("{:?}", world.account);
    let code = world.code();
    for secret in [
        "470123456",
        "25551234",
        "device-1",
        key.as_str(),
        &format!("\"{}\"", code.as_str()),
        &crate::bytes::encode(&login.secret.0),
    ] {
        assert!(!stored.contains(secret), "stored: {secret}");
        assert!(!debug.contains(secret), "printed: {secret}");
    }
}

#[test]
fn sealed_values_moved_between_accounts_do_not_open() {
    let account = |subject: &str| {
        let mut world = World::of("portal", subject);
        let mut page = world.manage(APP_AND_MOBILE);
        world.step_up(&mut page, None);
        world.bind_totp(&mut page);
        world.now += 3_600;
        world
    };
    let an = account("an");
    for kind in [Kind::App, Kind::Mobile, Kind::Totp] {
        let mut bea = account("bea");
        let id = bea.bound(kind);
        let theirs = an
            .account
            .authenticator(&id)
            .expect("the same randomness, the same ids");
        let method = theirs.method.clone();
        let place = bea.account.authenticators.iter_mut().find(|a| a.id == id);
        place.unwrap().method = method;
        let mut page = bea.manage(NOTHING);
        let asked = bea.ask(&mut page, Some(id));
        let opened = match kind {
            Kind::Totp => asked.and_then(|()| bea.answer(&mut page, None)),
            _ => asked,
        };
        assert!(matches!(opened, Err(Refusal::Internal(_))), "{kind:?}");
    }
}

#[test]
fn sealed_values_moved_between_authenticators_of_one_account_do_not_open() {
    let (mut world, _) = World::with_all_kinds();
    let [mobile, landline] = [Kind::Mobile, Kind::Landline].map(|k| world.bound(k));
    let number = world
        .account
        .authenticator(&landline)
        .unwrap()
        .method
        .number()
        .unwrap()
        .clone();
    let place = world.account.authenticators.iter_mut().find(|a| a.id == mobile);
    place.unwrap().method = Method::Mobile(number);
    let mut page = world.manage(NOTHING);
    assert!(matches!(
        world.ask(&mut page, Some(mobile)),
        Err(Refusal::Internal(_))
    ));
}

#[test]
fn a_suggested_number_moved_between_transactions_of_one_account_does_not_open() {
    let mut world = World::new();
    world.login(r#"{"landline":"+3225551234"}"#);
    let mut page = world.login(r#"{"landline":"+3225559999"}"#);
    let [first, second] = world.account.transactions.as_mut_slice() else {
        panic!("two logins");
    };
    std::mem::swap(&mut first.suggestions, &mut second.suggestions);
    let asked = world.enroll(&mut page, r#"{"kind":"landline","suggested":true}"#);
    assert!(matches!(asked, Err(Refusal::Internal(_))));
}

#[test]
fn an_account_never_grows_with_use() {
    let mut world = World::new();
    let mut sizes = Vec::new();
    for _ in 0..300 {
        let mut page = world.login(APP_AND_MOBILE);
        world.answer(&mut page, None).unwrap();
        world.redeem(&page, Some(1)).unwrap();
        world.now += 60;
        sizes.push(StoredAccount::write(&world.account).unwrap().len());
    }
    assert!(sizes[299] <= sizes[5] + 64, "{} then {}", sizes[5], sizes[299]);
}

#[test]
fn a_row_of_another_form_is_refused_without_quoting_it() {
    for row in ["", "{}", r#"{"v":"2"}"#, r#"{"v":"1","client_id":"portal"}"#] {
        assert_eq!(
            StoredAccount::read(row),
            Err("an account's row cannot be read"),
            "{row}"
        );
    }
}

#[test]
fn an_account_knows_whose_it_is() {
    let world = World::of("portal", "an");
    let account: &Account = &world.account;
    let client = |id: &str| id.to_owned().try_into().unwrap();
    let subject = |id: &str| id.to_owned().try_into().unwrap();
    assert!(account.belongs_to(&client("portal"), Some(&subject("an"))));
    assert!(account.belongs_to(&client("portal"), None));
    assert!(!account.belongs_to(&client("portal"), Some(&subject("bea"))));
    assert!(!account.belongs_to(&client("other"), Some(&subject("an"))));
    assert!(!account.belongs_to(&client("other"), None));
}
