//! What the forms send (`application/x-www-form-urlencoded`, WHATWG URL §5.1), read as strictly as the API reads JSON.

use pbx_2fa_shared::numbering::{self, COUNTRIES, Country, LineType};
use pbx_2fa_shared::session::{EnrollRequest, NumberToEnroll, SuggestedNumber, True, TypedNumber};
use pbx_2fa_shared::{
    AuthenticatorId, ChallengeId, E164, EnrollmentId, Kind, OneTimeCode, RecoveryCode, SubmittedCode,
};

use crate::path::Form;

/// The fields of a form, each once. Never printed: a ticket and codes are among them.
pub struct Fields(Vec<(String, String)>);

/// The fields are not those of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotThisForm;

/// What a form of ours asks, and the mark of the session that it was made for.
pub struct Filled {
    pub mark: String,
    pub step: Step,
}

/// What is to be done.
pub enum Step {
    Challenge(Option<AuthenticatorId>),
    Attempt {
        challenge: ChallengeId,
        code: SubmittedCode,
    },
    Confirm {
        enrollment: EnrollmentId,
        code: OneTimeCode,
    },
    Finish,
    Enroll(Enrolling),
    /// The same number once more.
    EnrollAgain,
    /// Not a whole code; nothing is tried.
    Short,
    /// No number that could be set up as this kind.
    Number(TypedForm, NumberError),
}

/// A method to set up; of a number that was typed, how.
pub struct Enrolling {
    pub request: EnrollRequest,
    pub typed: Option<TypedForm>,
}

/// What stands in the form for a number.
#[derive(Clone)]
pub struct TypedForm {
    pub(crate) kind: Kind,
    pub(crate) country: &'static Country,
    pub(crate) number: String,
}

/// Why a number cannot be set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberError {
    Invalid,
    /// A mobile number where a landline was asked for.
    IsMobile,
    IsLandline,
    NotAllowed,
    OwnPbx,
    Blocked,
}

impl Fields {
    /// # Errors
    /// Where it is no such text, a name comes twice, or there are more than eight.
    pub fn parse(text: &str) -> Result<Self, NotThisForm> {
        let mut fields: Vec<(String, String)> = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name)?, decoded(value)?);
            if fields.len() >= 8 || fields.iter().any(|(known, _)| *known == name) {
                return Err(NotThisForm);
            }
            fields.push((name, value));
        }
        Ok(Self(fields))
    }

    /// The one field of the portal's form.
    ///
    /// # Errors
    /// Where there is another, or none.
    pub fn ticket(mut self) -> Result<String, NotThisForm> {
        let ticket = self.take("ticket")?;
        self.done(ticket)
    }

    /// # Errors
    /// Where the fields are not those of the form.
    pub fn of(mut self, form: Form) -> Result<Filled, NotThisForm> {
        let mark = self.take("form")?;
        let step = match form {
            Form::Challenge => {
                let id = self.optional("authenticator").map(AuthenticatorId::parse);
                Step::Challenge(id.transpose().map_err(|_| NotThisForm)?)
            }
            Form::Attempt => {
                let challenge = ChallengeId::parse(self.take("challenge")?).map_err(|_| NotThisForm)?;
                let code = submitted(&self.take("code")?);
                code.map_or(Step::Short, |code| Step::Attempt { challenge, code })
            }
            Form::Confirm => {
                let enrollment = EnrollmentId::parse(self.take("enrollment")?).map_err(|_| NotThisForm)?;
                let code = digits(&self.take("code")?);
                code.map_or(Step::Short, |code| Step::Confirm { enrollment, code })
            }
            Form::Finish => Step::Finish,
            Form::Enroll => self.enrollment()?,
        };
        self.done(Filled { mark, step })
    }

    fn enrollment(&mut self) -> Result<Step, NotThisForm> {
        if self.optional("again").is_some() {
            return Ok(Step::EnrollAgain);
        }
        let number = |kind, number| match kind {
            Kind::Mobile => Ok(EnrollRequest::Mobile(number)),
            Kind::Landline => Ok(EnrollRequest::Landline(number)),
            _ => Err(NotThisForm),
        };
        let (word, suggested) = match self.optional("suggested") {
            Some(word) => (word, true),
            None => (self.take("kind")?, false),
        };
        let kind = match word.as_str() {
            "totp" if !suggested => {
                let request = EnrollRequest::Totp {};
                return Ok(Step::Enroll(Enrolling { request, typed: None }));
            }
            "mobile" => Kind::Mobile,
            "landline" => Kind::Landline,
            _ => return Err(NotThisForm),
        };
        if suggested {
            let request = number(
                kind,
                NumberToEnroll::Suggested(SuggestedNumber { suggested: True }),
            )?;
            return Ok(Step::Enroll(Enrolling { request, typed: None }));
        }
        let iso = self.take("country")?;
        let country = COUNTRIES
            .iter()
            .find(|country| country.iso == iso)
            .ok_or(NotThisForm)?;
        let typed = TypedForm {
            kind,
            country,
            number: self.take("number")?,
        };
        Ok(match read(&typed) {
            Ok(parsed) => {
                let request = number(kind, NumberToEnroll::Typed(TypedNumber { number: parsed }))?;
                Step::Enroll(Enrolling {
                    request,
                    typed: Some(typed),
                })
            }
            Err(error) => Step::Number(typed, error),
        })
    }

    fn optional(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.swap_remove(at).1)
    }

    fn take(&mut self, name: &str) -> Result<String, NotThisForm> {
        self.optional(name).ok_or(NotThisForm)
    }

    fn done<T>(self, value: T) -> Result<T, NotThisForm> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(NotThisForm)
        }
    }
}

/// A mobile number is not taken for a landline, nor the reverse: the kind decides what the person expects to ring.
fn read(typed: &TypedForm) -> Result<E164, NumberError> {
    let number = numbering::from_typed(&typed.number, typed.country).ok_or(NumberError::Invalid)?;
    match (typed.kind, numbering::line_type(&number)) {
        (Kind::Landline, Some(LineType::Mobile)) => Err(NumberError::IsMobile),
        (Kind::Mobile, Some(LineType::Landline)) => Err(NumberError::IsLandline),
        _ => Ok(number),
    }
}

/// Six digits, in groups or not; else the characters of a long code.
fn submitted(typed: &str) -> Option<SubmittedCode> {
    let short = || digits(typed).map(SubmittedCode::OneTime);
    short().or_else(|| RecoveryCode::from_typed(typed).map(SubmittedCode::Recovery))
}

/// Exactly six: the field takes more, and a digit too many is a slip of the hand.
fn digits(typed: &str) -> Option<OneTimeCode> {
    let is_gap = |letter: char| letter.is_whitespace() || matches!(letter, '-' | '.');
    OneTimeCode::parse(typed.replace(is_gap, "")).ok()
}

/// Percent-encoded UTF-8, with `+` for a space.
fn decoded(text: &str) -> Result<String, NotThisForm> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        bytes.push(match first {
            b'+' => b' ',
            b'%' => {
                let (digits, after) = rest.split_at_checked(2).ok_or(NotThisForm)?;
                rest = after;
                let digits = std::str::from_utf8(digits).map_err(|_| NotThisForm)?;
                if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
                    return Err(NotThisForm);
                }
                u8::from_str_radix(digits, 16).map_err(|_| NotThisForm)?
            }
            other => *other,
        });
    }
    String::from_utf8(bytes).map_err(|_| NotThisForm)
}

#[cfg(test)]
mod tests {
    use super::{Fields, NumberError, Step};
    use crate::path::Form;
    use pbx_2fa_shared::session::{EnrollRequest, NumberToEnroll};
    use pbx_2fa_shared::{Kind, SubmittedCode};

    fn step(form: Form, fields: &str) -> Option<Step> {
        let filled = Fields::parse(&format!("form=m&{fields}")).ok()?.of(form).ok()?;
        assert_eq!(filled.mark, "m");
        Some(filled.step)
    }

    #[test]
    fn a_form_is_exactly_its_fields() {
        let ticket = |text: &str| Fields::parse(text).and_then(Fields::ticket).ok();
        assert_eq!(ticket("ticket=tkt_A").as_deref(), Some("tkt_A"));
        for bad in [
            "",
            "ticket",
            "ticket=a&ticket=a",
            "ticket=a&lang=nl",
            "ticket=%zz",
            "ticket=%+1",
            "ticket=%ff",
            "ticket=%4",
            "Ticket=a",
        ] {
            assert!(ticket(bad).is_none_or(|ticket| ticket.is_empty()), "{bad}");
        }
        for (form, bad) in [
            (Form::Finish, "extra=1"),
            (Form::Finish, "form=n"),
            (Form::Challenge, "authenticator=evil"),
            (Form::Attempt, "code=123456"),
            (Form::Attempt, "challenge=chl_a"),
            (Form::Attempt, "challenge=%22%3E&code=123456"),
            (Form::Confirm, "challenge=chl_a&code=123456"),
            (Form::Enroll, ""),
            (Form::Enroll, "kind=app"),
            (Form::Enroll, "kind=totp&number=0470123456"),
            (Form::Enroll, "suggested=totp"),
            (Form::Enroll, "suggested=mobile&kind=mobile"),
            (Form::Enroll, "kind=mobile&country=XX&number=0470123456"),
            (Form::Enroll, "kind=mobile&number=0470123456"),
        ] {
            assert!(step(form, bad).is_none(), "{form:?} {bad}");
        }
        assert!(
            Fields::parse("code=123456").unwrap().of(Form::Finish).is_err(),
            "no mark"
        );
    }

    #[test]
    fn codes_are_read_as_people_write_them_and_a_slip_is_not_tried() {
        let code = |typed: &str| match step(Form::Attempt, &format!("challenge=chl_a&code={typed}")) {
            Some(Step::Attempt {
                code: SubmittedCode::OneTime(code),
                ..
            }) => code.as_str().to_owned(),
            Some(Step::Attempt {
                code: SubmittedCode::Recovery(code),
                ..
            }) => code.as_str().to_owned(),
            Some(Step::Short) => "short".to_owned(),
            _ => "refused".to_owned(),
        };
        assert_eq!(code("123+456"), "123456");
        assert_eq!(code("+123-456%C2%A0"), "123456");
        assert_eq!(code("01ab-cdef-gh23-jkmn"), "01ABCDEFGH23JKMN");
        for slip in [
            "",
            "12345",
            "1234567",
            "12345a",
            "%D9%A1%D9%A2%D9%A3%D9%A4%D9%A5%D9%A6",
        ] {
            assert_eq!(code(slip), "short", "{slip}");
        }
    }

    #[test]
    fn a_number_is_read_in_its_country_and_of_its_kind() {
        let number =
            |kind: &str, number: &str| step(Form::Enroll, &format!("kind={kind}&country=BE&number={number}"));
        match number("mobile", "0470+12+34+56") {
            Some(Step::Enroll(enrolling)) => match enrolling.request {
                EnrollRequest::Mobile(NumberToEnroll::Typed(typed)) => {
                    assert_eq!(typed.number.as_str(), "+32470123456")
                }
                other => panic!("{other:?}"),
            },
            _ => panic!("not taken"),
        }
        for (kind, typed, error) in [
            ("landline", "0470123456", NumberError::IsMobile),
            ("mobile", "02+555+12+34", NumberError::IsLandline),
            ("mobile", "hello", NumberError::Invalid),
        ] {
            match number(kind, typed) {
                Some(Step::Number(form, found)) => {
                    assert_eq!(found, error);
                    assert!(matches!(
                        (kind, form.kind),
                        ("mobile", Kind::Mobile) | ("landline", Kind::Landline)
                    ));
                }
                _ => panic!("{kind} {typed} was taken"),
            }
        }
        assert!(matches!(step(Form::Enroll, "again=1"), Some(Step::EnrollAgain)));
    }
}
