//! What surrounds a body: method, query and the headers that mean something, each in a line of its own.

use pbx_2fa_shared::ClientId;
use pbx_2fa_verifier::idempotency::IdempotencyKey;
use pbx_2fa_verifier::{Keyring, Refusal};

use crate::json::written;
use crate::read::{Body, Headers, Method, Request};
use crate::text;
use crate::world::keyring;

/// The media types that a form of any page can send without being asked first (Fetch standard, CORS-safelisted).
const OF_FORMS: [&str; 3] = [
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
];

pub fn request(data: &[u8]) {
    let Some(data) = text(data) else { return };
    let mut lines = data.split('\n');
    let mut line = || lines.next().map(str::to_owned);
    let request = Request {
        method: Method::parse(&line().unwrap_or_default()),
        path: "/".to_owned(),
        search: query_of(line()),
        headers: Headers {
            authorization: line(),
            origin: line(),
            content_type: line(),
            idempotency_key: line(),
            sec_fetch_site: line(),
        },
        body: Body::Text("{}".to_owned()),
    };
    token(&request.headers);
    page(&request.headers);
    media_type(&request);
    query(&request);
    idempotency(request.headers.idempotency_key.as_deref());
}

/// As an address has it: nothing, or a question mark and more.
fn query_of(line: Option<String>) -> String {
    match line {
        Some(line) if line.is_empty() || line.starts_with('?') => line,
        Some(line) => format!("?{line}"),
        None => String::new(),
    }
}

fn token(headers: &Headers) {
    let given = headers.authorization.as_deref().unwrap_or_default();
    if let Some(token) = headers.bearer() {
        assert!(!token.is_empty());
        assert_eq!(
            given.len(),
            "Bearer ".len() + token.len(),
            "nothing else stands there"
        );
        assert!(given[..7].eq_ignore_ascii_case("bearer ") && given.ends_with(token));
    }
}

fn page(headers: &Headers) {
    if let Ok(page) = headers.page() {
        assert_eq!(Some(page.as_str()), headers.origin.as_deref(), "to the letter");
    }
    let from_a_browser = headers.origin.is_some() || headers.sec_fetch_site.is_some();
    assert_eq!(headers.refuse_browsers().is_err(), from_a_browser);
}

fn media_type(request: &Request) {
    if request.json_text().is_ok() {
        let given = request.headers.content_type.as_deref().unwrap_or_default();
        let given = given.trim().to_ascii_lowercase();
        assert!(given.starts_with("application/json"));
        assert!(!OF_FORMS.iter().any(|form| given.starts_with(form)));
        let after = given["application/json".len()..].trim_start();
        assert!(after.is_empty() || after.starts_with(';'), "{given}");
    }
}

/// Of a name that stands twice, the first counts.
fn query(request: &Request) {
    let search = request.search.as_str();
    let mut pairs = search.get(1..).unwrap_or_default().split('&');
    let given = pairs.find_map(|pair| pair.strip_prefix("after="));
    match request.number("after") {
        Ok(Some(number)) => {
            let digits = given.unwrap_or_default().trim_start_matches('0');
            let expected = if number == 0 {
                String::new()
            } else {
                number.to_string()
            };
            assert_eq!(digits, expected, "a number is its digits: {search}");
        }
        Ok(None) => assert_eq!(given, None, "{search}"),
        Err(refusal) => {
            let told = written(&refusal.to_problem(0));
            assert!(told.contains("after: expected a whole number"), "{told}");
        }
    }
}

fn idempotency(text: Option<&str>) {
    let Some(text) = text else { return };
    let keys = keyring();
    let of = |client: &str| IdempotencyKey::of(&keys, &ClientId::parse(client).expect("constant"), text);
    match of("portal") {
        Ok(key) => {
            assert!((1..=128).contains(&text.len()) && text.chars().all(|c| c.is_ascii_graphic()));
            assert_eq!(of("portal"), Ok(key), "a repetition is recognised");
            assert_ne!(of("other"), Ok(key), "each tenant has its own");
        }
        Err(_) => assert_eq!(
            of("portal"),
            refused(&keys),
            "it says the same of every text, so it quotes none"
        ),
    }
}

/// What becomes of a key that is no key.
fn refused(keys: &Keyring) -> Result<IdempotencyKey, Refusal> {
    IdempotencyKey::of(keys, &ClientId::parse("portal").expect("constant"), "")
}
