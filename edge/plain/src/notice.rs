//! What a page says of the request before it.

use pbx_2fa_shared::{Problem, ProblemType};
use serde::{Deserialize, Serialize};

use crate::words::{Sentence, say};

/// Kept from a request to the page that follows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    #[default]
    Nothing,
    /// A wrong code, so many times in a row.
    Wrong(u8),
    /// What was typed is not a whole code; it was not tried.
    Short,
    /// The code that was typed is over.
    Over,
    SentBefore,
    Budget,
    Delivery,
    /// A back-up must be set up now.
    BackupRequired,
    /// A code comes before a change.
    StepUp,
    Failed,
    Unavailable,
}

impl Notice {
    /// After a refusal of what may be tried again in another way; `before` is what the page said then.
    #[must_use]
    pub const fn of(problem: &Problem, before: Self) -> Self {
        match problem.kind {
            ProblemType::CodeInvalid => match before {
                Self::Wrong(times) => Self::Wrong(times.saturating_add(1)),
                _ => Self::Wrong(1),
            },
            ProblemType::ChallengeDead | ProblemType::Expired | ProblemType::NotFound => Self::Over,
            ProblemType::SendThrottled => Self::SentBefore,
            ProblemType::TenantBudget => Self::Budget,
            ProblemType::DeliveryUnavailable => Self::Delivery,
            ProblemType::BackupRequired => Self::BackupRequired,
            ProblemType::StepUpRequired | ProblemType::AuthenticatorPending => Self::StepUp,
            ProblemType::Unavailable => Self::Unavailable,
            // The screen itself says how long to wait.
            ProblemType::Locked | ProblemType::AccountThrottled => Self::Nothing,
            ProblemType::NumberNotAllowed
            | ProblemType::NumberBlocked
            | ProblemType::OriginNotAllowed
            | ProblemType::BrowserNotAllowed
            | ProblemType::TicketUsed
            | ProblemType::AlreadyRedeemed
            | ProblemType::IdempotencyMismatch
            | ProblemType::Unauthorized
            | ProblemType::InvalidRequest
            | ProblemType::PayloadTooLarge
            | ProblemType::MethodNotAllowed
            | ProblemType::UnsupportedMediaType => Self::Failed,
        }
    }

    /// Above the controls; what is wrong with a code stands at its field.
    pub(crate) const fn sentence(self) -> Option<Sentence> {
        match self {
            Self::Nothing | Self::Wrong(_) | Self::Short | Self::Over => None,
            Self::SentBefore => Some(say::NOTICE_SENT_BEFORE),
            Self::Budget => Some(say::NOTICE_BUDGET),
            Self::Delivery => Some(say::NOTICE_DELIVERY),
            Self::BackupRequired => Some(say::BACKUP_REQUIRED),
            Self::StepUp => Some(say::CODE_FIRST),
            Self::Failed => Some(say::NOTICE_FAILED),
            Self::Unavailable => Some(say::NOTICE_UNAVAILABLE),
        }
    }
}
