//! Tenants as an isolate knows them: read from the directory, kept a few seconds. A change takes effect everywhere within
//! [`KEPT_SECONDS`].

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use pbx_2fa_shared::{ClientId, Origin, UnixSeconds};
use pbx_2fa_verifier::Tenant;
use pbx_2fa_verifier::tenant::{TenantRecord, Webhook};
use worker::Env;

use crate::clock;
use crate::config::Config;
use crate::directory::{self, Answer, Question};

const KEPT_SECONDS: u64 = 5;

/// More than one isolate serves; beyond it the oldest knowledge is dropped, so that made-up names fill no memory.
const KEPT_ENTRIES: usize = 4_096;

/// A tenant, ready for use.
pub(crate) struct KnownTenant {
    pub(crate) record: TenantRecord,
    pub(crate) tenant: Tenant,
    pub(crate) webhook: Webhook,
}

struct Kept<T> {
    value: T,
    read_at: UnixSeconds,
}

type Memory<K, T> = RefCell<HashMap<K, Kept<T>>>;

thread_local! {
    static TENANTS: Memory<ClientId, Rc<KnownTenant>> = RefCell::default();
    static ORIGINS: Memory<Origin, bool> = RefCell::default();
    static OWNERS_CHECKED: RefCell<bool> = const { RefCell::new(false) };
}

/// # Errors
/// A sentence for the log: the directory could not be asked.
pub(crate) async fn find(
    env: &Env,
    config: &Config,
    client_id: &ClientId,
) -> Result<Option<Rc<KnownTenant>>, &'static str> {
    if let Some(known) = TENANTS.with(|memory| recall(memory, client_id)) {
        return Ok(Some(known));
    }
    let Answer::Tenant(record) = directory::ask(env, &Question::Tenant(client_id.clone())).await? else {
        return Err("the directory answered something else");
    };
    // Of one that is not there nothing is kept: names that somebody makes up take no room from the tenants.
    let Some(record) = record else { return Ok(None) };
    let webhook = record.webhook(&config.keys).map_err(|refusal| {
        worker::console_error!("tenants: {}", refusal.fault().unwrap_or_default());
        "a webhook secret does not open"
    })?;
    let known = Rc::new(KnownTenant {
        tenant: record.tenant(),
        webhook,
        record: *record,
    });
    TENANTS.with(|memory| remember(memory, client_id.clone(), known.clone()));
    Ok(Some(known))
}

/// Whether some tenant has this origin.
///
/// # Errors
/// As [`find`].
pub(crate) async fn is_known_origin(env: &Env, origin: &Origin) -> Result<bool, &'static str> {
    if let Some(known) = ORIGINS.with(|memory| recall(memory, origin)) {
        return Ok(known);
    }
    let Answer::KnownOrigin(known) = directory::ask(env, &Question::KnownOrigin(origin.clone())).await?
    else {
        return Err("the directory answered something else");
    };
    ORIGINS.with(|memory| remember(memory, origin.clone(), known));
    Ok(known)
}

/// Whether this deployment's accounts are owned as they were at its first start; asked once per isolate. Otherwise every
/// account would be looked for where it is not.
///
/// # Errors
/// A sentence for the operator.
pub(crate) async fn check_owners(env: &Env, config: &Config) -> Result<(), String> {
    if OWNERS_CHECKED.with(|checked| *checked.borrow()) {
        return Ok(());
    }
    let wanted = config.owners.to_string();
    match directory::ask(env, &Question::Owners(wanted.clone())).await? {
        Answer::Owners(known) if known == wanted => {
            OWNERS_CHECKED.with(|checked| *checked.borrow_mut() = true);
            Ok(())
        }
        Answer::Owners(known) => Err(format!(
            "ACCOUNT_OWNERS is {wanted}, but this deployment was begun with {known}; accounts would not be found"
        )),
        _ => Err("the directory answered something else".to_owned()),
    }
}

/// After a change made here: this isolate forgets at once.
pub(crate) fn forget(client_id: &ClientId) {
    TENANTS.with(|memory| memory.borrow_mut().remove(client_id));
    ORIGINS.with(|memory| memory.borrow_mut().clear());
}

fn recall<K: Eq + std::hash::Hash, T: Clone>(memory: &Memory<K, T>, key: &K) -> Option<T> {
    let memory = memory.borrow();
    let kept = memory.get(key)?;
    let age = clock::now().checked_sub(kept.read_at)?;
    (age < KEPT_SECONDS).then(|| kept.value.clone())
}

fn remember<K: Eq + std::hash::Hash, T>(memory: &Memory<K, T>, key: K, value: T) {
    let mut memory = memory.borrow_mut();
    let read_at = clock::now();
    if memory.len() >= KEPT_ENTRIES {
        memory.retain(|_, kept| read_at.saturating_sub(kept.read_at) < KEPT_SECONDS);
    }
    if memory.len() < KEPT_ENTRIES {
        memory.insert(key, Kept { value, read_at });
    }
}
