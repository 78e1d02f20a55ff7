//! What a command is judged with.

use pbx_2fa_shared::operator::Policy;
use pbx_2fa_shared::{ClientId, DisplayName, FormOfAddress, Locale, UnixSeconds};
use serde::{Deserialize, Serialize};

use crate::entropy::Entropy;
use crate::keyring::Keyring;

/// What the rules need to know of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    pub client_id: ClientId,
    pub portal_name: DisplayName,
    pub app_name: DisplayName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_of_address: Option<FormOfAddress>,
    pub policy: Policy,
}

/// Everything that comes from outside the account.
#[derive(Debug)]
pub struct Context<'a> {
    /// The worker's clock.
    pub now: UnixSeconds,
    pub entropy: Entropy,
    pub keys: &'a Keyring,
    pub tenant: &'a Tenant,
    /// `iss` of every token.
    pub issuer: &'a str,
    /// When the operator last put back a back-up; state from before is not up to date.
    pub restored_at: Option<UnixSeconds>,
}
