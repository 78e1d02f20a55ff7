//! The screens. Which one a view shows is what the widget shows, too.

mod code;
mod ending;
mod kinds;
mod methods;
mod number;
mod parts;
mod setup;

use pbx_2fa_shared::session::{Action, State, View};
use pbx_2fa_shared::{Kind, Origin, ReturnTo};

use crate::form::{NumberError, TypedForm};
use crate::notice::Notice;
use crate::page::Page;
use crate::path::Panel;
use crate::words::{Words, say};

pub use ending::{Failure, failure};

/// What a screen is drawn from.
#[derive(Clone, Copy)]
pub struct Screen<'a> {
    pub view: &'a View,
    pub words: &'a Words,
    /// Of the session; stands in every form, and says whose it is.
    pub mark: &'a str,
    pub notice: Notice,
    /// Whether the number that is being set up is known, to be called once more.
    pub again: bool,
    /// The portal's address for the response, and its origin.
    pub return_to: &'a ReturnTo,
    pub portal: &'a Origin,
    /// The tenant's style sheet.
    pub theme: Option<&'a str>,
}

impl Screen<'_> {
    #[must_use]
    pub fn page(self, panel: Panel) -> Page {
        let view = self.view;
        let sets_up = matches!(view.state, State::Enroll | State::Backup);
        match (panel, view.state) {
            (_, State::Verified) => ending::verified(self),
            (_, State::Manage) => failure(self.words, Failure::ManageNeedsScript, Some(self.portal)),
            (Panel::Methods, State::Challenge | State::Locked) if self.may(Action::UseAnother) => {
                methods::methods(self)
            }
            (Panel::Kinds, _) if sets_up => kinds::kinds(self),
            (Panel::Number(kind), _)
                if sets_up && self.may(Action::Enroll) && view.enrollable.contains(&kind) =>
            {
                number::number(self, kind, None)
            }
            (_, State::Locked) => ending::locked(self),
            (_, State::Challenge) if view.challenge.is_some() => code::challenge(self),
            (_, State::Challenge) => methods::methods(self),
            (_, State::Enroll | State::Backup) => match &view.enrollment {
                Some(enrollment) if enrollment.kind == Kind::Totp => setup::setup(self, enrollment),
                Some(enrollment) => code::confirm(self, enrollment),
                None => kinds::kinds(self),
            },
        }
    }

    /// The form for a number once more, with what was typed and why it cannot be.
    #[must_use]
    pub fn number(self, form: &TypedForm, error: NumberError) -> Page {
        number::number(self, form.kind, Some((form, error)))
    }

    fn may(self, action: Action) -> bool {
        self.view.actions.contains(&action)
    }

    /// How a sentence goes on where another method can be used.
    fn or_another(self) -> String {
        if self.may(Action::UseAnother) {
            [" ", self.words.say(say::OR_ANOTHER)].concat()
        } else {
            String::new()
        }
    }
}

impl std::fmt::Debug for Screen<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Screen")
            .field("view", &self.view)
            .finish_non_exhaustive()
    }
}
