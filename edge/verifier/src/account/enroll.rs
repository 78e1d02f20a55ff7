//! Binding a new authenticator. It counts only after its first right code.

use pbx_2fa_shared::delivery::CodePurpose;
use pbx_2fa_shared::numbering::{LineType, line_type};
use pbx_2fa_shared::operator::FirstEnrollment;
use pbx_2fa_shared::problem::Reason;
use pbx_2fa_shared::session::{BackupReason, EnrollRequest, NumberToEnroll, TotpSetup};
use pbx_2fa_shared::trail::{Actor, EventAuthenticator, EventType};
use pbx_2fa_shared::{
    AuthenticatorId, E164, EnrollmentId, Kind, OneTimeCode, ProblemType, Purpose, SubmittedCode, UnixSeconds,
};
use serde::{Deserialize, Serialize};

use super::Account;
use super::authenticator::{Authenticator, Method, Number, Source, index_of, open_totp, seal_totp};
use super::backup::is_own_number;
use super::challenge::{Addressee, Binding, Challenge, JudgedBy, Verdict};
use super::failures::Failures;
use super::profile::suggestion_slot;
use super::session::Deliveries;
use super::transaction::Transaction;
use crate::bytes::Bytes;
use crate::context::Context;
use crate::handle::TransactionKey;
use crate::keyring::first_version;
use crate::limits;
use crate::refusal::Refusal;
use crate::secret::Secret;
use crate::totp;

/// An authenticator that awaits its first code. It can neither authenticate nor be primary, and goes with its transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Enrollment {
    pub(super) id: EnrollmentId,
    /// What it will be.
    pub(super) method: Method,
    /// Its own code: of purpose `enroll`, worth nothing for a login.
    pub(super) challenge: Challenge,
}

impl Enrollment {
    /// The authenticator that it will be, as an event names it.
    fn about(&self) -> EventAuthenticator {
        EventAuthenticator {
            id: self.challenge.authenticator.clone(),
            kind: self.method.kind(),
            hint: self.method.hint(),
        }
    }
}

/// A telephone number that was once called to be set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NewNumber {
    number: Bytes<32>,
    /// Of the root key that made it. It cannot be made anew, for the number is not kept; it is forgotten with time.
    #[serde(default = "first_version")]
    version: u8,
    at: UnixSeconds,
}

impl NewNumber {
    pub(super) const fn version(&self) -> u8 {
        self.version
    }

    fn is(&self, number: &E164, context: &Context) -> Result<bool, Refusal> {
        Ok(self.number == index_of(number, self.version, context.keys)?)
    }

    pub(super) const fn is_forgotten(&self, now: UnixSeconds) -> bool {
        now >= self.at.saturating_add(limits::NEW_NUMBERS_WINDOW)
    }
}

impl Account {
    /// Begins an enrollment, in place of one that was begun before. For an authenticator app the key comes back, this once.
    pub(super) fn enroll(
        &mut self,
        key: TransactionKey,
        request: EnrollRequest,
        context: &mut Context,
        deliver: &mut Deliveries,
    ) -> Result<Option<TotpSetup>, Refusal> {
        self.throttle.admit(context.now)?;
        self.admit_enrollment(key, context)?;
        match request {
            EnrollRequest::Totp {} => self.enroll_totp(key, context).map(Some),
            EnrollRequest::Mobile(number) => self.enroll_number(key, Kind::Mobile, number, context, deliver),
            EnrollRequest::Landline(number) => {
                self.enroll_number(key, Kind::Landline, number, context, deliver)
            }
        }
    }

    /// The code of an enrollment. Counted like any other attempt; after the last the enrollment is gone.
    pub(super) fn confirm(
        &mut self,
        key: TransactionKey,
        enrollment: &EnrollmentId,
        code: &OneTimeCode,
        context: &Context,
    ) -> Result<(), Refusal> {
        self.admit_binding(key, context)?;
        let transaction = self.transactions.iter_mut().find(|t| t.key == key);
        let transaction = transaction.ok_or(Refusal::Internal("the transaction was admitted"))?;
        let pending = transaction
            .enrollment
            .as_mut()
            .filter(|e| e.id == *enrollment)
            .ok_or(ProblemType::NotFound)?;
        pending.challenge.admit(context.now)?;
        let by = match &pending.method {
            Method::Totp { secret, last_step } => {
                let slot = pending.challenge.authenticator.as_str();
                let secret = open_totp(secret, &self.owner, slot, context)?;
                JudgedBy::Totp {
                    secret,
                    last_step: *last_step,
                }
            }
            _ => JudgedBy::Challenge,
        };
        let charged = self.throttle.charge(context.now)?;
        let binding = Binding {
            owner: &self.owner,
            transaction: key,
        };
        let code = SubmittedCode::from(code.clone());
        let verdict = pending.challenge.judge(charged, &code, &by, &binding, context)?;
        let about = pending.about();
        match verdict {
            Verdict::Accepted(possession) => {
                if let Some(confirmed) = transaction.enrollment.take() {
                    self.bind(confirmed, context);
                }
                self.accept(key, possession, context)
            }
            Verdict::Rejected { attempts_left } => {
                if attempts_left == 0 {
                    transaction.enrollment = None;
                }
                self.note_refused_code(about, context.now);
                Err(Refusal::CodeInvalid { attempts_left })
            }
        }
    }

    /// Which kinds may be set up here, strongest first: where this login asks for a stronger one, only such.
    pub(super) fn enrollable(&self, transaction: &Transaction, context: &Context) -> Vec<Kind> {
        let too_weak = self
            .backup_prompt(transaction, context)
            .is_some_and(|p| p.reason == BackupReason::TooWeak);
        let allowed = |k: &Kind| {
            *k != Kind::App
                && context.tenant.policy.kinds.contains(k)
                && (!too_weak || transaction.is_satisfied_by(*k))
        };
        if self.has_room() {
            Kind::METHODS.into_iter().filter(allowed).collect()
        } else {
            Vec::new()
        }
    }

    /// Whether somebody who has proven nothing may set up a first method: there is nothing that could be asked for, and the
    /// tenant trusts who comes first.
    pub(super) fn may_enroll_unproven(&self, context: &Context) -> bool {
        self.authenticators.is_empty()
            && self.fallbacks(context.now).next().is_none()
            && context.tenant.policy.first_enrollment == FirstEnrollment::OnFirstUse
    }

    /// A first authenticator needs no proof where there is none to give; every further one needs a fresh one.
    fn admit_enrollment(&self, key: TransactionKey, context: &Context) -> Result<(), Refusal> {
        let transaction = self.transaction(key)?;
        let first = transaction.proof.is_none() && self.may_enroll_unproven(context);
        let backup = self.backup_prompt(transaction, context).is_some();
        let manage = transaction.purpose == Purpose::Manage;
        let proven = transaction.has_fresh_proof(context.now);
        if !first && !((backup || manage) && proven) {
            return Err(ProblemType::StepUpRequired.into());
        }
        self.admit_one_more()
    }

    /// Asked again before an enrollment is confirmed: in another transaction, a first authenticator may have been bound
    /// since (this one then has to prove it), or the last free place, or the same number, been taken.
    fn admit_binding(&self, key: TransactionKey, context: &Context) -> Result<(), Refusal> {
        let transaction = self.transaction(key)?;
        if transaction.proof.is_none() && !self.may_enroll_unproven(context) {
            return Err(ProblemType::StepUpRequired.into());
        }
        let pending = transaction.enrollment.as_ref();
        if let Some(pending) = pending
            && let Some(number) = pending.method.number()
            && self.binds(number, pending.challenge.authenticator.as_str(), context)?
        {
            return refuse_number("number: is set up already");
        }
        if pending.is_some_and(|e| self.enrolls_own_pbx(e, context)) {
            self.admit_own_pbx(context)?;
        }
        self.admit_one_more()
    }

    /// Whether the number that is being set up is one of the portal's own exchange.
    pub(super) fn enrolls_own_pbx(&self, pending: &Enrollment, context: &Context) -> bool {
        let slot = pending.challenge.authenticator.as_str();
        self.is_own_pbx(&pending.method, slot, context)
    }

    /// Who is inside the portal can redirect its numbers, so one of them never is all that there is.
    fn admit_own_pbx(&self, context: &Context) -> Result<(), Refusal> {
        if self.independent(context).next().is_none() {
            let detail = "number: belongs to the telephone exchange itself; set up another method first";
            return Err(Refusal::Reasoned {
                problem: ProblemType::NumberNotAllowed,
                reason: Reason::OwnPbx,
                detail: detail.to_owned(),
            });
        }
        Ok(())
    }

    fn admit_one_more(&self) -> Result<(), Refusal> {
        if !self.has_room() {
            let detail = format!(
                "at most {} authenticators; remove one first",
                limits::AUTHENTICATORS_PER_ACCOUNT
            );
            return Err(Refusal::Explained {
                problem: ProblemType::InvalidRequest,
                detail,
            });
        }
        Ok(())
    }

    fn enroll_totp(&mut self, key: TransactionKey, context: &mut Context) -> Result<TotpSetup, Refusal> {
        self.admit_kind(key, Kind::Totp, context)?;
        let id = Self::new_authenticator_id(context)?;
        let plain: [u8; limits::TOTP_SECRET_BYTES] = context.entropy.take()?;
        let plain = Secret::new(plain.to_vec());
        let transaction = self.transaction(key)?;
        let name = transaction
            .display_name
            .as_ref()
            .map_or(self.owner.subject.as_str(), |n| n.as_str());
        let setup = totp::setup(&plain, &context.tenant.portal_name, name)?;
        let secret = seal_totp(&plain, &self.owner, id.as_str(), context)?;
        let challenge = Challenge::awaiting(self.enrollee(key, id, Kind::Totp)?, context)?;
        self.begin(key, Method::Totp { secret, last_step: 0 }, challenge, context)?;
        Ok(setup)
    }

    fn enroll_number(
        &mut self,
        key: TransactionKey,
        kind: Kind,
        number: NumberToEnroll,
        context: &mut Context,
        deliver: &mut Deliveries,
    ) -> Result<Option<TotpSetup>, Refusal> {
        self.admit_kind(key, kind, context)?;
        let number = match number {
            NumberToEnroll::Typed(typed) => typed.number,
            NumberToEnroll::Suggested(_) => self.suggested(key, kind, context)?,
        };
        self.admit_number(&number, kind, context)?;
        if let Some(pending) = &self.transaction(key)?.enrollment {
            let again = pending.challenge.is_live(context.now)
                && pending.challenge.resend_at.is_none_or(|at| context.now < at);
            let same = pending
                .method
                .number()
                .map(|n| n.is(&number, context))
                .transpose()?
                .unwrap_or(false);
            if again && same {
                let until = pending
                    .challenge
                    .resend_at
                    .unwrap_or(self.transaction(key)?.expires_at());
                return Err(Refusal::Wait {
                    problem: ProblemType::SendThrottled,
                    until,
                });
            }
        }
        let id = Self::new_authenticator_id(context)?;
        let sealed = Number::seal(&number, &self.owner, id.as_str(), context)?;
        let known = self.admit_new_number(&number, context)?;
        let method = if kind == Kind::Mobile {
            Method::Mobile(sealed)
        } else {
            Method::Landline(sealed)
        };
        let to = self.enrollee(key, id, kind)?;
        let challenge = self.send_code(key, to, &method, context, deliver)?;
        if !known {
            let version = context.keys.current();
            self.new_numbers.push(NewNumber {
                number: index_of(&number, version, context.keys)?,
                version,
                at: context.now,
            });
        }
        self.begin(key, method, challenge, context)?;
        Ok(None)
    }

    fn begin(
        &mut self,
        key: TransactionKey,
        method: Method,
        mut challenge: Challenge,
        context: &mut Context,
    ) -> Result<(), Refusal> {
        let id = EnrollmentId::parse(context.entropy.id("enr_")?)
            .map_err(|_| Refusal::Internal("enrollment id"))?;
        let transaction = self.transaction_mut(key)?;
        if let Some(replaced) = transaction
            .enrollment
            .as_ref()
            .filter(|e| e.method.kind() == method.kind())
        {
            challenge.carry_attempts_of(&replaced.challenge);
        }
        transaction.enrollment = Some(Enrollment {
            id,
            method,
            challenge,
        });
        Ok(())
    }

    fn bind(&mut self, confirmed: Enrollment, context: &Context) {
        let about = confirmed.about();
        self.authenticators.push(Authenticator {
            id: confirmed.challenge.authenticator,
            method: confirmed.method,
            source: Source::User,
            bound_at: context.now,
            confirmed_at: Some(context.now),
            failures: Failures::default(),
            disabled_at: None,
        });
        self.note(
            EventType::AuthenticatorBound,
            Actor::User,
            Some(about),
            context.now,
        );
        self.settle_primary();
    }

    /// A number that was called before, to be set up, may be called again; of others there are so many in a month. Whether
    /// it is one of the former.
    fn admit_new_number(&self, number: &E164, context: &Context) -> Result<bool, Refusal> {
        for called in &self.new_numbers {
            if called.is(number, context)? {
                return Ok(true);
            }
        }
        if self.new_numbers.len() < limits::NEW_NUMBERS {
            return Ok(false);
        }
        let oldest = self.new_numbers.iter().map(|n| n.at).min().unwrap_or_default();
        Err(Refusal::Wait {
            problem: ProblemType::SendThrottled,
            until: oldest.saturating_add(limits::NEW_NUMBERS_WINDOW),
        })
    }

    fn admit_kind(&self, key: TransactionKey, kind: Kind, context: &Context) -> Result<(), Refusal> {
        if self.enrollable(self.transaction(key)?, context).contains(&kind) {
            return Ok(());
        }
        let detail = "kind: not one that this portal lets you set up".to_owned();
        Err(Refusal::Explained {
            problem: ProblemType::InvalidRequest,
            detail,
        })
    }

    fn admit_number(&self, number: &E164, kind: Kind, context: &Context) -> Result<(), Refusal> {
        match (line_type(number), kind) {
            (None, _) => return refuse_number("number: cannot exist in its country"),
            (Some(LineType::Mobile), Kind::Landline) => {
                return refuse_number("number: is a mobile number; use kind mobile");
            }
            (Some(LineType::Landline), Kind::Mobile) => {
                return refuse_number("number: is a landline; use kind landline");
            }
            _ => {}
        }
        if is_own_number(number, context) {
            self.admit_own_pbx(context)?;
        }
        if self.holds(number, context)? {
            refuse_number("number: is set up already")
        } else {
            Ok(())
        }
    }

    fn suggested(&self, key: TransactionKey, kind: Kind, context: &Context) -> Result<E164, Refusal> {
        let suggestions = &self.transaction(key)?.suggestions;
        let suggestion = suggestions
            .iter()
            .find(|s| s.kind == kind)
            .ok_or(ProblemType::NotFound)?;
        suggestion
            .number
            .open(&self.owner, &suggestion_slot(key), context)
    }

    fn enrollee(
        &self,
        key: TransactionKey,
        authenticator: AuthenticatorId,
        kind: Kind,
    ) -> Result<Addressee, Refusal> {
        let transaction_ends = self.transaction(key)?.expires_at();
        Ok(Addressee {
            authenticator,
            kind,
            purpose: CodePurpose::Enroll,
            transaction_ends,
        })
    }
}

fn refuse_number(detail: &str) -> Result<(), Refusal> {
    Err(Refusal::Explained {
        problem: ProblemType::NumberNotAllowed,
        detail: detail.to_owned(),
    })
}
