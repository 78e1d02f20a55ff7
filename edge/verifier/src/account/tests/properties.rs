//! What holds after any sequence of commands.

use std::collections::HashMap;

use pbx_2fa_shared::delivery::DeliveryReport;
use pbx_2fa_shared::operator::{BackupGrace, ProfileMobile};
use pbx_2fa_shared::{ChallengeId, Kind, OneTimeCode, ProblemType, Purpose, SessionId};
use proptest::collection::vec;
use proptest::prelude::*;

use super::harness::{
    APP, APP_AND_MOBILE, AuthenticatorApp, MOBILE, NOTHING, Page, World, elsewhere, origin, problem, wrong,
};
use crate::account::authenticator::Method;
use crate::account::{Account, Act, Command, StoredAccount};
use crate::bytes::Bytes;
use crate::claims::AssertionClaims;
use crate::limits;
use crate::opening::Opening;
use crate::refusal::Refusal;

const PROFILES: [&str; 6] = [
    NOTHING,
    APP,
    MOBILE,
    APP_AND_MOBILE,
    r#"{"app":{"registered":false},"mobile":"+32470123499","landline":"+3225551234"}"#,
    r#"{"landline":"+3225551234","display_name":"An"}"#,
];

const ENROLLMENTS: [&str; 6] = [
    r#"{"kind":"totp"}"#,
    r#"{"kind":"mobile","number":"+32470999999"}"#,
    r#"{"kind":"landline","number":"+3225559999"}"#,
    r#"{"kind":"mobile","number":"+32470123456"}"#,
    r#"{"kind":"mobile","suggested":true}"#,
    r#"{"kind":"landline","suggested":true}"#,
];

/// One thing that somebody does. Numbers choose among what there is, whatever their size.
#[derive(Debug, Clone)]
enum Step {
    Open {
        manage: bool,
        profile: usize,
    },
    ExchangeAgain {
        opening: usize,
    },
    Renew {
        page: usize,
    },
    Look {
        page: usize,
    },
    Ask {
        page: usize,
        by: usize,
    },
    Attempt {
        page: usize,
        challenge: usize,
        code: Guess,
    },
    Enroll {
        page: usize,
        what: usize,
    },
    Confirm {
        page: usize,
        code: Guess,
    },
    SetPrimary {
        page: usize,
        which: usize,
    },
    Remove {
        page: usize,
        which: usize,
    },
    Finish {
        page: usize,
    },
    Redeem {
        page: usize,
        key: Option<u8>,
    },
    Report {
        sent: usize,
        delivered: bool,
    },
    Foreign {
        page: usize,
        elsewhere: bool,
    },
    Wait {
        seconds: u64,
    },
}

#[derive(Debug, Clone, Copy)]
enum Guess {
    Right,
    Wrong,
    Earlier,
}

fn step() -> impl Strategy<Value = Step> {
    let n = || 0..8_usize;
    let guess = || prop_oneof![5 => Just(Guess::Right), 3 => Just(Guess::Wrong), 1 => Just(Guess::Earlier)];
    let wait = prop_oneof![0..5_u64, 25..65_u64, 290..310_u64, 590..1_300_u64];
    prop_oneof![
        5 => (any::<bool>(), n()).prop_map(|(manage, profile)| Step::Open { manage, profile }),
        1 => n().prop_map(|opening| Step::ExchangeAgain { opening }),
        1 => n().prop_map(|page| Step::Renew { page }),
        1 => n().prop_map(|page| Step::Look { page }),
        4 => (n(), n()).prop_map(|(page, by)| Step::Ask { page, by }),
        10 => (n(), n(), guess())
            .prop_map(|(page, challenge, code)| Step::Attempt { page, challenge, code }),
        5 => (n(), n()).prop_map(|(page, what)| Step::Enroll { page, what }),
        5 => (n(), guess()).prop_map(|(page, code)| Step::Confirm { page, code }),
        2 => (n(), n()).prop_map(|(page, which)| Step::SetPrimary { page, which }),
        2 => (n(), n()).prop_map(|(page, which)| Step::Remove { page, which }),
        2 => n().prop_map(|page| Step::Finish { page }),
        2 => (n(), prop::option::of(0..2_u8)).prop_map(|(page, key)| Step::Redeem { page, key }),
        1 => (n(), any::<bool>()).prop_map(|(sent, delivered)| Step::Report { sent, delivered }),
        1 => (n(), any::<bool>()).prop_map(|(page, elsewhere)| Step::Foreign { page, elsewhere }),
        3 => wait.prop_map(|seconds| Step::Wait { seconds }),
    ]
}

/// The world, and what an onlooker has seen of it.
struct Run {
    world: World,
    openings: Vec<Opening>,
    pages: Vec<Page>,
    /// Authenticator apps that were set up or begun, newest last.
    apps: Vec<AuthenticatorApp>,
    /// How many codes were judged, by challenge or enrollment.
    judged: HashMap<String, u32>,
    /// Transactions in which a right code was given.
    proven: Vec<Bytes<16>>,
    assertions: Vec<AssertionClaims>,
    /// `sid` by the `jti` of its assertion.
    sessions: HashMap<String, Option<SessionId>>,
    /// When codes were sent since the last right one.
    unanswered: Vec<u64>,
    last_steps: HashMap<String, u64>,
}

impl Run {
    fn new(backup: BackupGrace, profile_mobile: ProfileMobile) -> Self {
        let world = World::with_policy(|p| {
            p.backup = backup;
            p.profile_mobile = profile_mobile;
        });
        Self {
            world,
            openings: Vec::new(),
            pages: Vec::new(),
            apps: Vec::new(),
            judged: HashMap::new(),
            proven: Vec::new(),
            assertions: Vec::new(),
            sessions: HashMap::new(),
            unanswered: Vec::new(),
            last_steps: HashMap::new(),
        }
    }

    fn take(&mut self, step: Step) {
        let sent = self.world.sent.len();
        match step {
            Step::Open { manage, profile } => {
                let purpose = if manage { Purpose::Manage } else { Purpose::Login };
                let opening = self.world.open(purpose, PROFILES[profile % PROFILES.len()]);
                self.openings.push(opening.clone());
                let page = self.world.exchange(&opening);
                self.pages.push(page.expect("a fresh ticket is good"));
            }
            Step::ExchangeAgain { opening } => {
                if let Some(opening) = choose(&self.openings, opening).cloned() {
                    match self.world.exchange(&opening) {
                        Ok(page) => {
                            assert!(opening.renewed, "a first ticket is good once");
                            self.pages.push(page);
                        }
                        Err(refusal) => drop(problem(&refusal)),
                    }
                }
            }
            Step::Renew { page } => {
                if let Some(page) = choose(&self.pages, page).cloned() {
                    let before = self.world.snapshot();
                    match self.world.renew(page.transaction) {
                        Ok(opening) => self.openings.push(opening),
                        Err(refusal) => self.unchanged(&before, &refusal),
                    }
                }
            }
            Step::Redeem { page, key } => self.redeem(page, key),
            Step::Report { sent, delivered } => {
                if let Some(message) = choose(&self.world.sent, sent).cloned() {
                    let report = if delivered {
                        DeliveryReport::Sent
                    } else {
                        DeliveryReport::Failed
                    };
                    // What is no longer waited for is not found.
                    let _ = self.world.report(&message.code().challenge, report);
                }
            }
            Step::Foreign { page, elsewhere } => self.foreign(page, elsewhere),
            Step::Wait { seconds } => self.world.now += seconds,
            act => self.act(act),
        }
        let new = self.world.sent.len() - sent;
        self.unanswered.extend(vec![self.world.now; new]);
        self.check();
    }

    fn act(&mut self, step: Step) {
        let (Step::Look { page }
        | Step::Ask { page, .. }
        | Step::Attempt { page, .. }
        | Step::Enroll { page, .. }
        | Step::Confirm { page, .. }
        | Step::SetPrimary { page, .. }
        | Step::Remove { page, .. }
        | Step::Finish { page }) = step
        else {
            return;
        };
        let Some(index) = page.checked_rem(self.pages.len()) else {
            return;
        };
        let mut page = self.pages[index].clone();
        let Some(act) = self.act_of(step, &page) else {
            return;
        };
        let subject = match &act {
            Act::Attempt { challenge, .. } => Some(challenge.as_str().to_owned()),
            Act::Confirm { enrollment, .. } => Some(enrollment.as_str().to_owned()),
            _ => None,
        };
        let before = self.world.snapshot();
        let result = self.world.act(&mut page, act);
        if let Some(setup) = page.view.enrollment.as_mut().and_then(|e| e.totp.take()) {
            self.apps.push(AuthenticatorApp::from_uri(&setup.uri));
        }
        match (&result, subject) {
            (Ok(()), Some(subject)) => {
                *self.judged.entry(subject).or_default() += 1;
                self.proven.push(page.transaction);
                let transaction = self.world.account.transaction(page.transaction).unwrap();
                if transaction.proof.as_ref().unwrap().kind() == Kind::Totp {
                    assert_ne!(steps(&before), steps(&self.world.account), "a step is used up");
                }
                self.unanswered.clear();
            }
            (Err(Refusal::CodeInvalid { attempts_left }), Some(subject)) => {
                let judged = self.judged.entry(subject).or_default();
                *judged += 1;
                assert!(*judged + attempts_left <= limits::ATTEMPTS_PER_CHALLENGE);
            }
            (Err(refusal), _) => self.unchanged(&before, refusal),
            (Ok(()), None) => {}
        }
        self.pages[index] = page;
    }

    fn act_of(&mut self, step: Step, page: &Page) -> Option<Act> {
        let bound = |world: &World, n: usize| choose(&world.account.authenticators, n).map(|a| a.id.clone());
        Some(match step {
            Step::Look { .. } => Act::Look,
            Step::Finish { .. } => Act::Finish,
            Step::Ask { by: 0..=2, .. } => Act::Challenge { authenticator: None },
            Step::Ask { by, .. } => Act::Challenge {
                authenticator: Some(bound(&self.world, by)?),
            },
            Step::Attempt { challenge, code, .. } => {
                let (id, totp) = self.challenge_of(page, challenge)?;
                let code = self.guess(totp, |m| m == &id, code);
                Act::Attempt {
                    challenge: id,
                    code: code.into(),
                }
            }
            Step::Enroll { what, .. } => {
                Act::Enroll(serde_json::from_str(ENROLLMENTS[what % ENROLLMENTS.len()]).unwrap())
            }
            Step::Confirm { code, .. } => {
                let shown = page.view.enrollment.clone()?;
                let pending = self.pending_challenge(page);
                let code = self.guess(shown.kind == Kind::Totp, |m| Some(m) == pending.as_ref(), code);
                Act::Confirm {
                    enrollment: shown.id,
                    code,
                }
            }
            Step::SetPrimary { which, .. } => Act::SetPrimary {
                authenticator: bound(&self.world, which)?,
            },
            Step::Remove { which, .. } => Act::Remove {
                authenticator: bound(&self.world, which)?,
            },
            _ => return None,
        })
    }

    /// A challenge of the page's transaction, and whether it awaits an authenticator app.
    fn challenge_of(&self, page: &Page, n: usize) -> Option<(ChallengeId, bool)> {
        let transaction = self.world.account.transaction(page.transaction).ok()?;
        let challenge = choose(&transaction.challenges, n)?;
        Some((challenge.id.clone(), challenge.kind == Kind::Totp))
    }

    fn pending_challenge(&self, page: &Page) -> Option<ChallengeId> {
        let transaction = self.world.account.transaction(page.transaction).ok()?;
        transaction.enrollment.as_ref().map(|e| e.challenge.id.clone())
    }

    fn guess(&self, totp: bool, is: impl Fn(&ChallengeId) -> bool, guess: Guess) -> OneTimeCode {
        let now = self.world.now;
        let sent = self.world.sent.iter().rev().find(|m| is(&m.code().challenge));
        let app = self.apps.last().filter(|_| totp);
        let none = OneTimeCode::parse("000000").unwrap();
        let right = match (app, sent) {
            (Some(app), _) => app.code_at(now),
            (None, Some(message)) => message.code().code.clone(),
            (None, None) => none,
        };
        match guess {
            Guess::Right => right,
            Guess::Wrong => wrong(&right),
            Guess::Earlier => app.map_or_else(|| self.world.code(), |app| app.code_at(now - 30)),
        }
    }

    fn redeem(&mut self, page: usize, key: Option<u8>) {
        let Some(page) = choose(&self.pages, page).cloned() else {
            return;
        };
        let Some(claims) = page.claims.clone() else {
            return;
        };
        let before = self.world.snapshot();
        match self.world.redeem(&page, key) {
            Ok((response, session)) => {
                assert_eq!(response.jti, claims.jti);
                assert_eq!(session.is_some(), claims.purpose == Purpose::Login);
                let sid = session.map(|s| s.sid);
                let first = self.sessions.entry(claims.jti).or_insert_with(|| sid.clone());
                assert_eq!(*first, sid, "one assertion, one session");
            }
            Err(refusal) => self.unchanged(&before, &refusal),
        }
    }

    fn foreign(&mut self, page: usize, from_elsewhere: bool) {
        let Some(page) = choose(&self.pages, page).cloned() else {
            return;
        };
        let before = self.world.snapshot();
        let outcome = self.world.apply(Command::Session {
            transaction: page.transaction,
            secret: if from_elsewhere {
                page.secret
            } else {
                Bytes([9; 32])
            },
            origin: if from_elsewhere { elsewhere() } else { origin() },
            act: Act::Challenge { authenticator: None },
        });
        let refusal = outcome.reply.expect_err("not the page's");
        self.unchanged(&before, &refusal);
    }

    fn unchanged(&self, before: &Account, refusal: &Refusal) {
        assert_ne!(problem(refusal), ProblemType::CodeInvalid);
        assert_eq!(
            self.world.account, *before,
            "refused with {refusal:?}, yet changed"
        );
    }

    /// What holds at any time.
    fn check(&mut self) {
        let account = &self.world.account;
        assert!(self.judged.values().all(|n| *n <= limits::ATTEMPTS_PER_CHALLENGE));
        assert!(account.transactions.len() <= limits::TRANSACTIONS_PER_ACCOUNT);
        assert!(account.authenticators.len() <= limits::AUTHENTICATORS_PER_ACCOUNT);
        let primary = account.primary.as_ref();
        assert_eq!(primary.is_none(), account.authenticators.is_empty());
        assert!(primary.is_none_or(|id| account.authenticator(id).is_some()));
        for authenticator in &account.authenticators {
            if let Method::Totp { last_step, .. } = authenticator.method {
                let id = authenticator.id.as_str().to_owned();
                let seen = self.last_steps.entry(id).or_default();
                assert!(last_step >= *seen, "the last step went back");
                *seen = last_step;
            }
        }
        for transaction in &account.transactions {
            let proven = self.proven.contains(&transaction.key);
            assert_eq!(transaction.proof.is_some(), proven);
            assert!(transaction.sends <= limits::SENDS_PER_TRANSACTION);
            let mut of: Vec<_> = transaction.challenges.iter().map(|c| &c.authenticator).collect();
            of.sort();
            of.dedup();
            assert_eq!(of.len(), transaction.challenges.len(), "one challenge for each");
        }
        for page in &self.pages {
            let Some(claims) = &page.claims else { continue };
            assert!(
                self.proven.contains(&page.transaction),
                "an assertion without a proof"
            );
            let known = self.assertions.iter().find(|c| c.txn == claims.txn);
            match known {
                Some(known) => assert_eq!(known, claims, "one transaction, one assertion"),
                None => self.assertions.push(claims.clone()),
            }
        }
        let now = self.world.now;
        self.unanswered.retain(|at| now < at + limits::SEND_WINDOW);
        assert!(self.unanswered.len() <= limits::UNANSWERED_SENDS);
        let stored = StoredAccount::write(account).unwrap();
        assert!(stored.len() <= 24_000, "{} bytes", stored.len());
    }
}

/// The last used steps of all authenticator apps.
fn steps(account: &Account) -> Vec<u64> {
    let last_step = |method: &Method| match method {
        Method::Totp { last_step, .. } => Some(*last_step),
        _ => None,
    };
    let methods = account.authenticators.iter().map(|a| &a.method);
    methods.filter_map(last_step).collect()
}

fn choose<T>(of: &[T], n: usize) -> Option<&T> {
    n.checked_rem(of.len()).and_then(|at| of.get(at))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_commands_keeps_the_rules(
        steps in vec(step(), 1..70),
        skips in 0..4_u32,
        confirm_first in any::<bool>(),
    ) {
        let profile_mobile = if confirm_first { ProfileMobile::ConfirmFirst } else { ProfileMobile::BindAtOnce };
        let mut run = Run::new(BackupGrace::Skips(skips), profile_mobile);
        for step in steps {
            run.take(step);
        }
    }
}
