//! For tests only, in builds with the feature `test-hooks`: a clock that can be set, and panics on request.

use std::cell::Cell;

thread_local! {
    static OFFSET: Cell<i64> = const { Cell::new(0) };
    static ASKED: Cell<Option<Place>> = const { Cell::new(None) };
}

/// Where a panic was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Front,
    Owner,
}

pub(crate) fn clock_offset() -> i64 {
    OFFSET.get()
}

/// `/test/clock/<seconds>`, `/test/panic/front`, `/test/panic/owner`: true where the path was one of them.
pub(crate) fn obey(path: &str) -> bool {
    match path.strip_prefix("/test/").and_then(|p| p.split_once('/')) {
        Some(("clock", seconds)) => {
            OFFSET.set(seconds.parse().unwrap_or(0));
            true
        }
        Some(("panic", place)) => {
            ASKED.set(Some(if place == "owner" {
                Place::Owner
            } else {
                Place::Front
            }));
            true
        }
        _ => false,
    }
}

/// The next time this place is reached, once.
#[allow(clippy::panic, reason = "this is what it is for")]
pub(crate) fn panic_if_asked(place: Place) {
    if ASKED.get() == Some(place) {
        ASKED.set(None);
        panic!("asked for");
    }
}
