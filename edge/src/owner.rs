//! The owner object: accounts as rows, and the one synchronous step of load, decide and save.

use pbx_2fa_shared::session::Delivery;
use pbx_2fa_shared::trail::EventsResponse;
use pbx_2fa_shared::{ClientId, ProblemType, Subject, UnixSeconds};
use pbx_2fa_verifier::account::{Record, StoredAccount};
use pbx_2fa_verifier::handle::AccountKey;
use pbx_2fa_verifier::{Account, Command, Context, Outcome, Refusal, Reply, Tenant, limits};
use serde::{Deserialize, Serialize};
use worker::Env;

use crate::config::Config;
use crate::platform::{self, Rows};
use crate::{census, clock, entropy};

/// One command for one account. JSON between the front and the object, by RPC.
#[derive(Serialize, Deserialize)]
pub(crate) struct OwnerCall {
    pub(crate) account: AccountKey,
    pub(crate) tenant: Tenant,
    /// Given where the account may not exist yet; otherwise an unknown account is refused.
    pub(crate) subject: Option<Subject>,
    pub(crate) command: Command,
}

/// Asks the object that owns the account.
///
/// # Errors
/// [`Refusal::Internal`] where the object cannot be reached or did not answer.
pub(crate) async fn ask(env: &Env, config: &Config, call: &OwnerCall) -> Outcome {
    match ask_object(env, config, call).await {
        Ok(outcome) => outcome,
        Err(fault) => Outcome::refused(Refusal::Internal(fault)),
    }
}

/// A look that waits for news of a delivery.
#[derive(Serialize, Deserialize)]
pub(crate) struct WatchCall {
    pub(crate) call: OwnerCall,
    /// What the page knows.
    pub(crate) known: Delivery,
}

/// Asks the object that owns the account to answer once there is something else to show, or after a while.
pub(crate) async fn watch(env: &Env, config: &Config, call: WatchCall) -> Outcome {
    let account = call.call.account.as_text();
    let name = config.owners.object_name(&call.call.account);
    let answer = match serde_json::to_string(&call) {
        Ok(text) => platform::watch(env, &name, &account, &text).await.ok(),
        Err(_) => None,
    };
    let outcome = answer
        .and_then(|a| a.as_string())
        .and_then(|text| serde_json::from_str(&text).ok());
    outcome.unwrap_or_else(|| Outcome::refused(Refusal::Internal("the owner object did not answer")))
}

/// A page of an account's trail, asked of the object that owns it.
#[derive(Serialize, Deserialize)]
pub(crate) struct TrailCall {
    pub(crate) account: AccountKey,
    pub(crate) client_id: ClientId,
    /// Events after this one.
    pub(crate) after: u64,
}

/// # Errors
/// `not-found` where nothing is known of the account; faults.
pub(crate) async fn ask_trail(
    env: &Env,
    config: &Config,
    call: &TrailCall,
) -> Result<EventsResponse, Refusal> {
    let text = serde_json::to_string(call).map_err(|_| Refusal::Internal("a call cannot be written"))?;
    let name = config.owners.object_name(&call.account);
    let answer = platform::trail(env, &name, &text).await.ok();
    let answer = answer
        .and_then(|a| a.as_string())
        .ok_or(Refusal::Internal("the owner object did not answer"))?;
    serde_json::from_str::<Result<EventsResponse, Refusal>>(&answer)
        .map_err(|_| Refusal::Internal("the owner object's answer cannot be read"))?
}

async fn ask_object(env: &Env, config: &Config, call: &OwnerCall) -> Result<Outcome, &'static str> {
    let text = serde_json::to_string(call).map_err(|_| "a call cannot be written")?;
    let name = config.owners.object_name(&call.account);
    let answer = platform::apply(env, &name, &text).await.ok();
    let answer = answer
        .and_then(|a| a.as_string())
        .ok_or("the owner object did not answer")?;
    serde_json::from_str(&answer).map_err(|_| "the owner object's answer cannot be read")
}

/// In the object that owns the account: JSON of an [`OwnerCall`] in, JSON of an [`Outcome`] out. Synchronous, so nothing
/// comes between load and save.
pub(crate) fn apply(rows: &Rows, env: &Env, call: &str) -> String {
    let outcome = serde_json::from_str(call)
        .map_err(|_| "a call cannot be read")
        .and_then(|call| decide(rows, env, call));
    let outcome = outcome.unwrap_or_else(faulty);
    serde_json::to_string(&outcome).unwrap_or_default()
}

/// In the object that owns the account: JSON of a [`WatchCall`] in, of an [`Outcome`] out; nothing where the page knows all
/// there is.
pub(crate) fn look(rows: &Rows, env: &Env, call: &str, at_once: bool) -> Option<String> {
    let outcome = serde_json::from_str(call)
        .map_err(|_| "a call cannot be read")
        .and_then(|WatchCall { call, known }| Ok((decide(rows, env, call)?, known)));
    let (outcome, known) = outcome.unwrap_or_else(|fault| (faulty(fault), Delivery::Failed));
    let waits = matches!(&outcome.reply, Ok(Reply::View { view, .. })
        if known.is_under_way() && view.delivery() == Some(known));
    (at_once || !waits).then(|| serde_json::to_string(&outcome).unwrap_or_default())
}

fn faulty(fault: &'static str) -> Outcome {
    worker::console_error!("owner: {fault}");
    Outcome::refused(Refusal::Internal(fault))
}

fn decide(rows: &Rows, env: &Env, call: OwnerCall) -> Result<Outcome, &'static str> {
    let OwnerCall {
        account,
        tenant,
        subject,
        command,
    } = call;
    let config = Config::of(env).map_err(|_| "the configuration is not usable")?;
    let key = account.as_text();
    let stored = rows.load(&key).map_err(|_| "the account cannot be loaded")?;
    let loaded = match &stored {
        Some(text) => StoredAccount::read(text)?,
        None => match subject.clone() {
            Some(subject) => Account::new(tenant.client_id.clone(), subject),
            None => return Ok(unknown(&command)),
        },
    };
    guard(&loaded, &tenant.client_id, subject.as_ref())?;
    let mut decided = loaded;
    if !decided.is_current(&config.keys) {
        reseal(&mut decided, &config)?;
    }
    let context = Context {
        now: clock::now(),
        entropy: entropy::fresh().map_err(|_| "no random bytes")?,
        keys: &config.keys,
        tenant: &tenant,
        issuer: &config.issuer,
        restored_at: config.restored_at,
    };
    #[cfg(feature = "test-hooks")]
    crate::test_hooks::panic_if_asked(crate::test_hooks::Place::Owner);
    let outcome = decided.apply(command, context);
    log(&outcome.reply);
    forget_old_events(rows, &key, &mut decided, &outcome.records)?;
    let text = StoredAccount::write(&decided)?;
    // A look writes nothing.
    if stored.as_ref() != Some(&text) {
        rows.save(&key, &text)
            .map_err(|_| "the account cannot be saved")?;
    }
    if stored.is_none() {
        census::count_one(rows, &config, &account)?;
    }
    append(rows, &key, &outcome.records)?;
    Ok(outcome)
}

/// Writes what happened, in the same step as the account.
#[allow(
    clippy::cast_precision_loss,
    reason = "JavaScript counts exactly to 2^53: more events than an account has, and more seconds than there are"
)]
fn append(rows: &Rows, key: &str, records: &[Record]) -> Result<(), &'static str> {
    for record in records {
        let row = serde_json::to_string(record).map_err(|_| "an event cannot be written")?;
        rows.append(key, record.sequence as f64, record.at as f64, &row)
            .map_err(|_| "an event cannot be saved")?;
    }
    Ok(())
}

/// With some of the new ones.
fn forget_old_events(
    rows: &Rows,
    key: &str,
    account: &mut Account,
    records: &[Record],
) -> Result<(), &'static str> {
    match records.iter().find(|r| r.sequence.is_multiple_of(FORGET_EVERY)) {
        Some(record) => forget_events(rows, key, account, record.at),
        None => Ok(()),
    }
}

/// Drops the events of an account that are too old at `now`. The account, which the caller saves, knows of it.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "as above"
)]
pub(crate) fn forget_events(
    rows: &Rows,
    key: &str,
    account: &mut Account,
    now: UnixSeconds,
) -> Result<(), &'static str> {
    let before = now.saturating_sub(limits::EVENT_LIFETIME);
    let last = rows
        .forget(key, before as f64)
        .map_err(|_| "old events cannot be dropped")?;
    account.forgot_events(last as u64);
    Ok(())
}

/// Under the current root key.
pub(crate) fn reseal(account: &mut Account, config: &Config) -> Result<(), &'static str> {
    let mut entropy = entropy::fresh().map_err(|_| "no random bytes")?;
    account
        .reseal(&config.keys, &mut entropy, clock::now())
        .map_err(|_| "the account cannot be sealed anew")
}

/// A fault, which is nobody's doing who asked.
pub(crate) fn log<T>(reply: &Result<T, Refusal>) {
    if let Some(fault) = reply.as_ref().err().and_then(Refusal::fault) {
        worker::console_error!("owner: {fault}");
    }
}

/// In the object that owns the account: JSON of a [`TrailCall`] in, of the page or the refusal out.
pub(crate) fn trail(rows: &Rows, env: &Env, call: &str) -> String {
    let page = read_trail(rows, env, call);
    log(&page);
    serde_json::to_string(&page).unwrap_or_default()
}

#[allow(
    clippy::cast_precision_loss,
    reason = "as above; a larger number finds nothing"
)]
fn read_trail(rows: &Rows, env: &Env, call: &str) -> Result<EventsResponse, Refusal> {
    let TrailCall {
        account,
        client_id,
        after,
    } = serde_json::from_str(call).map_err(|_| Refusal::Internal("a call cannot be read"))?;
    let config = Config::of(env).map_err(|_| Refusal::Internal("the configuration is not usable"))?;
    let key = account.as_text();
    let stored = rows
        .load(&key)
        .map_err(|_| Refusal::Internal("the account cannot be loaded"))?
        .ok_or(ProblemType::NotFound)?;
    let account = StoredAccount::read(&stored).map_err(Refusal::Internal)?;
    guard(&account, &client_id, None).map_err(Refusal::Internal)?;
    let one_more = u32::try_from(limits::EVENTS_PER_PAGE)
        .unwrap_or(u32::MAX)
        .saturating_add(1);
    let page = rows
        .following(&key, after as f64, one_more)
        .map_err(|_| Refusal::Internal("the trail cannot be loaded"))?;
    let page: Vec<Record> =
        serde_json::from_str(&page).map_err(|_| Refusal::Internal("the trail cannot be read"))?;
    account.read_trail(page, after, &config.keys)
}

/// Old events are looked for with each sixteenth new one.
const FORGET_EVERY: u64 = 16;

/// Two accounts with one key would be a broken digest; their state is never mixed.
fn guard(account: &Account, client_id: &ClientId, subject: Option<&Subject>) -> Result<(), &'static str> {
    if account.belongs_to(client_id, subject) {
        Ok(())
    } else {
        Err("a row belongs to another account")
    }
}

fn unknown(command: &Command) -> Outcome {
    let problem = match command {
        Command::Session { .. } => ProblemType::Unauthorized,
        _ => ProblemType::NotFound,
    };
    Outcome::refused(problem.into())
}
