//! Preflights (Fetch standard, CORS protocol). Exact origins, no credentials, never `*` where a ticket or a secret is used.

use pbx_2fa_shared::Origin;
use worker::{Headers, Response, ResponseBuilder, Result};

/// Short, so that an origin that was removed is refused soon.
const MAX_AGE: &str = "600";

/// For an origin that is some tenant's. Whose, the ticket or the secret of the call itself tells.
///
/// # Errors
/// Only where the platform fails.
pub(crate) fn preflight(page: &Origin) -> Result<Response> {
    let headers = Headers::new();
    headers.set("access-control-allow-origin", page.as_str())?;
    headers.set("access-control-allow-methods", "GET, POST, PUT, DELETE")?;
    headers.set("access-control-allow-headers", "authorization, content-type")?;
    headers.set("access-control-max-age", MAX_AGE)?;
    headers.set("vary", "Origin")?;
    Ok(ResponseBuilder::new()
        .with_status(204)
        .with_headers(headers)
        .empty())
}
