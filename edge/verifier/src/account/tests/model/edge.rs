//! What is judged at each edge, and noted for the next.

use std::rc::Rc;

use pbx_2fa_shared::delivery::Message;
use pbx_2fa_shared::{ProblemType, Purpose, RecoveryCode};

use super::action::Page;
use super::code::Typed;
use super::node::{Node, kind_of, problem};
use super::seen::{Letter, Redemption, Subject, Visit};
use super::setting::Surroundings;
use crate::account::authenticator::{Method, Source};
use crate::account::{Act, HelpDeskAct, Reply};
use crate::claims::AssertionClaims;
use crate::limits;
use crate::opening::Opening;
use crate::refusal::Refusal;

/// What is asked of the account.
pub(super) enum Deed {
    Open(Page, Rc<Opening>),
    Reopen(Page, Rc<Opening>),
    Replay(Page),
    Act(Page, Act, Option<Typed>),
    Redeem(Page, Option<u8>),
    Report(Page),
    HelpDesk(HelpDeskAct),
    GiveBypass,
}

type Judgement = Result<(), String>;

impl Node {
    /// `self` is what came of the deed, `before` what it was done to.
    pub(super) fn observe(
        &mut self,
        before: &Self,
        deed: &Deed,
        reply: &Result<Reply, Refusal>,
        sent: &[Message],
        around: &Surroundings,
    ) -> Judgement {
        let page = match deed {
            Deed::Open(page, _)
            | Deed::Reopen(page, _)
            | Deed::Replay(page)
            | Deed::Act(page, ..)
            | Deed::Redeem(page, _)
            | Deed::Report(page) => *page,
            Deed::HelpDesk(act) => return self.note_help(before, act, reply),
            Deed::GiveBypass => return self.note_bypass(reply),
        };
        self.note_visit(page, deed, reply, around);
        if let Err(refusal) = reply
            // A ticket is spent by its exchange, also where the page then has nothing left to show.
            && !matches!(deed, Deed::Replay(_) | Deed::Reopen(..))
        {
            before.check_refused(self, refusal)?;
        }
        self.note_sent(before, page, reply, sent)?;
        match deed {
            Deed::Replay(_) => return holds(reply.is_err(), "I1: a ticket was good twice"),
            Deed::Act(_, act, typed) => {
                if let Some(typed) = typed {
                    self.judge_code(before, page, typed, reply)?;
                }
                if reply.is_ok() {
                    self.judge_change(before, page, act, around)?;
                }
            }
            Deed::Redeem(_, key) => self.judge_redemption(before, page, *key, reply)?,
            _ => {}
        }
        if let Ok(Reply::View { view, claims } | Reply::Exchanged { view, claims, .. }) = reply {
            if !view.recovery_codes.is_empty() {
                let of = self
                    .account
                    .recovery
                    .as_ref()
                    .map(|r| r.id.clone())
                    .ok_or("no codes are kept")?;
                self.seen.note_fallbacks(&of, &view.recovery_codes, None);
            }
            if let Some(setup) = view.enrollment.as_ref().and_then(|e| e.totp.as_ref()) {
                self.keep_app(page, &setup.uri);
            }
            if let Some(claims) = claims {
                self.judge_assertion(before, page, claims, around)?;
            }
        }
        Ok(())
    }

    fn note_help(&mut self, before: &Self, act: &HelpDeskAct, reply: &Result<Reply, Refusal>) -> Judgement {
        if let Err(refusal) = reply {
            return before.check_refused(self, refusal);
        }
        match act {
            HelpDeskAct::Remove { authenticator } => self.seen.end_proof_of(|id| id == authenticator),
            HelpDeskAct::Unlock => self.seen.note_right(),
            HelpDeskAct::Reset => {
                self.seen.note_right();
                self.seen.put_off = 0;
                self.seen.visits = [None, None];
                self.seen.fallbacks.clear();
            }
        }
        Ok(())
    }

    fn note_bypass(&mut self, reply: &Result<Reply, Refusal>) -> Judgement {
        let Ok(Reply::Bypass(given)) = reply else {
            return Err("a code of the help desk was refused".to_owned());
        };
        let code = RecoveryCode::from_typed(&given.code).ok_or("no code")?;
        let of = self
            .account
            .bypass
            .as_ref()
            .map(|b| b.id.clone())
            .ok_or("no code is kept")?;
        self.seen.note_fallbacks(&of, &[code], Some(given.expires_at));
        Ok(())
    }

    fn note_visit(&mut self, page: Page, deed: &Deed, reply: &Result<Reply, Refusal>, around: &Surroundings) {
        let Ok(Reply::Exchanged { secret, .. }) = reply else {
            return;
        };
        let (Deed::Open(_, opening) | Deed::Reopen(_, opening)) = deed else {
            return;
        };
        let ticket_until = around.replays.then_some(opening.ticket_expires_at);
        let known = self
            .seen
            .visit(page)
            .filter(|v| v.transaction == opening.transaction);
        self.seen.visits[page as usize] = Some(match known {
            Some(known) => Visit {
                secret: *secret,
                opening: Rc::clone(opening),
                ticket_until,
                ..known.clone()
            },
            None => Visit {
                transaction: opening.transaction,
                secret: *secret,
                opening: Rc::clone(opening),
                ticket_until,
                purpose: opening.purpose,
                proven_at: None,
                proven_by: None,
                claims: None,
                redeemed: None,
                sent: 0,
                judged: Vec::new(),
            },
        });
    }

    /// Whoever is refused without a judgement leaves no trace.
    pub(super) fn check_refused(&self, after: &Self, refusal: &Refusal) -> Judgement {
        let judged = problem(refusal)? == ProblemType::CodeInvalid;
        if judged {
            holds(self.stored != after.stored, "I3: a judged code left no trace")
        } else {
            holds(self.stored == after.stored, "I3: refused, yet changed")
        }
    }

    fn note_sent(
        &mut self,
        before: &Self,
        page: Page,
        reply: &Result<Reply, Refusal>,
        sent: &[Message],
    ) -> Judgement {
        if sent.is_empty() {
            return Ok(());
        }
        let now = self.now;
        holds(reply.is_ok(), "I7: what was refused sent a code")?;
        holds(!before.seen.is_locked(now), "I6: a code was sent during a wait")?;
        for message in sent {
            let message = message.code();
            let transaction = self.transaction(page).ok_or("a code for no transaction")?;
            let pending = transaction.enrollment.as_ref().map(|e| &e.challenge);
            let challenge = transaction
                .challenges
                .iter()
                .chain(pending)
                .find(|c| c.id == message.challenge);
            let letter = Letter {
                transaction: transaction.key,
                to: challenge.ok_or("a code for no challenge")?.authenticator.clone(),
                challenge: message.challenge.clone(),
                code: message.code.clone(),
                before: None,
                until: now + limits::CODE_LIFETIME,
                used: false,
            };
            self.seen.note_sent(letter, now);
            let visit = self.seen.visit_mut(page).ok_or("a code for no page")?;
            visit.sent += 1;
            holds(
                visit.sent <= limits::SENDS_PER_TRANSACTION,
                "I7: too many codes in a transaction",
            )?;
        }
        let within = |at: &&u64| now < **at + limits::SEND_WINDOW;
        let recent = self.seen.unanswered.iter().filter(within).count();
        holds(
            recent <= limits::UNANSWERED_SENDS,
            "I7: too many codes that nobody answered",
        )
    }

    fn judge_code(
        &mut self,
        before: &Self,
        page: Page,
        typed: &Typed,
        reply: &Result<Reply, Refusal>,
    ) -> Judgement {
        let accepted = match reply {
            Ok(_) => true,
            Err(Refusal::CodeInvalid { .. }) => false,
            Err(_) => return Ok(()),
        };
        let now = self.now;
        holds(!before.seen.is_locked(now), "I6: a code was judged during a wait")?;
        holds(before.stored != self.stored, "I3: a judged code left no trace")?;
        let of = if typed.enrolling {
            Subject::Pending(typed.kind)
        } else {
            Subject::Bound(typed.authenticator.clone())
        };
        let visit = self.seen.visit_mut(page).ok_or("a code from no page")?;
        visit.note_judged(of, &typed.challenge)?;
        if !accepted {
            self.seen.note_wrong(now);
            return Ok(());
        }
        let bound = |id| before.account.authenticator(id).is_some();
        let unprotected = before.account.authenticators.is_empty() && !before.seen.has_fallback(now);
        if typed.enrolling {
            let first = unprotected;
            holds(
                first || visit.proven_at.is_some(),
                "I8: a further method without a code of one before",
            )?;
            visit.note_confirmed();
        } else if !typed.kind.is_fallback() {
            holds(bound(&typed.authenticator), "I8: a code of what is not bound")?;
        }
        visit.proven_at = Some(now);
        visit.proven_by = Some(typed.authenticator.clone());
        self.seen.note_right();
        self.judge_right(typed)
    }

    /// That an accepted code was right, and had not been used.
    fn judge_right(&mut self, typed: &Typed) -> Judgement {
        let now = self.now;
        if typed.kind.is_fallback() {
            return self.seen.note_fallback(&typed.code, now);
        }
        if let Some(step) = typed.step {
            self.seen.note_step(&typed.authenticator, step)?;
            let near = step.abs_diff(now / limits::TOTP_STEP) <= 1;
            return holds(near, "I8: a code from far away in time");
        }
        let mut letters = self.seen.letters.iter_mut();
        let letter = letters.find(|l| l.challenge == typed.challenge && typed.code == l.code.clone().into());
        let letter = letter.ok_or("I8: a code was accepted that is not right")?;
        holds(!letter.used, "I8: a code was good twice")?;
        holds(now < letter.until, "I8: an old code was good")?;
        letter.used = true;
        Ok(())
    }

    /// What was changed, that it might be.
    fn judge_change(&mut self, before: &Self, page: Page, act: &Act, around: &Surroundings) -> Judgement {
        let now = self.now;
        let usable = self.usable(around);
        let may_put_off = around.may_put_off(before.seen.put_off, now);
        let unprotected = before.account.authenticators.is_empty() && !before.seen.has_fallback(now);
        let visit = self.seen.visit_mut(page).ok_or("an act of no page")?;
        let fresh = visit.is_fresh(now);
        match act {
            Act::Enroll(request) => {
                visit.note_enrollment(kind_of(request));
                let first = unprotected && visit.proven_at.is_none();
                holds(
                    first || fresh,
                    "I8: a further method was begun without a fresh code",
                )
            }
            Act::SetPrimary { .. } | Act::IssueRecoveryCodes => holds(
                fresh && visit.purpose == Purpose::Manage,
                "I8: changed without a fresh code",
            ),
            Act::Remove { authenticator } => {
                holds(
                    fresh && visit.purpose == Purpose::Manage,
                    "I8: removed without a fresh code",
                )?;
                let removed = before
                    .account
                    .authenticator(authenticator)
                    .ok_or("removed what was not")?;
                holds(removed.source == Source::User, "I4: the portal's own was removed")?;
                let counted = usable < before.usable(around);
                let needed = if may_put_off { 1 } else { 2 };
                holds(
                    !counted || usable >= needed,
                    "I4: removed below what policy demands",
                )
            }
            _ => Ok(()),
        }
    }

    fn judge_assertion(
        &mut self,
        before: &Self,
        page: Page,
        claims: &AssertionClaims,
        around: &Surroundings,
    ) -> Judgement {
        let now = self.now;
        let usable = self.usable(around);
        let others = self
            .seen
            .visits
            .iter()
            .flatten()
            .filter_map(|v| v.claims.as_ref());
        let twice = others
            .filter(|c| c.jti == claims.jti && c.txn != claims.txn)
            .count();
        holds(twice == 0, "I1: two transactions, one jti")?;
        let visit = self.seen.visit_mut(page).ok_or("an assertion for no page")?;
        if let Some(known) = &visit.claims {
            return holds(**known == *claims, "I1: two assertions for one transaction");
        }
        holds(
            !before.seen.is_locked(now),
            "I6: an assertion was fixed during a wait",
        )?;
        holds(visit.proven_at.is_some(), "I8: an assertion without a right code")?;
        holds(
            visit.proven_at == Some(claims.auth_time),
            "I8: an assertion of another time than its code",
        )?;
        visit.claims = Some(Rc::new(claims.clone()));
        if visit.purpose == Purpose::Login && usable < 2 {
            let may = around.may_put_off(self.seen.put_off, now);
            holds(may, "I4: a login with fewer methods than policy demands")?;
            self.seen.put_off += 1;
        }
        Ok(())
    }

    fn judge_redemption(
        &mut self,
        before: &Self,
        page: Page,
        key: Option<u8>,
        reply: &Result<Reply, Refusal>,
    ) -> Judgement {
        let Ok(Reply::Redeemed { response, session }) = reply else {
            return Ok(());
        };
        let now = self.now;
        let sid = session.as_ref().map(|s| s.sid.clone());
        let visit = self.seen.visit_mut(page).ok_or("a redemption of no page")?;
        let claims = visit.claims.as_ref().ok_or("I8: redeemed what was not issued")?;
        holds(response.jti == claims.jti, "I1: another jti was redeemed")?;
        let redemption = Redemption { key, sid };
        if let Some(first) = &visit.redeemed {
            let repeated = key.is_some() && first.key == key && first.sid == redemption.sid;
            return holds(repeated, "I1: redeemed twice");
        }
        holds(!before.seen.is_locked(now), "I6: redeemed during a wait")?;
        holds(
            now < claims.iat + limits::ASSERTION_LIFETIME,
            "I1: redeemed too late",
        )?;
        visit.redeemed = Some(redemption);
        Ok(())
    }

    /// What holds in every state, whatever led to it.
    pub(super) fn check_rest(&self, before: &Self) -> Judgement {
        let account = &self.account;
        holds(
            account.transactions.len() <= limits::TRANSACTIONS_PER_ACCOUNT,
            "too many transactions",
        )?;
        let enabled = account.authenticators.iter().filter(|a| a.is_enabled()).count();
        let primary = account.primary.as_ref().map(|id| account.authenticator(id));
        match primary {
            None => holds(enabled == 0, "I4: methods without a primary")?,
            Some(None) => return Err("I4: the primary is not bound".to_owned()),
            Some(Some(primary)) => holds(
                enabled == 0 || primary.is_enabled(),
                "I4: the primary is of no use",
            )?,
        }
        for authenticator in &account.authenticators {
            let Method::Totp { last_step, .. } = authenticator.method else {
                continue;
            };
            let seen = self.seen.steps.iter().find(|s| s.of == authenticator.id);
            let accepted = seen.map_or(0, |s| s.last_step);
            holds(
                last_step == accepted,
                "I5: the last accepted step is not what is stored",
            )?;
            let was = before.account.authenticator(&authenticator.id).map(|a| &a.method);
            if let Some(Method::Totp { last_step: was, .. }) = was {
                holds(last_step >= *was, "I5: the last step went back")?;
            }
        }
        for visit in self.seen.visits.iter().flatten() {
            let Ok(transaction) = account.transaction(visit.transaction) else {
                continue;
            };
            holds(transaction.sends == visit.sent, "I7: a code was not counted")?;
            holds(
                transaction.proof.is_some() == visit.proven_at.is_some(),
                "I8: proof without a right code",
            )?;
        }
        Ok(())
    }
}

fn holds(condition: bool, otherwise: &str) -> Judgement {
    if condition {
        Ok(())
    } else {
        Err(otherwise.to_owned())
    }
}
