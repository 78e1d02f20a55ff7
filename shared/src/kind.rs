//! Kinds of authenticator and purposes of a transaction.

use serde::{Deserialize, Serialize};

/// How a person gets the code. The wire names are stable; a widget ignores kinds it does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A push message in the vendor's softphone app (NIST SP 800-63B-4 §3.1.3, out-of-band).
    App,
    /// An automatic call to a fixed telephone (§3.1.3.3, restricted).
    Landline,
    /// An automatic call to a mobile telephone (§3.1.3.3, restricted).
    Mobile,
    /// A time-based one-time password from an authenticator app (RFC 6238).
    Totp,
    /// One of the user's own recovery codes (§3.1.2, look-up secret). Never the primary.
    Recovery,
    /// A code that the portal's help desk gave out, for one login.
    Bypass,
}

impl Kind {
    /// The methods that an account is set up with, strongest first: the order in which they are offered. The others are for
    /// when none of them is at hand.
    pub const METHODS: [Self; 4] = [Self::App, Self::Totp, Self::Mobile, Self::Landline];

    /// Whether a telephone number belongs to it.
    #[must_use]
    pub const fn is_phone(self) -> bool {
        matches!(self, Self::Landline | Self::Mobile)
    }

    /// Whether a code is sent for it.
    #[must_use]
    pub const fn is_out_of_band(self) -> bool {
        matches!(self, Self::App | Self::Landline | Self::Mobile)
    }

    /// Whether a telephone call brings its codes.
    #[must_use]
    pub const fn is_call(self) -> bool {
        matches!(self, Self::Landline | Self::Mobile)
    }

    /// Whether its codes are each good once, and stand on paper or were read out by the help desk.
    #[must_use]
    pub const fn is_fallback(self) -> bool {
        matches!(self, Self::Recovery | Self::Bypass)
    }

    /// RFC 8176 values: only what was checked here; never `pwd`, never `mfa`.
    #[must_use]
    pub const fn amr(self) -> &'static [&'static str] {
        match self {
            Self::App => &["swk", "mca"],
            Self::Landline | Self::Mobile => &["tel", "mca"],
            Self::Totp | Self::Recovery | Self::Bypass => &["otp"],
        }
    }

    /// The `acr` claim of a login that was completed with it.
    #[must_use]
    pub const fn acr(self) -> &'static str {
        match self {
            Self::App => "urn:pbx-2fa:app",
            Self::Landline | Self::Mobile => "urn:pbx-2fa:pstn",
            Self::Totp => "urn:pbx-2fa:totp",
            Self::Recovery => "urn:pbx-2fa:recovery",
            Self::Bypass => "urn:pbx-2fa:bypass",
        }
    }
}

/// What a transaction is for. A code of one purpose is never accepted for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Completing a login after the password.
    #[default]
    Login,
    /// The method manager, for somebody who is logged in already.
    Manage,
}
