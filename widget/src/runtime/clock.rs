//! The browser's clock, and how it writes times and numbers.

use js_sys::{Date, Number, Object, Reflect};
use pbx_2fa_shared::UnixSeconds;
use wasm_bindgen::JsValue;

use crate::i18n::Figure;

/// Milliseconds since 1970 by the browser's clock.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a clock far beyond any date"
)]
pub(super) fn now() -> u64 {
    Date::now() as u64
}

/// `14:35`, `24 december` or `24 december 2026`, as the locale has it.
#[allow(clippy::cast_precision_loss, reason = "seconds and counts are far below 2^53")]
pub(super) fn write(locale: &str, figure: Figure) -> String {
    let date = |at: UnixSeconds| Date::new(&JsValue::from_f64(at.saturating_mul(1000) as f64));
    let options = |parts: &[(&str, &str)]| {
        let options = Object::new();
        for (name, value) in parts {
            // Setting a member of a fresh object cannot fail.
            let _ = Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value));
        }
        options
    };
    let text = match figure {
        Figure::Count(count) => Number::from(count as f64).to_locale_string(locale),
        Figure::TimeOfDay(at) => date(at).to_locale_time_string_with_options(
            locale,
            &options(&[("hour", "2-digit"), ("minute", "2-digit")]),
        ),
        Figure::Day(at) => {
            date(at).to_locale_date_string(locale, &options(&[("day", "numeric"), ("month", "long")]))
        }
        #[cfg(feature = "manage")]
        Figure::FullDate(at) => date(at).to_locale_date_string(locale, &options(&[("dateStyle", "long")])),
    };
    String::from(text)
}
