//! What the worker's answers do.

use super::event::{Answer, Request, Tell};
use super::state::{Credential, Failure, Secret, Waiting};
use super::update::Step;
use crate::i18n::Text;

impl Step {
    /// An answer counts only if it is to the request that is waited for.
    pub(super) fn answered(&mut self, id: u32, now: u64, answer: Answer) {
        self.state.clock.local = now;
        let Some(waiting) = self.state.waiting.take_if(|waiting| waiting.id == id) else {
            return;
        };
        match answer {
            Answer::Opened(opened) => {
                self.state.credential = Credential::Session(Secret::new(opened.secret));
                self.arrive(opened.view, &waiting);
            }
            Answer::View(view) => self.arrive(*view, &waiting),
            Answer::Refused(problem) => self.refused(&problem, waiting),
            Answer::Unreachable => self.unreachable(&waiting),
        }
    }

    /// Nothing is known of what the worker did; asking for the view tells.
    pub(super) fn unreachable(&mut self, waiting: &Waiting) {
        if waiting.background {
            self.schedule_watch();
            return;
        }
        self.tell(Tell::Problem("unreachable"));
        self.out_of_reach(Failure::Offline, Text::NoticeOffline);
    }

    /// With a screen to return to, a sentence on it; without one, a screen of its own.
    pub(super) fn out_of_reach(&mut self, failure: Failure, notice: Text) {
        self.state.code.tried.0.clear();
        if self.state.view.is_some() && self.state.failure.is_none() {
            self.notify(notice);
        } else {
            self.fail(failure);
        }
    }

    /// Whether the request only asks what is to be shown, so that asking again would not help.
    pub(super) fn only_asks(request: &Request) -> bool {
        matches!(request, Request::Exchange | Request::Refresh | Request::Watch(_))
    }
}
