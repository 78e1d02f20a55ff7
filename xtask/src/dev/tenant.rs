//! Makes the example portal known to the worker.

use pbx_2fa_shared::operator::TenantSettings;
use serde_json::json;

use super::state::{State, StoredApiKey};
use crate::failure::{Context, Outcome};
use crate::operator::Operator;

pub(super) const CLIENT_ID: &str = "qaller-demo";

pub(super) struct Portal<'a> {
    pub(super) url: &'a str,
    pub(super) webhook_url: &'a str,
}

/// Brings the tenant in line with this run (its port may be another), and returns a living API key.
pub(super) fn provision(edge: &str, state: &State, portal: &Portal<'_>) -> Outcome<String> {
    let operator = Operator::new(edge, &state.secrets.keys.operator_key);
    let tenant = operator.put_tenant(CLIENT_ID, &settings(state, portal)?)?;

    let living: Vec<&str> = tenant.api_keys.iter().map(|key| key.id.as_str()).collect();
    if let Some(kept) = state.api_key().filter(|kept| living.contains(&kept.id.as_str())) {
        return Ok(kept.api_key);
    }
    // At most two keys live at a time, and nobody holds these any more.
    for lost in living {
        operator.remove_key(CLIENT_ID, lost)?;
    }
    let made = operator.add_key(CLIENT_ID)?;
    state.keep_api_key(&StoredApiKey {
        id: made.id.as_str().to_owned(),
        api_key: made.api_key.clone(),
    })?;
    Ok(made.api_key)
}

/// Read like any tenant's settings, so that the defaults are the product's own.
fn settings(state: &State, portal: &Portal<'_>) -> Outcome<TenantSettings> {
    let settings = json!({
        "portal_name": "Qaller Telecom",
        "origins": [portal.url],
        "delivery": { "webhook": { "url": portal.webhook_url, "secret": state.secrets.webhook_secret } },
    });
    serde_json::from_value(settings).context(|| "the settings of the example portal".to_owned())
}
