//! The portal backend's calls, by API key.

use std::rc::Rc;

use pbx_2fa_shared::delivery::DeliveryRequest;
use pbx_2fa_shared::operator::FirstEnrollment;
use pbx_2fa_shared::portal::{OpenTransactionRequest, RedeemRequest};
use pbx_2fa_shared::{AuthenticatorId, ChallengeId, ProblemType, Subject, TransactionId, routes};
use pbx_2fa_verifier::account::{HelpDeskAct, Opened};
use pbx_2fa_verifier::api_key::PresentedKey;
use pbx_2fa_verifier::handle::{AccountKey, TransactionHandle};
use pbx_2fa_verifier::idempotency::{IdempotencyKey, request_digest};
use pbx_2fa_verifier::{Command, Opening, Outcome, Refusal, Reply};

use super::{Front, method_not_allowed, rest, sessions, test_keys};
use crate::delivery;
use crate::http::request::{self, Method, Request};
use crate::http::response::{self, Response};
use crate::owner::{self, OwnerCall, TrailCall};
use crate::signing::{self, TokenType};
use crate::tenants::{self, KnownTenant};
use crate::{clock, entropy};

#[derive(Debug, Clone, Copy)]
pub(super) enum Path<'a> {
    Transactions,
    Ticket(&'a str),
    Redeem(&'a str),
    Subject(&'a str),
    Events(&'a str),
    Authenticator(&'a str, &'a str),
    Unlock(&'a str),
    Reset(&'a str),
    Bypass(&'a str),
    Revoke(&'a str),
    Delivery(&'a str, &'a str),
    Introspect,
}

pub(super) type Answer = Result<Response, Refusal>;

impl<'a> Path<'a> {
    pub(super) fn of(path: &'a str) -> Option<Self> {
        if let Some(subject) = path
            .strip_prefix(routes::SUBJECTS)
            .and_then(|r| r.strip_prefix('/'))
        {
            let segments: Vec<&str> = subject.split('/').collect();
            return match segments.as_slice() {
                [subject] => Some(Self::Subject(subject)),
                [subject, "events"] => Some(Self::Events(subject)),
                [subject, "unlock"] => Some(Self::Unlock(subject)),
                [subject, "reset"] => Some(Self::Reset(subject)),
                [subject, "bypass"] => Some(Self::Bypass(subject)),
                [subject, "sessions", "revoke"] => Some(Self::Revoke(subject)),
                [subject, "challenges", id, "delivery"] => Some(Self::Delivery(subject, id)),
                [subject, "authenticators", id] => Some(Self::Authenticator(subject, id)),
                _ => None,
            };
        }
        if path == routes::INTROSPECT {
            return Some(Self::Introspect);
        }
        let rest = rest(path, routes::TRANSACTIONS)?;
        let segments: Vec<&str> = rest.split('/').skip(1).collect();
        match segments.as_slice() {
            [] => Some(Self::Transactions),
            [id, "ticket"] => Some(Self::Ticket(id)),
            [id, "redeem"] => Some(Self::Redeem(id)),
            _ => None,
        }
    }

    const fn methods(self) -> &'static [Method] {
        match self {
            Self::Subject(_) | Self::Events(_) => &[Method::Get],
            Self::Authenticator(..) => &[Method::Delete],
            Self::Delivery(..) => &[Method::Put],
            _ => &[Method::Post],
        }
    }
}

pub(super) async fn answer(front: &Front, path: Path<'_>, request: &Request) -> Response {
    if !path.methods().contains(&request.method) {
        return method_not_allowed(path.methods(), None);
    }
    match carry_out(front, path, request).await {
        Ok(response) => response,
        Err(refusal) => response::refusal(&refusal, None),
    }
}

async fn carry_out(front: &Front, path: Path<'_>, request: &Request) -> Answer {
    request.headers.refuse_browsers()?;
    if let Some(key) = test_keys::presented(front, request) {
        return test_keys::carry_out(front, key, path, request).await;
    }
    let tenant = authenticate(front, request).await?;
    match path {
        Path::Transactions => open(front, &tenant, request).await,
        Path::Ticket(id) => renew(front, &tenant, id).await,
        Path::Redeem(id) => redeem(front, &tenant, id, request).await,
        Path::Subject(subject) => {
            let subject = named(subject)?;
            about(front, &tenant, &subject, Command::Status).await
        }
        Path::Events(subject) => events(front, &tenant, subject, request).await,
        Path::Authenticator(subject, id) => {
            let authenticator = AuthenticatorId::parse(id).map_err(|_| ProblemType::NotFound)?;
            help(
                front,
                &tenant,
                subject,
                HelpDeskAct::Remove { authenticator },
                request,
            )
            .await
        }
        Path::Unlock(subject) => help(front, &tenant, subject, HelpDeskAct::Unlock, request).await,
        Path::Reset(subject) => help(front, &tenant, subject, HelpDeskAct::Reset, request).await,
        Path::Bypass(subject) => bypass(front, &tenant, subject, request).await,
        Path::Revoke(subject) => sessions::revoke(front, &tenant, subject, request).await,
        Path::Delivery(subject, id) => report(front, &tenant, subject, id, request).await,
        Path::Introspect => sessions::introspect(front, &tenant, request).await,
    }
}

/// Whose key it is. A made-up one is refused without asking anybody.
async fn authenticate(front: &Front, request: &Request) -> Result<Rc<KnownTenant>, Refusal> {
    let key = request.headers.bearer().ok_or(ProblemType::Unauthorized)?;
    let key = PresentedKey::parse(&front.config.keys, key).ok_or(ProblemType::Unauthorized)?;
    let tenant = tenants::find(&front.env, &front.config, &key.client_id)
        .await
        .map_err(Refusal::Internal)?;
    let tenant = tenant.filter(|t| t.record.accepts(&key));
    tenant.ok_or_else(|| ProblemType::Unauthorized.into())
}

/// Stores nothing, unless the portal wants its repetition to be recognised.
async fn open(front: &Front, tenant: &Rc<KnownTenant>, request: &Request) -> Answer {
    let key = idempotency_key(front, tenant, request)?;
    let body = request.json_text()?;
    let asked: OpenTransactionRequest = request::parse(body)?;
    if !tenant.record.allows(&asked.origin) {
        return Err(ProblemType::OriginNotAllowed.into());
    }
    let mut entropy = entropy::fresh()?;
    let mut opening = Opening::new(&tenant.tenant, asked, clock::now(), &mut entropy)?;
    if let Some(key) = key {
        let opened = Opened {
            transaction: opening.transaction,
            ticket: opening.ticket,
            opened_at: opening.opened_at,
        };
        let request = request_digest(&front.config.keys, body)?;
        let command = Command::Remember {
            key: key.0,
            request,
            opened,
        };
        let account = opening.account();
        let reply = ask(front, tenant, account, Some(opening.subject.clone()), command).await?;
        let Reply::Opened(first) = reply else {
            return Err(unexpected());
        };
        opening = opening.as_opened(first);
    }
    let body = opening.to_response(&front.config.keys, &mut entropy)?;
    Ok(response::json(201, &body, None))
}

async fn renew(front: &Front, tenant: &Rc<KnownTenant>, id: &str) -> Answer {
    let handle = transaction(front, tenant, id)?;
    let command = Command::Renew {
        transaction: handle.transaction,
    };
    let Reply::Renewed(opening) = ask(front, tenant, handle.account, None, command).await? else {
        return Err(unexpected());
    };
    let body = opening.to_response(&front.config.keys, &mut entropy::fresh()?)?;
    Ok(response::json(200, &body, None))
}

async fn redeem(front: &Front, tenant: &Rc<KnownTenant>, id: &str, request: &Request) -> Answer {
    let handle = transaction(front, tenant, id)?;
    let key = idempotency_key(front, tenant, request)?.map(|k| k.0);
    let asked: RedeemRequest = request.json()?;
    let algorithm = tenant.tenant.policy.signature;
    let signing = signing::known_for(&front.env, &front.config, &asked.assertion).await?;
    let claims = signing
        .verify(algorithm, TokenType::Assertion, &asked.assertion)
        .await
        .map_err(|f| Refusal::Internal(f.0))?;
    let claims = Box::new(claims.ok_or_else(|| Refusal::from(ProblemType::NotFound))?);
    let command = Command::Redeem {
        transaction: handle.transaction,
        claims,
        key,
    };
    let Reply::Redeemed {
        mut response,
        session,
    } = ask(front, tenant, handle.account, None, command).await?
    else {
        return Err(unexpected());
    };
    if let Some(session) = session {
        let token = signing.sign(&front.config.keys, algorithm, TokenType::Session, &session);
        let token = token.await;
        response.session_token = Some(token.map_err(|f| Refusal::Internal(f.0))?);
    }
    Ok(response::json(200, &response, None))
}

/// The help desk acts; the answer is what a look at the subject shows then.
async fn help(
    front: &Front,
    tenant: &Rc<KnownTenant>,
    subject: &str,
    act: HelpDeskAct,
    request: &Request,
) -> Answer {
    let subject = named(subject)?;
    let by = request.json()?;
    about(front, tenant, &subject, Command::HelpDesk { by, act }).await
}

/// A code for one login. Where first methods are set up by invitation the subject may be new: the code is the invitation.
async fn bypass(front: &Front, tenant: &Rc<KnownTenant>, subject: &str, request: &Request) -> Answer {
    let subject = named(subject)?;
    let by = request.json()?;
    let account = AccountKey::of(&tenant.tenant.client_id, &subject);
    let command = Command::Bypass { by };
    let by_invitation = tenant.tenant.policy.first_enrollment == FirstEnrollment::ByInvitation;
    let invited = by_invitation.then_some(subject);
    let Reply::Bypass(given) = ask(front, tenant, account, invited, command).await? else {
        return Err(unexpected());
    };
    Ok(response::json(201, &given, None))
}

/// A look at the subject, or at what a command made of it.
pub(super) async fn about(
    front: &Front,
    tenant: &Rc<KnownTenant>,
    subject: &Subject,
    command: Command,
) -> Answer {
    let account = AccountKey::of(&tenant.tenant.client_id, subject);
    let Reply::Status(status) = ask(front, tenant, account, None, command).await? else {
        return Err(unexpected());
    };
    Ok(response::json(200, &status, None))
}

/// The gateway's news of a code.
async fn report(
    front: &Front,
    tenant: &Rc<KnownTenant>,
    subject: &str,
    id: &str,
    request: &Request,
) -> Answer {
    let challenge = ChallengeId::parse(id).map_err(|_| ProblemType::NotFound)?;
    let subject = named(subject)?;
    let DeliveryRequest { delivery } = request.json()?;
    let command = Command::Report {
        challenge,
        report: delivery,
    };
    let account = AccountKey::of(&tenant.tenant.client_id, &subject);
    match ask(front, tenant, account, None, command).await? {
        Reply::Noted => Ok(Response::empty(204, None)),
        _ => Err(unexpected()),
    }
}

async fn events(front: &Front, tenant: &KnownTenant, subject: &str, request: &Request) -> Answer {
    let call = TrailCall {
        account: AccountKey::of(&tenant.tenant.client_id, &named(subject)?),
        client_id: tenant.tenant.client_id.clone(),
        after: request.number("after")?.unwrap_or_default(),
    };
    let page = owner::ask_trail(&front.env, &front.config, &call).await?;
    Ok(response::json(200, &page, None))
}

/// A subject, as a path names it.
pub(super) fn named(subject: &str) -> Result<Subject, Refusal> {
    let subject = js_sys::decode_uri_component(subject)
        .ok()
        .map(String::from)
        .unwrap_or_default();
    Subject::parse(subject).map_err(|_| ProblemType::NotFound.into())
}

pub(super) async fn ask(
    front: &Front,
    tenant: &Rc<KnownTenant>,
    account: AccountKey,
    subject: Option<Subject>,
    command: Command,
) -> Result<Reply, Refusal> {
    let call = OwnerCall {
        account,
        tenant: tenant.tenant.clone(),
        subject,
        command,
    };
    let Outcome {
        reply, deliver, news, ..
    } = owner::ask(&front.env, &front.config, &call).await;
    delivery::send(front, tenant, deliver, news);
    reply
}

/// Another tenant's id is no id here.
fn transaction(front: &Front, tenant: &Rc<KnownTenant>, id: &str) -> Result<TransactionHandle, Refusal> {
    let id = TransactionId::parse(id).map_err(|_| ProblemType::NotFound)?;
    let handle = TransactionHandle::decode(&front.config.keys, &tenant.tenant.client_id, &id);
    handle.ok_or_else(|| ProblemType::NotFound.into())
}

fn idempotency_key(
    front: &Front,
    tenant: &Rc<KnownTenant>,
    request: &Request,
) -> Result<Option<IdempotencyKey>, Refusal> {
    let text = request.headers.idempotency_key.as_deref();
    text.map(|text| IdempotencyKey::of(&front.config.keys, &tenant.tenant.client_id, text))
        .transpose()
}

pub(super) fn unexpected() -> Refusal {
    Refusal::Internal("the owner object answered something else")
}
