//! The operator's calls about the keys that sign tokens.

use pbx_2fa_shared::signing_keys::RotateSigningKeyRequest;
use pbx_2fa_shared::{ProblemType, SigningKeyId};
use pbx_2fa_verifier::Refusal;
use pbx_2fa_verifier::signing_keys::Rotation;

use super::{Front, method_not_allowed, operator};
use crate::directory::signing_keys::{KeysQuestion, ask};
use crate::http::request::{Method, Request};
use crate::http::response::{self, Response};
use crate::{clock, signing};

#[derive(Debug, Clone, Copy)]
pub(super) enum Path<'a> {
    All,
    Rotate,
    Key(&'a str),
}

impl<'a> Path<'a> {
    pub(super) fn of(rest: &'a str) -> Option<Self> {
        let segments: Vec<&str> = rest.split('/').skip(1).collect();
        match segments.as_slice() {
            [] => Some(Self::All),
            ["rotate"] => Some(Self::Rotate),
            [kid] if !kid.is_empty() => Some(Self::Key(kid)),
            _ => None,
        }
    }

    const fn methods(self) -> &'static [Method] {
        match self {
            Self::All => &[Method::Get],
            Self::Rotate => &[Method::Post],
            Self::Key(_) => &[Method::Delete],
        }
    }
}

pub(super) async fn answer(front: &Front, path: Path<'_>, request: &Request) -> Response {
    if !path.methods().contains(&request.method) {
        return method_not_allowed(path.methods(), None);
    }
    let answer = match path {
        Path::All => all(front, request).await,
        Path::Rotate => rotate(front, request).await,
        Path::Key(kid) => remove(front, kid, request).await,
    };
    answer.unwrap_or_else(|refusal| response::refusal(&refusal, None))
}

async fn all(front: &Front, request: &Request) -> Result<Response, Refusal> {
    operator::authorize(front, request)?;
    signing::known(&front.env, &front.config).await?;
    // Not as this isolate knows them: as they are.
    let keys = ask(&front.env, KeysQuestion::All).await?.keys;
    Ok(response::json(200, &keys.to_response(clock::now()), None))
}

async fn rotate(front: &Front, request: &Request) -> Result<Response, Refusal> {
    operator::authorize(front, request)?;
    let asked: RotateSigningKeyRequest = request.json()?;
    signing::known(&front.env, &front.config).await?;
    let rotation = if asked.at_once {
        Rotation::AtOnce
    } else {
        Rotation::AfterPublication
    };
    let offer = signing::make(&front.config, asked.alg).await?;
    let answer = ask(&front.env, KeysQuestion::Rotate { rotation, offer }).await;
    signing::forget();
    Ok(response::json(200, &answer?.keys.to_response(clock::now()), None))
}

async fn remove(front: &Front, kid: &str, request: &Request) -> Result<Response, Refusal> {
    operator::authorize(front, request)?;
    let kid = SigningKeyId::parse(kid).map_err(|_| ProblemType::NotFound)?;
    let answer = ask(&front.env, KeysQuestion::Remove(kid)).await;
    signing::forget();
    answer.map(|_| Response::empty(204, None))
}
