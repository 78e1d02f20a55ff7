//! What the pages without script are sent, and where a login without script ends: read as browsers write it (WHATWG URL).

use pbx_2fa_plain::{Fields, Form};
use pbx_2fa_shared::{Origin, ReturnTo};
use url::{Url, form_urlencoded};

use crate::text;

pub fn forms(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let pairs: Vec<_> = form_urlencoded::parse(text.as_bytes()).collect();
    let value = |name: &str| {
        pairs
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_ref())
    };
    if let Ok(ticket) = Fields::parse(text).and_then(Fields::ticket) {
        assert_eq!(pairs.len(), 1, "a ticket and nothing else");
        assert_eq!(value("ticket"), Some(ticket.as_str()));
    }
    for form in [
        Form::Challenge,
        Form::Attempt,
        Form::Finish,
        Form::Enroll,
        Form::Confirm,
    ] {
        if let Ok(filled) = Fields::parse(text).and_then(|fields| fields.of(form)) {
            assert_eq!(value("form"), Some(filled.mark.as_str()));
            let mut names: Vec<_> = pairs.iter().map(|(name, _)| name).collect();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), pairs.len(), "each field once");
        }
    }
    if let Ok(address) = ReturnTo::parse(text) {
        ends_where_it_says(&address);
    }
}

/// A browser on the way there goes to the origin that the address begins with.
fn ends_where_it_says(address: &ReturnTo) {
    let url = match Url::parse(address.as_str()) {
        Ok(url) => url,
        Err(_) if address.as_str().contains("xn--") => return,
        Err(error) => panic!("no browser goes to {address}: {error}"),
    };
    let origin = Origin::parse(url.origin().ascii_serialization()).expect("an origin that a tenant can have");
    assert!(address.is_of(&origin), "{address} leads to {origin}");
    assert!(url.fragment().is_none() && url.username().is_empty() && url.password().is_none());
}
