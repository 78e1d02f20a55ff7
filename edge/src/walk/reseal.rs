//! What older versions of the root key have made, made anew.

use pbx_2fa_shared::maintenance::{FindingKind, MaintenanceResponse};
use pbx_2fa_verifier::Refusal;
use pbx_2fa_verifier::account::{StoredAccount, Versions};

use super::{Row, find, read};
use crate::config::Config;
use crate::platform::Rows;
use crate::{census, clock, owner};

/// One account; how much work that was.
pub(super) fn one(
    rows: &Rows,
    config: &Config,
    row: &Row,
    page: &mut MaintenanceResponse,
) -> Result<u64, &'static str> {
    let keys = &config.keys;
    let Some(mut account) = read(row, page) else {
        return Ok(1);
    };
    let is_older = |versions: &Versions| versions.keys().any(|v| *v != keys.current());
    let mut events = event_versions(rows, &row.key)?;
    if is_older(&events) {
        owner::forget_events(rows, &row.key, &mut account, clock::now())?;
        events = event_versions(rows, &row.key)?;
    }
    if is_older(&account.versions()) {
        owner::reseal(&mut account, config)?;
    }
    let state = StoredAccount::write(&account)?;
    if state != row.state {
        rows.save(&row.key, &state)
            .map_err(|_| "the account cannot be saved")?;
        page.changed = page.changed.saturating_add(1);
    }
    let versions = account.versions();
    let is_held = |version: &u8| keys.holds(*version);
    if !versions.keys().chain(events.keys()).all(is_held) {
        find(page, FindingKind::RootKeyMissing, Some(&row.key));
    } else if !account.is_current(keys) {
        find(page, FindingKind::ValueUnreadable, Some(&row.key));
    }
    add(page, &versions);
    add(page, &events);
    Ok(1)
}

/// After its last account.
pub(super) fn object(
    rows: &Rows,
    config: &Config,
    object: &str,
    page: &mut MaintenanceResponse,
) -> Result<(), Refusal> {
    match census::reseal(rows, config, object) {
        Ok(Some(version)) => add(page, &Versions::from([(version, 1)])),
        Ok(None) => {}
        Err(Refusal::NoRootKey(version)) => {
            find(page, FindingKind::RootKeyMissing, None);
            add(page, &Versions::from([(version, 1)]));
        }
        Err(fault) => return Err(fault),
    }
    Ok(())
}

pub(super) fn add(page: &mut MaintenanceResponse, versions: &Versions) {
    for (version, values) in versions {
        let all = page.versions.entry(*version).or_default();
        *all = all.saturating_add(*values);
    }
}

/// An event whose version cannot be read counts for none; the audit finds it.
fn event_versions(rows: &Rows, key: &str) -> Result<Versions, &'static str> {
    let found = rows
        .event_versions(key)
        .map_err(|_| "the trail cannot be loaded")?;
    let found: Vec<(Option<u8>, u64)> =
        serde_json::from_str(&found).map_err(|_| "the trail cannot be counted")?;
    let known = found.into_iter().filter_map(|(v, events)| Some((v?, events)));
    Ok(known.collect())
}
