//! Any sequence of commands keeps the rules: each byte is something that somebody does, the next ones say how.
//!
//! The verifier's own `properties.rs` looks into the account; this onlooker sees what the worker sees, and is led by the
//! code that a sequence reaches. It knows which codes were sent and which an app shows, so it knows which are right.

use std::collections::{BTreeMap, BTreeSet};

use pbx_2fa_shared::delivery::{DeliveryReport, Message};
use pbx_2fa_shared::operator::{BackupGrace, ProfileMobile};
use pbx_2fa_shared::session::View;
use pbx_2fa_shared::{Kind, OneTimeCode, ProblemType, Purpose};
use pbx_2fa_verifier::account::{Act, HelpDeskAct, Reply, StoredAccount};
use pbx_2fa_verifier::claims::AssertionClaims;
use pbx_2fa_verifier::handle::SessionHandle;
use pbx_2fa_verifier::idempotency::request_digest;
use pbx_2fa_verifier::{Command, Opening, Outcome, Refusal, limits};
use serde_json::{Value, json};
use totp_rs::Totp;

use crate::json::written;
use crate::world::{World, origin};

/// Longer ones show nothing that shorter ones do not.
const STEPS: usize = 80;

const NUMBERS: [&str; 4] = ["+32470123456", "+32470999999", "+3225551234", "+3225559999"];

pub fn sequence(data: &[u8]) {
    world_after(data);
}

/// What such a sequence makes of a new account.
pub(crate) fn world_after(data: &[u8]) -> World {
    let mut tape = Tape(data);
    let mut run = Run::new(tape.next().unwrap_or_default());
    for _ in 0..STEPS {
        let Some(step) = tape.next() else { break };
        run.take(step, &mut tape);
    }
    run.world
}

/// Bytes that choose; when they are used up, the first choice of each.
struct Tape<'a>(&'a [u8]);

impl Tape<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn choose<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let at = usize::from(self.next().unwrap_or_default()).checked_rem(of.len())?;
        of.get(at)
    }
}

/// A page with its secret, as the widget holds it, and what it shows.
#[derive(Clone)]
struct Page {
    secret: String,
    view: View,
    claims: Option<AssertionClaims>,
}

struct Run {
    world: World,
    openings: Vec<Opening>,
    pages: Vec<Page>,
    sent: Vec<Message>,
    /// Of every authenticator app that was begun to be set up.
    apps: Vec<Totp>,
    /// How many codes were judged, by challenge or enrollment.
    judged: BTreeMap<String, u32>,
    /// Transactions in which a right code was given.
    proven: BTreeSet<String>,
    /// `sid`, or none where methods were managed, by the `jti` of the assertion.
    redeemed: BTreeMap<String, Option<String>>,
    /// When codes were sent that no right code has answered yet.
    unanswered: Vec<u64>,
}

impl Run {
    fn new(policy: u8) -> Self {
        let mut world = World::new("Portal".to_owned().try_into().expect("constant"));
        world.tenant.policy.backup = BackupGrace::Skips(u32::from(policy & 3));
        if policy & 4 != 0 {
            world.tenant.policy.profile_mobile = ProfileMobile::ConfirmFirst;
        }
        if policy & 8 != 0 {
            world.tenant.policy.kinds = vec![Kind::Totp, Kind::Landline];
        }
        Self {
            world,
            openings: Vec::new(),
            pages: Vec::new(),
            sent: Vec::new(),
            apps: Vec::new(),
            judged: BTreeMap::new(),
            proven: BTreeSet::new(),
            redeemed: BTreeMap::new(),
            unanswered: Vec::new(),
        }
    }

    fn take(&mut self, step: u8, tape: &mut Tape<'_>) {
        match step % 16 {
            0 => self.open(tape),
            1 => self.exchange(tape),
            2 => self.renew(tape),
            3 => self.redeem(tape),
            4 => {
                let message = tape.choose(&self.sent).map(|m| m.code().challenge.clone());
                if let Some(challenge) = message {
                    let report = match tape.next() {
                        Some(0) => DeliveryReport::Failed,
                        Some(1) => DeliveryReport::Ringing,
                        Some(2) => DeliveryReport::Answered,
                        Some(3) => DeliveryReport::Declined,
                        Some(4) => DeliveryReport::NoAnswer,
                        _ => DeliveryReport::Sent,
                    };
                    match self.apply(Command::Report { challenge, report }).reply {
                        Ok(reply) => assert!(matches!(reply, Reply::Noted)),
                        // A code that is no longer waited for, and one that goes by no call.
                        Err(refusal) => assert!(
                            refusal == ProblemType::NotFound.into()
                                || matches!(
                                    refusal,
                                    Refusal::Explained {
                                        problem: ProblemType::InvalidRequest,
                                        ..
                                    }
                                )
                        ),
                    }
                }
            }
            5 => self.help(tape),
            6 => {
                self.world.now += [1, 30, 60, 120, 300, 600, 3_600, 86_400]
                    [usize::from(tape.next().unwrap_or_default() % 8)]
            }
            7 => self.foreign(tape),
            _ => self.act(step % 16, tape),
        }
    }

    /// Applies a command, by way of its JSON as between the worker's objects, and looks at what always holds.
    fn apply(&mut self, command: Command) -> Outcome {
        let form = written(&command);
        let command: Command = serde_json::from_str(&form).expect("a command is read as it was written");
        assert_eq!(written(&command), form);
        let outcome = self.world.apply(command);
        let row = StoredAccount::write(&self.world.account).expect("an account can be written");
        assert_eq!(
            StoredAccount::read(&row),
            Ok(self.world.account.clone()),
            "the stored form loses something"
        );
        assert!(row.len() <= 24_000, "{} bytes", row.len());
        for number in NUMBERS {
            assert!(!row.contains(&number[1..]), "a number is stored in the clear");
        }
        match &outcome.reply {
            Err(Refusal::Internal(fault)) => panic!("a fault of the rules: {fault}"),
            Err(_) => assert!(outcome.deliver.is_empty(), "what is refused sends nothing"),
            Ok(_) => {}
        }
        let now = self.world.now;
        self.unanswered.extend(outcome.deliver.iter().map(|_| now));
        self.unanswered.retain(|at| now < at + limits::SEND_WINDOW);
        assert!(
            self.unanswered.len() <= limits::UNANSWERED_SENDS,
            "too many codes are sent"
        );
        self.sent.extend(outcome.deliver.iter().cloned());
        outcome
    }

    fn open(&mut self, tape: &mut Tape<'_>) {
        let choice = tape.next().unwrap_or_default();
        let purpose = if choice & 1 == 0 {
            Purpose::Login
        } else {
            Purpose::Manage
        };
        let mut profile = serde_json::Map::new();
        if choice & 2 != 0 {
            profile.insert(
                "app".to_owned(),
                json!({ "registered": choice & 4 != 0, "device_token": "device-1" }),
            );
        }
        if choice & 8 != 0 {
            profile.insert("mobile".to_owned(), json!(NUMBERS[usize::from(choice >> 4 & 1)]));
        }
        if choice & 32 != 0 {
            profile.insert("landline".to_owned(), json!(NUMBERS[2]));
        }
        let opening = self.world.open(purpose, Value::Object(profile));
        self.openings.push(opening);
        let last = self.openings.len() - 1;
        assert!(self.exchange_at(last), "a fresh ticket is good");
    }

    fn exchange(&mut self, tape: &mut Tape<'_>) {
        let openings: Vec<usize> = (0..self.openings.len()).collect();
        if let Some(at) = tape.choose(&openings) {
            let renewed = self.openings[*at].renewed;
            assert!(!self.exchange_at(*at) || renewed, "a first ticket is good once");
        }
    }

    fn exchange_at(&mut self, at: usize) -> bool {
        let opening = Box::new(self.openings[at].clone());
        let (client_id, account, transaction) =
            (opening.client_id.clone(), opening.account(), opening.transaction);
        match self
            .apply(Command::Exchange {
                opening,
                origin: origin(),
            })
            .reply
        {
            Ok(Reply::Exchanged { secret, view, claims }) => {
                let handle = SessionHandle {
                    client_id,
                    account,
                    transaction,
                    secret,
                };
                let secret = handle.encode(&self.world.keys).expect("a secret");
                self.seen(
                    Page {
                        secret,
                        view: *view,
                        claims: claims.map(|c| *c),
                    },
                    None,
                );
                true
            }
            Ok(other) => panic!("{other:?}"),
            Err(_) => false,
        }
    }

    fn renew(&mut self, tape: &mut Tape<'_>) {
        let Some(page) = tape.choose(&self.pages) else {
            return;
        };
        let transaction = self.handle(page).transaction;
        let before = self.before();
        match self.apply(Command::Renew { transaction }).reply {
            Ok(Reply::Renewed(opening)) => {
                let opening = self.world.through_its_ticket(&opening);
                self.openings.push(opening);
            }
            Ok(other) => panic!("{other:?}"),
            Err(_) => assert_eq!(self.now(), before, "refused, yet changed"),
        }
    }

    fn redeem(&mut self, tape: &mut Tape<'_>) {
        let with_claims: Vec<Page> = self
            .pages
            .iter()
            .filter(|p| p.claims.is_some())
            .cloned()
            .collect();
        let Some(page) = tape.choose(&with_claims) else {
            return;
        };
        let handle = self.handle(page);
        let claims = page.claims.clone().expect("was asked");
        let key = tape.next().filter(|key| key % 3 != 0);
        let key = key.map(|key| request_digest(&self.world.keys, &(key % 3).to_string()).expect("a digest"));
        let before = self.before();
        let command = Command::Redeem {
            transaction: handle.transaction,
            claims: Box::new(claims.clone()),
            key,
        };
        match self.apply(command).reply {
            Ok(Reply::Redeemed { response, session }) => {
                assert!(self.proven.contains(&transaction_of(&handle)));
                assert!(self.world.now < claims.exp, "redeemed when it had ended");
                assert_eq!(
                    (&response.jti, session.is_some()),
                    (&claims.jti, claims.purpose == Purpose::Login)
                );
                let sid = session.map(|session| session.sid.to_string());
                let first = self.redeemed.entry(claims.jti).or_insert_with(|| sid.clone());
                assert_eq!(*first, sid, "one assertion, one session");
            }
            Ok(other) => panic!("{other:?}"),
            Err(_) => assert_eq!(self.now(), before, "refused, yet changed"),
        }
    }

    fn help(&mut self, tape: &mut Tape<'_>) {
        let by = serde_json::from_value(json!({ "actor": "Bea", "reason": "asked" })).expect("constant");
        let act = match tape.next().unwrap_or_default() % 3 {
            0 => HelpDeskAct::Unlock,
            1 => HelpDeskAct::Reset,
            _ => match self.authenticator(tape) {
                Some(authenticator) => HelpDeskAct::Remove { authenticator },
                None => return,
            },
        };
        let answered = !matches!(act, HelpDeskAct::Remove { .. });
        let done = self.apply(Command::HelpDesk { by, act }).reply.is_ok();
        if done && answered {
            self.unanswered.clear();
        }
    }

    /// Somebody with a secret of another transaction, or on another page.
    fn foreign(&mut self, tape: &mut Tape<'_>) {
        let Some(page) = tape.choose(&self.pages) else {
            return;
        };
        let handle = self.handle(page);
        let elsewhere = tape.next() == Some(0);
        let made_up = request_digest(&self.world.keys, "not the secret").expect("a digest");
        let before = self.before();
        let command = Command::Session {
            transaction: handle.transaction,
            secret: if elsewhere { handle.secret } else { made_up },
            origin: if elsewhere {
                "https://evil.example".to_owned().try_into().expect("constant")
            } else {
                origin()
            },
            act: Act::Challenge { authenticator: None },
        };
        assert!(self.apply(command).reply.is_err(), "not the page's");
        assert_eq!(self.now(), before, "refused, yet changed");
    }

    fn act(&mut self, step: u8, tape: &mut Tape<'_>) {
        let pages: Vec<usize> = (0..self.pages.len()).collect();
        let Some(at) = tape.choose(&pages).copied() else {
            return;
        };
        let page = self.pages[at].clone();
        let Some((act, judged)) = self.act_of(step, &page, tape) else {
            return;
        };
        let handle = self.handle(&page);
        let right = judged.as_ref().map(|(_, right)| *right);
        let before = self.before();
        let command = Command::Session {
            transaction: handle.transaction,
            secret: handle.secret,
            origin: origin(),
            act,
        };
        let reply = self.apply(command).reply;
        if let (Some((subject, _)), Ok(_) | Err(Refusal::CodeInvalid { .. })) = (judged, &reply) {
            let judged = self.judged.entry(subject).or_default();
            *judged += 1;
            let left = if let Err(Refusal::CodeInvalid { attempts_left }) = &reply {
                *attempts_left
            } else {
                0
            };
            assert!(
                *judged + left <= limits::ATTEMPTS_PER_CHALLENGE,
                "more tries than there are"
            );
        }
        match reply {
            Ok(Reply::View { view, claims }) => {
                assert_ne!(right, Some(false), "a wrong code is taken");
                if right == Some(true) {
                    self.proven.insert(transaction_of(&handle));
                    self.unanswered.clear();
                }
                self.seen(
                    Page {
                        secret: page.secret,
                        view: *view,
                        claims: claims.map(|c| *c),
                    },
                    Some(at),
                );
            }
            Ok(other) => panic!("{other:?}"),
            Err(Refusal::CodeInvalid { .. }) => assert!(right.is_some(), "no code was given"),
            Err(refusal) => assert_eq!(self.now(), before, "refused with {refusal:?}, yet changed"),
        }
    }

    /// What is done; where a code is given, for what, and whether it is right.
    fn act_of(&self, step: u8, page: &Page, tape: &mut Tape<'_>) -> Option<(Act, Option<(String, bool)>)> {
        let plain = |act| Some((act, None));
        match step {
            8 => plain(Act::Look),
            9 => plain(Act::Finish),
            10 => plain(Act::Challenge {
                authenticator: self.authenticator(tape),
            }),
            11 | 12 => {
                let shown = page.view.challenge.as_ref()?;
                let (code, right) = self.code(shown.id.as_str(), shown.kind, tape)?;
                let challenge = shown.id.clone();
                let subject = challenge.as_str().to_owned();
                Some((
                    Act::Attempt {
                        challenge,
                        code: code.into(),
                    },
                    Some((subject, right)),
                ))
            }
            13 => {
                let shown = page.view.enrollment.as_ref()?;
                // The message of an enrollment bears a challenge's id, which the page is not told: it is the last one.
                let last = self.sent.last().map(|m| m.code().challenge.as_str().to_owned());
                let (code, _) = self.code(last.as_deref().unwrap_or_default(), shown.kind, tape)?;
                let right = self.is_right_anywhere(&code);
                let enrollment = shown.id.clone();
                let subject = enrollment.as_str().to_owned();
                Some((Act::Confirm { enrollment, code }, Some((subject, right))))
            }
            14 => {
                let request = match tape.next().unwrap_or_default() % 7 {
                    0 => json!({ "kind": "totp" }),
                    1 => json!({ "kind": "mobile", "suggested": true }),
                    2 => json!({ "kind": "landline", "suggested": true }),
                    n => json!({
                        "kind": if n % 2 == 0 { "mobile" } else { "landline" },
                        "number": tape.choose(&NUMBERS)?,
                    }),
                };
                plain(Act::Enroll(serde_json::from_value(request).expect("a request")))
            }
            _ => {
                let authenticator = self.authenticator(tape)?;
                plain(if tape.next() == Some(0) {
                    Act::Remove { authenticator }
                } else {
                    Act::SetPrimary { authenticator }
                })
            }
        }
    }

    /// A right code, a wrong one, or one that was right before; and whether it is right now.
    fn code(&self, challenge: &str, kind: Kind, tape: &mut Tape<'_>) -> Option<(OneTimeCode, bool)> {
        let sent = self
            .sent
            .iter()
            .rev()
            .find(|m| m.code().challenge.as_str() == challenge);
        let now = self.world.now;
        let right = match (kind, sent) {
            (Kind::Totp, _) => app_code(self.apps.last()?, now),
            (_, sent) => sent?.code().code.clone(),
        };
        let given = match tape.next().unwrap_or_default() % 4 {
            0 | 1 => right,
            2 => another(&right),
            _ if kind == Kind::Totp => app_code(self.apps.last()?, now - 30),
            _ => self.sent.first()?.code().code.clone(),
        };
        let is_right = match kind {
            Kind::Totp => self.is_shown(&given),
            _ => sent?.code().code == given && now < sent?.code().expires_at,
        };
        Some((given, is_right))
    }

    fn is_right_anywhere(&self, code: &OneTimeCode) -> bool {
        let now = self.world.now;
        let sent = self
            .sent
            .iter()
            .any(|m| m.code().code == *code && now < m.code().expires_at);
        sent || self.is_shown(code)
    }

    /// Whether one of the apps shows it, or did a step ago, or will a step from now.
    fn is_shown(&self, code: &OneTimeCode) -> bool {
        let now = self.world.now;
        let near = [now - 30, now, now + 30];
        self.apps
            .iter()
            .any(|app| near.iter().any(|at| app_code(app, *at) == *code))
    }

    fn authenticator(&self, tape: &mut Tape<'_>) -> Option<pbx_2fa_shared::AuthenticatorId> {
        let shown = self.pages.last()?;
        tape.choose(&shown.view.authenticators).map(|a| a.id.clone())
    }

    /// A page got an answer.
    fn seen(&mut self, mut page: Page, at: Option<usize>) {
        let handle = self.handle(&page);
        if let Some(setup) = page.view.enrollment.as_mut().and_then(|e| e.totp.take()) {
            self.apps
                .push(Totp::from_url(&setup.uri).expect("a link that apps read"));
        }
        let view = &page.view;
        if page.claims.is_some() {
            assert!(
                self.proven.contains(&transaction_of(&handle)),
                "an assertion without a right code"
            );
        }
        assert!(view.assertion.is_none(), "signed by the caller");
        assert!(view.authenticators.len() <= limits::AUTHENTICATORS_PER_ACCOUNT);
        assert!(
            view.authenticators.iter().filter(|a| a.primary).count() <= 1,
            "two are the primary"
        );
        let form = written(view);
        for number in NUMBERS {
            assert!(!form.contains(&number[3..]), "a number is shown");
        }
        match at {
            Some(at) => self.pages[at] = page,
            None => self.pages.push(page),
        }
    }

    fn handle(&self, page: &Page) -> SessionHandle {
        SessionHandle::decode(&self.world.keys, &page.secret).expect("ours")
    }

    /// The account after what time alone does to it: a look changes nothing else.
    fn before(&mut self) -> String {
        assert!(self.world.apply(Command::Status).reply.is_ok());
        self.now()
    }

    fn now(&self) -> String {
        StoredAccount::write(&self.world.account).expect("an account can be written")
    }
}

fn transaction_of(handle: &SessionHandle) -> String {
    written(&handle.transaction)
}

fn app_code(app: &Totp, at: u64) -> OneTimeCode {
    OneTimeCode::parse(app.generate(at).to_string()).expect("six digits")
}

fn another(code: &OneTimeCode) -> OneTimeCode {
    let number: u32 = code.as_str().parse().expect("digits");
    OneTimeCode::parse(format!("{:06}", (number + 1) % 1_000_000)).expect("six digits")
}
