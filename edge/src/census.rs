//! How many accounts an object owns, kept beside them.

use pbx_2fa_verifier::Refusal;
use pbx_2fa_verifier::census::Census;
use pbx_2fa_verifier::handle::AccountKey;

use crate::config::{Config, Owners};
use crate::platform::Rows;

/// An account was made. An object of one account is not counted.
pub(crate) fn count_one(rows: &Rows, config: &Config, account: &AccountKey) -> Result<(), &'static str> {
    if config.owners == Owners::PerAccount {
        return Ok(());
    }
    let object = config.owners.object_name(account);
    let raised = match load(rows)? {
        Some(census) => census.raised(&object, 1, &config.keys),
        // Counting begins with the first account. A count that is missing later was taken out, and is not begun anew.
        None if count(rows)? == 1 => Census::new(&object, 1, &config.keys),
        None => return Ok(()),
    };
    save(rows, &raised.map_err(|_| "the accounts cannot be counted")?)
}

/// Made anew under the current root key; the version that it then needs.
pub(crate) fn reseal(rows: &Rows, config: &Config, object: &str) -> Result<Option<u8>, Refusal> {
    let Some(census) = load(rows).map_err(Refusal::Internal)? else {
        return Ok(None);
    };
    if census.version == config.keys.current() {
        return Ok(Some(census.version));
    }
    let raised = census.raised(object, 0, &config.keys)?;
    save(rows, &raised).map_err(Refusal::Internal)?;
    Ok(Some(raised.version))
}

/// Whether there are as many accounts as were counted.
pub(crate) fn is_right(rows: &Rows, config: &Config, object: &str) -> Result<bool, Refusal> {
    let accounts = count(rows).map_err(Refusal::Internal)?;
    match load(rows).map_err(Refusal::Internal)? {
        Some(census) => census.is(object, accounts, &config.keys),
        None => Ok(accounts == 0),
    }
}

/// One that cannot be read counts as missing.
fn load(rows: &Rows) -> Result<Option<Census>, &'static str> {
    let row = rows.census().map_err(|_| "the count cannot be loaded")?;
    Ok(row.and_then(|row| serde_json::from_str(&row).ok()))
}

fn save(rows: &Rows, census: &Census) -> Result<(), &'static str> {
    let row = serde_json::to_string(census).map_err(|_| "the count cannot be written")?;
    rows.save_census(&row).map_err(|_| "the count cannot be saved")
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of rows"
)]
fn count(rows: &Rows) -> Result<u64, &'static str> {
    let rows = rows.count().map_err(|_| "the accounts cannot be counted")?;
    Ok(rows as u64)
}
