//! Tenants' logos, for anybody's browser.

use pbx_2fa_shared::{ClientId, ProblemType};
use pbx_2fa_verifier::Refusal;
use pbx_2fa_verifier::theme::logo;

use super::{Front, method_not_allowed};
use crate::http::request::Method;
use crate::http::response::{self, Response};
use crate::tenants;

#[derive(Debug, Clone, Copy)]
pub(super) struct Path<'a> {
    client_id: &'a str,
    name: &'a str,
}

impl<'a> Path<'a> {
    pub(super) fn of(rest: &'a str) -> Option<Self> {
        let (client_id, name) = rest.strip_prefix('/')?.split_once('/')?;
        logo::is_name(name).then_some(Self { client_id, name })
    }
}

pub(super) async fn answer(front: &Front, path: Path<'_>, method: Method) -> Response {
    if !matches!(method, Method::Get | Method::Head) {
        return method_not_allowed(&[Method::Get, Method::Head], None);
    }
    match logo(front, path).await {
        Ok(png) => response::picture("image/png", png),
        Err(refusal) => response::refusal(&refusal, None),
    }
}

async fn logo(front: &Front, path: Path<'_>) -> Result<Vec<u8>, Refusal> {
    let client_id = ClientId::parse(path.client_id).map_err(|_| ProblemType::NotFound)?;
    let tenant = tenants::find(&front.env, &front.config, &client_id)
        .await
        .map_err(Refusal::Internal)?;
    let png = tenant.and_then(|tenant| tenant.record.logo(path.name));
    Ok(png.ok_or(ProblemType::NotFound)?.bytes)
}
