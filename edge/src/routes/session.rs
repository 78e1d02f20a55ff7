//! The widget's calls: a ticket first, then the page's secret; always from one of the tenant's pages.

use std::rc::Rc;

use pbx_2fa_shared::session::{
    AttemptRequest, ChallengeRequest, ConfirmRequest, Delivery, EnrollRequest, ExchangeRequest,
    ExchangeResponse, FinishRequest, PrimaryRequest, RecoveryCodesRequest, View,
};
use pbx_2fa_shared::{AuthenticatorId, ClientId, EnrollmentId, Origin, ProblemType};
use pbx_2fa_verifier::account::Act;
use pbx_2fa_verifier::claims::AssertionClaims;
use pbx_2fa_verifier::handle::SessionHandle;
use pbx_2fa_verifier::theme::Medium;
use pbx_2fa_verifier::{Command, Opening, Outcome, Refusal, Reply};

use super::{Front, method_not_allowed, test_keys};
use crate::delivery;
use crate::http::cors;
use crate::http::request::{Method, Request};
use crate::http::response::{self, Response};
use crate::owner::{self, OwnerCall, WatchCall};
use crate::signing::{self, TokenType};
use crate::tenants::{self, KnownTenant};

#[derive(Debug, Clone, Copy)]
pub(super) enum Path<'a> {
    Session,
    Events,
    Challenges,
    Attempts,
    Finish,
    Enrollments,
    Confirm(&'a str),
    Primary,
    Authenticator(&'a str),
    RecoveryCodes,
}

impl<'a> Path<'a> {
    pub(super) fn of(rest: &'a str) -> Option<Self> {
        let segments: Vec<&str> = rest.split('/').skip(1).collect();
        match segments.as_slice() {
            [] => Some(Self::Session),
            ["events"] => Some(Self::Events),
            ["challenges"] => Some(Self::Challenges),
            ["attempts"] => Some(Self::Attempts),
            ["finish"] => Some(Self::Finish),
            ["enrollments"] => Some(Self::Enrollments),
            ["enrollments", id, "confirm"] => Some(Self::Confirm(id)),
            ["primary"] => Some(Self::Primary),
            ["recovery-codes"] => Some(Self::RecoveryCodes),
            ["authenticators", id] => Some(Self::Authenticator(id)),
            _ => None,
        }
    }

    const fn methods(self) -> &'static [Method] {
        match self {
            Self::Session => &[Method::Get, Method::Post],
            Self::Events => &[Method::Get],
            Self::Primary => &[Method::Put],
            Self::Authenticator(_) => &[Method::Delete],
            _ => &[Method::Post],
        }
    }
}

/// What the widget is told.
enum Told {
    Exchanged(Box<ExchangeResponse>),
    View(Box<View>),
}

pub(super) async fn answer(front: &Front, path: Path<'_>, request: &Request) -> Response {
    let page = match page(front, request).await {
        Ok(page) => page,
        Err(refusal) => return response::refusal(&refusal, None),
    };
    let method = request.method;
    if method == Method::Options {
        return cors::preflight(&page);
    }
    if !path.methods().contains(&method) {
        return method_not_allowed(path.methods(), Some(&page));
    }
    let told = if matches!(path, Path::Session) && method == Method::Post {
        exchange(front, &page, request).await
    } else {
        act(front, path, &page, request).await
    };
    match told {
        Ok(Told::Exchanged(body)) => response::json(200, &body, Some(&page)),
        Ok(Told::View(body)) => response::json(200, &body, Some(&page)),
        Err(refusal) => response::refusal(&refusal, Some(&page)),
    }
}

/// The page's origin: some tenant's, or of a test on this machine; else nothing is read or answered to it.
pub(crate) async fn page(front: &Front, request: &Request) -> Result<Origin, Refusal> {
    let origin = request.headers.page()?;
    if test_keys::allows(front, &origin).await? {
        Ok(origin)
    } else {
        Err(ProblemType::OriginNotAllowed.into())
    }
}

async fn exchange(front: &Front, page: &Origin, request: &Request) -> Result<Told, Refusal> {
    let ExchangeRequest { ticket } = request.json()?;
    if let Some(begun) = test_keys::exchange(front, page, &ticket).await {
        return begun.map(|begun| Told::Exchanged(Box::new(begun)));
    }
    let opening = Opening::from_ticket(&front.config.keys, &ticket).ok_or(ProblemType::Unauthorized)?;
    let begun = begin(front, page, opening).await?;
    Ok(Told::Exchanged(Box::new(begun)))
}

/// A page hands in a ticket, and gets the secret by which it goes on.
pub(crate) async fn begin(
    front: &Front,
    page: &Origin,
    opening: Opening,
) -> Result<ExchangeResponse, Refusal> {
    let tenant = tenant_of_page(front, &opening.client_id, page).await?;
    let (account, transaction) = (opening.account(), opening.transaction);
    let subject = Some(opening.subject.clone());
    let command = Command::Exchange {
        opening: Box::new(opening),
        origin: page.clone(),
    };
    let call = OwnerCall {
        account,
        tenant: tenant.tenant.clone(),
        subject,
        command,
    };
    let Reply::Exchanged { secret, view, claims } = ask(front, &tenant, &call).await? else {
        return Err(Refusal::Internal("the owner object answered something else"));
    };
    let client_id = tenant.tenant.client_id.clone();
    let secret = SessionHandle {
        client_id,
        account,
        transaction,
        secret,
    }
    .encode(&front.config.keys)?;
    let view = *signed(front, &tenant, view, claims).await?;
    let theme = tenant.record.sheet(Medium::Element(&front.config.issuer));
    Ok(ExchangeResponse { secret, view, theme })
}

async fn act(front: &Front, path: Path<'_>, page: &Origin, request: &Request) -> Result<Told, Refusal> {
    let secret = request.headers.bearer().ok_or(ProblemType::Unauthorized)?;
    if let Some(view) = test_keys::act(front, page, secret, path, request).await {
        return view.map(|view| Told::View(Box::new(view)));
    }
    let admitted = admit(front, page, secret).await?;
    let view = if matches!(path, Path::Events) {
        watch(front, page, admitted, request.word("since")?).await?
    } else {
        carry_out(front, page, admitted, asked(path, request)?).await?
    };
    Ok(Told::View(view))
}

/// A secret that was made here, and the tenant whose page may bring it.
pub(crate) struct Admitted {
    handle: SessionHandle,
    pub(crate) tenant: Rc<KnownTenant>,
}

/// Whether the secret is still the page's, the account says.
pub(crate) async fn admit(front: &Front, page: &Origin, secret: &str) -> Result<Admitted, Refusal> {
    let handle = SessionHandle::decode(&front.config.keys, secret).ok_or(ProblemType::Unauthorized)?;
    let tenant = tenant_of_page(front, &handle.client_id, page).await?;
    Ok(Admitted { handle, tenant })
}

pub(crate) async fn carry_out(
    front: &Front,
    page: &Origin,
    admitted: Admitted,
    act: Act,
) -> Result<Box<View>, Refusal> {
    let (call, tenant) = call(page, admitted, act);
    let reply = ask(front, &tenant, &call).await?;
    shown(front, &tenant, reply).await
}

/// The view, once the delivery is another than the page knows.
async fn watch(
    front: &Front,
    page: &Origin,
    admitted: Admitted,
    known: Delivery,
) -> Result<Box<View>, Refusal> {
    let (call, tenant) = call(page, admitted, Act::Look);
    let outcome = owner::watch(&front.env, &front.config, WatchCall { call, known }).await;
    let reply = sent(front, &tenant, outcome)?;
    shown(front, &tenant, reply).await
}

fn call(page: &Origin, Admitted { handle, tenant }: Admitted, act: Act) -> (OwnerCall, Rc<KnownTenant>) {
    let SessionHandle {
        account,
        transaction,
        secret,
        ..
    } = handle;
    let call = OwnerCall {
        account,
        tenant: tenant.tenant.clone(),
        subject: None,
        command: Command::Session {
            transaction,
            secret,
            origin: page.clone(),
            act,
        },
    };
    (call, tenant)
}

async fn shown(front: &Front, tenant: &KnownTenant, reply: Reply) -> Result<Box<View>, Refusal> {
    let Reply::View { view, claims } = reply else {
        return Err(Refusal::Internal("the owner object answered something else"));
    };
    signed(front, tenant, view, claims).await
}

fn asked(path: Path<'_>, request: &Request) -> Result<Act, Refusal> {
    Ok(match path {
        Path::Session | Path::Events => Act::Look,
        Path::Challenges => {
            let ChallengeRequest { authenticator } = request.json()?;
            Act::Challenge { authenticator }
        }
        Path::Attempts => {
            let AttemptRequest { challenge, code } = request.json()?;
            Act::Attempt { challenge, code }
        }
        Path::Finish => {
            let FinishRequest {} = request.json()?;
            Act::Finish
        }
        Path::Enrollments => {
            let enrollment: EnrollRequest = request.json()?;
            Act::Enroll(enrollment)
        }
        Path::Confirm(id) => {
            let enrollment = EnrollmentId::parse(id).map_err(|_| ProblemType::NotFound)?;
            let ConfirmRequest { code } = request.json()?;
            Act::Confirm { enrollment, code }
        }
        Path::Primary => {
            let PrimaryRequest { authenticator } = request.json()?;
            Act::SetPrimary { authenticator }
        }
        Path::Authenticator(id) => {
            let authenticator = AuthenticatorId::parse(id).map_err(|_| ProblemType::NotFound)?;
            Act::Remove { authenticator }
        }
        Path::RecoveryCodes => {
            let RecoveryCodesRequest {} = request.json()?;
            Act::IssueRecoveryCodes
        }
    })
}

async fn tenant_of_page(
    front: &Front,
    client_id: &ClientId,
    page: &Origin,
) -> Result<Rc<KnownTenant>, Refusal> {
    let tenant = tenants::find(&front.env, &front.config, client_id)
        .await
        .map_err(Refusal::Internal)?;
    let tenant = tenant.ok_or(ProblemType::Unauthorized)?;
    if tenant.record.allows(page) {
        Ok(tenant)
    } else {
        Err(ProblemType::OriginNotAllowed.into())
    }
}

/// Asks the owner; the codes and the news that it hands out are sent after this answer, without keeping it waiting.
async fn ask(front: &Front, tenant: &Rc<KnownTenant>, call: &OwnerCall) -> Result<Reply, Refusal> {
    let outcome = owner::ask(&front.env, &front.config, call).await;
    sent(front, tenant, outcome)
}

fn sent(front: &Front, tenant: &Rc<KnownTenant>, outcome: Outcome) -> Result<Reply, Refusal> {
    let Outcome {
        reply, deliver, news, ..
    } = outcome;
    delivery::send(front, tenant, deliver, news);
    reply
}

/// Signs the assertion of a view that has one. The account has it stored already, so a signature that is lost on the
/// way is simply made again.
async fn signed(
    front: &Front,
    tenant: &KnownTenant,
    mut view: Box<View>,
    claims: Option<Box<AssertionClaims>>,
) -> Result<Box<View>, Refusal> {
    if let Some(claims) = claims {
        let algorithm = tenant.tenant.policy.signature;
        let signing = signing::known(&front.env, &front.config).await?;
        let assertion = signing.sign(&front.config.keys, algorithm, TokenType::Assertion, &claims);
        let assertion = assertion.await;
        view.assertion = Some(assertion.map_err(|f| Refusal::Internal(f.0))?);
    }
    Ok(view)
}
