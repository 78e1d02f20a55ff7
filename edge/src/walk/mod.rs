//! Over all accounts of an object, a page at a time: each account in a step of its own, as any command is.

mod audit;
mod reseal;

use pbx_2fa_shared::maintenance::{Finding, FindingKind, MaintenanceResponse, MaintenanceTask};
use pbx_2fa_verifier::account::StoredAccount;
use pbx_2fa_verifier::{Account, Refusal};
use serde::{Deserialize, Serialize};
use worker::Env;

use crate::config::{Config, Owners};
use crate::platform::{self, Rows};

/// Accounts on a page: some hundredths of a second, in which the object answers nobody else.
const ACCOUNTS: u32 = 200;

/// A page ends after the account with which this much was done: an account itself counts for one, as does each event that was
/// verified.
const WORK: u64 = 4_000;

/// One page of one object. JSON between the front and the object, by RPC.
#[derive(Serialize, Deserialize)]
pub(crate) struct WalkCall {
    pub(crate) task: MaintenanceTask,
    pub(crate) object: u16,
    /// The row number of the last account of the page before.
    pub(crate) after: u64,
}

/// An account as it lies there.
#[derive(Deserialize)]
struct Row {
    id: u64,
    key: String,
    state: String,
}

/// Asks the object.
///
/// # Errors
/// Only faults.
pub(crate) async fn ask(env: &Env, call: &WalkCall) -> Result<MaintenanceResponse, Refusal> {
    let text = serde_json::to_string(call).map_err(|_| Refusal::Internal("a call cannot be written"))?;
    let answer = platform::walk(env, &Owners::shard_name(call.object), &text)
        .await
        .ok();
    let answer = answer
        .and_then(|a| a.as_string())
        .ok_or(Refusal::Internal("the owner object did not answer"))?;
    serde_json::from_str::<Result<MaintenanceResponse, Refusal>>(&answer)
        .map_err(|_| Refusal::Internal("the owner object's answer cannot be read"))?
}

/// In the object: JSON of a [`WalkCall`] in, of the page or a fault out.
pub(crate) fn walk(rows: &Rows, env: &Env, call: &str) -> String {
    let page = page(rows, env, call);
    crate::owner::log(&page);
    serde_json::to_string(&page).unwrap_or_default()
}

#[allow(
    clippy::cast_precision_loss,
    reason = "JavaScript counts exactly to 2^53, more rows than there are"
)]
fn page(rows: &Rows, env: &Env, call: &str) -> Result<MaintenanceResponse, Refusal> {
    let call: WalkCall =
        serde_json::from_str(call).map_err(|_| Refusal::Internal("a call cannot be read"))?;
    let config = Config::of(env).map_err(|_| Refusal::Internal("the configuration is not usable"))?;
    let found = rows
        .page(call.after as f64, ACCOUNTS)
        .map_err(|_| Refusal::Internal("the accounts cannot be loaded"))?;
    let found: Vec<Row> =
        serde_json::from_str(&found).map_err(|_| Refusal::Internal("the accounts cannot be read"))?;
    let mut page = MaintenanceResponse::default();
    let mut work = 0_u64;
    for row in &found {
        if work >= WORK {
            break;
        }
        let done = match call.task {
            MaintenanceTask::Reseal => reseal::one(rows, &config, row, &mut page),
            MaintenanceTask::Audit => audit::one(rows, &config, row, &mut page),
        };
        work = work.saturating_add(done.map_err(Refusal::Internal)?);
        page.walked = page.walked.saturating_add(1);
        page.next = Some(row.id);
    }
    page.done = page.walked < u64::from(ACCOUNTS) && found.last().map(|r| r.id) == page.next;
    if page.done {
        page.next = None;
        let object = Owners::shard_name(call.object);
        match call.task {
            MaintenanceTask::Reseal => reseal::object(rows, &config, &object, &mut page)?,
            MaintenanceTask::Audit => audit::object(rows, &config, &object, &mut page)?,
        }
    }
    Ok(page)
}

/// `None` where it cannot be read, or is not the account whose key it stands under: a finding.
fn read(row: &Row, page: &mut MaintenanceResponse) -> Option<Account> {
    let account = StoredAccount::read(&row.state).ok();
    let account = account.filter(|a| a.key().as_text() == row.key);
    if account.is_none() {
        find(page, FindingKind::RowUnreadable, Some(&row.key));
    }
    account
}

fn find(page: &mut MaintenanceResponse, kind: FindingKind, of: Option<&str>) {
    page.findings.push(Finding {
        kind,
        of: of.map(str::to_owned),
    });
}
