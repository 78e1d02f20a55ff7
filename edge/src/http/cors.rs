//! Preflights (Fetch standard, CORS protocol). Exact origins, no credentials, never `*` where a ticket or a secret is used.

use pbx_2fa_shared::Origin;

use super::response::Response;

/// Short, so that an origin that was removed is refused soon.
const MAX_AGE: &str = "600";

/// For an origin that is some tenant's. Whose, the ticket or the secret of the call itself tells.
pub(crate) fn preflight(page: &Origin) -> Response {
    Response::empty(204, Some(page))
        .with_header("access-control-allow-methods", "GET, POST, PUT, DELETE")
        .with_header("access-control-allow-headers", "authorization, content-type")
        .with_header("access-control-max-age", MAX_AGE)
}
