//! Which kind of method to set up: the first, a back-up, or one more.

use pbx_2fa_shared::Kind;
use pbx_2fa_shared::session::{Action, BackupReason, BackupView, State as Stage, View};
use yew::Html;

use super::Draw;
use super::icon::Icon;
use super::parts::{choice, choices, head, link, quiet, small};
use super::tree::text;
use crate::i18n::{Message, Text, Value};
use crate::model::Event;

pub(super) fn kinds(draw: Draw<'_>, view: &View) -> Html {
    let reason = view.backup.as_ref().map(|backup| backup.reason);
    let (title, lead, back) = match view.state {
        Stage::Backup => match reason {
            Some(BackupReason::FallbackUsed) => (Text::FallbackTitle, Text::FallbackLead, None),
            Some(BackupReason::TooWeak) => (Text::WeakTitle, Text::WeakLead, None),
            Some(BackupReason::NoBackup) | None => (Text::BackupTitle, Text::BackupLead, None),
        },
        Stage::Enroll => (Text::EnrollTitle, Text::EnrollLead, None),
        _ => (Text::AddTitle, Text::AddLead, Some(Text::Back)),
    };
    let suggested = view.suggestions.iter().map(|suggestion| {
        let name = draw.words.method(suggestion.kind, view.app_name.as_str());
        let event = Event::SuggestionTaken(suggestion.kind);
        choice(draw, Icon::of(suggestion.kind), &name, &suggestion.hint, event)
    });
    let is_suggested = |kind: &Kind| view.suggestions.iter().any(|suggestion| suggestion.kind == *kind);
    let others = view
        .enrollable
        .iter()
        .filter(|kind| **kind != Kind::App)
        .map(|kind| {
            let name = draw.words.method(*kind, view.app_name.as_str());
            let note = draw.words.say(if is_suggested(kind) {
                Text::NumberOr
            } else {
                note(*kind)
            });
            choice(draw, Icon::of(*kind), &name, note, Event::KindChosen(*kind))
        });
    let later = view
        .backup
        .as_ref()
        .map_or_else(Html::default, |backup| later(draw, backup));
    let head = head(draw, back, title, text(draw.words.say(lead)));
    [head, choices(suggested.chain(others).collect()), later]
        .into_iter()
        .collect()
}

const fn note(kind: Kind) -> Text {
    match kind {
        Kind::App => Text::KindAppNote,
        Kind::Totp => Text::KindTotpNote,
        Kind::Mobile => Text::KindMobileNote,
        Kind::Landline => Text::KindLandlineNote,
        Kind::Recovery => Text::CodesNote,
        Kind::Bypass => Text::KindBypassNote,
    }
}

/// Putting the back-up off, and how long that goes on.
fn later(draw: Draw<'_>, backup: &BackupView) -> Html {
    if backup.reason == BackupReason::TooWeak {
        return Html::default();
    }
    if !draw.state.may(Action::SkipBackup) {
        return small("help", draw.words.say(Text::BackupRequired));
    }
    let counted = |left: u32, one, other| {
        Message::new(if left == 1 { one } else { other }).with("count", Value::Count(u64::from(left)))
    };
    let grace = match (backup.reason, backup.skips_left, backup.until) {
        (BackupReason::FallbackUsed, ..) => draw
            .state
            .codes_left()
            .map(|left| counted(left, Text::FallbackLeftOne, Text::FallbackLeftOther)),
        (_, Some(left), _) => Some(counted(left, Text::BackupSkipsOne, Text::BackupSkipsOther)),
        (_, None, Some(until)) => Some(Message::new(Text::BackupUntil).with("date", Value::Date(until))),
        (_, None, None) => None,
    };
    let grace = grace.map_or_else(Html::default, |message| small("wait", &draw.words.tell(&message)));
    quiet(vec![link(draw, Text::BackupLater, Event::BackupPutOff), grace])
}
