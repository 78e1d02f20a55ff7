//! The vendor's own gateway, by a signed webhook (Standard Webhooks 1.0).

use base64ct::{Base64, Encoding};
use futures_util::future::{Either, select};
use hmac::{Hmac, Mac};
use pbx_2fa_shared::UnixSeconds;
use pbx_2fa_shared::delivery::{Message, WebhookEvent};
use pbx_2fa_shared::trail::{EventType, Notification};
use pbx_2fa_verifier::tenant::Webhook;
use serde::Serialize;
use sha2::Sha256;
use std::time::Duration;
use worker::{AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect};

use super::{DeliveryFault, Gateway};
use crate::clock;

/// How long the gateway may take to answer one request.
const TIMEOUT: Duration = Duration::from_secs(8);
/// Before the one repetition, where the first request found nobody or a passing fault.
const PAUSE: Duration = Duration::from_secs(1);

pub(crate) struct WebhookGateway<'a> {
    route: &'a Webhook,
}

impl<'a> WebhookGateway<'a> {
    pub(crate) const fn new(route: &'a Webhook) -> Self {
        Self { route }
    }

    async fn post(&self, id: &str, body: &str) -> Result<(), DeliveryFault> {
        let request = self.request(id, body).ok_or(DeliveryFault::NotSendable)?;
        let abort = AbortController::default();
        let signal = abort.signal();
        let fetch = Fetch::Request(request);
        let answer = select(
            Box::pin(fetch.send_with_signal(&signal)),
            Box::pin(Delay::from(TIMEOUT)),
        )
        .await;
        match answer {
            Either::Left((Ok(response), _)) if (200..300).contains(&response.status_code()) => Ok(()),
            Either::Left((Ok(response), _)) => Err(DeliveryFault::Refused(response.status_code())),
            Either::Left((Err(_), _)) => Err(DeliveryFault::Unreachable),
            Either::Right(_) => {
                abort.abort();
                Err(DeliveryFault::Unreachable)
            }
        }
    }

    async fn post_twice(&self, id: &str, body: &str) -> Result<(), DeliveryFault> {
        match self.post(id, body).await {
            Err(fault) if is_passing(fault) => {
                Delay::from(PAUSE).await;
                self.post(id, body).await
            }
            outcome => outcome,
        }
    }

    fn request(&self, id: &str, body: &str) -> Option<Request> {
        let timestamp = clock::now().to_string();
        let headers = Headers::new();
        headers.set("content-type", "application/json").ok()?;
        headers.set("webhook-id", id).ok()?;
        headers.set("webhook-timestamp", &timestamp).ok()?;
        headers
            .set("webhook-signature", &signature(self.route, id, &timestamp, body)?)
            .ok()?;
        let mut init = RequestInit::new();
        init.with_method(Method::Post)
            .with_headers(headers)
            .with_body(Some(body.into()));
        // A redirect would carry a code to a place that the tenant did not name.
        init.with_redirect(RequestRedirect::Manual);
        Request::new_with_init(&self.route.url, &init).ok()
    }
}

impl Gateway for WebhookGateway<'_> {
    async fn deliver(&self, message: &Message) -> Result<(), DeliveryFault> {
        let event = WebhookEvent {
            message: message.clone(),
            timestamp: rfc3339(clock::now()),
        };
        let body = serde_json::to_string(&event).map_err(|_| DeliveryFault::NotSendable)?;
        self.post_twice(message.code().challenge.as_str(), &body).await
    }

    async fn notify(&self, id: &str, news: &Notification) -> Result<(), DeliveryFault> {
        let event = NewsEvent {
            kind: news.event.kind,
            timestamp: rfc3339(news.event.at),
            data: news,
        };
        let body = serde_json::to_string(&event).map_err(|_| DeliveryFault::NotSendable)?;
        self.post_twice(id, &body).await
    }
}

/// The body of the webhook that tells the portal of an event.
#[derive(Serialize)]
struct NewsEvent<'a> {
    #[serde(rename = "type")]
    kind: EventType,
    timestamp: String,
    data: &'a Notification,
}

/// Worth one repetition, with the same `webhook-id`: a gateway that has taken it already takes it once.
const fn is_passing(fault: DeliveryFault) -> bool {
    matches!(
        fault,
        DeliveryFault::Refused(408 | 429 | 500..=599) | DeliveryFault::Unreachable
    )
}

fn signature(route: &Webhook, id: &str, timestamp: &str, body: &str) -> Option<String> {
    let key = route.key.expose("signs a webhook");
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key).ok()?;
    for part in [id, ".", timestamp, ".", body] {
        mac.update(part.as_bytes());
    }
    Some(format!(
        "v1,{}",
        Base64::encode_string(&mac.finalize().into_bytes())
    ))
}

fn rfc3339(at: UnixSeconds) -> String {
    #[allow(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit")]
    let milliseconds = at.saturating_mul(1_000) as f64;
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(milliseconds));
    String::from(date.to_iso_string())
}
