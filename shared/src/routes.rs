//! Paths, written once.

pub const HEALTH: &str = "/v1/health";
/// Whether the worker serves the page that asks.
pub const ORIGIN: &str = "/v1/origin";
pub const JWKS: &str = "/.well-known/jwks.json";
pub const OPENAPI: &str = "/openapi.json";

pub const TRANSACTIONS: &str = "/v1/transactions";
pub const SUBJECTS: &str = "/v1/subjects";
pub const INTROSPECT: &str = "/v1/sessions/introspect";
pub const TENANTS: &str = "/v1/tenants";
pub const SIGNING_KEYS: &str = "/v1/signing-keys";
/// Tenants' logos: `/{client_id}/{name}`.
pub const LOGOS: &str = "/v1/logos";
pub const MAINTENANCE: &str = "/v1/maintenance";

pub const SESSION: &str = "/v1/session";
/// Waits for news of a delivery.
pub const SESSION_EVENTS: &str = "/v1/session/events";
pub const CHALLENGES: &str = "/v1/session/challenges";
pub const ATTEMPTS: &str = "/v1/session/attempts";
pub const FINISH: &str = "/v1/session/finish";
pub const ENROLLMENTS: &str = "/v1/session/enrollments";
pub const PRIMARY: &str = "/v1/session/primary";
pub const AUTHENTICATORS: &str = "/v1/session/authenticators";
pub const RECOVERY_CODES: &str = "/v1/session/recovery-codes";

/// Where the widget's files are served; the loader is `/widget/v1/pbx-2fa.js`.
pub const WIDGET: &str = "/widget/v1";
