//! Logging in needs a part of the widget's code. The rest, for setting up and managing methods, is fetched when a view
//! asks for it, and then goes on with the conversation.

use pbx_2fa_shared::Purpose;
use pbx_2fa_shared::session::{State as Stage, View};

use super::event::{Effect, Tell};
use super::state::{Credential, Failure, Waiting};
use super::update::Step;

/// How much of the widget the code on the page is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Part {
    /// Codes, the choice of another method, and what can be in the way.
    Login,
    #[default]
    Whole,
}

impl Part {
    /// Whether the screens of this view are in the rest.
    fn lacks(self, view: &View) -> bool {
        let manages = matches!(view.state, Stage::Enroll | Stage::Backup | Stage::Manage);
        self == Self::Login && (manages || view.purpose == Purpose::Manage)
    }
}

impl Step {
    /// Whether the whole widget has to go on from here. Until it draws, the screen stays as it is, as if the answer had
    /// not come; nothing of the view is kept, for the whole widget asks for it again.
    pub(super) fn hand_over(&mut self, view: &View, waiting: &Waiting) -> bool {
        let Credential::Session(secret) = &self.state.credential else {
            return false;
        };
        let lacks = self.state.page.part.lacks(view);
        if lacks {
            self.effects.push(Effect::HandOver(secret.clone()));
            self.state.waiting = Some(Waiting {
                since: self.state.clock.local,
                ..waiting.clone()
            });
        }
        lacks
    }

    /// The rest could not be fetched. Trying again asks for the view, and with it for the rest.
    pub(super) fn stranded(&mut self) {
        self.state.waiting = None;
        self.fail(Failure::Offline);
        self.tell(Tell::Problem("unreachable"));
    }
}
