//! API keys that everybody knows, for the tests of a portal: each has one way to end, whatever is typed or done.
//!
//! Such a login is no account's: all of it travels, sealed for this alone, in its ticket and its secret. Nothing is stored or
//! sent, no account can be reached by it, and what it proves is nothing but that the portal works: its tokens are for a
//! client id of their own, which no tenant can have.

use pbx_2fa_shared::ids::{ChallengeId, DisplayName, Nonce};
use pbx_2fa_shared::portal::{OpenTransactionRequest, RedeemResponse, TransactionResponse};
use pbx_2fa_shared::session::{Action, AuthenticatorView, ChallengeView, Delivery, State, View};
use pbx_2fa_shared::{
    AuthenticatorId, ClientId, Kind, Locale, Malformed, Origin, ProblemType, Purpose, SessionId, Subject,
    SubmittedCode, TransactionId, UnixSeconds,
};
use serde::{Deserialize, Serialize};

use crate::bytes::{Bytes, encode};
use crate::claims::{AssertionClaims, SessionClaims};
use crate::entropy::Entropy;
use crate::keyring::{Keyring, Sealed};
use crate::limits;
use crate::refusal::Refusal;

/// `aud` of their tokens.
pub const CLIENT_ID: &str = "pbx-2fa-test";
/// The one code that is right, where a code is asked for.
pub const CODE: &str = "123456";
pub const ACR: &str = "urn:pbx-2fa:test";
/// None of the values that RFC 8176 registers.
pub const AMR: &str = "test";

const TICKET: &[u8] = b"test ticket";
const SECRET: &[u8] = b"test session";
const TICKET_PREFIX: &str = "tkt_test_";
const SECRET_PREFIX: &str = "ses_test_";
/// Nothing is counted, so it does not change.
const ATTEMPTS_LEFT: u32 = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TestKey {
    /// Completed as soon as the page is there.
    Pass,
    /// Asks for a code, and takes none.
    Fail,
    /// Asks for a code, and takes [`CODE`].
    Interaction,
    /// As `Pass`, but its assertion has been redeemed already.
    Spent,
}

/// A login by one of them.
#[derive(Clone, Serialize, Deserialize)]
pub struct TestLogin {
    key: TestKey,
    transaction: Bytes<16>,
    subject: Subject,
    origin: Origin,
    nonce: Nonce,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    locale: Option<Locale>,
    opened_at: UnixSeconds,
}

impl TestKey {
    #[must_use]
    pub fn parse(api_key: &str) -> Option<Self> {
        match api_key.strip_prefix("pbx2fa_test_")? {
            "pass" => Some(Self::Pass),
            "fail" => Some(Self::Fail),
            "interaction" => Some(Self::Interaction),
            "spent" => Some(Self::Spent),
            _ => None,
        }
    }

    /// What the portal gets for an assertion of such a login; as often as it asks, for nothing remembers.
    ///
    /// # Errors
    /// `not-found` where the assertion is not of this transaction, `expired`, `already-redeemed`.
    pub fn redeem(
        self,
        transaction: &TransactionId,
        claims: AssertionClaims,
        now: UnixSeconds,
        entropy: &mut Entropy,
    ) -> Result<(RedeemResponse, SessionClaims), Refusal> {
        if claims.aud.as_str() != CLIENT_ID || claims.txn != *transaction {
            return Err(ProblemType::NotFound.into());
        }
        if now >= claims.exp {
            return Err(ProblemType::Expired.into());
        }
        if self == Self::Spent {
            return Err(ProblemType::AlreadyRedeemed.into());
        }
        let sid: [u8; 24] = entropy.take()?;
        let session = SessionClaims {
            iss: claims.iss,
            aud: claims.aud,
            sub: claims.sub,
            sid: SessionId::parse(encode(&sid)).map_err(unnamed)?,
            jti: encode(&entropy.take::<16>()?),
            iat: now,
            nbf: now,
            exp: now.saturating_add(limits::SESSION_LIFETIME_MIN),
            auth_time: claims.auth_time,
            amr: claims.amr,
            acr: claims.acr,
        };
        let response = RedeemResponse {
            transaction: claims.txn,
            subject: session.sub.clone(),
            nonce: claims.nonce,
            purpose: claims.purpose,
            amr: session.amr.clone(),
            acr: session.acr.clone(),
            auth_time: session.auth_time,
            jti: session.jti.clone(),
            session_token: None,
            session_expires_at: Some(session.exp),
        };
        Ok((response, session))
    }
}

impl TestLogin {
    /// # Errors
    /// `invalid-request` for the method manager, which has nothing to show.
    pub fn open(
        key: TestKey,
        request: OpenTransactionRequest,
        now: UnixSeconds,
        entropy: &mut Entropy,
    ) -> Result<Self, Refusal> {
        if request.purpose != Purpose::Login {
            return Err(Refusal::Explained {
                problem: ProblemType::InvalidRequest,
                detail: "purpose: expected login, with a test key".to_owned(),
            });
        }
        Ok(Self {
            key,
            transaction: entropy.token_id()?,
            subject: request.subject,
            origin: request.origin,
            nonce: request.nonce,
            locale: request.locale,
            opened_at: now,
        })
    }

    /// # Errors
    /// Only faults.
    pub fn to_response(&self, keys: &Keyring, entropy: &mut Entropy) -> Result<TransactionResponse, Refusal> {
        Ok(TransactionResponse {
            transaction: self.transaction()?,
            ticket: self.sealed(TICKET_PREFIX, TICKET, keys, entropy)?,
            expires_at: self.opened_at.saturating_add(limits::TICKET_LIFETIME),
        })
    }

    /// `None` where the ticket is none of these.
    ///
    /// # Errors
    /// `expired`.
    pub fn from_ticket(keys: &Keyring, ticket: &str, now: UnixSeconds) -> Option<Result<Self, Refusal>> {
        let login = Self::opened(TICKET_PREFIX, TICKET, keys, ticket)?;
        Some(login.within(limits::TICKET_LIFETIME, now))
    }

    /// By which its page goes on.
    ///
    /// # Errors
    /// Only faults.
    pub fn secret(&self, keys: &Keyring, entropy: &mut Entropy) -> Result<String, Refusal> {
        self.sealed(SECRET_PREFIX, SECRET, keys, entropy)
    }

    /// `None` where the secret is none of these.
    ///
    /// # Errors
    /// `expired`.
    pub fn from_secret(keys: &Keyring, secret: &str, now: UnixSeconds) -> Option<Result<Self, Refusal>> {
        let login = Self::opened(SECRET_PREFIX, SECRET, keys, secret)?;
        Some(login.within(limits::TRANSACTION_LIFETIME, now))
    }

    #[must_use]
    pub fn is_of(&self, page: &Origin) -> bool {
        self.origin == *page
    }

    /// Whether it is complete without a code.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        matches!(self.key, TestKey::Pass | TestKey::Spent)
    }

    /// # Errors
    /// `code-invalid`.
    pub fn attempt(&self, code: &SubmittedCode) -> Result<(), Refusal> {
        let is_right = matches!(code, SubmittedCode::OneTime(code) if code.as_str() == CODE);
        if self.is_complete() || self.key == TestKey::Interaction && is_right {
            Ok(())
        } else {
            Err(Refusal::CodeInvalid {
                attempts_left: ATTEMPTS_LEFT,
            })
        }
    }

    /// What a page shows while a code is asked for, or once the login is complete; the assertion is the caller's to sign.
    ///
    /// # Errors
    /// Only faults.
    pub fn view(&self, complete: bool, now: UnixSeconds) -> Result<View, Refusal> {
        let id = AuthenticatorId::parse("aut_test").map_err(unnamed)?;
        let expires_at = self.opened_at.saturating_add(limits::TRANSACTION_LIFETIME);
        let challenge = ChallengeView {
            id: ChallengeId::parse("chl_test").map_err(unnamed)?,
            authenticator: id.clone(),
            kind: Kind::Totp,
            hint: String::new(),
            delivery: Delivery::NotNeeded,
            expires_at,
            resend_at: None,
            attempts_left: ATTEMPTS_LEFT,
        };
        let authenticator = AuthenticatorView {
            id,
            kind: Kind::Totp,
            hint: String::new(),
            primary: true,
            confirmed: true,
            removable: false,
            disabled: false,
            own_pbx: false,
            codes_left: None,
        };
        Ok(View {
            state: if complete {
                State::Verified
            } else {
                State::Challenge
            },
            purpose: Purpose::Login,
            portal_name: DisplayName::parse("Test").map_err(unnamed)?,
            app_name: DisplayName::parse("Test").map_err(unnamed)?,
            locale: self.locale.clone(),
            form_of_address: None,
            authenticators: vec![authenticator],
            challenge: (!complete).then_some(challenge),
            enrollment: None,
            backup: None,
            enrollable: Vec::new(),
            suggestions: Vec::new(),
            recovery_codes: Vec::new(),
            assertion: None,
            locked_until: None,
            actions: if complete {
                Vec::new()
            } else {
                vec![Action::Attempt]
            },
            expires_at,
            server_time: now,
        })
    }

    /// # Errors
    /// Only faults.
    pub fn claims(
        &self,
        issuer: &str,
        now: UnixSeconds,
        entropy: &mut Entropy,
    ) -> Result<AssertionClaims, Refusal> {
        Ok(AssertionClaims {
            iss: issuer.to_owned(),
            aud: ClientId::parse(CLIENT_ID).map_err(unnamed)?,
            sub: self.subject.clone(),
            txn: self.transaction()?,
            nonce: self.nonce.clone(),
            jti: encode(&entropy.take::<16>()?),
            iat: now,
            nbf: now,
            exp: now.saturating_add(limits::ASSERTION_LIFETIME),
            auth_time: now,
            amr: vec![AMR.to_owned()],
            acr: ACR.to_owned(),
            purpose: Purpose::Login,
        })
    }

    fn transaction(&self) -> Result<TransactionId, Refusal> {
        TransactionId::parse(format!("txn_test_{}", encode(&self.transaction.0))).map_err(unnamed)
    }

    fn sealed(
        &self,
        prefix: &str,
        place: &[u8],
        keys: &Keyring,
        entropy: &mut Entropy,
    ) -> Result<String, Refusal> {
        let plain = serde_json::to_vec(self).map_err(|_| Refusal::Internal("cannot write a test login"))?;
        Ok(prefix.to_owned() + &keys.seal(place, &plain, entropy)?.into_text())
    }

    fn opened(prefix: &str, place: &[u8], keys: &Keyring, text: &str) -> Option<Self> {
        let sealed = text.strip_prefix(prefix).filter(|text| text.len() <= 4_096)?;
        let plain = keys.open(place, &Sealed::from_text(sealed.to_owned()))?;
        serde_json::from_slice(&plain).ok()
    }

    fn within(self, lifetime: u64, now: UnixSeconds) -> Result<Self, Refusal> {
        if now >= self.opened_at.saturating_add(lifetime) {
            return Err(ProblemType::Expired.into());
        }
        Ok(self)
    }
}

fn unnamed(_: Malformed) -> Refusal {
    Refusal::Internal("a name of the test keys")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::tests::keyring;

    const ALL: [TestKey; 4] = [TestKey::Pass, TestKey::Fail, TestKey::Interaction, TestKey::Spent];

    fn entropy() -> Entropy {
        Entropy::new([3; Entropy::BYTES])
    }

    fn login(key: TestKey) -> TestLogin {
        let request =
            r#"{"subject":"an","origin":"https://portal.example","nonce":"AAAAAAAAAAAAAAAAAAAAAA"}"#;
        TestLogin::open(key, serde_json::from_str(request).unwrap(), 1_000, &mut entropy()).unwrap()
    }

    fn code(digits: &str) -> SubmittedCode {
        serde_json::from_value(digits.into()).unwrap()
    }

    fn kind_of<T>(refused: Result<T, Refusal>) -> Option<ProblemType> {
        refused.err().map(|refusal| refusal.to_problem(0).kind)
    }

    #[test]
    fn each_key_has_a_name_and_nothing_else_is_one() {
        let named = ["pass", "fail", "interaction", "spent"]
            .map(|name| TestKey::parse(&format!("pbx2fa_test_{name}")));
        assert_eq!(named, ALL.map(Some));
        for other in [
            "",
            "pass",
            "pbx2fa_test_",
            "pbx2fa_test_passes",
            "pbx2fa_TEST_pass",
            "pbx2fa_test_00000000_AA",
        ] {
            assert_eq!(TestKey::parse(other), None, "{other}");
        }
    }

    #[test]
    fn each_key_has_one_way_to_end() {
        for (key, complete, right, wrong) in [
            (TestKey::Pass, true, true, true),
            (TestKey::Spent, true, true, true),
            (TestKey::Interaction, false, true, false),
            (TestKey::Fail, false, false, false),
        ] {
            let login = login(key);
            assert_eq!(login.is_complete(), complete, "{key:?}");
            assert_eq!(login.attempt(&code(CODE)).is_ok(), right, "{key:?}");
            assert_eq!(login.attempt(&code("123457")).is_ok(), wrong, "{key:?}");
        }
    }

    #[test]
    fn a_view_awaits_a_code_or_is_complete() {
        let login = login(TestKey::Interaction);
        let asks = login.view(false, 1_001).unwrap();
        assert_eq!(
            (asks.state, asks.actions),
            (State::Challenge, vec![Action::Attempt])
        );
        assert!(asks.challenge.is_some() && asks.authenticators.len() == 1);
        let done = login.view(true, 1_001).unwrap();
        assert_eq!((done.state, done.actions), (State::Verified, Vec::new()));
        assert!(done.challenge.is_none());
        assert_eq!(
            (done.expires_at, done.server_time),
            (1_000 + limits::TRANSACTION_LIFETIME, 1_001)
        );
    }

    #[test]
    fn ticket_and_secret_are_of_their_own_and_end() {
        let (keys, login) = (keyring(), login(TestKey::Pass));
        let ticket = login.to_response(&keys, &mut entropy()).unwrap().ticket;
        let secret = login.secret(&keys, &mut entropy()).unwrap();
        let ticket_ends = 1_000 + limits::TICKET_LIFETIME;
        let ends = 1_000 + limits::TRANSACTION_LIFETIME;
        let of_ticket = |now| TestLogin::from_ticket(&keys, &ticket, now).unwrap();
        let of_secret = |now| TestLogin::from_secret(&keys, &secret, now).unwrap();
        assert!(of_ticket(ticket_ends - 1).is_ok() && of_secret(ends - 1).is_ok());
        assert_eq!(kind_of(of_ticket(ticket_ends)), Some(ProblemType::Expired));
        assert_eq!(kind_of(of_secret(ends)), Some(ProblemType::Expired));

        // Neither is the other, nor what a real login has, nor the reverse.
        let swapped = |text: &str, from: &str, to: &str| text.replacen(from, to, 1);
        assert!(TestLogin::from_secret(&keys, &swapped(&ticket, "tkt_", "ses_"), 1_000).is_none());
        assert!(TestLogin::from_ticket(&keys, &swapped(&secret, "ses_", "tkt_"), 1_000).is_none());
        assert!(crate::Opening::from_ticket(&keys, &ticket).is_none());
        assert!(crate::Opening::from_ticket(&keys, &swapped(&ticket, "tkt_test_", "tkt_")).is_none());
        for none in ["", "tkt_test_", "tkt_test_AAAA"] {
            assert!(TestLogin::from_ticket(&keys, none, 1_000).is_none());
        }
    }

    #[test]
    fn an_assertion_is_redeemed_for_its_own_transaction_while_it_lives() {
        let login = login(TestKey::Pass);
        let claims = login
            .claims("https://2fa.example.com", 2_000, &mut entropy())
            .unwrap();
        assert_eq!(
            (claims.aud.as_str(), claims.acr.as_str(), &*claims.amr),
            (CLIENT_ID, ACR, &[AMR.to_owned()][..])
        );
        let id = login.transaction().unwrap();
        let redeem = |key: TestKey, id: &TransactionId, claims: AssertionClaims, now| {
            key.redeem(id, claims, now, &mut entropy())
        };
        let ends = 2_000 + limits::ASSERTION_LIFETIME;
        let (response, session) = redeem(TestKey::Pass, &id, claims.clone(), ends - 1).unwrap();
        assert_eq!(
            (
                response.subject.as_str(),
                response.acr.as_str(),
                session.aud.as_str()
            ),
            ("an", ACR, CLIENT_ID)
        );
        assert_eq!(session.exp, ends - 1 + limits::SESSION_LIFETIME_MIN);
        assert_eq!(
            kind_of(redeem(TestKey::Pass, &id, claims.clone(), ends)),
            Some(ProblemType::Expired)
        );
        assert_eq!(
            kind_of(redeem(TestKey::Spent, &id, claims.clone(), 2_000)),
            Some(ProblemType::AlreadyRedeemed)
        );
        let other = TransactionId::parse("txn_test_other").unwrap();
        assert_eq!(
            kind_of(redeem(TestKey::Pass, &other, claims.clone(), 2_000)),
            Some(ProblemType::NotFound)
        );
        let real = AssertionClaims {
            aud: ClientId::parse("acme").unwrap(),
            ..claims
        };
        assert_eq!(
            kind_of(redeem(TestKey::Pass, &id, real, 2_000)),
            Some(ProblemType::NotFound)
        );
    }

    #[test]
    fn the_method_manager_is_not_opened() {
        let request = r#"{"subject":"an","origin":"https://portal.example","nonce":"AAAAAAAAAAAAAAAAAAAAAA","purpose":"manage"}"#;
        let opened = TestLogin::open(
            TestKey::Pass,
            serde_json::from_str(request).unwrap(),
            1_000,
            &mut entropy(),
        );
        assert_eq!(kind_of(opened), Some(ProblemType::InvalidRequest));
    }
}
