//! Web origins, compared to the letter.

use std::net::Ipv4Addr;

use crate::text::public_text;

public_text!(
    /// A serialised web origin (RFC 6454 §6.2) as a browser sends it in `Origin`: `https://portal.example` or, for
    /// development, `http://localhost:8080`. No path, no trailing slash or dot, no upper case, no default port.
    Origin,
    "expected an origin such as https://portal.example (http only for localhost)",
    is_origin
);

impl Origin {
    /// Whether it is of the machine that the browser runs on.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        is_loopback(rest.split(':').next().unwrap_or_default())
    }
}

fn is_origin(text: &str) -> bool {
    let (rest, default_port) = if let Some(rest) = text.strip_prefix("https://") {
        (rest, "443")
    } else if let Some(rest) = text.strip_prefix("http://") {
        (rest, "80")
    } else {
        return false;
    };
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (rest, None),
    };
    let host_ok = (1..=253).contains(&host.len())
        && host
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.')
        && host
            .split('.')
            .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    // The standard library takes `+443` for a number.
    let digits = |p: &str| p.bytes().all(|b| b.is_ascii_digit());
    let port_ok = port
        .is_none_or(|p| p != default_port && !p.starts_with('0') && digits(p) && p.parse::<u16>().is_ok());
    let secure = default_port == "443" || is_loopback(host);
    let address_ok = !ends_in_a_number(host) || host.parse::<Ipv4Addr>().is_ok();
    host_ok && port_ok && secure && address_ok
}

/// The hosts that browsers treat as trustworthy without TLS (W3C Secure Contexts §3.1).
fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .parse::<Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Whether a browser takes the host for an address and not for a name (WHATWG URL §3.5, ends-in-a-number checker). It sends
/// that address in one form of the many that it understands: `https://0x7f.1` is nobody's origin.
fn ends_in_a_number(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    match last.strip_prefix("0x") {
        Some(digits) => digits.bytes().all(|b| b.is_ascii_hexdigit()),
        None => last.bytes().all(|b| b.is_ascii_digit()),
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn origins_as_browsers_send_them() {
        for good in [
            "https://portal.example",
            "https://portal.example:8443",
            "http://localhost:8080",
            "http://127.0.0.1:8080",
        ] {
            assert!(Origin::parse(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn this_machine_has_names_and_addresses() {
        for (origin, is_loopback) in [
            ("http://localhost:8080", true),
            ("https://localhost", true),
            ("http://portal.localhost:1", true),
            ("http://127.0.0.1:8080", true),
            ("https://portal.example", false),
            ("https://localhost.example", false),
            ("https://portal.example:8443", false),
            ("https://10.0.0.1", false),
        ] {
            assert_eq!(
                Origin::parse(origin).unwrap().is_loopback(),
                is_loopback,
                "{origin}"
            );
        }
    }

    #[test]
    fn a_port_is_digits_alone() {
        for bad in [
            "https://portal.example:+8443",
            "http://localhost:+8080",
            "https://portal.example:-1",
        ] {
            assert!(Origin::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_has_one_form() {
        for good in [
            "https://10.0.0.1",
            "http://127.0.0.1",
            "https://1.example",
            "https://0xa.example",
        ] {
            assert!(Origin::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "https://1",
            "https://1.2",
            "https://0x7f.1",
            "https://a.0x1",
            "https://127.0.0.01",
            "https://256.256.256.256",
            "https://portal.example.1",
            "http://127.1.1.999",
        ] {
            assert!(Origin::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn anything_else_is_no_origin() {
        for bad in [
            "",
            "null",
            "https://",
            "http://portal.example",
            "https://Portal.example",
            "https://portal.example/",
            "https://portal.example.",
            "https://portal.example:443",
            "http://localhost:80",
            "https://a b",
            "https://u@h",
            "https://portal.example:0443",
            "https://portal.example:99999",
            "ftp://portal.example",
            "*",
            "https://*.example",
            "http://127.evil.example",
            "http://127.0.0.1.evil.example",
        ] {
            assert!(Origin::parse(bad).is_err(), "{bad}");
        }
    }
}
