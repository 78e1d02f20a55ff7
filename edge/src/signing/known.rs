//! The keys as an isolate knows them: read from the directory, kept a few seconds. Made there where one is due.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use pbx_2fa_shared::UnixSeconds;
use pbx_2fa_shared::operator::SignatureAlgorithm;
use pbx_2fa_verifier::Refusal;
use pbx_2fa_verifier::signing_keys::{Offer, PrivateJwk};
use worker::Env;

use super::{KeySet, kid_of, webcrypto};
use crate::config::Config;
use crate::directory::signing_keys::{KeysAnswer, KeysQuestion, ask};
use crate::{clock, entropy};

const KEPT_SECONDS: u64 = 5;

/// A token with an unknown `kid` has the directory asked at most this often: whoever makes up names makes no load.
const SOUGHT_SECONDS: u64 = 5;

#[derive(Clone)]
struct Known {
    keys: Rc<KeySet>,
    asked_at: UnixSeconds,
}

thread_local! {
    static KNOWN: RefCell<Option<Known>> = const { RefCell::new(None) };
    static SOUGHT_AT: Cell<UnixSeconds> = const { Cell::new(0) };
}

/// What this isolate knows, asked again where that is older than [`KEPT_SECONDS`].
///
/// # Errors
/// The directory could not be asked, a key could not be made, or one does not open.
pub(crate) async fn known(env: &Env, config: &Config) -> Result<Rc<KeySet>, Refusal> {
    let now = clock::now();
    let known = KNOWN.with_borrow(Clone::clone);
    match known.filter(|known| is_within(KEPT_SECONDS, known.asked_at, now)) {
        Some(known) => Ok(known.keys),
        None => learn(env, config).await,
    }
}

/// The same, for a token that is to be verified. Another isolate may have signed it with a key that was not there when
/// this one last asked.
///
/// # Errors
/// As [`known`].
pub(crate) async fn known_for(env: &Env, config: &Config, jws: &str) -> Result<Rc<KeySet>, Refusal> {
    let keys = known(env, config).await?;
    let now = clock::now();
    let is_known = kid_of(jws).is_none_or(|kid| keys.has(&kid));
    if is_known || is_within(SOUGHT_SECONDS, SOUGHT_AT.get(), now) {
        return Ok(keys);
    }
    SOUGHT_AT.set(now);
    learn(env, config).await
}

/// After a change made here: this isolate asks again at once.
pub(crate) fn forget() {
    KNOWN.with_borrow_mut(|known| *known = None);
}

/// A new key, sealed. It means nothing until the directory takes it.
///
/// # Errors
/// A fault of the platform or of the root keys.
pub(crate) async fn make(config: &Config, algorithm: SignatureAlgorithm) -> Result<Offer, Refusal> {
    let text = webcrypto::generate(algorithm).await;
    let text = zeroize::Zeroizing::new(text.map_err(|f| Refusal::Internal(f.0))?);
    let jwk = PrivateJwk::parse(&text).map_err(Refusal::Internal)?;
    Offer::seal(&jwk, &config.keys, &mut entropy::fresh()?)
}

async fn learn(env: &Env, config: &Config) -> Result<Rc<KeySet>, Refusal> {
    // Before the question: a change that comes in between is then learnt in time.
    let asked_at = clock::now();
    let KeysAnswer { mut keys, wanted } = ask(env, KeysQuestion::All).await?;
    if !wanted.is_empty() {
        let mut offers = Vec::new();
        for algorithm in wanted {
            offers.push(make(config, algorithm).await?);
        }
        keys = ask(env, KeysQuestion::Offer(offers)).await?.keys;
    }
    let earlier = KNOWN.with_borrow(Clone::clone).map(|known| known.keys);
    let keys = Rc::new(KeySet::new(keys, earlier.as_deref(), &config.keys)?);
    let known = Known {
        keys: Rc::clone(&keys),
        asked_at,
    };
    KNOWN.with_borrow_mut(|place| *place = Some(known));
    Ok(keys)
}

/// False, too, where the clock was set back.
fn is_within(seconds: u64, since: UnixSeconds, now: UnixSeconds) -> bool {
    now.checked_sub(since).is_some_and(|age| age < seconds)
}

/// Tests play several isolates with one: what was known at a moment comes back as if it had been read now.
#[cfg(feature = "test-hooks")]
pub(crate) mod tests_hook {
    use std::cell::RefCell;

    use super::{KNOWN, Known};
    use crate::clock;

    thread_local! {
        static PUT_BY: RefCell<Option<Known>> = const { RefCell::new(None) };
    }

    pub(crate) fn put_by() {
        let known = KNOWN.with_borrow(Clone::clone);
        PUT_BY.with_borrow_mut(|place| *place = known);
    }

    pub(crate) fn bring_back() {
        let mut known = PUT_BY.with_borrow(Clone::clone);
        if let Some(known) = &mut known {
            known.asked_at = clock::now();
        }
        KNOWN.with_borrow_mut(|place| *place = known);
    }
}

#[cfg(test)]
mod tests {
    use super::{KEPT_SECONDS, is_within};

    #[test]
    fn knowledge_is_kept_so_long_and_no_longer_and_not_by_a_clock_set_back() {
        assert!(is_within(KEPT_SECONDS, 100, 100) && is_within(KEPT_SECONDS, 100, 104));
        assert!(!is_within(KEPT_SECONDS, 100, 105));
        assert!(!is_within(KEPT_SECONDS, 100, 99));
    }
}
