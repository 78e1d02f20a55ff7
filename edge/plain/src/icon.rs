//! The widget's pictures, of 24 by 24.

use pbx_2fa_shared::Kind;

use crate::html::{Html, el};

#[derive(Clone, Copy)]
pub(crate) enum Icon {
    App,
    Authenticator,
    Mobile,
    Landline,
    Paper,
    Person,
    Alert,
    Back,
    Next,
    Done,
    Clock,
    Lock,
    Cloud,
    Window,
}

impl Icon {
    pub(crate) const fn of(kind: Kind) -> Self {
        match kind {
            Kind::App => Self::App,
            Kind::Totp => Self::Authenticator,
            Kind::Mobile => Self::Mobile,
            Kind::Landline => Self::Landline,
            Kind::Recovery => Self::Paper,
            Kind::Bypass => Self::Person,
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::App => {
                "M8 3h8a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM9 8h6v5h-3l-2 2v-2H9zM11 18h2"
            }
            Self::Authenticator => "M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM9 12l2 2 4-4",
            Self::Mobile => {
                "M7 3h6a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM9 18h2M18 8a5 5 0 0 1 0 8M20.5 5.5a9 9 0 0 1 0 13"
            }
            Self::Landline => {
                "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 6a2 2 0 0 1 2-2z"
            }
            Self::Paper => {
                "M7 3h7l4 4v12a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM9 11h5M9 14h5M9 17h3"
            }
            Self::Person => "M12 4a4 4 0 1 0 0 8a4 4 0 0 0 0-8zM4 21a8 8 0 0 1 16 0",
            Self::Alert => "M12 8v5M12 16.5v.01M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18z",
            Self::Back => "M15 5l-7 7 7 7",
            Self::Next => "M9 5l7 7-7 7",
            Self::Done => "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM8 12.5l3 3 5-6",
            Self::Clock => "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM12 7v5l3 2",
            Self::Lock => {
                "M7 11h10a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2v-6a2 2 0 0 1 2-2zM8 11V7a4 4 0 0 1 8 0v4"
            }
            Self::Cloud => "M7 18a4 4 0 0 1 0-8a5 5 0 0 1 9.5-1A4 4 0 0 1 17 17M4 4l16 16",
            Self::Window => "M5 5h6M5 5v14h14v-6M14 4h6v6M20 4l-9 9",
        }
    }
}

/// Always beside words that say the same.
pub(crate) fn icon(icon: Icon) -> Html {
    let svg = [
        ("class", "icon"),
        ("viewBox", "0 0 24 24"),
        ("aria-hidden", "true"),
        ("focusable", "false"),
    ];
    el("svg", &svg, vec![el("path", &[("d", icon.path())], Vec::new())])
}
