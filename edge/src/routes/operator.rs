//! The operator's calls: tenants and their API keys.

use pbx_2fa_shared::operator::TenantSettings;
use pbx_2fa_shared::{ClientId, KeyId, ProblemType};
use pbx_2fa_verifier::{Refusal, test_keys};

use super::{Front, method_not_allowed};
use crate::directory::{self, Answer, Question};
use crate::http::request::{Method, Request};
use crate::http::response::{self, Response};
use crate::tenants;

#[derive(Debug, Clone, Copy)]
pub(super) enum Path<'a> {
    Tenant(&'a str),
    Keys(&'a str),
    Key(&'a str, &'a str),
}

impl<'a> Path<'a> {
    pub(super) fn of(rest: &'a str) -> Option<Self> {
        let segments: Vec<&str> = rest.strip_prefix('/')?.split('/').collect();
        match segments.as_slice() {
            [client] => Some(Self::Tenant(client)),
            [client, "api-keys"] => Some(Self::Keys(client)),
            [client, "api-keys", key] => Some(Self::Key(client, key)),
            _ => None,
        }
    }

    const fn methods(self) -> &'static [Method] {
        match self {
            Self::Tenant(_) => &[Method::Get, Method::Put],
            Self::Keys(_) => &[Method::Post],
            Self::Key(..) => &[Method::Delete],
        }
    }
}

pub(super) async fn answer(front: &Front, path: Path<'_>, request: &Request) -> Response {
    let method = request.method;
    if !path.methods().contains(&method) {
        return method_not_allowed(path.methods(), None);
    }
    match question(front, path, request) {
        Ok(question) => tell(front, question).await,
        Err(refusal) => response::refusal(&refusal, None),
    }
}

fn question(front: &Front, path: Path<'_>, request: &Request) -> Result<Question, Refusal> {
    authorize(front, request)?;
    let client = |text: &str| ClientId::parse(text).map_err(|e| client_id_refused(&e.to_string()));
    match path {
        Path::Tenant(id) if request.method == Method::Get => Ok(Question::Tenant(client(id)?)),
        Path::Tenant(id) => {
            let client_id = client(id)?;
            if client_id.as_str() == test_keys::CLIENT_ID {
                return Err(client_id_refused("expected another than that of the test keys"));
            }
            let settings: TenantSettings = request.json()?;
            Ok(Question::Put {
                client_id,
                settings: Box::new(settings),
            })
        }
        Path::Keys(id) => Ok(Question::AddKey(client(id)?)),
        Path::Key(id, key) => {
            let key = KeyId::parse(key).map_err(|_| ProblemType::NotFound)?;
            Ok(Question::DeleteKey {
                client_id: client(id)?,
                key,
            })
        }
    }
}

/// # Errors
/// `browser-not-allowed`, `unauthorized`.
pub(super) fn authorize(front: &Front, request: &Request) -> Result<(), Refusal> {
    request.headers.refuse_browsers()?;
    let key = request.headers.bearer().ok_or(ProblemType::Unauthorized)?;
    if front.config.is_operator(key) {
        Ok(())
    } else {
        Err(ProblemType::Unauthorized.into())
    }
}

async fn tell(front: &Front, question: Question) -> Response {
    let changed = match &question {
        Question::Put { client_id, .. }
        | Question::AddKey(client_id)
        | Question::DeleteKey { client_id, .. } => Some(client_id.clone()),
        _ => None,
    };
    let answer = directory::ask(&front.env, &question).await;
    if let Some(client_id) = changed {
        tenants::forget(&client_id);
    }
    match answer {
        Ok(Answer::Tenant(Some(record))) => response::json(200, &record.to_response(), None),
        Ok(Answer::Tenant(None)) => response::refusal(&ProblemType::NotFound.into(), None),
        Ok(Answer::Put(tenant)) => response::json(200, &tenant, None),
        Ok(Answer::KeyAdded(added)) => response::json(201, &added.0, None),
        Ok(Answer::KeyDeleted) => Response::empty(204, None),
        Ok(Answer::Refused(refusal)) => response::refusal(&refusal, None),
        Ok(Answer::Owners(_) | Answer::KnownOrigin(_) | Answer::SigningKeys(_) | Answer::Resealed(_)) => {
            response::refusal(&Refusal::Internal("the directory answered something else"), None)
        }
        Err(fault) => response::refusal(&Refusal::Internal(fault), None),
    }
}

fn client_id_refused(why: &str) -> Refusal {
    Refusal::Explained {
        problem: ProblemType::InvalidRequest,
        detail: format!("client_id: {why}"),
    }
}
