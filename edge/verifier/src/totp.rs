//! Time-based one-time passwords (RFC 6238): SHA-1, six digits, 30 seconds, as every authenticator app makes them.

use pbx_2fa_shared::session::TotpSetup;
use pbx_2fa_shared::{DisplayName, OneTimeCode, UnixSeconds};
use subtle::ConstantTimeEq;
use totp_rs::{Builder, Secret as TotpSecret, Totp};

use crate::limits::TOTP_STEP;
use crate::refusal::Refusal;
use crate::secret::Secret;

/// The step that a code was made for, if it is one of the previous, the present and the next, and later than `last_step`
/// (RFC 6238 §5.2: no code twice; §6: one step of drift either way).
///
/// All three are always computed and compared, whichever matches.
pub(crate) fn accepted_step(
    secret: &Secret<Vec<u8>>,
    code: &OneTimeCode,
    now: UnixSeconds,
    last_step: u64,
) -> Result<Option<u64>, Refusal> {
    let totp = plain(secret)?;
    let present = now.checked_div(TOTP_STEP).unwrap_or(0);
    let mut accepted = None;
    for step in [present.saturating_sub(1), present, present.saturating_add(1)] {
        let expected = totp.generate(step.saturating_mul(TOTP_STEP)).to_string();
        let matches = bool::from(expected.as_bytes().ct_eq(code.as_str().as_bytes()));
        if matches && step > last_step {
            accepted = Some(step);
        }
    }
    Ok(accepted)
}

/// What an authenticator app needs: the key to type and the link behind the QR code.
pub(crate) fn setup(
    secret: &Secret<Vec<u8>>,
    issuer: &DisplayName,
    account: &str,
) -> Result<TotpSetup, Refusal> {
    // The Key Uri Format parts issuer and account by a colon.
    let plain_name = |name: &str| name.replace(':', " ");
    let key = secret
        .expose("shown once to the person who sets up the authenticator app")
        .clone();
    let totp = Builder::new()
        .with_secret(TotpSecret::from(key))
        .with_issuer(Some(plain_name(issuer.as_str())))
        .with_account_name(plain_name(account))
        .build()
        .map_err(|_| Refusal::Internal("totp parameters"))?;
    let uri = totp.to_url().map_err(|_| Refusal::Internal("totp link"))?;
    Ok(TotpSetup {
        secret: totp.secret().to_base32(),
        uri,
    })
}

fn plain(secret: &Secret<Vec<u8>>) -> Result<Totp, Refusal> {
    let key = secret.expose("compares a code").clone();
    Builder::new()
        .with_secret(TotpSecret::from(key))
        .build()
        .map_err(|_| Refusal::Internal("totp parameters"))
}
