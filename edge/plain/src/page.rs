//! A page: its markup, and the policy that it is served with.

use pbx_2fa_shared::Origin;

use crate::html::{Html, document};
use crate::words::Words;

include!(concat!(env!("OUT_DIR"), "/style.rs"));

#[derive(Debug, Clone)]
pub struct Page {
    pub html: String,
    /// `Content-Security-Policy`: no script, no frame, nothing fetched, the one style, and forms to this service alone, but for
    /// the last one, which goes to the portal.
    pub policy: String,
}

impl Page {
    pub(crate) fn new(words: &Words, title: &str, body: Html, to: Option<&Origin>) -> Self {
        let to = to.map_or("", Origin::as_str);
        let space = if to.is_empty() { "" } else { " " };
        let policy = [
            "default-src 'none'; style-src ",
            STYLE_HASH,
            "; form-action 'self'",
            space,
            to,
            "; frame-ancestors 'none'; base-uri 'none'",
        ];
        Self {
            html: document(STYLE, words.tag(), title, body),
            policy: policy.concat(),
        }
    }
}
