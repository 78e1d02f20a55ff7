//! Where a login without script ends.

use crate::Origin;
use crate::text::public_text;

public_text!(
    /// The address of the portal that takes the response of a login on the page without script, by a form: an origin, then a
    /// path and perhaps a query, as a URL has them (RFC 3986), without a fragment; at most 512 characters.
    ReturnTo,
    "expected an address such as https://portal.example/login/done, at most 512 characters, without a fragment",
    |t| t.len() <= 512 && parts(t).is_some()
);

impl ReturnTo {
    /// Whether it is an address of this origin.
    #[must_use]
    pub fn is_of(&self, origin: &Origin) -> bool {
        parts(&self.0).is_some_and(|(own, _)| own == origin.as_str())
    }
}

/// The origin, and what follows it.
fn parts(text: &str) -> Option<(&str, &str)> {
    let host = text.find("://")?.checked_add(3)?;
    let slash = text.get(host..)?.find('/')?.checked_add(host)?;
    let (origin, rest) = text.split_at_checked(slash)?;
    Origin::parse(origin).ok()?;
    rest.bytes().all(is_of_an_address).then_some((origin, rest))
}

/// What stands in a path or a query; a backslash, which browsers read as a slash, does not.
const fn is_of_an_address(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'%')
        || matches!(
            byte,
            b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
        )
        || matches!(byte, b':' | b'@' | b'/' | b'?')
}

#[cfg(test)]
mod tests {
    use super::ReturnTo;
    use crate::Origin;

    #[test]
    fn an_address_is_of_the_origin_that_it_begins_with_and_of_no_other() {
        let portal = Origin::parse("https://portal.example").unwrap();
        let is_of = |text: &str| ReturnTo::parse(text).unwrap().is_of(&portal);
        for own in [
            "https://portal.example/",
            "https://portal.example/login?next=%2Fcalls&a=b",
        ] {
            assert!(is_of(own), "{own}");
        }
        for other in [
            "https://portal.example.evil.example/",
            "https://portal.example:8443/",
            "https://sub.portal.example/",
            "http://localhost:8080/https://portal.example/",
        ] {
            assert!(!is_of(other), "{other}");
        }
    }

    #[test]
    fn anything_else_is_no_address() {
        for bad in [
            "",
            "https://portal.example",
            "https://portal.example?next=/",
            "https://portal.example/#top",
            "https://portal.example\\@evil.example/",
            "https://portal.example/a\\b",
            "https://portal.example/a b",
            "https://portal.example/\"><script>",
            "https://portal.example/\n",
            "https://user@portal.example/",
            "https://Portal.example/",
            "http://portal.example/",
            "javascript:alert(1)//https://portal.example/",
            "javascript://portal.example/%0aalert(1)",
            "//portal.example/",
            "/login",
        ] {
            assert!(ReturnTo::parse(bad).is_err(), "{bad}");
        }
        assert!(ReturnTo::parse(format!("https://portal.example/{}", "a".repeat(489))).is_ok());
        assert!(ReturnTo::parse(format!("https://portal.example/{}", "a".repeat(490))).is_err());
    }
}
