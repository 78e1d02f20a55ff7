//! Web origins, compared to the letter.

use crate::text::public_text;

public_text!(
    /// A serialised web origin (RFC 6454 §6.2) as a browser sends it in `Origin`: `https://portal.example` or, for
    /// development, `http://localhost:8080`. No path, no trailing slash or dot, no upper case, no default port.
    Origin,
    "expected an origin such as https://portal.example (http only for localhost)",
    is_origin
);

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
    let port_ok = port.is_none_or(|p| p != default_port && !p.starts_with('0') && p.parse::<u16>().is_ok());
    let secure = default_port == "443" || is_loopback(host);
    host_ok && port_ok && secure
}

/// The hosts that browsers treat as trustworthy without TLS (W3C Secure Contexts §3.1).
fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host.starts_with("127.")
            && host.split('.').count() == 4
            && host.bytes().all(|b| b.is_ascii_digit() || b == b'.')
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
