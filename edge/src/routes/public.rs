//! What anybody may read: health, keys, the API's description, and whether a page is served.

use pbx_2fa_shared::{Problem, ProblemType, routes};
use pbx_2fa_verifier::Refusal;

use super::{Front, method_not_allowed, session};
use crate::http::request::{Method, Request};
use crate::http::response::{self, Response};
use crate::{signing, tenants};

#[derive(Debug, Clone, Copy)]
pub(super) enum Document {
    Health,
    Origin,
    Jwks,
    OpenApi,
}

const OPENAPI: &str = include_str!("../../openapi.json");

impl Document {
    pub(super) fn of(path: &str) -> Option<Self> {
        match path {
            routes::HEALTH => Some(Self::Health),
            routes::ORIGIN => Some(Self::Origin),
            routes::JWKS => Some(Self::Jwks),
            routes::OPENAPI => Some(Self::OpenApi),
            _ => None,
        }
    }
}

pub(super) async fn answer(front: &Front, document: Document, request: &Request) -> Response {
    if !matches!(request.method, Method::Get | Method::Head) {
        return method_not_allowed(&[Method::Get, Method::Head], None);
    }
    match document {
        Document::Health => health(front).await,
        Document::Origin => response::to_any_page(match session::page(front, request).await {
            Ok(_) => Response::empty(204, None),
            Err(refusal) => response::refusal(&refusal, None),
        }),
        Document::Jwks => match signing::known(&front.env, &front.config).await {
            Ok(keys) => response::public("application/jwk-set+json", keys.jwks()),
            Err(refusal) => response::refusal(&refusal, None),
        },
        Document::OpenApi => response::public("application/json", OPENAPI),
    }
}

/// Up, configured, able to reach its storage and to sign; otherwise why not, in words for the operator without any secret.
async fn health(front: &Front) -> Response {
    match serves(front).await {
        Ok(()) if front.config.test_keys => response::json(
            200,
            &serde_json::json!({ "status": "ok", "test_keys": "allowed" }),
            None,
        ),
        Ok(()) => response::json(200, &serde_json::json!({ "status": "ok" }), None),
        Err(fault) => {
            worker::console_error!("health: {fault}");
            response::problem(&Problem::new(ProblemType::Unavailable).with_detail(fault), None)
        }
    }
}

async fn serves(front: &Front) -> Result<(), String> {
    tenants::check_owners(&front.env, &front.config).await?;
    match signing::known(&front.env, &front.config).await {
        Ok(_) => Ok(()),
        Err(Refusal::Internal(fault)) => Err(fault.to_owned()),
        Err(_) => Err("the signing keys cannot be read".to_owned()),
    }
}
