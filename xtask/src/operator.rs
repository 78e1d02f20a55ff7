//! The operator API, called from outside.

use std::env;
use std::time::Duration;

use pbx_2fa_shared::maintenance::{MaintenanceRequest, MaintenanceResponse, MaintenanceTask};
use pbx_2fa_shared::operator::{ApiKeyResponse, TenantResponse, TenantSettings};
use pbx_2fa_shared::routes;
use pbx_2fa_shared::signing_keys::{RotateSigningKeyRequest, SigningKeysResponse};
use serde::de::DeserializeOwned;
use serde_json::Value;
use ureq::Agent;
use ureq::http::Response;
use ureq::tls::{RootCerts, TlsConfig};

use crate::failure::{Context, Failure, Outcome};

const URL: &str = "PBX2FA_URL";
const KEY: &str = "PBX2FA_OPERATOR_KEY";
const TIMEOUT: Duration = Duration::from_secs(15);

/// A deployment and the key that opens it.
pub(crate) struct Operator {
    agent: Agent,
    pub(crate) base: String,
    authorization: String,
}

impl Operator {
    pub(crate) fn new(base: &str, operator_key: &str) -> Self {
        Self {
            agent: agent(base, TIMEOUT),
            base: base.trim_end_matches('/').to_owned(),
            authorization: format!("Bearer {operator_key}"),
        }
    }

    /// The deployment that the person at the keyboard has named.
    pub(crate) fn from_environment() -> Outcome<Self> {
        let key = env::var(KEY)
            .map_err(|_| Failure::new(format!("{KEY} is not set; `cargo xtask keys` makes one")))?;
        let url = env::var(URL).unwrap_or_else(|_| "http://127.0.0.1:8787".to_owned());
        Ok(Self::new(&url, &key))
    }

    /// One page of what a task goes over.
    pub(crate) fn maintain(
        &self,
        task: MaintenanceTask,
        page: &MaintenanceRequest,
    ) -> Outcome<MaintenanceResponse> {
        let body = serde_json::to_string(page).context(|| "the request".to_owned())?;
        let url = format!("{}{}/{}", self.base, routes::MAINTENANCE, task.name());
        let request = self.agent.post(url).header("authorization", &self.authorization);
        let response = request
            .content_type("application/json")
            .send(body)
            .context(|| format!("going over what {} has stored", self.base))?;
        self.answer(response)
    }

    /// `None` when there is no such tenant.
    pub(crate) fn tenant(&self, client_id: &str) -> Outcome<Option<TenantResponse>> {
        let request = self
            .agent
            .get(self.url(client_id))
            .header("authorization", &self.authorization);
        let response = request.call().context(|| self.doing("reading", client_id))?;
        if response.status() == 404 {
            Ok(None)
        } else {
            self.answer(response).map(Some)
        }
    }

    /// Creates or replaces; API keys stay.
    pub(crate) fn put_tenant(&self, client_id: &str, settings: &TenantSettings) -> Outcome<TenantResponse> {
        let body = serde_json::to_string(settings).context(|| "the settings".to_owned())?;
        let request = self
            .agent
            .put(self.url(client_id))
            .header("authorization", &self.authorization);
        let response = request
            .content_type("application/json")
            .send(body)
            .context(|| self.doing("writing", client_id))?;
        self.answer(response)
    }

    pub(crate) fn add_key(&self, client_id: &str) -> Outcome<ApiKeyResponse> {
        let url = format!("{}/api-keys", self.url(client_id));
        let request = self.agent.post(url).header("authorization", &self.authorization);
        let response = request
            .send_empty()
            .context(|| self.doing("making an API key for", client_id))?;
        self.answer(response)
    }

    pub(crate) fn remove_key(&self, client_id: &str, key_id: &str) -> Outcome<()> {
        let url = format!("{}/api-keys/{key_id}", self.url(client_id));
        let request = self
            .agent
            .delete(url)
            .header("authorization", &self.authorization);
        let response = request
            .call()
            .context(|| self.doing("removing an API key of", client_id))?;
        if response.status().is_success() {
            Ok(())
        } else {
            Err(self.refusal(response))
        }
    }

    pub(crate) fn signing_keys(&self) -> Outcome<SigningKeysResponse> {
        let request = self.agent.get(self.signing_keys_url(""));
        let request = request.header("authorization", &self.authorization);
        let response = request
            .call()
            .context(|| format!("reading the signing keys at {}", self.base))?;
        self.answer(response)
    }

    pub(crate) fn rotate_signing_key(&self, rotate: RotateSigningKeyRequest) -> Outcome<SigningKeysResponse> {
        let body = serde_json::to_string(&rotate).context(|| "the request".to_owned())?;
        let request = self.agent.post(self.signing_keys_url("/rotate"));
        let request = request.header("authorization", &self.authorization);
        let response = request
            .content_type("application/json")
            .send(body)
            .context(|| format!("rotating a signing key at {}", self.base))?;
        self.answer(response)
    }

    pub(crate) fn remove_signing_key(&self, kid: &str) -> Outcome<()> {
        let request = self.agent.delete(self.signing_keys_url(&format!("/{kid}")));
        let request = request.header("authorization", &self.authorization);
        let response = request
            .call()
            .context(|| format!("removing a signing key at {}", self.base))?;
        if response.status().is_success() {
            Ok(())
        } else {
            Err(self.refusal(response))
        }
    }

    fn signing_keys_url(&self, rest: &str) -> String {
        format!("{}{}{rest}", self.base, routes::SIGNING_KEYS)
    }

    fn url(&self, client_id: &str) -> String {
        format!("{}{}/{client_id}", self.base, routes::TENANTS)
    }

    fn doing(&self, what: &str, client_id: &str) -> String {
        format!("{what} the tenant {client_id} at {}", self.base)
    }

    fn answer<T: DeserializeOwned>(&self, response: Response<ureq::Body>) -> Outcome<T> {
        if !response.status().is_success() {
            return Err(self.refusal(response));
        }
        let text = text(response);
        serde_json::from_str(&text).context(|| format!("{} answered with something unexpected", self.base))
    }

    fn refusal(&self, response: Response<ureq::Body>) -> Failure {
        let status = response.status();
        Failure::new(format!(
            "{} refused: {}",
            self.base,
            problem(status.as_u16(), &text(response))
        ))
    }
}

/// A client that answers with every status, and that uses no proxy on the way to this same machine.
pub(crate) fn agent(base: &str, timeout: Duration) -> Agent {
    // The system's own list: a deployment inside a company often has a certificate of that company.
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .build();
    let config = Agent::config_builder()
        .timeout_global(Some(timeout))
        .http_status_as_error(false)
        .tls_config(tls);
    let loopback = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
        .iter()
        .any(|own| base.starts_with(own));
    if loopback {
        config.proxy(None).build().into()
    } else {
        config.build().into()
    }
}

pub(crate) fn text(mut response: Response<ureq::Body>) -> String {
    response.body_mut().read_to_string().unwrap_or_default()
}

/// A problem document (RFC 9457) as one sentence; anything else as its status.
pub(crate) fn problem(status: u16, body: &str) -> String {
    let document: Value = serde_json::from_str(body).unwrap_or_default();
    let member = |name: &str| document.get(name).and_then(Value::as_str);
    match (member("title"), member("detail")) {
        (Some(title), Some(detail)) => format!("{status} {}: {detail}", title.trim_end_matches('.')),
        (Some(one), None) | (None, Some(one)) => format!("{status} {one}"),
        (None, None) => format!("status {status}"),
    }
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn problems_read_as_sentences() {
        assert_eq!(
            problem(401, r#"{"title":"Unauthorized.","detail":"No key."}"#),
            "401 Unauthorized: No key."
        );
        assert_eq!(problem(503, r#"{"detail":"Other owners."}"#), "503 Other owners.");
        assert_eq!(problem(502, "<html>"), "status 502");
    }
}
