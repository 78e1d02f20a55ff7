//! Views as the worker sends them, and what drives the model with them.
#![allow(dead_code, unreachable_pub, reason = "each suite uses its own part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "what stops a test fails it"
)]

use std::collections::BTreeMap;

use pbx_2fa_shared::session::View;
use pbx_2fa_shared::{Problem, ProblemType, RecoveryCode};
use pbx_2fa_widget::i18n::{Figure, Words};
use pbx_2fa_widget::model::{
    Answer, Credential, Effect, Event, Page, Part, Request, Secret, State, Tell, update,
};
use serde_json::{Value, from_str, from_value, json};

/// The browser's clock when a test begins, in milliseconds: two minutes behind the worker's.
pub const START: u64 = (NOW - 120) * 1000;
/// The worker's.
pub const NOW: u64 = 1_800_000_000;

pub const APP: &str = "aut_app";
pub const MOBILE: &str = "aut_mobile";
pub const TOTP: &str = "aut_totp";

pub fn view(changes: Value) -> View {
    let mut view = json!({
        "state": "challenge", "purpose": "login", "portal_name": "Qaller Telecom", "app_name": "Qaller",
        "authenticators": [
            {"id": APP, "kind": "app", "hint": "", "primary": true, "confirmed": true, "removable": false},
            {"id": MOBILE, "kind": "mobile", "hint": "+32 ••• •• •• 56", "primary": false, "confirmed": false, "removable": true},
            {"id": TOTP, "kind": "totp", "hint": "", "primary": false, "confirmed": true, "removable": true},
        ],
        "enrollable": ["totp", "mobile", "landline"], "actions": [],
        "expires_at": NOW + 600, "server_time": NOW,
    });
    for (name, value) in changes.as_object().unwrap() {
        view[name] = value.clone();
    }
    from_value(view).unwrap()
}

pub fn challenge(kind: &str, delivery: &str) -> Value {
    let id = format!("aut_{}", if kind == "landline" { "mobile" } else { kind });
    let mut challenge = json!({
        "id": "chl_1", "authenticator": id, "kind": kind, "hint": if kind == "mobile" { "+32 ••• •• •• 56" } else { "" },
        "delivery": delivery, "expires_at": NOW + 300, "attempts_left": 5,
    });
    if !["totp", "recovery", "bypass"].contains(&kind) {
        challenge["resend_at"] = json!(NOW + 30);
    }
    challenge
}

pub fn awaiting(kind: &str, delivery: &str) -> View {
    view(json!({"challenge": challenge(kind, delivery), "actions": ["attempt", "resend", "use_another"]}))
}

/// A code is awaited of a kind that is for when no method is at hand.
pub fn fallback(kind: &str) -> View {
    awaiting(kind, "not_needed")
}

/// Recovery codes among the authenticators of a view.
pub fn recovery(left: u32) -> Value {
    json!({"id": "aut_recovery", "kind": "recovery", "hint": "", "primary": false, "confirmed": true, "removable": false,
        "codes_left": left})
}

pub fn ten() -> Vec<RecoveryCode> {
    (0..10)
        .map(|n| RecoveryCode::parse(format!("ABCD{n}FGHJKMNPQRS")).unwrap())
        .collect()
}

pub fn setup(state: &str) -> View {
    view(
        json!({"state": state, "authenticators": [], "actions": ["enroll", "confirm"], "enrollment": {
            "id": "enr_1", "kind": "totp", "hint": "", "delivery": "not_needed", "expires_at": NOW + 300, "attempts_left": 5,
            "totp": {"secret": KEY, "uri": format!("otpauth://totp/Qaller:an?secret={KEY}&issuer=Qaller")},
        }}),
    )
}

pub const KEY: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

pub fn manage(actions: &[&str]) -> View {
    view(json!({"state": "manage", "purpose": "manage", "actions": actions}))
}

/// A catalogue as it is written: of a language (`nl`), or what differs in another form of address (`nl.formal`).
pub fn written(name: &str) -> BTreeMap<String, String> {
    written_in("i18n", name)
}

/// The same of a folder, from the widget's own.
pub fn written_in(folder: &str, name: &str) -> BTreeMap<String, String> {
    let path = format!("{}/{folder}/{name}.json", env!("CARGO_MANIFEST_DIR"));
    from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The same as the build merges it: `nl`, or `nl-formal`.
pub fn catalogue(name: &str) -> BTreeMap<String, String> {
    catalogue_in("i18n", name)
}

pub fn catalogue_in(folder: &str, name: &str) -> BTreeMap<String, String> {
    let Some((language, form)) = name.split_once('-') else {
        return written_in(folder, name);
    };
    let mut merged = written_in(folder, language);
    merged.extend(written_in(folder, &format!("{language}.{form}")));
    merged
}

/// Every catalogue that a browser can get.
pub const CATALOGUES: [&str; 7] = ["nl", "nl-formal", "fr", "fr-familiar", "de", "de-familiar", "en"];

/// A catalogue as the browser gets it.
pub fn words(name: &str) -> Words {
    Words::new(
        catalogue(name)
            .into_values()
            .collect::<Vec<_>>()
            .join("\n")
            .as_bytes(),
        name.into(),
        |_, figure| match figure {
            Figure::Count(count) => count.to_string(),
            _ => "14:35".into(),
        },
    )
    .unwrap()
}

/// The model with a pretended worker and clock.
pub struct Widget {
    pub state: State,
    pub now: u64,
    pub effects: Vec<Effect>,
}

impl Widget {
    pub fn starting() -> Self {
        let page = Page {
            origin: "https://portal.example".into(),
            framed: false,
            region: "BE".into(),
            part: Part::Whole,
        };
        Self::on(page)
    }

    pub fn on(page: Page) -> Self {
        let mut widget = Self {
            state: State::new(Credential::Ticket(Secret::new("ticket".into())), page),
            now: START,
            effects: Vec::new(),
        };
        widget.happen(Event::Started { now: START });
        widget
    }

    /// After the exchange, showing this view.
    pub fn showing(view: View) -> Self {
        let mut widget = Self::starting();
        widget.open(view);
        widget
    }

    pub fn open(&mut self, view: View) {
        let opened = pbx_2fa_shared::session::ExchangeResponse {
            secret: "secret".into(),
            view,
            theme: None,
        };
        self.answer(Answer::Opened(Box::new(opened)));
    }

    pub fn happen(&mut self, event: Event) -> &mut Self {
        let state = std::mem::replace(&mut self.state, State::nothing());
        let (state, effects) = update(state, event);
        (self.state, self.effects) = (state, effects);
        self
    }

    pub fn type_code(&mut self, text: &str) -> &mut Self {
        let caret = u32::try_from(text.encode_utf16().count()).unwrap();
        self.happen(Event::CodeTyped {
            text: text.into(),
            caret,
        })
    }

    /// Answers the request that is under way.
    pub fn answer(&mut self, answer: Answer) -> &mut Self {
        let id = self.state.waiting.as_ref().expect("a request is under way").id;
        let now = self.now;
        self.happen(Event::Answered { id, now, answer })
    }

    pub fn view(&mut self, view: View) -> &mut Self {
        self.answer(Answer::View(Box::new(view)))
    }

    pub fn refuse(&mut self, kind: ProblemType) -> &mut Self {
        self.answer(Answer::Refused(Problem::new(kind)))
    }

    pub fn wrong(&mut self, attempts_left: u32) -> &mut Self {
        self.answer(Answer::Refused(Problem {
            attempts_left: Some(attempts_left),
            ..Problem::new(ProblemType::CodeInvalid)
        }))
    }

    /// Lets time pass, half a second at a time.
    pub fn wait(&mut self, milliseconds: u64) -> Vec<Effect> {
        let mut effects = Vec::new();
        for _ in 0..milliseconds / 500 {
            self.now += 500;
            let now = self.now;
            self.happen(Event::Ticked { now });
            effects.append(&mut self.effects);
        }
        effects
    }

    /// The requests that the last event sent.
    pub fn calls(&self) -> Vec<Request> {
        calls(&self.effects)
    }

    pub fn told(&self) -> Vec<Tell> {
        self.effects
            .iter()
            .filter_map(|e| {
                if let Effect::Tell(tell) = e {
                    Some(tell.clone())
                } else {
                    None
                }
            })
            .collect()
    }

    pub fn said(&self) -> String {
        self.state
            .said
            .message
            .as_ref()
            .map(|m| words("en").tell(m))
            .unwrap_or_default()
    }

    pub fn notice(&self) -> String {
        self.state
            .notice
            .as_ref()
            .map(|m| words("en").tell(m))
            .unwrap_or_default()
    }
}

pub fn calls(effects: &[Effect]) -> Vec<Request> {
    effects
        .iter()
        .filter_map(|e| {
            if let Effect::Call { request, .. } = e {
                Some(request.clone())
            } else {
                None
            }
        })
        .collect()
}
