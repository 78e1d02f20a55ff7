//! Every number that a rule depends on, with its source. Times are seconds.

/// A ticket lives this long and is exchanged once (shorter than an OAuth code: OWASP ASVS 5.0 10.4.3).
pub const TICKET_LIFETIME: u64 = 120;

/// A transaction ends this long after it was opened (NIST SP 800-63B-4 §3.1.3.2: completed within 10 minutes).
pub const TRANSACTION_LIFETIME: u64 = 600;

/// Transactions of one account that are kept at once; a further one ends the oldest.
pub const TRANSACTIONS_PER_ACCOUNT: usize = 3;

/// A code that was sent is accepted this long (NIST allows 10 minutes; common practice is 5).
pub const CODE_LIFETIME: u64 = 300;

/// Codes tried against one challenge or enrollment.
pub const ATTEMPTS_PER_CHALLENGE: u32 = 5;

/// How long an assertion may be redeemed (ASVS 5.0 10.4.3, level 3: one minute).
pub const ASSERTION_LIFETIME: u64 = 60;

/// For how long the second factor given in a transaction lets the user change methods.
pub const FRESH_PROOF: u64 = 300;

/// Waits before the same authenticator is sent another code in one transaction: the first wait, the second, …
pub const RESEND_WAITS: [u64; 2] = [30, 60];

/// Codes sent in one transaction, enrollment included.
pub const SENDS_PER_TRANSACTION: u32 = 3;

/// Codes sent to an account within [`SEND_WINDOW`] that no right code answered (NIST §3.1.3.2 and ASVS 6.6.4 ask to
/// limit pushes since the last success; Twilio Verify refuses the sixth in ten minutes).
pub const UNANSWERED_SENDS: usize = 5;
/// See [`UNANSWERED_SENDS`].
pub const SEND_WINDOW: u64 = 600;

/// Push messages in [`SEND_DAY`] that no right code answered (NIST §3.1.3.2 asks to limit pushes since the last success).
pub const UNANSWERED_PUSHES_A_DAY: usize = 10;
/// Telephone calls in [`SEND_DAY`] that no right code answered. Fewer than pushes: each costs money and wakes somebody.
pub const UNANSWERED_CALLS_A_DAY: usize = 6;
/// See [`UNANSWERED_PUSHES_A_DAY`].
pub const SEND_DAY: u64 = 86_400;

/// Different telephone numbers that an account may begin to set up within [`NEW_NUMBERS_WINDOW`]. Calls to numbers that
/// were never proven are what toll fraud lives on; a landline, a mobile number and a slip of the finger in each are not.
pub const NEW_NUMBERS: usize = 5;
/// See [`NEW_NUMBERS`]: 30 days.
pub const NEW_NUMBERS_WINDOW: u64 = 2_592_000;

/// Seconds to wait after the n-th wrong code in a row, of whatever authenticator, challenge and transaction
/// (NIST §3.2.2 allows 30 s growing to an hour).
#[must_use]
pub const fn back_off(consecutive_failures: u32) -> u64 {
    match consecutive_failures {
        0..=4 => 0,
        5 => 30,
        6 => 60,
        7 => 120,
        8 => 300,
        9 => 600,
        _ => 900,
    }
}

/// Wrong codes in a row of one authenticator after which it is disabled and must be set up anew (NIST §3.2.2: at most 100).
pub const DISABLED_AFTER: u32 = 50;

/// Wrong codes of one authenticator, right ones between them or not, after which it is disabled; one is forgiven every
/// [`WRONG_CODE_FORGIVEN`]. A success empties no other counter of this kind, so a person who logs in every day gives somebody
/// who guesses every day no new guesses. Counted for each authenticator, and not for the account, so that guessing at one
/// never takes another one away. (The pattern is a leaky bucket that success does not reset; the figures are ours.)
pub const WRONG_CODES: u32 = 30;
/// See [`WRONG_CODES`]: a day.
pub const WRONG_CODE_FORGIVEN: u64 = 86_400;

/// Recovery codes that are made at once; each is good once (Keycloak makes 12, GitHub 16; ten fit on a card).
pub const RECOVERY_CODES: usize = 10;

/// How long a code that the help desk gave out is accepted, once: an hour, time to find paper and log in.
pub const BYPASS_LIFETIME: u64 = 3_600;

/// Beginnings of the portal's own numbers that a tenant may name.
pub const OWN_NUMBERS: usize = 100;

/// Authenticators that an account may hold.
pub const AUTHENTICATORS_PER_ACCOUNT: usize = 8;

/// RFC 6238 §4: length of a time step.
pub const TOTP_STEP: u64 = 30;
/// RFC 4226 §4, R6: 160 bits recommended.
pub const TOTP_SECRET_BYTES: usize = 20;

/// Tenant policy: life of a session token.
pub const SESSION_LIFETIME_MIN: u64 = 300;
/// See [`SESSION_LIFETIME_MIN`] (NIST SP 800-63B-4 §2.2.3: at most 24 hours).
pub const SESSION_LIFETIME_MAX: u64 = 86_400;

/// Entries of the list of sessions that ended before their time. Of a further one, the two oldest become one that ends all
/// sessions before it: it may end a session too many, and never one too few. (A day's worth of revoking one by one; ours.)
pub const ENDED_SESSIONS: usize = 16;

/// How long the answer to a request with an `Idempotency-Key` is remembered. Openings live no longer than their
/// transaction, so neither does their memory.
pub const IDEMPOTENCY_LIFETIME: u64 = TRANSACTION_LIFETIME;
/// How many of them an account remembers.
pub const IDEMPOTENT_OPENINGS: usize = 8;

/// API keys of a tenant that are alive at once: the one in use and the next.
pub const API_KEYS_PER_TENANT: usize = 2;

/// Events of an account in one page of its trail.
pub const EVENTS_PER_PAGE: usize = 50;

/// How long an event is kept: 90 days (ASVS 5.0 14.2.7 asks for a limit; the figure is ours).
pub const EVENT_LIFETIME: u64 = 7_776_000;

/// How long a key signs: 90 days. (NIST SP 800-57 Part 1, 5.3.6, allows a private signature key one to three years; what
/// is replaced often is replaced without fear. The figure is ours.)
pub const SIGNING_KEY_ROTATION: u64 = 7_776_000;
/// How long a key is published before it signs: a day, for a service that reads the JWKS once a day, and an hour for the
/// caches on the way to it (`max-age=300`), isolates that know it some seconds later, and clocks that differ.
pub const SIGNING_KEY_PUBLISHED_BEFORE: u64 = 86_400 + 3_600;
/// How long a key stays published after it signed last: as long as the longest session token lives, and an hour for
/// isolates that sign with it some seconds longer, for the tolerance of whoever verifies, and for clocks that differ.
pub const SIGNING_KEY_PUBLISHED_AFTER: u64 = SESSION_LIFETIME_MAX + 3_600;
/// Keys of one algorithm that are published at once. The schedule needs three; the others are for rotations at once.
pub const SIGNING_KEYS_PER_ALGORITHM: usize = 8;
