//! The code field, and what a kind that is chosen leads to.

use pbx_2fa_shared::session::EnrollRequest;
use pbx_2fa_shared::{Kind, SubmittedCode};

use super::event::{Effect, Request};
use super::screen::{Focus, Screen};
use super::state::{CodeError, NumberError, Panel};
use super::update::Step;
use crate::i18n::Text;

impl Step {
    /// What counts of it, in groups, the caret behind the same letter as before; the last letter sends the code, once.
    pub(super) fn type_code(&mut self, text: &str, caret: u32) {
        let form = self.state.code_form();
        let typed = form.read(text);
        if form.write(&typed) != text {
            self.effects.push(Effect::Caret(form.caret(text, caret)));
        }
        let field = &mut self.state.code;
        if typed == field.typed {
            return;
        }
        field.typed = typed;
        field.error = None;
        if field.typed != field.tried && form.submitted(&field.typed).is_some() {
            self.submit_code();
        }
    }

    pub(super) fn submit_code(&mut self) {
        if self.state.busy() {
            return;
        }
        let form = self.state.code_form();
        let Some(code) = form.submitted(&self.state.code.typed) else {
            let error = CodeError::Short(form);
            self.say(error.message());
            self.state.code.error = Some(error);
            self.focus(Focus::Code);
            return;
        };
        if self.state.code.typed == self.state.code.tried
            && let Some(error @ CodeError::Wrong(_)) = &self.state.code.error
        {
            // The same again would only cost an attempt.
            let message = error.message();
            self.say(message);
            self.focus(Focus::CodeSelected);
            return;
        }
        let Some(request) = self.code_request(code) else {
            return;
        };
        self.state.code.tried = self.state.code.typed.clone();
        self.state.notice = None;
        self.call(request);
    }

    fn code_request(&self, code: SubmittedCode) -> Option<Request> {
        let awaited = self.state.awaited()?;
        if !awaited.alive(&self.state.clock) {
            return None;
        }
        let view = self.state.view.as_ref()?;
        match (self.state.screen(), code) {
            (Screen::Code, code) => Some(Request::Attempt {
                challenge: view.challenge.as_ref()?.id.clone(),
                code,
            }),
            (Screen::Confirm | Screen::Setup, SubmittedCode::OneTime(code)) => Some(Request::Confirm {
                enrollment: view.enrollment.as_ref()?.id.clone(),
                code,
            }),
            _ => None,
        }
    }

    /// A telephone needs a number; an authenticator app needs nothing.
    pub(super) fn choose_kind(&mut self, kind: Kind) {
        if kind.is_phone() {
            self.state.number.error = None;
            self.go(Panel::Number(kind));
        } else if kind == Kind::Totp {
            self.enroll(EnrollRequest::Totp {});
        }
    }

    pub(super) fn number_error(&mut self, error: NumberError) {
        self.say(error.text());
        self.state.number.error = Some(error);
        self.focus(Focus::Number);
    }
}

impl NumberError {
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Invalid => Text::NumberInvalid,
            Self::IsMobile(_) => Text::NumberIsMobile,
            Self::IsLandline(_) => Text::NumberIsLandline,
            Self::NotAllowed => Text::NumberNotAllowed,
            Self::OwnPbx => Text::NumberOwnPbx,
            Self::Blocked => Text::NumberBlocked,
        }
    }
}
