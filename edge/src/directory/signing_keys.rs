//! The directory's part in the keys that sign tokens: it alone writes them, each change in one step from reading to
//! writing. Making a key has to be waited for, and nothing here waits; so isolates make keys and offer them.

use pbx_2fa_shared::SigningKeyId;
use pbx_2fa_shared::maintenance::{Finding, FindingKind, MaintenanceResponse};
use pbx_2fa_shared::operator::SignatureAlgorithm;
use pbx_2fa_verifier::signing_keys::{Offer, Rotation, SigningKeys};
use pbx_2fa_verifier::{Keyring, Refusal};
use serde::{Deserialize, Serialize};
use worker::Env;

use super::{Answer, Directory, Question};
use crate::{clock, entropy};

/// What the directory is asked about signing keys. What time has brought is done first, whatever is asked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeysQuestion {
    All,
    /// Keys that were just made because they were wanted; another isolate's may have come first.
    Offer(Vec<Offer>),
    Rotate {
        rotation: Rotation,
        offer: Offer,
    },
    Remove(SigningKeyId),
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeysAnswer {
    pub(crate) keys: SigningKeys,
    /// Of which algorithms a key has to be made now.
    pub(crate) wanted: Vec<SignatureAlgorithm>,
}

/// # Errors
/// What the rules refuse; [`Refusal::Internal`] where the directory could not be asked.
pub(crate) async fn ask(env: &Env, question: KeysQuestion) -> Result<KeysAnswer, Refusal> {
    match super::ask(env, &Question::SigningKeys(question)).await {
        Ok(Answer::SigningKeys(answer)) => Ok(answer),
        Ok(Answer::Refused(refusal)) => Err(refusal),
        Ok(_) => Err(Refusal::Internal("the directory answered something else")),
        Err(fault) => Err(Refusal::Internal(fault)),
    }
}

const READ: &str = "SELECT value FROM deployment WHERE name = ?1";
const WRITE: &str = "INSERT INTO deployment (name, value) VALUES (?1, ?2)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value";
const ROW: &str = "signing_keys";

impl Directory {
    pub(super) fn signing_keys(&self, question: KeysQuestion) -> Result<KeysAnswer, Refusal> {
        let now = clock::now();
        let (stored, mut keys) = self.kept_keys()?;
        keys.drop_gone(now);
        match question {
            KeysQuestion::All => {}
            KeysQuestion::Offer(offers) => {
                for offer in offers {
                    keys.take(offer, now);
                }
            }
            KeysQuestion::Rotate { rotation, offer } => keys.rotate(offer, rotation, now)?,
            KeysQuestion::Remove(kid) => keys.remove(&kid, now)?,
        }
        self.keep_keys(&keys, stored.as_ref())?;
        let wanted = keys.wanted(now);
        Ok(KeysAnswer { keys, wanted })
    }

    /// Under the current root key, as tenants are; on the last page of them.
    pub(super) fn reseal_signing_keys(
        &self,
        keyring: &Keyring,
        page: &mut MaintenanceResponse,
    ) -> Result<(), Refusal> {
        let (stored, mut keys) = self.kept_keys()?;
        let changed = keys.reseal(keyring, &mut entropy::fresh()?)?;
        if changed > 0 {
            self.keep_keys(&keys, stored.as_ref())?;
        }
        page.changed = page.changed.saturating_add(changed);
        for (kid, version) in keys.root_versions() {
            let values = page.versions.entry(version).or_default();
            *values = values.saturating_add(1);
            let kind = match (keyring.holds(version), version == keyring.current()) {
                (_, true) => continue,
                (true, false) => FindingKind::ValueUnreadable,
                (false, false) => FindingKind::RootKeyMissing,
            };
            let of = Some(kid.to_string());
            page.findings.push(Finding { kind, of });
        }
        Ok(())
    }

    /// As they are stored, and read.
    fn kept_keys(&self) -> Result<(Option<String>, SigningKeys), Refusal> {
        let stored = self.text(READ, ROW)?;
        let keys = match &stored {
            Some(text) => serde_json::from_str(text)
                .map_err(|_| Refusal::Internal("the row of the signing keys cannot be read"))?,
            None => SigningKeys::default(),
        };
        Ok((stored, keys))
    }

    fn keep_keys(&self, keys: &SigningKeys, stored: Option<&String>) -> Result<(), Refusal> {
        let text =
            serde_json::to_string(keys).map_err(|_| Refusal::Internal("signing keys cannot be written"))?;
        if stored != Some(&text) {
            self.run(WRITE, vec![ROW.into(), text.into()])?;
        }
        Ok(())
    }
}
