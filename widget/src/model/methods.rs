//! Changes of methods, which need fresh proof: where the worker wants a code first, the change waits for it and is
//! then asked again by itself.

use pbx_2fa_shared::session::{EnrollRequest, State as Stage};

use super::event::{Effect, Request, Way};
use super::state::{Panel, Secret};
use super::update::Step;
use crate::i18n::Text;

impl Step {
    /// A change of methods that the person asked for.
    pub(super) fn want(&mut self, change: Request) {
        if self.state.busy() {
            return;
        }
        self.state.notice = None;
        if self.needs_step_up() {
            self.step_up(change, Request::Challenge(None));
        } else if self.state.stage() == Some(Stage::Challenge) {
            self.state.wanted = Some(change);
            self.go(Panel::Main);
        } else {
            self.call(change);
        }
    }

    /// Keeps the change and asks for the code that it needs.
    pub(super) fn step_up(&mut self, change: Request, challenge: Request) {
        self.state.wanted = Some(change);
        self.call(challenge);
    }

    pub(super) fn enroll(&mut self, request: EnrollRequest) {
        if !self.state.busy() {
            self.state.enrolling = Some(request.clone());
            self.want(Request::Enroll(request));
        }
    }

    pub(super) fn copy_key(&mut self) {
        let key = self
            .state
            .view
            .as_ref()
            .and_then(|view| view.enrollment.as_ref()?.totp.as_ref())
            .map(|totp| totp.secret.clone());
        if let Some(key) = key {
            self.effects.push(Effect::Keep(Way::Copy, Secret::new(key)));
            self.state.copied = true;
            self.say(Text::SaidCopied);
        }
    }
}
