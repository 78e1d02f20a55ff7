//! Every view as a page: what it says, and that it leads on.
#![allow(
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test that fails here fails"
)]

use pbx_2fa_plain::{Failure, Notice, Page, Panel, Screen, Words, failure};
use pbx_2fa_shared::session::View;
use pbx_2fa_shared::{Kind, Origin, ReturnTo};
use serde_json::{Value, json};

const NOW: u64 = 1_800_000_000;

fn view(more: &Value) -> View {
    let mut view = json!({
        "state": "challenge", "purpose": "login", "portal_name": "Wafeltel", "app_name": "Qaller", "actions": [],
        "authenticators": [authenticator("a", "app", ""), authenticator("b", "mobile", "+32 ••• •• •• 12")],
        "expires_at": NOW + 600, "server_time": NOW,
    });
    let fields = view.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    serde_json::from_value(view).unwrap()
}

fn authenticator(id: &str, kind: &str, hint: &str) -> Value {
    json!({ "id": format!("aut_{id}"), "kind": kind, "hint": hint, "primary": id == "a", "confirmed": true, "removable": false })
}

fn challenge(more: &Value) -> Value {
    let mut challenge = json!({
        "id": "chl_a", "authenticator": "aut_a", "kind": "app", "hint": "", "delivery": "sent",
        "expires_at": NOW + 300, "resend_at": NOW + 24, "attempts_left": 5,
    });
    challenge
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    json!({ "state": "challenge", "actions": ["attempt", "resend", "use_another"], "challenge": challenge })
}

fn backup(more: &Value) -> Value {
    let mut backup = json!({ "state": "backup", "actions": ["enroll"], "enrollable": ["totp", "mobile"], "backup": { "required": true } });
    backup
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    backup
}

fn page(view: &View, notice: Notice, panel: Panel) -> Page {
    let (return_to, portal) = (
        ReturnTo::parse("https://portal.example/done").unwrap(),
        Origin::parse("https://portal.example").unwrap(),
    );
    let screen = Screen {
        view,
        words: &Words::choose(None, Some("en"), None),
        mark: "mark",
        notice,
        again: false,
        return_to: &return_to,
        portal: &portal,
        theme: None,
    };
    screen.page(panel)
}

fn html(more: &Value, notice: Notice) -> String {
    page(&view(more), notice, Panel::Due).html
}

#[test]
fn a_code_that_can_be_typed_has_a_field_and_one_that_cannot_has_the_step_to_a_new_one() {
    let alive = html(&challenge(&json!({})), Notice::Nothing);
    assert!(
        alive.contains("id=\"code\"")
            && alive.contains("autocomplete=\"one-time-code\"")
            && alive.contains("inputmode=\"numeric\"")
    );
    assert!(alive.contains("New code possible in 0:24"));
    for (more, words) in [
        (json!({ "expires_at": NOW }), "This code has expired."),
        (
            json!({ "attempts_left": 0 }),
            "Too many wrong codes. Ask for a new code.",
        ),
        (
            json!({ "attempts_left": 0, "kind": "totp", "resend_at": null, "delivery": "not_needed" }),
            "Start again or use another method.",
        ),
        (
            json!({ "attempts_left": 0, "delivery": "throttled", "resend_at": NOW + 61 }),
            "You can ask for a new one in 2 minutes.",
        ),
    ] {
        let over = html(&challenge(&more), Notice::Nothing);
        assert!(over.contains(words), "{words}: {over}");
        assert!(
            !over.contains("id=\"code\"") && over.contains("<button type=\"submit\" class=\"primary\">"),
            "{words}"
        );
        assert!(over.contains("<title>Error: "), "{words}");
    }
    let off = html(
        &challenge(&json!({ "attempts_left": 0, "delivery": "throttled", "resend_at": null })),
        Notice::Nothing,
    );
    assert!(
        off.contains("Try again later or use another method.")
            && off.contains("href=\"/plain/methods\"")
            && !off.contains("<button")
    );
}

#[test]
fn where_there_is_no_other_method_none_is_spoken_of() {
    let only = |more: Value, notice| {
        let mut changes = challenge(&more);
        changes["actions"] = json!(["attempt", "resend"]);
        let html = html(&changes, notice);
        assert!(!html.contains("another method"), "{html}");
        html
    };
    let call = |delivery| json!({ "kind": "mobile", "hint": "+32", "delivery": delivery });
    for delivery in ["no_answer", "declined"] {
        assert!(only(call(delivery), Notice::Nothing).contains("Ask for a new call."));
        let both = html(&challenge(&call(delivery)), Notice::Nothing);
        assert!(both.contains("Ask for a new call or use another method."));
        assert!(
            both.contains("M12 8v5M12 16.5v.01"),
            "the sign of what went wrong"
        );
    }
    assert!(only(json!({ "delivery": "failed" }), Notice::Nothing).contains("Try again."));
    let off = json!({ "attempts_left": 0, "delivery": "throttled", "resend_at": null });
    assert!(only(off, Notice::Nothing).contains("Try again later."));
    assert!(only(json!({}), Notice::Budget).contains("Try again later."));
    let app = json!({ "kind": "totp", "resend_at": null, "delivery": "not_needed" });
    assert!(only(app.clone(), Notice::Nothing).contains("Ask your administrator for help."));
    assert!(!html(&challenge(&app), Notice::Nothing).contains("for help"));
    let spent = json!({ "attempts_left": 0, "kind": "totp", "resend_at": null, "delivery": "not_needed" });
    assert!(only(spent, Notice::Nothing).contains("Start again."));
}

#[test]
fn a_code_on_its_way_can_be_looked_after() {
    let sending = html(&challenge(&json!({ "delivery": "sending" })), Notice::Nothing);
    assert!(
        sending.contains("We are sending a code to the Qaller app.")
            && sending.contains("href=\"/plain\">Nothing happens?")
    );
}

#[test]
fn what_went_wrong_is_said_where_it_belongs() {
    let at_field = |notice| {
        let html = html(&challenge(&json!({ "attempts_left": 1 })), notice);
        assert!(
            html.contains("aria-describedby=\"lead error\"")
                && html.contains("aria-invalid=\"true\"")
                && html.contains("<title>Error: ")
        );
        html
    };
    assert!(at_field(Notice::Wrong(4)).contains("You can try 1 more time."));
    assert!(at_field(Notice::Short).contains("Type all 6 digits of the code."));
    assert!(at_field(Notice::Over).contains("This code has expired."));
    for notice in [
        Notice::SentBefore,
        Notice::Budget,
        Notice::Delivery,
        Notice::Failed,
        Notice::Unavailable,
        Notice::StepUp,
    ] {
        let above = html(&challenge(&json!({})), notice);
        assert!(
            above.contains("class=\"notice\" role=\"alert\"") && !above.contains("aria-invalid="),
            "{notice:?}"
        );
    }
}

#[test]
fn a_back_up_is_put_off_only_where_that_may_be() {
    let skips = html(
        &backup(
            &json!({ "actions": ["enroll", "skip_backup"], "backup": { "required": false, "skips_left": 1 } }),
        ),
        Notice::Nothing,
    );
    assert!(
        skips.contains("action=\"/plain/finish\"") && skips.contains("You can put this off 1 more time.")
    );
    let until = html(
        &backup(
            &json!({ "actions": ["enroll", "skip_backup"], "backup": { "required": false, "until": NOW } }),
        ),
        Notice::Nothing,
    );
    assert!(
        until.contains("You can put this off until 15 January."),
        "{until}"
    );
    let required = html(&backup(&json!({})), Notice::Nothing);
    assert!(!required.contains("/plain/finish") && required.contains("You need this to continue."));
    let weak = html(
        &backup(&json!({ "backup": { "required": true, "reason": "too_weak" } })),
        Notice::Nothing,
    );
    assert!(weak.contains("This portal asks for a safer method"));
    let stale = html(&backup(&json!({ "actions": ["step_up"] })), Notice::Nothing);
    assert!(stale.contains("action=\"/plain/challenges\"") && !stale.contains("/plain/enrollments"));
}

#[test]
fn a_number_is_asked_for_only_where_it_may_be_set_up() {
    let asked = page(
        &view(&backup(&json!({}))),
        Notice::Nothing,
        Panel::Number(Kind::Mobile),
    )
    .html;
    assert!(asked.contains("id=\"number\"") && asked.contains("<label for=\"country\">"));
    for (more, kind) in [
        (backup(&json!({})), Kind::Landline),
        (backup(&json!({ "actions": ["step_up"] })), Kind::Mobile),
        (challenge(&json!({})), Kind::Mobile),
    ] {
        let other = page(&view(&more), Notice::Nothing, Panel::Number(kind)).html;
        assert!(!other.contains("id=\"number\""));
    }
}

#[test]
fn the_response_goes_to_the_portal_and_to_nobody_else() {
    let last = page(
        &view(&json!({ "state": "verified", "assertion": "a.b.c" })),
        Notice::Nothing,
        Panel::Kinds,
    );
    assert!(
        last.html
            .contains("<form method=\"post\" action=\"https://portal.example/done\">")
    );
    assert!(last.html.contains("name=\"pbx-2fa-response\" value=\"a.b.c\""));
    assert!(
        last.policy
            .contains("; form-action 'self' https://portal.example;")
    );
    let other = page(&view(&challenge(&json!({}))), Notice::Nothing, Panel::Due);
    assert!(other.policy.contains("; form-action 'self';") && !other.html.contains("portal.example"));
}

#[test]
fn every_page_has_a_title_a_language_and_a_way_on() {
    let views = [
        challenge(&json!({})),
        json!({ "state": "challenge", "actions": ["resend", "use_another"] }),
        json!({ "state": "enroll", "actions": ["enroll"], "enrollable": ["totp"], "authenticators": [] }),
        backup(&json!({})),
        json!({ "state": "locked", "locked_until": NOW + 61 }),
        json!({ "state": "locked" }),
        json!({ "state": "manage", "purpose": "manage" }),
        json!({ "state": "verified", "assertion": "a.b.c" }),
    ];
    for more in views {
        for panel in [
            Panel::Due,
            Panel::Methods,
            Panel::Kinds,
            Panel::Number(Kind::Mobile),
        ] {
            let html = page(&view(&more), Notice::Nothing, panel).html;
            assert!(
                html.contains("<html lang=\"en\">") && html.contains("<h1>") && !html.contains("<h1></h1>")
            );
            assert!(
                html.contains("<button") || html.contains("<a "),
                "{more} {panel:?} is a dead end"
            );
            assert_eq!(
                html.matches("<form").count(),
                html.matches("name=\"form\" value=\"mark\"").count()
                    + usize::from(html.contains("pbx-2fa-response"))
            );
            let body = html.split_once("</style>").unwrap().1;
            assert!(!body.contains('{'), "a place is not filled in");
        }
    }
}

#[test]
fn every_failure_is_a_page_in_every_language() {
    let portal = Origin::parse("https://portal.example").unwrap();
    for language in ["nl", "fr", "de", "en"] {
        let words = Words::choose(None, Some(language), None);
        for why in [
            Failure::NotUnderstood,
            Failure::OriginNotAllowed(&portal),
            Failure::NotOffered,
            Failure::ManageNeedsScript,
            Failure::Unknown,
            Failure::Elsewhere,
            Failure::Expired,
            Failure::Done,
            Failure::Unavailable,
        ] {
            let page = failure(&words, why, Some(&portal));
            assert!(
                page.html.contains(&format!("<html lang=\"{language}\">")) && !page.html.contains("<form")
            );
            let leads_on = page.html.contains("<a class=\"primary\"");
            assert!(
                leads_on || matches!(why, Failure::OriginNotAllowed(_) | Failure::NotOffered),
                "{why:?}"
            );
        }
    }
}
