//! A stored account: refused without a word of it, or read as it was written, and then good for whatever is asked of it.
//!
//! What begins with a brace is a row as it stands. Else it is where in a true row something is changed, how much goes there,
//! and how many bytes of a sequence make the row; then that sequence, and what is put in.

use pbx_2fa_shared::Purpose;
use pbx_2fa_verifier::account::{Act, Reply, StoredAccount};
use pbx_2fa_verifier::{Command, Refusal};

use crate::sequence::world_after;
use crate::text;
use crate::world::{World, origin};

const PROFILE: &str = r#"{"mobile":"+32470123456","app":{"registered":true,"device_token":"device-1"}}"#;

pub fn account_row(data: &[u8]) {
    let Some(row) = row(data) else { return };
    let account = match StoredAccount::read(&row) {
        Ok(account) => account,
        Err(sentence) => {
            assert_eq!(sentence, "an account's row cannot be read");
            return;
        }
    };
    let mut world = World::new("Portal".to_owned().try_into().expect("constant"));
    world.account = account;
    kept(&world);
    let status = world.apply(Command::Status).reply;
    assert!(
        matches!(status, Ok(Reply::Status(_)) | Err(Refusal::Internal(_))),
        "{status:?}"
    );
    let opening = world.open(Purpose::Login, serde_json::from_str(PROFILE).expect("constant"));
    let transaction = opening.transaction;
    let command = Command::Exchange {
        opening: Box::new(opening),
        origin: origin(),
    };
    let reply = world.apply(command).reply;
    kept(&world);
    let Ok(Reply::Exchanged { secret, view, claims }) = reply else {
        return;
    };
    assert!(
        claims.is_none() && view.assertion.is_none(),
        "nothing was proven yet"
    );
    for act in [Act::Look, Act::Challenge { authenticator: None }, Act::Finish] {
        let outcome = world.apply(Command::Session {
            transaction,
            secret,
            origin: origin(),
            act,
        });
        if let Ok(Reply::View { claims, .. }) = outcome.reply {
            assert!(claims.is_none(), "nothing was proven yet");
        }
        kept(&world);
    }
}

fn row(data: &[u8]) -> Option<String> {
    if data.first() == Some(&b'{') {
        return text(data).map(str::to_owned);
    }
    let [high, low, gone, steps, rest @ ..] = data else {
        return None;
    };
    let (steps, put) = rest.split_at(usize::from(*steps).min(rest.len()));
    let account = world_after(steps).account;
    let row = StoredAccount::write(&account)
        .expect("an account can be written")
        .into_bytes();
    let from = usize::from(u16::from_be_bytes([*high, *low])) % row.len();
    let to = row.len().min(from + usize::from(*gone));
    String::from_utf8([&row[..from], put, &row[to..]].concat()).ok()
}

fn kept(world: &World) {
    let row = StoredAccount::write(&world.account).expect("an account can be written");
    assert_eq!(
        StoredAccount::read(&row),
        Ok(world.account.clone()),
        "the stored form loses something"
    );
}
