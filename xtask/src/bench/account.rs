//! One account's calls: enrollment of an authenticator app, and a login in its four calls.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use super::http::Client;
use super::server::Server;
use crate::failure::{Context, Failure, Outcome};

pub(super) struct Account {
    pub(super) subject: String,
    secret: Secret,
}

/// The calls of a login, in order.
pub(super) const CALLS: [&str; 4] = ["open", "exchange + challenge", "attempt", "redeem"];

/// How long each call took.
pub(super) type Times = [Duration; 4];

impl Account {
    /// A subject that was never seen: opens, enrolls an authenticator app, confirms it and finishes.
    pub(super) fn enroll(client: &mut Client, server: &Server, subject: String) -> Outcome<Self> {
        let opened = open(client, server, &subject, &json!({}))?;
        let session = exchange(client, server, &opened)?;
        let secret = text(&session, "/secret")?;
        let page = page_headers(server, &secret);
        let view = client
            .post("/v1/session/enrollments", &page, r#"{"kind":"totp"}"#)?
            .json(200)?;
        let key = text(&view, "/enrollment/totp/secret")?;
        let account = Self {
            subject,
            secret: Secret::try_from_base32(key).context(|| "a key".to_owned())?,
        };
        let path = format!(
            "/v1/session/enrollments/{}/confirm",
            text(&view, "/enrollment/id")?
        );
        // The step before, so that the present one is left for a login. Where a step ends just now, the present one.
        let early = client.post(&path, &page, &json!({ "code": account.code(-1)? }).to_string())?;
        if early.status != 200 {
            client
                .post(&path, &page, &json!({ "code": account.code(0)? }).to_string())?
                .json(200)?;
        }
        // A second method, from the portal's profile, so that no login asks for a back-up.
        let opened = open(
            client,
            server,
            &account.subject,
            &json!({ "mobile": "+32470123456" }),
        )?;
        exchange(client, server, &opened)?;
        Ok(account)
    }

    /// Opens and exchanges only: what makes the account known.
    pub(super) fn touch(client: &mut Client, server: &Server, subject: &str) -> Outcome<()> {
        let opened = open(client, server, subject, &json!({}))?;
        exchange(client, server, &opened).map(drop)
    }

    pub(super) fn log_in(&self, client: &mut Client, server: &Server) -> Outcome<Times> {
        let mut times = [Duration::ZERO; 4];
        let prepared = self.prepare(client, server, &mut times)?;
        self.complete(client, server, &prepared, &mut times)?;
        Ok(times)
    }

    /// The first two calls.
    pub(super) fn prepare(
        &self,
        client: &mut Client,
        server: &Server,
        times: &mut Times,
    ) -> Outcome<Prepared> {
        let started = Instant::now();
        let opened = open(client, server, &self.subject, &json!({}))?;
        times[0] = started.elapsed();
        let started = Instant::now();
        let session = exchange(client, server, &opened)?;
        times[1] = started.elapsed();
        Ok(Prepared {
            transaction: text(&opened, "/transaction")?,
            secret: text(&session, "/secret")?,
            challenge: text(&session, "/view/challenge/id")?,
        })
    }

    /// The code alone.
    pub(super) fn attempt(
        &self,
        client: &mut Client,
        server: &Server,
        prepared: &Prepared,
    ) -> Outcome<String> {
        let body = json!({ "challenge": prepared.challenge, "code": self.code(0)? }).to_string();
        let page = page_headers(server, &prepared.secret);
        let view = client.post("/v1/session/attempts", &page, &body)?.json(200)?;
        text(&view, "/assertion")
    }

    fn complete(
        &self,
        client: &mut Client,
        server: &Server,
        prepared: &Prepared,
        times: &mut Times,
    ) -> Outcome<()> {
        let started = Instant::now();
        let assertion = self.attempt(client, server, prepared)?;
        times[2] = started.elapsed();
        let started = Instant::now();
        let path = format!("/v1/transactions/{}/redeem", prepared.transaction);
        let body = json!({ "assertion": assertion }).to_string();
        let redeemed = client.post(&path, &server.portal_headers(), &body)?.json(200)?;
        times[3] = started.elapsed();
        text(&redeemed, "/session_token").map(drop)
    }

    /// The code of the present step, or of one beside it.
    fn code(&self, steps: i64) -> Outcome<String> {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .context(|| "the clock".to_owned())?
            .as_secs();
        let totp = Builder::new()
            .with_account_name("bench")
            .with_secret(self.secret.clone())
            .build()
            .context(|| "a key".to_owned())?;
        Ok(totp.generate(now.saturating_add_signed(steps * 30)).to_string())
    }
}

pub(super) struct Prepared {
    transaction: String,
    secret: String,
    challenge: String,
}

fn open(client: &mut Client, server: &Server, subject: &str, profile: &Value) -> Outcome<Value> {
    let nonce = "bench-nonce-of-128-bits-at-least";
    let body = json!({ "subject": subject, "origin": server.origin(), "nonce": nonce, "profile": profile })
        .to_string();
    client
        .post("/v1/transactions", &server.portal_headers(), &body)?
        .json(201)
}

fn exchange(client: &mut Client, server: &Server, opened: &Value) -> Outcome<Value> {
    let body = json!({ "ticket": text(opened, "/ticket")? }).to_string();
    client
        .post("/v1/session", &format!("origin: {}\r\n", server.origin()), &body)?
        .json(200)
}

fn page_headers(server: &Server, secret: &str) -> String {
    format!(
        "origin: {}\r\nauthorization: Bearer {secret}\r\n",
        server.origin()
    )
}

fn text(value: &Value, pointer: &str) -> Outcome<String> {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found
        .map(str::to_owned)
        .ok_or_else(|| Failure::new(format!("an answer without {pointer}")))
}
