//! One account: everything that decides about one user of one tenant, and the commands that change it.

mod audit;
mod authenticator;
mod backup;
mod challenge;
mod enroll;
mod failures;
mod fallback;
mod help_desk;
mod manage;
mod message;
mod portal;
mod profile;
mod reseal;
mod restored;
mod sends;
mod session;
mod sessions;
mod stored;
#[cfg(test)]
mod tests;
mod throttle;
mod trail;
mod transaction;
mod view;

use pbx_2fa_shared::delivery::{DeliveryReport, Message};
use pbx_2fa_shared::portal::{BypassResponse, MinimumAcr, RedeemResponse, SubjectResponse};
use pbx_2fa_shared::session::{EnrollRequest, View};
use pbx_2fa_shared::trail::{Event, HelpDeskRequest, Notification};
use pbx_2fa_shared::{
    AuthenticatorId, ChallengeId, ClientId, EnrollmentId, Kind, OneTimeCode, Origin, SessionId, Subject,
    SubmittedCode, UnixSeconds,
};
use serde::{Deserialize, Serialize};

use self::authenticator::Authenticator;
use self::enroll::NewNumber;
use self::fallback::FallbackCodes;
use self::portal::RememberedOpening;
use self::sends::Sends;
use self::sessions::EndedSessions;
use self::throttle::Throttle;
use self::trail::Trail;
use self::transaction::{SpentTicket, Transaction};
use crate::bytes::Bytes;
use crate::claims::{AssertionClaims, SessionClaims};
use crate::context::Context;
use crate::handle::{AccountKey, TransactionKey};
use crate::opening::Opening;
use crate::refusal::Refusal;

pub use self::audit::{Fault, TrailReader};
pub use self::help_desk::HelpDeskAct;
pub use self::reseal::Versions;
pub use self::stored::StoredAccount;
pub use self::trail::Record;

/// The state of one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    owner: Owner,
    authenticators: Vec<Authenticator>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    primary: Option<AuthenticatorId>,
    /// The user's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recovery: Option<FallbackCodes>,
    /// The help desk's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bypass: Option<FallbackCodes>,
    transactions: Vec<Transaction>,
    throttle: Throttle,
    sends: Sends,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    new_numbers: Vec<NewNumber>,
    /// How often the back-up was put off.
    backup_skips: u32,
    /// Tickets that were exchanged and have not yet expired.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    spent_tickets: Vec<SpentTicket>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    remembered: Vec<RememberedOpening>,
    #[serde(default, skip_serializing_if = "EndedSessions::is_none")]
    ended: EndedSessions,
    /// The restored back-up that it has been through (`restored`); 0 for none.
    #[serde(default, skip_serializing_if = "is_never")]
    restored_at: UnixSeconds,
    #[serde(default, skip_serializing_if = "Trail::is_empty")]
    trail: Trail,
    /// What happened in the command that is being carried out.
    #[serde(skip)]
    noted: Vec<Event>,
}

/// Whose account it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Owner {
    client_id: ClientId,
    subject: Subject,
}

/// What the worker asks of an account. The caller has authenticated the handle, the API key or the ticket before.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// A page hands in its ticket.
    Exchange { opening: Box<Opening>, origin: Origin },
    /// The widget acts, by its secret.
    Session {
        transaction: TransactionKey,
        secret: Bytes<32>,
        origin: Origin,
        act: Act,
    },
    /// The portal opened a transaction with an `Idempotency-Key`: the first opening with this key wins.
    Remember {
        key: Bytes<32>,
        request: Bytes<32>,
        opened: Opened,
    },
    /// The portal wants a fresh ticket.
    Renew { transaction: TransactionKey },
    /// The portal redeems. The signature was verified by the caller.
    Redeem {
        transaction: TransactionKey,
        claims: Box<AssertionClaims>,
        key: Option<Bytes<32>>,
    },
    /// The gateway says how far it has come with a code.
    Report {
        challenge: ChallengeId,
        report: DeliveryReport,
    },
    /// The portal looks.
    Status,
    /// The portal's help desk acts.
    HelpDesk { by: HelpDeskRequest, act: HelpDeskAct },
    /// The portal's help desk gives out a code.
    Bypass { by: HelpDeskRequest },
    /// Whether a session is alive. The caller has verified the signature, and that tenant and issuer are its own.
    Introspect { claims: Box<SessionClaims> },
    /// The portal ends one session, or all.
    Revoke { sid: Option<SessionId> },
}

/// What the widget may do.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    Look,
    Challenge {
        authenticator: Option<AuthenticatorId>,
    },
    Attempt {
        challenge: ChallengeId,
        code: SubmittedCode,
    },
    Finish,
    Enroll(EnrollRequest),
    Confirm {
        enrollment: EnrollmentId,
        code: OneTimeCode,
    },
    SetPrimary {
        authenticator: AuthenticatorId,
    },
    Remove {
        authenticator: AuthenticatorId,
    },
    IssueRecoveryCodes,
}

/// The parts of an opening that its request does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    pub transaction: TransactionKey,
    pub ticket: Bytes<16>,
    pub opened_at: UnixSeconds,
}

/// The answer to a command.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// For the widget. With `claims`, the caller signs them and puts the assertion into the view.
    View {
        view: Box<View>,
        claims: Option<Box<AssertionClaims>>,
    },
    /// To [`Command::Exchange`]: with the secret of the page.
    Exchanged {
        secret: Bytes<32>,
        view: Box<View>,
        claims: Option<Box<AssertionClaims>>,
    },
    /// To [`Command::Remember`].
    Opened(Opened),
    /// To [`Command::Renew`].
    Renewed(Box<Opening>),
    /// To [`Command::Redeem`]. With `session`, the caller signs it and puts the token into the response.
    Redeemed {
        response: Box<RedeemResponse>,
        session: Option<Box<SessionClaims>>,
    },
    /// To [`Command::Status`], [`Command::HelpDesk`] and [`Command::Revoke`].
    Status(SubjectResponse),
    /// To [`Command::Bypass`].
    Bypass(BypassResponse),
    /// To [`Command::Introspect`].
    Introspected { active: bool },
    /// To [`Command::Report`].
    Noted,
}

/// What came of a command. The account must be stored before any of it leaves.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[must_use]
pub struct Outcome {
    pub reply: Result<Reply, Refusal>,
    /// Codes to send, after the account was stored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deliver: Vec<Message>,
    /// What the portal is to be told, after the account was stored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub news: Vec<Notification>,
    /// What happened, as rows of the trail, to be stored with the account.
    #[serde(skip)]
    pub records: Vec<Record>,
}

impl Outcome {
    /// Nothing but a refusal.
    pub const fn refused(refusal: Refusal) -> Self {
        Self {
            reply: Err(refusal),
            deliver: Vec::new(),
            news: Vec::new(),
            records: Vec::new(),
        }
    }
}

impl Account {
    /// An account that was never seen. It is stored only if a command changes it.
    #[must_use]
    pub const fn new(client_id: ClientId, subject: Subject) -> Self {
        Self {
            owner: Owner { client_id, subject },
            authenticators: Vec::new(),
            primary: None,
            recovery: None,
            bypass: None,
            transactions: Vec::new(),
            throttle: Throttle::NONE,
            sends: Sends::NONE,
            new_numbers: Vec::new(),
            backup_skips: 0,
            spent_tickets: Vec::new(),
            remembered: Vec::new(),
            ended: EndedSessions::NONE,
            restored_at: 0,
            trail: Trail::NONE,
            noted: Vec::new(),
        }
    }

    /// What its row is kept under.
    #[must_use]
    pub fn key(&self) -> AccountKey {
        AccountKey::of(&self.owner.client_id, &self.owner.subject)
    }

    /// Whether this is the account of that tenant and subject; asked after every load.
    #[must_use]
    pub fn belongs_to(&self, client_id: &ClientId, subject: Option<&Subject>) -> bool {
        self.owner.client_id == *client_id && subject.is_none_or(|s| self.owner.subject == *s)
    }

    /// Decides. Synchronous and pure: the same account, command and context give the same outcome. A refused command may
    /// have changed the account (an attempt was charged), so it is stored whatever the reply.
    pub fn apply(&mut self, command: Command, mut context: Context) -> Outcome {
        let context = &mut context;
        // Portals ask about sessions all day; not even time changes anything then.
        if !matches!(command, Command::Introspect { .. }) {
            self.forget_the_past(context.now);
        }
        self.void_if_restored(context);
        let mut deliver = Vec::new();
        let reply = match command {
            Command::Exchange { opening, origin } => self.exchange(*opening, &origin, context, &mut deliver),
            Command::Session {
                transaction,
                secret,
                origin,
                act,
            } => self
                .admit(transaction, &secret, &origin, context.now)
                .and_then(|()| self.act(transaction, act, context, &mut deliver)),
            Command::Remember { key, request, opened } => self.remember(key, request, opened),
            Command::Renew { transaction } => self.renew(transaction, context),
            Command::Redeem {
                transaction,
                claims,
                key,
            } => self.redeem(transaction, &claims, key, context),
            Command::Report { challenge, report } => self.report(&challenge, report, context.now),
            Command::Status => Ok(Reply::Status(self.status(context))),
            Command::HelpDesk { by, act } => self.help(&by, act, context),
            Command::Bypass { by } => self.give_bypass(&by, context),
            Command::Introspect { claims } => self.introspect(&claims, context),
            Command::Revoke { sid } => self.revoke(sid, context),
        };
        match self.record(context.keys) {
            Ok((news, records)) => Outcome {
                reply,
                deliver,
                news,
                records,
            },
            Err(fault) => Outcome::refused(fault),
        }
    }

    /// Drops what time has ended, so that an account never grows.
    fn forget_the_past(&mut self, now: UnixSeconds) {
        self.transactions.retain(|t| !t.is_forgotten(now));
        self.spent_tickets.retain(|t| now < t.expires_at);
        self.remembered.retain(|r| !r.is_forgotten(now));
        self.sends.forget(now);
        self.new_numbers.retain(|n| !n.is_forgotten(now));
        self.forget_bypass(now);
        self.ended.forget(now);
    }

    fn transaction(&self, key: TransactionKey) -> Result<&Transaction, Refusal> {
        self.transactions
            .iter()
            .find(|t| t.key == key)
            .ok_or(Refusal::Internal("the transaction was admitted"))
    }

    fn transaction_mut(&mut self, key: TransactionKey) -> Result<&mut Transaction, Refusal> {
        self.transactions
            .iter_mut()
            .find(|t| t.key == key)
            .ok_or(Refusal::Internal("the transaction was admitted"))
    }

    fn authenticator(&self, id: &AuthenticatorId) -> Option<&Authenticator> {
        self.authenticators.iter().find(|a| a.id == *id)
    }

    /// Those that are enabled and may be used under the tenant's policy. Where policy leaves none of those that are bound,
    /// all that are enabled: the user is neither locked out by it nor let in without a proof.
    fn usable<'a>(&'a self, context: &'a Context<'_>) -> impl Iterator<Item = &'a Authenticator> {
        self.allowed(context).filter(|a| a.is_enabled())
    }

    /// The same, disabled ones included: what the user is shown.
    fn allowed<'a>(&'a self, context: &'a Context<'_>) -> impl Iterator<Item = &'a Authenticator> {
        let allowed = |a: &Authenticator| context.tenant.policy.kinds.contains(&a.method.kind());
        let none = !self.authenticators.iter().any(allowed);
        self.authenticators.iter().filter(move |a| none || allowed(a))
    }

    /// Which is asked without the user choosing: the primary, if it may be used and is what the login needs; else the strongest
    /// that is; else any that may be used, and only where there is none, a fallback.
    fn first_choice(&self, needed: Option<MinimumAcr>, context: &Context) -> Option<(AuthenticatorId, Kind)> {
        let reaches = |a: &Authenticator| needed.is_none_or(|n| n.is_reached_by(a.method.kind()));
        let order = |a: &&Authenticator| (!reaches(a), self.primary.as_ref() != Some(&a.id), rank(a));
        let method = self.usable(context).min_by_key(order);
        let method = method.map(|a| (a.id.clone(), a.method.kind()));
        let fallback = || self.fallbacks(context.now).next();
        method.or_else(|| fallback().map(|(kind, codes)| (codes.id.clone(), kind)))
    }

    fn drop_challenges_of(&mut self, authenticator: &AuthenticatorId) {
        for transaction in &mut self.transactions {
            transaction.drop_challenges_of(authenticator);
        }
    }
}

impl Owner {
    /// Where a sealed value belongs: moved to another account or authenticator, it does not open.
    fn place(&self, what: &str, slot: &str) -> Vec<u8> {
        [what, self.client_id.as_str(), self.subject.as_str(), slot]
            .join("\0")
            .into_bytes()
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
const fn is_never(time: &UnixSeconds) -> bool {
    *time == 0
}

/// Strongest first.
fn rank(authenticator: &Authenticator) -> usize {
    Kind::METHODS
        .iter()
        .position(|k| *k == authenticator.method.kind())
        .unwrap_or(usize::MAX)
}
