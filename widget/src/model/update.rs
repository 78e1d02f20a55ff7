//! From one state to the next.

use pbx_2fa_shared::session::{Action, State as Stage};

use super::event::{Effect, Event, Request, Tell};
use super::screen::{Focus, Screen};
use super::state::{Credential, Failure, Panel, Said, State, Waiting};
use crate::i18n::{Message, Text};

/// What a state becomes by an event, and what is to be done.
#[must_use]
pub fn update(state: State, event: Event) -> (State, Vec<Effect>) {
    let before = state.screen();
    let spoken = state.said.serial;
    let mut step = Step {
        state,
        effects: Vec::new(),
    };
    step.happen(event);
    let after = step.state.screen();
    if before != after && spoken == step.state.said.serial {
        // What was said of another screen is not found on this one.
        step.state.said.message = None;
    }
    if before != after && after != Screen::Opening {
        step.effects.push(Effect::Focus {
            on: after.focus(),
            insist: before != Screen::Opening,
        });
    }
    (step.state, step.effects)
}

/// A state on its way to the next, with what is to be done so far.
pub(super) struct Step {
    pub(super) state: State,
    pub(super) effects: Vec<Effect>,
}

impl Step {
    fn happen(&mut self, event: Event) {
        match event {
            Event::Started { now } => {
                self.state.clock.local = now;
                self.refresh();
            }
            Event::Ticked { now } => self.tick(now),
            Event::Woken => self.wake(),
            Event::Arrived { id } => self.arrived(id),
            Event::Answered { id, now, answer } => self.answered(id, now, answer),

            Event::CodeTyped { text, caret } => self.type_code(&text, caret),
            Event::CodeSubmitted => self.submit_code(),
            Event::ResendPressed => self.resend(),
            Event::OtherMethodsPressed => self.go(Panel::Methods),
            Event::MethodPicked(id) => self.ask(Request::Challenge(Some(id))),
            Event::BackPressed => self.back(),

            Event::AddPressed => self.go(Panel::Kinds),
            Event::KindChosen(kind) => self.choose_kind(kind),
            #[cfg(feature = "manage")]
            Event::CountryChosen(country) => {
                self.state.number.country = country;
                self.state.number.error = None;
            }
            #[cfg(feature = "manage")]
            Event::NumberTyped(typed) => {
                self.state.number.typed = typed;
                self.state.number.error = None;
            }
            #[cfg(feature = "manage")]
            Event::NumberSubmitted => self.submit_number(),
            #[cfg(feature = "manage")]
            Event::NumberSavedAs(kind) => self.save_number_as(kind),
            #[cfg(feature = "manage")]
            Event::SuggestionTaken(kind) => self.take_suggestion(kind),
            Event::KeyCopied => self.copy_key(),
            Event::NewKeyPressed => self.enroll(pbx_2fa_shared::session::EnrollRequest::Totp {}),
            Event::BackupPutOff | Event::DonePressed => self.ask(Request::Finish),

            Event::PrimaryPressed(id) => self.want(Request::SetPrimary(id)),
            Event::RemovePressed(id) => {
                self.go(Panel::Removing(id));
                self.focus(Focus::Keep);
            }
            Event::RemoveConfirmed(id) => self.want(Request::Remove(id)),

            #[cfg(feature = "manage")]
            Event::CodesPressed => self.codes_pressed(),
            #[cfg(feature = "manage")]
            Event::CodesConfirmed => self.want(Request::IssueRecoveryCodes),
            #[cfg(feature = "manage")]
            Event::CodesTaken(way, text) => self.take_codes(way, text),
            #[cfg(feature = "manage")]
            Event::CodesKept => self.codes_kept(),

            Event::RetryPressed => self.refresh(),
            Event::RestartPressed => self.tell(Tell::Restart),
            Event::Stranded => self.stranded(),
        }
    }

    /// Asks the worker for the person, who has to wait.
    pub(super) fn call(&mut self, request: Request) {
        self.send(request, false);
    }

    /// As [`Self::call`], unless something is being waited for: a second press does nothing.
    pub(super) fn ask(&mut self, request: Request) {
        if !self.state.busy() {
            self.call(request);
        }
    }

    /// Asks the worker without holding anything up.
    pub(super) fn call_quietly(&mut self, request: Request) {
        self.send(request, true);
    }

    fn send(&mut self, request: Request, background: bool) {
        let id = self.state.last_request.wrapping_add(1);
        self.state.last_request = id;
        self.state.waiting = Some(Waiting {
            id,
            request: request.clone(),
            since: self.state.clock.local,
            background,
        });
        self.effects.push(Effect::Call {
            id,
            request,
            credential: self.state.credential.clone(),
        });
    }

    /// The view again, or the first one.
    pub(super) fn refresh(&mut self) {
        self.state.notice = None;
        self.ask(match self.state.credential {
            Credential::Ticket(_) => Request::Exchange,
            Credential::Session(_) => Request::Refresh,
        });
    }

    /// With a screen to work on, the look at what changed meanwhile holds nothing up.
    fn wake(&mut self) {
        let offline = |notice: &Message| notice.text == Text::NoticeOffline;
        if matches!(self.state.failure, Some(Failure::Offline | Failure::Unavailable)) {
            self.refresh();
        } else if self.state.notice.as_ref().is_some_and(offline) && !self.state.busy() {
            self.state.notice = None;
            self.call_quietly(Request::Refresh);
        }
    }

    /// The worker has answered in time; its words have a time of their own.
    fn arrived(&mut self, id: u32) {
        let now = self.state.clock.local;
        if let Some(waiting) = self.state.waiting.as_mut().filter(|waiting| waiting.id == id) {
            waiting.since = now;
        }
    }

    pub(super) fn go(&mut self, panel: Panel) {
        self.state.panel = panel;
        self.state.notice = None;
    }

    fn back(&mut self) {
        let stage = self.state.stage();
        let enrolling = self
            .state
            .view
            .as_ref()
            .is_some_and(|view| view.enrollment.is_some());
        let asking = matches!(self.state.panel, Panel::Removing(_) | Panel::Replacing);
        self.go(match (&self.state.panel, stage) {
            (Panel::Number(_), _) => Panel::Kinds,
            (Panel::Removing(_) | Panel::Replacing, _)
            | (Panel::Main | Panel::Kinds, Some(Stage::Manage))
            | (Panel::Main, Some(Stage::Challenge)) => Panel::List,
            (Panel::Main, _) if enrolling => Panel::Kinds,
            _ => Panel::Main,
        });
        self.state.wanted = None;
        if asking {
            self.focus(Focus::Heading);
        }
    }

    /// A new code: by the same authenticator, or to the same number that is being set up.
    fn resend(&mut self) {
        let Some(view) = &self.state.view else { return };
        match (&view.challenge, &self.state.enrolling) {
            (Some(challenge), _) => {
                let authenticator = challenge.authenticator.clone();
                self.ask(Request::Challenge(Some(authenticator)));
            }
            (None, Some(enrolling)) => {
                let again = Request::Enroll(enrolling.clone());
                self.ask(again);
            }
            (None, None) => self.go(Panel::Kinds),
        }
    }

    pub(super) fn focus(&mut self, on: Focus) {
        self.effects.push(Effect::Focus { on, insist: true });
    }

    pub(super) fn say(&mut self, message: impl Into<Message>) {
        let serial = self.state.said.serial.wrapping_add(1);
        self.state.said = Said {
            serial,
            message: Some(message.into()),
        };
    }

    /// Shown, and said.
    pub(super) fn notify(&mut self, message: impl Into<Message>) {
        let message = message.into();
        self.say(message.clone());
        self.state.notice = Some(message);
    }

    pub(super) fn tell(&mut self, tell: Tell) {
        self.effects.push(Effect::Tell(tell));
    }

    /// Whether a change of methods needs a code before it is asked.
    pub(super) fn needs_step_up(&self) -> bool {
        self.state.may(Action::StepUp)
    }
}
