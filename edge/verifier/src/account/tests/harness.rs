//! One tenant, one account, a clock that is a number and randomness that is a counter.

use pbx_2fa_shared::delivery::{DeliveryReport, Message};
use pbx_2fa_shared::ids::{DisplayName, Locale, Nonce};
use pbx_2fa_shared::operator::Policy;
use pbx_2fa_shared::portal::{MinimumAcr, OpenTransactionRequest, RedeemResponse, SubjectResponse};
use pbx_2fa_shared::session::{ChallengeView, EnrollRequest, EnrollmentView, View};
use pbx_2fa_shared::{
    AuthenticatorId, ChallengeId, ClientId, Kind, OneTimeCode, Origin, ProblemType, Purpose, RecoveryCode,
    Subject, SubmittedCode,
};
use totp_rs::Totp;

use crate::account::{Account, Act, Command, Outcome, Record, Reply, StoredAccount};
use crate::bytes::Bytes;
use crate::claims::{AssertionClaims, SessionClaims};
use crate::context::{Context, Tenant};
use crate::entropy::Entropy;
use crate::handle::TransactionKey;
use crate::keyring::tests::keyring;
use crate::keyring::{Keyring, hash};
use crate::opening::Opening;
use crate::refusal::Refusal;

/// The first second of a time step.
pub(super) const START: u64 = 1_800_000_000;
pub(super) const ISSUER: &str = "https://edge.example";

pub(super) const NOTHING: &str = "{}";
pub(super) const APP: &str = r#"{"app":{"registered":true,"device_token":"device-1"}}"#;
pub(super) const MOBILE: &str = r#"{"mobile":"+32470123456"}"#;
pub(super) const APP_AND_MOBILE: &str =
    r#"{"app":{"registered":true,"device_token":"device-1"},"mobile":"+32470123456"}"#;

/// One account and everything around it.
pub(super) struct World {
    pub(super) now: u64,
    pub(super) account: Account,
    pub(super) tenant: Tenant,
    pub(super) keys: Keyring,
    pub(super) restored_at: Option<u64>,
    /// Every code that was sent, in order.
    pub(super) sent: Vec<Message>,
    /// The rows of the audit trail.
    pub(super) trail: Vec<Record>,
    /// How often randomness was drawn; worlds that must not draw the same start elsewhere.
    pub(super) drawn: u64,
}

/// A page that holds the secret of a transaction, with what it shows.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) transaction: TransactionKey,
    pub(super) secret: Bytes<32>,
    pub(super) view: View,
    pub(super) claims: Option<AssertionClaims>,
}

/// The user's authenticator app, set up from the link behind the QR code.
#[derive(Clone)]
pub(super) struct AuthenticatorApp(Totp);

pub(super) type Redeemed = (RedeemResponse, Option<SessionClaims>);

impl World {
    pub(super) fn new() -> Self {
        Self::of("portal", "an")
    }

    pub(super) fn of(client: &str, subject: &str) -> Self {
        let client_id = ClientId::parse(client).unwrap();
        Self {
            now: START,
            account: Account::new(client_id.clone(), Subject::parse(subject).unwrap()),
            tenant: Tenant {
                client_id,
                portal_name: DisplayName::parse("Portal").unwrap(),
                app_name: DisplayName::parse("Qaller").unwrap(),
                locale: Some(Locale::parse("nl-BE").unwrap()),
                form_of_address: None,
                policy: Policy::default(),
            },
            keys: keyring(),
            restored_at: None,
            sent: Vec::new(),
            trail: Vec::new(),
            drawn: 0,
        }
    }

    pub(super) fn with_policy(change: impl FnOnce(&mut Policy)) -> Self {
        let mut world = Self::new();
        change(&mut world.tenant.policy);
        world
    }

    /// An account with one authenticator of each kind, the app primary. Codes and waits of setting it up are long past.
    pub(super) fn with_all_kinds() -> (Self, AuthenticatorApp) {
        let mut world = Self::new();
        let mut page = world.manage(APP_AND_MOBILE);
        world.step_up(&mut page, None);
        let app = world.bind_totp(&mut page);
        world.bind_number(&mut page, Kind::Landline, "+3225551234");
        world.now += 3_600;
        (world, app)
    }

    /// An account with an authenticator app and nothing else, set up in a login long past.
    pub(super) fn with_totp() -> (Self, AuthenticatorApp) {
        let mut world = Self::new();
        let mut page = world.login(NOTHING);
        let app = world.bind_totp(&mut page);
        world.now += 3_600;
        (world, app)
    }

    pub(super) fn entropy(&mut self) -> Entropy {
        self.drawn += 1;
        let mut pool = [0; Entropy::BYTES];
        for (block, bytes) in pool.chunks_mut(32).enumerate() {
            bytes.copy_from_slice(&hash(format!("{} {block}", self.drawn).as_bytes()).0);
        }
        Entropy::new(pool)
    }

    /// Applies a command, and takes the account through its stored form.
    pub(super) fn apply(&mut self, command: Command) -> Outcome {
        let context = Context {
            now: self.now,
            entropy: self.entropy(),
            keys: &self.keys,
            tenant: &self.tenant,
            issuer: ISSUER,
            restored_at: self.restored_at,
        };
        let outcome = self.account.apply(command, context);
        assert!(
            outcome.reply.is_ok() || outcome.deliver.is_empty(),
            "what is refused sends nothing"
        );
        let stored = StoredAccount::write(&self.account).unwrap();
        let read = StoredAccount::read(&stored).unwrap();
        assert_eq!(read, self.account, "the stored form loses something");
        self.account = read;
        self.sent.extend(outcome.deliver.iter().cloned());
        self.trail.extend(outcome.records.iter().cloned());
        outcome
    }

    /// Seals the account anew, as whoever goes over all of them does.
    pub(super) fn reseal(&mut self) {
        let mut entropy = self.entropy();
        let (keys, now) = (&self.keys, self.now);
        self.account.reseal(keys, &mut entropy, now).unwrap();
    }

    /// What the portal's backend asks for, as its ticket carries it.
    pub(super) fn open(&mut self, purpose: Purpose, profile: &str) -> Opening {
        self.open_for(purpose, profile, None)
    }

    pub(super) fn open_for(
        &mut self,
        purpose: Purpose,
        profile: &str,
        minimum_acr: Option<MinimumAcr>,
    ) -> Opening {
        let request = OpenTransactionRequest {
            minimum_acr,
            subject: self.account.owner.subject.clone(),
            origin: origin(),
            nonce: Nonce::parse(format!("{:022}", self.drawn)).unwrap(),
            purpose,
            locale: None,
            return_to: None,
            profile: Some(serde_json::from_str(profile).unwrap()),
        };
        let now = self.now;
        let mut entropy = self.entropy();
        let opening = Opening::new(&self.tenant, request, now, &mut entropy).unwrap();
        let response = opening.to_response(&self.keys, &mut entropy).unwrap();
        Opening::from_ticket(&self.keys, &response.ticket).unwrap()
    }

    pub(super) fn exchange_at(&mut self, opening: &Opening, origin: Origin) -> Result<Page, Refusal> {
        let opening = Box::new(opening.clone());
        let transaction = opening.transaction;
        match self.apply(Command::Exchange { opening, origin }).reply? {
            Reply::Exchanged { secret, view, claims } => Ok(Page {
                transaction,
                secret,
                view: *view,
                claims: claims.map(|c| *c),
            }),
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn exchange(&mut self, opening: &Opening) -> Result<Page, Refusal> {
        self.exchange_at(opening, origin())
    }

    pub(super) fn login(&mut self, profile: &str) -> Page {
        let opening = self.open(Purpose::Login, profile);
        self.exchange(&opening).unwrap()
    }

    pub(super) fn manage(&mut self, profile: &str) -> Page {
        let opening = self.open(Purpose::Manage, profile);
        self.exchange(&opening).unwrap()
    }

    /// The widget acts; the page shows the answer.
    pub(super) fn act(&mut self, page: &mut Page, act: Act) -> Result<(), Refusal> {
        let command = Command::Session {
            transaction: page.transaction,
            secret: page.secret,
            origin: origin(),
            act,
        };
        match self.apply(command).reply? {
            Reply::View { view, claims } => {
                page.view = *view;
                page.claims = claims.map(|c| *c);
                Ok(())
            }
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn look(&mut self, page: &mut Page) -> Result<(), Refusal> {
        self.act(page, Act::Look)
    }

    pub(super) fn finish(&mut self, page: &mut Page) -> Result<(), Refusal> {
        self.act(page, Act::Finish)
    }

    /// Asks for a code by the named authenticator, or the primary.
    pub(super) fn ask(&mut self, page: &mut Page, by: Option<AuthenticatorId>) -> Result<(), Refusal> {
        self.act(page, Act::Challenge { authenticator: by })
    }

    /// Gives a code for the challenge on the screen.
    pub(super) fn attempt(&mut self, page: &mut Page, code: &OneTimeCode) -> Result<(), Refusal> {
        let challenge = page.challenge().id.clone();
        self.attempt_at(page, challenge, code)
    }

    pub(super) fn attempt_at(
        &mut self,
        page: &mut Page,
        challenge: ChallengeId,
        code: &OneTimeCode,
    ) -> Result<(), Refusal> {
        let code = code.clone();
        self.act(
            page,
            Act::Attempt {
                challenge,
                code: code.into(),
            },
        )
    }

    /// Gives a fallback code for the challenge on the screen.
    pub(super) fn attempt_with(&mut self, page: &mut Page, code: &RecoveryCode) -> Result<(), Refusal> {
        let challenge = page.challenge().id.clone();
        let code = SubmittedCode::Recovery(code.clone());
        self.act(page, Act::Attempt { challenge, code })
    }

    /// The user's recovery codes, made in a visit of their own.
    pub(super) fn recovery_codes(&mut self, app: Option<&AuthenticatorApp>) -> Vec<RecoveryCode> {
        let mut page = self.manage(NOTHING);
        self.step_up(&mut page, app);
        self.act(&mut page, Act::IssueRecoveryCodes).unwrap();
        self.now += 600;
        page.view.recovery_codes
    }

    /// A code of the help desk.
    pub(super) fn bypass(&mut self) -> RecoveryCode {
        let by = serde_json::from_str(r#"{"actor":"Mia","reason":"lost telephone"}"#).unwrap();
        match self.apply(Command::Bypass { by }).reply.unwrap() {
            Reply::Bypass(given) => RecoveryCode::from_typed(&given.code).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// What the page offers of a kind.
    pub(super) fn offered(page: &Page, kind: Kind) -> Option<AuthenticatorId> {
        let offered = page.view.authenticators.iter().find(|a| a.kind == kind);
        offered.map(|a| a.id.clone())
    }

    /// Gives a wrong code for the challenge on the screen.
    pub(super) fn miss(&mut self, page: &mut Page) -> Refusal {
        let wrong = wrong(&self.code());
        self.attempt(page, &wrong).unwrap_err()
    }

    /// The right code, from the telephone or from the authenticator app.
    pub(super) fn answer(&mut self, page: &mut Page, app: Option<&AuthenticatorApp>) -> Result<(), Refusal> {
        let code = match app {
            Some(app) if page.challenge().kind == Kind::Totp => app.code_at(self.now),
            _ => self.code(),
        };
        self.attempt(page, &code)
    }

    /// A code of the primary in the method manager.
    pub(super) fn step_up(&mut self, page: &mut Page, app: Option<&AuthenticatorApp>) {
        self.ask(page, None).unwrap();
        self.answer(page, app).unwrap();
    }

    pub(super) fn enroll_totp(&mut self, page: &mut Page) -> Result<AuthenticatorApp, Refusal> {
        self.act(page, Act::Enroll(EnrollRequest::Totp {}))?;
        let setup = page.enrollment().totp.clone().unwrap();
        Ok(AuthenticatorApp::from_uri(&setup.uri))
    }

    pub(super) fn enroll(&mut self, page: &mut Page, request: &str) -> Result<(), Refusal> {
        let request: EnrollRequest = serde_json::from_str(request).unwrap();
        self.act(page, Act::Enroll(request))
    }

    pub(super) fn enroll_number(&mut self, page: &mut Page, kind: Kind, number: &str) -> Result<(), Refusal> {
        let kind = serde_json::to_string(&kind).unwrap();
        self.enroll(page, &format!(r#"{{"kind":{kind},"number":"{number}"}}"#))
    }

    pub(super) fn confirm(&mut self, page: &mut Page, code: &OneTimeCode) -> Result<(), Refusal> {
        let enrollment = page.enrollment().id.clone();
        let code = code.clone();
        self.act(page, Act::Confirm { enrollment, code })
    }

    pub(super) fn bind_totp(&mut self, page: &mut Page) -> AuthenticatorApp {
        let app = self.enroll_totp(page).unwrap();
        self.confirm(page, &app.code_at(self.now)).unwrap();
        app
    }

    pub(super) fn bind_number(&mut self, page: &mut Page, kind: Kind, number: &str) {
        self.enroll_number(page, kind, number).unwrap();
        self.confirm(page, &self.code()).unwrap();
    }

    pub(super) fn report(&mut self, challenge: &ChallengeId, report: DeliveryReport) -> Result<(), Refusal> {
        let challenge = challenge.clone();
        match self.apply(Command::Report { challenge, report }).reply? {
            Reply::Noted => Ok(()),
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn renew(&mut self, transaction: TransactionKey) -> Result<Opening, Refusal> {
        match self.apply(Command::Renew { transaction }).reply? {
            Reply::Renewed(opening) => Ok(*opening),
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn redeem_in(
        &mut self,
        transaction: TransactionKey,
        claims: &AssertionClaims,
        key: Option<u8>,
    ) -> Result<Redeemed, Refusal> {
        let command = Command::Redeem {
            transaction,
            claims: Box::new(claims.clone()),
            key: key.map(|byte| Bytes([byte; 32])),
        };
        match self.apply(command).reply? {
            Reply::Redeemed { response, session } => Ok((*response, session.map(|s| *s))),
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn redeem(&mut self, page: &Page, key: Option<u8>) -> Result<Redeemed, Refusal> {
        let claims = page.claims.clone().unwrap();
        self.redeem_in(page.transaction, &claims, key)
    }

    pub(super) fn status(&mut self) -> SubjectResponse {
        match self.apply(Command::Status).reply.unwrap() {
            Reply::Status(status) => status,
            other => panic!("{other:?}"),
        }
    }

    /// The bound authenticator of a kind.
    pub(super) fn bound(&mut self, kind: Kind) -> AuthenticatorId {
        let status = self.status();
        let found = status.authenticators.into_iter().find(|a| a.kind == kind);
        found.unwrap_or_else(|| panic!("no {kind:?}")).id
    }

    /// Whether the authenticator of a kind is bound, and disabled.
    pub(super) fn is_disabled(&mut self, kind: Kind) -> bool {
        let status = self.status();
        status
            .authenticators
            .iter()
            .any(|a| a.kind == kind && a.disabled_at.is_some())
    }

    pub(super) fn kinds(&mut self) -> Vec<Kind> {
        self.status().authenticators.iter().map(|a| a.kind).collect()
    }

    pub(super) fn primary(&mut self) -> Option<Kind> {
        let status = self.status();
        status.authenticators.iter().find(|a| a.primary).map(|a| a.kind)
    }

    /// The code that was sent last.
    pub(super) fn code(&self) -> OneTimeCode {
        let none = || OneTimeCode::parse("000000").unwrap();
        self.sent.last().map_or_else(none, |m| m.code().code.clone())
    }

    /// A copy of the account after what time alone does to it.
    pub(super) fn snapshot(&self) -> Account {
        let mut account = self.account.clone();
        account.forget_the_past(self.now);
        account
    }
}

impl Page {
    pub(super) fn challenge(&self) -> &ChallengeView {
        self.view.challenge.as_ref().expect("a challenge on the screen")
    }

    pub(super) fn enrollment(&self) -> &EnrollmentView {
        self.view
            .enrollment
            .as_ref()
            .expect("an enrollment on the screen")
    }
}

impl AuthenticatorApp {
    pub(super) fn from_uri(uri: &str) -> Self {
        Self(Totp::from_url(uri).unwrap())
    }

    pub(super) fn code_at(&self, time: u64) -> OneTimeCode {
        OneTimeCode::parse(self.0.generate(time).to_string()).unwrap()
    }

    /// A code of none of the steps around `time`.
    pub(super) fn wrong_at(&self, time: u64) -> OneTimeCode {
        let near: Vec<_> = [time - 30, time, time + 30].map(|t| self.code_at(t)).into();
        let any = (0..4).map(|n| OneTimeCode::parse(format!("{n:06}")).unwrap());
        any.into_iter().find(|code| !near.contains(code)).unwrap()
    }
}

pub(super) fn origin() -> Origin {
    Origin::parse("https://portal.example").unwrap()
}

pub(super) fn elsewhere() -> Origin {
    Origin::parse("https://evil.example").unwrap()
}

/// Another code than this one.
pub(super) fn wrong(code: &OneTimeCode) -> OneTimeCode {
    let number: u32 = code.as_str().parse().unwrap();
    OneTimeCode::parse(format!("{:06}", (number + 1) % 1_000_000)).unwrap()
}

/// What a refusal comes down to on the wire.
pub(super) fn problem(refusal: &Refusal) -> ProblemType {
    match refusal {
        Refusal::Refused(problem)
        | Refusal::Explained { problem, .. }
        | Refusal::Reasoned { problem, .. }
        | Refusal::Wait { problem, .. } => *problem,
        Refusal::CodeInvalid { .. } => ProblemType::CodeInvalid,
        Refusal::NoRootKey(_) | Refusal::Internal(_) => {
            panic!("a fault of the rules: {:?}", refusal.fault())
        }
    }
}

/// The problem of something that must have been refused.
#[track_caller]
pub(super) fn refused<T>(result: Result<T, Refusal>) -> ProblemType {
    match result {
        Ok(_) => panic!("was not refused"),
        Err(refusal) => problem(&refusal),
    }
}
