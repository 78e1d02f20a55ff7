//! What the portal's backend asks about sessions that have begun: whether one is alive, and that they end.

use std::rc::Rc;

use pbx_2fa_shared::ProblemType;
use pbx_2fa_shared::portal::{IntrospectRequest, IntrospectResponse, RevokeRequest};
use pbx_2fa_verifier::claims::SessionClaims;
use pbx_2fa_verifier::handle::AccountKey;
use pbx_2fa_verifier::{Command, Refusal, Reply};

use super::Front;
use super::portal::{Answer, about, ask, named, unexpected};
use crate::http::request::Request;
use crate::http::response;
use crate::signing::{self, TokenType};
use crate::tenants::KnownTenant;

/// Of a token that is no living session of this tenant, nothing is said but that.
pub(super) async fn introspect(front: &Front, tenant: &Rc<KnownTenant>, request: &Request) -> Answer {
    let asked: IntrospectRequest = request.json()?;
    let claims = match genuine(front, tenant, &asked.token).await? {
        Some(claims) if is_alive(front, tenant, &claims).await? => Some(claims),
        _ => None,
    };
    let active = claims.is_some();
    Ok(response::json(200, &IntrospectResponse { active, claims }, None))
}

/// The claims of a session token that was signed here for this tenant. No account is asked about any other.
async fn genuine(front: &Front, tenant: &KnownTenant, token: &str) -> Result<Option<SessionClaims>, Refusal> {
    let algorithm = tenant.tenant.policy.signature;
    let signing = signing::known_for(&front.env, &front.config, token).await?;
    let verified = signing.verify(algorithm, TokenType::Session, token);
    let claims: Option<SessionClaims> = verified.await.map_err(|f| Refusal::Internal(f.0))?;
    Ok(claims.filter(|c| c.are_of(&front.config.issuer, &tenant.tenant.client_id)))
}

async fn is_alive(front: &Front, tenant: &Rc<KnownTenant>, claims: &SessionClaims) -> Result<bool, Refusal> {
    let account = AccountKey::of(&claims.aud, &claims.sub);
    let command = Command::Introspect {
        claims: Box::new(claims.clone()),
    };
    match ask(front, tenant, account, None, command).await {
        Ok(Reply::Introspected { active }) => Ok(active),
        Ok(_) => Err(unexpected()),
        Err(Refusal::Refused(ProblemType::NotFound)) => Ok(false),
        Err(fault) => Err(fault),
    }
}

pub(super) async fn revoke(
    front: &Front,
    tenant: &Rc<KnownTenant>,
    subject: &str,
    request: &Request,
) -> Answer {
    let subject = named(subject)?;
    let RevokeRequest { sid } = request.json()?;
    about(front, tenant, &subject, Command::Revoke { sid }).await
}
