//! The reader against the contract: whatever the wire types write, it reads as they would.

use serde_json::{from_value, json, to_string, to_value};

use super::*;

fn full() -> View {
    from_value(json!({
        "state": "challenge", "purpose": "manage", "portal_name": "Portaal \"België\"", "app_name": "Qaller",
        "locale": "fr-BE", "form_of_address": "formal",
        "authenticators": [
            {"id": "aut_A", "kind": "app", "hint": "", "primary": true, "confirmed": true, "removable": false},
            {"id": "aut_B", "kind": "mobile", "hint": "+32 ••• •• •• 56", "primary": false, "confirmed": false, "removable": true,
                "own_pbx": true},
            {"id": "aut_C", "kind": "bypass", "hint": "", "primary": false, "confirmed": true, "removable": false},
            {"id": "aut_D", "kind": "recovery", "hint": "", "primary": false, "confirmed": true, "removable": false, "codes_left": 7},
        ],
        "challenge": {"id": "chl_A", "authenticator": "aut_A", "kind": "app", "hint": "", "delivery": "sending",
            "expires_at": 1_800_000_300_u64, "resend_at": 1_800_000_030_u64, "attempts_left": 5},
        "enrollment": {"id": "enr_A", "kind": "totp", "hint": "", "delivery": "not_needed",
            "expires_at": 1_800_000_300_u64, "attempts_left": 4, "own_pbx": true,
            "totp": {"secret": "JBSWY3DP", "uri": "otpauth://totp/x?secret=JBSWY3DP"}},
        "backup": {"reason": "fallback_used", "required": true, "skips_left": 2, "until": 1_800_000_000_u64},
        "enrollable": ["totp", "mobile", "landline"],
        "suggestions": [{"kind": "landline", "hint": "+32 ••• •• •• 34"}],
        "recovery_codes": ["0123456789ABCDEF", "GHJKMNPQRSTVWXYZ"],
        "assertion": "a.b.c", "locked_until": 1_800_000_900_u64,
        "actions": ["attempt", "resend", "use_another", "enroll", "confirm", "skip_backup", "finish", "set_primary",
            "remove", "step_up", "issue_recovery_codes"],
        "expires_at": 1_800_000_600_u64, "server_time": 1_800_000_000_u64,
    }))
    .unwrap()
}

/// What this part of the widget has of a view.
fn part(mut view: View) -> View {
    if !WHOLE {
        view.recovery_codes.clear();
        view.authenticators.iter_mut().for_each(|a| a.own_pbx = false);
        view.enrollment.iter_mut().for_each(|e| e.own_pbx = false);
        view.backup
            .iter_mut()
            .for_each(|b| b.reason = BackupReason::NoBackup);
    }
    view
}

fn read_back(sent: &View) -> Option<View> {
    view(&Json::parse(&to_string(sent).unwrap())?)
}

/// `View` has no `Debug` that shows it, so what differs is shown as JSON.
fn assert_same(left: &View, right: &View) {
    assert_eq!(to_value(left).unwrap(), to_value(right).unwrap());
}

#[test]
fn a_view_with_everything_is_read_whole() {
    assert_same(&read_back(&full()).unwrap(), &part(full()));
}

#[test]
fn a_view_with_the_least_is_read_whole() {
    let least = View {
        locale: None,
        form_of_address: None,
        authenticators: Vec::new(),
        challenge: None,
        enrollment: None,
        backup: None,
        enrollable: Vec::new(),
        suggestions: Vec::new(),
        recovery_codes: Vec::new(),
        assertion: None,
        locked_until: None,
        actions: Vec::new(),
        ..full()
    };
    assert_same(&read_back(&least).unwrap(), &part(least));
}

#[test]
fn every_name_on_the_wire_is_known() {
    for state in [
        State::Challenge,
        State::Enroll,
        State::Backup,
        State::Manage,
        State::Verified,
        State::Locked,
    ] {
        for purpose in [Purpose::Login, Purpose::Manage] {
            let view = View {
                state,
                purpose,
                ..part(full())
            };
            assert_same(&read_back(&view).unwrap(), &view);
        }
    }
    for form in [FormOfAddress::Familiar, FormOfAddress::Formal] {
        let view = View {
            form_of_address: Some(form),
            ..part(full())
        };
        assert_same(&read_back(&view).unwrap(), &view);
    }
    for delivery in [
        Delivery::NotNeeded,
        Delivery::Sending,
        Delivery::Sent,
        Delivery::Ringing,
        Delivery::Answered,
        Delivery::Declined,
        Delivery::NoAnswer,
        Delivery::Failed,
        Delivery::Throttled,
    ] {
        for kind in Kind::METHODS.into_iter().chain([Kind::Recovery, Kind::Bypass]) {
            let mut view = part(full());
            let challenge = view.challenge.as_mut().unwrap();
            (challenge.delivery, challenge.kind) = (delivery, kind);
            assert_same(&read_back(&view).unwrap(), &view);
        }
    }
}

#[test]
fn every_reason_for_one_more_method_is_known() {
    for reason in [
        BackupReason::NoBackup,
        BackupReason::FallbackUsed,
        BackupReason::TooWeak,
    ] {
        let mut view = part(full());
        view.backup.as_mut().unwrap().reason = reason;
        assert_same(&read_back(&view).unwrap(), &part(view));
    }
}

#[test]
fn every_member_that_must_be_there_is_missed() {
    let whole = to_value(full()).unwrap();
    for name in [
        "state",
        "purpose",
        "portal_name",
        "app_name",
        "expires_at",
        "server_time",
    ] {
        let mut without = whole.clone();
        without.as_object_mut().unwrap().remove(name);
        assert!(
            view(&Json::parse(&without.to_string()).unwrap()).is_none(),
            "{name}"
        );
    }
}

#[test]
fn what_a_newer_worker_adds_is_left_out() {
    let mut newer = to_value(full()).unwrap();
    newer["authenticators"][1]["kind"] = json!("passkey");
    newer["actions"][0] = json!("dance");
    newer["news"] = json!({"a": [1.5]});
    let read = view(&Json::parse(&newer.to_string()).unwrap()).unwrap();
    assert_eq!(read.authenticators.len(), full().authenticators.len() - 1);
    assert_eq!(read.actions.len(), full().actions.len() - 1);
}

#[test]
fn every_problem_is_known() {
    for kind in ProblemType::ALL {
        let sent = Problem {
            retry_after: Some(30),
            attempts_left: Some(2),
            reason: WHOLE.then_some(Reason::OwnPbx),
            server_time: Some(1_800_000_000),
            ..Problem::new(*kind)
        };
        assert_eq!(
            problem(&Json::parse(&to_string(&sent).unwrap()).unwrap()),
            Some(sent)
        );
    }
    assert!(problem(&Json::parse(r#"{"type":"about:blank","status":500}"#).unwrap()).is_none());
}

#[test]
fn the_exchange_brings_a_secret() {
    let sent = to_string(&ExchangeResponse {
        secret: "s3cret".into(),
        view: full(),
        theme: Some(":host{--_accent:#7a1fa2}".into()),
    })
    .unwrap();
    let read = opened(&Json::parse(&sent).unwrap()).unwrap();
    assert_eq!(read.secret, "s3cret");
    assert_eq!(read.theme.as_deref(), Some(":host{--_accent:#7a1fa2}"));
    assert_same(&read.view, &part(full()));
}
