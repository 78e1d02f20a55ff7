//! For tests only, in builds with the feature `test-hooks`: a clock that can be set, panics on request, and the knowledge of an
//! isolate that has not asked for a while.

use std::cell::{Cell, RefCell};

use crate::signing;

thread_local! {
    static OFFSET: Cell<i64> = const { Cell::new(0) };
    static ASKED: Cell<Option<Place>> = const { Cell::new(None) };
    static HELD: RefCell<()> = const { RefCell::new(()) };
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

/// `/test/clock/<seconds>`, `/test/panic/front`, `/test/panic/owner`, `/test/keys/put-by`, `/test/keys/bring-back`: true where the path was one of them.
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
        Some(("keys", what)) => {
            if what == "put-by" {
                signing::tests_hook::put_by();
            } else {
                signing::tests_hook::bring_back();
            }
            true
        }
        _ => false,
    }
}

/// The next time this place is reached, once. It panics with something borrowed, as a real fault would, so an instance that
/// went on after it would panic here for ever.
#[allow(clippy::panic, reason = "this is what it is for")]
pub(crate) fn panic_if_asked(place: Place) {
    HELD.with_borrow_mut(|()| {
        if ASKED.get() == Some(place) {
            ASKED.set(None);
            panic!("asked for");
        }
    });
}
