//! Logins by test keys, where the deployment allows them.

use pbx_2fa_shared::operator::SignatureAlgorithm;
use pbx_2fa_shared::portal::{IntrospectRequest, IntrospectResponse, OpenTransactionRequest, RedeemRequest};
use pbx_2fa_shared::session::{AttemptRequest, ExchangeResponse, View};
use pbx_2fa_shared::{ClientId, Origin, ProblemType, TransactionId};
use pbx_2fa_verifier::Refusal;
use pbx_2fa_verifier::claims::SessionClaims;
use pbx_2fa_verifier::test_keys::{CLIENT_ID, TestKey, TestLogin};

use super::portal::{self, Answer};
use super::{Front, session};
use crate::http::request::Request;
use crate::http::response;
use crate::signing::{self, TokenType};
use crate::{clock, entropy, tenants};

/// Of every deployment, whatever its tenants have chosen.
const ALGORITHM: SignatureAlgorithm = SignatureAlgorithm::Es256;

/// The test key that a portal's call carries. Where they are not allowed, it is a key that nobody made.
pub(super) fn presented(front: &Front, request: &Request) -> Option<TestKey> {
    let key = TestKey::parse(request.headers.bearer()?)?;
    front.config.test_keys.then_some(key)
}

/// Whether a page of this origin may show such a login: some tenant's, or one of this machine.
pub(super) async fn allows(front: &Front, page: &Origin) -> Result<bool, Refusal> {
    if front.config.test_keys && page.is_loopback() {
        return Ok(true);
    }
    tenants::is_known_origin(&front.env, page)
        .await
        .map_err(Refusal::Internal)
}

pub(super) async fn carry_out(
    front: &Front,
    key: TestKey,
    path: portal::Path<'_>,
    request: &Request,
) -> Answer {
    match path {
        portal::Path::Transactions => open(front, key, request).await,
        portal::Path::Redeem(id) => redeem(front, key, id, request).await,
        portal::Path::Introspect => introspect(front, request).await,
        // No account is behind it.
        _ => Err(ProblemType::NotFound.into()),
    }
}

async fn open(front: &Front, key: TestKey, request: &Request) -> Answer {
    let asked: OpenTransactionRequest = request.json()?;
    if !allows(front, &asked.origin).await? {
        return Err(ProblemType::OriginNotAllowed.into());
    }
    let mut entropy = entropy::fresh()?;
    let login = TestLogin::open(key, asked, clock::now(), &mut entropy)?;
    let body = login.to_response(&front.config.keys, &mut entropy)?;
    Ok(response::json(201, &body, None))
}

async fn redeem(front: &Front, key: TestKey, id: &str, request: &Request) -> Answer {
    let id = TransactionId::parse(id).map_err(|_| ProblemType::NotFound)?;
    let asked: RedeemRequest = request.json()?;
    let signing = signing::known_for(&front.env, &front.config, &asked.assertion).await?;
    let claims = signing
        .verify(ALGORITHM, TokenType::Assertion, &asked.assertion)
        .await
        .map_err(|f| Refusal::Internal(f.0))?;
    let claims = claims.ok_or_else(|| Refusal::from(ProblemType::NotFound))?;
    let (mut response, session) = key.redeem(&id, claims, clock::now(), &mut entropy::fresh()?)?;
    let token = signing.sign(&front.config.keys, ALGORITHM, TokenType::Session, &session);
    response.session_token = Some(token.await.map_err(|f| Refusal::Internal(f.0))?);
    Ok(response::json(200, &response, None))
}

/// A session of a test key lives until its token ends.
async fn introspect(front: &Front, request: &Request) -> Answer {
    let asked: IntrospectRequest = request.json()?;
    let client_id = ClientId::parse(CLIENT_ID).map_err(|_| Refusal::Internal("a name of the test keys"))?;
    let signing = signing::known_for(&front.env, &front.config, &asked.token).await?;
    let verified = signing.verify(ALGORITHM, TokenType::Session, &asked.token);
    let claims: Option<SessionClaims> = verified.await.map_err(|f| Refusal::Internal(f.0))?;
    let claims = claims.filter(|c| c.are_of(&front.config.issuer, &client_id) && clock::now() < c.exp);
    let active = claims.is_some();
    Ok(response::json(200, &IntrospectResponse { active, claims }, None))
}

/// `None` where the ticket is of no test key.
pub(super) async fn exchange(
    front: &Front,
    page: &Origin,
    ticket: &str,
) -> Option<Result<ExchangeResponse, Refusal>> {
    if !front.config.test_keys {
        return None;
    }
    let login = TestLogin::from_ticket(&front.config.keys, ticket, clock::now())?;
    Some(match login.and_then(|login| of_page(login, page)) {
        Ok(login) => begin(front, &login).await,
        Err(refusal) => Err(refusal),
    })
}

async fn begin(front: &Front, login: &TestLogin) -> Result<ExchangeResponse, Refusal> {
    let secret = login.secret(&front.config.keys, &mut entropy::fresh()?)?;
    let view = view(front, login, login.is_complete()).await?;
    Ok(ExchangeResponse {
        secret,
        view,
        theme: None,
    })
}

/// `None` where the secret is of no test key.
pub(super) async fn act(
    front: &Front,
    page: &Origin,
    secret: &str,
    path: session::Path<'_>,
    request: &Request,
) -> Option<Result<View, Refusal>> {
    if !front.config.test_keys {
        return None;
    }
    let login = TestLogin::from_secret(&front.config.keys, secret, clock::now())?;
    Some(match login.and_then(|login| of_page(login, page)) {
        Ok(login) => answer(front, &login, path, request).await,
        Err(refusal) => Err(refusal),
    })
}

async fn answer(
    front: &Front,
    login: &TestLogin,
    path: session::Path<'_>,
    request: &Request,
) -> Result<View, Refusal> {
    match path {
        session::Path::Session | session::Path::Events => view(front, login, login.is_complete()).await,
        session::Path::Attempts => {
            let AttemptRequest { code, .. } = request.json()?;
            login.attempt(&code)?;
            view(front, login, true).await
        }
        session::Path::Finish if login.is_complete() => view(front, login, true).await,
        session::Path::Finish => Err(ProblemType::StepUpRequired.into()),
        _ => Err(ProblemType::NotFound.into()),
    }
}

fn of_page(login: TestLogin, page: &Origin) -> Result<TestLogin, Refusal> {
    if login.is_of(page) {
        Ok(login)
    } else {
        Err(ProblemType::OriginNotAllowed.into())
    }
}

async fn view(front: &Front, login: &TestLogin, complete: bool) -> Result<View, Refusal> {
    let mut view = login.view(complete, clock::now())?;
    if complete {
        let claims = login.claims(&front.config.issuer, clock::now(), &mut entropy::fresh()?)?;
        let signing = signing::known(&front.env, &front.config).await?;
        let assertion = signing.sign(&front.config.keys, ALGORITHM, TokenType::Assertion, &claims);
        view.assertion = Some(assertion.await.map_err(|f| Refusal::Internal(f.0))?);
    }
    Ok(view)
}
