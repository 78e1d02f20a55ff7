//! What happens ([`Event`]), what is to be done ([`Effect`]), and what is asked of the worker ([`Request`]).

use pbx_2fa_shared::session::{Delivery, EnrollRequest, ExchangeResponse, View};
use pbx_2fa_shared::{AuthenticatorId, ChallengeId, EnrollmentId, Kind, OneTimeCode, Problem, SubmittedCode};

use super::screen::Focus;
use super::state::{Credential, Secret};

/// Something happened. Times are milliseconds of the browser's clock.
#[derive(Clone)]
pub enum Event {
    /// The widget is on the page.
    Started {
        now: u64,
    },
    /// Time passed; at least once a second.
    Ticked {
        now: u64,
    },
    /// The connection came back, or the page is looked at again.
    Woken,
    /// An answer is there, and waits for its words.
    Arrived {
        id: u32,
    },
    /// The worker answered, or did not.
    Answered {
        id: u32,
        now: u64,
        answer: Answer,
    },

    /// The code field holds this text, with the caret after `caret` UTF-16 units.
    CodeTyped {
        text: String,
        caret: u32,
    },
    CodeSubmitted,
    ResendPressed,
    OtherMethodsPressed,
    MethodPicked(AuthenticatorId),
    BackPressed,

    AddPressed,
    KindChosen(Kind),
    /// Index into `numbering::COUNTRIES`.
    #[cfg(feature = "manage")]
    CountryChosen(usize),
    #[cfg(feature = "manage")]
    NumberTyped(String),
    #[cfg(feature = "manage")]
    NumberSubmitted,
    /// The number that was typed for the other kind of line.
    #[cfg(feature = "manage")]
    NumberSavedAs(Kind),
    #[cfg(feature = "manage")]
    SuggestionTaken(Kind),
    KeyCopied,
    NewKeyPressed,
    BackupPutOff,

    PrimaryPressed(AuthenticatorId),
    RemovePressed(AuthenticatorId),
    RemoveConfirmed(AuthenticatorId),
    /// New recovery codes are wanted.
    #[cfg(feature = "manage")]
    CodesPressed,
    /// Although codes are left, which end by it.
    #[cfg(feature = "manage")]
    CodesConfirmed,
    /// The new codes, as a text to keep.
    #[cfg(feature = "manage")]
    CodesTaken(Way, String),
    #[cfg(feature = "manage")]
    CodesKept,
    DonePressed,

    RetryPressed,
    RestartPressed,

    /// The rest of the widget could not be fetched.
    Stranded,
}

/// A way to keep a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Copy,
    #[cfg(feature = "manage")]
    Print,
    #[cfg(feature = "manage")]
    Save,
}

/// What became of a request.
#[derive(Clone)]
pub enum Answer {
    Opened(Box<ExchangeResponse>),
    View(Box<View>),
    Refused(Problem),
    /// No answer, or none that this service gives.
    Unreachable,
}

impl Answer {
    /// What the answer says is to be shown.
    #[must_use]
    pub fn view(&self) -> Option<&View> {
        match self {
            Self::Opened(opened) => Some(&opened.view),
            Self::View(view) => Some(view),
            Self::Refused(_) | Self::Unreachable => None,
        }
    }
}

/// A call of the worker.
#[derive(Debug, Clone)]
pub enum Request {
    /// The ticket for the secret and the first view.
    Exchange,
    /// The view again; sends nothing to anybody.
    Refresh,
    /// The view, once a delivery is another than this.
    Watch(Delivery),
    /// A code by this authenticator, or by the primary.
    Challenge(Option<AuthenticatorId>),
    Attempt {
        challenge: ChallengeId,
        code: SubmittedCode,
    },
    Enroll(EnrollRequest),
    Confirm {
        enrollment: EnrollmentId,
        code: OneTimeCode,
    },
    SetPrimary(AuthenticatorId),
    Remove(AuthenticatorId),
    #[cfg(feature = "manage")]
    IssueRecoveryCodes,
    Finish,
}

/// Something to do.
#[derive(Debug)]
pub enum Effect {
    /// Call the worker; whatever was under way is given up.
    Call {
        id: u32,
        request: Request,
        credential: Credential,
    },
    /// Give up what is under way.
    Cancel,
    /// After the drawing, and never from a field of the page that somebody types in; unless `insist`, only where nothing else on the
    /// page has the focus.
    Focus { on: Focus, insist: bool },
    /// After the drawing: the caret of the code field, in UTF-16 units.
    Caret(u32),
    /// The whole widget goes on, with the secret of the session.
    HandOver(Secret),
    /// Into the clipboard, onto paper, into a file.
    Keep(Way, Secret),
    /// Tell the page around the widget.
    Tell(Tell),
}

/// What the page around the widget hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tell {
    /// Another screen.
    State(&'static str),
    /// The assertion, for the portal's backend.
    Verified(String),
    /// The name of a problem type, or `unreachable`.
    Problem(&'static str),
    /// The person wants to begin again.
    Restart,
}
