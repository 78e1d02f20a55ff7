//! What time does: countdowns, expiry, asking how far a delivery has come, giving up on an answer.

use pbx_2fa_shared::session::{Delivery, State as Stage, View};
use pbx_2fa_shared::{Kind, UnixSeconds};

use super::code::CodeForm;
use super::event::{Effect, Request, Tell};
use super::screen::Screen;
use super::state::{Clock, Failure, State, Waiting, Watch};
use super::update::Step;
use crate::i18n::{Message, Text, Value};

/// Milliseconds after which an answer is no longer waited for.
const PATIENCE: u64 = 15_000;
/// The same of an answer that waits for news of a delivery: the worker's 20 seconds, and the way.
const LONG_PATIENCE: u64 = 30_000;
/// Milliseconds after which news of a delivery is asked for again that came without any, or not at all.
const PAUSE: u64 = 1_000;
/// Answers in a row without news after which none is expected: two minutes.
const ENOUGH: u32 = 6;
/// Seconds before a code expires at which somebody who cannot see the screen is told.
const WARNINGS: [u64; 3] = [60, 30, 10];

/// The code that the screen waits for, of a challenge or of an enrollment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Awaited<'a> {
    pub kind: Kind,
    pub hint: &'a str,
    pub delivery: Delivery,
    pub expires_at: UnixSeconds,
    pub resend_at: Option<UnixSeconds>,
    pub attempts_left: u32,
}

impl Awaited<'_> {
    #[must_use]
    pub fn expired(&self, clock: &Clock) -> bool {
        clock.now() >= self.expires_at
    }

    /// Whether the code may still be typed.
    #[must_use]
    pub fn alive(&self, clock: &Clock) -> bool {
        self.attempts_left > 0 && !self.expired(clock)
    }
}

impl State {
    /// How the code on the screen is written.
    #[must_use]
    pub fn code_form(&self) -> CodeForm {
        CodeForm::of(self.awaited().map_or(Kind::Totp, |awaited| awaited.kind))
    }

    /// What the screen waits for, where it has a code field.
    #[must_use]
    pub fn awaited(&self) -> Option<Awaited<'_>> {
        let view = self.view.as_ref()?;
        match self.screen() {
            Screen::Code => view.challenge.as_ref().map(|c| Awaited {
                kind: c.kind,
                hint: &c.hint,
                delivery: c.delivery,
                expires_at: c.expires_at,
                resend_at: c.resend_at,
                attempts_left: c.attempts_left,
            }),
            Screen::Confirm | Screen::Setup => view.enrollment.as_ref().map(|e| Awaited {
                kind: e.kind,
                hint: &e.hint,
                delivery: e.delivery,
                expires_at: e.expires_at,
                resend_at: e.resend_at,
                attempts_left: e.attempts_left,
            }),
            _ => None,
        }
    }
}

impl Step {
    pub(super) fn tick(&mut self, now: u64) {
        let before = self.state.clock.now();
        self.state.clock.local = now;
        let after = self.state.clock.now();
        let passed = |at: UnixSeconds| before < at && at <= after;

        if self.state.failure.is_some() {
            return;
        }
        self.give_up_waiting();
        let Some(view) = &self.state.view else { return };
        let verified = view.state == Stage::Verified;
        // Codes that are being written down stay, for they come once.
        if !verified && passed(view.expires_at) && !self.state.shows_codes() {
            self.fail(Failure::Expired);
            self.tell(Tell::Problem("expired"));
            return;
        }
        if view.locked_until.is_some_and(passed) {
            self.call_quietly(Request::Refresh);
        }
        if let Some(awaited) = self.state.awaited() {
            let expires_at = awaited.expires_at;
            self.warn(before, after, expires_at);
        }
        self.watch_delivery();
    }

    fn warn(&mut self, before: UnixSeconds, after: UnixSeconds, expires_at: UnixSeconds) {
        if before < expires_at && expires_at <= after {
            self.say(Text::CodeExpired);
            return;
        }
        let crossed = |left: &&u64| {
            let at = expires_at.saturating_sub(**left);
            before < at && at <= after
        };
        if let Some(left) = WARNINGS.iter().rev().find(crossed) {
            self.say(Message::new(Text::SaidLeft).with("count", Value::Count(*left)));
        }
    }

    fn give_up_waiting(&mut self) {
        let late = |waiting: &Waiting| {
            let patience = match waiting.request {
                Request::Watch(_) => LONG_PATIENCE,
                _ => PATIENCE,
            };
            self.state.clock.local.saturating_sub(waiting.since) >= patience
        };
        if self.state.waiting.as_ref().is_some_and(late) {
            self.effects.push(Effect::Cancel);
            if let Some(waiting) = self.state.waiting.take() {
                self.unreachable(&waiting);
            }
        }
    }

    /// While a code is on its way, the worker is asked for news of it, and answers when there are some.
    fn watch_delivery(&mut self) {
        let local = self.state.clock.local;
        let due = self.state.watch.filter(|watch| local >= watch.at);
        if let Some(watch) = due.filter(|_| self.state.waiting.is_none()) {
            self.call_quietly(Request::Watch(watch.known));
        }
    }

    /// Begins, goes on or stops watching, after a view or a call that brought none.
    pub(super) fn schedule_watch(&mut self) {
        let now = self.state.clock.local;
        let known = self.state.view.as_ref().and_then(View::delivery);
        let before = self.state.watch.take();
        self.state.watch = known
            .filter(|known| known.is_under_way())
            .map(|known| match before.filter(|before| before.known == known) {
                None => Watch {
                    known,
                    at: now,
                    times: 0,
                },
                Some(before) => Watch {
                    known,
                    at: now.saturating_add(PAUSE),
                    times: before.times.saturating_add(1),
                },
            })
            .filter(|watch| watch.times < ENOUGH);
    }

    pub(super) fn fail(&mut self, failure: Failure) {
        self.state.failure = Some(failure);
        self.state.watch = None;
    }
}
