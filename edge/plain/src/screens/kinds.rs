//! Which kind of method to set up: the first, or a back-up.

use pbx_2fa_shared::Kind;
use pbx_2fa_shared::session::{Action, BackupReason, BackupView};

use super::Screen;
use super::parts::{Head, choice, choices, form, link_button, page, primary, quiet, small};
use crate::html::{Html, el};
use crate::icon::Icon;
use crate::page::Page;
use crate::path::{Form, Panel};
use crate::words::{Sentence, say};

pub(super) fn kinds(screen: Screen<'_>) -> Page {
    let Screen { view, words, .. } = screen;
    let (title, lead) = match view.backup.as_ref().map(|backup| backup.reason) {
        Some(BackupReason::FallbackUsed) => (say::FALLBACK_TITLE, say::FALLBACK_LEAD),
        Some(BackupReason::TooWeak) => (say::WEAK_TITLE, say::WEAK_LEAD),
        Some(BackupReason::NoBackup) => (say::BACKUP_TITLE, say::BACKUP_LEAD),
        None => (say::ENROLL_TITLE, say::ENROLL_LEAD),
    };
    let ways = if screen.may(Action::StepUp) {
        form(
            screen,
            Form::Challenge,
            "",
            vec![primary(words.say(say::STEP_UP_TITLE))],
        )
    } else {
        ways(screen)
    };
    let later = view.backup.as_ref().map(|backup| later(screen, backup));
    let head = Head::new(words.say(title), words.say(lead));
    page(screen, head, vec![ways, Html::from(later)], None)
}

/// Numbers that the portal knows; then the kinds. A telephone needs a number first, and leads to the form for it.
fn ways(screen: Screen<'_>) -> Html {
    let Screen { view, words, .. } = screen;
    let name = |kind| words.method(kind, view.app_name.as_str());
    let suggested = view.suggestions.iter().map(|suggestion| {
        let pressed = [
            ("type", "submit"),
            ("name", "suggested"),
            ("value", word(suggestion.kind)),
        ];
        choice(
            "button",
            &pressed,
            Icon::of(suggestion.kind),
            &name(suggestion.kind),
            &suggestion.hint,
        )
    });
    let is_suggested = |kind: Kind| view.suggestions.iter().any(|suggestion| suggestion.kind == kind);
    let others = view
        .enrollable
        .iter()
        .filter(|kind| **kind != Kind::App)
        .map(|kind| {
            let sentence = if is_suggested(*kind) {
                say::NUMBER_OR
            } else {
                note(*kind)
            };
            let (name, note, icon) = (name(*kind), words.say(sentence), Icon::of(*kind));
            if kind.is_phone() {
                choice(
                    "a",
                    &[("href", Panel::Number(*kind).address())],
                    icon,
                    &name,
                    note,
                )
            } else {
                choice(
                    "button",
                    &[("type", "submit"), ("name", "kind"), ("value", word(*kind))],
                    icon,
                    &name,
                    note,
                )
            }
        });
    form(
        screen,
        Form::Enroll,
        "",
        vec![choices(suggested.chain(others).collect())],
    )
}

/// A kind as a form names it.
pub(super) const fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Totp => "totp",
        Kind::Mobile => "mobile",
        Kind::Landline => "landline",
        Kind::App | Kind::Recovery | Kind::Bypass => "",
    }
}

const fn note(kind: Kind) -> Sentence {
    match kind {
        Kind::App => say::KIND_APP_NOTE,
        Kind::Totp => say::KIND_TOTP_NOTE,
        Kind::Mobile => say::KIND_MOBILE_NOTE,
        Kind::Landline => say::KIND_LANDLINE_NOTE,
        Kind::Recovery => say::CODES_NOTE,
        Kind::Bypass => say::KIND_BYPASS_NOTE,
    }
}

/// Putting the back-up off, and how long that goes on.
fn later(screen: Screen<'_>, backup: &BackupView) -> Html {
    let Screen { view, words, .. } = screen;
    if backup.reason == BackupReason::TooWeak {
        return Html::default();
    }
    if !screen.may(Action::SkipBackup) {
        return small("help", words.say(say::BACKUP_REQUIRED));
    }
    let grace = match (backup.reason, backup.skips_left, backup.until) {
        (BackupReason::FallbackUsed, ..) => {
            let left = view.authenticators.iter().find_map(|a| a.codes_left);
            left.map(|left| words.count(u64::from(left), say::FALLBACK_LEFT_ONE, say::FALLBACK_LEFT_OTHER))
        }
        (_, Some(left), _) => {
            Some(words.count(u64::from(left), say::BACKUP_SKIPS_ONE, say::BACKUP_SKIPS_OTHER))
        }
        (_, None, Some(until)) => Some(words.tell(say::BACKUP_UNTIL, &[("date", &words.day(until))])),
        (_, None, None) => None,
    };
    let skip = form(
        screen,
        Form::Finish,
        "",
        vec![link_button(words.say(say::BACKUP_LATER))],
    );
    let grace = grace.map(|grace| el("p", &[("class", "wait")], vec![crate::html::text(&grace)]));
    quiet(vec![skip, Html::from(grace)])
}
