//! Which screen a state shows, and where the focus goes when the screen changes.

use pbx_2fa_shared::session::State as Stage;
use pbx_2fa_shared::{Kind, Purpose};

use super::state::{Failure, Panel, State};

/// One screen, one task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// Nothing is known yet; the page shows the outline of a screen.
    Opening,
    Failed(Failure),
    /// A code is awaited.
    Code,
    Methods,
    Kinds,
    Number(Kind),
    /// A code is awaited that proves a number that is being set up.
    Confirm,
    /// An authenticator app is being set up.
    Setup,
    Manage,
    /// New recovery codes, shown once.
    Codes,
    Verified,
    Locked,
}

/// What can have the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    Heading,
    Code,
    /// With its text selected, to be typed over.
    CodeSelected,
    Number,
    /// The button that keeps a method, or the codes that are left.
    Keep,
}

impl Screen {
    /// Where somebody who cannot see the change should be after it.
    #[must_use]
    pub const fn focus(self) -> Focus {
        match self {
            Self::Code | Self::Confirm => Focus::Code,
            Self::Number(_) => Focus::Number,
            _ => Focus::Heading,
        }
    }
}

impl State {
    #[must_use]
    pub fn screen(&self) -> Screen {
        if let Some(failure) = self.failure {
            return Screen::Failed(failure);
        }
        let Some(view) = &self.view else {
            return Screen::Opening;
        };
        if self.shows_codes() {
            return Screen::Codes;
        }
        let manage = view.purpose == Purpose::Manage;
        match (&self.panel, view.state) {
            (_, Stage::Verified) => Screen::Verified,
            (Panel::Methods, Stage::Challenge | Stage::Locked) => Screen::Methods,
            (Panel::Kinds, _) => Screen::Kinds,
            (Panel::Number(kind), _) => Screen::Number(*kind),
            (Panel::List | Panel::Removing(_) | Panel::Replacing, _) if manage => Screen::Manage,
            (_, Stage::Locked) => Screen::Locked,
            (_, Stage::Challenge) if view.challenge.is_some() => Screen::Code,
            (_, Stage::Challenge) => Screen::Methods,
            (_, Stage::Enroll | Stage::Backup | Stage::Manage) => match &view.enrollment {
                Some(enrollment) if enrollment.kind == Kind::Totp => Screen::Setup,
                Some(_) => Screen::Confirm,
                None if view.state == Stage::Manage => Screen::Manage,
                None => Screen::Kinds,
            },
        }
    }
}
