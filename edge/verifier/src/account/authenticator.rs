//! What an account can prove itself with.

use pbx_2fa_shared::portal::DeviceToken;
use pbx_2fa_shared::{AuthenticatorId, E164, Kind, UnixSeconds};
use serde::{Deserialize, Serialize};

use super::Owner;
use super::failures::Failures;
use crate::bytes::Bytes;
use crate::context::Context;
use crate::keyring::{MacUse, Sealed};
use crate::refusal::Refusal;
use crate::secret::Secret;

/// A bound authenticator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Authenticator {
    pub(super) id: AuthenticatorId,
    pub(super) method: Method,
    pub(super) source: Source,
    pub(super) bound_at: UnixSeconds,
    /// The first right code; absent for a number from the profile that was never used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) confirmed_at: Option<UnixSeconds>,
    #[serde(default, skip_serializing_if = "Failures::is_none")]
    pub(super) failures: Failures,
    /// After too many wrong codes: it proves nothing any more, and has to be set up anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) disabled_at: Option<UnixSeconds>,
}

impl Authenticator {
    pub(super) const fn is_enabled(&self) -> bool {
        self.disabled_at.is_none()
    }
}

/// Who bound it, and so who may remove it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Source {
    /// The portal, by its profile of the user.
    Profile,
    /// The user, with a code.
    User,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(super) enum Method {
    App {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device_token: Option<Sealed>,
    },
    Mobile(Number),
    Landline(Number),
    Totp {
        secret: Sealed,
        /// The last step whose code was accepted (RFC 6238 §5.2).
        last_step: u64,
    },
}

impl Method {
    pub(super) const fn kind(&self) -> Kind {
        match self {
            Self::App { .. } => Kind::App,
            Self::Mobile(_) => Kind::Mobile,
            Self::Landline(_) => Kind::Landline,
            Self::Totp { .. } => Kind::Totp,
        }
    }

    pub(super) const fn number(&self) -> Option<&Number> {
        match self {
            Self::Mobile(number) | Self::Landline(number) => Some(number),
            Self::App { .. } | Self::Totp { .. } => None,
        }
    }

    pub(super) fn hint(&self) -> String {
        self.number().map(|n| n.hint.clone()).unwrap_or_default()
    }
}

/// A telephone number at rest: encrypted, with a keyed index to compare it by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Number {
    sealed: Sealed,
    index: Bytes<32>,
    pub(super) hint: String,
}

impl Number {
    /// `slot` is where it will stand (an authenticator's id): moved elsewhere, it does not open.
    pub(super) fn seal(
        number: &E164,
        owner: &Owner,
        slot: &str,
        context: &mut Context,
    ) -> Result<Self, Refusal> {
        let plain = number.as_str().as_bytes();
        Ok(Self {
            sealed: context
                .keys
                .seal(&owner.place("number", slot), plain, &mut context.entropy)?,
            index: Self::index_of(number, context)?,
            hint: number.masked(),
        })
    }

    pub(super) fn open(&self, owner: &Owner, slot: &str, context: &Context) -> Result<E164, Refusal> {
        let plain = context.keys.open(&owner.place("number", slot), &self.sealed);
        plain
            .and_then(|p| E164::parse(std::str::from_utf8(&p).ok()?).ok())
            .ok_or(Refusal::Internal("a number does not open"))
    }

    pub(super) fn is(&self, number: &E164, context: &Context) -> Result<bool, Refusal> {
        Ok(self.index == Self::index_of(number, context)?)
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.index == other.index
    }

    /// The same number, wherever the two are sealed for.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.index == other.index
    }

    /// To recognise the number by, without opening it.
    pub(super) const fn index(&self) -> Bytes<32> {
        self.index
    }

    fn index_of(number: &E164, context: &Context) -> Result<Bytes<32>, Refusal> {
        context
            .keys
            .mac(INDEX_KEY_VERSION, MacUse::Number, &[number.as_str().as_bytes()])
            .map(Bytes)
    }
}

/// The index is made with the first root key for as long as the deployment lives, or numbers could not be compared.
const INDEX_KEY_VERSION: u8 = 1;

/// The key of an authenticator app, sealed for its place.
pub(super) fn seal_totp(
    secret: &Secret<Vec<u8>>,
    owner: &Owner,
    slot: &str,
    context: &mut Context,
) -> Result<Sealed, Refusal> {
    let plain = secret.expose("encrypted for storage");
    context
        .keys
        .seal(&owner.place("totp", slot), plain, &mut context.entropy)
}

pub(super) fn open_totp(
    sealed: &Sealed,
    owner: &Owner,
    slot: &str,
    context: &Context,
) -> Result<Secret<Vec<u8>>, Refusal> {
    context
        .keys
        .open(&owner.place("totp", slot), sealed)
        .map(|plain| Secret::new(plain.to_vec()))
        .ok_or(Refusal::Internal("a totp secret does not open"))
}

pub(super) fn seal_token(
    token: &DeviceToken,
    owner: &Owner,
    slot: &str,
    context: &mut Context,
) -> Result<Sealed, Refusal> {
    context.keys.seal(
        &owner.place("device", slot),
        token.as_str().as_bytes(),
        &mut context.entropy,
    )
}

pub(super) fn open_token(
    sealed: &Sealed,
    owner: &Owner,
    slot: &str,
    context: &Context,
) -> Result<DeviceToken, Refusal> {
    let plain = context.keys.open(&owner.place("device", slot), sealed);
    plain
        .and_then(|p| DeviceToken::parse(String::from_utf8(p.to_vec()).ok()?).ok())
        .ok_or(Refusal::Internal("a device token does not open"))
}
