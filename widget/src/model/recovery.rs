//! Recovery codes in the manager: making them, and keeping what is shown once.

use pbx_2fa_shared::session::{Action, State as Stage, View};

use super::event::{Effect, Request, Way};
use super::screen::Focus;
use super::state::{Failure, Panel, Secret, State};
use super::update::Step;
use crate::i18n::Text;

impl State {
    /// How many recovery codes are left; none where none were made.
    #[must_use]
    pub fn codes_left(&self) -> Option<u32> {
        let shown = self.view.iter().flat_map(|view| &view.authenticators);
        shown.filter_map(|authenticator| authenticator.codes_left).next()
    }
}

impl Step {
    /// What a view brings of recovery codes.
    pub(super) fn take_issued(&mut self, view: &mut View) {
        if view.state == Stage::Manage {
            self.state.makes_codes = view.actions.contains(&Action::IssueRecoveryCodes);
        }
        if !view.recovery_codes.is_empty() {
            self.state.issued = std::mem::take(&mut view.recovery_codes);
            self.state.copied = false;
        }
    }

    /// New codes end the old, so that is asked where any are left.
    pub(super) fn codes_pressed(&mut self) {
        if self.state.codes_left().is_some() {
            self.go(Panel::Replacing);
            self.focus(Focus::Keep);
        } else {
            self.want(Request::IssueRecoveryCodes);
        }
    }

    pub(super) fn take_codes(&mut self, way: Way, text: String) {
        self.effects.push(Effect::Keep(way, Secret::new(text)));
        if way == Way::Copy {
            self.state.copied = true;
            self.say(Text::SaidCodesCopied);
        }
    }

    /// Writing them down may have taken longer than the visit lasts.
    pub(super) fn codes_kept(&mut self) {
        self.state.issued.clear();
        self.state.copied = false;
        let over = |at| self.state.clock.left(at) == 0;
        if self.state.view.as_ref().is_some_and(|view| over(view.expires_at)) {
            self.fail(Failure::Expired);
        }
    }
}
