//! Web origins: what is taken for one is, to the letter, what a browser that shows such a page sends (WHATWG URL).

use pbx_2fa_shared::Origin;
use url::{Host, Url};

use crate::text;

pub fn origin(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let Ok(origin) = Origin::parse(text) else { return };
    assert_eq!(origin.as_str(), text);
    let url = match Url::parse(text) {
        Ok(url) => url,
        // Whether a label in Punycode stands for a name is not asked: no browser shows such a page.
        Err(_) if text.contains("xn--") => return,
        Err(error) => panic!("no browser can be at {text}: {error}"),
    };
    assert_eq!(url.origin().ascii_serialization(), text, "as a browser sends it");
    assert!(is_secure(&url), "{text} is neither TLS nor this machine");
}

/// TLS, or a host that browsers trust without (Secure Contexts, "potentially trustworthy origin").
pub(crate) fn is_secure(url: &Url) -> bool {
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => true,
        ("http", Some(Host::Ipv4(address))) => address.is_loopback(),
        ("http", Some(Host::Domain(name))) => name == "localhost" || name.ends_with(".localhost"),
        _ => false,
    }
}
