//! Requests as HTTP.

use pbx_2fa_shared::SubmittedCode;
use pbx_2fa_shared::routes;
use pbx_2fa_shared::session::{Delivery, EnrollRequest, NumberToEnroll};

use crate::model::{Credential, Request};

/// One call: `Authorization` where there is a secret, a JSON body where there is one.
pub struct Call {
    pub method: &'static str,
    pub path: String,
    pub bearer: Option<String>,
    pub body: Option<String>,
}

impl Call {
    /// Method, path, secret and body, on a line each. None of them has a line's end in it.
    #[must_use]
    pub fn to_lines(&self) -> String {
        let [bearer, body] = [&self.bearer, &self.body].map(|part| part.as_deref().unwrap_or_default());
        [self.method, "\n", &self.path, "\n", bearer, "\n", body].concat()
    }
}

/// How a request looks on the wire.
#[must_use]
pub fn call(request: &Request, credential: &Credential) -> Call {
    let (method, path, body) = match request {
        Request::Exchange => ("POST", routes::SESSION.to_owned(), None),
        Request::Refresh => ("GET", routes::SESSION.to_owned(), None),
        Request::Watch(known) => (
            "GET",
            [routes::SESSION_EVENTS, "?since=", word(*known)].concat(),
            None,
        ),
        Request::Challenge(None) => ("POST", routes::CHALLENGES.to_owned(), Some(object(&[]))),
        Request::Challenge(Some(id)) => (
            "POST",
            routes::CHALLENGES.to_owned(),
            Some(object(&[("authenticator", id.as_str())])),
        ),
        Request::Attempt { challenge, code } => {
            let code = match code {
                SubmittedCode::OneTime(code) => code.as_str(),
                SubmittedCode::Recovery(code) => code.as_str(),
            };
            let body = object(&[("challenge", challenge.as_str()), ("code", code)]);
            ("POST", routes::ATTEMPTS.to_owned(), Some(body))
        }
        Request::Enroll(enroll) => ("POST", routes::ENROLLMENTS.to_owned(), Some(enrollment(enroll))),
        Request::Confirm { enrollment, code } => {
            let path = [routes::ENROLLMENTS, "/", enrollment.as_str(), "/confirm"].concat();
            ("POST", path, Some(object(&[("code", code.as_str())])))
        }
        Request::SetPrimary(id) => (
            "PUT",
            routes::PRIMARY.to_owned(),
            Some(object(&[("authenticator", id.as_str())])),
        ),
        Request::Remove(id) => (
            "DELETE",
            [routes::AUTHENTICATORS, "/", id.as_str()].concat(),
            None,
        ),
        #[cfg(feature = "manage")]
        Request::IssueRecoveryCodes => ("POST", routes::RECOVERY_CODES.to_owned(), Some(object(&[]))),
        Request::Finish => ("POST", routes::FINISH.to_owned(), Some(object(&[]))),
    };
    match credential {
        Credential::Ticket(ticket) => Call {
            method,
            path,
            bearer: None,
            body: body.or_else(|| Some(object(&[("ticket", ticket.expose())]))),
        },
        Credential::Session(secret) => Call {
            method,
            path,
            bearer: Some(secret.expose().to_owned()),
            body,
        },
    }
}

/// A delivery of which news may come, on the wire.
const fn word(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Sending => "sending",
        Delivery::Ringing => "ringing",
        _ => "sent",
    }
}

fn enrollment(request: &EnrollRequest) -> String {
    let (kind, number) = match request {
        EnrollRequest::Totp {} => return object(&[("kind", "totp")]),
        EnrollRequest::Mobile(number) => ("mobile", number),
        EnrollRequest::Landline(number) => ("landline", number),
    };
    match number {
        NumberToEnroll::Typed(typed) => object(&[("kind", kind), ("number", typed.number.as_str())]),
        NumberToEnroll::Suggested(_) => ["{\"kind\":\"", kind, "\",\"suggested\":true}"].concat(),
    }
}

/// A flat JSON object of strings. The values are parsed types without anything to escape, but for the ticket, which
/// comes from the page.
fn object(members: &[(&str, &str)]) -> String {
    let mut json = String::from("{");
    for (index, (name, value)) in members.iter().enumerate() {
        json.push_str(if index == 0 { "\"" } else { ",\"" });
        json.push_str(name);
        json.push_str("\":\"");
        json.extend(
            value
                .chars()
                .filter(|c| !c.is_control() && *c != '"' && *c != '\\'),
        );
        json.push('"');
    }
    json.push('}');
    json
}

#[cfg(test)]
mod tests {
    use pbx_2fa_shared::session::{
        AttemptRequest, ChallengeRequest, ConfirmRequest, ExchangeRequest, FinishRequest, PrimaryRequest,
        SuggestedNumber, True, TypedNumber,
    };
    use pbx_2fa_shared::{AuthenticatorId, ChallengeId, E164, EnrollmentId, OneTimeCode, RecoveryCode};
    use serde_json::from_str;

    use super::*;
    use crate::model::Secret;

    fn sent(request: &Request) -> (String, String) {
        let call = call(request, &Credential::Session(Secret::new("s3cret".into())));
        assert_eq!(call.bearer.as_deref(), Some("s3cret"));
        (
            [call.method, " ", &call.path].concat(),
            call.body.unwrap_or_default(),
        )
    }

    #[test]
    fn the_ticket_is_exchanged_without_a_secret() {
        let ticket = Secret::new("a.b_c-\"\\\n".into());
        let call = call(&Request::Exchange, &Credential::Ticket(ticket));
        assert!(call.bearer.is_none());
        assert_eq!((call.method, call.path.as_str()), ("POST", "/v1/session"));
        assert_eq!(
            from_str::<ExchangeRequest>(&call.body.unwrap()).unwrap().ticket,
            "a.b_c-"
        );
    }

    #[test]
    fn every_body_is_one_that_the_worker_reads() {
        let authenticator = AuthenticatorId::parse("aut_A1").unwrap();
        let challenge = ChallengeId::parse("chl_B2").unwrap();
        let enrollment = EnrollmentId::parse("enr_C3").unwrap();
        let code = OneTimeCode::parse("007081").unwrap();

        assert_eq!(sent(&Request::Refresh), ("GET /v1/session".into(), String::new()));
        for known in [Delivery::Sending, Delivery::Sent, Delivery::Ringing] {
            let word = serde_json::to_value(known).unwrap();
            let line = format!("GET /v1/session/events?since={}", word.as_str().unwrap());
            assert_eq!(sent(&Request::Watch(known)), (line, String::new()));
        }
        let (line, body) = sent(&Request::Challenge(None));
        assert_eq!(line, "POST /v1/session/challenges");
        assert!(
            from_str::<ChallengeRequest>(&body)
                .unwrap()
                .authenticator
                .is_none()
        );
        let (_, body) = sent(&Request::Challenge(Some(authenticator.clone())));
        assert_eq!(
            from_str::<ChallengeRequest>(&body).unwrap().authenticator,
            Some(authenticator.clone())
        );
        let (line, body) = sent(&Request::Attempt {
            challenge: challenge.clone(),
            code: code.clone().into(),
        });
        assert_eq!(line, "POST /v1/session/attempts");
        let attempt: AttemptRequest = from_str(&body).unwrap();
        assert_eq!(
            (&attempt.challenge, attempt.code),
            (&challenge, code.clone().into())
        );
        let recovery = RecoveryCode::parse("0123456789ABCDEF").unwrap();
        let (_, body) = sent(&Request::Attempt {
            challenge,
            code: SubmittedCode::Recovery(recovery.clone()),
        });
        let attempt: AttemptRequest = from_str(&body).unwrap();
        assert_eq!(attempt.code, SubmittedCode::Recovery(recovery));
        let (line, body) = sent(&Request::Confirm { enrollment, code });
        assert_eq!(line, "POST /v1/session/enrollments/enr_C3/confirm");
        assert_eq!(from_str::<ConfirmRequest>(&body).unwrap().code.as_str(), "007081");
        let (line, body) = sent(&Request::SetPrimary(authenticator.clone()));
        assert_eq!(line, "PUT /v1/session/primary");
        assert_eq!(
            from_str::<PrimaryRequest>(&body).unwrap().authenticator,
            authenticator
        );
        let (line, body) = sent(&Request::Remove(authenticator));
        assert_eq!(
            (line.as_str(), body.as_str()),
            ("DELETE /v1/session/authenticators/aut_A1", "")
        );
        let (line, body) = sent(&Request::Finish);
        assert_eq!(line, "POST /v1/session/finish");
        assert!(from_str::<FinishRequest>(&body).is_ok());
    }

    #[cfg(feature = "manage")]
    #[test]
    fn new_recovery_codes_are_asked_for() {
        let (line, body) = sent(&Request::IssueRecoveryCodes);
        assert_eq!(line, "POST /v1/session/recovery-codes");
        assert!(from_str::<pbx_2fa_shared::session::RecoveryCodesRequest>(&body).is_ok());
    }

    #[test]
    fn an_enrollment_keeps_its_form() {
        let read = |request| from_str::<EnrollRequest>(&sent(&Request::Enroll(request)).1).unwrap();
        let number = E164::parse("+32470123456").unwrap();
        let typed = NumberToEnroll::Typed(TypedNumber {
            number: number.clone(),
        });
        assert!(matches!(read(EnrollRequest::Totp {}), EnrollRequest::Totp {}));
        assert!(matches!(
            read(EnrollRequest::Mobile(typed)),
            EnrollRequest::Mobile(NumberToEnroll::Typed(t)) if t.number == number
        ));
        let suggested = NumberToEnroll::Suggested(SuggestedNumber { suggested: True });
        assert!(matches!(
            read(EnrollRequest::Landline(suggested)),
            EnrollRequest::Landline(NumberToEnroll::Suggested(_))
        ));
    }
}
