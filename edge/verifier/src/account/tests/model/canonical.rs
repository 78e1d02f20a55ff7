//! A state as text that is the same for all states which behave alike.
//!
//! Ids, secrets and sealed values are replaced by the order in which they first appear, so that only which of them are
//! equal remains. A time becomes its distance to now, as far back as it still decides anything. A field that is not named
//! here is kept as it is: that can only make two states differ that need not.

use std::fmt::Write;

use crate::limits;

/// `stored` and `seen` are JSON without spaces.
pub(super) fn text(stored: &str, seen: &str, now: u64) -> String {
    let mut writer = Writer {
        now,
        names: Vec::new(),
        within: Vec::new(),
        key: "",
        out: String::with_capacity(stored.len() + seen.len()),
    };
    writer.walk(stored);
    writer.walk(seen);
    // Where in its step of an authenticator app the clock stands.
    let _ = write!(writer.out, "{}", now % limits::TOTP_STEP);
    writer.out
}

struct Writer<'a> {
    now: u64,
    names: Vec<&'a str>,
    /// The keys that lead here.
    within: Vec<&'a str>,
    key: &'a str,
    out: String,
}

impl<'a> Writer<'a> {
    fn walk(&mut self, json: &'a str) {
        let mut rest = json;
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '"' => 2 + rest[1..].find('"').expect("a string ends"),
                '0'..='9' => rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()),
                _ => first.len_utf8(),
            };
            let (token, after) = rest.split_at(length);
            match first {
                '"' if after.starts_with(':') => {
                    self.key = token.trim_matches('"');
                    self.out.push_str(self.key);
                }
                '"' => self.string(token.trim_matches('"')),
                '0'..='9' => self.number(token.parse().expect("a number")),
                '{' => {
                    self.within.push(self.key);
                    self.out.push('{');
                }
                '}' => {
                    self.within.pop();
                    self.out.push('}');
                }
                _ => self.out.push_str(token),
            }
            rest = after;
        }
    }

    fn string(&mut self, value: &'a str) {
        if !is_random(value) {
            self.out.push_str(value);
            return;
        }
        let known = self.names.iter().position(|name| *name == value);
        let place = known.unwrap_or_else(|| {
            self.names.push(value);
            self.names.len() - 1
        });
        let _ = write!(self.out, "#{place}");
    }

    fn number(&mut self, value: u64) {
        let canonical = if self.key == "last_step" {
            // Of a step that is not among the candidates any more, nothing is to be known.
            (self.now / limits::TOTP_STEP)
                .saturating_sub(value)
                .min(2)
                .cast_signed()
        } else if value >= 1_000_000_000 {
            self.now.cast_signed() - value.cast_signed()
        } else {
            value.cast_signed()
        };
        let decides = self.back_to().unwrap_or(i64::MAX);
        let _ = write!(self.out, "{}", canonical.min(decides));
    }

    /// For how many seconds after it a time of this name still decides something; `None`: for as long as it is kept. For
    /// a count, from where on it is all the same.
    fn back_to(&self) -> Option<i64> {
        let within = self.within.last().copied().unwrap_or_default();
        match (within, self.key) {
            (_, "expires_at" | "resend_at" | "until" | "locked_until" | "ticket_until") => Some(0),
            (_, "bound_at" | "confirmed_at" | "disabled_at") => Some(0),
            ("proof" | "issued" | "redeemed", "at") | (_, "proven_at") => {
                Some(limits::FRESH_PROOF.cast_signed())
            }
            ("throttle", "consecutive") | (_, "wrong_in_a_row") => Some(10),
            _ => None,
        }
    }
}

fn is_random(value: &str) -> bool {
    let id = ["aut_", "chl_", "enr_"]
        .iter()
        .any(|prefix| value.starts_with(prefix));
    let bytes = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-' || b == b'.';
    id || (value.len() >= 22 && value.bytes().all(bytes))
}
