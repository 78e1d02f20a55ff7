//! One state of the small world, and what an action makes of it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use pbx_2fa_shared::delivery::{DeliveryReport, Message};
use pbx_2fa_shared::ids::Nonce;
use pbx_2fa_shared::portal::OpenTransactionRequest;
use pbx_2fa_shared::trail::HelpDeskRequest;
use pbx_2fa_shared::{AuthenticatorId, Kind, ProblemType, Purpose, SubmittedCode};

use super::super::harness::{AuthenticatorApp, origin};
use super::action::{Action, Page, Target};
use super::canonical;
use super::edge::Deed;
use super::seen::{Seen, Visit};
use super::setting::{Bound, Surroundings, entropy};
use crate::account::trail::Trail;
use crate::account::transaction::{Progress, Transaction};
use crate::account::{Account, Act, Command, HelpDeskAct, Reply, StoredAccount};
use crate::bytes::Bytes;
use crate::opening::Opening;
use crate::refusal::Refusal;

#[derive(Clone)]
pub(super) struct Node {
    pub(super) now: u64,
    pub(super) account: Account,
    /// Its stored form.
    pub(super) stored: String,
    pub(super) seen: Seen,
    /// How often randomness was drawn on the way here.
    drawn: u64,
}

/// What came of an action.
pub(super) struct Step {
    pub(super) node: Node,
    pub(super) result: Result<(), Refusal>,
}

impl Node {
    pub(super) fn new(now: u64, account: Account, seen: Seen, drawn: u64) -> Self {
        let mut node = Self {
            now,
            account: Account {
                trail: Trail::NONE,
                ..account
            },
            stored: String::new(),
            seen,
            drawn,
        };
        node.wait(0);
        node
    }

    /// The same for all states that behave alike. Of 64 bits, so that two among a million that differ are taken for one
    /// with a chance of one in thirty million.
    pub(super) fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.canonical().hash(&mut hasher);
        hasher.finish()
    }

    pub(super) fn canonical(&self) -> String {
        let seen = serde_json::to_string(&self.seen).expect("can be written");
        canonical::text(&self.stored, &seen, self.now)
    }

    /// The same account, as it comes back from storage.
    pub(super) fn reread(mut self) -> Result<Self, String> {
        let read = StoredAccount::read(&self.stored)?;
        if read != self.account {
            return Err("the stored form loses something".to_owned());
        }
        self.account = read;
        Ok(self)
    }

    /// `None` where the action cannot be taken here; an error where it breaks a rule.
    pub(super) fn take(&self, action: Action, around: &Surroundings) -> Option<Result<Step, String>> {
        if let Action::Wait(seconds) = action {
            let mut node = self.clone();
            if let Bound::Ends(after) = around.bound {
                node.seen.elapsed += seconds;
                if node.seen.elapsed > after {
                    return None;
                }
            }
            node.wait(seconds);
            return Some(node.check_rest(self).map(|()| Step { node, result: Ok(()) }));
        }
        if let Some(deed) = self.help(action) {
            return Some(self.then(deed?, around));
        }
        let page = action.page()?;
        if let Action::Open(_, purpose, profile) = action {
            if around.bound != Bound::Depth && self.is_under_way(page) {
                return None;
            }
            return Some(self.open(page, purpose, profile, around));
        }
        let visit = self.seen.visit(page)?;
        let deed = match action {
            Action::Reload(_) => return Some(self.reload(page, visit, around)),
            Action::Replay(_) => Deed::Replay(page),
            Action::Redeem(_, key) => {
                visit.claims.as_ref()?;
                Deed::Redeem(page, key)
            }
            Action::Undelivered(_) => {
                self.transaction(page)?.current_challenge()?;
                Deed::Report(page)
            }
            _ => self.act(action, page)?,
        };
        Some(self.then(deed, around))
    }

    /// What the help desk does; the inner `None` where it cannot be done here.
    fn help(&self, action: Action) -> Option<Option<Deed>> {
        let deed = match action {
            Action::GiveBypass => Deed::GiveBypass,
            Action::Unlock => Deed::HelpDesk(HelpDeskAct::Unlock),
            Action::Reset => Deed::HelpDesk(HelpDeskAct::Reset),
            Action::HelpRemove(n) => {
                let Some(bound) = self.account.authenticators.get(n) else {
                    return Some(None);
                };
                let authenticator = bound.id.clone();
                Deed::HelpDesk(HelpDeskAct::Remove { authenticator })
            }
            _ => return None,
        };
        Some(Some(deed))
    }

    fn wait(&mut self, seconds: u64) {
        self.now += seconds;
        self.account.forget_the_past(self.now);
        self.stored = StoredAccount::write(&self.account).expect("can be written");
        let now = self.now;
        self.seen.forget(now, &self.account);
    }

    fn open(
        &self,
        page: Page,
        purpose: Purpose,
        profile: &'static str,
        around: &Surroundings,
    ) -> Result<Step, String> {
        let mut node = self.clone();
        node.drawn += 1;
        let request = OpenTransactionRequest {
            minimum_acr: None,
            subject: self.account.owner.subject.clone(),
            origin: origin(),
            nonce: Nonce::parse("0123456789012345678901").unwrap(),
            purpose,
            locale: None,
            return_to: None,
            profile: Some(serde_json::from_str(profile).unwrap()),
        };
        let opening = Opening::new(&around.tenant, request, self.now, &mut entropy(node.drawn));
        let opening = opening.map_err(|r| format!("{r:?}"))?;
        node.then(Deed::Open(page, Rc::new(opening)), around)
    }

    fn reload(&self, page: Page, visit: &Visit, around: &Surroundings) -> Result<Step, String> {
        let mut node = self.clone();
        match node
            .apply(
                Command::Renew {
                    transaction: visit.transaction,
                },
                around,
            )
            .0
        {
            Ok(Reply::Renewed(opening)) => node.then(Deed::Reopen(page, Rc::new(*opening)), around),
            Ok(_) => Err("not an opening".to_owned()),
            Err(refusal) => {
                self.check_refused(&node, &refusal)?;
                Ok(Step {
                    node,
                    result: Err(refusal),
                })
            }
        }
    }

    fn act(&self, action: Action, page: Page) -> Option<Deed> {
        let bound = |n: usize| self.account.authenticators.get(n).map(|a| a.id.clone());
        let mut typed = None;
        let act = match action {
            Action::Look(_) => Act::Look,
            Action::Finish(_) => Act::Finish,
            Action::Ask(_, n) => Act::Challenge {
                authenticator: Some(bound(n)?),
            },
            Action::AskFallback(_) => Act::Challenge {
                authenticator: Some(self.account.fallbacks(self.now).next()?.1.id.clone()),
            },
            Action::MakeCodes(_) => Act::IssueRecoveryCodes,
            Action::SetPrimary(_, n) => Act::SetPrimary {
                authenticator: bound(n)?,
            },
            Action::Remove(_, n) => Act::Remove {
                authenticator: bound(n)?,
            },
            Action::Enroll(_, what) => Act::Enroll(serde_json::from_str(what).unwrap()),
            Action::Attempt(_, target, guess) => {
                let transaction = self.transaction(page)?;
                let on_screen = |id| transaction.current.as_ref() == Some(id);
                let challenge = match target {
                    Target::OnScreen => transaction.current_challenge(),
                    Target::Other => transaction.challenges.iter().rev().find(|c| !on_screen(&c.id)),
                };
                let given = self.typed(challenge?, guess, false)?;
                let (challenge, code) = (given.challenge.clone(), given.code.clone());
                typed = Some(given);
                Act::Attempt { challenge, code }
            }
            Action::Confirm(_, guess) => {
                let pending = self.transaction(page)?.enrollment.as_ref()?;
                let given = self.typed(&pending.challenge, guess, true)?;
                let (enrollment, code) = (pending.id.clone(), given.code.clone());
                typed = Some(given);
                let SubmittedCode::OneTime(code) = code else {
                    return None;
                };
                Act::Confirm { enrollment, code }
            }
            _ => return None,
        };
        Some(Deed::Act(page, act, typed))
    }

    pub(super) fn transaction(&self, page: Page) -> Option<&Transaction> {
        self.account.transaction(self.seen.visit(page)?.transaction).ok()
    }

    /// Whether something can still happen in the page's transaction.
    fn is_under_way(&self, page: Page) -> bool {
        let transaction = self.transaction(page);
        transaction.is_some_and(|t| self.now < t.expires_at() && !matches!(t.progress, Progress::Redeemed(_)))
    }

    /// Does it, and judges what came of it.
    fn then(&self, deed: Deed, around: &Surroundings) -> Result<Step, String> {
        let mut node = self.clone();
        let Some(command) = self.command(&deed) else {
            return Err("nothing to do".to_owned());
        };
        let (reply, sent) = node.apply(command, around);
        let result = reply.as_ref().map(|_| ()).map_err(Clone::clone);
        node.observe(self, &deed, &reply, &sent, around)?;
        node.check_rest(self)?;
        let now = node.now;
        node.seen.forget(now, &node.account);
        Ok(Step { node, result })
    }

    fn command(&self, deed: &Deed) -> Option<Command> {
        let visit = |page: Page| self.seen.visit(page);
        let exchange = |opening: &Opening| {
            let opening = Box::new(opening.clone());
            Command::Exchange {
                opening,
                origin: origin(),
            }
        };
        Some(match deed {
            Deed::Open(_, opening) | Deed::Reopen(_, opening) => exchange(opening),
            Deed::Replay(page) => exchange(&visit(*page)?.opening),
            Deed::Act(page, act, _) => {
                let visit = visit(*page)?;
                Command::Session {
                    transaction: visit.transaction,
                    secret: visit.secret,
                    origin: origin(),
                    act: act.clone(),
                }
            }
            Deed::Redeem(page, key) => {
                let visit = visit(*page)?;
                Command::Redeem {
                    transaction: visit.transaction,
                    claims: Box::new(visit.claims.as_deref()?.clone()),
                    key: key.map(|byte| Bytes([byte; 32])),
                }
            }
            Deed::Report(page) => Command::Report {
                challenge: self.transaction(*page)?.current.clone()?,
                report: DeliveryReport::Failed,
            },
            Deed::GiveBypass => Command::Bypass { by: help_desk() },
            Deed::HelpDesk(act) => Command::HelpDesk {
                by: help_desk(),
                act: act.clone(),
            },
        })
    }

    fn apply(&mut self, command: Command, around: &Surroundings) -> (Result<Reply, Refusal>, Vec<Message>) {
        self.drawn += 1;
        let outcome = self.account.apply(command, around.context(self.now, self.drawn));
        // It decides nothing, and no two are alike.
        self.account.trail = Trail::NONE;
        self.stored = StoredAccount::write(&self.account).expect("can be written");
        (outcome.reply, outcome.deliver)
    }

    /// How many methods the account could be asked for.
    pub(super) fn usable(&self, around: &Surroundings) -> usize {
        self.account.usable(&around.context(self.now, 0)).count()
    }

    /// Keeps the authenticator app that was just begun to be set up.
    pub(super) fn keep_app(&mut self, page: Page, uri: &str) {
        let pending = self.transaction(page).and_then(|t| t.enrollment.as_ref());
        if let Some(id) = pending.map(|e| e.challenge.authenticator.clone()) {
            self.seen
                .apps
                .push((id, Rc::new(AuthenticatorApp::from_uri(uri))));
        }
    }
}

impl Seen {
    /// What is of no account any more.
    fn forget(&mut self, now: u64, account: &Account) {
        self.unanswered.retain(|at| now < at + crate::limits::SEND_WINDOW);
        let pending = |t: &Transaction| t.enrollment.as_ref().map(|e| e.challenge.authenticator.clone());
        let known = |id: &AuthenticatorId| {
            account.authenticator(id).is_some()
                || account
                    .transactions
                    .iter()
                    .any(|t| pending(t).as_ref() == Some(id))
        };
        self.apps.retain(|(id, _)| known(id));
        self.steps.retain(|s| known(&s.of));
        self.letters
            .retain(|l| account.transaction(l.transaction).is_ok());
    }
}

fn help_desk() -> HelpDeskRequest {
    serde_json::from_str(r#"{"actor":"Mia","reason":"asked"}"#).expect("a request")
}

/// Never a fault of the service itself.
pub(super) fn problem(refusal: &Refusal) -> Result<ProblemType, String> {
    match refusal {
        Refusal::Refused(problem)
        | Refusal::Explained { problem, .. }
        | Refusal::Reasoned { problem, .. }
        | Refusal::Wait { problem, .. } => Ok(*problem),
        Refusal::CodeInvalid { .. } => Ok(ProblemType::CodeInvalid),
        Refusal::NoRootKey(_) | Refusal::Internal(_) => {
            Err(format!("a fault of the rules: {:?}", refusal.fault()))
        }
    }
}

/// The kind that an enrollment is of.
pub(super) fn kind_of(request: &pbx_2fa_shared::session::EnrollRequest) -> Kind {
    use pbx_2fa_shared::session::EnrollRequest;
    match request {
        EnrollRequest::Totp {} => Kind::Totp,
        EnrollRequest::Mobile(_) => Kind::Mobile,
        EnrollRequest::Landline(_) => Kind::Landline,
    }
}
