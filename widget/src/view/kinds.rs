//! Which kind of method to set up: the first, a back-up, or one more.

use pbx_2fa_shared::Kind;
use pbx_2fa_shared::session::{Action, BackupView, State as Stage, View};
use yew::{Html, html};

use super::Draw;
use super::icon::Icon;
use super::parts::{choice, head, link};
use crate::i18n::{Message, Text, Value};
use crate::model::Event;

pub(super) fn kinds(draw: Draw<'_>, view: &View) -> Html {
    let (title, lead, back) = match view.state {
        Stage::Backup => (Text::BackupTitle, Text::BackupLead, None),
        Stage::Enroll => (Text::EnrollTitle, Text::EnrollLead, None),
        _ => (Text::AddTitle, Text::AddLead, Some(Text::Back)),
    };
    let suggested = view.suggestions.iter().map(|suggestion| {
        let name = draw.words.method(suggestion.kind, view.app_name.as_str());
        let event = Event::SuggestionTaken(suggestion.kind);
        choice(draw, Icon::of(suggestion.kind), name, &suggestion.hint, event)
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
            choice(draw, Icon::of(*kind), name, note, Event::KindChosen(*kind))
        });
    html! {
        <>
            { head(draw, back, title, draw.words.say(lead).into()) }
            <ul class="choices">{ for suggested }{ for others }</ul>
            { view.backup.as_ref().map(|backup| later(draw, backup)) }
        </>
    }
}

const fn note(kind: Kind) -> Text {
    match kind {
        Kind::App => Text::KindAppNote,
        Kind::Totp => Text::KindTotpNote,
        Kind::Mobile => Text::KindMobileNote,
        Kind::Landline => Text::KindLandlineNote,
    }
}

/// Putting the back-up off, and how long that goes on.
fn later(draw: Draw<'_>, backup: &BackupView) -> Html {
    if !draw.state.may(Action::SkipBackup) {
        return html! { <p class="help">{ draw.words.say(Text::BackupRequired) }</p> };
    }
    let grace = match (backup.skips_left, backup.until) {
        (Some(left), _) => {
            let text = if left == 1 {
                Text::BackupSkipsOne
            } else {
                Text::BackupSkipsOther
            };
            Some(Message::new(text).with("count", Value::Count(u64::from(left))))
        }
        (None, Some(until)) => Some(Message::new(Text::BackupUntil).with("date", Value::Date(until))),
        (None, None) => None,
    };
    html! {
        <div class="quiet">
            { link(draw, Text::BackupLater, Event::BackupPutOff) }
            <p class="wait">{ grace.map(|message| draw.words.tell(&message)) }</p>
        </div>
    }
}
