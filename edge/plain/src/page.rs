//! A page: its markup, and the policy that it is served with.

use base64ct::{Base64, Encoding};
use pbx_2fa_shared::Origin;
use sha2::{Digest, Sha256};

use crate::html::{Html, document};
use crate::words::Words;

include!(concat!(env!("OUT_DIR"), "/style.rs"));

#[derive(Debug, Clone)]
pub struct Page {
    pub html: String,
    /// `Content-Security-Policy`: no script, no frame, nothing fetched but a tenant's logo, no style but our own, and forms to this service alone, but for
    /// the last one, which goes to the portal.
    pub policy: String,
}

impl Page {
    /// `theme` is a style sheet of the tenant's, over the one of all.
    pub(crate) fn new(
        words: &Words,
        title: &str,
        body: Html,
        to: Option<&Origin>,
        theme: Option<&str>,
    ) -> Self {
        let to = to.map_or("", Origin::as_str);
        let space = if to.is_empty() { "" } else { " " };
        let policy = [
            "default-src 'none'; style-src ",
            STYLE_HASH,
            &theme.map(allowed).unwrap_or_default(),
            "; form-action 'self'",
            space,
            to,
            "; frame-ancestors 'none'; base-uri 'none'",
        ];
        Self {
            html: document(&[STYLE, theme.unwrap_or_default()], words.tag(), title, body),
            policy: policy.concat(),
        }
    }
}

/// What a page with a theme may have besides: that style, and a logo.
fn allowed(theme: &str) -> String {
    let hash = Base64::encode_string(&Sha256::digest(theme));
    format!(" 'sha256-{hash}'; img-src 'self'")
}
