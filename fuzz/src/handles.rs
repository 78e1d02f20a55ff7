//! What names something and is authenticated before any look-up: a ticket, a transaction's id, a page's secret, an API
//! key. Of ours, nothing but ours to the letter is taken; what else there may be is refused.

use pbx_2fa_shared::{ClientId, Subject, TransactionId};
use pbx_2fa_verifier::api_key::{PresentedKey, mint};
use pbx_2fa_verifier::handle::{AccountKey, SessionHandle, TransactionHandle};
use pbx_2fa_verifier::idempotency::request_digest;
use pbx_2fa_verifier::{Keyring, Opening};

use crate::text;
use crate::world::{World, entropy, keyring};

/// A letter that says which, a number of characters to keep of a true one, and what stands in place of the rest.
pub fn handles(data: &[u8]) {
    let [which, keep, rest @ ..] = data else { return };
    let Some(rest) = text(rest) else { return };
    let of_ours = genuine();
    let names = [
        &of_ours.ticket,
        &of_ours.transaction,
        &of_ours.secret,
        &of_ours.api_key,
    ];
    let name = names[usize::from(*which) % names.len()];
    // One character to go, two, three ...: a name ends in what authenticates it.
    let kept = name.len().saturating_sub(usize::from(*keep));
    for presented in [
        [&name[..kept], rest].concat(),
        [rest, &name[name.len() - kept..]].concat(),
        rest.to_owned(),
    ] {
        of_ours.present(&presented);
    }
}

struct Genuine {
    keys: Keyring,
    client: ClientId,
    ticket: String,
    transaction: String,
    secret: String,
    api_key: String,
}

fn genuine() -> Genuine {
    let mut world = World::new("Portal".to_owned().try_into().expect("constant"));
    let opening = world.open(pbx_2fa_shared::Purpose::Login, serde_json::Value::Null);
    let keys = keyring();
    let response = opening.to_response(&keys, &mut entropy(7)).expect("a ticket");
    let client = opening.client_id.clone();
    let (api_key, stored) = mint(&keys, &client, 1, &mut entropy(8)).expect("a key");
    let id = TransactionHandle::decode(&keys, &client, &response.transaction).expect("ours");
    assert_eq!(
        id.account,
        AccountKey::of(&client, &Subject::parse("an").expect("constant"))
    );
    let secret = SessionHandle {
        client_id: client.clone(),
        account: id.account,
        transaction: id.transaction,
        secret: request_digest(&keys, "any 32 bytes").expect("a digest"),
    };
    assert!(PresentedKey::parse(&keys, &api_key).expect("ours").is(&stored));
    Genuine {
        secret: secret.encode(&keys).expect("a secret"),
        ticket: response.ticket,
        transaction: response.transaction.into(),
        api_key,
        client,
        keys,
    }
}

impl Genuine {
    fn present(&self, text: &str) {
        let keys = &self.keys;
        assert_eq!(
            Opening::from_ticket(keys, text).is_some(),
            text == self.ticket,
            "{text}"
        );
        assert_eq!(
            SessionHandle::decode(keys, text).is_some(),
            text == self.secret,
            "{text}"
        );
        assert_eq!(
            PresentedKey::parse(keys, text).is_some(),
            text == self.api_key,
            "{text}"
        );
        if let Ok(id) = TransactionId::parse(text) {
            let decoded = TransactionHandle::decode(keys, &self.client, &id);
            assert_eq!(decoded.is_some(), text == self.transaction, "{text}");
            let other = ClientId::parse("other").expect("constant");
            assert_eq!(
                TransactionHandle::decode(keys, &other, &id),
                None,
                "another tenant's"
            );
        }
    }
}
