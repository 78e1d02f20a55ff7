//! The directory object: tenants, the keys that sign tokens, and what was fixed at the first start. One per deployment;
//! every isolate keeps what it has read for a few seconds (`tenants`, `signing`).

pub(crate) mod signing_keys;

use pbx_2fa_shared::maintenance::{Finding, FindingKind, MaintenanceResponse, OlderApiKey};
use pbx_2fa_shared::operator::{ApiKeyResponse, TenantResponse, TenantSettings};
use pbx_2fa_shared::{ClientId, KeyId, Origin, ProblemType};
use pbx_2fa_verifier::tenant::TenantRecord;
use pbx_2fa_verifier::{Keyring, Refusal};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{
    DurableObject, Env, Request, Response, Result as WorkerResult, SqlStorage, SqlStorageValue, State,
    durable_object,
};

use crate::config::Config;
use crate::platform;
use crate::{clock, entropy};
use signing_keys::{KeysAnswer, KeysQuestion};

/// What the directory is asked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Question {
    /// Whether accounts are owned as they were at the first start.
    Owners(String),
    Tenant(ClientId),
    /// Whether the page's origin is some tenant's: what a preflight can be answered by.
    KnownOrigin(Origin),
    Put {
        client_id: ClientId,
        settings: Box<TenantSettings>,
    },
    AddKey(ClientId),
    DeleteKey {
        client_id: ClientId,
        key: KeyId,
    },
    SigningKeys(KeysQuestion),
    /// A page of all tenants, from so many on, sealed anew under the current root key.
    Reseal(u64),
}

/// What it answers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    /// How accounts were owned at the first start.
    Owners(String),
    Tenant(Option<Box<TenantRecord>>),
    KnownOrigin(bool),
    Put(Box<TenantResponse>),
    KeyAdded(KeyAdded),
    KeyDeleted,
    SigningKeys(KeysAnswer),
    Resealed(MaintenanceResponse),
    Refused(Refusal),
}

#[derive(Serialize, Deserialize)]
pub(crate) struct KeyAdded(pub(crate) ApiKeyResponse);

impl std::fmt::Debug for KeyAdded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyAdded(..)")
    }
}

/// Asks the deployment's one directory.
///
/// # Errors
/// A sentence for the log.
pub(crate) async fn ask(env: &Env, question: &Question) -> Result<Answer, &'static str> {
    let text = serde_json::to_string(question).map_err(|_| "a question cannot be written")?;
    let answer = platform::consult(env, &text).await;
    let answer = answer
        .ok()
        .and_then(|a| a.as_string())
        .ok_or("the directory did not answer")?;
    serde_json::from_str(&answer).map_err(|_| "the directory's answer cannot be read")
}

/// See the module.
#[durable_object]
pub struct Directory {
    sql: SqlStorage,
    env: Env,
}

const TENANTS_PER_PAGE: u64 = 100;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS deployment (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS tenant (client_id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS origin (
        origin TEXT NOT NULL, client_id TEXT NOT NULL, PRIMARY KEY (origin, client_id)) STRICT, WITHOUT ROWID;";

impl DurableObject for Directory {
    fn new(state: State, env: Env) -> Self {
        crate::log_only_the_place_of_a_panic();
        let sql = state.storage().sql();
        if sql.exec(SCHEMA, None).is_err() {
            // The first question will fail, and say so.
            worker::console_error!("directory: the schema cannot be created");
        }
        Self { sql, env }
    }

    async fn fetch(&self, _request: Request) -> WorkerResult<Response> {
        Response::error("the directory answers by RPC only", 404)
    }

    async fn alarm(&self) -> WorkerResult<Response> {
        Response::empty()
    }
}

#[wasm_bindgen]
impl Directory {
    /// JSON of a [`Question`] in, JSON of an [`Answer`] out.
    pub fn consult(&self, question: &str) -> String {
        let answer = serde_json::from_str(question)
            .map_err(|_| Refusal::Internal("a question cannot be read"))
            .and_then(|q| self.answer(q));
        let answer = answer.unwrap_or_else(|refusal| {
            if let Some(fault) = refusal.fault() {
                worker::console_error!("directory: {fault}");
            }
            Answer::Refused(refusal)
        });
        serde_json::to_string(&answer).unwrap_or_default()
    }
}

impl Directory {
    fn answer(&self, question: Question) -> Result<Answer, Refusal> {
        match question {
            Question::Owners(wanted) => self.owners(wanted).map(Answer::Owners),
            Question::Tenant(client_id) => Ok(Answer::Tenant(self.record(&client_id)?.map(Box::new))),
            Question::KnownOrigin(origin) => {
                let sql = "SELECT client_id FROM origin WHERE origin = ?1 LIMIT 1";
                Ok(Answer::KnownOrigin(self.text(sql, origin.as_str())?.is_some()))
            }
            Question::Put { client_id, settings } => self.put(client_id, *settings),
            Question::AddKey(client_id) => {
                let mut record = self.record(&client_id)?.ok_or(ProblemType::NotFound)?;
                let config = self.config()?;
                let added = record.add_key(&config.keys, clock::now(), &mut entropy::fresh()?)?;
                self.save(&client_id, &record)?;
                Ok(Answer::KeyAdded(KeyAdded(added)))
            }
            Question::DeleteKey { client_id, key } => {
                let mut record = self.record(&client_id)?.ok_or(ProblemType::NotFound)?;
                record.delete_key(&key)?;
                self.save(&client_id, &record)?;
                Ok(Answer::KeyDeleted)
            }
            Question::SigningKeys(question) => self.signing_keys(question).map(Answer::SigningKeys),
            Question::Reseal(after) => self.reseal(after).map(Answer::Resealed),
        }
    }

    /// The first start decides; every later one is told.
    fn owners(&self, wanted: String) -> Result<String, Refusal> {
        let known = self.text("SELECT value FROM deployment WHERE name = ?1", "account_owners")?;
        if let Some(known) = known {
            return Ok(known);
        }
        let sql = "INSERT INTO deployment (name, value) VALUES ('account_owners', ?1)";
        self.run(sql, vec![wanted.as_str().into()])?;
        Ok(wanted)
    }

    fn put(&self, client_id: ClientId, settings: TenantSettings) -> Result<Answer, Refusal> {
        let previous = self.record(&client_id)?;
        let config = self.config()?;
        let record = TenantRecord::put(
            client_id.clone(),
            settings,
            previous,
            &config.keys,
            &mut entropy::fresh()?,
        )?;
        self.save(&client_id, &record)?;
        self.run(
            "DELETE FROM origin WHERE client_id = ?1",
            vec![client_id.as_str().into()],
        )?;
        for origin in record.origins() {
            let values = vec![origin.as_str().into(), client_id.as_str().into()];
            self.run(
                "INSERT OR IGNORE INTO origin (origin, client_id) VALUES (?1, ?2)",
                values,
            )?;
        }
        Ok(Answer::Put(Box::new(record.to_response())))
    }

    /// No tenant is ever taken away, so counting from the first misses none.
    fn reseal(&self, after: u64) -> Result<MaintenanceResponse, Refusal> {
        let config = self.config()?;
        let mut page = MaintenanceResponse::default();
        let sql = "SELECT client_id FROM tenant ORDER BY client_id LIMIT 1 OFFSET CAST(?1 AS INTEGER)";
        while page.walked < TENANTS_PER_PAGE {
            let at = after.saturating_add(page.walked);
            let Some(client_id) = self.text(sql, &at.to_string())? else {
                self.reseal_signing_keys(&config.keys, &mut page)?;
                page.done = true;
                return Ok(page);
            };
            page.walked = page.walked.saturating_add(1);
            self.reseal_tenant(&client_id, &config.keys, &mut page)?;
        }
        page.next = Some(after.saturating_add(page.walked));
        Ok(page)
    }

    fn reseal_tenant(
        &self,
        client_id: &str,
        keys: &Keyring,
        page: &mut MaintenanceResponse,
    ) -> Result<(), Refusal> {
        let stored = self.text("SELECT record FROM tenant WHERE client_id = ?1", client_id)?;
        let record = stored.as_deref().map(serde_json::from_str::<TenantRecord>);
        let mut find = |kind| {
            let of = Some(client_id.to_owned());
            page.findings.push(Finding { kind, of });
        };
        let Some(Ok(mut record)) = record else {
            find(FindingKind::RowUnreadable);
            return Ok(());
        };
        let older = record.secret_version();
        record.reseal(keys, &mut entropy::fresh()?)?;
        let version = record.secret_version();
        if !keys.holds(version) {
            find(FindingKind::RootKeyMissing);
        } else if version != keys.current() {
            find(FindingKind::ValueUnreadable);
        }
        if version != older {
            let known =
                ClientId::parse(client_id).map_err(|_| Refusal::Internal("a tenant's row is of nobody"))?;
            self.save(&known, &record)?;
            page.changed = page.changed.saturating_add(1);
        }
        let keys_alive = record.key_versions().map(|(id, version)| OlderApiKey {
            client_id: record.tenant().client_id,
            id: id.clone(),
            version,
        });
        let alive: Vec<OlderApiKey> = keys_alive.collect();
        for version in alive.iter().map(|k| k.version).chain([version]) {
            let values = page.versions.entry(version).or_default();
            *values = values.saturating_add(1);
        }
        page.api_keys
            .extend(alive.into_iter().filter(|k| k.version != keys.current()));
        Ok(())
    }

    fn record(&self, client_id: &ClientId) -> Result<Option<TenantRecord>, Refusal> {
        let text = self.text(
            "SELECT record FROM tenant WHERE client_id = ?1",
            client_id.as_str(),
        )?;
        let read = |t: String| {
            serde_json::from_str(&t).map_err(|_| Refusal::Internal("a tenant's row cannot be read"))
        };
        text.map(read).transpose()
    }

    fn save(&self, client_id: &ClientId, record: &TenantRecord) -> Result<(), Refusal> {
        let text =
            serde_json::to_string(record).map_err(|_| Refusal::Internal("a tenant cannot be written"))?;
        let sql = "INSERT INTO tenant (client_id, record) VALUES (?1, ?2)
            ON CONFLICT (client_id) DO UPDATE SET record = excluded.record";
        self.run(sql, vec![client_id.as_str().into(), text.into()])
    }

    fn config(&self) -> Result<std::rc::Rc<Config>, Refusal> {
        Config::of(&self.env).map_err(|_| Refusal::Internal("the configuration is not usable"))
    }

    fn run(&self, sql: &str, values: Vec<SqlStorageValue>) -> Result<(), Refusal> {
        self.sql
            .exec(sql, values)
            .map(|_| ())
            .map_err(|_| Refusal::Internal("the directory cannot be written"))
    }

    /// The first column of the first row.
    fn text(&self, sql: &str, value: &str) -> Result<Option<String>, Refusal> {
        let cursor = self.sql.exec(sql, vec![SqlStorageValue::from(value)]);
        let fault = Refusal::Internal("the directory cannot be read");
        let Some(row) = cursor.map_err(|_| fault.clone())?.raw().next() else {
            return Ok(None);
        };
        match row.map_err(|_| fault.clone())?.into_iter().next() {
            Some(SqlStorageValue::String(text)) => Ok(Some(text)),
            _ => Err(fault),
        }
    }
}
