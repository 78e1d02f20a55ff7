//! Time-based one-time passwords (RFC 6238): SHA-1, six digits, 30 seconds, as every authenticator app makes them.

use pbx_2fa_shared::operator::TotpWindow;
use pbx_2fa_shared::session::TotpSetup;
use pbx_2fa_shared::{DisplayName, OneTimeCode, UnixSeconds};
use subtle::ConstantTimeEq;
use totp_rs::{Builder, Secret as TotpSecret, Totp};

use crate::limits::TOTP_STEP;
use crate::refusal::Refusal;
use crate::secret::Secret;

/// The step that a code was made for, if it lies in the tenant's window (by default the previous, the present and the next) and
/// is later than `last_step` (RFC 6238 §5.2: no code twice; §6: drift).
///
/// All three are always computed and compared, whichever matches.
pub(crate) fn accepted_step(
    secret: &Secret<Vec<u8>>,
    code: &OneTimeCode,
    now: UnixSeconds,
    window: TotpWindow,
    last_step: u64,
) -> Result<Option<u64>, Refusal> {
    let totp = plain(secret)?;
    let present = now.checked_div(TOTP_STEP).unwrap_or(0);
    let last = match window {
        TotpWindow::OneEitherWay => present.saturating_add(1),
        TotpWindow::NoneAhead => present,
    };
    let mut accepted = None;
    for step in [present.saturating_sub(1), present, present.saturating_add(1)] {
        let expected = totp.generate(step.saturating_mul(TOTP_STEP)).to_string();
        let matches = bool::from(expected.as_bytes().ct_eq(code.as_str().as_bytes()));
        if matches && step > last_step && step <= last {
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

#[cfg(test)]
mod tests {
    use pbx_2fa_shared::OneTimeCode;

    use pbx_2fa_shared::operator::TotpWindow;

    use super::{accepted_step, plain};
    use crate::secret::Secret;

    /// RFC 4226 appendix D and RFC 6238 appendix B share this key.
    const KEY: &[u8] = b"12345678901234567890";

    /// RFC 4226 appendix D: the codes of counters 0 to 9.
    const HOTP: [&str; 10] = [
        "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
    ];

    /// RFC 6238 appendix B, SHA-1: of the eight digits the last six, which are the code of six.
    const TOTP: [(u64, &str); 6] = [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ];

    fn key() -> Secret<Vec<u8>> {
        Secret::new(KEY.to_vec())
    }

    fn code(text: &str) -> OneTimeCode {
        OneTimeCode::parse(text).unwrap()
    }

    fn code_of(step: u64) -> OneTimeCode {
        code(
            &plain(&key())
                .unwrap()
                .generate(step.saturating_mul(30))
                .to_string(),
        )
    }

    fn accepts(code: &OneTimeCode, now: u64, last_step: u64) -> Option<u64> {
        accepted_step(&key(), code, now, TotpWindow::OneEitherWay, last_step).unwrap()
    }

    #[test]
    fn rfc_4226_appendix_d() {
        for (counter, expected) in (0..).zip(HOTP) {
            assert_eq!(code_of(counter).as_str(), expected, "counter {counter}");
            if counter > 0 {
                assert_eq!(accepts(&code(expected), counter * 30, 0), Some(counter));
            }
        }
    }

    #[test]
    fn rfc_6238_appendix_b() {
        for (time, eight) in TOTP {
            assert_eq!(
                accepts(&code(&eight[2..]), time, 0),
                Some(time / 30),
                "time {time}"
            );
        }
    }

    #[test]
    fn a_leading_zero_counts() {
        // Of RFC 6238's key, at step 37037036 the code is 081804.
        assert_eq!(code_of(37_037_036).as_str(), "081804");
        assert_eq!(accepts(&code("081804"), 1_111_111_109, 0), Some(37_037_036));
        assert_eq!(accepts(&code("818040"), 1_111_111_109, 0), None);
    }

    #[test]
    fn one_step_of_drift_either_way_and_no_more() {
        let (now, step) = (1_234_567_890, 1_234_567_890 / 30);
        for drift in 0..=10 {
            let expected = |s: u64| (drift <= 1).then_some(s);
            assert_eq!(
                accepts(&code_of(step + drift), now, 0),
                expected(step + drift),
                "+{drift}"
            );
            assert_eq!(
                accepts(&code_of(step - drift), now, 0),
                expected(step - drift),
                "-{drift}"
            );
        }
    }

    #[test]
    fn a_strict_window_takes_nothing_ahead() {
        let (now, step) = (1_234_567_890, 1_234_567_890 / 30);
        let accepts = |s: u64| accepted_step(&key(), &code_of(s), now, TotpWindow::NoneAhead, 0).unwrap();
        for (of, expected) in [
            (step - 2, None),
            (step - 1, Some(step - 1)),
            (step, Some(step)),
            (step + 1, None),
        ] {
            assert_eq!(accepts(of), expected, "step {of} at {step}");
        }
    }

    #[test]
    fn the_window_moves_at_the_exact_second() {
        let step = 41_152_263;
        let (first, last) = ((step - 1) * 30, (step + 2) * 30 - 1);
        let code = code_of(step);
        assert_eq!(accepts(&code, first - 1, 0), None);
        assert_eq!(accepts(&code, first, 0), Some(step));
        assert_eq!(accepts(&code, last, 0), Some(step));
        assert_eq!(accepts(&code, last + 1, 0), None);
    }

    #[test]
    fn nothing_up_to_the_last_step_is_accepted_again() {
        let step = 41_152_263;
        let now = step * 30;
        for (last_step, accepted) in [
            (step - 2, [true, true, true]),
            (step - 1, [false, true, true]),
            (step, [false, false, true]),
            (step + 1, [false, false, false]),
        ] {
            let found = [step - 1, step, step + 1].map(|s| accepts(&code_of(s), now, last_step).is_some());
            assert_eq!(found, accepted, "after {last_step}");
        }
    }

    #[test]
    fn the_ends_of_time_are_no_fault() {
        assert_eq!(
            accepts(&code_of(0), 0, 0),
            None,
            "step 0 is not later than step 0"
        );
        let window = TotpWindow::OneEitherWay;
        assert!(accepted_step(&key(), &code("000000"), u64::MAX, window, 0).is_ok());
    }
}
