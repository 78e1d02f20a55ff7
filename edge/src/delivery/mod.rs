//! Sending codes. One outgoing message type, one port, an adapter for each way.

mod webhook;

use pbx_2fa_shared::delivery::Message;
use pbx_2fa_verifier::handle::AccountKey;
use pbx_2fa_verifier::{Command, Outcome};
use std::rc::Rc;
use worker::Env;

use crate::config::Config;
use crate::owner::{self, OwnerCall};
use crate::tenants::KnownTenant;

/// Why a code was not taken. For the log; the person is told only that it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeliveryFault {
    /// Nobody answered in time.
    Unreachable,
    /// The gateway answered, and did not take it.
    Refused(u16),
    /// Our side: the request could not be made.
    NotSendable,
}

/// What takes a code to a person.
///
/// `Ok` means that the gateway has taken responsibility; it does not mean that a telephone rang. The message's challenge
/// id is handed over with it, and an adapter that tries twice must let the gateway see that it is the same: a person must
/// not get two codes.
pub(crate) trait Gateway {
    async fn deliver(&self, message: &Message) -> Result<(), DeliveryFault>;
}

/// Sends, then tells the account what became of it.
pub(crate) async fn deliver(env: Env, config: Rc<Config>, tenant: Rc<KnownTenant>, message: Message) {
    let gateway = webhook::WebhookGateway::new(&tenant.webhook);
    let delivered = gateway.deliver(&message).await;
    if let Err(fault) = delivered {
        worker::console_error!("delivery: {:?} for tenant {}", fault, tenant.tenant.client_id);
    }
    let code = message.code();
    let call = OwnerCall {
        account: AccountKey::of(&code.client_id, &code.subject),
        tenant: tenant.tenant.clone(),
        subject: None,
        command: Command::Report {
            challenge: code.challenge.clone(),
            delivered: delivered.is_ok(),
        },
    };
    let Outcome { reply, .. } = owner::ask(&env, &config, &call).await;
    if reply.is_err() {
        worker::console_error!("delivery: the outcome could not be noted");
    }
}
