//! Sending codes. One outgoing message type, one port, an adapter for each way.

mod webhook;

use pbx_2fa_shared::ProblemType;
use pbx_2fa_shared::delivery::{DeliveryReport, Message};
use pbx_2fa_shared::trail::Notification;
use pbx_2fa_verifier::handle::AccountKey;
use pbx_2fa_verifier::{Command, Outcome};
use std::rc::Rc;
use worker::Env;

use crate::config::Config;
use crate::owner::{self, OwnerCall};
use crate::routes::Front;
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

/// What takes a code to a person, and news of an account to the portal.
///
/// `Ok` means that the gateway has taken responsibility; it does not mean that a telephone rang. The message's challenge
/// id is handed over with it, and an adapter that tries twice must let the gateway see that it is the same: a person must
/// not get two codes.
pub(crate) trait Gateway {
    async fn deliver(&self, message: &Message) -> Result<(), DeliveryFault>;

    /// `id` is the event's own, so that a repetition is recognised.
    async fn notify(&self, id: &str, news: &Notification) -> Result<(), DeliveryFault>;
}

/// Sends what an outcome brings, without keeping its answer waiting: codes, and news of the account.
pub(crate) fn send(front: &Front, tenant: &Rc<KnownTenant>, deliver: Vec<Message>, news: Vec<Notification>) {
    for message in deliver {
        let (env, config, tenant) = (front.env.clone(), Rc::clone(&front.config), Rc::clone(tenant));
        front.context.wait_until(hand_over(env, config, tenant, message));
    }
    for news in news {
        front.context.wait_until(notify(Rc::clone(tenant), news));
    }
}

async fn notify(tenant: Rc<KnownTenant>, news: Notification) {
    let account = AccountKey::of(&news.client_id, &news.subject).as_text();
    let id = format!("evt_{account}_{}", news.event.sequence);
    let gateway = webhook::WebhookGateway::new(&tenant.webhook);
    if let Err(fault) = gateway.notify(&id, &news).await {
        worker::console_error!("news: {:?} for tenant {}", fault, tenant.tenant.client_id);
    }
}

/// Sends, then tells the account what became of it.
async fn hand_over(env: Env, config: Rc<Config>, tenant: Rc<KnownTenant>, message: Message) {
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
            report: if delivered.is_ok() {
                DeliveryReport::Sent
            } else {
                DeliveryReport::Failed
            },
        },
    };
    let Outcome { reply, .. } = owner::ask(&env, &config, &call).await;
    // Whoever had the code before the gateway answered may be through already.
    if reply.is_err_and(|refusal| refusal != ProblemType::NotFound.into()) {
        worker::console_error!("delivery: the outcome could not be noted");
    }
}
