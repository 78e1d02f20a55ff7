//! A code is awaited: for the login, before a change, or to prove a number.

use pbx_2fa_shared::session::{Action, ChallengeView, Delivery, EnrollmentView};
use pbx_2fa_shared::{Kind, UnixSeconds};

use super::Screen;
use super::parts::{Head, error, form, hidden, link, link_button, page, primary, primary_link, quiet, small};
use crate::html::{Html, el, says, void};
use crate::icon::{Icon, icon};
use crate::notice::Notice;
use crate::page::Page;
use crate::path::{Form, Panel};
use crate::words::{Sentence, countdown, say};

/// The code that the screen waits for, of a challenge or of an enrollment.
#[derive(Clone, Copy)]
pub(super) struct Awaited<'a> {
    pub(super) kind: Kind,
    pub(super) hint: &'a str,
    pub(super) delivery: Delivery,
    pub(super) expires_at: UnixSeconds,
    pub(super) resend_at: Option<UnixSeconds>,
    pub(super) attempts_left: u32,
}

pub(super) fn challenge(screen: Screen<'_>) -> Page {
    let Some(challenge) = &screen.view.challenge else {
        return super::methods::methods(screen);
    };
    let awaited = Awaited::from(challenge);
    let field = || {
        let id = hidden("challenge", challenge.id.as_str());
        entry(screen, awaited, Form::Attempt, id, say::CODE_SUBMIT)
    };
    let resend = |alive| {
        let inside = vec![
            hidden("authenticator", challenge.authenticator.as_str()),
            resend_button(screen, awaited, alive),
        ];
        form(screen, Form::Challenge, "", inside)
    };
    let another = screen.may(Action::UseAnother);
    let other = another.then(|| link(screen.words.say(say::USE_ANOTHER), Panel::Methods.address()));
    let help = if awaited.kind.is_out_of_band() {
        Some(say::NOT_ME)
    } else {
        (awaited.kind == Kind::Totp && !another).then_some(say::TOTP_HELP)
    };
    let help = help.map(|help| small("help", screen.words.say(help)));
    code(
        screen,
        awaited,
        say::CODE_TITLE,
        field,
        resend,
        vec![Html::from(other)],
        Html::from(help),
    )
}

pub(super) fn confirm(screen: Screen<'_>, enrollment: &EnrollmentView) -> Page {
    let awaited = Awaited::from(enrollment);
    let number = Panel::Number(enrollment.kind).address();
    let field = || {
        let id = hidden("enrollment", enrollment.id.as_str());
        entry(screen, awaited, Form::Confirm, id, say::CODE_SUBMIT)
    };
    let resend = |alive: bool| {
        if screen.again {
            let inside = vec![hidden("again", "1"), resend_button(screen, awaited, alive)];
            return form(screen, Form::Enroll, "", inside);
        }
        let words = screen.words.say(resend_words(awaited.kind));
        if alive {
            link(words, number)
        } else {
            primary_link(words, number)
        }
    };
    let caution = enrollment.own_pbx.then(|| {
        let inside = vec![
            icon(Icon::Alert),
            says("span", &[], screen.words.say(say::OWN_PBX)),
        ];
        el("p", &[("class", "caution")], inside)
    });
    let other = vec![
        link(screen.words.say(say::CHANGE_NUMBER), number),
        link(screen.words.say(say::USE_ANOTHER), Panel::Kinds.address()),
    ];
    code(
        screen,
        awaited,
        say::CONFIRM_TITLE,
        field,
        resend,
        other,
        Html::from(caution),
    )
}

/// The field, or where its code is over the step to a new one; then when to ask again, and the other ways.
fn code(
    screen: Screen<'_>,
    awaited: Awaited<'_>,
    title: Sentence,
    field: impl FnOnce() -> Html,
    resend: impl FnOnce(bool) -> Html,
    other: Vec<Html>,
    last: Html,
) -> Page {
    let now = screen.view.server_time;
    let alive = awaited.alive(now);
    let mut rest = Vec::new();
    let mut steps = Vec::new();
    let sends = awaited.may_resend(alive);
    if alive {
        rest.push(field());
        if awaited.delivery == Delivery::Sending {
            steps.push(link(screen.words.say(say::REFRESH), Panel::Due.address()));
        }
        if sends {
            steps.push(resend(true));
        }
    } else {
        if let Some(trouble) = over(screen, awaited) {
            let trouble = screen.words.tell(trouble, &[("or", &screen.or_another())]);
            rest.push(error(&trouble));
        }
        if sends {
            rest.push(resend(false));
        }
    }
    if sends {
        steps.push(Html::from(wait(screen, awaited)));
    }
    steps.extend(other);
    rest.extend([quiet(steps), last]);
    let head = Head {
        lead: lead(screen, awaited),
        wrong: !alive || trouble(screen, awaited).is_some(),
        ..Head::new(screen.words.say(title), "")
    };
    page(screen, head, rest, None)
}

/// One field with a label, its error, and the button.
pub(super) fn entry(screen: Screen<'_>, awaited: Awaited<'_>, to: Form, id: Html, submit: Sentence) -> Html {
    let words = screen.words;
    let long = awaited.kind.is_fallback();
    let trouble = trouble(screen, awaited);
    let label = words.say(if long {
        say::RECOVERY_LABEL
    } else {
        say::CODE_LABEL
    });
    let described = if trouble.is_some() { "lead error" } else { "lead" };
    let shared = [
        ("id", "code"),
        ("name", "code"),
        ("type", "text"),
        ("spellcheck", "false"),
        ("autocorrect", "off"),
        ("maxlength", "64"),
        ("aria-describedby", described),
    ];
    let own = if long {
        [
            ("class", "long"),
            ("autocomplete", "off"),
            ("inputmode", "text"),
            ("autocapitalize", "characters"),
        ]
    } else {
        [
            ("class", "short"),
            ("autocomplete", "one-time-code"),
            ("inputmode", "numeric"),
            ("autocapitalize", "off"),
        ]
    };
    let wrong = trouble.is_some().then_some(("aria-invalid", "true"));
    // Where more than the field is to be read first, the page begins at its top.
    let focus =
        (to == Form::Attempt || awaited.kind != Kind::Totp || wrong.is_some()).then_some(("autofocus", ""));
    let attributes: Vec<_> = shared.into_iter().chain(own).chain(wrong).chain(focus).collect();
    let often_wrong = awaited.kind == Kind::Totp && matches!(screen.notice, Notice::Wrong(2..));
    let inside = vec![
        id,
        says("label", &[("for", "code")], label),
        void("input", &attributes),
        Html::from(trouble.map(|trouble| error(&trouble))),
        Html::from(often_wrong.then(|| small("hint", words.say(say::CLOCK_HINT)))),
        primary(words.say(submit)),
    ];
    form(screen, to, "code", inside)
}

fn lead(screen: Screen<'_>, awaited: Awaited<'_>) -> Html {
    let words = screen.words;
    let (mark, picture) = match awaited.delivery {
        Delivery::Declined | Delivery::NoAnswer | Delivery::Failed | Delivery::Throttled => {
            ("delivery failed", Icon::Alert)
        }
        _ => ("delivery", Icon::of(awaited.kind)),
    };
    let or = screen.or_another();
    let values = [
        ("app", screen.view.app_name.as_str()),
        ("number", awaited.hint),
        ("or", or.as_str()),
    ];
    let sentence = match awaited.kind {
        _ if awaited.delivery == Delivery::Throttled => throttled(screen, awaited.resend_at),
        Kind::App => words.tell(of_app(awaited.delivery), &values),
        Kind::Mobile | Kind::Landline => words.tell(of_call(awaited.delivery), &values),
        Kind::Totp => words.say(say::LEAD_TOTP).to_owned(),
        Kind::Recovery => words.say(say::LEAD_RECOVERY).to_owned(),
        Kind::Bypass => words.say(say::LEAD_BYPASS).to_owned(),
    };
    let inside = vec![icon(picture), says("span", &[], &sentence)];
    el("span", &[("class", mark)], inside)
}

const fn of_app(delivery: Delivery) -> Sentence {
    match delivery {
        Delivery::Sent | Delivery::Ringing | Delivery::Answered => say::LEAD_APP_SENT,
        Delivery::Declined => say::DELIVERY_DECLINED_APP,
        Delivery::Failed | Delivery::NoAnswer => say::DELIVERY_FAILED_APP,
        Delivery::Sending | Delivery::NotNeeded | Delivery::Throttled => say::LEAD_APP_SENDING,
    }
}

const fn of_call(delivery: Delivery) -> Sentence {
    match delivery {
        Delivery::Sent => say::LEAD_CALL_SENT,
        Delivery::Ringing => say::LEAD_CALL_RINGING,
        Delivery::Answered => say::LEAD_CALL_ANSWERED,
        Delivery::Declined => say::DELIVERY_DECLINED_CALL,
        Delivery::NoAnswer => say::DELIVERY_NO_ANSWER,
        Delivery::Failed => say::DELIVERY_FAILED_CALL,
        Delivery::Sending | Delivery::NotNeeded | Delivery::Throttled => say::LEAD_CALL_SENDING,
    }
}

fn throttled(screen: Screen<'_>, resend_at: Option<UnixSeconds>) -> String {
    let words = screen.words;
    match resend_at {
        Some(at) => {
            let left = at.saturating_sub(screen.view.server_time);
            super::parts::minutes(
                words,
                left,
                (say::THROTTLED_MINUTES_ONE, say::THROTTLED_MINUTES_OTHER),
            )
        }
        None => words.tell(say::NOTICE_BUDGET, &[("or", &screen.or_another())]),
    }
}

/// What was wrong with the last code, where another may be typed.
fn trouble(screen: Screen<'_>, awaited: Awaited<'_>) -> Option<String> {
    let words = screen.words;
    match screen.notice {
        Notice::Wrong(_) => Some(words.count(
            u64::from(awaited.attempts_left),
            say::CODE_WRONG_ONE,
            say::CODE_WRONG_OTHER,
        )),
        Notice::Short if awaited.kind.is_fallback() => Some(words.say(say::RECOVERY_SHORT).to_owned()),
        Notice::Short => Some(words.say(say::CODE_SHORT).to_owned()),
        Notice::Over => Some(words.say(say::CODE_EXPIRED).to_owned()),
        _ => None,
    }
}

/// Why the code cannot be typed any more. One that was held back never could.
const fn over(screen: Screen<'_>, awaited: Awaited<'_>) -> Option<Sentence> {
    if matches!(awaited.delivery, Delivery::Throttled) {
        None
    } else if awaited.attempts_left == 0 {
        Some(if awaited.kind.is_out_of_band() {
            say::CODE_DEAD
        } else {
            say::CODE_DEAD_OWN
        })
    } else if awaited.alive(screen.view.server_time) {
        None
    } else {
        Some(say::CODE_EXPIRED)
    }
}

fn resend_button(screen: Screen<'_>, awaited: Awaited<'_>, alive: bool) -> Html {
    let words = screen.words.say(resend_words(awaited.kind));
    if alive { link_button(words) } else { primary(words) }
}

/// How long a new code has to be waited for, reckoned from when the page was made.
fn wait(screen: Screen<'_>, awaited: Awaited<'_>) -> Option<Html> {
    let left = awaited.resend_at?.saturating_sub(screen.view.server_time);
    let sentence = if awaited.kind == Kind::App {
        say::RESEND_APP_IN
    } else {
        say::RESEND_CALL_IN
    };
    let words = || screen.words.tell(sentence, &[("time", &countdown(left))]);
    (left > 0).then(|| small("wait", &words()))
}

const fn resend_words(kind: Kind) -> Sentence {
    match kind {
        Kind::App => say::RESEND_APP,
        Kind::Totp | Kind::Recovery | Kind::Bypass => say::RETRY,
        Kind::Mobile | Kind::Landline => say::RESEND_CALL,
    }
}

impl Awaited<'_> {
    /// Whether the code may still be typed.
    const fn alive(self, now: UnixSeconds) -> bool {
        self.attempts_left > 0 && now < self.expires_at
    }

    /// A code that was never sent, as of an authenticator app, can be asked for again when it is spent.
    const fn may_resend(self, alive: bool) -> bool {
        self.resend_at.is_some() || (!self.kind.is_out_of_band() && !alive)
    }
}

impl<'a> From<&'a ChallengeView> for Awaited<'a> {
    fn from(challenge: &'a ChallengeView) -> Self {
        Self {
            kind: challenge.kind,
            hint: &challenge.hint,
            delivery: challenge.delivery,
            expires_at: challenge.expires_at,
            resend_at: challenge.resend_at,
            attempts_left: challenge.attempts_left,
        }
    }
}

impl<'a> From<&'a EnrollmentView> for Awaited<'a> {
    fn from(enrollment: &'a EnrollmentView) -> Self {
        Self {
            kind: enrollment.kind,
            hint: &enrollment.hint,
            delivery: enrollment.delivery,
            expires_at: enrollment.expires_at,
            resend_at: enrollment.resend_at,
            attempts_left: enrollment.attempts_left,
        }
    }
}
