//! Sending a code: the limits, the message, and what the gateway says of it.

use pbx_2fa_shared::delivery::{Call, CodePurpose, CodeToDeliver, DeliveryReport, Message, Push};
use pbx_2fa_shared::session::Delivery;
use pbx_2fa_shared::{AuthenticatorId, ChallengeId, Kind, OneTimeCode, ProblemType, UnixSeconds};

use super::authenticator::{Method, open_token};
use super::challenge::{Addressee, Binding, Challenge};
use super::session::Deliveries;
use super::{Account, Reply};
use crate::context::Context;
use crate::handle::TransactionKey;
use crate::limits;
use crate::refusal::Refusal;
use crate::script::call_script;

impl Account {
    /// Whether one more code may be sent in this transaction, by this kind of authenticator.
    ///
    /// # Errors
    /// `send-throttled`, with the time from which it may; for a transaction that has had its codes, the time of its end.
    pub(super) fn admit_send(
        &self,
        transaction: TransactionKey,
        kind: Kind,
        now: UnixSeconds,
    ) -> Result<(), Refusal> {
        let transaction = self.transaction(transaction)?;
        if transaction.sends >= limits::SENDS_PER_TRANSACTION {
            let until = transaction.expires_at();
            return Err(Refusal::Wait {
                problem: ProblemType::SendThrottled,
                until,
            });
        }
        self.sends.admit(kind, now)
    }

    /// Makes a code for `to` by `method`, whose sealed parts stand in the slot of that authenticator, and hands it to be
    /// delivered.
    ///
    /// # Errors
    /// As [`Self::admit_send`].
    pub(super) fn send_code(
        &mut self,
        transaction: TransactionKey,
        to: Addressee,
        method: &Method,
        context: &mut Context,
        deliver: &mut Deliveries,
    ) -> Result<Challenge, Refusal> {
        self.admit_send(transaction, to.kind, context.now)?;
        let (purpose, slot) = (to.purpose, to.authenticator.clone());
        let binding = Binding {
            owner: &self.owner,
            transaction,
        };
        let (mut challenge, code) = Challenge::with_code(to, &binding, context)?;
        deliver.push(self.message(transaction, &challenge, code, purpose, (method, &slot), context)?);
        challenge.resend_at = self.note_send(transaction, challenge.kind, context.now)?;
        Ok(challenge)
    }

    /// Counts a code as sent; says from when the next may be asked for, if ever in this transaction.
    fn note_send(
        &mut self,
        transaction: TransactionKey,
        kind: Kind,
        now: UnixSeconds,
    ) -> Result<Option<UnixSeconds>, Refusal> {
        self.sends.note(kind, now);
        let transaction = self.transaction_mut(transaction)?;
        let wait = usize::try_from(transaction.sends)
            .ok()
            .and_then(|n| limits::RESEND_WAITS.get(n));
        transaction.sends = transaction.sends.saturating_add(1);
        Ok(wait.map(|wait| now.saturating_add(*wait)))
    }

    /// The message for a code of `challenge`, by `method`, whose sealed parts stand in `slot`.
    fn message(
        &self,
        transaction: TransactionKey,
        challenge: &Challenge,
        code: OneTimeCode,
        purpose: CodePurpose,
        by: (&Method, &AuthenticatorId),
        context: &Context,
    ) -> Result<Message, Refusal> {
        let locale = self
            .transaction(transaction)?
            .locale
            .clone()
            .or_else(|| context.tenant.locale.clone())
            .unwrap_or_default();
        let form_of_address = context.tenant.form_of_address;
        let portal_name = context.tenant.portal_name.clone();
        let script = call_script(&locale, form_of_address, &portal_name, purpose, &code);
        let code = CodeToDeliver {
            challenge: challenge.id.clone(),
            client_id: self.owner.client_id.clone(),
            subject: self.owner.subject.clone(),
            portal_name,
            locale,
            form_of_address,
            purpose,
            code,
            expires_at: challenge.expires_at,
        };
        let (method, slot) = by;
        match method {
            Method::App { device_token } => {
                let opened = device_token
                    .as_ref()
                    .map(|t| open_token(t, &self.owner, slot.as_str(), context));
                Ok(Message::Push(Push {
                    code,
                    device_token: opened.transpose()?,
                }))
            }
            Method::Mobile(number) | Method::Landline(number) => {
                let number = number.open(&self.owner, slot.as_str(), context)?;
                Ok(Message::Call(Call {
                    code,
                    number,
                    line: method.kind(),
                    script,
                }))
            }
            Method::Totp { .. } => Err(Refusal::Internal("an authenticator app is sent nothing")),
        }
    }

    /// Notes what the gateway said. A code that could not be delivered may be asked for again at once.
    pub(super) fn report(
        &mut self,
        challenge: &ChallengeId,
        report: DeliveryReport,
        now: UnixSeconds,
    ) -> Result<Reply, Refusal> {
        let found = self.transactions.iter_mut().find_map(|transaction| {
            let enrolling = transaction.enrollment.as_mut().map(|e| &mut e.challenge);
            let mut all = transaction.challenges.iter_mut().chain(enrolling);
            all.find(|c| c.id == *challenge)
        });
        let found = found.ok_or(ProblemType::NotFound)?;
        if !found.kind.is_out_of_band() || report.is_of_calls() && !found.kind.is_call() {
            return Err(Refusal::Explained {
                problem: ProblemType::InvalidRequest,
                detail: "delivery: not of a code that goes this way".to_owned(),
            });
        }
        let reported = match report {
            DeliveryReport::Sent => Delivery::Sent,
            DeliveryReport::Ringing => Delivery::Ringing,
            DeliveryReport::Answered => Delivery::Answered,
            DeliveryReport::Declined => Delivery::Declined,
            DeliveryReport::NoAnswer => Delivery::NoAnswer,
            DeliveryReport::Failed => Delivery::Failed,
        };
        if progress(reported) > progress(found.delivery) {
            found.delivery = reported;
            if reported == Delivery::Failed {
                found.resend_at = found.resend_at.map(|_| now);
            }
        }
        Ok(Reply::Noted)
    }
}

/// How far a delivery has come. News arrives in any order, and what is over stays over.
const fn progress(delivery: Delivery) -> u8 {
    match delivery {
        Delivery::Sending => 0,
        Delivery::Sent => 1,
        Delivery::Ringing => 2,
        Delivery::Answered => 3,
        Delivery::Declined
        | Delivery::NoAnswer
        | Delivery::Failed
        | Delivery::NotNeeded
        | Delivery::Throttled => 4,
    }
}
