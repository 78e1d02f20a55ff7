//! The browser's clock, and how it writes times.

use js_sys::{Date, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::i18n::Moment;

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
#[allow(clippy::cast_precision_loss, reason = "seconds are far below 2^53")]
pub(super) fn write(locale: &str, moment: Moment) -> String {
    let at = match moment {
        Moment::TimeOfDay(at) | Moment::Day(at) => at,
        #[cfg(feature = "manage")]
        Moment::FullDate(at) => at,
    };
    let date = Date::new(&JsValue::from_f64(at.saturating_mul(1000) as f64));
    let options = |parts: &[(&str, &str)]| {
        let options = Object::new();
        for (name, value) in parts {
            // Setting a member of a fresh object cannot fail.
            let _ = Reflect::set(&options, &JsValue::from_str(name), &JsValue::from_str(value));
        }
        options
    };
    let text = match moment {
        Moment::TimeOfDay(_) => date.to_locale_time_string_with_options(
            locale,
            &options(&[("hour", "2-digit"), ("minute", "2-digit")]),
        ),
        Moment::Day(_) => {
            date.to_locale_date_string(locale, &options(&[("day", "numeric"), ("month", "long")]))
        }
        #[cfg(feature = "manage")]
        Moment::FullDate(_) => date.to_locale_date_string(locale, &options(&[("dateStyle", "long")])),
    };
    String::from(text)
}
