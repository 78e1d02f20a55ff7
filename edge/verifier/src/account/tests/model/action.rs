//! What can be done in the small world.

use pbx_2fa_shared::Purpose;

/// One of the two pages that a user, or somebody with the password, has open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    A,
    B,
}

pub(super) const BOTH: [Page; 2] = [Page::A, Page::B];

/// Numbers choose an authenticator by its place in the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// The portal opens a transaction and the page exchanges its ticket; what the page was before is left behind.
    Open(Page, Purpose, &'static str),
    /// A fresh ticket for the same transaction, exchanged.
    Reload(Page),
    /// The page's ticket once more, by somebody else.
    Replay(Page),
    Look(Page),
    Ask(Page, usize),
    Attempt(Page, Target, Guess),
    Enroll(Page, &'static str),
    Confirm(Page, Guess),
    Finish(Page),
    /// By the portal, with or without an `Idempotency-Key`.
    Redeem(Page, Option<u8>),
    SetPrimary(Page, usize),
    Remove(Page, usize),
    /// Asks for a code of the help desk where there is one, else for a recovery code.
    AskFallback(Page),
    /// New recovery codes.
    MakeCodes(Page),
    /// The help desk gives out a code.
    GiveBypass,
    HelpRemove(usize),
    Unlock,
    Reset,
    /// The gateway says that the code on the screen could not be delivered.
    Undelivered(Page),
    /// Seconds.
    Wait(u64),
}

/// Which challenge of the page's transaction a code is given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    OnScreen,
    /// The newest of those that are not.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guess {
    Right,
    Wrong,
    /// Of an authenticator app, the code of the step before; of fallback codes, one that was used or replaced; else one that was
    /// sent earlier, for something else.
    Old,
    /// Of an authenticator app, the code of the step to come.
    Ahead,
}

impl Action {
    pub(super) const fn page(self) -> Option<Page> {
        match self {
            Self::Open(page, ..)
            | Self::Reload(page)
            | Self::Replay(page)
            | Self::Look(page)
            | Self::Ask(page, _)
            | Self::Attempt(page, ..)
            | Self::Enroll(page, _)
            | Self::Confirm(page, _)
            | Self::Finish(page)
            | Self::Redeem(page, _)
            | Self::SetPrimary(page, _)
            | Self::Remove(page, _)
            | Self::AskFallback(page)
            | Self::MakeCodes(page)
            | Self::Undelivered(page) => Some(page),
            Self::GiveBypass | Self::HelpRemove(_) | Self::Unlock | Self::Reset | Self::Wait(_) => None,
        }
    }
}
