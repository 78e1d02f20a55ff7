//! Recovery codes: what the manager says of them, and new ones, shown once.

use pbx_2fa_shared::RecoveryCode;
use pbx_2fa_shared::session::View;
use yew::Html;

use super::Draw;
use super::methods::left;
use super::parts::{ask, caution, head, primary, secondary, small};
use super::tree::{button, el, says, text, with};
use crate::i18n::{Message, Text, Value};
use crate::model::{Event, Panel, Way};

/// So many or fewer, and new ones are due.
const FEW: u32 = 3;

/// Below the methods, of which they are none.
pub(super) fn section(draw: Draw<'_>) -> Html {
    let say = |text| draw.words.say(text);
    let codes = draw.state.codes_left();
    let count = match codes {
        Some(_) => left(draw, codes),
        None => say(Text::CodesNone).to_owned(),
    };
    let mut all = vec![
        says("h3", with!["id" = "codes"], say(Text::CodesTitle)),
        small("note", say(Text::CodesNote)),
        small("count-left", &count),
    ];
    if codes.is_some_and(|left| left <= FEW) {
        all.push(caution(draw, Text::CodesFew));
    }
    all.push(if draw.state.panel == Panel::Replacing {
        let replace = (Text::CodesYes, Event::CodesConfirmed);
        ask(draw, "ask", Text::CodesAsk, replace, Text::CodesNo)
    } else {
        let words = if codes.is_some() {
            Text::CodesMakeNew
        } else {
            Text::CodesMake
        };
        secondary(draw, words, Event::CodesPressed)
    });
    el(
        "section",
        with!["class" = "codes", "aria-labelledby" = "codes"],
        all,
    )
}

/// The codes themselves, and the ways to keep them.
pub(super) fn codes(draw: Draw<'_>, view: &View) -> Html {
    let say = |text| draw.words.say(text);
    let codes: Vec<String> = draw.state.issued.iter().map(RecoveryCode::grouped).collect();
    let sheet = sheet(draw, view, &codes);
    let list = codes
        .iter()
        .map(|code| el("li", with![], vec![says("code", with![], code)]));
    let copy = if draw.state.copied {
        Text::TotpCopied
    } else {
        Text::TotpCopy
    };
    let take = |way, words| {
        button(
            draw,
            with!["type" = "button", "class" = "secondary", "part" = "button"],
            Event::CodesTaken(way, sheet.clone()),
            vec![text(say(words))],
        )
    };
    let ways = vec![
        take(Way::Copy, copy),
        take(Way::Print, Text::CodesPrint),
        take(Way::Save, Text::CodesSave),
    ];
    let lead = text(say(Text::CodesShownLead));
    [
        head(draw, None, Text::CodesShownTitle, lead),
        el("ol", with!["class" = "sheet", "part" = "codes"], list.collect()),
        el("div", with!["class" = "pair"], ways),
        primary(draw, Text::CodesKept, Event::CodesKept),
    ]
    .into_iter()
    .collect()
}

/// What is copied, printed and saved: whose codes, of which day, what they are for, and the codes.
fn sheet(draw: Draw<'_>, view: &View, codes: &[String]) -> String {
    let title = Message::new(Text::CodesSheet).with("date", Value::FullDate(draw.state.clock.now()));
    let head = [
        view.portal_name.as_str(),
        &draw.words.tell(&title),
        draw.words.say(Text::CodesNote),
    ];
    [&head.join("\n"), "\n\n", &codes.join("\n"), "\n"].concat()
}
