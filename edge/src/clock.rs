//! The worker's clock: the only one that anything is judged by.

use pbx_2fa_shared::UnixSeconds;

/// Seconds since 1970. On this platform it stands still while a request computes.
pub(crate) fn now() -> UnixSeconds {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "milliseconds since 1970 fit"
    )]
    let seconds = (js_sys::Date::now() / 1_000.0) as UnixSeconds;
    #[cfg(feature = "test-hooks")]
    let seconds = seconds.saturating_add_signed(crate::test_hooks::clock_offset());
    seconds
}
