//! The owner object: accounts as rows, and the one synchronous step of load, decide and save.

use pbx_2fa_shared::{ClientId, ProblemType, Subject};
use pbx_2fa_verifier::account::StoredAccount;
use pbx_2fa_verifier::handle::AccountKey;
use pbx_2fa_verifier::{Account, Command, Context, Outcome, Refusal, Tenant};
use serde::{Deserialize, Serialize};
use worker::Env;

use crate::config::Config;
use crate::platform::{self, Rows};
use crate::{clock, entropy};

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
        Err(fault) => Outcome {
            reply: Err(Refusal::Internal(fault)),
            deliver: Vec::new(),
        },
    }
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
    let outcome = decide(rows, env, call).unwrap_or_else(|fault| {
        worker::console_error!("owner: {fault}");
        Outcome {
            reply: Err(Refusal::Internal(fault)),
            deliver: Vec::new(),
        }
    });
    serde_json::to_string(&outcome).unwrap_or_default()
}

fn decide(rows: &Rows, env: &Env, call: &str) -> Result<Outcome, &'static str> {
    let OwnerCall {
        account,
        tenant,
        subject,
        command,
    } = serde_json::from_str(call).map_err(|_| "a call cannot be read")?;
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
    let context = Context {
        now: clock::now(),
        entropy: entropy::fresh().map_err(|_| "no random bytes")?,
        keys: &config.keys,
        tenant: &tenant,
        issuer: &config.issuer,
    };
    #[cfg(feature = "test-hooks")]
    crate::test_hooks::panic_if_asked(crate::test_hooks::Place::Owner);
    let outcome = decided.apply(command, context);
    if let Err(Refusal::Internal(fault)) = &outcome.reply {
        worker::console_error!("owner: {fault}");
    }
    let text = StoredAccount::write(&decided)?;
    // A look writes nothing.
    if stored.as_ref() != Some(&text) {
        rows.save(&key, &text)
            .map_err(|_| "the account cannot be saved")?;
    }
    Ok(outcome)
}

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
    Outcome {
        reply: Err(problem.into()),
        deliver: Vec::new(),
    }
}
