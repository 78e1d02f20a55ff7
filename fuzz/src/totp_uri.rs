//! The link behind the QR code: the portal's name and the user's, a line each. An app that reads the link by the URL
//! standard gets both names, the key, and no word about anything else.

use pbx_2fa_shared::session::EnrollRequest;
use pbx_2fa_shared::{DisplayName, Purpose};
use pbx_2fa_verifier::Command;
use pbx_2fa_verifier::account::{Act, Reply};
use serde_json::json;
use totp_rs::Totp;
use url::Url;

use crate::text;
use crate::world::{World, origin};

pub fn totp_uri(data: &[u8]) {
    let Some((portal, user)) = text(data).and_then(|names| names.split_once('\n')) else {
        return;
    };
    let (Ok(portal), Ok(_)) = (DisplayName::parse(portal), DisplayName::parse(user)) else {
        return;
    };
    let issuer = portal.as_str().replace(':', " ");
    let account = user.replace(':', " ");
    let mut world = World::new(portal);
    let opening = world.open(Purpose::Login, json!({ "display_name": user }));
    let transaction = opening.transaction;
    let command = Command::Exchange {
        opening: Box::new(opening),
        origin: origin(),
    };
    let Ok(Reply::Exchanged { secret, .. }) = world.apply(command).reply else {
        panic!("a fresh ticket is good");
    };
    let command = Command::Session {
        transaction,
        secret,
        origin: origin(),
        act: Act::Enroll(EnrollRequest::Totp {}),
    };
    let Ok(Reply::View { view, .. }) = world.apply(command).reply else {
        panic!("an authenticator app can be set up under the names {issuer:?} and {account:?}");
    };
    let setup = view.enrollment.and_then(|e| e.totp).expect("what the app needs");

    let url = Url::parse(&setup.uri).unwrap_or_else(|error| panic!("{}: {error}", setup.uri));
    assert_eq!(
        (url.scheme(), url.host_str()),
        ("otpauth", Some("totp")),
        "{}",
        setup.uri
    );
    assert_eq!(url.fragment(), None, "{}", setup.uri);
    let label = percent_decoded(url.path());
    assert_eq!(label, format!("/{issuer}:{account}"), "{}", setup.uri);
    for (name, value) in url.query_pairs() {
        match &*name {
            "issuer" => assert_eq!(value, issuer, "{}", setup.uri),
            "secret" => assert_eq!(value, setup.secret),
            "algorithm" => assert_eq!(value, "SHA1"),
            "digits" => assert_eq!(value, "6"),
            "period" => assert_eq!(value, "30"),
            other => panic!("{other} in {}", setup.uri),
        }
    }
    let once = |wanted: &str| url.query_pairs().filter(|(name, _)| name == wanted).count() == 1;
    assert!(once("secret") && once("issuer"), "{}", setup.uri);
    let base32 = |c: u8| c.is_ascii_uppercase() || (b'2'..=b'7').contains(&c);
    assert!(
        setup.secret.len() == 32 && setup.secret.bytes().all(base32),
        "160 bits"
    );
    assert!(Totp::from_url(&setup.uri).is_ok(), "{}", setup.uri);
}

/// By the rule of the query, in which a plus sign that is none must be hidden from it.
fn percent_decoded(path: &str) -> String {
    let hidden = path.replace('+', "%2B");
    let pairs = url::form_urlencoded::parse(hidden.as_bytes());
    pairs.map(|(name, _)| name.into_owned()).collect()
}
