//! What each problem of the closed list means on the screen.

use pbx_2fa_shared::problem::Reason;
use pbx_2fa_shared::session::Action;
use pbx_2fa_shared::{Problem, ProblemType, UnixSeconds};

use super::code::CodeForm;
use super::event::{Request, Tell};
use super::screen::Focus;
use super::state::{CodeError, Failure, NumberError, Waiting};
use super::update::Step;
use crate::i18n::{Message, Text, Value};

impl Step {
    pub(super) fn refused(&mut self, problem: &Problem, waiting: Waiting) {
        if let Some(server_time) = problem.server_time {
            self.state.clock.set(server_time);
        }
        let kind = problem.kind;
        if kind == ProblemType::CodeInvalid {
            return self.wrong_code(problem.attempts_left);
        }
        if matches!(
            kind,
            ProblemType::StepUpRequired | ProblemType::AuthenticatorPending
        ) && self.step_up_for(kind, &waiting.request)
        {
            return;
        }
        self.tell(Tell::Problem(kind.name()));
        let asked = Self::only_asks(&waiting.request);
        let until = problem
            .retry_after
            .map(|wait| self.state.clock.now().saturating_add(wait));
        match kind {
            ProblemType::OriginNotAllowed => self.fail(Failure::OriginNotAllowed),
            ProblemType::TicketUsed => self.fail(Failure::Elsewhere),
            ProblemType::Unauthorized if matches!(waiting.request, Request::Exchange) => {
                self.fail(Failure::Expired);
            }
            ProblemType::Unauthorized => self.fail(Failure::Elsewhere),

            ProblemType::Expired | ProblemType::NotFound if asked => self.fail(Failure::Expired),
            ProblemType::Locked | ProblemType::AccountThrottled if asked => {
                self.fail(Failure::Locked { until })
            }
            _ if waiting.background => self.schedule_watch(),
            ProblemType::Expired | ProblemType::NotFound => self.look_again(Text::CodeExpired.into()),
            ProblemType::Locked | ProblemType::AccountThrottled => {
                self.look_again(locked(until, self.state.may(Action::UseAnother)));
            }
            ProblemType::ChallengeDead => self.look_again(Text::CodeDead.into()),

            ProblemType::SendThrottled => self.sent_before(until),
            ProblemType::TenantBudget => self.not_sent(Text::NoticeBudget),
            ProblemType::DeliveryUnavailable => self.not_sent(Text::NoticeDelivery),
            ProblemType::NumberNotAllowed if problem.reason == Some(Reason::OwnPbx) => {
                self.number_error(NumberError::OwnPbx);
            }
            ProblemType::NumberNotAllowed => self.number_error(NumberError::NotAllowed),
            ProblemType::NumberBlocked => self.number_error(NumberError::Blocked),
            ProblemType::BackupRequired if matches!(waiting.request, Request::Finish) => {
                self.look_again(Text::BackupRequired.into());
            }
            ProblemType::BackupRequired => self.notify(Text::NoticeNeeded),
            ProblemType::Unavailable => self.out_of_reach(Failure::Unavailable, Text::NoticeUnavailable),

            // Only a fault on one of the two sides brings these here.
            ProblemType::CodeInvalid
            | ProblemType::AuthenticatorPending
            | ProblemType::StepUpRequired
            | ProblemType::BrowserNotAllowed
            | ProblemType::AlreadyRedeemed
            | ProblemType::IdempotencyMismatch
            | ProblemType::InvalidRequest
            | ProblemType::PayloadTooLarge
            | ProblemType::MethodNotAllowed
            | ProblemType::UnsupportedMediaType => {
                self.out_of_reach(Failure::Unavailable, Text::NoticeFailed)
            }
        }
    }

    /// The text stays and is selected: one digit is often all that is wrong.
    fn wrong_code(&mut self, attempts_left: Option<u32>) {
        if let Some(view) = &mut self.state.view {
            let challenge = view.challenge.as_mut().map(|c| &mut c.attempts_left);
            let enrollment = view.enrollment.as_mut().map(|e| &mut e.attempts_left);
            if let (Some(left), Some(known)) = (challenge.or(enrollment), attempts_left) {
                *left = known;
            }
        }
        self.state.code.wrong = self.state.code.wrong.saturating_add(1);
        let error = CodeError::Wrong(attempts_left);
        self.say(error.message());
        self.state.code.error = Some(error);
        self.focus(Focus::CodeSelected);
        if attempts_left == Some(0) {
            self.call_quietly(Request::Refresh);
        }
    }

    /// A change that needs a code first: it is asked for, once.
    fn step_up_for(&mut self, kind: ProblemType, change: &Request) -> bool {
        let challenge = match (kind, change) {
            (ProblemType::AuthenticatorPending, Request::SetPrimary(id)) => {
                Request::Challenge(Some(id.clone()))
            }
            (
                ProblemType::StepUpRequired,
                Request::SetPrimary(_) | Request::Remove(_) | Request::Enroll(_) | Request::Confirm { .. },
            ) => Request::Challenge(None),
            #[cfg(feature = "manage")]
            (ProblemType::StepUpRequired, Request::IssueRecoveryCodes) => Request::Challenge(None),
            _ => return false,
        };
        self.step_up(change.clone(), challenge);
        true
    }

    /// Something has changed behind the screen: says so, and asks what is to be shown.
    fn look_again(&mut self, message: Message) {
        self.notify(message);
        self.call_quietly(Request::Refresh);
    }

    fn not_sent(&mut self, text: Text) {
        let another = self.state.may(Action::UseAnother);
        self.notify(Message::new(text).or_another(another));
    }

    fn sent_before(&mut self, until: Option<UnixSeconds>) {
        if let Some(challenge) = self.state.view.as_mut().and_then(|view| view.challenge.as_mut()) {
            challenge.resend_at = until.or(challenge.resend_at);
        }
        self.notify(Text::NoticeSentBefore);
    }
}

fn locked(until: Option<UnixSeconds>, another: bool) -> Message {
    match until {
        Some(until) => {
            let text = if another {
                Text::LockedLeadOr
            } else {
                Text::LockedLead
            };
            Message::new(text).with("time", Value::Time(until))
        }
        None => Text::LockedLeadNoTime.into(),
    }
}

impl CodeError {
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Short(CodeForm::Digits) => Text::CodeShort.into(),
            Self::Short(CodeForm::Characters) => Text::RecoveryShort.into(),
            Self::Wrong(None | Some(0)) => Text::CodeWrong.into(),
            Self::Wrong(Some(left)) => {
                let text = if *left == 1 {
                    Text::CodeWrongOne
                } else {
                    Text::CodeWrongOther
                };
                Message::new(text).with("count", Value::Count(u64::from(*left)))
            }
        }
    }
}
