//! The worker's answers out of JSON. A method of a kind that this widget does not know is left out, and so is an
//! action: an older widget goes on working with a newer worker.

use pbx_2fa_shared::ids::DisplayName;
use pbx_2fa_shared::problem::Reason;
use pbx_2fa_shared::session::{
    Action, AuthenticatorView, BackupReason, BackupView, ChallengeView, Delivery, EnrollmentView,
    ExchangeResponse, State, Suggestion, TotpSetup, View,
};
use pbx_2fa_shared::{
    AuthenticatorId, ChallengeId, EnrollmentId, FormOfAddress, Kind, Locale, Problem, ProblemType, Purpose,
    RecoveryCode,
};

use super::json::Json;

/// Whether what only the screens of the rest show is read.
const WHOLE: bool = cfg!(feature = "manage");

pub(super) fn opened(json: &Json) -> Option<ExchangeResponse> {
    Some(ExchangeResponse {
        secret: json.text("secret")?.to_owned(),
        view: view(json.get("view")?)?,
        theme: json.text("theme").map(str::to_owned),
    })
}

pub(super) fn view(json: &Json) -> Option<View> {
    Some(View {
        state: state(json.text("state")?)?,
        purpose: if json.text("purpose")? == "manage" {
            Purpose::Manage
        } else {
            Purpose::Login
        },
        portal_name: DisplayName::parse(json.text("portal_name")?).ok()?,
        app_name: DisplayName::parse(json.text("app_name")?).ok()?,
        locale: json.text("locale").and_then(|tag| Locale::parse(tag).ok()),
        form_of_address: match json.text("form_of_address") {
            Some("familiar") => Some(FormOfAddress::Familiar),
            Some("formal") => Some(FormOfAddress::Formal),
            _ => None,
        },
        authenticators: json
            .list("authenticators")
            .iter()
            .filter_map(authenticator)
            .collect(),
        challenge: json.get("challenge").and_then(challenge),
        enrollment: json.get("enrollment").and_then(enrollment),
        backup: json.get("backup").map(backup),
        enrollable: json
            .list("enrollable")
            .iter()
            .filter_map(|kind| self::kind(kind.as_text()?))
            .collect(),
        suggestions: json.list("suggestions").iter().filter_map(suggestion).collect(),
        recovery_codes: recovery_codes(json),
        assertion: json.text("assertion").map(str::to_owned),
        locked_until: json.number("locked_until"),
        actions: json
            .list("actions")
            .iter()
            .filter_map(|action| self::action(action.as_text()?))
            .collect(),
        expires_at: json.number("expires_at")?,
        server_time: json.number("server_time")?,
    })
}

pub(super) fn problem(json: &Json) -> Option<Problem> {
    let uri = json.text("type")?;
    let kind = ProblemType::ALL
        .iter()
        .find(|kind| uri.strip_suffix(kind.name()) == Some("urn:pbx-2fa:problem:"))?;
    Some(Problem {
        kind: *kind,
        title: json.text("title").unwrap_or_default().to_owned(),
        status: json
            .number("status")
            .and_then(|status| u16::try_from(status).ok())
            .unwrap_or_default(),
        detail: None,
        reason: (WHOLE && json.text("reason") == Some("own_pbx")).then_some(Reason::OwnPbx),
        retry_after: json.number("retry_after"),
        attempts_left: count(json, "attempts_left"),
        server_time: json.number("server_time"),
    })
}

fn recovery_codes(json: &Json) -> Vec<RecoveryCode> {
    let codes = if WHOLE { json.list("recovery_codes") } else { &[] };
    codes
        .iter()
        .filter_map(|code| RecoveryCode::parse(code.as_text()?).ok())
        .collect()
}

fn authenticator(json: &Json) -> Option<AuthenticatorView> {
    Some(AuthenticatorView {
        id: AuthenticatorId::parse(json.text("id")?).ok()?,
        kind: kind(json.text("kind")?)?,
        hint: json.text("hint")?.to_owned(),
        primary: json.flag("primary"),
        confirmed: json.flag("confirmed"),
        removable: json.flag("removable"),
        disabled: json.flag("disabled"),
        own_pbx: WHOLE && json.flag("own_pbx"),
        codes_left: count(json, "codes_left"),
    })
}

fn challenge(json: &Json) -> Option<ChallengeView> {
    Some(ChallengeView {
        id: ChallengeId::parse(json.text("id")?).ok()?,
        authenticator: AuthenticatorId::parse(json.text("authenticator")?).ok()?,
        kind: kind(json.text("kind")?)?,
        hint: json.text("hint")?.to_owned(),
        delivery: delivery(json.text("delivery")?)?,
        expires_at: json.number("expires_at")?,
        resend_at: json.number("resend_at"),
        attempts_left: count(json, "attempts_left")?,
    })
}

fn enrollment(json: &Json) -> Option<EnrollmentView> {
    Some(EnrollmentView {
        id: EnrollmentId::parse(json.text("id")?).ok()?,
        kind: kind(json.text("kind")?)?,
        hint: json.text("hint")?.to_owned(),
        delivery: delivery(json.text("delivery")?)?,
        expires_at: json.number("expires_at")?,
        resend_at: json.number("resend_at"),
        attempts_left: count(json, "attempts_left")?,
        own_pbx: WHOLE && json.flag("own_pbx"),
        totp: json.get("totp").and_then(totp),
    })
}

fn totp(json: &Json) -> Option<TotpSetup> {
    Some(TotpSetup {
        secret: json.text("secret")?.to_owned(),
        uri: json.text("uri")?.to_owned(),
    })
}

fn backup(json: &Json) -> BackupView {
    BackupView {
        reason: match json.text("reason") {
            Some("fallback_used") if WHOLE => BackupReason::FallbackUsed,
            Some("too_weak") if WHOLE => BackupReason::TooWeak,
            _ => BackupReason::NoBackup,
        },
        required: json.flag("required"),
        skips_left: count(json, "skips_left"),
        until: json.number("until"),
    }
}

fn suggestion(json: &Json) -> Option<Suggestion> {
    Some(Suggestion {
        kind: kind(json.text("kind")?)?,
        hint: json.text("hint")?.to_owned(),
    })
}

fn count(json: &Json, name: &str) -> Option<u32> {
    json.number(name).and_then(|count| u32::try_from(count).ok())
}

fn kind(name: &str) -> Option<Kind> {
    Some(match name {
        "app" => Kind::App,
        "landline" => Kind::Landline,
        "mobile" => Kind::Mobile,
        "totp" => Kind::Totp,
        "recovery" => Kind::Recovery,
        "bypass" => Kind::Bypass,
        _ => return None,
    })
}

fn state(name: &str) -> Option<State> {
    Some(match name {
        "challenge" => State::Challenge,
        "enroll" => State::Enroll,
        "backup" => State::Backup,
        "manage" => State::Manage,
        "verified" => State::Verified,
        "locked" => State::Locked,
        _ => return None,
    })
}

fn delivery(name: &str) -> Option<Delivery> {
    Some(match name {
        "not_needed" => Delivery::NotNeeded,
        "sending" => Delivery::Sending,
        "sent" => Delivery::Sent,
        "ringing" => Delivery::Ringing,
        "answered" => Delivery::Answered,
        "declined" => Delivery::Declined,
        "no_answer" => Delivery::NoAnswer,
        "failed" => Delivery::Failed,
        "throttled" => Delivery::Throttled,
        _ => return None,
    })
}

fn action(name: &str) -> Option<Action> {
    Some(match name {
        "attempt" => Action::Attempt,
        "resend" => Action::Resend,
        "use_another" => Action::UseAnother,
        "enroll" => Action::Enroll,
        "confirm" => Action::Confirm,
        "skip_backup" => Action::SkipBackup,
        "finish" => Action::Finish,
        "set_primary" => Action::SetPrimary,
        "remove" => Action::Remove,
        "step_up" => Action::StepUp,
        "issue_recovery_codes" => Action::IssueRecoveryCodes,
        _ => return None,
    })
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
