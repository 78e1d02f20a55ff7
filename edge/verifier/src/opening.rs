//! A transaction before its first page: a sealed value, stored nowhere.
//!
//! `POST /v1/transactions` writes nothing. All that the account will need travels, encrypted and authenticated, in the
//! ticket; the account learns of the transaction when the ticket is exchanged.

use pbx_2fa_shared::ids::{DisplayName, Locale, Nonce};
use pbx_2fa_shared::portal::{MinimumAcr, OpenTransactionRequest, Profile, TransactionResponse};
use pbx_2fa_shared::{ClientId, Origin, ProblemType, Purpose, ReturnTo, Subject, UnixSeconds};
use serde::{Deserialize, Serialize};

use crate::account::Opened;
use crate::bytes::Bytes;
use crate::context::Tenant;
use crate::entropy::Entropy;
use crate::handle::{AccountKey, TransactionHandle, TransactionKey};
use crate::keyring::{Keyring, Sealed};
use crate::limits;
use crate::refusal::Refusal;

/// The content of a ticket.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Opening {
    pub client_id: ClientId,
    pub transaction: TransactionKey,
    /// Tells the tickets of one transaction apart.
    pub ticket: Bytes<16>,
    pub ticket_expires_at: UnixSeconds,
    pub opened_at: UnixSeconds,
    pub subject: Subject,
    pub origin: Origin,
    pub nonce: Nonce,
    pub purpose: Purpose,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_acr: Option<MinimumAcr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_to: Option<ReturnTo>,
    /// Only in the first ticket of a transaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    /// Whether the transaction is already known to the account.
    pub renewed: bool,
}

const TICKET: &[u8] = b"ticket";

impl Opening {
    /// With the higher of the two floors: the request's and the tenant's.
    ///
    /// # Errors
    /// `invalid-request` where the login is to end at another origin than it is for; [`Refusal::Internal`] where the entropy
    /// pool is used up.
    pub fn new(
        tenant: &Tenant,
        request: OpenTransactionRequest,
        now: UnixSeconds,
        entropy: &mut Entropy,
    ) -> Result<Self, Refusal> {
        if request
            .return_to
            .as_ref()
            .is_some_and(|r| !r.is_of(&request.origin))
        {
            return Err(Refusal::Explained {
                problem: ProblemType::InvalidRequest,
                detail: "return_to: expected an address of origin".to_owned(),
            });
        }
        Ok(Self {
            client_id: tenant.client_id.clone(),
            transaction: entropy.token_id()?,
            ticket: entropy.token_id()?,
            ticket_expires_at: now.saturating_add(limits::TICKET_LIFETIME),
            opened_at: now,
            subject: request.subject,
            origin: request.origin,
            nonce: request.nonce,
            purpose: request.purpose,
            minimum_acr: request.minimum_acr.max(tenant.policy.minimum_acr),
            locale: request.locale,
            return_to: request.return_to,
            profile: request.profile,
            renewed: false,
        })
    }

    /// The same opening, as an earlier request with the same `Idempotency-Key` began it.
    #[must_use]
    pub fn as_opened(mut self, first: Opened) -> Self {
        self.transaction = first.transaction;
        self.ticket = first.ticket;
        self.opened_at = first.opened_at;
        self.ticket_expires_at = first.opened_at.saturating_add(limits::TICKET_LIFETIME);
        self
    }

    #[must_use]
    pub fn account(&self) -> AccountKey {
        AccountKey::of(&self.client_id, &self.subject)
    }

    /// When the transaction ends.
    #[must_use]
    pub const fn expires_at(&self) -> UnixSeconds {
        self.opened_at.saturating_add(limits::TRANSACTION_LIFETIME)
    }

    /// What the portal's backend gets.
    ///
    /// # Errors
    /// [`Refusal::Internal`] where the keys or the entropy fail.
    pub fn to_response(&self, keys: &Keyring, entropy: &mut Entropy) -> Result<TransactionResponse, Refusal> {
        let handle = TransactionHandle {
            account: self.account(),
            transaction: self.transaction,
        };
        let plain = serde_json::to_vec(self).map_err(|_| Refusal::Internal("cannot write a ticket"))?;
        Ok(TransactionResponse {
            transaction: handle.encode(keys, &self.client_id)?,
            ticket: format!("tkt_{}", keys.seal(TICKET, &plain, entropy)?.into_text()),
            expires_at: self.ticket_expires_at,
        })
    }

    /// `None` where the ticket was not made here. Whether it has expired or was used is the account's to say.
    #[must_use]
    pub fn from_ticket(keys: &Keyring, ticket: &str) -> Option<Self> {
        let sealed = ticket.strip_prefix("tkt_").filter(|t| t.len() <= 12_000)?;
        let plain = keys.open(TICKET, &Sealed::from_text(sealed.to_owned()))?;
        serde_json::from_slice(&plain).ok()
    }

    /// The name that an authenticator app shows for the account.
    pub(crate) fn display_name(&self) -> Option<&DisplayName> {
        self.profile.as_ref().and_then(|p| p.display_name.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::{
        ClientId, DisplayName, Locale, OpenTransactionRequest, Opening, ProblemType, ReturnTo, Tenant,
    };
    use crate::entropy::Entropy;
    use crate::keyring::tests::keyring;
    use pbx_2fa_shared::operator::Policy;
    use pbx_2fa_shared::portal::MinimumAcr::{self, Pstn, Totp};

    fn request() -> OpenTransactionRequest {
        serde_json::from_str(
            r#"{"subject":"an","origin":"https://portal.example","nonce":"AAAAAAAAAAAAAAAAAAAAAA"}"#,
        )
        .unwrap()
    }

    fn open(request: OpenTransactionRequest, floor: Option<MinimumAcr>, entropy: &mut Entropy) -> Opening {
        Opening::new(&tenant(floor), request, 1_000, entropy).unwrap()
    }

    fn tenant(floor: Option<MinimumAcr>) -> Tenant {
        Tenant {
            client_id: ClientId::parse("portal").unwrap(),
            portal_name: DisplayName::parse("Portal").unwrap(),
            app_name: DisplayName::parse("Qaller").unwrap(),
            locale: Some(Locale::parse("nl-BE").unwrap()),
            form_of_address: None,
            policy: Policy {
                minimum_acr: floor,
                ..Policy::default()
            },
        }
    }

    #[test]
    fn of_the_request_s_floor_and_the_tenant_s_the_higher_counts() {
        for (asked, of_tenant, floor) in [
            (None, None, None),
            (Some(Pstn), None, Some(Pstn)),
            (None, Some(Pstn), Some(Pstn)),
            (Some(Totp), Some(Pstn), Some(Totp)),
            (Some(Pstn), Some(Totp), Some(Totp)),
        ] {
            let mut request = request();
            request.minimum_acr = asked;
            let opening = open(request, of_tenant, &mut Entropy::new([3; Entropy::BYTES]));
            assert_eq!(opening.minimum_acr, floor);
        }
    }

    #[test]
    fn a_login_ends_at_the_origin_that_it_is_for_or_is_not_opened() {
        for (address, opens) in [
            ("https://portal.example/login/done", true),
            ("https://other.example/login/done", false),
            ("https://portal.example:8443/login/done", false),
        ] {
            let mut request = request();
            request.return_to = Some(ReturnTo::parse(address).unwrap());
            let opening = Opening::new(
                &tenant(None),
                request,
                1_000,
                &mut Entropy::new([3; Entropy::BYTES]),
            );
            match opening {
                Ok(opening) => assert!(opens && opening.return_to.is_some(), "{address}"),
                Err(refusal) => {
                    assert!(!opens, "{address}");
                    assert_eq!(refusal.to_problem(0).kind, ProblemType::InvalidRequest);
                }
            }
        }
    }

    #[test]
    fn a_ticket_brings_the_opening_back_and_a_changed_one_nothing() {
        let keys = keyring();
        let mut entropy = Entropy::new([3; Entropy::BYTES]);
        let opening = open(request(), None, &mut entropy);
        let response = opening.to_response(&keys, &mut entropy).unwrap();
        assert_eq!(response.expires_at, 1_120);
        let back = Opening::from_ticket(&keys, &response.ticket).unwrap();
        assert_eq!((back.subject.as_str(), back.opened_at), ("an", 1_000));
        assert!(!response.ticket.contains("portal"));
        let changed = response.ticket.replacen("tkt_A", "tkt_B", 1);
        assert!(Opening::from_ticket(&keys, &changed).is_none());
        assert!(Opening::from_ticket(&keys, "tkt_").is_none());
        assert!(Opening::from_ticket(&keys, "").is_none());
    }
}
