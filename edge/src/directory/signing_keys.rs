//! The directory's part in the keys that sign tokens: it alone writes them, each change in one step from reading to
//! writing. Making a key has to be waited for, and nothing here waits; so isolates make keys and offer them.

use pbx_2fa_shared::SigningKeyId;
use pbx_2fa_shared::operator::SignatureAlgorithm;
use pbx_2fa_verifier::Refusal;
use pbx_2fa_verifier::signing_keys::{Offer, Rotation, SigningKeys};
use serde::{Deserialize, Serialize};
use worker::Env;

use super::{Answer, Directory, Question};
use crate::clock;

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
        let stored = self.text(READ, ROW)?;
        let mut keys = match &stored {
            Some(text) => serde_json::from_str(text)
                .map_err(|_| Refusal::Internal("the row of the signing keys cannot be read"))?,
            None => SigningKeys::default(),
        };
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
        let text =
            serde_json::to_string(&keys).map_err(|_| Refusal::Internal("signing keys cannot be written"))?;
        if stored.as_ref() != Some(&text) {
            self.run(WRITE, vec![ROW.into(), text.into()])?;
        }
        let wanted = keys.wanted(now);
        Ok(KeysAnswer { keys, wanted })
    }
}
