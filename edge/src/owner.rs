//! The owner object: accounts as rows, and the one synchronous step of load, decide and save.

use std::cell::Cell;

use pbx_2fa_shared::{ClientId, ProblemType, Subject};
use pbx_2fa_verifier::account::StoredAccount;
use pbx_2fa_verifier::handle::AccountKey;
use pbx_2fa_verifier::{Account, Command, Context, Outcome, Refusal, Tenant};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::{
    DurableObject, Env, Request, Response, Result as WorkerResult, SqlStorage, SqlStorageValue, State,
    durable_object,
};

use crate::config::Config;
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

#[wasm_bindgen]
extern "C" {
    type OwnerStub;

    #[wasm_bindgen(method, catch)]
    fn apply(this: &OwnerStub, call: &str) -> Result<js_sys::Promise, JsValue>;
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
    let namespace = env.durable_object("OWNERS").map_err(|_| "no binding OWNERS")?;
    let stub: OwnerStub = namespace
        .get_by_name(&name)
        .map_err(|_| "no owner object")?
        .into_rpc();
    let promise = stub
        .apply(&text)
        .map_err(|_| "the owner object cannot be called")?;
    let answer = wasm_bindgen_futures::JsFuture::from(promise.unchecked_into::<js_sys::Promise>()).await;
    let answer = answer
        .ok()
        .and_then(|a| a.as_string())
        .ok_or("the owner object did not answer")?;
    serde_json::from_str(&answer).map_err(|_| "the owner object's answer cannot be read")
}

/// See the module.
#[durable_object]
pub struct Owner {
    sql: SqlStorage,
    env: Env,
    has_table: Cell<bool>,
}

/// Made with the first account that is saved: a look at an account that does not exist leaves nothing on the disk.
const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS account (
    key TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID";

impl DurableObject for Owner {
    fn new(state: State, env: Env) -> Self {
        crate::log_only_the_place_of_a_panic();
        let sql = state.storage().sql();
        Self {
            sql,
            env,
            has_table: Cell::new(false),
        }
    }

    async fn fetch(&self, _request: Request) -> WorkerResult<Response> {
        Response::error("owner objects answer by RPC only", 404)
    }

    async fn alarm(&self) -> WorkerResult<Response> {
        Response::empty()
    }
}

#[wasm_bindgen]
impl Owner {
    /// JSON of an [`OwnerCall`] in, JSON of an [`Outcome`] out. Synchronous: nothing comes between load and save.
    pub fn apply(&self, call: &str) -> String {
        let outcome = self.decide(call).unwrap_or_else(|fault| {
            worker::console_error!("owner: {fault}");
            Outcome {
                reply: Err(Refusal::Internal(fault)),
                deliver: Vec::new(),
            }
        });
        serde_json::to_string(&outcome).unwrap_or_default()
    }
}

impl Owner {
    fn decide(&self, call: &str) -> Result<Outcome, &'static str> {
        let OwnerCall {
            account,
            tenant,
            subject,
            command,
        } = serde_json::from_str(call).map_err(|_| "a call cannot be read")?;
        let config = Config::of(&self.env).map_err(|_| "the configuration is not usable")?;
        let key = account.as_text();
        let stored = self.load(&key)?;
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
        self.save(&key, stored.as_deref(), &decided)?;
        Ok(outcome)
    }

    fn load(&self, key: &str) -> Result<Option<String>, &'static str> {
        if !self.finds_table()? {
            return Ok(None);
        }
        let cursor = self.sql.exec(
            "SELECT state FROM account WHERE key = ?1",
            vec![SqlStorageValue::from(key)],
        );
        let mut rows = cursor.map_err(|_| "the account cannot be loaded")?.raw();
        match rows.next() {
            None => Ok(None),
            Some(Ok(row)) => match row.into_iter().next() {
                Some(SqlStorageValue::String(text)) => Ok(Some(text)),
                _ => Err("an account's row is not text"),
            },
            Some(Err(_)) => Err("the account cannot be loaded"),
        }
    }

    fn finds_table(&self) -> Result<bool, &'static str> {
        if !self.has_table.get() {
            let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'account'";
            let mut rows = self
                .sql
                .exec(tables, None)
                .map_err(|_| "the accounts cannot be read")?
                .raw();
            self.has_table.set(rows.next().is_some());
        }
        Ok(self.has_table.get())
    }

    /// Writes what a command changed; a look writes nothing.
    fn save(&self, key: &str, stored: Option<&str>, account: &Account) -> Result<(), &'static str> {
        let text = StoredAccount::write(account)?;
        if stored == Some(text.as_str()) {
            return Ok(());
        }
        if !self.has_table.get() {
            self.sql
                .exec(SCHEMA, None)
                .map_err(|_| "the accounts cannot be kept")?;
            self.has_table.set(true);
        }
        let statement = "INSERT INTO account (key, state) VALUES (?1, ?2)
            ON CONFLICT (key) DO UPDATE SET state = excluded.state";
        let values = vec![SqlStorageValue::from(key), SqlStorageValue::from(text)];
        self.sql
            .exec(statement, values)
            .map_err(|_| "the account cannot be saved")?;
        Ok(())
    }
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
