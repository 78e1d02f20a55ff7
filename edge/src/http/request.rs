//! A request: its method, path and headers, and a JSON body of bounded size.

use pbx_2fa_shared::{Origin, ProblemType};
use pbx_2fa_verifier::Refusal;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer};

/// No request of this API is larger: a profile with a device token of 4,096 characters fits four times.
pub(crate) const BODY_BYTES: u32 = 16_384;

/// What the API knows (RFC 9110 §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Head,
    Post,
    Put,
    Delete,
    Options,
    Other,
}

/// A request, as the entry module read it.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// Without the query.
    pub(crate) path: String,
    /// The query, with its question mark, or empty.
    pub(crate) search: String,
    pub(crate) headers: Headers,
    pub(crate) body: Body,
}

/// The headers that mean something here.
#[derive(Debug)]
pub(crate) struct Headers {
    pub(crate) authorization: Option<String>,
    pub(crate) origin: Option<String>,
    pub(crate) sec_fetch_site: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) idempotency_key: Option<String>,
}

/// What a page is asked with besides.
#[derive(Debug)]
pub(crate) struct PageHeaders {
    pub(crate) cookie: Option<String>,
    pub(crate) accept_language: Option<String>,
    /// The host, with its port, that the browser asked.
    pub(crate) host: String,
}

#[derive(Debug)]
pub(crate) enum Body {
    Text(String),
    /// More than [`BODY_BYTES`]; it was not read.
    TooLarge,
    /// There is none, or it broke off, or is not UTF-8.
    None,
}

impl Method {
    pub(crate) fn parse(name: &str) -> Self {
        match name {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "DELETE" => Self::Delete,
            "OPTIONS" => Self::Options,
            _ => Self::Other,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Other => "",
        }
    }
}

impl Body {
    /// As the entry module read it.
    pub(crate) fn of(text: Option<String>, too_large: bool) -> Self {
        match text {
            Some(text) => Self::Text(text),
            None if too_large => Self::TooLarge,
            None => Self::None,
        }
    }
}

impl Headers {
    /// The token of `Authorization: Bearer …` (RFC 6750 §2.1; the scheme in any case).
    pub(crate) fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.authorization.as_deref()?.split_once(' ')?;
        (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
    }

    /// The page that sent the request.
    ///
    /// # Errors
    /// `origin-not-allowed` where there is none, or none that a tenant could have.
    pub(crate) fn page(&self) -> Result<Origin, Refusal> {
        let origin = self.origin.clone().ok_or(ProblemType::OriginNotAllowed)?;
        Origin::parse(origin).map_err(|_| ProblemType::OriginNotAllowed.into())
    }

    /// Portals call from their backend. A browser says where it comes from; an API key in a page is a leaked key.
    ///
    /// # Errors
    /// `browser-not-allowed`.
    pub(crate) fn refuse_browsers(&self) -> Result<(), Refusal> {
        if self.origin.is_some() || self.sec_fetch_site.is_some() {
            return Err(ProblemType::BrowserNotAllowed.into());
        }
        Ok(())
    }

    fn has(&self, wanted: &str) -> bool {
        let media_type = self.content_type.as_deref().unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        media_type.eq_ignore_ascii_case(wanted)
    }
}

impl Request {
    /// A number in the query.
    ///
    /// # Errors
    /// `invalid-request` where it is none.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u64>, Refusal> {
        let wrong = || invalid(&format!("{name}: expected a whole number"));
        self.query(name)
            .map(|value| digits(value).ok_or_else(wrong))
            .transpose()
    }

    /// One of the words of an enum in the query.
    ///
    /// # Errors
    /// `invalid-request` where it is missing, or another.
    pub(crate) fn word<T: DeserializeOwned>(&self, name: &str) -> Result<T, Refusal> {
        let value: Option<StrDeserializer<'_, serde::de::value::Error>> =
            self.query(name).map(IntoDeserializer::into_deserializer);
        value
            .and_then(|value| T::deserialize(value).ok())
            .ok_or_else(|| invalid(&format!("{name}: missing, or not one of its words")))
    }

    fn query(&self, name: &str) -> Option<&str> {
        let pairs = self.search.strip_prefix('?').unwrap_or_default().split('&');
        let mut named = pairs
            .filter_map(|p| p.split_once('='))
            .filter(|(n, _)| *n == name);
        named.next().map(|(_, value)| value)
    }

    /// # Errors
    /// `unsupported-media-type`, `payload-too-large`, `invalid-request` with the path of the field. No value is quoted.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        parse(self.json_text()?)
    }

    /// The raw body of a JSON request.
    ///
    /// # Errors
    /// As [`Self::json`], but for its content.
    pub(crate) fn json_text(&self) -> Result<&str, Refusal> {
        self.text("application/json")
    }

    /// The raw body of a form.
    ///
    /// # Errors
    /// As [`Self::json_text`].
    pub(crate) fn form_text(&self) -> Result<&str, Refusal> {
        self.text("application/x-www-form-urlencoded")
    }

    fn text(&self, media_type: &str) -> Result<&str, Refusal> {
        if !self.headers.has(media_type) {
            return Err(ProblemType::UnsupportedMediaType.into());
        }
        match &self.body {
            Body::Text(text) => Ok(text),
            Body::TooLarge => Err(ProblemType::PayloadTooLarge.into()),
            Body::None => Err(invalid("body: missing, or cannot be read")),
        }
    }
}

/// A number without a sign: the standard library takes `+5`, too.
fn digits(value: &str) -> Option<u64> {
    value
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| value.parse().ok())?
}

/// # Errors
/// `invalid-request` with the path of the field.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    // The parser takes a list for a struct, too, its values by their place; on this wire a body is an object.
    if !text.trim_start().starts_with('{') {
        return Err(invalid("body: expected a JSON object"));
    }
    serde_json::from_str(text).or_else(|_| {
        // Read again, now with the path of what does not fit; the happy path does without.
        let json = &mut serde_json::Deserializer::from_str(text);
        let value = serde_path_to_error::deserialize(&mut *json).map_err(|e| invalid(&explain(&e)))?;
        json.end().map_err(|_| invalid("body: not valid JSON"))?;
        Ok(value)
    })
}

/// Where and what, from the parser's message, without the values that it quotes.
fn explain(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    use serde_json::error::Category;
    let path = error.path().to_string();
    let at = if path == "." { "body".to_owned() } else { path };
    let message = error.inner().to_string();
    let what = match error.inner().classify() {
        Category::Syntax | Category::Eof => "not valid JSON".to_owned(),
        Category::Io => "cannot be read".to_owned(),
        Category::Data => without_values(&message),
    };
    format!("{at}: {what}")
}

/// `unknown field` and `missing field` name the API's own words or the caller's key, and are kept; `invalid type: string
/// "…", expected …` loses what it quotes; our own parsers' sentences quote nothing.
fn without_values(message: &str) -> String {
    let message = message.rsplit_once(" at line ").map_or(message, |(m, _)| m);
    if let Some(rest) = message.strip_prefix("unknown field ") {
        let known = rest.split_once(", ").map_or("", |(_, known)| known);
        return format!("unknown field; {known}");
    }
    for prefix in ["invalid type: ", "invalid value: ", "invalid length "] {
        if message.starts_with(prefix) {
            return message
                .rsplit_once(", expected ")
                .map_or_else(|| "wrong type".to_owned(), |(_, e)| format!("expected {e}"));
        }
    }
    if let Some(rest) = message.strip_prefix("unknown variant ") {
        return rest
            .split_once(", expected ")
            .map_or_else(|| "unknown variant".to_owned(), |(_, e)| format!("expected {e}"));
    }
    message.to_owned()
}

fn invalid(detail: &str) -> Refusal {
    Refusal::Explained {
        problem: ProblemType::InvalidRequest,
        detail: detail.to_owned(),
    }
}

/// The names of `Allow` for a path (RFC 9110 §10.2.1).
pub(crate) fn allow(methods: &[Method]) -> String {
    methods
        .iter()
        .map(|method| method.name())
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::{digits, parse, without_values};
    use pbx_2fa_shared::portal::OpenTransactionRequest;
    use pbx_2fa_shared::session::AttemptRequest;
    use pbx_2fa_verifier::Refusal;

    fn detail(refusal: Refusal) -> String {
        match refusal {
            Refusal::Explained { detail, .. } => detail,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_refusal_names_the_field_and_quotes_no_value() {
        for (body, names) in [
            (r#"{"challenge":"chl_a","code":"98765"}"#, "code"),
            (r#"{"challenge":"chl_a","code":987654}"#, "code"),
            (r#"{"challenge":"chl_a","code":["987654"]}"#, "code"),
            (r#"{"challenge":"chl_a"}"#, "missing field `code`"),
            (
                r#"{"challenge":"chl_a","code":"987654","user":"987654"}"#,
                "unknown field",
            ),
            (r#"{"challenge":"chl_a","code":"987654""#, "not valid JSON"),
            (r#"[]"#, "body"),
            (r#"["chl_a","987654"]"#, "body"),
            (r#"{"challenge":"chl_a","code":"987654"}{}"#, "not valid JSON"),
        ] {
            let detail = detail(parse::<AttemptRequest>(body).unwrap_err());
            assert!(detail.contains(names), "{body}: {detail}");
            assert!(!detail.contains("9876"), "{body}: {detail}");
        }
    }

    #[test]
    fn nested_fields_are_named_by_their_path() {
        let body = r#"{"subject":"an","origin":"https://a.example","nonce":"AAAAAAAAAAAAAAAAAAAAAA","profile":{"mobile":"0470123456"}}"#;
        let detail = detail(parse::<OpenTransactionRequest>(body).unwrap_err());
        assert!(
            detail.starts_with("profile.mobile: expected an international number"),
            "{detail}"
        );
    }

    #[test]
    fn a_number_in_the_query_is_digits_alone() {
        for (text, number) in [("12", Some(12)), ("0", Some(0)), ("007", Some(7))] {
            assert_eq!(digits(text), number, "{text}");
        }
        for bad in ["", "+5", "-5", " 5", "5 ", "0x5", "1e3", "99999999999999999999"] {
            assert_eq!(digits(bad), None, "{bad}");
        }
    }

    #[test]
    fn quoted_values_are_left_out() {
        let message = r#"invalid type: string "hidden", expected u64 at line 1 column 9"#;
        assert_eq!(without_values(message), "expected u64");
    }
}
