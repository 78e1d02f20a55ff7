//! A view has arrived: what changes on the screen, what is said, and what follows by itself.

use pbx_2fa_shared::session::{Action, Delivery, State as Stage, View};
use pbx_2fa_shared::{AuthenticatorId, Kind, Purpose};

use super::event::{Request, Tell};
use super::state::{CodeField, Failure, Panel, Waiting};
use super::update::Step;
use crate::i18n::{Message, Text, Value};

impl Step {
    pub(super) fn arrive(&mut self, mut view: View, waiting: &Waiting) {
        self.state.clock.set(view.server_time);
        if self.state.page.framed && view.purpose == Purpose::Manage {
            self.fail(Failure::Framed);
            self.tell(Tell::Problem("framed"));
            return;
        }
        if self.hand_over(&view, waiting) {
            return;
        }
        self.state.failure = None;
        let old = self.state.view.take();
        keep_key(&mut view, old.as_ref());
        let same_code = old.as_ref().is_some_and(|old| same_code(old, &view));
        let same_stage = old.as_ref().is_some_and(|old| old.state == view.state);

        if !same_code {
            self.state.code = CodeField::default();
            self.state.copied = false;
        }
        if !waiting.background || !same_stage {
            self.state.panel = Panel::Main;
            self.state.moved = None;
        }
        if !waiting.background && !Self::only_asks(&waiting.request) {
            self.state.notice = None;
        }
        #[cfg(feature = "manage")]
        self.take_issued(&mut view);
        if !same_stage {
            self.tell(Tell::State(name(view.state)));
        }
        self.say_what_changed(old.as_ref(), &view, &waiting.request);
        self.state.view = Some(view);
        if same_stage && matches!(waiting.request, Request::Challenge(_) | Request::Enroll(_)) {
            // What was pressed may be gone, and the screen is still the same.
            self.focus(self.state.screen().focus());
        }
        self.schedule_watch();
        self.follow(&waiting.request);
    }

    /// What needs no press: handing over the assertion, finishing, the change that waited for a code.
    fn follow(&mut self, answered: &Request) {
        let after_a_code = matches!(answered, Request::Attempt { .. } | Request::Refresh);
        let Some(view) = &self.state.view else { return };
        match (view.state, &view.assertion) {
            (Stage::Verified, Some(assertion)) => {
                let assertion = assertion.clone();
                self.tell(Tell::Verified(assertion));
            }
            (Stage::Verified, None) if view.actions.contains(&Action::Finish) => self.call(Request::Finish),
            (Stage::Manage | Stage::Backup, _) if after_a_code && !view.actions.contains(&Action::StepUp) => {
                if let Some(change) = self.state.wanted.take() {
                    self.call(change);
                }
            }
            _ => {}
        }
    }

    fn say_what_changed(&mut self, old: Option<&View>, view: &View, request: &Request) {
        let method = |kind: Kind| Value::Method(kind, view.app_name.as_str().to_owned());
        let kind_of = |view: &View, id: &AuthenticatorId| {
            view.authenticators.iter().find(|a| a.id == *id).map(|a| a.kind)
        };
        let changed = match request {
            Request::SetPrimary(id) => {
                self.state.moved = Some(id.clone());
                kind_of(view, id).map(|kind| (Text::SaidPrimary, kind))
            }
            Request::Remove(id) => old
                .and_then(|old| kind_of(old, id))
                .map(|kind| (Text::SaidRemoved, kind)),
            Request::Confirm { .. } => {
                let enrolled = old.and_then(|old| old.enrollment.as_ref());
                enrolled.map(|enrollment| (Text::SaidAdded, enrollment.kind))
            }
            _ => None,
        };
        if let Some((text, kind)) = changed {
            self.say(Message::new(text).with("method", method(kind)));
            self.focus(super::screen::Focus::Heading);
        } else if let Some(message) = delivery_news(old, view) {
            self.say(message);
        }
    }
}

/// The key of an authenticator app comes once; it is kept while its enrollment is on the screen.
fn keep_key(view: &mut View, old: Option<&View>) {
    let old = old.and_then(|old| old.enrollment.as_ref());
    if let (Some(new), Some(old)) = (&mut view.enrollment, old)
        && new.id == old.id
        && new.totp.is_none()
    {
        new.totp.clone_from(&old.totp);
    }
}

/// Whether what is in the code field still makes sense.
fn same_code(old: &View, new: &View) -> bool {
    old.state == new.state
        && old.challenge.as_ref().map(|c| &c.id) == new.challenge.as_ref().map(|c| &c.id)
        && old.enrollment.as_ref().map(|e| &e.id) == new.enrollment.as_ref().map(|e| &e.id)
}

fn delivery_news(old: Option<&View>, new: &View) -> Option<Message> {
    let delivery = |view: &View| {
        let challenge = view
            .challenge
            .as_ref()
            .map(|c| (c.kind, c.delivery, c.hint.clone()));
        challenge.or_else(|| {
            view.enrollment
                .as_ref()
                .map(|e| (e.kind, e.delivery, e.hint.clone()))
        })
    };
    let (kind, now, hint) = delivery(new)?;
    let before = old.and_then(delivery);
    if before.is_some_and(|(by, before, _)| (by, before) == (kind, now)) {
        return None;
    }
    let another = new.actions.contains(&Action::UseAnother);
    let message = delivery_message(kind, now, &hint, new.app_name.as_str())?;
    Some(message.or_another(another))
}

/// What is said, and shown, of a delivery.
#[must_use]
pub fn delivery_message(kind: Kind, delivery: Delivery, hint: &str, app_name: &str) -> Option<Message> {
    let text = match (kind, delivery) {
        (Kind::Recovery, _) => return Some(Text::LeadRecovery.into()),
        (Kind::Bypass, _) => return Some(Text::LeadBypass.into()),
        (Kind::Totp, _) | (_, Delivery::NotNeeded) => return Some(Text::LeadTotp.into()),
        (_, Delivery::Throttled) => return None,
        (Kind::App, Delivery::Sending) => Text::LeadAppSending,
        (Kind::App, Delivery::Sent | Delivery::Ringing | Delivery::Answered) => Text::LeadAppSent,
        (Kind::App, Delivery::Declined) => Text::DeliveryDeclinedApp,
        (Kind::App, Delivery::Failed | Delivery::NoAnswer) => Text::DeliveryFailedApp,
        (Kind::Mobile | Kind::Landline, Delivery::Sending) => Text::LeadCallSending,
        (Kind::Mobile | Kind::Landline, Delivery::Sent) => Text::LeadCallSent,
        (Kind::Mobile | Kind::Landline, Delivery::Ringing) => Text::LeadCallRinging,
        (Kind::Mobile | Kind::Landline, Delivery::Answered) => Text::LeadCallAnswered,
        (Kind::Mobile | Kind::Landline, Delivery::Declined) => Text::DeliveryDeclinedCall,
        (Kind::Mobile | Kind::Landline, Delivery::NoAnswer) => Text::DeliveryNoAnswer,
        (Kind::Mobile | Kind::Landline, Delivery::Failed) => Text::DeliveryFailedCall,
    };
    let message = Message::new(text)
        .with("app", Value::Text(app_name.to_owned()))
        .with("number", Value::Text(hint.replace(' ', "\u{a0}")));
    Some(message)
}

/// The name that the page around the widget hears, as on the wire.
const fn name(stage: Stage) -> &'static str {
    match stage {
        Stage::Challenge => "challenge",
        Stage::Enroll => "enroll",
        Stage::Backup => "backup",
        Stage::Manage => "manage",
        Stage::Verified => "verified",
        Stage::Locked => "locked",
    }
}
