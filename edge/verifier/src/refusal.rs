//! Why a command was refused, by who must act.

use std::borrow::Cow;

use pbx_2fa_shared::problem::Reason;
use pbx_2fa_shared::{Problem, ProblemType, UnixSeconds};
use serde::{Deserialize, Serialize};

/// A refusal. The caller gets the problem; the account may have changed all the same (an attempt was charged).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// The caller must do something else.
    Refused(ProblemType),
    /// The same, with a sentence that names the field and quotes nothing.
    Explained { problem: ProblemType, detail: String },
    /// The same, with what a program tells it by.
    Reasoned {
        problem: ProblemType,
        reason: Reason,
        detail: String,
    },
    /// A wrong, replayed or other-purpose code; so many are left.
    CodeInvalid { attempts_left: u32 },
    /// The caller must wait until then.
    Wait {
        problem: ProblemType,
        until: UnixSeconds,
    },
    /// Something stored was made with a root key of this version, which `ROOT_KEYS` does not hold (any more).
    NoRootKey(u8),
    /// A fault of this service. The text is for the log, never for the caller, and holds no value.
    Internal(#[serde(skip, default = "unknown_fault")] &'static str),
}

const fn unknown_fault() -> &'static str {
    "reported by the owner object"
}

impl Refusal {
    /// The body for the wire.
    #[must_use]
    pub fn to_problem(&self, now: UnixSeconds) -> Problem {
        match self {
            Self::Refused(kind) => Problem::new(*kind),
            Self::Explained { problem, detail } => Problem::new(*problem).with_detail(detail),
            Self::Reasoned {
                problem,
                reason,
                detail,
            } => {
                let mut body = Problem::new(*problem).with_detail(detail);
                body.reason = Some(*reason);
                body
            }
            Self::CodeInvalid { attempts_left } => {
                let mut problem = Problem::new(ProblemType::CodeInvalid);
                problem.attempts_left = Some(*attempts_left);
                problem
            }
            Self::Wait { problem, until } => {
                let mut body = Problem::new(*problem).with_retry_after(until.saturating_sub(now).max(1));
                body.server_time = Some(now);
                body
            }
            Self::NoRootKey(_) | Self::Internal(_) => Problem::new(ProblemType::Unavailable),
        }
    }

    /// What the log says of it, where it is not the caller's doing.
    #[must_use]
    pub fn fault(&self) -> Option<Cow<'static, str>> {
        match self {
            Self::NoRootKey(version) => Some(Cow::Owned(format!(
                "ROOT_KEYS holds no version {version}, which stored values still need"
            ))),
            Self::Internal(fault) => Some(Cow::Borrowed(fault)),
            _ => None,
        }
    }
}

impl From<ProblemType> for Refusal {
    fn from(kind: ProblemType) -> Self {
        Self::Refused(kind)
    }
}
