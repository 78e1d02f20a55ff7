//! What the widget knows.

use pbx_2fa_shared::session::{Action, Delivery, EnrollRequest, State as Stage, View};
use pbx_2fa_shared::{AuthenticatorId, E164, Kind, RecoveryCode, UnixSeconds};

use super::code::{CodeForm, TypedCode};
use super::event::Request;
use super::handover::Part;
use crate::i18n::Message;

/// Everything. The screen is a function of it.
#[derive(Debug, Clone)]
pub struct State {
    pub page: Page,
    pub credential: Credential,
    /// What the worker last said is to be shown; none before the ticket was exchanged.
    pub view: Option<View>,
    /// What stands in the way of everything.
    pub failure: Option<Failure>,
    pub panel: Panel,
    pub code: CodeField,
    pub number: NumberForm,
    /// One sentence about what just went wrong, above the controls.
    pub notice: Option<Message>,
    /// What assistive technology was told last.
    pub said: Said,
    pub copied: bool,
    /// New recovery codes, until the person has kept them: no answer brings them again.
    pub issued: Vec<RecoveryCode>,
    /// Whether the manager offers to make recovery codes; known while a code for that is awaited too.
    pub makes_codes: bool,
    /// The authenticator that was made primary a moment ago, for the eye to follow.
    pub moved: Option<AuthenticatorId>,
    /// The change that waits for a code, and is then asked again by itself.
    pub wanted: Option<Request>,
    /// The enrollment under way, to call the same number again.
    pub enrolling: Option<EnrollRequest>,
    pub waiting: Option<Waiting>,
    /// The delivery that is being watched: when to ask next, and how often it was asked.
    pub watch: Option<Watch>,
    pub clock: Clock,
    pub last_request: u32,
}

/// What is known of the page from the start.
#[derive(Debug, Clone, Default)]
pub struct Page {
    pub origin: String,
    /// Inside a frame of another origin, where the method manager could be clicked unseen.
    pub framed: bool,
    /// ISO 3166-1 region of the language tag, for the country that is offered first.
    pub region: String,
    pub part: Part,
}

/// What opens the worker's door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    Ticket(Secret),
    Session(Secret),
}

/// Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// For the request that carries it, and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// What ends the conversation, or keeps it from beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Too late: the portal has to begin again.
    Expired,
    /// The ticket was used before, or a newer page took over.
    Elsewhere,
    OriginNotAllowed,
    Framed,
    Offline,
    Unavailable,
    Locked {
        until: Option<UnixSeconds>,
    },
}

/// Where the person has gone, away from what the worker's view asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Panel {
    /// What the view asks for.
    Main,
    /// Another bound method for the code.
    Methods,
    /// A kind of method to set up.
    Kinds,
    /// The number of a telephone to set up.
    Number(Kind),
    /// The list of methods, although a code is awaited.
    List,
    /// The same, asking whether this one is really to be removed.
    Removing(AuthenticatorId),
    /// The same, asking whether new recovery codes are really to take the place of those that are left.
    Replacing,
}

/// The field for the code.
#[derive(Debug, Clone, Default)]
pub struct CodeField {
    pub typed: TypedCode,
    /// The last code that was sent: while nothing else is known of it, it is not sent twice.
    pub tried: TypedCode,
    pub error: Option<CodeError>,
    /// How often a code was wrong since the field was empty.
    pub wrong: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeError {
    /// Not the whole code.
    Short(CodeForm),
    /// With the number of attempts left, where the worker says it.
    Wrong(Option<u32>),
}

/// The number that is being typed.
#[derive(Debug, Clone, Default)]
pub struct NumberForm {
    /// Index into `numbering::COUNTRIES`.
    pub country: usize,
    pub typed: String,
    pub error: Option<NumberError>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberError {
    Invalid,
    /// A mobile number where a landline was asked for.
    IsMobile(E164),
    IsLandline(E164),
    NotAllowed,
    /// One of the portal's own exchange, and nothing else is set up.
    OwnPbx,
    Blocked,
}

/// What a live region holds; the serial changes when the same sentence is said again.
#[derive(Debug, Clone, Default)]
pub struct Said {
    pub serial: u32,
    pub message: Option<Message>,
}

/// A request under way.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub id: u32,
    pub request: Request,
    /// Milliseconds of the browser's clock.
    pub since: u64,
    /// Asked by the widget itself: nothing is held up for it.
    pub background: bool,
}

/// Asking how far a delivery has come.
#[derive(Debug, Clone, Copy)]
pub struct Watch {
    /// Where it is.
    pub known: Delivery,
    /// Milliseconds of the browser's clock.
    pub at: u64,
    /// Answers without news.
    pub times: u32,
}

/// The worker's time, reckoned from the browser's clock, which may be wrong.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    /// Milliseconds of the browser's clock.
    pub local: u64,
    /// The worker's seconds minus the browser's.
    pub ahead: i64,
}

impl Clock {
    #[must_use]
    pub fn now(&self) -> UnixSeconds {
        (self.local / 1000).saturating_add_signed(self.ahead)
    }

    /// Learns how far the worker's clock is ahead.
    pub fn set(&mut self, server_time: UnixSeconds) {
        self.ahead = server_time
            .cast_signed()
            .saturating_sub((self.local / 1000).cast_signed());
    }

    /// Seconds until then, none when it has passed.
    #[must_use]
    pub fn left(&self, until: UnixSeconds) -> u64 {
        until.saturating_sub(self.now())
    }
}

impl State {
    #[must_use]
    pub fn new(credential: Credential, page: Page) -> Self {
        let country = pbx_2fa_shared::numbering::COUNTRIES
            .iter()
            .position(|c| c.iso == page.region);
        Self {
            page,
            credential,
            view: None,
            failure: None,
            panel: Panel::Main,
            code: CodeField::default(),
            number: NumberForm {
                country: country.unwrap_or_default(),
                ..NumberForm::default()
            },
            notice: None,
            said: Said::default(),
            copied: false,
            issued: Vec::new(),
            makes_codes: false,
            moved: None,
            wanted: None,
            enrolling: None,
            waiting: None,
            watch: None,
            clock: Clock::default(),
            last_request: 0,
        }
    }

    /// What stands in a state's place for a moment.
    #[must_use]
    pub fn nothing() -> Self {
        Self::new(Credential::Ticket(Secret::new(String::new())), Page::default())
    }

    /// Whether the person has to wait for an answer.
    #[must_use]
    pub fn busy(&self) -> bool {
        self.waiting.as_ref().is_some_and(|waiting| !waiting.background)
    }

    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        self.view
            .as_ref()
            .is_some_and(|view| view.actions.contains(&action))
    }

    /// Whether new recovery codes are on the screen.
    #[must_use]
    pub fn shows_codes(&self) -> bool {
        cfg!(feature = "manage") && !self.issued.is_empty()
    }

    #[must_use]
    pub fn stage(&self) -> Option<Stage> {
        self.view.as_ref().map(|view| view.state)
    }
}
