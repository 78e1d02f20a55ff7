//! What an account can prove itself with.

use pbx_2fa_shared::portal::DeviceToken;
use pbx_2fa_shared::{AuthenticatorId, E164, Kind, UnixSeconds};
use serde::{Deserialize, Serialize};

use super::Owner;
use super::failures::Failures;
use crate::bytes::Bytes;
use crate::context::Context;
use crate::entropy::Entropy;
use crate::keyring::{Keyring, MacUse, Sealed, first_version};
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
    /// Of the root key that made the index.
    #[serde(default = "first_version")]
    index_version: u8,
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
            index: index_of(number, context.keys.current(), context.keys)?,
            index_version: context.keys.current(),
            hint: number.masked(),
        })
    }

    pub(super) fn open(&self, owner: &Owner, slot: &str, context: &Context) -> Result<E164, Refusal> {
        self.open_with(owner, slot, context.keys)
    }

    fn open_with(&self, owner: &Owner, slot: &str, keys: &Keyring) -> Result<E164, Refusal> {
        let fault = "a number does not open";
        let plain = keys.open_stored(&owner.place("number", slot), &self.sealed, fault)?;
        let text = std::str::from_utf8(&plain).ok();
        text.and_then(|t| E164::parse(t).ok())
            .ok_or(Refusal::Internal(fault))
    }

    pub(super) fn is(&self, number: &E164, context: &Context) -> Result<bool, Refusal> {
        Ok(self.index == index_of(number, self.index_version, context.keys)?)
    }

    /// The same number, wherever the two are sealed for. `None` where the indexes are of different versions, and one of the
    /// two has to be opened to tell.
    pub(super) fn is_same(&self, other: &Self) -> Option<bool> {
        (self.index_version == other.index_version).then(|| self.index == other.index)
    }

    /// Seals it anew, and makes its index anew, where an older version made them. One that does not open stays as it is.
    pub(super) fn reseal(
        &mut self,
        owner: &Owner,
        slot: &str,
        keys: &Keyring,
        entropy: &mut Entropy,
    ) -> Result<(), Refusal> {
        keys.reseal(&owner.place("number", slot), &mut self.sealed, entropy)?;
        let current = keys.current();
        if self.index_version != current
            && let Ok(number) = self.open_with(owner, slot, keys)
        {
            self.index = index_of(&number, current, keys)?;
            self.index_version = current;
        }
        Ok(())
    }

    /// What it was made with: its ciphertext and its index.
    pub(super) fn versions(&self) -> [u8; 2] {
        [version_of(&self.sealed), self.index_version]
    }
}

/// To compare a number by without opening it.
pub(super) fn index_of(number: &E164, version: u8, keys: &Keyring) -> Result<Bytes<32>, Refusal> {
    keys.mac(version, MacUse::Number, &[number.as_str().as_bytes()])
        .map(Bytes)
}

/// A text that is no sealed value at all counts as one of a version that nobody has.
pub(super) fn version_of(sealed: &Sealed) -> u8 {
    sealed.version().unwrap_or_default()
}

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
        .open_stored(&owner.place("totp", slot), sealed, "a totp secret does not open")
        .map(|plain| Secret::new(plain.to_vec()))
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
    let fault = "a device token does not open";
    let plain = context
        .keys
        .open_stored(&owner.place("device", slot), sealed, fault)?;
    let text = String::from_utf8(plain.to_vec()).ok();
    text.and_then(|t| DeviceToken::parse(t).ok())
        .ok_or(Refusal::Internal(fault))
}
