//! A tenant's settings: portal's name, origin, address and secret of the webhook, and life of a session, a line each.
//!
//! What is taken leads over TLS or to this machine, by the standard that the runtime's `fetch` follows; the secret comes
//! back as its bytes and stands nowhere in the record; a refusal quotes neither.

use base64ct::{Base64, Encoding};
use pbx_2fa_shared::ClientId;
use pbx_2fa_shared::operator::TenantSettings;
use pbx_2fa_verifier::tenant::TenantRecord;
use serde_json::{Value, json};
use url::Url;

use crate::json::written;
use crate::origin::is_secure;
use crate::text;
use crate::world::{entropy, keyring};

/// Stands in no sentence of the worker's.
const MARK: &str = "mark7391739";

pub fn tenant(data: &[u8]) {
    let Some(data) = text(data) else { return };
    let mut lines = data.split('\n');
    let mut line = || lines.next().unwrap_or_default();
    let (name, origin, address, secret) = (line(), line(), line(), line());
    let lifetime: Value = serde_json::from_str(line()).unwrap_or_else(|_| json!(28_800));
    let put = |address: &str, secret: &str| {
        let settings = json!({
            "portal_name": name,
            "origins": [origin],
            "policy": { "session_lifetime": lifetime },
            "delivery": { "webhook": { "url": address, "secret": secret } },
        });
        let settings = serde_json::from_value::<TenantSettings>(settings).ok()?;
        let shown = format!("{settings:?}");
        assert!(shown.contains("DeliveryRoute(..)"));
        assert!(!shown.contains("whsec_") || name.contains("whsec_") || origin.contains("whsec_"));
        let client = ClientId::parse("portal").expect("constant");
        Some(TenantRecord::put(
            client,
            settings,
            None,
            &keyring(),
            &mut entropy(1),
        ))
    };
    match put(address, secret) {
        Some(Ok(record)) => taken(&record, address, secret),
        // A piece of the sentence itself could stand in the input; the mark cannot be there but as a quotation.
        Some(Err(_)) => {
            for again in [
                put(&format!("{address}{MARK}"), secret),
                put(address, &format!("{secret}{MARK}")),
            ] {
                if let Some(Err(refusal)) = again {
                    let told = written(&refusal.to_problem(0));
                    assert!(!told.contains(MARK), "{told}");
                }
            }
        }
        None => {}
    }
}

fn taken(record: &TenantRecord, address: &str, secret: &str) {
    let keys = keyring();
    let form = written(record);
    assert!(!form.contains(secret), "the secret is stored in the clear");
    let again: TenantRecord = serde_json::from_str(&form).expect("what was written is read");
    assert_eq!(again, *record);
    assert!(
        !written(&record.to_response()).contains(secret),
        "the secret is shown"
    );

    let webhook = record.webhook(&keys).expect("it opens");
    let key = Base64::decode_vec(secret.trim_start_matches("whsec_")).expect("base64");
    assert_eq!(*webhook.key.expose("compared"), key);
    assert!((24..=64).contains(&key.len()));
    assert_eq!(webhook.url, address);

    let url = match Url::parse(address) {
        Ok(url) => url,
        Err(_) if address.contains("xn--") => return,
        Err(error) => panic!("nothing can be sent to {address}: {error}"),
    };
    assert!(is_secure(&url), "{address} is neither TLS nor this machine");
    assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none());
    let begin = url.origin().ascii_serialization();
    assert!(address.starts_with(&begin), "{address} leads to {begin}");
    let after = &address[begin.len()..];
    assert!(
        after.is_empty() || after.starts_with(['/', '?']),
        "{address} leads to {begin}"
    );
}
